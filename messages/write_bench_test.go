package messages_test

import (
	"fmt"
	"testing"

	"dragoman/messages"
)

// benchStatement is what a day of a busy account comes to: 1,000 entries, each
// with one transaction, its references, parties, agents and remittance.
func benchStatement() messages.Reporting {
	s := pagedStatement(1000)
	for i := range s.Entries {
		s.Entries[i].Reference = fmt.Sprintf("ENTRY-%d", i)
		s.Entries[i].ValueDate = moment("2026-03-04")
		s.Entries[i].Transactions = []messages.EntryTransaction{{
			References: messages.References{
				MessageID: "MSG-1", InstructionID: "INSTR-1", EndToEndID: fmt.Sprintf("E2E-%d", i), UETR: sampleUETR, TransactionID: "TX-1",
			},
			Amount:         s.Entries[i].Amount,
			Debtor:         messages.Party{Name: "Erika Mustermann", Address: messages.Address{Town: "Köln", Country: "DE"}},
			DebtorAccount:  messages.Account{IBAN: ownIBAN},
			Creditor:       messages.Party{Name: "Müller & Söhne"},
			DebtorAgent:    agent("BANKDEFF"),
			CreditorAgent:  agent("BANKFRPP"),
			SettlementDate: moment("2026-03-04").Date,
			Remittance:     []string{"invoice 4711 of 2026-02-28"},
		}}
	}
	return messages.Reporting{MessageID: "MSG-1", Created: createdTime, Statements: []messages.Statement{s}}
}

func BenchmarkWrite(b *testing.B) {
	statement, report := benchStatement(), messages.StatusReport{
		MessageID: "MSG-1", Created: createdTime, InstructingAgent: agent("BANKDEFF"), InstructedAgent: agent("BANKFRPP"),
		Transactions: []messages.TransactionStatus{{
			Original: messages.OriginalPayment{EndToEndID: "E2E-1", UETR: sampleUETR}, Status: "ACSC",
		}},
	}
	b.Run("statement1000", func(b *testing.B) { benchWrite(b, "camt.053.001.08", statement.Write) })
	b.Run("status", func(b *testing.B) { benchWrite(b, "pacs.002.001.10", report.Write) })
}

func benchWrite(b *testing.B, id string, write func(string) ([]byte, error)) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		raw, err := write(id)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(raw)))
	}
}

func BenchmarkViewStatement1000(b *testing.B) {
	statement := benchStatement()
	m := messages.Read(must(statement.Write("camt.053.001.08")), messages.Options{})
	if !m.Valid() {
		b.Fatal(m.Faults()[0])
	}
	b.ReportAllocs()
	for b.Loop() {
		v, _ := messages.ViewStatement(m)
		sum, n := money("EUR 0.00"), 0
		for e := range head(v.Statements()).Entries() {
			sum = must(sum.Add(must(e.Signed())))
			for t := range e.Transactions() {
				if t.References().EndToEndID() != "" && t.DebtorAccount().IBANText() != "" {
					n++
				}
			}
		}
		if n != 1000 {
			b.Fatal(n)
		}
	}
}
