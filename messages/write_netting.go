package messages

// MultilateralSettlement is a pacs.029 for writing: the movements that settle
// the cycles of a netting system.
type MultilateralSettlement struct {
	MessageID  string
	Created    DateTime
	Settlement Settlement // Method INDA, INGA or CLRG, Account and ClearingSystem only
	Requests   []SettlementRequest
}

// SettlementRequest is one cycle, whose movements settle together, for writing.
type SettlementRequest struct {
	InstructionID       string
	InstructionPriority string // URGT, HIGH or NORM, as Priority
	Priority            string // settlement priority
	Times               SettlementTimes
	Cycle               string
	Movements           []Movement // two at least
}

// Movement is one debit or credit of a settlement cycle, for writing.
type Movement struct {
	ID                     string
	Sequence               int // from 1; 0: not said
	Amount                 Money
	Direction              string // CRDT or DBIT, seen from the participant; may be left out
	SettlementAgent        Party
	SettlementAgentAccount Account
	Participant            Party
	ParticipantAccount     Account
	Reference              string
}

// Write writes the request in that version of pacs.029.
func (m MultilateralSettlement) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("pacs.029")
	w.Open("GrpHdr")
	w.Text("MsgId", m.MessageID)
	w.Text("CreDtTm", m.Created.String())
	w.Number("NbOfSttlmReqs", len(m.Requests))
	if m.Settlement.Method != "" {
		w.settlement(m.Settlement)
	}
	w.Close()
	for i := range m.Requests {
		r := &m.Requests[i]
		w.Open("SttlmReq")
		w.Text("InstrId", r.InstructionID)
		w.Text("InstrPrty", r.InstructionPriority)
		w.settlementTimes(r.Times)
		w.Text("SttlmPrty", r.Priority)
		w.Text("SttlmCycl", r.Cycle)
		w.Number("NbOfMvmntRcrds", len(r.Movements))
		for k := range r.Movements {
			w.movement(&r.Movements[k])
		}
		w.Close()
	}
	w.Close()
	return w.Bytes()
}

func (w *Writer) movement(m *Movement) {
	w.Open("MvmntRcrd")
	w.Text("Id", m.ID)
	if m.Sequence > 0 {
		w.Number("SeqNb", m.Sequence)
	}
	w.Open("Amt")
	w.Amount("Amt", m.Amount)
	w.Text("CdtDbt", m.Direction)
	w.Close()
	w.Party("SttlmAgt", m.SettlementAgent)
	w.Account("SttlmAgtAcct", m.SettlementAgentAccount)
	w.Party("Ptcpt", m.Participant)
	w.Account("PtcptAcct", m.ParticipantAccount)
	w.Text("Ref", m.Reference)
	w.Close()
}

// NetReport is a camt.088 for writing: what a participant owes or is owed after
// netting.
type NetReport struct {
	MessageID    string
	Created      DateTime
	CutOff       TimeOfDay
	Date         Date
	ValueDate    Date
	Type         string
	ServiceType  string
	Servicer     NettingParty
	Page         Page
	Participant  NettingParty
	Counterparty NettingParty
	Obligations  []NetObligation
}

// NetObligation is one amount that is owed after netting, for writing.
type NetObligation struct {
	ID             string
	Amount         Money
	Direction      string // PAYM, RECE or NONE
	Participant    NettingParty
	Counterparty   NettingParty
	ReceivingAgent NettingParty // where the counterparty wants to be paid
	Beneficiary    NettingParty // needs a ReceivingAgent
	TradeCount     int          // 0: not said
	ClearingCentre string       // ISO 3166 code; left out before camt.088.001.03
}

// NettingParty is a party as trade messages name it, for writing: by BIC alone,
// by name alone, or by several fields. Group names a netting group instead,
// which only the two sides of an obligation may be.
type NettingParty struct {
	BIC            BIC
	Name           string // at most 34 characters beside other fields
	LEI            LEI
	Account        string
	ClearingSystem string // external code, else proprietary
	Group          string
}

// Write writes the report in that version of camt.088.
func (r NetReport) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.088")
	w.Open("NetRptData")
	w.Text("MsgId", r.MessageID)
	w.Text("CreDtTm", r.Created.String())
	w.Text("NetgCutOffTm", r.CutOff.String())
	w.Text("RptDt", r.Date.String())
	w.Text("ValDt", r.ValueDate.String())
	w.Text("RptTp", r.Type)
	w.nettingParty("NetRptSvcr", r.Servicer)
	w.Text("NetSvcTp", r.ServiceType)
	w.Page("MsgPgntn", r.Page)
	w.Close()
	w.nettingParty("NetSvcPtcptId", r.Participant)
	w.nettingParty("NetSvcCtrPtyId", r.Counterparty)
	for i := range r.Obligations {
		w.netObligation(&r.Obligations[i])
	}
	w.Close()
	return w.Bytes()
}

func (w *Writer) netObligation(o *NetObligation) {
	w.Open("NetOblgtn")
	w.Text("OblgtnId", o.ID)
	w.Amount("Amt", o.Amount)
	w.nettingSide("PtcptNetgId", o.Participant)
	w.Text("OblgtnDrctn", o.Direction)
	w.nettingSide("CtrPtyNetgId", o.Counterparty)
	w.Open("CtrPtySttlmInstrs")
	w.nettingParty("RcvgAgt", o.ReceivingAgent)
	w.nettingParty("BnfcryInstn", o.Beneficiary)
	w.Close()
	if o.TradeCount > 0 {
		w.Number("TxsNb", o.TradeCount)
	}
	w.Maybe("PmtClrCentr", o.ClearingCentre)
	w.Close()
}

// nettingSide writes a party or a netting group.
func (w *Writer) nettingSide(name string, p NettingParty) {
	w.Open(name)
	if p.Group != "" {
		w.Text("NetgGrpId", p.Group)
	} else {
		w.nettingParty("TradPty", p)
	}
	w.Close()
}

func (w *Writer) nettingParty(name string, p NettingParty) {
	if p == (NettingParty{}) {
		return
	}
	w.Open(name)
	switch p {
	case NettingParty{BIC: p.BIC}:
		w.anyBIC(p.BIC)
	case NettingParty{Name: p.Name}:
		w.Open("NmAndAdr")
		w.Text("Nm", p.Name)
		w.Close()
	case NettingParty{Group: p.Group}:
		w.Text("NetgGrpId", p.Group)
	default:
		w.Open("PtyId")
		w.Text("PtyNm", p.Name)
		w.anyBIC(p.BIC)
		w.Text("AcctNb", p.Account)
		w.Code("ClrSysId", p.ClearingSystem)
		w.Text("LglNttyIdr", p.LEI.String())
		w.Close()
	}
	w.Close()
}

func (w *Writer) anyBIC(bic BIC) {
	if bic.IsZero() {
		return
	}
	w.Open("AnyBIC")
	w.Text("AnyBIC", bic.String())
	w.Close()
}
