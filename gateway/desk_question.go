package gateway

import (
	"fmt"
	"iter"
	"strings"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What banks send about earlier payments: status requests (pacs.028), recalls
// (camt.056), and what they say of payments that were forwarded to them
// (pacs.002).

// question reads such a message; false when it is none.
func (f *facts) question() bool {
	if v, ok := messages.ViewStatusRequest(f.message); ok {
		f.letter.ID, f.agent = v.Group().MessageID(), v.Group().InstructingAgent()
		group := firstOf(v.Groups())
		for t := range v.Transactions() {
			f.ask(t, orGroup(t.OriginalGroup(), group))
		}
		if len(f.letter.Questions) == 0 {
			for g := range v.Groups() {
				f.askWhole(g)
			}
		}
		return true
	}
	if v, ok := messages.ViewCancellationRequest(f.message); ok {
		f.letter.ID, f.agent = v.AssignmentID(), v.Assigner().Agent()
		f.recall(v)
		return true
	}
	if v, ok := messages.ViewStatusReport(f.message); ok {
		f.letter.ID, f.agent = v.Group().MessageID(), v.Group().InstructingAgent()
		f.report(v)
		return true
	}
	return f.correspondence()
}

func firstOf[V any](all iter.Seq[V]) (one V) {
	for v := range all {
		return v
	}
	return one
}

func orGroup(own, group messages.OriginalGroupView) messages.OriginalGroupView {
	if own.Exists() {
		return own
	}
	return group
}

// earlier is how messages about an earlier payment name it.
type earlier interface {
	OriginalInstructionID() string
	OriginalEndToEndID() string
	OriginalTransactionID() string
	OriginalUETRText() string
}

func askedOf(t earlier, group messages.OriginalGroupView) routing.Asked {
	return routing.Asked{
		OriginalID: group.MessageID(), OriginalType: group.MessageName(), UETR: t.OriginalUETRText(),
		EndToEndID: t.OriginalEndToEndID(), TxID: t.OriginalTransactionID(), InstrID: t.OriginalInstructionID(),
	}
}

// ask notes a question of the payment's own sender.
func (f *facts) ask(t earlier, group messages.OriginalGroupView) {
	q := routing.Question{Asked: askedOf(t, group)}
	q.Names = f.sentNames(&q.Asked)
	q.Cases = f.recalled(q.OriginalType, q.OriginalID)
	f.letter.Questions = append(f.letter.Questions, q)
}

// sentNames are the names of a payment that was sent by who names it.
func (f *facts) sentNames(q *routing.Asked) (names []settlement.Identity) {
	sender := f.letter.Sender.Full()
	for _, kind := range kindsOf(q.OriginalType) {
		if q.UETR != "" {
			names = append(names, byUETR(sender, kind, q.UETR))
		}
		names = append(names, byReferences(sender, kind, q.OriginalID, q.TxID, q.EndToEndID))
	}
	if messages.KindOf(q.OriginalType) == "pacs.004" { // its own references stand before the UETR of what it gives back
		names = append([]settlement.Identity{returnReference(sender, q.OriginalID, q.InstrID, q.EndToEndID)}, names...)
	}
	return names
}

// kindsOf are the kinds of payments that a message name may mean: it does not tell
// a cover from what is covered.
func kindsOf(name string) []settlement.Kind {
	institution := []settlement.Kind{settlement.KindCore, settlement.KindCover, settlement.KindAdvice}
	switch messages.KindOf(name) {
	case "pacs.008":
		return []settlement.Kind{settlement.KindCustomer}
	case "pacs.009":
		return institution
	case "pacs.004":
		return []settlement.Kind{settlement.KindReturn}
	}
	return append([]settlement.Kind{settlement.KindCustomer}, institution...)
}

// byUETR is the identity of a payment whose message has a UETR.
func byUETR(sender string, kind settlement.Kind, uetr string) settlement.Identity {
	return filed(uetr, identify(sender, fmt.Sprint(kind), uetr))
}

// filed is an identity whose key is that of the UETR: all names that a payment has by
// its UETR are one entry of the index, which holds every payment there ever was.
func filed(uetr string, id settlement.Identity) settlement.Identity {
	key := identify("key of a UETR", uetr)
	copy(id[:len(id)/2], key[:])
	return id
}

// byReferences is the identity of a payment of the versions without UETR, and
// another name of any other. Its transaction identifier tells it apart; only a
// payment without one is known by its end-to-end identifier.
func byReferences(sender string, kind settlement.Kind, messageID, txID, endToEndID string) settlement.Identity {
	if txID != "" {
		return identify(sender, fmt.Sprint(kind), messageID, "TxId", txID)
	}
	return identify(sender, fmt.Sprint(kind), messageID, "EndToEndId", endToEndID)
}

// asReceived is the name under which who must confirm a payment may speak of it.
func asReceived(receiver, uetr string) settlement.Identity {
	return filed(uetr, identify("received", receiver, uetr))
}

// report reads what a bank says of payments that were forwarded to it: of single
// ones or, since each is forwarded alone, of one as a whole message.
func (f *facts) report(v messages.StatusReportView) {
	group := firstOf(v.Groups())
	for t := range v.Transactions() {
		status, why := t.Status(), reasonOf(t.Reasons())
		if status == "" {
			status, why = group.Status(), reasonOf(group.Reasons())
		}
		f.state(askedOf(t, orGroup(t.OriginalGroup(), group.OriginalGroupView)), status, why)
	}
	if len(f.letter.Questions) == 0 && group.Exists() {
		f.state(routing.Asked{OriginalID: group.MessageID(), OriginalType: group.MessageName()}, group.Status(), reasonOf(group.Reasons()))
	}
}

func (f *facts) state(asked routing.Asked, status string, why settlement.Reason) {
	q := routing.Question{Asked: asked, Says: sayOf(status), Reason: why, Status: status}
	if q.UETR != "" {
		q.Names = append(q.Names, asReceived(f.letter.Sender.Full(), q.UETR))
	}
	if q.Says == settlement.SayNo && why.Code == "" {
		q.Reason.Code = reasonNotSpecified
	}
	f.letter.Questions = append(f.letter.Questions, q)
}

// reasonNotSpecified stands for the reason that a bank did not give: MS03, not
// specified by the agent.
const reasonNotSpecified = "MS03"

// sayOf is what a status of the creditor agent means for a payment that waits for
// its word. What it says of the credit to its customer (ACCC, ACWP) implies yes.
func sayOf(status string) settlement.Say {
	switch status {
	case "ACSP", "ACCP", "ACSC", "ACCC", "ACWP", "ACWC":
		return settlement.SayYes
	case "RJCT":
		return settlement.SayNo
	}
	return settlement.SayNothing
}

// reasonOf is the first reason, as it will travel on.
func reasonOf(reasons iter.Seq[messages.ReasonView]) settlement.Reason {
	r := firstOf(reasons)
	why := settlement.Reason{Code: first(r.Code(), r.Proprietary())}
	var lines []string
	for line := range r.Text() {
		lines = append(lines, line)
	}
	why.Text = clipped(strings.Join(lines, " "), maxCarriedText)
	return why
}

// maxCarriedText bounds the text of a reason that is carried on: two lines of what
// every version of pacs.002 takes.
const maxCarriedText = 210

func firstChild(n messages.Node) messages.Node {
	for c := range n.Children() {
		return c
	}
	return messages.Node{}
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// referenceOf is the payment that a question means.
func referenceOf(q *routing.Question, received bool) settlement.Reference {
	r := settlement.Reference{Names: q.Names, Case: q.Cases}
	if uetr, err := messages.ParseUETR(q.UETR); err == nil {
		r.UETR = uetr
	}
	if received {
		r.Payment, r.Attempt = askedAttempt(q.OriginalID)
	}
	return r
}

// referencesOf are the payments that a question of their sender means. A UETR may
// name several, such as a cover and what it covers: the one of the message that
// the question names comes first. One whose references contradict the question is
// not meant.
func (w *work) referencesOf(l *routing.Letter) []settlement.Reference {
	all := make([]settlement.Reference, 0, len(l.Questions))
	for i := range l.Questions {
		q := &l.Questions[i]
		if q.Whole {
			all = append(all, w.wholeOf(q, i, maxTransactions-len(all))...)
			continue
		}
		r := referenceOf(q, messages.KindOf(l.Type) == "camt.110")
		r.Asked, r.Patience = i, w.directory.Inquiries.Patience()
		var named, others []settlement.Identity
		for _, name := range q.Names {
			p, known := w.engine.Find(name)
			if !known {
				continue
			}
			f, err := decodeFacts(p.Facts)
			switch {
			case err != nil: // the answer will say so
			case q.UETR == "" && q.EndToEndID != "" && q.EndToEndID != f.EndToEndID:
				continue
			case q.OriginalID == f.MessageID:
				named = append(named, name)
				continue
			}
			others = append(others, name)
		}
		r.Names = append(named, others...)
		all = append(all, r)
	}
	return all
}

func statementsOf(l *routing.Letter) []settlement.Statement {
	all := make([]settlement.Statement, len(l.Questions))
	for i := range l.Questions {
		q := &l.Questions[i]
		all[i] = settlement.Statement{Target: referenceOf(q, true), Says: q.Says, Status: settlement.Status(q.Status), Reason: q.Reason}
	}
	return all
}
