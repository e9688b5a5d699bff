package simulation

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"dragoman/messages"
	"dragoman/settlement"
)

// What banks set on their own accounts and wish of their queues, and what they ask.

// control is a limit or a reservation.
type control struct {
	account  string // its name
	currency string
	kind     string // BILI, MULT, or UPAR and HPAR of a reservation
	towards  *bank  // of a bilateral limit
	minor    int64
	remove   bool
}

// name tells controls apart.
func (c *control) name() string {
	if c.towards != nil {
		return c.account + " " + c.kind + " " + c.towards.bic.String()
	}
	return c.account + " " + c.kind
}

func walletOf(bic messages.BIC, currency string) string { return bic.String() + "-" + currency + "-W" }

// setControl sets a limit or a reservation, or removes one.
func (b *bank) setControl() {
	currency := b.draw()
	c := &control{account: walletOf(b.bic, currency), currency: currency, kind: []string{"BILI", "MULT", "UPAR", "HPAR"}[b.random.IntN(4)], minor: b.random.Int64N(12_000_000), remove: b.chance(2)}
	if c.reserves() {
		c.minor /= 40 // kept from everybody else
	}
	if c.kind == "BILI" {
		c.towards = b.other()
	}
	b.postControl(c)
}

func (c *control) reserves() bool { return c.kind == "UPAR" || c.kind == "HPAR" }

func (b *bank) postControl(c *control) {
	l := b.letter(kindControl)
	l.control = c
	amount := func(w *messages.Writer, name string) {
		w.Open(name)
		w.Open("Amt")
		w.Amount("AmtWthCcy", money(c.minor, c.currency))
		w.Close()
		w.Close()
	}
	switch {
	case c.remove && !c.reserves():
		l.raw = b.scribe.form(l, "camt.012.001.08", "DelLmt", func(w *messages.Writer) { c.write(w, "LmtDtls", "CurLmtId") })
	case c.remove:
		l.raw = b.scribe.form(l, "camt.049.001.07", "DelRsvatn", func(w *messages.Writer) { c.write(w, "CurRsvatn") })
	case c.reserves():
		l.raw = b.scribe.form(l, "camt.048.001.07", "ModfyRsvatn", func(w *messages.Writer) {
			c.write(w, "RsvatnId", "Cur")
			amount(w, "NewRsvatnValSet")
		})
	default:
		l.raw = b.scribe.form(l, "camt.011.001.08", "ModfyLmt", func(w *messages.Writer) {
			w.Open("LmtDtls")
			c.write(w, "LmtId", "Cur")
			amount(w, "NewLmtValSet")
			w.Close()
		})
	}
	b.post(l)
}

// controls are what a bank was told that it has set: its answers come in the order in
// which its wishes were carried out.
func (b *bank) controls() map[string]*control {
	var set []*letter
	for _, l := range b.letters {
		if l.kind == kindControl && slices.Equal(l.words, []string{"ACPT"}) {
			set = append(set, l)
		}
	}
	slices.SortFunc(set, func(x, y *letter) int { return cmp.Compare(x.heard, y.heard) })
	standing := map[string]*control{}
	for _, l := range set {
		if standing[l.control.name()] = l.control; l.control.remove {
			delete(standing, l.control.name())
		}
	}
	return standing
}

// letGo has a bank remove what it has set if that keeps back what it has to return: a
// return waits without end.
func (b *bank) letGo() {
	waits := false
	for _, p := range b.returned {
		waits = waits || p.letter.from == b && !final(p.last().code)
	}
	if !waits {
		return
	}
	standing := b.controls()
	for _, name := range slices.Sorted(maps.Keys(standing)) {
		c := *standing[name]
		c.remove = true
		b.postControl(&c)
	}
}

// write names the control inside some elements.
func (c *control) write(w *messages.Writer, elements ...string) {
	for _, name := range elements {
		w.Open(name)
	}
	if c.towards != nil {
		w.Agent("BilLmtCtrPtyId", messages.Agent{BIC: c.towards.bic})
	}
	w.Code("Tp", c.kind)
	w.AccountID("AcctId", messages.Account{Other: c.account})
	for range elements {
		w.Close()
	}
}

