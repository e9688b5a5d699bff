package messages_test

import (
	"fmt"
	"slices"
	"testing"

	"dragoman/messages"
)

// paired is the version of an answer to a message.
func paired(t *testing.T, m *messages.Message, kind string) string {
	t.Helper()
	id, ok := messages.AnswerVersion(m.Document().ID, kind)
	if !ok {
		t.Fatalf("no %s answers %s", kind, m.Document().ID)
	}
	return id
}

// received are messages of some kinds: filled ones of every version, and those
// of the corpus.
func received(t *testing.T, least int, test func(name string, m *messages.Message), kinds ...string) {
	t.Helper()
	n := 0
	for _, kind := range kinds {
		for _, id := range kindIDs(kind) {
			for round := range 4 {
				n++
				test(fmt.Sprintf("%s round %d", id, round), filled(t, id, round))
			}
		}
	}
	for _, f := range corpusFiles(t, "messages/valid", "cbpr/examples") {
		if part := f.message.Document(); slices.Contains(kinds, messages.KindOf(part.ID)) && !part.Faulty {
			n++
			test(f.path, f.message)
		}
	}
	t.Logf("%d messages of %v", n, kinds)
	if n < least {
		t.Errorf("%d messages, want %d", n, least)
	}
}

// reads fails unless what was written is valid.
func reads(t *testing.T, name string, raw []byte, err error) *messages.Message {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return messages.Read(nil, messages.Options{})
	}
	m := messages.Read(raw, messages.Options{})
	if !m.Valid() {
		t.Errorf("%s: %s %s", name, m.Faults()[0].Path, m.Faults()[0].Text)
	}
	return m
}

// Every payment message can be answered by a status report in the version that
// belongs to it: it names each payment and goes back to the sender.
func TestStatusReportOnEverything(t *testing.T) {
	received(t, 450, func(name string, m *messages.Message) {
		report := messages.StatusReportOn(m)
		report.MessageID, report.Created = "STS-1", createdTime
		for i := range report.Transactions {
			report.Transactions[i].Status = "ACSC"
		}
		raw, err := report.Write(paired(t, m, "pacs.002"))
		answer := reads(t, name, raw, err)
		v, _ := messages.ViewStatusReport(answer)
		originals := messages.OriginalPayments(m)
		if n := count(v.Transactions()); n == 0 && messages.KindOf(m.Document().ID) != "pacs.004" || n != len(originals) {
			t.Errorf("%s: %d statuses, %d payments", name, n, len(originals))
		}
		i := 0
		for s := range v.Transactions() {
			o := originals[i]
			if s.OriginalEndToEndID() != o.EndToEndID || s.OriginalInstructionID() != o.InstructionID || s.Status() != "ACSC" {
				t.Errorf("%s: status of %q %q, want %q %q", name, s.OriginalEndToEndID(), s.OriginalInstructionID(), o.EndToEndID, o.InstructionID)
			}
			if holds(answer.Document().ID, "TxInfAndSts/OrgnlUETR") && s.OriginalUETRText() != o.UETR {
				t.Errorf("%s: UETR %q, want %q", name, s.OriginalUETRText(), o.UETR)
			}
			i++
		}
	}, "pacs.003", "pacs.004", "pacs.007", "pacs.008", "pacs.009", "pacs.010", "pacs.028")
}

type paymentView interface {
	partiesView
	legView
	Amount() messages.AmountView
	Payment() (messages.Payment, error)
	PaymentID() messages.PaymentIDView
}

func payments(m *messages.Message) (all []paymentView) {
	if v, ok := messages.ViewCustomerCreditTransfer(m); ok {
		for p := range v.Transactions() {
			all = append(all, p)
		}
	}
	if v, ok := messages.ViewInstitutionCreditTransfer(m); ok {
		for p := range v.Transactions() {
			all = append(all, p)
		}
	}
	return all
}

// refused tells whether a payment cannot be taken over, which is right only
// where its amount is none (such as an amount of gold, which has no minor unit).
func refused(t *testing.T, name string, m *messages.Message, err error) bool {
	t.Helper()
	amounts := true
	for _, p := range payments(m) {
		if _, err := p.Amount().Money(); err != nil {
			amounts = false
		}
	}
	if (err == nil) != amounts {
		t.Errorf("%s: %v", name, err)
	}
	return err != nil
}

