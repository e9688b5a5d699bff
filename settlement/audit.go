package settlement

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Audit checks the invariants of the books from what the books hold, and lists
// every finding. It shares no arithmetic with the engine: balances and promises
// are summed anew, and what a payment can be is read off the state table. It
// wants limits and reservations first, then all entries, all payments, and all accounts.
type Audit struct {
	balances map[AccountID]int64
	chains   map[AccountID]Side // the last entry of each account, as it sees it; Before is that entry
	booked   Moment
	posted   map[PaymentID]posting
	reserved map[AccountID]int64
	waiting  map[AccountID]*waiting
	controls map[AccountID][]*audited
	firsts   map[PaymentID]EntryID // of payments whose accounts have controls, the first entry
	possible map[standing]bool
	returned returnAudit
	covers   map[PaymentID]bool // that have settled a transfer
	last     EntryID
	cases    CaseID // the last one
	named    int    // cases that payments name
	listed   int    // cases about payments
	netting  cycleAudit
	findings []string
	more     int
}

// posting is what the entries of one payment come to: their number, and the sum
// of what each says, so that none is missing, doubled or other than its leg.
type posting struct {
	entries int
	sum     uint64
}

// standing is where a payment can be.
type standing struct {
	state  State
	status Status
}

// waiting is the queue of one account as its payments tell it.
type waiting struct {
	turns map[bandTurn]PaymentID
	first *Payment // to be served next
}

// bandTurn is a place in a queue.
type bandTurn struct {
	band Band
	turn uint64
}

// maxFindings bounds the list; what is beyond is counted.
const maxFindings = 1000

// NewAudit begins an audit.
func NewAudit() *Audit {
	return &Audit{
		balances: map[AccountID]int64{}, chains: map[AccountID]Side{}, posted: map[PaymentID]posting{},
		reserved: map[AccountID]int64{}, waiting: map[AccountID]*waiting{}, controls: map[AccountID][]*audited{}, firsts: map[PaymentID]EntryID{}, possible: reachable(), returned: returnAudit{}, covers: map[PaymentID]bool{}, netting: newCycleAudit(),
	}
}

// reachable follows the state table from a payment that is not known yet.
func reachable() map[standing]bool {
	seen := map[standing]bool{}
	next := []standing{{StateNone, ""}}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		for _, row := range machine {
			if row.from != at.state {
				continue
			}
			to := standing{row.to, at.status}
			if row.status != "" {
				to.status = row.status
			}
			if !seen[to] {
				seen[to] = true
				next = append(next, to)
			}
		}
	}
	return seen
}

func (a *Audit) find(format string, args ...any) {
	if len(a.findings) >= maxFindings {
		a.more++
		return
	}
	a.findings = append(a.findings, fmt.Sprintf(format, args...))
}

// Entry takes the entries in order.
func (a *Audit) Entry(e Entry) {
	if e.ID != a.last+1 {
		a.find("entry %d follows entry %d", e.ID, a.last)
	}
	a.last = e.ID
	if e.Amount <= 0 {
		a.find("entry %d moves %d", e.ID, e.Amount)
	}
	p := a.posted[e.Payment]
	a.posted[e.Payment] = posting{p.entries + 1, p.sum + saying(e.Leg, e.Debit, e.Credit, e.Amount)}
	a.note(&e)
	a.balances[e.Debit] -= e.Amount
	a.balances[e.Credit] += e.Amount
	if e.At < a.booked {
		a.find("entry %d is booked before entry %d", e.ID, e.ID-1)
	}
	a.booked = e.At
	a.chain(e.ID, e.Debit, e.Debited)
	a.chain(e.ID, e.Credit, e.Credited)
}

// chain checks that an entry follows the account's entry before it.
func (a *Audit) chain(id EntryID, account AccountID, got Side) {
	last := a.chains[account]
	want := Side{Number: last.Number + 1, Before: last.Before, Balance: a.balances[account]}
	if got != want {
		a.find("entry %d says of account %d %+v but its entries give %+v", id, account, got, want)
	}
	want.Before = id
	a.chains[account] = want
}

