package settlement

import "slices"

// senders are the payments that groups have left open, by who sent them: a bank that
// looks at its own must not wait for those of all others.
type senders map[ParticipantID]map[PaymentID]bool

// note takes a payment in that a group has changed, or lets go of it when it has ended.
func (s senders) note(p *Payment) {
	own := s[p.Sender]
	switch {
	case !p.State.Final() && own == nil:
		s[p.Sender] = map[PaymentID]bool{p.ID: true}
	case !p.State.Final():
		own[p.ID] = true
	case own != nil:
		if delete(own, p.ID); len(own) == 0 {
			delete(s, p.Sender)
		}
	}
}

// OpenOf are the payments of a sender that have not ended, in the order in which
// they came.
func (e *Engine) OpenOf(sender ParticipantID) (all []Payment) {
	ids := make([]PaymentID, 0, len(e.senders[sender]))
	for id := range e.senders[sender] {
		ids = append(ids, id)
	}
	for _, id := range e.group.payments { // what has come in with this group
		if !e.senders[sender][id] && e.open[id].Sender == sender {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		if p := e.open[id]; !p.State.Final() {
			all = append(all, *p)
		}
	}
	return all
}
