package settlement

import (
	"iter"
	"math"
	"slices"
	"time"

	"dragoman/messages"
)

// Band is the priority of a payment in its account's queue. A lower band never
// overtakes a higher one.
type Band uint8

// Bands, the first served first.
const (
	BandUrgent Band = iota
	BandHigh
	BandNormal
	bandCount
)

// Leg is one movement of money: the whole payment moves all its legs or none.
type Leg struct {
	Debit, Credit AccountID
	Amount        int64 // minor units of both accounts' currency, above zero
}

// Reason is why a payment has its status.
type Reason struct {
	Code string // ISO 20022 external status reason
	Text string // further information; never the true cause of a hold
}

// Instruction is one payment as the log brought it and routing planned it.
type Instruction struct {
	Identity Identity
	UETR     messages.UETR // by which people ask for it; decides nothing
	Digest   Digest        // of the canonical document: same identity, other digest is a conflict
	Kind     Kind
	Sender   ParticipantID // instructing agent
	Receiver ParticipantID // instructed agent; 0 when unknown
	Band     Band
	Earliest Moment // before it the payment does nothing; 0: at once
	Reject   Moment // when it expires if it has not settled; 0: never
	AtOnce   bool   // when its money is not there it is refused instead of waiting
	Legs     []Leg
	Confirm  ParticipantID // who must confirm before it settles; 0: nobody
	Answer   time.Duration // how long the one who must confirm may take; 0: without end
	Hold     bool          // compliance must look at it first
	Refusal  Reason        // why it cannot be carried out; a code refuses it
	Facts    []byte        // what answers will need, kept and never read here
	Net      bool          // it settles in a netting cycle, with all others of that

	// Cycle is the netting cycle in which the payment is or has settled, or that it
	// settles (KindNet).
	Cycle CycleID

	// Pair is the name under which a customer transfer that moves nothing itself and
	// the cover that moves its money find each other; zero for all else.
	Pair Identity

	// Of a return: the payment that goes back, and how much of it, in minor units of
	// what its receiver got.
	Returns  PaymentID
	Returned int64

	// Diverts lets it take another way where its own closes; see Way.
	Diverts bool

	// Names are others by which questions may mean the payment. Of two payments that
	// bring the same one, it means the first.
	Names []Identity
}

// Payment is an instruction and what became of it.
type Payment struct {
	ID      PaymentID
	Message MessageID
	Place   Place
	Instruction
	State   State
	Status  Status // last told to the sender
	Reason  Reason
	Since   Moment // engine time of the last change of state
	Arrived Moment
	Turn    uint64 // place in its queue while it waits: the lower goes first in its band

	CoveredBy PaymentID // of a settled transfer with a cover: that cover

	Past []Step // the states before this one, the first first; empty for most

	Attempts []Attempt // the ways that it has taken in vain, the first first

	Credits []Credit // what the creditor agent has said since it settled, in order
	Cases   []CaseID // what was asked about it, in order
}

// Step is a state that a payment has left.
type Step struct {
	State  State
	Status Status // last told to the sender then
	Reason Reason
	Since  Moment
}

// deadline is when something happens to the payment if nobody does anything; 0:
// never.
func (p *Payment) deadline() Moment {
	at := p.Reject
	sooner := func(m Moment) {
		if at == 0 || m < at {
			at = m
		}
	}
	switch p.State {
	case StateScheduled:
		sooner(p.Earliest)
	case StateReserved, StateAsked:
		if p.Answer != 0 {
			sooner(p.Since + Moment(p.Answer))
		}
	case StateNone, StateWaiting, StateHeld, StateUncovered, StateDiverted:
	case StateNetted:
		return 0 // it ends with its cycle
	case StateSettled, StateRejected, StateCancelled, StateDelivered:
		return 0
	}
	return at
}

// asked tells whether the payment was ever forwarded to who must confirm it.
func (p *Payment) asked() bool {
	asks := func(s State) bool { return s == StateReserved || s == StateAsked }
	return asks(p.State) || slices.ContainsFunc(p.Past, func(s Step) bool { return asks(s.State) })
}

// Files tells whether the i-th name is filed in an index: one of a key that an earlier
// name or the identity has is found with that one, and costs nothing.
func (p *Payment) Files(i int) bool {
	key := p.Names[i].Key()
	return key != p.Identity.Key() && !slices.ContainsFunc(p.Names[:i], func(name Identity) bool { return name.Key() == key })
}

// called tells whether that is the payment's identity or one of its names.
func (p *Payment) called(name Identity) bool {
	return p.Identity == name || slices.Contains(p.Names, name)
}

// debits are the accounts that the payment takes money from, each once, with the
// sum of what all its legs take there. It stands in the queue of each of them.
func (p *Payment) debits() iter.Seq2[AccountID, int64] {
	return func(yield func(AccountID, int64) bool) {
		for i := range p.Legs {
			account := p.Legs[i].Debit
			if slices.ContainsFunc(p.Legs[:i], func(l Leg) bool { return l.Debit == account }) {
				continue
			}
			if !yield(account, p.takes(account)) {
				return
			}
		}
	}
}

// takes is what all legs together take from an account. A sum that is too large
// for any account stays too large.
func (p *Payment) takes(account AccountID) (sum int64) {
	for i := range p.Legs {
		if p.Legs[i].Debit == account {
			sum = sumUp(sum, p.Legs[i].Amount)
		}
	}
	return sum
}

// gives is what all legs together bring to an account.
func (p *Payment) gives(account AccountID) (sum int64) {
	for i := range p.Legs {
		if p.Legs[i].Credit == account {
			sum = sumUp(sum, p.Legs[i].Amount)
		}
	}
	return sum
}

// sumUp adds amounts; a sum that has no room is the largest there is, which no
// account covers or takes.
func sumUp(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// needs is what must be there for the payment to go. What it brings to an account
// that it also takes from is there with it, unless somebody must confirm first:
// then all that it takes is set aside, and it brings nothing yet.
func (p *Payment) needs(account AccountID, takes int64) int64 {
	if p.Confirm != 0 || len(p.Legs) == 1 {
		return takes
	}
	return takes - p.gives(account)
}

// Letter is the identity under which a message that carries no payment is known
// again.
func (m *Message) Letter() Identity { return conflict(m.Identity, m.Digest) }

// Message is one accepted message: a batch brings many payments.
type Message struct {
	ID       MessageID
	Place    Place
	Sender   ParticipantID
	Identity Identity // of the message: its sender and message id
	Digest   Digest   // of its canonical document
	First    PaymentID
	Count    int
	Accept   bool   // its sender wants to hear that it was accepted; not kept
	Test     bool   // it only tries: nothing moves, and it takes no identity; not kept
	Record   uint64 // number of its bytes in the message log; kept and never read here
}
