package gateway

import (
	"bytes"
	"slices"
	"testing"

	"dragoman/messages"
)

// TestForwardBetweenAllVersions: a transfer of any version for a receiver of any
// other is either the same message under the other name, valid there, with its
// references and parties and with a UETR where there is a place for one, or it is
// not forwarded.
func TestForwardBetweenAllVersions(t *testing.T) {
	alpha, beta := messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}, messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}
	amount, err := messages.ParseMoney("1.00", messages.MustCurrency("CNY"))
	if err != nil {
		t.Fatal(err)
	}
	date, err := messages.ParseDate("2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	write := func(version string, cover bool) []byte {
		p := messages.Payment{
			InstructionID: "I-1", EndToEndID: "E-1", TransactionID: "T-1", UETR: uetrFrom(version), Amount: amount, SettlementDate: date, InstructedAgent: beta,
			Remittance: messages.Remittance{Unstructured: []string{"invoice 1"}},
		}
		switch {
		case messages.KindOf(version) == "pacs.008":
			p.ChargeBearer, p.Parties = "SHAR", customersOf(alpha, beta)
		case cover:
			p.Underlying = &messages.Payment{Parties: customersOf(alpha, beta)}
			fallthrough
		default:
			p.Parties = messages.Parties{Debtor: messages.Party{Agent: alpha}, Creditor: messages.Party{Agent: beta}}
		}
		transfer := messages.CreditTransfer{
			MessageID: "M-1", Created: testTime(t), Settlement: messages.Settlement{Method: "CLRG", ClearingSystem: "DRGM"}, InstructingAgent: alpha, Payments: []messages.Payment{p},
		}
		raw, err := transfer.Write(version)
		if err != nil {
			if cover && version == "pacs.009.001.01" {
				return nil // it knows no covers
			}
			t.Fatal(err)
		}
		return raw
	}
	forwarded, refused, named := 0, 0, 0
	for _, kind := range []string{"pacs.008", "pacs.009", "cover"} {
		versions := versionsOf(kind)
		if kind == "cover" {
			versions = versionsOf("pacs.009")
		}
		for _, from := range versions {
			raw := write(from, kind == "cover")
			if raw == nil {
				continue
			}
			for _, to := range versions {
				m := messages.Read(raw, messages.Options{})
				document, definition, err := forward(m, 0, uetrFrom("assigned"), to, "DRGM-P1", testTime(t))
				if err != nil {
					refused++
					if from == to {
						t.Errorf("%s is not forwarded in its own version: %v", from, err)
					}
					continue
				}
				forwarded++
				if sameTransfer(t, m, document, definition, to) {
					named++
				}
			}
		}
	}
	t.Logf("%d forwarded, %d of them with a UETR, %d not", forwarded, named, refused)
	if forwarded < 200 || named < 100 || refused < 50 {
		t.Error("too few were forwarded or refused")
	}
}

// sameTransfer compares a forwarded payment with what was sent and tells whether it
// has a UETR.
func sameTransfer(t *testing.T, sent *messages.Message, document []byte, definition, wanted string) bool {
	t.Helper()
	got := messages.Read(document, messages.Options{})
	if !got.Valid() || definition != wanted || got.Document().ID != wanted {
		t.Errorf("%s as %s is %s: %v\n%s", sent.Document().ID, wanted, got.Document().ID, got.Faults(), document)
		return false
	}
	was, is := transactionAt(sent, 0), transactionAt(got, 0)
	for n := range was.Children() {
		if !slices.Contains(rewritten, n.Name()) && !bytes.Equal(n.Raw(), is.Child(n.Name()).Raw()) {
			t.Errorf("%s as %s: %s was %s and is %s", sent.Document().ID, wanted, n.Name(), n.Raw(), is.Child(n.Name()).Raw())
		}
	}
	for _, reference := range []string{"InstrId", "EndToEndId", "TxId"} {
		if a, b := was.At("PmtId/"+reference).Text(), is.At("PmtId/"+reference).Text(); a != b {
			t.Errorf("%s as %s: %s was %s and is %s", sent.Document().ID, wanted, reference, a, b)
		}
	}
	uetr := is.At("PmtId/UETR").Text()
	element, _ := is.Child("PmtId").Type().Element("UETR")
	want := ""
	if element != nil {
		want = orElse(was.At("PmtId/UETR").Text(), uetrFrom("assigned"))
	}
	if uetr != want {
		t.Errorf("%s as %s has the UETR %q, want %q", sent.Document().ID, wanted, uetr, want)
	}
	return uetr != ""
}