// saying makes a number of what an entry says; FNV-1a over its fields.
func saying(leg int, debit, credit AccountID, amount int64) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for _, v := range []uint64{uint64(leg), uint64(debit), uint64(credit), uint64(amount)} { //nolint:gosec // bits are all that counts
		for range 8 {
			h = (h ^ v&0xff) * prime
			v >>= 8
		}
	}
	return h
}

// Payment checks that a payment went where the table leads, that its legs are
// posted all or none as its state says, and notes what it promises or waits for.
func (a *Audit) Payment(p Payment) {
	before := Step{State: StateNone}
	for _, step := range append(slices.Clip(p.Past), Step{State: p.State, Since: p.Since}) {
		if !leads(before.State, step.State) || step.Since < before.Since {
			a.find("payment %d went from %s at %d to %s at %d", p.ID, before.State, before.Since, step.State, step.Since)
		}
		before = step
	}
	if !a.possible[standing{p.State, p.Status}] {
		a.find("payment %d is %s with status %q, where no event leads", p.ID, p.State, p.Status)
	}
	if (p.State == StateRejected || p.State == StateCancelled) && p.Reason.Code == "" {
		a.find("payment %d is %s without a reason", p.ID, p.State)
	}
	a.about(&p)
	a.attempts(&p)
	var want posting
	if p.State == StateSettled && (p.Cycle == 0 || p.Kind == KindNet) {
		for i, leg := range p.Legs {
			want.entries++
			want.sum += saying(i, leg.Debit, leg.Credit, leg.Amount)
		}
		if want.entries == 0 && !p.ByCover() {
			a.find("payment %d is settled but moves nothing", p.ID)
		}
	}
	if got := a.posted[p.ID]; got != want {
		a.find("payment %d is %s: %d entries belong to it but %d name it, or they differ from its legs", p.ID, p.State, want.entries, got.entries)
	}
	delete(a.posted, p.ID)
	a.controlled(&p)
	a.cycled(&p)
	switch p.State {
	case StateReserved:
		for _, leg := range p.Legs {
			a.reserved[leg.Debit] += leg.Amount
		}
	case StateWaiting:
		if !p.Net {
			a.waits(p)
		}
	case StateNetted, StateDiverted, StateNone, StateScheduled, StateHeld, StateAsked, StateUncovered, StateSettled, StateRejected, StateCancelled, StateDelivered:
	}
}

// waits notes a payment in the queue of every account that it takes money from.
func (a *Audit) waits(p Payment) {
	if len(p.Legs) == 0 {
		a.find("payment %d waits for no account", p.ID)
		return
	}
	for _, leg := range p.Legs {
		q := a.waiting[leg.Debit]
		if q == nil {
			q = &waiting{turns: map[bandTurn]PaymentID{}}
			a.waiting[leg.Debit] = q
		}
		if other, taken := q.turns[bandTurn{p.Band, p.Turn}]; taken && other != p.ID || p.Turn == 0 {
			a.find("payment %d waits at turn %d of account %d, as payment %d does", p.ID, p.Turn, leg.Debit, other)
		}
		q.turns[bandTurn{p.Band, p.Turn}] = p.ID
		if q.first == nil || p.Band < q.first.Band || p.Band == q.first.Band && p.Turn < q.first.Turn {
			q.first = &p
		}
	}
}

// leads tells whether a row of the state table goes from one state to the other.
func leads(from, to State) bool {
	return slices.ContainsFunc(machine[:], func(row transition) bool { return row.from == from && row.to == to })
}

