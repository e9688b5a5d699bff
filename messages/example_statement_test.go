package messages_test

import (
	"fmt"
	"time"

	"dragoman/messages"
)

// A bank reads the statement of its account at the settlement system.
func ExampleViewStatement() {
	raw := []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
  <GrpHdr><MsgId>M-7</MsgId><CreDtTm>2026-03-04T18:00:00+01:00</CreDtTm></GrpHdr>
  <Stmt><Id>S-7</Id><Acct><Id><Othr><Id>SETTLE-1</Id></Othr></Id></Acct>
    <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-04</Dt></Dt></Bal>
    <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">79.95</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-04</Dt></Dt></Bal>
    <Ntry><Amt Ccy="EUR">20.05</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-04</Dt></BookgDt>
      <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>XBCT</SubFmlyCd></Fmly></Domn></BkTxCd>
      <NtryDtls><TxDtls><Refs><EndToEndId>INVOICE-4711</EndToEndId></Refs></TxDtls></NtryDtls>
    </Ntry></Stmt>
</BkToCstmrStmt></Document>`)

	m := messages.Read(raw, messages.Options{})
	v, ok := messages.ViewStatement(m)
	if !m.Valid() || !ok {
		fmt.Println(m.Faults())
		return
	}
	for s := range v.Statements() {
		closing, err := s.Balance("CLBD").Signed()
		fmt.Println(s.Account().Other(), closing, err)
		for e := range s.Entries() {
			amount, err := e.Signed()
			fmt.Println(e.BookedText(), e.Status(), e.Code().Subfamily(), amount, err)
			for t := range e.Transactions() {
				fmt.Println(t.References().EndToEndID())
			}
		}
	}
	// Output:
	// SETTLE-1 EUR 79.95 <nil>
	// 2026-03-04 BOOK XBCT EUR -20.05 <nil>
	// INVOICE-4711
}

// A gateway tells a participant of one entry on its account.
func ExampleReporting_Write() {
	amount, err := messages.ParseMoney("20.05", messages.MustCurrency("EUR"))
	if err != nil {
		fmt.Println(err)
		return
	}
	created, err := messages.NewDateTime(time.Date(2026, 3, 4, 18, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	r := messages.Reporting{MessageID: "M-8", Created: created, Statements: []messages.Statement{{
		StatementID: "N-8", Account: messages.Account{Other: "SETTLE-1"},
		Entries: []messages.Entry{{
			Amount: amount, Status: "BOOK",
			Code: messages.TransactionCode{Domain: "PMNT", Family: "RCDT", Subfamily: "XBCT"},
			Transactions: []messages.EntryTransaction{{
				References: messages.References{EndToEndID: "INVOICE-4711"}, Amount: amount,
			}},
		}},
	}}}
	raw, err := r.Write("camt.054.001.08")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, _ := messages.ViewNotification(messages.Read(raw, messages.Options{}))
	for s := range v.Statements() {
		for e := range s.Entries() {
			fmt.Println(s.StatementID(), e.Amount().CurrencyCode(), e.Amount().Text(), e.Direction())
		}
	}
	// Output: N-8 EUR 20.05 CRDT
}

// A system answers a question about balances with the references of the
// question.
func ExampleAnswerTo() {
	query := messages.Read([]byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.003.001.07"><GetAcct>`+
		`<MsgHdr><MsgId>Q-1</MsgId></MsgHdr></GetAcct></Document>`), messages.Options{})
	available, err := messages.ParseMoney("1500.00", messages.MustCurrency("EUR"))
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := messages.AccountAnswer{Answer: messages.AnswerTo(query), Accounts: []messages.AccountPosition{{
		Account:  messages.Account{Other: "SETTLE-1", Currency: "EUR"},
		Balances: []messages.SystemBalance{{Type: "AVLB", Amount: available}},
	}}}
	answer.MessageID = "A-1"
	raw, err := answer.Write("camt.004.001.08")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, _ := messages.ViewAccountAnswer(messages.Read(raw, messages.Options{}))
	fmt.Println(v.Query().MessageID(), v.Query().MessageName())
	for account := range v.Accounts() {
		for b := range account.Balances() {
			balance, err := b.Signed()
			fmt.Println(account.Account().Other(), b.Type(), balance, err)
		}
	}
	// Output:
	// Q-1 camt.003.001.07
	// SETTLE-1 AVLB EUR 1500.00 <nil>
}
