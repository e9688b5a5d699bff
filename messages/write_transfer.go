package messages

import "strconv"

// CreditTransfer is a pacs.008 or a pacs.009 for writing, by the identifier
// that Write is given. A pacs.009 whose payments have an Underlying one is a
// cover (COV); an advice (ADV) differs in the header's business service only.
type CreditTransfer struct {
	MessageID        string
	Created          DateTime
	Sums             bool // write control sum and total
	SettlementDate   Date // of all payments
	Settlement       Settlement
	Type             PaymentType // of all payments
	InstructingAgent Agent
	InstructedAgent  Agent
	Payments         []Payment
}

// Settlement is how and where a message's payments settle, for writing.
type Settlement struct {
	Method         string  // INDA, INGA, COVE or CLRG
	Account        Account // at the settlement agent
	ClearingSystem string  // external cash clearing system code, else proprietary

	InstructingReimbursementAgent   Agent
	InstructingReimbursementAccount Account
	InstructedReimbursementAgent    Agent
	InstructedReimbursementAccount  Account
	ThirdReimbursementAgent         Agent
	ThirdReimbursementAccount       Account
}

// PaymentType is how a payment is to be treated, for writing. First versions
// take a service level or a clearing channel, not both; versions until 2019
// take one service level.
type PaymentType struct {
	Priority        string   // HIGH or NORM
	ClearingChannel string   // RTGS, RTNS, MPNS or BOOK
	ServiceLevels   []string // external codes such as G001, else proprietary
	LocalInstrument string   // external code, else proprietary
	CategoryPurpose string   // external code, else proprietary
	Received        Node     // PmtTpInf, written as it came in place of all else
}

// SettlementTimes bound when a payment may settle, for writing. First versions
// have the CLS time only.
type SettlementTimes struct{ CLS, Till, From, Reject TimeOfDay }

// Payment is one transaction of a credit transfer, for writing.
type Payment struct {
	InstructionID    string
	EndToEndID       string
	TransactionID    string
	UETR             string // left out before pacs.008.001.08 and pacs.009.001.08
	ClearingRef      string // left out in first versions
	Type             PaymentType
	Amount           Money // interbank settlement amount
	SettlementDate   Date
	Priority         string // settlement priority: URGT, HIGH or NORM
	Times            SettlementTimes
	Accepted         string  // date-time as received
	InstructedAmount Money   // pacs.008, and underlying payments
	ExchangeRate     Decimal // between instructed and settlement amount; zero: not given
	Quote            Quote   // from pacs.008.001.13 on
	ChargeBearer     string  // DEBT, CRED, SHAR or SLEV
	Charges          []Charge
	InstructingAgent Agent
	InstructedAgent  Agent
	Parties          Parties
	Instructions     []string // what the next agent is told, in words of at most 140 characters
	Purpose          string   // external code, else proprietary
	Remittance       Remittance
	// Underlying is the customer credit transfer that a pacs.009 covers: its
	// parties, amount and remittance. References, type and purpose of it are
	// left out before pacs.009.001.12.
	Underlying *Payment
	// Others are further elements of a received transaction, written as they
	// came, such as RgltryRptg, InstrForCdtrAgt, RltdRmtInf, Tax or SplmtryData.
	// Charges are written behind those that stand here.
	Others []Node
}

// Quote is an exchange rate that was agreed before, for writing.
type Quote struct {
	ID             string // a UUID v4
	UnitCurrency   string
	QuotedCurrency string
	Rate           Decimal
}

// Remittance is what a payment is for, for writing.
type Remittance struct {
	Unstructured []string // lines of at most 140 characters
	Received     Node     // RmtInf, written as it came in place of the lines
}

// Parties are those of a payment or of the chain of a return, for writing.
type Parties struct {
	UltimateDebtor       Party
	InitiatingParty      Party
	Debtor               Party
	DebtorAccount        Account
	DebtorAgent          Agent
	DebtorAgentAccount   Account
	PreviousAgents       []Agent // at most three; one in versions to .06
	Intermediaries       []Agent // at most three
	CreditorAgent        Agent
	CreditorAgentAccount Account
	Creditor             Party
	CreditorAccount      Account
	UltimateCreditor     Party
}

// Reversed are the parties of the payment that goes the same way back: debtor
// and creditor have changed sides. Who passed the payment on is not named.
func (p Parties) Reversed() Parties {
	return Parties{
		UltimateDebtor: p.UltimateCreditor, Debtor: p.Creditor, DebtorAccount: p.CreditorAccount,
		DebtorAgent: p.CreditorAgent, DebtorAgentAccount: p.CreditorAgentAccount,
		UltimateCreditor: p.UltimateDebtor, Creditor: p.Debtor, CreditorAccount: p.DebtorAccount,
		CreditorAgent: p.DebtorAgent, CreditorAgentAccount: p.DebtorAgentAccount,
	}
}