// Accounts compares the accounts with the entries and, per asset, what is held with
// what was issued, and that with what is set aside for it.
func (a *Audit) Accounts(accounts []Account) {
	issued, held, reserves := map[asset]int64{}, map[asset]int64{}, map[asset]int64{}
	for i, acc := range accounts {
		if acc.ID != AccountID(i+1) {
			a.find("account %d stands where account %d must", acc.ID, i+1)
		}
		if acc.Posted != a.balances[acc.ID] {
			a.find("account %d holds %d but its entries give %d", acc.ID, acc.Posted, a.balances[acc.ID])
		}
		if last := a.chains[acc.ID]; acc.Entries != last.Number || acc.Last != last.Before {
			a.find("account %d has %d entries up to %d but there are %d up to %d", acc.ID, acc.Entries, acc.Last, last.Number, last.Before)
		}
		if acc.Reserved != a.reserved[acc.ID] {
			a.find("account %d has %d reserved but its reserved payments need %d", acc.ID, acc.Reserved, a.reserved[acc.ID])
		}
		if acc.Role == RoleIssuance {
			issued[asset{acc.Currency, acc.Issuer}] -= acc.Posted
			continue
		}
		held[asset{acc.Currency, acc.Issuer}] += acc.Posted
		if acc.Role == RoleReserve {
			reserves[asset{acc.Currency, acc.Owner}] += acc.Posted
		}
		if acc.Line < acc.Granted || acc.Line > acc.Granted && acc.Line > acc.Reserved-acc.Posted {
			a.find("account %d may use a credit line of %d, of which %d are approved", acc.ID, acc.Line, acc.Granted)
		}
		if acc.Posted-acc.Reserved < -acc.Line {
			a.find("account %d is below its floor: posted %d, reserved %d, line %d", acc.ID, acc.Posted, acc.Reserved, acc.Line)
		}
	}
	a.rest(accounts)
	a.controlsEnd(accounts)
	a.cyclesEnd(accounts)
	for _, of := range slices.SortedFunc(maps.Keys(held), asset.compare) {
		if held[of] != issued[of] {
			a.find("%s: %d issued but %d held", of, issued[of], held[of])
		}
		if of.issuer != 0 && reserves[of] != issued[of] {
			a.find("%s: %d issued but %d set aside for it", of, issued[of], reserves[of])
		}
	}
}

// asset is a currency and the operating bank that owes it; 0: its own issuer does.
type asset struct {
	currency Currency
	issuer   ParticipantID
}

func (a asset) compare(b asset) int {
	return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.issuer, b.issuer))
}

func (a asset) String() string {
	if a.issuer == 0 {
		return a.currency.String()
	}
	return fmt.Sprintf("%s of participant %d", a.currency, a.issuer)
}

// rest finds what belongs to no payment or account.
func (a *Audit) rest(accounts []Account) {
	for _, id := range slices.Sorted(maps.Keys(a.posted)) {
		a.find("%d entries name payment %d, which is not there", a.posted[id].entries, id)
	}
	for _, id := range slices.Sorted(maps.Keys(a.balances)) {
		if id == 0 || int(id) > len(accounts) {
			a.find("entries name account %d, which is not there", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.waiting)) {
		first := a.waiting[id].first
		if id == 0 || int(id) > len(accounts) {
			a.find("payment %d waits for account %d, which is not there", first.ID, id)
			continue
		}
		if a.idle(first, accounts) {
			a.find("payment %d waits although the money is there: it is the next of account %d", first.ID, id)
		}
	}
}

// idle tells whether a payment is the next of every account that it takes money
// from and each has it.
func (a *Audit) idle(p *Payment, accounts []Account) bool {
	left := map[AccountID]wide{}
	for _, leg := range p.Legs {
		q := a.waiting[leg.Debit]
		if q == nil || q.first.ID != p.ID || leg.Debit == 0 || int(leg.Debit) > len(accounts) {
			return false
		}
		account := accounts[leg.Debit-1]
		if _, known := left[leg.Debit]; !known {
			left[leg.Debit] = widen(account.Posted).plus(-account.Reserved).plus(account.Line)
			if account.Role == RoleIssuance {
				left[leg.Debit] = widen(account.Posted).plus(-account.Reserved).plus(account.most())
			}
		}
		left[leg.Debit] = left[leg.Debit].plus(-leg.Amount)
	}
	if p.Confirm == 0 { // what it brings is there with it
		for _, leg := range p.Legs {
			if free, takes := left[leg.Credit]; takes {
				left[leg.Credit] = free.plus(leg.Amount)
			}
		}
	}
	for _, leg := range p.Legs {
		if left[leg.Debit].negative() {
			return false
		}
	}
	return !a.bounds(p, left)
}

// Findings are what is wrong; none is a clean audit.
func (a *Audit) Findings() []string {
	if a.more > 0 {
		return append(slices.Clip(a.findings), fmt.Sprintf("and %d more", a.more))
	}
	return a.findings
}
