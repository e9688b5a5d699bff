package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
)

// Where participants stand: two operators decide it.

// standing is what a decision makes of a participant.
func (d *Decision) standing() routing.Standing {
	switch d.Action { //nolint:exhaustive // the others say nothing of a participant
	case ActionSuspend:
		return routing.StandingSuspended
	case ActionResume:
		return routing.StandingActive
	}
	return d.Standing
}

func (s *situation) fitsStanding(d *Decision) string {
	p, known := s.directory.ByBIC(d.Bank)
	next := d.standing()
	switch {
	case !known:
		return fmt.Sprintf("%s takes no part here", d.Bank)
	case p.BIC == s.directory.Self:
		return "the gateway itself is always active: it cannot be suspended"
	case !next.Known():
		return fmt.Sprintf("there is no standing %q: it is one of %v", next, routing.Standings)
	case p.Standing == next:
		return fmt.Sprintf("%s is %s already", p.BIC, p.Standing)
	case !p.Standing.LeadsTo(next):
		return fmt.Sprintf("%s is %s: it cannot become %s", p.BIC, p.Standing, next)
	case next == routing.StandingClosed:
		return s.notEmpty(p.BIC)
	}
	return ""
}

// notEmpty tells why a participant cannot be closed: it has money, owes some, or has
// issued some. What waits ends with its closing, and is no obstacle.
func (s *situation) notEmpty(bic messages.BIC) string {
	p, known := s.directory.ByBIC(bic)
	if !known {
		return ""
	}
	for _, a := range s.directory.Accounts {
		account, ok := s.account(a.ID)
		if ok && a.Owner == p.ID && account.Posted != 0 {
			return fmt.Sprintf("%s cannot be closed: account %s stands at %s %s; settle it first", p.BIC, s.directory.AccountName(a), amountOf(account.Posted, a.Currency), a.Currency.Code())
		}
	}
	return ""
}

// standingChange is the directory change of such a decision.
func standingChange(directory *routing.Directory, d *Decision) routing.Change {
	p, _ := directory.ByBIC(d.Bank)
	next := *p
	next.Standing = d.standing()
	return routing.Change{Participants: []routing.Participant{next}}
}

// bar ends what is open of participants whose standing has changed, as far as their
// new one does not allow it.
func (w *work) bar(before *routing.Directory) {
	for i := range before.Participants {
		p := &w.directory.Participants[i]
		if p.Standing == before.Participants[i].Standing {
			continue
		}
		sending, receiving := "", ""
		if !p.Standing.Sends() {
			sending = p.Standing.NoSender()
		}
		if !p.Standing.Receives() {
			receiving = p.Standing.NoReceiver()
		}
		if sending+receiving != "" {
			w.engine.Bar(p.ID, sending, receiving)
		}
	}
}
