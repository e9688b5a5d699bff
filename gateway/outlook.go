package gateway

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"dragoman/settlement"
	"dragoman/store"
)

// What is expected of the rest of a day. A payment of an earlier day stands in the
// books as it was planned: its legs, its priority, who must confirm it. So it can come
// again without the message that brought it.

// Outlook is what is taken to come after where the books stand.
type Outlook struct {
	// From is the time from which on it is played; 0, or before it: engine time.
	From settlement.Moment
	// Until is the time up to which it is played; 0: the close of the day.
	Until settlement.Moment
	// Expect is midnight, UTC, of a day in the books: what came after the same time of
	// that day comes again. The zero time: nothing comes.
	Expect time.Time
}

// aDay is how days are laid over each other.
const aDay = settlement.Moment(24 * time.Hour)

// maxExpected bounds the payments that are held in memory to come again: some 500 MB.
const maxExpected = 1_000_000

// expected are the payments of an earlier day that come again from one moment to
// another, in order, as they will be. Last is the last payment that has come already:
// where the books stood in the middle of a moment, the others of it are still to come.
func (o *Outlook) expected(books *store.Books, from, until settlement.Moment, last settlement.PaymentID) (all []settlement.Payment, err error) {
	if o.Expect.IsZero() {
		return nil, nil
	}
	shift := from - from%aDay - settlement.Moment(o.Expect.UnixNano())
	begin := from - shift
	comes := func(p *settlement.Payment) bool { return p.Arrived > begin || p.Arrived == begin && p.ID > last }
	if known := books.State(); begin > known.Now || begin == known.Now && last >= known.Payment {
		return nil, outlookError(fmt.Sprintf("the books know nothing of %s after %s: they stand at %s",
			o.Expect.Format(time.DateOnly), timeOf(from).Format(time.TimeOnly), timeOf(known.Now).Format(time.RFC3339)))
	}
	err = books.PaymentsDown(books.State().Payment, func(p *settlement.Payment) bool {
		if p.Arrived <= until-shift && comes(p) && comesAgain(p) {
			all = append(all, again(p, shift))
		}
		return comes(p) && len(all) <= maxExpected
	})
	if err == nil && len(all) > maxExpected {
		err = outlookError(fmt.Sprintf("more than %d payments are expected; play until an earlier time", maxExpected))
	}
	slices.Reverse(all)
	return all, err
}

// codeTooLate is told when the time to confirm a payment was up.
const codeTooLate = "AB05"

// comesAgain tells whether a payment is one to expect again. What was refused when it
// came, was taken back, or to which somebody said no, is not; nor what goes back, for
// that follows what came, nor what standing orders bring by themselves.
func comesAgain(p *settlement.Payment) bool {
	if p.Refusal.Code != "" || p.Kind == settlement.KindReturn || p.State == settlement.StateCancelled {
		return false
	}
	if facts, err := decodeFacts(p.Facts); err == nil && facts.MessageType == typeDecision && strings.HasPrefix(facts.MessageID, standingPrefix) {
		return false
	}
	said := p.State == settlement.StateRejected && p.Reason.Code != codeTooLate && p.Reason.Code != settlement.ReasonClosed
	return !said || !slices.ContainsFunc(p.Past, func(s settlement.Step) bool {
		return s.State == settlement.StateReserved || s.State == settlement.StateAsked || s.State == settlement.StateHeld
	})
}

// again is the payment as it comes again so much later, under a name of its own.
func again(p *settlement.Payment, shift settlement.Moment) settlement.Payment {
	in := p.Instruction
	in.Identity = identify("expected", string(p.Identity[:]))
	in.Digest = sha256.Sum256(in.Identity[:])
	in.Names, in.Hold = nil, false
	if in.Pair != (settlement.Identity{}) {
		in.Pair = identify("expected", string(p.Pair[:]))
	}
	if in.Earliest != 0 {
		in.Earliest += shift
	}
	if in.Reject != 0 {
		in.Reject += shift
	}
	return settlement.Payment{Instruction: in, Arrived: p.Arrived + shift}
}

// expect has a payment come that is expected, if its sender still sends and there are
// accounts for it. One that does not settle for such a reason is refused, so that all
// keep the same numbers whatever is supposed.
func (w *work) expect(p *settlement.Payment) {
	in := p.Instruction
	sender, known := w.directory.ByID(in.Sender)
	receiver, knownToo := w.directory.ByID(in.Receiver)
	switch {
	case !known || in.Receiver != 0 && !knownToo || !w.hasAccounts(in.Legs):
		in.Refusal = settlement.Reason{Code: "AC04"}
	case w.suppose.failed(w.at, sender.BIC):
		in.Refusal = settlement.Reason{Code: "AG10"}
	case !sender.Standing.Sends():
		in.Refusal = settlement.Reason{Code: sender.Standing.NoSender()}
	case knownToo && !receiver.Standing.Receives():
		in.Refusal = settlement.Reason{Code: receiver.Standing.NoReceiver()}
	}
	w.engine.Decide(settlement.Message{Place: w.place(), Sender: in.Sender, Identity: in.Identity, Digest: in.Digest}, in)
	w.order++
}

func (w *work) hasAccounts(legs []settlement.Leg) bool {
	return !slices.ContainsFunc(legs, func(l settlement.Leg) bool {
		_, debit := w.engine.Account(l.Debit)
		_, credit := w.engine.Account(l.Credit)
		return !debit || !credit
	})
}

// confirm has who must confirm payments say yes, unless it has failed.
func (w *work) confirm(all []settlement.PaymentID) {
	for _, id := range all {
		p, _ := w.engine.Payment(id)
		if by, known := w.directory.ByID(p.Confirm); known && !w.suppose.failed(w.at, by.BIC) {
			w.engine.Confirm(id, p.Confirm, true, settlement.Reason{})
		}
	}
}

// closeAfter is when the day closes that is open at a moment: that of the last calendar
// of those that are open, or else of those that open next; midnight where there are no
// calendars.
func (l *Lane) closeAfter(at settlement.Moment) settlement.Moment {
	var open, next settlement.Moment
	for i := range l.directory.Calendars {
		t, _ := l.directory.Timetable(l.directory.Calendars[i].Name)
		switch day, ok := t.At(at); {
		case !ok:
		case day.Open <= at:
			open = max(open, day.Close)
		default:
			next = max(next, day.Close)
		}
	}
	switch {
	case open != 0:
		return open
	case next != 0:
		return next
	}
	return at - at%aDay + aDay
}
