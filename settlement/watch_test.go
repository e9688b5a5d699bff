package settlement

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// watcher looks at a history from outside: it keeps its own ledger of what payments were
// to move, its own account of limits and reservations, and says what is wrong after a
// line. It shares no arithmetic with the kernel.
type watcher struct {
	w      *world
	ledger map[AccountID]int64
	bounds []*watched
	before map[PaymentID]Payment
	seen   map[string]int // what it had occasion to look at
}

// watched is a limit or a reservation as its owner set it.
type watched struct {
	account AccountID
	towards AccountID // of a bilateral limit
	limit   bool      // otherwise a reservation
	band    Band
	amount  int64
	used    int64
}

func watching(w *world) *watcher {
	return &watcher{w: w, ledger: map[AccountID]int64{}, seen: map[string]int{}}
}

// line plays a line and says what is wrong behind it.
func (x *watcher) line(text string) string {
	x.before = maps.Clone(x.w.payments)
	known := len(x.w.entries)
	told, err := x.w.line(text)
	if err != nil {
		return err.Error()
	}
	x.set(strings.Fields(text), told)
	gone := x.gone()
	for _, find := range []func() string{
		func() string { return x.whole(x.w.entries[known:]) },
		func() string { return x.balanced() },
		func() string { return x.inOrder(gone, text) },
		func() string { return x.kept(gone, text) },
		func() string { return x.ownOpen() },
	} {
		if wrong := find(); wrong != "" {
			return text + ": " + wrong
		}
	}
	return ""
}

// went tells that a payment's money has moved or is promised.
func went(s State) bool { return s == StateSettled || s == StateReserved }

// gone are the payments that went in a line.
func (x *watcher) gone() (all []Payment) {
	for _, id := range slices.Sorted(maps.Keys(x.w.payments)) {
		if p := x.w.payments[id]; went(p.State) && !went(x.before[id].State) {
			all = append(all, p)
		}
	}
	return all
}

// drawn is what a payment was to move: as it came, or by the way that it took in the end.
// One that settles in a cycle moves nothing itself; what the cycle moves, the kernel says.
func (x *watcher) drawn(p *Payment) []Leg {
	switch n := len(p.Attempts); {
	case p.Net:
		return nil
	case p.Kind == KindNet:
		return p.Legs
	case n > 0:
		return x.w.ways[p.Identity][n-1].Legs
	}
	return x.w.legs[p.ID]
}

// whole wants all legs of a payment posted or none, all promised or none, as they were
// drawn.
func (x *watcher) whole(entries []Entry) string {
	moved := map[PaymentID][]Leg{}
	for _, e := range entries {
		moved[e.Payment] = append(moved[e.Payment], Leg{e.Debit, e.Credit, e.Amount})
	}
	for id, legs := range moved {
		p := x.w.payments[id]
		if !slices.Equal(legs, x.drawn(&p)) || p.State != StateSettled {
			return fmt.Sprintf("payment %d is %s and has moved %v of %v", id, p.State, legs, x.drawn(&p))
		}
		if len(legs) > 1 && p.Kind != KindNet {
			x.seen["several legs posted"]++
		}
		if p.Kind == KindNet {
			x.seen["a cycle settled"]++
		}
	}
	for id, now := range x.w.payments {
		settles := now.State == StateSettled && x.before[id].State != StateSettled
		if settles && len(moved[id]) != len(x.drawn(&now)) {
			return fmt.Sprintf("payment %d is settled and has moved nothing", id)
		}
		if settles {
			for _, leg := range x.drawn(&now) {
				x.ledger[leg.Debit] -= leg.Amount
				x.ledger[leg.Credit] += leg.Amount
			}
			x.use(&now)
		}
	}
	return ""
}

// balanced wants every account to hold what its payments come to and to have promised
// what is reserved, nothing below its floor, of every asset as much held as issued, and
// of what an operating bank issued as much set aside.
func (x *watcher) balanced() string {
	promised, sums, aside := map[AccountID]int64{}, map[string]int64{}, map[string]int64{}
	for _, p := range x.w.payments {
		if p.State == StateReserved {
			for _, leg := range x.drawn(&p) {
				promised[leg.Debit] += leg.Amount
			}
			if len(p.Legs) > 1 {
				x.seen["several legs promised"]++
			}
		}
	}
	for id, a := range x.w.accounts {
		asset := fmt.Sprintf("%s of %d", a.Currency.Code(), a.Issuer)
		sums[asset] += a.Posted
		switch {
		case a.Posted != x.ledger[id] || a.Reserved != promised[id]:
			return fmt.Sprintf("account %d holds %d and has promised %d; its payments come to %d and %d", id, a.Posted, a.Reserved, x.ledger[id], promised[id])
		case a.Role != RoleIssuance && a.Posted-a.Reserved < -a.Line:
			return fmt.Sprintf("account %d is below its floor: %+v", id, a)
		case a.Role == RoleReserve:
			aside[fmt.Sprintf("%s of %d", a.Currency.Code(), a.Owner)] += a.Posted
		case a.Role == RoleIssuance && a.Issuer != 0:
			aside[asset] += a.Posted
		}
	}
	for asset, sum := range sums {
		if sum != 0 || aside[asset] != 0 {
			return fmt.Sprintf("all accounts in %s come to %d, and what is set aside differs by %d", asset, sum, aside[asset])
		}
	}
	return ""
}