// withdraw takes a payment that waits back, by a camt.008.
func (b *bank) withdraw(pay *payment) {
	l := b.letterOn(pay.letter, kindWithdraw, pay.letter.id+"-C")
	if b.letters[l.id] != nil {
		return
	}
	pay.withdraw = l
	l.raw = b.scribe.form(l, "camt.008.001.11", "CclTx", func(w *messages.Writer) {
		w.PaymentReference("PmtId", &messages.PaymentReference{UETR: pay.uetr, TransactionID: pay.id})
	})
	b.post(l)
}

// move gives a payment that waits another priority or place, by a camt.007.
func (b *bank) move(pay *payment) {
	l := b.letterOn(pay.letter, kindMove, pay.letter.id+"-M")
	if b.letters[l.id] != nil {
		return
	}
	to := []string{"URGT", "HIGH", "NORM", "FRONT", "BACK"}[b.random.IntN(5)]
	l.raw = b.scribe.form(l, "camt.007.001.10", "ModfyTx", func(w *messages.Writer) {
		w.Open("Mod")
		w.PaymentReference("PmtId", &messages.PaymentReference{UETR: pay.uetr, TransactionID: pay.id})
		w.Open("NewPmtValSet")
		w.Code("Prty", to)
		w.Close()
		w.Close()
	})
	b.post(l)
}

// queries are questions that need no more than their kind.
var queries = [...]struct{ version, root string }{
	{"camt.003.001.08", "GetAcct"}, {"camt.005.001.11", "GetTx"}, {"camt.009.001.08", "GetLmt"}, {"camt.046.001.08", "GetRsvatn"},
	{"camt.016.001.04", "GetCcyXchgRate"}, {"camt.018.001.05", "GetBizDayInf"},
}

func (b *bank) query() {
	q := queries[b.random.IntN(len(queries))]
	l := b.letter(kindQuery)
	l.raw = b.scribe.form(l, q.version, q.root, func(*messages.Writer) {})
	b.traffic["query "+messages.KindOf(q.version)]++
	b.post(l)
}

// checkOnce wants one answer to a letter, and of a withdrawal that it says what became
// of the payment.
func (p *play) checkOnce(l *letter) {
	if len(l.answers) != 1 {
		p.violation(l.id, "the %s has %d answers", l.kind, len(l.answers))
		return
	}
	p.traffic[strings.TrimSpace(l.kind.String()+" "+strings.Join(l.words, " "))]++
	if l.kind != kindWithdraw {
		return
	}
	pay := l.about.payments[0]
	taken := pay.last() == status{"RJCT", settlement.ReasonCancelled}
	recalled := pay.letter.recall != nil && slices.Contains(pay.letter.recall.resolved, "CNCL")
	if accepted := slices.Equal(l.words, []string{"ACPT"}); accepted && (!taken || recalled) || !accepted && taken && !recalled {
		p.violation(l.id, "the withdrawal came to %v, the recall to it: %v, the payment to %v", l.words, recalled, pay.last())
	}
}

// checkControls holds the limits and reservations of the books against what banks were
// told of them.
func (p *play) checkControls() error {
	want := map[string]int64{}
	for _, b := range p.banks {
		for name, c := range b.controls() {
			want[name] = c.minor
		}
	}
	all, err := p.node.books.Controls()
	if err != nil {
		return err
	}
	directory := p.node.lane.Directory()
	for i := range all {
		c := &all[i]
		account := directory.Accounts[c.Account-1]
		name := directory.AccountName(account) + " "
		switch c.Kind {
		case settlement.ControlBilateral:
			other, _ := directory.ByID(directory.Accounts[c.Towards-1].Owner)
			name += "BILI " + other.BIC.String()
		case settlement.ControlMultilateral:
			name += "MULT"
		case settlement.ControlReservation:
			name += map[settlement.Band]string{settlement.BandUrgent: "UPAR", settlement.BandHigh: "HPAR"}[c.Band]
		}
		if amount, known := want[name]; !known || amount != c.Amount {
			p.violation("", "the books have %s at %d; by what was told it is %d (%v)", name, c.Amount, amount, known)
		}
		delete(want, name)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		p.violation("", "the books lack %s, which was set to %d", name, want[name])
	}
	return nil
}
