package settlement

import (
	"cmp"
	"slices"
)

// Books are what an engine needs to go on where another stopped: everything
// that Changes ever said, as it stands now.
type Books struct {
	Now         Moment
	Booked      Moment    // as Booking said
	Accounts    []Account // by number, without a gap
	Controls    []Control
	Open        []Payment // every payment that has not ended
	Identities  *Index    // PaymentID of every payment, by the key of its identity; the engine goes on filling it
	Letters     *Index    // MessageID of every Letter, likewise
	LastPayment PaymentID
	LastMessage MessageID
	LastEntry   EntryID
	LastTurn    uint64
	Cases       CaseBooks
	Cycles      CycleBooks
}

// Restore is a machine that stands where the books stand.
func Restore(archive Archive, b Books) *Engine {
	e := NewEngine(archive)
	e.booked = b.Booked
	e.now, e.lastPayment, e.lastMessage, e.lastEntry, e.lastTurn = b.Now, b.LastPayment, b.LastMessage, b.LastEntry, max(b.LastTurn, firstTurn)
	e.accounts = slices.Clone(b.Accounts)
	e.queues, e.incoming = make([]queue, len(e.accounts)), make([]wide, len(e.accounts))
	e.nets = make([]queue, len(e.accounts))
	e.controls = make([]*controls, len(e.accounts))
	e.netting.restore(&b.Cycles)
	for i := range e.accounts {
		if e.accounts[i].ID != AccountID(i+1) {
			broken("account %d stands where account %d must", e.accounts[i].ID, i+1)
		}
		e.accounts[i].sound()
	}
	e.restoreControls(b.Controls)
	for range e.accounts {
		e.proof.opens()
	}
	open := slices.Clone(b.Open)
	slices.SortFunc(open, func(a, b Payment) int { return cmp.Or(cmp.Compare(a.Turn, b.Turn), cmp.Compare(a.ID, b.ID)) })
	for i := range open {
		p := &open[i]
		e.open[p.ID] = p
		e.senders.note(p)
		if p.State == StateWaiting {
			e.join(p)
		}
		if p.State == StateNetted {
			e.netting.member(p)
		}
		e.watch(p)
	}
	e.cases.restore(&b.Cases)
	if b.Identities != nil {
		e.identities = b.Identities
	}
	if b.Letters != nil {
		e.letters = b.Letters
	}
	return e
}

// Counters are the last numbers given, which the books keep with each group.
func (e *Engine) Counters() (payment PaymentID, message MessageID, entry EntryID, turn uint64) {
	return e.lastPayment, e.lastMessage, e.lastEntry, e.lastTurn
}
