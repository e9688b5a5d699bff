package messages_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"dragoman/messages"
)

// What a version cannot carry, and what no version may carry, is an error that
// names the element.
func TestWriteReportingRefuses(t *testing.T) {
	const old, newer = "camt.053.001.02", "camt.053.001.08"
	type statement = *messages.Statement
	long := strings.Repeat("x", 36)
	tests := []struct {
		name, id, path string
		change         func(statement)
	}{
		{"no statement id", newer, "Stmt/Id", func(s statement) { s.StatementID = "" }},
		{"long statement id", newer, "Stmt/Id", func(s statement) { s.StatementID = long }},
		{"no account", old, "Acct/Id/IBAN", func(s statement) { s.Account = messages.Account{} }},
		{"no balance", newer, "Stmt/Bal", func(s statement) { s.Balances = nil }},
		{"balance without amount", newer, "Bal/Amt", func(s statement) { s.Balances[0].Amount = messages.Money{} }},
		{"balance without date", newer, "Bal/Dt", func(s statement) { s.Balances[0].Date = messages.Moment{} }},
		{"two credit lines in an old version", old, "Bal/CdtLine", func(s statement) {
			s.Balances[0].CreditLines = make([]messages.CreditLine, 2)
		}},
		{"least int64", newer, "Ntry/Amt", func(s statement) {
			s.Entries[0].Amount = must(messages.NewMoney(-1<<63, messages.MustCurrency("EUR")))
		}},
		{"19 digits", newer, "Ntry/Amt", func(s statement) {
			s.Entries[0].Amount = must(messages.NewMoney(1<<63-1, messages.MustCurrency("EUR")))
		}},
		{"no status", newer, "Ntry/Sts", func(s statement) { s.Entries[0].Status = "" }},
		{"status of a newer version", old, "Ntry/Sts", func(s statement) { s.Entries[0].Status = "FUTR" }},
		{"domain without family", newer, "Domn/Fmly/Cd", func(s statement) {
			s.Entries[0].Code = messages.TransactionCode{Domain: "PMNT"}
		}},
		{"control character", newer, "AddtlNtryInf", func(s statement) { s.Entries[0].Text = "a\x00b" }},
		{"not UTF-8", newer, "AddtlNtryInf", func(s statement) { s.Entries[0].Text = "a\xffb" }},
		{"only one end of the period", newer, "FrToDt/ToDtTm", func(s statement) { s.From = createdTime }},
		{"unknown copy code", newer, "CpyDplctInd", func(s statement) { s.Copy = "COPIED" }},
		{"bad UETR", newer, "Refs/UETR", func(s statement) {
			s.Entries[0].Transactions = []messages.EntryTransaction{{References: messages.References{UETR: "not-a-uuid"}}}
		}},
		{"transaction without amount in .03", "camt.053.001.03", "TxDtls/Amt", func(s statement) {
			s.Entries[0].Transactions = []messages.EntryTransaction{{References: messages.References{EndToEndID: "E"}}}
		}},
		{"totals too large", newer, "TxsSummry", func(s statement) {
			most := must(messages.NewMoney(1<<63-1, messages.MustCurrency("EUR")))
			s.Totals = messages.Totals{Credits: 1, Debits: 1, CreditSum: most, DebitSum: most}
		}},
	}
	for _, test := range tests {
		s := pagedStatement(1)
		r := messages.Reporting{MessageID: "M", Created: createdTime, Statements: []messages.Statement{s}}
		if raw, err := r.Write(test.id); err != nil || len(raw) == 0 {
			t.Fatalf("%s: refused before the change: %v", test.name, err)
		}
		test.change(&r.Statements[0])
		raw, err := r.Write(test.id)
		var refused *messages.WriteError
		if !errors.As(err, &refused) || !strings.HasSuffix(refused.Path, test.path) || raw != nil {
			t.Errorf("%s: %v, want a refusal at %s\n%s", test.name, err, test.path, raw)
		}
	}
}

