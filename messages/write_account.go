package messages

// AccountAnswer is a camt.004 for writing: balances and limits of accounts.
type AccountAnswer struct {
	Answer
	Accounts []AccountPosition
}

// AccountPosition is one account for writing: its balances and limits, or why
// there are none.
type AccountPosition struct {
	Account           Account
	Owner             Party
	Servicer          Agent
	MultilateralLimit AccountLimit // without counterparty and balances
	Balances          []SystemBalance
	BilateralLimits   []AccountLimit
	Errors            []QueryError // instead of all but the account's identification
}

// SystemBalance is a balance in the currency of its account, for writing.
type SystemBalance struct {
	Type           string // external system balance type, such as AVLB, else proprietary
	Amount         Money  // below zero: a debit
	Status         string // PDNG or STLD
	ValueDate      Moment
	ProcessingDate Moment // left out of balances towards one counterparty
	Payments       int    // number of payments in it; 0: not said
}

// AccountLimit is a limit of an account for writing.
type AccountLimit struct {
	Counterparty Agent
	Amount       Money
	Direction    string // Credit or Debit
	Balances     []SystemBalance
}

// Write writes the answer in that version of camt.004. Balances carry no
// currency there: it is an error if theirs is not that of the account.
func (a AccountAnswer) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.004")
	w.answer(a.Answer, Page{}, func() {
		for i := range a.Accounts {
			w.accountPosition(&a.Accounts[i])
		}
	})
	w.Close()
	return w.Bytes()
}

func (w *Writer) accountPosition(p *AccountPosition) {
	w.Open("AcctRpt")
	w.AccountID("AcctId", p.Account)
	w.Open("AcctOrErr")
	w.errors("BizErr", p.Errors)
	if len(p.Errors) == 0 {
		w.Open("Acct")
		w.Text("Nm", p.Account.Name)
		w.Code("Tp", p.Account.Type)
		w.Text("Ccy", p.Account.Currency)
		if p.MultilateralLimit.Amount != (Money{}) {
			w.Open("CurMulLmt")
			w.ChosenAmount("Amt", p.MultilateralLimit.Amount)
			w.Text("CdtDbtInd", p.MultilateralLimit.Direction)
			w.Close()
		}
		w.Party("Ownr", p.Owner)
		w.Agent("Svcr", p.Servicer)
		w.systemBalances("MulBal", p.Balances, p.Account.Currency)
		for i := range p.BilateralLimits {
			w.bilateralLimit(&p.BilateralLimits[i], p.Account.Currency)
		}
		w.Close()
	}
	w.Close()
	w.Close()
}

func (w *Writer) bilateralLimit(l *AccountLimit, currency string) {
	w.Open("CurBilLmt")
	w.Agent("CtrPtyId", l.Counterparty)
	w.ChosenAmount("LmtAmt", l.Amount)
	w.Text("CdtDbtInd", l.Direction)
	w.systemBalances("BilBal", l.Balances, currency)
	w.Close()
}

func (w *Writer) systemBalances(name string, balances []SystemBalance, currency string) {
	for i := range balances {
		b := &balances[i]
		w.Open(name)
		w.impliedAmount("Amt", magnitude(b.Amount), currency)
		w.Text("CdtDbtInd", direction(b.Amount))
		w.Code("Tp", b.Type)
		w.Text("Sts", b.Status)
		w.Moment("ValDt", b.ValueDate)
		if w.Has("PrcgDt") {
			w.Moment("PrcgDt", b.ProcessingDate)
		}
		if b.Payments > 0 {
			w.Number("NbOfPmts", b.Payments)
		}
		w.Close()
	}
}