// Every credit transfer can be returned in the version that belongs to it: the
// amount is the payment's, and who paid is paid back.
func TestReturnOfEverything(t *testing.T) {
	received(t, 250, func(name string, m *messages.Message) {
		back, err := messages.ReturnOf(m)
		if refused(t, name, m, err) {
			return
		}
		back.MessageID, back.Created = "RTR-1", createdTime
		for i := range back.Payments {
			back.Payments[i].Reasons = []messages.Reason{{Code: "AC04"}}
		}
		raw, err := back.Write(paired(t, m, "pacs.004"))
		answer := reads(t, name, raw, err)
		v, _ := messages.ViewReturn(answer)
		sent := payments(m)
		if n := count(v.Transactions()); n == 0 || n != len(sent) {
			t.Errorf("%s: %d returns of %d payments", name, n, len(sent))
			return
		}
		i := 0
		for r := range v.Transactions() {
			p := sent[i]
			i++
			if said(r.Amount()) != said(p.Amount()) || r.OriginalEndToEndID() != p.PaymentID().EndToEndID() {
				t.Errorf("%s: returns %s of %q, want %s of %q", name, said(r.Amount()), r.OriginalEndToEndID(), said(p.Amount()), p.PaymentID().EndToEndID())
			}
			if r.InstructingAgent().BICText() != p.InstructedAgent().BICText() || r.InstructedAgent().BICText() != p.InstructingAgent().BICText() {
				t.Errorf("%s: the return goes from %s to %s", name, r.InstructingAgent().BICText(), r.InstructedAgent().BICText())
			}
			chain := r.Chain()
			if chain.Exists() && (chain.Debtor().Name() != p.Creditor().Name() || chain.CreditorAgent().BICText() != p.DebtorAgent().BICText() ||
				chain.UltimateCreditor().Name() != p.UltimateDebtor().Name()) {
				t.Errorf("%s: chain from %q to %q", name, chain.Debtor().Name(), chain.Creditor().Name())
			}
		}
	}, "pacs.008", "pacs.009")
}

// Every credit transfer can be recalled and asked about, and every recall can
// be answered, in the versions that belong to them.
func TestRecallOfEverything(t *testing.T) {
	received(t, 250, func(name string, m *messages.Message) {
		recall := messages.CancellationOf(m)
		recall.AssignmentID, recall.Created = "RCL-1", createdTime
		for i := range recall.Payments {
			recall.Payments[i].Case = messages.Case{ID: "CASE-1", Creator: asParty("CASEDEFF")}
			recall.Payments[i].Reasons = []messages.Reason{{Code: "DUPL"}}
		}
		if recall.Assigner.IsZero() { // an agent is not named in the message, but in its header
			recall.Assigner = asParty("SENDDEFF")
		}
		if recall.Assignee.IsZero() {
			recall.Assignee = asParty("RECVFRPP")
		}
		raw, err := recall.Write(paired(t, m, "camt.056"))
		request := reads(t, name, raw, err)
		resolved(t, name, request)

		question := messages.StatusRequestOn(m)
		question.MessageID, question.Created = "REQ-1", createdTime
		raw, err = question.Write(paired(t, m, "pacs.028"))
		v, _ := messages.ViewStatusRequest(reads(t, name, raw, err))
		if n := count(v.Transactions()); n != len(payments(m)) {
			t.Errorf("%s: asks about %d payments of %d", name, n, len(payments(m)))
		}
	}, "pacs.008", "pacs.009")
	received(t, 50, func(name string, m *messages.Message) { resolved(t, name, m) }, "camt.056")
}

// resolved answers a recall and compares what it says of case and payments.
func resolved(t *testing.T, name string, m *messages.Message) {
	t.Helper()
	asked, ok := messages.ViewCancellationRequest(m)
	if !ok {
		return
	}
	r := messages.ResolutionOn(m)
	r.AssignmentID, r.Created = "RSL-1", createdTime
	r.Refused(messages.Reason{Code: "LEGL"})
	raw, err := r.Write(paired(t, m, "camt.029"))
	v, _ := messages.ViewResolution(reads(t, name, raw, err))
	if v.Assigner().BICText() != asked.Assignee().BICText() || v.Assigner().Name() != asked.Assignee().Name() || v.Case().ID() != asked.Case().ID() {
		t.Errorf("%s: resolved by %q, case %q", name, v.Assigner().Name(), v.Case().ID())
	}
	if count(v.Groups()) != count(asked.Groups()) || count(v.Transactions()) != count(asked.Transactions()) {
		t.Errorf("%s: %d messages and %d payments resolved", name, count(v.Groups()), count(v.Transactions()))
	}
	want, got := head(asked.Transactions()), head(v.Transactions())
	if got.OriginalEndToEndID() != want.OriginalEndToEndID() || got.Case().ID() != want.Case().ID() || want.Exists() && got.Status() != "RJCR" {
		t.Errorf("%s: %q in case %q, want %q in %q", name, got.OriginalEndToEndID(), got.Case().ID(), want.OriginalEndToEndID(), want.Case().ID())
	}
}

// onward are the elements of a transaction that travel along the whole chain.
var onward = []string{"AccptncDtTm", "InstdAmt", "XchgRate", "ChrgBr", "ChrgsInf", "Dbtr", "DbtrAcct", "DbtrAgt", "DbtrAgtAcct", "CdtrAgt", "CdtrAgtAcct",
	"Cdtr", "CdtrAcct", "UltmtDbtr", "UltmtCdtr", "InitgPty", "PrvsInstgAgt", "PrvsInstgAgt1", "IntrmyAgt1", "PmtTpInf", "Purp", "RgltryRptg", "RmtInf",
	"RltdRmtInf", "Tax", "InstrForCdtrAgt", "UndrlygCstmrCdtTrf", "SttlmPrty"}

