package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Netting cycles: the lane closes them when the calendar of their currency says so, when
// that takes no more payments, with the day, or when operators decide it.

// closing is a cycle that closes by itself.
type closing struct {
	currency messages.Currency
	at       settlement.Moment // 0: none does
}

// nextClosing is the cycle that closes next; of several at one moment that whose netting
// has been in the directory longest.
func (l *Lane) nextClosing() (next closing) {
	for i := range l.directory.Netting {
		currency := l.directory.Netting[i].Currency
		cycle, some := l.engine.OpenCycle(currency)
		if !some {
			continue
		}
		if at := l.directory.CycleCloses(currency, cycle.Opened); at != 0 && (next.at == 0 || at < next.at) {
			next = closing{currency, at}
		}
	}
	return next
}

// closeDue closes the cycle that is due first, if one is due by then and not after the
// phase that begins next.
func (w *work) closeDue(to settlement.Moment) bool {
	next := w.nextClosing()
	if next.at == 0 || next.at > to || w.upcoming.at != 0 && w.upcoming.at < next.at {
		return false
	}
	w.engine.Tick(max(next.at, w.engine.Now()))
	w.closeCycle(next.currency)
	return true
}

// closeCycle closes the open cycle of a currency. False: nothing is in it.
func (w *work) closeCycle(currency messages.Currency) bool {
	n, known := w.directory.NettingOf(currency)
	cycle, some := w.engine.OpenCycle(currency)
	if !known || !some {
		return false
	}
	facts := answerFacts{MessageID: nettingID(cycle.ID, false), MessageType: typeDecision, Received: w.at, Currency: currency}
	m := w.messageOfDay("cycle", currency.Code(), fmt.Sprint(cycle.ID))
	_, closed := w.engine.CloseCycle(m, currency, settlement.Terms{
		Until: w.directory.WindowEnds(n, w.engine.Now()), Defer: n.Short != routing.ShortRefused, Facts: facts.encode(),
	})
	return closed
}

// nettingID names a cycle in messages: what is to move because of it or, final, what
// still is when its window has ended.
func nettingID(id settlement.CycleID, final bool) string {
	if final {
		return fmt.Sprintf("DRGM-C%d-F", id)
	}
	return fmt.Sprintf("DRGM-C%d", id)
}

// fitsCycle tells why a cycle cannot be closed.
func (s *situation) fitsCycle(d *Decision) string {
	currency, err := messages.ParseCurrency(d.Currency)
	if err != nil {
		return err.Error()
	}
	if _, known := s.directory.NettingOf(currency); !known {
		return fmt.Sprintf("there is no netting in %s", d.Currency)
	}
	return ""
}

// closeByDecision closes the cycle that is open when it is decided.
func (w *work) closeByDecision(d *Decision) (refusal string) {
	currency, err := messages.ParseCurrency(d.Currency)
	if err != nil {
		return err.Error()
	}
	if !w.closeCycle(currency) {
		return "no payment is in the open netting cycle of " + d.Currency
	}
	return ""
}
