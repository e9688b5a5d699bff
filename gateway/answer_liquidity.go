package gateway

import (
	"fmt"
	"strconv"
	"strings"

	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/settlement"
	"dragoman/store"
)

// defaultReceipt is the camt.025 of those who have not said which they want and
// whose request pairs with none.
const defaultReceipt = "camt.025.001.05"

// askPrefix begins the message id of a payment that is forwarded to the one who
// must confirm it. The payment's number follows, so that the answer, which names
// that id, finds the payment.
const askPrefix = "DRGM-P"

func askID(id settlement.PaymentID) string { return fmt.Sprintf("%s%d", askPrefix, id) }

// forwardID is that of a payment as it is forwarded in its last attempt: from the
// second on the attempt's number follows, so that an answer says which it is about.
func forwardID(p *settlement.Payment) string {
	if len(p.Attempts) == 0 {
		return askID(p.ID)
	}
	return fmt.Sprintf("%s-%d", askID(p.ID), len(p.Attempts)+1)
}

// askedPayment undoes askID and forwardID; 0 is no payment.
func askedPayment(id string) settlement.PaymentID {
	payment, _ := askedAttempt(id)
	return payment
}

// askedAttempt is the payment and which of its attempts, from 1.
func askedAttempt(id string) (settlement.PaymentID, int) {
	rest, ours := strings.CutPrefix(id, askPrefix)
	number, attempt, later := strings.Cut(rest, "-")
	n, err := strconv.ParseUint(number, 10, 64)
	if !ours || err != nil {
		return 0, 0
	}
	which := 1
	if later {
		if which, err = strconv.Atoi(attempt); err != nil || which < 2 {
			return 0, 0
		}
	}
	return settlement.PaymentID(n), which
}

var requestStatuses = map[settlement.Status]string{settlement.StatusAccepted: wordReceived, settlement.StatusSettled: wordAccepted, settlement.StatusRejected: wordRejected}

// requestStatus is how a camt.025 says a payment's status: it knows accepted,
// rejected and pending only. Accepted is said of what has settled.
func requestStatus(s settlement.Status) string {
	if word, ok := requestStatuses[s]; ok {
		return word
	}
	return wordPending
}

// transferReceipt is the first answer to a camt.050: settled, refused, or that
// it waits for the issuer.
func (a *answer) transferReceipt(m settlement.Message, letter said) error {
	if m.Count > 0 {
		p, err := a.payment(m.First)
		if err != nil {
			return err
		}
		return a.receipt(p, p.Status, p.Reason, store.Record{First: true, Payment: p.ID})
	}
	details := messages.ReceiptDetails{Original: messages.OriginalQuery{MessageID: letter.id, MessageName: letter.kind}}
	return a.writeReceipt(details, a.notice.Status, a.notice.Reason, store.Record{First: true})
}

// receipt tells the sender of a camt.050 what became of it.
func (a *answer) receipt(p settlement.Payment, status settlement.Status, why settlement.Reason, r store.Record) error {
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return err
	}
	r.UETR = f.UETR
	return a.writeReceipt(receiptDetails(f), status, why, r)
}

// receiptDetails name a payment to its sender.
func receiptDetails(f answerFacts) messages.ReceiptDetails {
	d := messages.ReceiptDetails{Original: messages.OriginalQuery{MessageID: f.MessageID, MessageName: f.MessageType}}
	d.Payment = messages.PaymentReference{TransactionID: f.TxID, Proprietary: first(f.EndToEndID, f.UETR)}
	if f.TxID == "" && f.UETRGiven {
		d.Payment.UETR = f.UETR
	}
	return d
}

// writeReceipt writes a camt.025.
func (a *answer) writeReceipt(d messages.ReceiptDetails, status settlement.Status, why settlement.Reason, r store.Record) error {
	definition := a.version("camt.025", d.Original.MessageName, defaultReceipt)
	d.Handlings = []messages.Handling{handlingOf(definition, status, why)}
	receipt := messages.Receipt{MessageID: a.id, Created: a.created(), Details: []messages.ReceiptDetails{d}}
	document, err := receipt.Write(definition)
	if err != nil {
		return err
	}
	return a.send(definition, document, r)
}

// maxDescription is what camt.025 and admi.007 allow.
const maxDescription = 140

// outcome tells the one who had to confirm a payment what became of it, by the
// id under which it was asked.
func (a *answer) outcome() error {
	p, err := a.payment(a.notice.Payment)
	if err != nil {
		return err
	}
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return err
	}
	record := store.Record{First: a.notice.First, Payment: p.ID, UETR: f.UETR}
	if p.Kind.Liquidity() {
		f.MessageID = askID(p.ID)
		return a.writeReceipt(receiptDetails(f), a.notice.Status, a.notice.Reason, record)
	}
	p = attemptOf(p, a.notice.Attempt)
	t, definition, err := receivedStatus(&p, a.notice.Status, a.notice.Reason)
	if err != nil {
		return err
	}
	return a.reportTo(definition, messages.StatusReport{Original: t.Original.Group, Transactions: []messages.TransactionStatus{t}}, record)
}

// rejection refuses a message that can be read and for which ISO 20022 has no
// answer of its own: admi.002 with the reason.
func (a *answer) rejection(letter said) error {
	why := a.notice.Reason
	rejection := messages.Rejection{
		Reference: letter.id, Code: why.Code, Rejected: a.created(), Description: clipped(first(why.Text, codes.StatusReason(why.Code).Meaning()), maxRejection),
	}
	document, err := rejection.Write("admi.002.001.01")
	if err != nil {
		return err
	}
	return a.send("admi.002.001.01", document, store.Record{First: true})
}

// maxRejection is what admi.002 allows for a description.
const maxRejection = 350
