package gateway

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"dragoman/messages"
)

// TestNATSBankHearsNothingOfCases: while two banks ask each other about payments and
// accounts, answer, and give money back, a third that listens to everything hears
// nothing, and has nothing in its mailbox.
func TestNATSBankHearsNothingOfCases(t *testing.T) {
	r := newNATSRig(t)
	r.issue(alphaBank, "5000000.00")
	spy := r.connect(gammaBank, (&refusals{}).option())
	var heard atomic.Int64
	for _, subject := range append(hostileSubjects(), "mailbox."+gammaBank, "_INBOX."+gammaBank+".>") {
		if _, err := spy.Subscribe(subject, func(*nats.Msg) { heard.Add(1) }); err != nil {
			t.Fatal(err)
		}
	}
	alpha, beta := r.connect(alphaBank), r.connect(betaBank)
	fromAlpha, fromBeta := r.reader(alpha, alphaBank), r.reader(beta, betaBank)
	hears := map[jetstream.Consumer]int{fromAlpha: 1, fromBeta: 1}
	talk := func(who *nats.Conn, raw []byte, err error, hearing jetstream.Consumer, kind string) *messages.Message {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if status, reply := r.send(who, raw); status != "202" {
			t.Fatalf("%s %s\n%s", status, reply.Data, raw)
		}
		for {
			body := r.read(hearing, hears[hearing], 1)[0]
			hears[hearing]++
			if m := messages.Read([]byte(body), messages.Options{}); messages.KindOf(m.Document().ID) == kind {
				return m
			}
		}
	}
	payment := samplePayment(t, uetr(1)...)
	got := talk(alpha, payment, nil, fromBeta, "pacs.008")
	request := talk(alpha, recallIn(t, "camt.056.001.08", 1), nil, fromBeta, "camt.056")
	talk(beta, resolutionIn(t, "camt.029.001.09", request, 1, true), nil, fromAlpha, "camt.029")
	original := messages.OriginalPayments(messages.Read(payment, messages.Options{}))[0]
	raw, err := investigationIn("camt.110.001.01", "Q-1", "INQUIRY-1", mustBIC(t, alphaBank), mustBIC(t, testGateway), &original)
	found := messages.InvestigationResponseOn(talk(alpha, raw, err, fromBeta, "camt.110"))
	found.MessageID, found.Status = "F-1", "CLSD"
	for i := range found.Findings {
		found.Findings[i].Narrative = "found"
	}
	raw, err = found.Write("camt.111.001.01")
	talk(beta, raw, err, fromAlpha, "camt.111")
	check := messages.IdentificationRequest{
		MessageID: "V-1", Created: testTime(t), Assigner: asParty(mustBIC(t, alphaBank)), Assignee: asParty(mustBIC(t, testGateway)),
		Questions: []messages.Verification{{ID: "VER-1", Subject: messages.Subject{
			Party: messages.Party{Name: "Somchai"}, Agent: messages.Agent{BIC: mustBIC(t, betaBank)}, Account: messages.Account{Other: "0012345678"},
		}}},
	}
	raw, err = check.Write("acmt.023.001.03")
	verdict := messages.IdentificationReportOn(talk(alpha, raw, err, fromBeta, "acmt.023"))
	verdict.MessageID, verdict.Created, verdict.Assigner, verdict.Assignee = "D-1", testTime(t), asParty(mustBIC(t, betaBank)), asParty(mustBIC(t, testGateway))
	verdict.Verdicts[0].Verified = true
	raw, err = verdict.Write("acmt.024.001.03")
	talk(beta, raw, err, fromAlpha, "acmt.024")
	back, err := messages.ReturnOf(got)
	if err != nil {
		t.Fatal(err)
	}
	back.MessageID, back.Created, back.InstructingAgent, back.InstructedAgent = "R-1", testTime(t), messages.Agent{BIC: mustBIC(t, betaBank)}, messages.Agent{BIC: mustBIC(t, alphaBank)}
	back.Payments[0].ReturnID, back.Payments[0].Original.Received, back.Payments[0].Reasons = "R-1", messages.Node{}, []messages.Reason{{Code: "AC04"}}
	raw, err = back.Write("pacs.004.001.09")
	returned := talk(beta, raw, err, fromAlpha, "pacs.004")
	if !strings.Contains(string(returned.Raw()), "1250000.50") {
		t.Errorf("the return is\n%s", returned.Raw())
	}
	if err := spy.FlushTimeout(testPatience); err != nil {
		t.Fatal(err)
	}
	gamma, _ := r.node.Directory().ByBIC(mustBIC(t, gammaBank))
	if end := r.node.Books.MailboxEnd(gamma.ID); heard.Load() != 0 || end != 0 {
		t.Errorf("%d messages were heard, and %d are in the mailbox", heard.Load(), end)
	}
	t.Logf("%d messages to one, %d to the other", hears[fromAlpha]-1, hears[fromBeta]-1)
}