// Write writes the transfer in that version of pacs.008 or pacs.009.
func (t CreditTransfer) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("pacs.008", "pacs.009")
	w.Open("GrpHdr")
	w.Text("MsgId", t.MessageID)
	w.Text("CreDtTm", t.Created.String())
	w.Number("NbOfTxs", len(t.Payments))
	if t.Sums {
		amounts := make([]Money, len(t.Payments))
		for i := range t.Payments {
			amounts[i] = t.Payments[i].Amount
		}
		w.sums("TtlIntrBkSttlmAmt", amounts)
	}
	w.Text("IntrBkSttlmDt", t.SettlementDate.String())
	w.settlement(t.Settlement)
	w.paymentType(t.Type)
	w.Agent("InstgAgt", t.InstructingAgent)
	w.Agent("InstdAgt", t.InstructedAgent)
	w.Close()
	for i := range t.Payments {
		w.Open("CdtTrfTxInf")
		w.payment(&t.Payments[i])
		w.Close()
	}
	w.Close()
	return w.Bytes()
}

// sums writes the control sum, which adds amounts regardless of currency, and
// the total where all amounts are of one currency.
func (w *Writer) sums(total string, amounts []Money) {
	if len(amounts) == 0 {
		return
	}
	var control Decimal
	sum, err := amounts[0], error(nil)
	oneCurrency := true
	for i, amount := range amounts {
		if control, err = control.Add(amount.Decimal()); err != nil {
			break
		}
		if i > 0 && oneCurrency {
			if oneCurrency = amount.Currency() == sum.Currency(); oneCurrency {
				if sum, err = sum.Add(amount); err != nil {
					break
				}
			}
		}
	}
	if err != nil {
		w.fail("base.sum", "CtrlSum", "%v", err)
		return
	}
	w.Text("CtrlSum", control.String())
	if oneCurrency && total != "" {
		w.Amount(total, sum)
	}
}

// settlement writes SttlmInf.
func (w *Writer) settlement(s Settlement) {
	w.Open("SttlmInf")
	w.Text("SttlmMtd", s.Method)
	w.Account("SttlmAcct", s.Account)
	if s.ClearingSystem != "" {
		w.Open("ClrSys")
		if w.Has("ClrSysId") {
			w.Text(w.admitting(s.ClearingSystem, "ClrSysId", "Prtry"), s.ClearingSystem)
		} else {
			w.codeValue(s.ClearingSystem)
		}
		w.Close()
	}
	w.Agent("InstgRmbrsmntAgt", s.InstructingReimbursementAgent)
	w.Account("InstgRmbrsmntAgtAcct", s.InstructingReimbursementAccount)
	w.Agent("InstdRmbrsmntAgt", s.InstructedReimbursementAgent)
	w.Account("InstdRmbrsmntAgtAcct", s.InstructedReimbursementAccount)
	w.Agent("ThrdRmbrsmntAgt", s.ThirdReimbursementAgent)
	w.Account("ThrdRmbrsmntAgtAcct", s.ThirdReimbursementAccount)
	w.Close()
}

// paymentType writes PmtTpInf.
func (w *Writer) paymentType(t PaymentType) {
	if t.Received.Exists() {
		w.CopyAs("PmtTpInf", t.Received)
		return
	}
	if t.Priority == "" && t.ClearingChannel == "" && len(t.ServiceLevels) == 0 && t.LocalInstrument == "" && t.CategoryPurpose == "" {
		return
	}
	w.Open("PmtTpInf")
	w.Text("InstrPrty", t.Priority)
	w.Text("ClrChanl", t.ClearingChannel)
	for _, level := range t.ServiceLevels {
		w.Code("SvcLvl", level)
	}
	w.Code("LclInstrm", t.LocalInstrument)
	if t.CategoryPurpose != "" {
		w.codeOrText("CtgyPurp", t.CategoryPurpose)
	}
	w.Close()
}

// parties writes the parties of a payment into the open element.
func (w *Writer) parties(p *Parties) {
	w.Party("UltmtDbtr", p.UltimateDebtor)
	w.Party("InitgPty", p.InitiatingParty)
	w.Party("Dbtr", p.Debtor)
	w.Account("DbtrAcct", p.DebtorAccount)
	w.Agent("DbtrAgt", p.DebtorAgent)
	w.Account("DbtrAgtAcct", p.DebtorAgentAccount)
	for i, a := range p.PreviousAgents {
		name := "PrvsInstgAgt"
		if !w.Has(name) {
			name += strconv.Itoa(i + 1)
		}
		w.Agent(name, a)
	}
	for i, a := range p.Intermediaries {
		w.Agent("IntrmyAgt"+strconv.Itoa(i+1), a)
	}
	w.Agent("CdtrAgt", p.CreditorAgent)
	w.Account("CdtrAgtAcct", p.CreditorAgentAccount)
	w.Party("Cdtr", p.Creditor)
	w.Account("CdtrAcct", p.CreditorAccount)
	w.Party("UltmtCdtr", p.UltimateCreditor)
}