func TestWritersRefuseOtherKinds(t *testing.T) {
	answer := messages.Answer{MessageID: "A", Errors: []messages.QueryError{{Code: "T1"}}}
	for name, write := range map[string]func(string) ([]byte, error){
		"account":     messages.AccountAnswer{Answer: answer}.Write,
		"transaction": messages.TransactionAnswer{Answer: answer}.Write,
		"limit":       messages.LimitAnswer{Answer: answer}.Write,
		"rate":        messages.RateAnswer{Answer: answer}.Write,
		"day":         messages.BusinessDayAnswer{Answer: answer}.Write,
		"reservation": messages.ReservationAnswer{Answer: answer}.Write,
		"receipt":     messages.Receipt{MessageID: "R"}.Write,
		"liquidity":   messages.LiquidityCreditTransfer{MessageID: "L"}.Write,
		"reporting":   messages.Reporting{MessageID: "M"}.Write,
	} {
		for _, id := range []string{"pacs.008.001.08", "head.001.001.02", "camt.999.001.01", ""} {
			if raw, err := write(id); err == nil {
				t.Errorf("%s written as %q: %s", name, id, raw)
			}
		}
	}
}

// Writers share memory, and what they have written does not: neither a later
// nor a simultaneous message, nor a failed one, changes it.
func TestWrittenIsItsOwn(t *testing.T) {
	const id = "camt.053.001.08"
	write := func(n int) ([]byte, error) {
		r := messages.Reporting{MessageID: "M", Created: createdTime, Statements: []messages.Statement{pagedStatement(n)}}
		return r.Write(id)
	}
	want := map[int][]byte{}
	for n := range 40 {
		want[n] = bytes.Clone(must(write(n)))
	}
	var running sync.WaitGroup
	for worker := range 4 {
		running.Go(func() {
			written := map[int][]byte{}
			for n := range 40 {
				if (n+worker)%3 == 0 {
					if raw, err := (messages.Reporting{MessageID: "M"}).Write(id); err == nil {
						t.Errorf("without a statement: %s", raw)
					}
				}
				written[n], _ = write(n)
			}
			for n, raw := range written {
				if !bytes.Equal(raw, want[n]) {
					t.Errorf("worker %d: the statement of %d entries has changed", worker, n)
				}
			}
		})
	}
	running.Wait()
}

// An amount without its currency is read in the one that is implied, and one
// with a currency keeps it.
func TestMoneyIn(t *testing.T) {
	read := func(amount string) messages.AmountView {
		raw := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.050.001.05"><LqdtyCdtTrf><MsgHdr><MsgId>M</MsgId></MsgHdr>` +
			`<LqdtyCdtTrf><TrfdAmt>` + amount + `</TrfdAmt></LqdtyCdtTrf></LqdtyCdtTrf></Document>`
		m := messages.Read([]byte(raw), messages.Options{})
		if !m.Valid() {
			t.Fatal(m.Faults()[0])
		}
		v, _ := messages.ViewLiquidityCreditTransfer(m)
		return v.Amount()
	}
	jpy := messages.MustCurrency("JPY")
	for _, test := range []struct{ amount, want string }{
		{`<AmtWthtCcy>5000</AmtWthtCcy>`, "JPY 5000"},
		{`<AmtWthCcy Ccy="USD">5.05</AmtWthCcy>`, "USD 5.05"},
		{`<AmtWthtCcy>5000.50</AmtWthtCcy>`, ""},
		{`<AmtWthCcy Ccy="ABC">5</AmtWthCcy>`, ""},
	} {
		got, err := read(test.amount).MoneyIn(jpy)
		if (err == nil) != (test.want != "") || err == nil && got.String() != test.want {
			t.Errorf("%s: %v, %v, want %q", test.amount, got, err, test.want)
		}
	}
	if _, err := read(`<AmtWthtCcy>5000</AmtWthtCcy>`).Money(); err == nil {
		t.Error("money without a currency")
	}
}
