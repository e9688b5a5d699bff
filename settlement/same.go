package settlement

import (
	"fmt"
	"maps"
	"slices"
)

// Differs lists what a machine knows otherwise than another that stands at the same
// place: one that went on, and one that was restored from what it had given away.
// What is forgotten by a restart shows here at once, long before it does any harm.
func (e *Engine) Differs(other *Engine) (all []string) {
	differ := func(what string, own, others any) {
		if a, b := fmt.Sprintf("%+v", own), fmt.Sprintf("%+v", others); a != b {
			all = append(all, fmt.Sprintf("%s: %s, not %s", what, b, a))
		}
	}
	for _, pair := range []struct {
		what      string
		own, that any
	}{
		{"time", e.now, other.now}, {"booking time", e.Booking(), other.Booking()},
		{"numbers", [...]uint64{uint64(e.lastPayment), uint64(e.lastMessage), uint64(e.lastEntry), e.lastTurn, uint64(e.cases.last)}, [...]uint64{uint64(other.lastPayment), uint64(other.lastMessage), uint64(other.lastEntry), other.lastTurn, uint64(other.cases.last)}},
		{"accounts", len(e.accounts), len(other.accounts)},
		{"known identities", e.identities.Len(), other.identities.Len()}, {"known messages", e.letters.Len(), other.letters.Len()},
		{"names of cases", e.cases.names.Len(), other.cases.names.Len()},
		{"open payments", slices.Sorted(maps.Keys(e.open)), slices.Sorted(maps.Keys(other.open))},
		{"open cases", slices.Sorted(maps.Keys(e.cases.open)), slices.Sorted(maps.Keys(other.cases.open))},
		{"deadlines", e.awaited(), other.awaited()}, {"netting cycles", e.netting.said(), other.netting.said()},
	} {
		differ(pair.what, pair.own, pair.that)
	}
	for i := range min(len(e.accounts), len(other.accounts)) {
		name := fmt.Sprintf("account %d", i+1)
		differ(name, e.accounts[i], other.accounts[i])
		differ("what waits for "+name, e.queues[i].numbers(), other.queues[i].numbers())
		differ("what waits for room of "+name, e.nets[i].numbers(), other.nets[i].numbers())
		differ("what may come to "+name, e.incoming[i], other.incoming[i])
		differ("limits of "+name, e.Controls(AccountID(i+1)), other.Controls(AccountID(i+1)))
	}
	for id, p := range e.open {
		if that := other.open[id]; that != nil {
			differ(fmt.Sprintf("payment %d", id), *p, *that)
		}
	}
	slices.Sort(all)
	return all
}

// awaited are the payments to which something will happen by itself, in order.
func (e *Engine) awaited() (all []deadline) {
	for _, d := range e.deadlines.heap {
		if e.current(d) {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b deadline) int {
		if (deadlineHeap{a, b}).Less(0, 1) {
			return -1
		}
		return 1
	})
	return slices.Compact(all)
}

// numbers are the payments of a queue, in the order of service.
func (q *queue) numbers() (all []PaymentID) {
	for p := range q.all() {
		all = append(all, p.ID)
	}
	return all
}

// said are the cycles that have not ended, with their payments and positions, in order.
func (c *cycles) said() (all []string) {
	for _, live := range c.sorted() {
		text := fmt.Sprintf("%+v of payments %v", live.Cycle, slices.Sorted(maps.Keys(live.members)))
		for _, id := range live.accounts() {
			text += fmt.Sprintf(", %+v", *live.positions[id])
		}
		all = append(all, text)
	}
	return append(all, fmt.Sprintf("last %d", c.last))
}

// Overlooked are the payments whose turn it is, for which money or room in their netting
// cycle is there, and which wait all the same. Between two groups there are none.
func (e *Engine) Overlooked() (all []PaymentID) {
	for i := range e.accounts {
		for _, p := range []*Payment{e.nextOf(e.accounts[i].ID), e.nextIn(e.accounts[i].ID)} {
			if p != nil {
				all = append(all, p.ID)
			}
		}
	}
	return all
}
