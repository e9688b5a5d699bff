package gateway

import (
	"fmt"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
)

// TestRecallsInEveryVersion: a recall in each version of camt.056 reaches a creditor
// agent that takes any other, and its answer in each version of camt.029 reaches a
// debtor agent that takes any other; what goes out is valid and about the payment.
func TestRecallsInEveryVersion(t *testing.T) {
	recalls, answers := versionsOf("camt.056"), versionsOf("camt.029")
	const alpha, beta = "ALPHCNBJXXX", "BETATHBKXXX"
	flows, wanted := 0, 0
	for i, takes := range recalls {
		hears := answers[i%len(answers)]
		r := newRig(t, func(c *routing.Change) {
			for k := range c.Participants {
				c.Participants[k].Versions = map[string]string{"camt.056": takes, "camt.029": hears}
			}
		})
		r.issue(alpha, "2000000000.00")
		for k, version := range recalls {
			n := k + 1
			r.send(alpha, samplePayment(t, uetr(n)...))
			r.letters()
			r.send(alpha, recallIn(t, version, n))
			request := r.only(beta, "camt.056")
			if request.Document().ID == takes {
				wanted++
			}
			for m := range 2 { // pending first, then refused
				says := answers[(i+k)%len(answers)]
				if m == 0 && says == firstResolution {
					says = defaultResolution // the first version has no word for pending
				}
				r.send(beta, resolutionIn(t, says, request, n*2+m, m > 0))
				got := r.only(alpha, "camt.029")
				if got.Document().ID == hears {
					wanted++
				}
				v, _ := messages.ViewResolution(got)
				if say := v.Confirmation(); m == 0 && say != "PDCR" || m == 1 && say != "RJCR" && !v.At("Sts/RjctdCxl").Exists() {
					t.Errorf("%s, %s: answer %d says %q", version, got.Document().ID, m, say)
				}
			}
			flows++
		}
		r.rebuild()
	}
	t.Logf("%d recalls, %d of their messages in the version that was wanted", flows, wanted)
	if flows < 144 || wanted < 2*flows {
		t.Error("want at least 144 recalls, and most messages as they were wanted")
	}
}

// only is the one message of a kind that has gone to a bank.
func (r *rig) only(bank, kind string) *messages.Message {
	r.t.Helper()
	var found *messages.Message
	for _, l := range r.letters() {
		if !l.message.Valid() {
			r.t.Fatalf("%s is not valid: %v", l.record.Type, l.message.Faults())
		}
		if to, _ := r.lane.Directory().ByID(l.record.Receiver); to.BIC.Full() == bank && messages.KindOf(l.record.Type) == kind {
			if found != nil {
				r.t.Fatalf("%s has two of %s", bank, kind)
			}
			found = l.message
		}
	}
	if found == nil {
		r.t.Fatalf("%s has no %s", bank, kind)
	}
	return found
}

// recallIn recalls the n-th sample payment.
func recallIn(t *testing.T, version string, n int) []byte {
	t.Helper()
	c := messages.CancellationOf(messages.Read(samplePayment(t, uetr(n)...), messages.Options{}))
	us := messages.Party{Agent: messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}}
	c.AssignmentID, c.Created, c.Case = fmt.Sprintf("RECALL-%d", n), testTime(t), messages.Case{ID: fmt.Sprintf("CASE-%d", n), Creator: us}
	c.Assigner, c.Assignee = us, messages.Party{Agent: messages.Agent{BIC: mustBIC(t, testGateway)}}
	c.Payments[0].Reasons, c.Payments[0].Original.Received = []messages.Reason{{Code: "DUPL"}}, messages.Node{}
	raw, err := c.Write(version)
	if err != nil {
		t.Fatalf("%s: %v", version, err)
	}
	return raw
}

// resolutionIn answers a recall as BETA got it.
func resolutionIn(t *testing.T, version string, request *messages.Message, n int, final bool) []byte {
	t.Helper()
	r := messages.ResolutionOn(request)
	r.AssignmentID, r.Created = fmt.Sprintf("ANSWER-%d", n), testTime(t)
	r.Assigner, r.Assignee = messages.Party{Agent: messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}}, messages.Party{Agent: messages.Agent{BIC: mustBIC(t, testGateway)}}
	for i := range r.Payments {
		r.Payments[i].Original.Received = messages.Node{}
	}
	if v, _ := messages.ViewCancellationRequest(request); v.Case().ID() != "" {
		r.Case = messages.Case{ID: v.Case().ID(), Creator: messages.Party{Agent: messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}}}
	}
	if r.Forwarded(); final {
		r.Refused(messages.Reason{Code: "CUST", Text: "no"})
	}
	if version == firstResolution {
		r.Payments = inFirstWords(r.Payments)
	}
	raw, err := r.Write(version)
	if err != nil {
		t.Fatalf("%s on %s: %v", version, request.Document().ID, err)
	}
	return raw
}
