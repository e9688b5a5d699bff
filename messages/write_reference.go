package messages

// PaymentReference names a payment that a system holds, for writing. It is
// written in the fullest form that the fields allow: with both agents, amount
// and date as the long business identification, which holds all references;
// with instructing agent and date as the short one; else by UETR where the
// version has it, by TransactionID, by the place in a queue or by Proprietary,
// the first that is set.
//
// The long form carries the amount without its currency. References for which
// the form or the version has no element are left out.
type PaymentReference struct {
	TransactionID    string
	UETR             string
	EndToEndID       string
	Amount           Money
	SettlementDate   Date
	InstructingAgent Agent
	InstructedAgent  Agent
	Queue, Position  string
	Proprietary      string
}

// PaymentReference writes a PaymentIdentification choice.
func (w *Writer) PaymentReference(name string, r *PaymentReference) {
	if *r == (PaymentReference{}) {
		return
	}
	w.Open(name)
	dated := !r.SettlementDate.IsZero() && !r.InstructingAgent.IsZero()
	switch {
	case dated && !r.InstructedAgent.IsZero() && r.Amount != (Money{}):
		w.Open("LngBizId")
		w.Text("TxId", r.TransactionID)
		w.Text("UETR", r.UETR)
		w.Text("IntrBkSttlmAmt", r.Amount.Amount())
		w.Text("IntrBkSttlmDt", r.SettlementDate.String())
		w.Agent("InstgAgt", r.InstructingAgent)
		w.Agent("InstdAgt", r.InstructedAgent)
		w.Text("EndToEndId", r.EndToEndID)
		w.Close()
	case dated:
		w.Open("ShrtBizId")
		w.Text("TxId", r.TransactionID)
		w.Maybe("UETR", r.UETR)
		w.Text("IntrBkSttlmDt", r.SettlementDate.String())
		w.Agent("InstgAgt", r.InstructingAgent)
		w.Close()
	case r.UETR != "" && w.Has("UETR"):
		w.Text("UETR", r.UETR)
	case r.TransactionID != "":
		w.Text("TxId", r.TransactionID)
	case r.Queue != "":
		w.Open("QId")
		w.Text("QId", r.Queue)
		w.Text("PosInQ", r.Position)
		w.Close()
	default:
		w.Text("PrtryId", r.Proprietary)
	}
	w.Close()
}
