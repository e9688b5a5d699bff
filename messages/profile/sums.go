package profile

import (
	"strconv"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// batch says where the transactions of a message are and what each moves.
type batch struct {
	// holders is the element around transactions, where there is one.
	holder, transaction string
	// amounts are where a transaction's amount may stand; the first found counts.
	amounts []string
}

// batches are the messages whose transactions can be counted and summed.
var batches = map[string]batch{
	"pacs.003": {"", "DrctDbtTxInf", []string{"IntrBkSttlmAmt"}},
	"pacs.004": {"", "TxInf", []string{"RtrdIntrBkSttlmAmt"}},
	"pacs.007": {"", "TxInf", []string{"RvsdIntrBkSttlmAmt"}},
	"pacs.008": {"", "CdtTrfTxInf", []string{"IntrBkSttlmAmt"}},
	"pacs.009": {"", "CdtTrfTxInf", []string{"IntrBkSttlmAmt"}},
	"pacs.010": {"CdtInstr", "DrctDbtTxInf", []string{"IntrBkSttlmAmt"}},
	"pain.001": {"PmtInf", "CdtTrfTxInf", []string{"Amt/InstdAmt", "Amt/EqvtAmt/Amt"}},
	"pain.008": {"PmtInf", "DrctDbtTxInf", []string{"InstdAmt"}},
	"camt.056": {"Undrlyg", "TxInf", nil},
}

// each calls do for every transaction below body; for none where the message
// is not among the batches.
func (b batch) each(body schema.Node, do func(schema.Node)) {
	if b.transaction == "" {
		return
	}
	if b.holder == "" {
		b.inside(body, do)
		return
	}
	for holder := range body.All(b.holder) {
		b.inside(holder, do)
	}
}

func (b batch) inside(holder schema.Node, do func(schema.Node)) {
	for transaction := range holder.All(b.transaction) {
		do(transaction)
	}
}

func (b batch) amount(transaction schema.Node) schema.Node {
	for _, place := range b.amounts {
		if amount := transaction.At(place); amount.Exists() {
			return amount
		}
	}
	return schema.Node{}
}

func countsTransactions(x *Exam, at schema.Node) {
	count := 0
	batches[x.kind.Message].each(x.Body(), func(schema.Node) { count++ })
	if count > 0 { // none: the message speaks of whole groups
		isCount(x, at, count)
	}
}

func countsPayment(x *Exam, at schema.Node) {
	count := 0
	batches[x.kind.Message].inside(x.Parent(), func(schema.Node) { count++ })
	isCount(x, at, count)
}

func isCount(x *Exam, at schema.Node, count int) {
	if stated, err := strconv.Atoi(at.Text()); err != nil || stated != count {
		x.Fault(at, "NbOfTxs is %q; there are %d transactions", clip(at.Text()), count)
	}
}

// total adds up amounts. It is not good when one cannot be read or when the
// sum has more digits than any control sum can have.
type total struct {
	sum        messages.Decimal
	currencies []string // each once
	count      int
	bad        bool
}

func (t *total) add(amount schema.Node) {
	value, err := messages.ParseDecimal(amount.Text())
	if err == nil {
		t.sum, err = t.sum.Add(value)
	}
	t.bad = t.bad || err != nil
	t.count++
	code := amount.Attr("Ccy")
	for _, known := range t.currencies {
		if known == code {
			return
		}
	}
	t.currencies = append(t.currencies, code)
}

// is tells whether the text is the sum. A total that could not be built is a
// matter of the schema and passes here.
func (t *total) is(text string) bool {
	stated, err := messages.ParseDecimal(text)
	return t.bad || err != nil || stated == t.sum
}

func sumsTransactions(x *Exam, at schema.Node) {
	b := batches[x.kind.Message]
	var t total
	b.each(x.Body(), func(transaction schema.Node) { t.add(b.amount(transaction)) })
	isSum(x, at, &t)
}

func sumsPayment(x *Exam, at schema.Node) {
	b := batches[x.kind.Message]
	var t total
	b.inside(x.Parent(), func(transaction schema.Node) { t.add(b.amount(transaction)) })
	isSum(x, at, &t)
}

func isSum(x *Exam, at schema.Node, t *total) {
	if t.count > 0 && !t.is(at.Text()) {
		x.Fault(at, "%s is %q; the amounts add up to %s", at.Name(), clip(at.Text()), t.sum)
	}
}

func sumsSettlement(x *Exam, at schema.Node) {
	b := batches[x.kind.Message]
	var t total
	b.each(x.Body(), func(transaction schema.Node) { t.add(b.amount(transaction)) })
	for _, currency := range t.currencies {
		if currency != at.Attr("Ccy") {
			x.Fault(at, "%s is in %s; a transaction is in %s", at.Name(), at.Attr("Ccy"), clip(currency))
			return
		}
	}
	isSum(x, at, &t)
}