// inOrder wants that nothing went before what waited and still does for the same money
// and comes first: by band, and by turn where the owner lets nothing pass.
func (x *watcher) inOrder(gone []Payment, text string) string {
	for i := range gone {
		now := &gone[i]
		for _, other := range x.w.payments {
			if other.State != StateWaiting || x.before[other.ID].State != StateWaiting || now.Net || other.Net || now.Kind == KindNet {
				continue // a cycle that settles passes everything
			}
			for account := range now.debits() {
				if other.takes(account) == 0 {
					continue
				}
				x.seen["went while others waited"]++
				lower := other.Band < now.Band
				later := other.Band == now.Band && (now.Turn == 0 || other.Turn < now.Turn) && !x.w.accounts[account].Bypass && !strings.HasPrefix(text, "optimise")
				if lower || later {
					return fmt.Sprintf("payment %d (band %d, turn %d) went before payment %d (band %d, turn %d) at account %d", now.ID, now.Band, now.Turn, other.ID, other.Band, other.Turn, account)
				}
			}
		}
	}
	return ""
}

// set notes what a line does to limits and reservations, before what goes by it.
func (x *watcher) set(f []string, told string) {
	switch {
	case f[0] == "day":
		for _, b := range x.bounds {
			if x.w.accounts[b.account].Currency.Code() == f[1] {
				b.used = 0
			}
		}
		return
	case f[0] != "limit" && f[0] != "reserve":
		return
	}
	if code, _, _ := strings.Cut(told, " "); slices.Contains([]string{"AC02", "AC03", "NARR", "CH16", "AM12"}, code) {
		return
	}
	b := &watched{account: x.w.open(f[1], f[2]), limit: f[0] == "limit", band: bands[f[3]]}
	if b.limit && f[3] != "all" {
		b.towards = x.w.open(f[3], f[2])
	}
	i := slices.IndexFunc(x.bounds, func(o *watched) bool {
		return o.account == b.account && o.limit == b.limit && o.towards == b.towards && (b.limit || o.band == b.band)
	})
	if i >= 0 && b.limit {
		b.used = x.bounds[i].used
	}
	if i >= 0 {
		x.bounds = slices.Delete(x.bounds, i, i+1)
	}
	if f[4] != "none" {
		b.amount = minor(f[4])
		x.bounds = append(x.bounds, b)
	}
}

// pays is what a payment pays under a limit or out of a reservation. Banks' own money
// is bound by neither.
func (b *watched) pays(p *Payment) (sum int64) {
	for _, leg := range p.Legs {
		counts := leg.Debit == b.account && (b.limit && (b.towards == 0 || b.towards == leg.Credit) || !b.limit && p.Band == b.band)
		if counts && !p.Net && (!moves(p.Kind) || p.Kind == KindNet && !b.limit) {
			sum += leg.Amount
		}
	}
	return sum
}

// moves tells that a bank moves its own money, or that a cycle settles.
func moves(k Kind) bool {
	return k == KindNet || k == KindIssue || k == KindRedeem || k == KindTransfer
}

// use counts what a payment that has settled has paid, and what it has brought back.
func (x *watcher) use(p *Payment) {
	for _, b := range x.bounds {
		b.used += b.pays(p)
		for _, leg := range p.Legs {
			if b.limit && leg.Credit == b.account && (b.towards == 0 || b.towards == leg.Debit) && !p.Net && !moves(p.Kind) {
				b.used -= leg.Amount
			}
		}
	}
}

// promised is what is paid under a bound when those confirm who must.
func (x *watcher) promised(b *watched) (sum int64) {
	for _, p := range x.w.payments {
		if p.State == StateReserved {
			sum += b.pays(&p)
		}
	}
	return sum
}

// kept wants, behind what went in a line, every limit kept, and what is reserved above a
// payment still there, but for what higher ones have taken since. What settled in a cycle
// took nothing itself.
func (x *watcher) kept(gone []Payment, text string) string {
	for _, b := range x.bounds {
		if !b.limit {
			continue
		}
		for i := range gone {
			if b.pays(&gone[i]) == 0 {
				continue
			}
			x.seen["under a limit"]++
			if used := b.used + x.promised(b); used > b.amount {
				return fmt.Sprintf("payment %d went, and %d is in use of limit %+v", gone[i].ID, used, *b)
			}
		}
	}
	if strings.HasPrefix(text, "optimise") {
		return "" // what is reserved counts no more
	}
	for i := range gone {
		if p := &gone[i]; !moves(p.Kind) && !p.Net {
			for account := range p.debits() {
				if wrong := x.keptFrom(p, account, gone); wrong != "" {
					return wrong
				}
			}
		}
	}
	return ""
}

// keptFrom is kept for one account that a payment took money from.
func (x *watcher) keptFrom(p *Payment, account AccountID, gone []Payment) string {
	reserved := int64(0)
	for _, b := range x.bounds {
		if !b.limit && b.account == account && b.band < p.Band {
			reserved += min(max(b.amount-b.used-x.promised(b), 0), b.amount)
		}
	}
	if reserved == 0 {
		return ""
	}
	x.seen["beside a reservation"]++
	a := x.w.accounts[account]
	left := a.Posted - a.Reserved + a.Line
	for i := range gone {
		if q := &gone[i]; !q.Net && (q.Band < p.Band || moves(q.Kind)) {
			left += q.takes(account)
		}
	}
	if left < reserved {
		return fmt.Sprintf("payment %d took from account %d what is reserved for others: %d of %d are left", p.ID, account, left, reserved)
	}
	return ""
}
