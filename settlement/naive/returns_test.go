package naive

import s "dragoman/settlement"

// Returns give money of a settled payment back, from who received it to who sent it,
// in whole or in parts, and never more than came.

// gone tells that a payment has ended and moved nothing.
func gone(p *payment) bool { return p.state == s.StateRejected || p.state == s.StateCancelled }

// broughtTo is what a payment has brought an account.
func broughtTo(p *payment, id s.AccountID) int64 { return credits(p, id) - debits(p, id) }

// returnsOf are the returns of a payment that count: also those that wait.
func (m *model) returnsOf(id s.PaymentID) (all []*payment) {
	for _, r := range m.payments {
		if r.Kind == s.KindReturn && r.Returns == id && !r.stray && !gone(r) && r.state != s.StateNone {
			all = append(all, r)
		}
	}
	return all
}

// unreturnable is why a return cannot be taken in.
func (m *model) unreturnable(in s.Instruction) s.Reason {
	if in.Kind != s.KindReturn {
		return s.Reason{}
	}
	var original *payment
	if in.Returns <= s.PaymentID(len(m.payments)) && in.Returns > 0 {
		original = m.payments[in.Returns-1]
	}
	if original == nil || original.state != s.StateSettled || original.Sender != in.Receiver || original.Receiver != in.Sender {
		return s.Reason{Code: "AG09"}
	}
	whole := broughtTo(original, in.Legs[0].Debit)
	left, before := whole, false
	for _, r := range m.returnsOf(in.Returns) {
		left -= r.Returned
		before = before || r.Returned == whole
	}
	switch {
	case before && in.Returned == whole:
		return s.Reason{Code: "DUPL", Text: "the payment is returned already"}
	case in.Returned > left:
		return s.Reason{Code: "AM09", Text: "it is more than is left of the payment"}
	}
	return s.Reason{}
}

// returnedWhole tells that nothing is left of a payment to go back.
func (m *model) returnedWhole(p *payment) bool {
	sum := int64(0)
	for _, r := range m.returnsOf(p.id) {
		if sum += r.Returned; sum >= broughtTo(p, r.Legs[0].Debit) {
			return true
		}
	}
	return false
}
