package gateway

import (
	"bytes"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
)

// institutionTransfer makes a pacs.009 from ALPHA to BETA.
func institutionTransfer(t testing.TB, version, uetr string, cover bool) []byte {
	t.Helper()
	alpha, beta := messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}, messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}
	amount, err := messages.ParseMoney("700.00", messages.MustCurrency("CNY"))
	if err != nil {
		t.Fatal(err)
	}
	date, err := messages.ParseDate("2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	p := messages.Payment{
		InstructionID: "I-9", EndToEndID: "E-9", TransactionID: "T-9", UETR: uetr, Amount: amount, SettlementDate: date,
		Parties: messages.Parties{Debtor: messages.Party{Agent: alpha}, Creditor: messages.Party{Agent: beta}},
	}
	if cover {
		p.Underlying = &messages.Payment{Parties: messages.Parties{
			Debtor: messages.Party{Name: "Li Wei"}, DebtorAgent: alpha, CreditorAgent: beta, Creditor: messages.Party{Name: "Somchai"},
		}}
	}
	transfer := messages.CreditTransfer{
		MessageID: "M-9-" + uetr[:4], Created: testTime(t), Settlement: messages.Settlement{Method: "CLRG", ClearingSystem: "DRGM"}, InstructingAgent: alpha, InstructedAgent: beta, Payments: []messages.Payment{p},
	}
	out, err := transfer.Write(version)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestInstitutionTransfers: pacs.009 settles and is forwarded whole, on own
// account and as a cover, in every version, an advice is passed on and moves nothing; a customer transfer and its cover are never both settled here.
func TestInstitutionTransfers(t *testing.T) {
	versions := versionsOf("pacs.009")
	for _, version := range versions {
		r := newRig(t)
		r.issue("ALPHCNBJXXX", "5000000.00")
		r.mailed()
		for n, cover := range []bool{false, true} {
			if cover && version < "pacs.009.001.02" {
				continue // the first version knows no cover
			}
			body := institutionTransfer(t, version, []string{"1a562c67-ca16-48ba-b074-65581be60009", "2a562c67-ca16-48ba-b074-65581be60009"}[n], cover)
			r.send("ALPHCNBJXXX", body)
			mails := r.letters()
			if len(mails) != 2 || mails[0].to != "BETA" || mails[0].record.Type != version || !strings.Contains(string(mails[1].message.Document().Root.Raw()), "ACSC") {
				t.Fatalf("%s, cover %v: %v", version, cover, mails)
			}
			forwarded := mails[0].message.Document().Root.Raw()
			if cover != bytes.Contains(forwarded, []byte("Somchai")) || !bytes.Contains(forwarded, []byte("E-9")) {
				t.Errorf("%s, cover %v is forwarded as\n%s", version, cover, forwarded)
			}
		}
		if a, b := r.balance(2), r.balance(3); a == "500000000/0" || b == "0/0" {
			t.Errorf("%s: balances %s and %s", version, a, b)
		}
		r.rebuild()
	}
	t.Logf("%d versions", len(versions))
}

func TestAdviceAndCoverSettleOnce(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "5000000.00")
	r.mailed()
	core := institutionTransfer(t, "pacs.009.001.08", "3a562c67-ca16-48ba-b074-65581be60009", false)
	header, err := messages.Header{
		From: messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}, To: messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}, MessageID: "M-9-3a56",
		Definition: "pacs.009.001.08", Service: "swift.cbprplus.adv.03", Created: testTime(t),
	}.Write("head.001.001.02")
	if err != nil {
		t.Fatal(err)
	}
	r.send("ALPHCNBJXXX", messages.Envelope(header, core))
	r.expect("BETA pacs.009 700.00, ALPH pacs.002 ACTC ACTC")
	// A customer transfer settles here: a cover of the same would pay it twice.
	id := uetr(1)
	r.send("ALPHCNBJXXX", samplePayment(t, id...))
	r.expect("BETA pacs.008 1250000.50, ALPH pacs.002 ACSC ACSC")
	r.send("ALPHCNBJXXX", institutionTransfer(t, "pacs.009.001.08", id[1], true))
	r.expect("ALPH pacs.002 RJCT RJCT AM05")
	// With a cover (COVE) the customer transfer waits; a cover of another amount is none.
	id = uetr(2)
	r.send("ALPHCNBJXXX", samplePayment(t, append(id, "<SttlmMtd>CLRG</SttlmMtd>", "<SttlmMtd>COVE</SttlmMtd>")...))
	r.expect("ALPH pacs.002 PDNG PDNG G004")
	r.send("ALPHCNBJXXX", institutionTransfer(t, "pacs.009.001.08", id[1], true))
	r.expect("BETA pacs.009 700.00, ALPH pacs.002 ACSC ACSC")
	r.rebuild()
}

// TestUnknownVersionsAreRefused: a directory that names a version nobody can
// write would stop the lane.
func TestUnknownVersionsAreRefused(t *testing.T) {
	change := testChange(t)
	change.Participants[0].Versions = map[string]string{"camt.054": "camt.054.001.99"}
	for kind, version := range map[string]string{"camt.054": "camt.054.001.99", "pacs.002": "camt.054.001.08", "nonsense": "nonsense"} {
		change.Participants[0].Versions = map[string]string{kind: version}
		if _, err := new(routing.Directory).Ready().Apply(change); err == nil {
			t.Errorf("%s in %s is taken", kind, version)
		}
	}
}
