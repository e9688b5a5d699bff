package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Fault is something that goes wrong.
type Fault string

// Faults of the network, the log's server, the gateway's machine and the banks.
const (
	NetLost    Fault = "net.lost"    // a request or an answer never arrives
	NetDoubled Fault = "net.doubled" // it arrives twice
	NetSlow    Fault = "net.slow"    // it arrives after what was sent later
	NetCut     Fault = "net.cut"     // a bank hears nothing from the gateway for a while, nor the gateway from it

	LogLost      Fault = "log.lost"      // a group never reaches the log's server
	LogUnheard   Fault = "log.unheard"   // the log has the group, and its answer is lost
	LogRestarted Fault = "log.restarted" // the server loses what it had not synced
	LogForgot    Fault = "log.forgot"    // it no longer knows which groups it has seen
	LogOlder     Fault = "log.older"     // it comes back with an older copy of the log beside newer books

	NodeKilled   Fault = "node.killed"   // the gateway ends between two instructions
	NodeStopped  Fault = "node.stopped"  // it is stopped in order
	NodePaused   Fault = "node.paused"   // it stands still, longer than any patience
	ClockJumped  Fault = "clock.jumped"  // its wall clock is set
	BooksLost    Fault = "books.lost"    // the file of the books is gone
	BooksOlder   Fault = "books.older"   // an older copy is in its place
	BooksFlipped Fault = "books.flipped" // one bit of it is another
	BooksTorn    Fault = "books.torn"    // it ends too early

	BankForgot     Fault = "bank.forgot"     // it has lost what it had read of its mailbox
	BankRepeats    Fault = "bank.repeats"    // it sends what it has a receipt for again
	BankConflict   Fault = "bank.conflict"   // other content under the same identity
	BankMalformed  Fault = "bank.malformed"  // text that is no message
	BankForges     Fault = "bank.forges"     // a message in another's name
	BankLost       Fault = "bank.lost"       // a receiver that nobody knows
	BankSilent     Fault = "bank.silent"     // it does not say whether it takes a payment
	BankLate       Fault = "bank.late"       // it says so too late
	BankSuspended  Fault = "bank.suspended"  // two operators suspend it, or let it only send or only receive
	ComplianceHold Fault = "compliance.hold" // an officer holds a payment
)

// rates are in how many chances a fault strikes once. What is not here strikes when
// its turn comes: see strikes of the gateway.
var rates = []struct {
	fault Fault
	once  int
}{
	{NetLost, 150}, {NetDoubled, 150}, {NetSlow, 100}, {NetCut, 1500},
	{LogLost, 200}, {LogUnheard, 200}, {LogRestarted, 150}, {LogForgot, 2},
	{BankForgot, 1500}, {BankRepeats, 60}, {BankConflict, 80}, {BankMalformed, 100}, {BankForges, 100}, {BankLost, 100},
	{BankSilent, 12}, {BankLate, 12}, {BankSuspended, 4}, {ComplianceHold, 15},
}

// turns are the faults of the gateway's machine, one after the other, round and
// round; what needs all books read again comes only while they are small.
var turns = []Fault{NodeKilled, BooksLost, NodeStopped, NodeKilled, BooksOlder, NodePaused, NodeKilled, BooksFlipped, ClockJumped, NodeKilled, BooksTorn, LogOlder}

// heavy are those after which all books are read or built again.
var heavy = []Fault{BooksLost, BooksOlder, BooksFlipped, BooksTorn, LogOlder}

// All are all faults, in order.
func All() []Fault {
	var all []Fault
	for _, r := range rates {
		all = append(all, r.fault)
	}
	seen := map[Fault]bool{}
	for _, f := range turns {
		if !seen[f] {
			seen[f] = true
			all = append(all, f)
		}
	}
	return all
}

// Parse reads a list of faults, comma between; a group is named by its first word,
// such as net. The rest is what the run goes without.
func Parse(list string) (without map[Fault]bool, err error) {
	without = map[Fault]bool{}
	for _, f := range All() {
		without[f] = list != "all"
	}
	if list == "all" || list == "none" {
		return without, nil
	}
	for name := range strings.SplitSeq(list, ",") {
		found := false
		for _, f := range All() {
			if string(f) == name || strings.HasPrefix(string(f), name+".") {
				without[f], found = false, true
			}
		}
		if !found {
			return nil, fmt.Errorf("%q is no fault; there are all, none, or of these: %s", name, names())
		}
	}
	return without, nil
}

func names() string {
	var all []string
	for _, f := range All() {
		all = append(all, string(f))
	}
	return strings.Join(all, ", ")
}

// faults decides when something goes wrong, and counts.
type faults struct {
	random  *rand.Rand
	once    map[Fault]int
	without map[Fault]bool
	count   map[Fault]int
	turn    int
	healed  bool // nothing goes wrong any more
}

func newFaults(random *rand.Rand, without map[Fault]bool) *faults {
	f := &faults{random: random, once: map[Fault]int{}, without: without, count: map[Fault]int{}}
	for _, r := range rates {
		f.once[r.fault] = r.once
	}
	return f
}

// strikes tells whether a fault happens here and now.
func (f *faults) strikes(fault Fault) bool {
	hit := f.random.IntN(f.once[fault]) == 0
	if !hit || f.healed || f.without[fault] {
		return false
	}
	f.count[fault]++
	return true
}

// next is the fault of the gateway's machine whose turn it is; false: this one is
// left out. Heavy ones are passed over when the books are large.
func (f *faults) next(small bool) (Fault, bool) {
	fault := turns[f.turn%len(turns)]
	f.turn++
	if !small && slices.Contains(heavy, fault) {
		fault = NodeKilled
	}
	if f.without[fault] {
		return "", false
	}
	f.count[fault]++
	return fault, true
}