// A received payment that is written again carries all that belongs to the
// whole chain, to the last digit.
func TestPaymentTravels(t *testing.T) {
	compared := 0
	received(t, 250, func(name string, m *messages.Message) {
		for _, p := range payments(m) {
			next, err := p.Payment()
			if refused(t, name, m, err) {
				continue
			}
			next.InstructionID, next.InstructingAgent, next.InstructedAgent = "NEXT-1", agent("NEXTDEFF"), agent("LASTFRPP")
			raw, err := messages.CreditTransfer{MessageID: "NEXT-1", Created: createdTime, Settlement: messages.Settlement{Method: "CLRG"},
				Payments: []messages.Payment{next}}.Write(m.Document().ID)
			written := payments(reads(t, name, raw, err))
			if len(written) != 1 {
				continue
			}
			compared += travels(t, name, node(p), node(written[0]))
			if q := written[0]; q.PaymentID().UETRText() != p.PaymentID().UETRText() || q.PaymentID().TransactionID() != p.PaymentID().TransactionID() ||
				q.PaymentID().InstructionID() != "NEXT-1" || said(q.Amount()) != said(p.Amount()) {
				t.Errorf("%s: %s %s", name, q.PaymentID().Raw(), q.Amount().Raw())
			}
		}
	}, "pacs.008", "pacs.009")
	t.Logf("%d elements travelled", compared)
	if compared < 3000 {
		t.Errorf("%d elements travelled, want 3,000", compared)
	}
}

func node(v paymentView) messages.Node { return v.PaymentID().Parent() }

// travels compares the elements that must stay as they are.
func travels(t *testing.T, name string, from, to messages.Node) (n int) {
	t.Helper()
	for _, element := range onward {
		want, got := leaves(from, element), leaves(to, element)
		if element == "PmtTpInf" && want == nil { // may be said once for all payments
			want = leaves(from.Parent().Child("GrpHdr"), element)
		}
		if len(want) > 0 {
			n++
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s: %s: %q, want %q", name, element, got, want)
		}
	}
	return n
}

// leaves are the values in the children of that name, with where they stand.
func leaves(n messages.Node, name string) (all []string) {
	for c := range n.All(name) {
		for l := range c.Walk() {
			if l.Type() != nil && l.Type().Simple() {
				all = append(all, l.Name()+"="+l.Text()+" "+l.Attr("Ccy"))
			}
		}
	}
	return all
}

func TestIdentificationReportOnEverything(t *testing.T) {
	received(t, 12, func(name string, m *messages.Message) {
		r := messages.IdentificationReportOn(m)
		r.MessageID, r.Created = "RPT-1", createdTime
		asked, _ := messages.ViewIdentificationRequest(m)
		raw, err := r.Write(paired(t, m, "acmt.024"))
		v, _ := messages.ViewIdentificationReport(reads(t, name, raw, err))
		want, got := head(asked.Verifications()), head(v.Verdicts())
		if count(v.Verdicts()) != count(asked.Verifications()) || got.VerificationID() != want.ID() || v.RequestID() != asked.MessageID() ||
			got.Subject().Account().Identification() != want.Subject().Account().Identification() || got.Subject().Party().Name() != want.Subject().Party().Name() {
			t.Errorf("%s: answers %q about %q", name, v.RequestID(), got.Subject().Raw())
		}
	}, "acmt.023")
}

// The receipt names a message by its header, else by its group header.
func TestAcknowledgementOf(t *testing.T) {
	document, _, err := writeInstitutionTransfer("pacs.009.001.08", false)
	if err != nil {
		t.Fatal(err)
	}
	header := must(messages.Header{From: agent("SENDDEFF"), To: agent("RECVFRPP"), MessageID: "HEADER-1", Definition: "pacs.009.001.08", Created: createdTime}.Write("head.001.001.02"))
	for _, test := range []struct {
		raw               []byte
		reference, issuer string
	}{{messages.Envelope(header, document), "HEADER-1", "SENDDEFF"}, {document, "MSG-1", ""}} {
		a := messages.AcknowledgementOf(messages.Read(test.raw, messages.Options{}))
		a.MessageID, a.Receipts[0].Status = "ACK-1", "RCVD"
		raw, err := a.Write("admi.007.001.01")
		v, _ := messages.ViewAcknowledgement(reads(t, test.reference, raw, err))
		r := head(v.Receipts())
		if r.Reference() != test.reference || r.Issuer() != test.issuer || r.MessageName() != "pacs.009.001.08" || r.Status() != "RCVD" {
			t.Errorf("%s", raw)
		}
	}
}
