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
				document, definition, err := forward(m, passing{uetr: uetrFrom("assigned")}, to, "DRGM-P1", testTime(t))
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

// TestEveryReasonInEveryVersion: whatever the reason of a refusal, each version of
// the answer says it, as a code or, where its schema lists codes that it may not
// be, as a proprietary one.
func TestEveryReasonInEveryVersion(t *testing.T) {
	reasonCodes := []string{
		"AB03", "AB05", "AC09", "AG01", "AG03", "AG09", "AG10", "AG11", "AG12", "AGNT", "AM01", "AM03", "AM04", "AM05", "AM10", "AM12", "AM13", "AM14", "AM16",
		"AM19", "AM23", "CH16", "CH17", "CH20", "CH21", "CNOR", "DNOR", "DS02", "DS0H", "DT02", "DUPL", "FF01", "FF03", "FF10", "MS03", "NARR", "RC01", "RC03",
		"RC04", "RC07", "RC15", "RR04", "TM01",
	}
	texts, coded, own := newTemplates(), 0, 0
	for _, version := range versionsOf("pacs.002") {
		for _, code := range reasonCodes {
			report := messages.StatusReport{
				MessageID: "A-1", Created: testTime(t), Original: messages.OriginalGroup{MessageID: "M-1", MessageName: "pacs.008.001.08"}, GroupStatus: "RJCT",
				Transactions: []messages.TransactionStatus{{
					Original: messages.OriginalPayment{EndToEndID: "E-1", TransactionID: "T-1"}, Status: "RJCT", Reasons: []messages.Reason{{Code: code, Text: "because"}},
				}},
			}
			document := texts.report(nil, &report, version)
			if document == nil {
				var err error
				if document, err = report.Write(version); err != nil {
					t.Errorf("%s in %s: %v", code, version, err)
					continue
				}
			}
			m := messages.Read(document, messages.Options{})
			v, _ := messages.ViewStatusReport(m)
			reason := firstOf(firstOf(v.Transactions()).Reasons())
			switch {
			case !m.Valid():
				t.Errorf("%s in %s: %v\n%s", code, version, m.Faults(), document)
			case reason.Code() == code:
				coded++
			case reason.Proprietary() == code:
				own++
			default:
				t.Errorf("%s in %s is said as %q %q", code, version, reason.Code(), reason.Proprietary())
			}
		}
	}
	t.Logf("%d as codes, %d as proprietary ones", coded, own)
	if coded < 400 {
		t.Error("too few")
	}
}
