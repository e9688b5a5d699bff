package messages

// Entry is one entry on an account, for writing. The details of its
// transactions are to be those of the same account and currency.
type Entry struct {
	Reference    string // left out in version .01
	Amount       Money  // below zero: a debit
	Reversal     bool
	Status       string // BOOK, PDNG, INFO or, from .07 on, any external entry status
	Booked       Moment
	ValueDate    Moment
	ServicerRef  string
	Code         TransactionCode
	Availability []Availability
	Amounts      AmountDetails
	Charges      []EntryCharge
	Batch        Batch
	Transactions []EntryTransaction
	Text         string // at most 500 characters
}

// TransactionCode tells what kind of transaction was entered, for writing: by
// the ISO bank transaction code (all three parts), by a proprietary one, or by
// both.
type TransactionCode struct {
	Domain, Family, Subfamily string // such as PMNT, RCDT, XBCT
	Proprietary               string
	Issuer                    string // of the proprietary code
}

// AmountDetails are the amounts behind an entry or transaction, for writing.
type AmountDetails struct {
	Instructed   ExchangedAmount
	Transaction  ExchangedAmount
	Countervalue ExchangedAmount
}

// ExchangedAmount is an amount and how it was exchanged, for writing. Money{}
// leaves it out.
type ExchangedAmount struct {
	Amount   Money
	Exchange Exchange
}

// Exchange is an exchange of one currency into another, for writing.
type Exchange struct {
	Source, Target, Unit Currency // Target and Unit may be zero
	Rate                 Decimal
	ContractID           string
	Quoted               DateTime
}

// EntryCharge is one charge booked with an entry or transaction, for writing.
type EntryCharge struct {
	Amount    Money
	Direction string // Credit or Debit; left out in version .01
	Included  bool   // in the amount of the entry; left out in versions to .03
	Type      string // external charge type, else proprietary
	Bearer    string // DEBT, CRED, SHAR or SLEV
	Agent     Agent  // who took it
}

// Batch is the batch for which one entry was made, for writing.
type Batch struct {
	MessageID            string
	PaymentInformationID string
	Count                int   // 0: not said
	Total                Money // below zero: a debit; left out in version .01
}

func (w *Writer) entry(e *Entry) {
	w.Open("Ntry")
	w.Maybe("NtryRef", e.Reference)
	w.SignedAmount("Amt", e.Amount)
	if e.Reversal {
		w.Flag("RvslInd", true)
	}
	w.codeOrText("Sts", e.Status)
	w.Moment("BookgDt", e.Booked)
	w.Moment("ValDt", e.ValueDate)
	w.Text("AcctSvcrRef", e.ServicerRef)
	w.availability(e.Availability)
	w.transactionCode("BkTxCd", e.Code)
	details := w.Has("NtryDtls")
	if !details {
		w.batch(&e.Batch)
	}
	w.amountDetails(&e.Amounts, Money{})
	w.charges(e.Charges)
	if details {
		w.Open("NtryDtls")
		w.batch(&e.Batch)
	}
	for i := range e.Transactions {
		w.entryTransaction(&e.Transactions[i])
	}
	if details {
		w.Close()
	}
	w.Text("AddtlNtryInf", e.Text)
	w.Close()
}

func (w *Writer) transactionCode(name string, c TransactionCode) {
	w.Open(name)
	if c.Domain != "" {
		w.Open("Domn")
		w.Text("Cd", c.Domain)
		w.Open("Fmly")
		w.Text("Cd", c.Family)
		w.Text("SubFmlyCd", c.Subfamily)
		w.Close()
		w.Close()
	}
	if c.Proprietary != "" {
		w.Open("Prtry")
		w.Text("Cd", c.Proprietary)
		w.Text("Issr", c.Issuer)
		w.Close()
	}
	w.Close()
}

func (w *Writer) batch(b *Batch) {
	if *b == (Batch{}) {
		return
	}
	w.Open("Btch")
	w.Text("MsgId", b.MessageID)
	w.Text("PmtInfId", b.PaymentInformationID)
	if b.Count > 0 {
		w.Number("NbOfTxs", b.Count)
	}
	if b.Total != (Money{}) && w.Has("TtlAmt") {
		w.SignedAmount("TtlAmt", b.Total)
	}
	w.Close()
}

// amountDetails writes the amounts behind an entry; moved takes the place of
// the transaction's amount where there is none.
func (w *Writer) amountDetails(a *AmountDetails, moved Money) {
	if *a == (AmountDetails{}) && moved == (Money{}) {
		return
	}
	transaction := &a.Transaction
	if transaction.Amount == (Money{}) && moved != (Money{}) {
		transaction = &ExchangedAmount{Amount: magnitude(moved)}
	}
	w.Open("AmtDtls")
	w.exchangedAmount("InstdAmt", &a.Instructed)
	w.exchangedAmount("TxAmt", transaction)
	w.exchangedAmount("CntrValAmt", &a.Countervalue)
	w.Close()
}

func (w *Writer) exchangedAmount(name string, a *ExchangedAmount) {
	if a.Amount == (Money{}) {
		return
	}
	w.Open(name)
	w.Amount("Amt", a.Amount)
	if x := &a.Exchange; *x != (Exchange{}) {
		w.Open("CcyXchg")
		w.Text("SrcCcy", x.Source.Code())
		w.Text("TrgtCcy", x.Target.Code())
		w.Text("UnitCcy", x.Unit.Code())
		w.Text("XchgRate", x.Rate.String())
		w.Text("CtrctId", x.ContractID)
		w.Text("QtnDt", x.Quoted.String())
		w.Close()
	}
	w.Close()
}

// charges writes records of one Chrgs, or one Chrgs each in versions .01 and .02.
func (w *Writer) charges(list []EntryCharge) {
	if len(list) == 0 {
		return
	}
	w.Open("Chrgs")
	if w.Has("Rcrd") {
		for i := range list {
			w.Open("Rcrd")
			w.charge(&list[i])
			w.Close()
		}
		w.Close()
		return
	}
	for i := range list {
		if i > 0 {
			w.Open("Chrgs")
		}
		w.charge(&list[i])
		w.Close()
	}
}

func (w *Writer) charge(c *EntryCharge) {
	w.Amount("Amt", c.Amount)
	w.Maybe("CdtDbtInd", c.Direction)
	if w.Has("ChrgInclInd") {
		w.Flag("ChrgInclInd", c.Included)
	}
	if c.Type != "" {
		w.Open("Tp")
		if w.Has("PrtryCd") {
			w.Text(w.admitting(c.Type, "Cd", "PrtryCd"), c.Type)
		} else {
			w.codeValue(c.Type)
		}
		w.Close()
	}
	w.Text("Br", c.Bearer)
	agent := "Agt"
	if !w.Has(agent) {
		agent = "Pty"
	}
	w.Agent(agent, c.Agent)
}
