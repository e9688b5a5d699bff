package gateway

import (
	"strings"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// Answers to what banks ask about and set on their own accounts.

// controlReceipt tells what became of a message that sets limits or reservations:
// camt.025 ACPT or RJCT.
func (a *answer) controlReceipt(letter said) error {
	details := messages.ReceiptDetails{Original: messages.OriginalQuery{MessageID: letter.id, MessageName: letter.kind}}
	return a.writeReceipt(details, a.notice.Status, a.notice.Reason, store.Record{First: true})
}

// queueReceipt tells of every payment of a camt.007 or camt.008 what came of the
// wish.
func (a *answer) queueReceipt(letter said) error {
	definition := a.version("camt.025", letter.kind, defaultReceipt)
	receipt := messages.Receipt{MessageID: a.id, Created: a.created()}
	for _, o := range a.notice.Outcomes {
		asked := &letter.asked[o.Asked].Asked
		d := messages.ReceiptDetails{Original: messages.OriginalQuery{MessageID: letter.id, MessageName: letter.kind}}
		d.Payment = messages.PaymentReference{UETR: asked.UETR, TransactionID: asked.TxID, Proprietary: asked.UETR}
		d.Handlings = []messages.Handling{handlingOf(definition, o.Status, o.Reason)}
		receipt.Details = append(receipt.Details, d)
	}
	document, err := receipt.Write(definition)
	if err != nil {
		return err
	}
	record := store.Record{First: true}
	if all := a.notice.Outcomes; len(all) == 1 {
		record.Payment, record.UETR = all[0].Payment, letter.asked[0].UETR
	}
	return a.send(definition, document, record)
}

// handlingOf says a status and its reason as a version of camt.025 does. The first
// has no element for a reason, so that its code opens the description.
func handlingOf(definition string, status settlement.Status, why settlement.Reason) messages.Handling {
	handling := messages.Handling{Status: requestStatus(status)}
	if strings.HasSuffix(definition, ".05") {
		handling.Description = clipped(strings.TrimSpace(why.Code+" "+why.Text), maxDescription)
	} else {
		handling.Reason = messages.Reason{Code: why.Code, Text: clipped(why.Text, maxReasonText)}
	}
	return handling
}

// answerKinds are the answers to questions about accounts, and the version for who
// has not said which it wants and whose question pairs with none.
var answerKinds = map[string]string{"camt.003": "camt.004.001.08", "camt.005": "camt.006.001.08", "camt.009": "camt.010.001.08", "camt.046": "camt.047.001.06"}

func (a *answer) answerTo(letter said) (definition string, head messages.Answer) {
	otherwise := answerKinds[messages.KindOf(letter.kind)]
	head = messages.Answer{MessageID: a.id, Created: a.created(), Query: messages.OriginalQuery{MessageID: letter.id, MessageName: letter.kind}}
	return a.version(messages.KindOf(otherwise), letter.kind, otherwise), head
}

// proprietaryError stands where an ISO code of system errors does not say why.
const proprietaryError = "REFUSED"

// queryRefused answers a question that is refused: the answer with an error instead
// of a report.
func (a *answer) queryRefused(letter said) error {
	definition, head := a.answerTo(letter)
	why := a.notice.Reason
	e := messages.QueryError{Code: proprietaryError, Description: clipped(strings.TrimSpace(why.Code+" "+why.Text), maxDescription)}
	if why.Code == codeNotFound || why.Code == codeTooLarge {
		e = messages.QueryError{Code: why.Code, Description: clipped(why.Text, maxDescription)}
	}
	head.Errors = []messages.QueryError{e}
	return a.sendAnswer(definition, head)
}

// sendAnswer writes an answer that holds nothing but its head.
func (a *answer) sendAnswer(definition string, head messages.Answer) error {
	writers := map[string]func(string) ([]byte, error){
		"camt.004": messages.AccountAnswer{Answer: head}.Write, "camt.006": messages.TransactionAnswer{Answer: head}.Write,
		"camt.010": messages.LimitAnswer{Answer: head}.Write, "camt.047": messages.ReservationAnswer{Answer: head}.Write,
	}
	document, err := writers[messages.KindOf(definition)](definition)
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{First: true})
}
