package gateway

import (
	"testing"
	"time"

	"dragoman/messages"
	"dragoman/messages/schema"
	"dragoman/settlement"
)

// What templates write is byte for byte what the writers write, in every version;
// what they do not take is left to the writers.
func TestTemplatesWriteAsWritersDo(t *testing.T) {
	made, filled, left := newTemplates(), 0, 0
	at := func(second int) messages.DateTime {
		d, err := messages.NewDateTime(time.Date(2026, 11, 25, 10, 0, second, 1e6*second, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	alpha, beta := mustBIC(t, testBanks[0]), mustBIC(t, testBanks[1])
	for _, version := range schema.IDs() {
		switch messages.KindOf(version) {
		case "head.001":
			for n, id := range []string{"DRGM-1-2", "DRGM-77-0", "a<b", "with space", "nineteen characters and some more of it"} {
				h := messages.Header{From: messages.Agent{BIC: alpha}, To: messages.Agent{BIC: beta}, MessageID: id, Definition: "pacs.002.001.10", Created: at(n)}
				want, failed := h.Write(version)
				got, err := made.header([]byte("x"), headerForm{alpha, beta, version, h.Definition, ""}, id, h.Created)
				if (err == nil) != (failed == nil) || err == nil && string(got) != "x"+string(want) {
					t.Errorf("%s %q:\n got %s %v\nwant %s %v", version, id, got, err, want, failed)
				}
			}
		case "pacs.002":
			for n := range 64 {
				r := sampleReport(n, alpha, beta, at(n%60))
				want, failed := r.Write(version)
				got := made.report(nil, &r, version)
				if got == nil {
					left++
					continue
				}
				filled++
				if failed != nil || string(got) != string(want) {
					t.Fatalf("%s, report %d:\n got %s\nwant %s %v", version, n, got, want, failed)
				}
			}
		}
	}
	t.Logf("%d reports filled, %d left to the writers", filled, left)
	if filled < 200 || left < 100 {
		t.Error("want at least 200 filled and 100 left")
	}
}

// sampleReport differs with every bit of n.
func sampleReport(n int, from, to messages.BIC, created messages.DateTime) messages.StatusReport {
	bit := func(i int) bool { return n>>i&1 == 1 }
	pick := func(yes bool, a, b string) string {
		if yes {
			return a
		}
		return b
	}
	o := messages.OriginalPayment{
		Group:         messages.OriginalGroup{MessageID: pick(bit(4), "MSG-1", "M&G"), MessageName: "pacs.008.001.08"},
		InstructionID: pick(bit(0), "INSTR/1", ""), EndToEndID: "E2E", TransactionID: pick(bit(1), "T-1", ""),
		UETR: pick(bit(2), "8a562c67-ca16-48ba-b074-65581be6f011", ""),
	}
	r := messages.StatusReport{
		MessageID: "DRGM-5-6", Created: created, InstructingAgent: messages.Agent{BIC: from}, InstructedAgent: messages.Agent{BIC: to},
		Original: o.Group, OriginalCount: 1, GroupStatus: pick(bit(3), "ACSC", ""),
		Transactions: []messages.TransactionStatus{{Original: o, Status: pick(bit(0), "ACSC", "PDNG")}},
	}
	if bit(5) && bit(0) {
		r.Transactions[0].Reasons = []messages.Reason{{Code: "AC01"}}
	}
	if bit(5) && bit(1) {
		r.Transactions[0].Accepted = created.String()
	}
	return r
}

// Statements and advices are written as the writers write them, too.
func TestEntriesWriteAsWritersDo(t *testing.T) {
	made, filled, left := newTemplates(), 0, 0
	booked, err := messages.NewDateTime(time.Date(2026, 11, 25, 10, 0, 1, 2e6, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range schema.IDs() {
		if kind := messages.KindOf(version); kind != "camt.052" && kind != "camt.053" && kind != "camt.054" {
			continue
		}
		for n := range 40 {
			s := messages.Statement{
				StatementID: "S", Created: booked, Account: messages.Account{Other: "ACCOUNT", Currency: "CNY"},
				Servicer: messages.Agent{BIC: mustBIC(t, testGateway)},
			}
			for i := range n % 5 {
				s.Entries = append(s.Entries, sampleEntry(t, n+i, booked))
			}
			if s.Totals, err = messages.TotalsOf(s.Entries); err != nil {
				t.Fatal(err)
			}
			r := messages.Reporting{MessageID: "R", Created: booked, Statements: []messages.Statement{s}}
			want, failed := r.Write(version)
			got := made.reporting(nil, r, version)
			if got == nil {
				left++
				continue
			}
			filled++
			if failed != nil || string(got) != string(want) {
				t.Fatalf("%s, %d:\n got %s\nwant %s %v", version, n, got, want, failed)
			}
		}
	}
	t.Logf("%d filled, %d left to the writers", filled, left)
	if filled < 300 || left < 200 {
		t.Error("want at least 300 filled and 200 left")
	}
}

// sampleEntry differs with every bit of n.
func sampleEntry(t *testing.T, n int, booked messages.DateTime) messages.Entry {
	minor := int64(n + 1)
	if n&1 == 1 {
		minor = -minor
	}
	amount, err := messages.NewMoney(minor, messages.MustCurrency("CNY"))
	if err != nil {
		t.Fatal(err)
	}
	alpha, beta := messages.Agent{BIC: mustBIC(t, testBanks[0])}, messages.Agent{BIC: mustBIC(t, testBanks[1])}
	x := messages.EntryTransaction{
		References: messages.References{EndToEndID: "E2E", UETR: "8a562c67-ca16-48ba-b074-65581be6f011"}, Amount: amount,
		DebtorAgent: alpha, CreditorAgent: beta, InstructingAgent: alpha, InstructedAgent: beta,
	}
	if n&2 == 2 {
		x.References.MessageID, x.References.InstructionID = "M", "I"
	}
	if n&4 == 4 {
		x.References.TransactionID = "T"
		x.InstructingAgent, x.InstructedAgent = messages.Agent{}, messages.Agent{}
	}
	if n == 17 {
		x.Purpose = "GDDS"
	}
	if n == 33 {
		x.References.EndToEndID = "a & b"
	}
	return messages.Entry{
		Reference: "7", Amount: amount, Status: "BOOK", Booked: messages.Moment{Time: booked}, ValueDate: messages.Moment{Time: booked}, ServicerRef: "DRGM-E1",
		Code: transactionCode(settlement.KindCustomer, minor), Transactions: []messages.EntryTransaction{x},
	}
}
