package naive

import (
	"encoding/binary"
	"fmt"
	"strings"

	s "dragoman/settlement"
)

// happening is what can be done to the kernel.
type happening = int

const (
	happenLine happening = iota
	happenSaving
	happenControl
	happenDay
	happenEndDay
	happenReorder
	happenSubmit
	happenTry
	happenDecide
	happenRecall
	happenInquire
	happenReport
	happenHear
	happenConfirm
	happenHold
	happenRelease
	happenRefuse
	happenCancel
	happenReprioritise
	happenExclude
	happenTick
	happenReject
	happenAcknowledge
	happenAnnounce
	happenDisclose
	happenCeiling
	happenings // how many there are
)

var happeningNames = [happenings]string{
	"line", "saving", "control", "day", "end of day", "reorder", "submit", "try", "decide", "recall", "inquire", "report", "hear", "confirm", "hold", "release",
	"refuse", "cancel", "reprioritise", "exclude", "tick", "reject", "acknowledge", "announce", "disclose", "ceiling",
}

// event is one of a history. Payments are named by identities that do not depend on
// what happened before, so that an event can be taken out of a history.
type event struct {
	what    happening
	who     s.ParticipantID
	letter  int // names the message
	content int // its content: another number is another content
	accept  bool
	pays    []s.Instruction
	returns []int // of each of pays: the identity that it gives back; 0: none
	targets []int // identities
	says    []s.Say
	account s.AccountID
	line    int64
	band    s.Band
	saving  s.Saving
	control []s.ControlChange
	front   bool
	at      s.Moment
	yes     bool
	later   bool
	why     s.Reason
	finish  bool // the group of the log ends behind it
	restart bool // and the kernel goes on from the books
}

// world is who takes part in a history.
type world struct {
	banks      int
	currencies []s.Currency
	tiers      bool // the first bank issues claims on itself in the first currency
	bypass     bool // owners may allow it
	ceilings   bool
	events     []event
}

var codes = [...]string{"USD", "CNY", "THB"}

func (w *world) issuer(c int) s.ParticipantID { return s.ParticipantID(100 + c) }

// issuance and wallet number the accounts: those of a currency stand together, its
// issuance account first.
func (w *world) issuance(c int) s.AccountID {
	return s.AccountID(c*(w.banks+1) + 1)
}

func (w *world) wallet(c, bank int) s.AccountID {
	return w.issuance(c) + s.AccountID(bank)
}

// claim is an account of a world with two tiers, behind all others.
type claim struct {
	owner, issuer s.ParticipantID
	role          s.Role
}

const operating s.ParticipantID = 1

// claims are the reserve of the operating bank, its issuance account, and a wallet for
// its money of each other bank.
func (w *world) claims() []claim {
	if !w.tiers {
		return nil
	}
	all := []claim{{operating, 0, s.RoleReserve}, {operating, operating, s.RoleIssuance}}
	for bank := 2; bank <= w.banks; bank++ {
		all = append(all, claim{s.ParticipantID(bank), operating, s.RoleWallet})
	}
	return all
}

func (w *world) reserve() s.AccountID { return s.AccountID(len(w.currencies)*(w.banks+1) + 1) }

// claimsOf is the wallet of a bank, but for the operating one, for what that bank owes.
func (w *world) claimsOf(bank s.ParticipantID) s.AccountID {
	return w.reserve() + s.AccountID(bank)
}

func identity(label int) s.Identity {
	var i s.Identity
	binary.BigEndian.PutUint64(i[:], uint64(label)*0x9E3779B97F4A7C15)
	binary.BigEndian.PutUint64(i[8:], uint64(label))
	return i
}

func digest(letter, content int) s.Digest {
	var d s.Digest
	binary.BigEndian.PutUint64(d[:], uint64(letter))
	binary.BigEndian.PutUint64(d[8:], uint64(content)+1)
	return d
}

func (e *event) message() s.Message {
	return s.Message{
		Sender: e.who, Identity: identity(-e.letter), Digest: digest(e.letter, e.content), Accept: e.accept,
		Test: e.what == happenTry || e.what == happenAcknowledge,
	}
}

func reference(label int) s.Reference { return s.Reference{Names: []s.Identity{identity(label)}} }

func (e event) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s", happeningNames[e.what])
	if e.who != 0 {
		fmt.Fprintf(&b, " by %d", e.who)
	}
	if e.letter != 0 {
		fmt.Fprintf(&b, " letter %d.%d", e.letter, e.content)
	}
	if e.account != 0 {
		fmt.Fprintf(&b, " account %d line %d saving %d", e.account, e.line, e.saving)
	}
	if len(e.targets) > 0 {
		fmt.Fprintf(&b, " of %v", e.targets)
	}
	if len(e.says) > 0 {
		fmt.Fprintf(&b, " says %v", e.says)
	}
	switch e.what {
	case happenControl:
		fmt.Fprintf(&b, " %+v", e.control)
	case happenEndDay:
		fmt.Fprintf(&b, " of currency %d, the next opens at %d, carried %v", e.line, e.at, e.yes)
	case happenDay:
		fmt.Fprintf(&b, " %d", e.at)
	case happenReorder:
		fmt.Fprintf(&b, " front %v", e.front)
	case happenTick:
		fmt.Fprintf(&b, " to %d", e.at)
	case happenReprioritise:
		fmt.Fprintf(&b, " band %d", e.band)
	case happenConfirm, happenHear:
		fmt.Fprintf(&b, " yes %v later %v", e.yes, e.later)
	}
	if e.why.Code != "" {
		b.WriteString(" " + e.why.Code)
	}
	if e.returns != nil {
		fmt.Fprintf(&b, " returns %v", e.returns)
	}
	for _, p := range e.pays {
		fmt.Fprintf(&b, "\n    %d: kind %d %d to %d band %d earliest %d reject %d once %v confirm %d in %d hold %v %s %v",
			int64(binary.BigEndian.Uint64(p.Identity[8:])), p.Kind, p.Sender, p.Receiver, p.Band, p.Earliest, p.Reject,
			p.AtOnce, p.Confirm, p.Answer, p.Hold, p.Refusal.Code, p.Legs)
		for _, n := range p.Names {
			fmt.Fprintf(&b, " also %d", int64(binary.BigEndian.Uint64(n[8:])))
		}
	}
	if e.finish {
		b.WriteString(" | finish")
	}
	if e.restart {
		b.WriteString(", restart")
	}
	return b.String()
}
