package gateway

import "dragoman/settlement"

// What was said and asked about a payment since it settled, as its parties see it.

// creditView is what the creditor agent said of the credit to its customer.
type creditView struct {
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
	At     string `json:"at"`
	Passed bool   `json:"passedOn"` // the debtor agent was told; else it came out of turn
}

// credits are what was said of the credit: to its sender, what was passed on. Words of
// a bank's own may speak of its customer: the gateway's people find them in the message,
// as those who may read messages do.
func (v viewer) credits(p *settlement.Payment) (views []creditView) {
	for _, c := range p.Credits {
		if c.Passed || v.part(p) != partSender {
			view := creditView{string(c.Status), c.Reason.Code, c.Reason.Text, timeText(c.At), c.Passed}
			if v.all {
				view.Text = ""
			}
			views = append(views, view)
		}
	}
	return views
}

// caseView is one thing that a party of the payment asked the other.
type caseView struct {
	ID     string `json:"caseId"` // as requests and answers name it
	Kind   string `json:"kind"`
	From   string `json:"from"`
	To     string `json:"to"`
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
	Opened string `json:"opened"`
	Since  string `json:"since"`
}

var caseKinds = map[settlement.CaseKind]string{settlement.CaseRecall: "recall", settlement.CaseInvestigation: "investigation", settlement.CaseCheck: "check"}

// cases are what the parties of a payment have asked each other: each sees both its
// own questions and those to it.
func (n *Node) cases(v viewer, p *settlement.Payment) (views []caseView, err error) {
	for _, id := range p.Cases {
		c, ok, err := n.Books.Case(id)
		if err != nil {
			return nil, err
		}
		if ok && (v.all || c.Asker == v.party || c.Asked == v.party) {
			views = append(views, caseView{
				caseID(c.ID), caseKinds[c.Kind], v.name(c.Asker).String(), v.name(c.Asked).String(), c.State.String(), c.Reason.Code, timeText(c.Opened), timeText(c.Since),
			})
		}
	}
	return views, nil
}
