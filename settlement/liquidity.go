package settlement

// Liquidity saving: payments that wait for each other go together.
//
// A clearing looks for the greatest set of waiting payments that can all be
// posted at once, so that no account ends below what it may spend and no limit
// is exceeded. A set takes from every queue a piece from its front, for nobody
// may be overtaken, and of linked claims (the legs of a payment against
// payment) all or none.
//
// Such sets are closed under union. Each bound is one on a single queue: if there
// is a claim on it in the piece that is taken, so much must come in, and how much
// that is the piece alone decides. That holds for what is reserved for bands too:
// a piece with a payment of a band in it has all that waits above, so that what
// those use of the reservations is known. In the union of two sets the piece of
// each queue is that of one of them. There the bound was kept; in the union nothing
// less comes in, so it is kept as well. So there is one greatest set, and it does
// not depend on the order in which it is looked for.
//
// It is found by taking everything and giving up what must be given up: while a
// purse lacks money, the last claim on it cannot be in any such set, nor can what
// stands behind that claim.

// purse is one bound on a set: an account's money, the part of it that a band
// may use, or a limit towards one or all others; see [bounds]. What is claimed may
// not exceed what is free and what comes in.
type purse struct {
	free   wide       // what is left when all claims that stand are met
	claims []int      // in the order of the queue; all from one queue
	last   int        // claims[:last] may still stand
	listed bool       // it is in the list of those that lack money
	plenty bool       // it never lacks any: what would be needed is asked
	short  func(wide) // where it is asked what would make a difference, notes what it lacks
}

// claim is one leg of a waiting payment.
type claim struct {
	queue  int     // whose money it waits for
	place  int     // from the front of the queue, from 0
	link   int     // the next leg of the same payment, around; itself when it is alone
	amount int64   // minor units
	pays   outlets // purses that it is paid from; none is -1
	gets   inlets  // purses that it fills; none is -1
}

// The purses of a claim: the account, what its band may use of that, and the two
// limits of the owner; and those that are filled where it goes: the account, what
// each band with something reserved above it may use, and the two limits.
type (
	outlets [4]int
	inlets  [5]int
)

// clearing is one look for the greatest set.
type clearing struct {
	purses   []purse
	claims   []claim
	queues   [][]int  // claims in the order of service
	standing []int    // of each queue, how many claims from its front still stand
	lacking  []int    // purses that lack money
	cuts     []int    // claims that can no longer stand, with all behind them
	fallen   uint64   // how many have fallen
	fell     []uint64 // of each claim that has fallen, which one it was, from 1
}

// addPurse returns the number of a purse with so much in it.
func (c *clearing) addPurse(free wide) int {
	c.purses = append(c.purses, purse{free: free})
	return len(c.purses) - 1
}

// addQueue returns the number of a queue.
func (c *clearing) addQueue() int {
	c.queues = append(c.queues, nil)
	return len(c.queues) - 1
}

// addClaim puts a claim at the end of a queue and returns its number. Claims of
// one payment are linked by calling link with their numbers.
func (c *clearing) addClaim(queue int, amount int64, pays outlets, gets inlets) int {
	n := len(c.claims)
	c.claims = append(c.claims, claim{queue: queue, place: len(c.queues[queue]), link: n, amount: amount, pays: pays, gets: gets})
	c.queues[queue] = append(c.queues[queue], n)
	for _, p := range pays {
		if p >= 0 {
			c.purses[p].claims = append(c.purses[p].claims, n)
			c.purses[p].free = c.purses[p].free.plus(-amount)
		}
	}
	for _, p := range gets {
		if p >= 0 {
			c.purses[p].free = c.purses[p].free.plus(amount)
		}
	}
	return n
}

// link makes two claims of one payment stand or fall together.
func (c *clearing) link(a, b int) {
	c.claims[a].link, c.claims[b].link = c.claims[b].link, c.claims[a].link
}

// resolve finds the set: of each queue, how many claims from its front go. Its
// work is proportional to what does not go.
func (c *clearing) resolve() []int {
	c.stand()
	for i := range c.purses {
		c.lacks(i)
	}
	c.settle()
	return c.standing
}

// stand lets everything stand.
func (c *clearing) stand() {
	if c.standing != nil {
		return
	}
	c.standing, c.fell = make([]int, len(c.queues)), make([]uint64, len(c.claims))
	for i := range c.queues {
		c.standing[i] = len(c.queues[i])
	}
	for i := range c.purses {
		c.purses[i].last = len(c.purses[i].claims)
	}
}

// exclude keeps a claim, and what falls with it, out of the set. All claims must
// have been entered.
func (c *clearing) exclude(n int) {
	c.stand()
	c.giveUp(n)
}

// settle gives up claims until no purse lacks money.
func (c *clearing) settle() {
	for len(c.lacking) > 0 {
		n := len(c.lacking) - 1
		i := c.lacking[n]
		c.lacking = c.lacking[:n]
		c.purses[i].listed = false
		c.satisfy(&c.purses[i])
	}
}

// lacks lists a purse that lacks money.
func (c *clearing) lacks(i int) {
	if p := &c.purses[i]; p.lacks() && !p.listed && !p.plenty {
		p.listed = true
		c.lacking = append(c.lacking, i)
	}
}

// lacks tells whether more is claimed than there is.
func (p *purse) lacks() bool {
	if p.short != nil {
		p.short(wide{}.minus(p.free))
	}
	return p.free.negative()
}

// satisfy gives up the last claims on a purse until it lacks nothing or nothing is
// claimed from it: what a band may use, or a limit, may be exceeded already.
func (c *clearing) satisfy(p *purse) {
	for p.lacks() {
		for p.last > 0 && !c.stands(p.claims[p.last-1]) {
			p.last--
		}
		if p.last == 0 {
			return
		}
		c.giveUp(p.claims[p.last-1])
	}
}

func (c *clearing) stands(n int) bool { return c.claims[n].place < c.standing[c.claims[n].queue] }

// giveUp takes a claim out, all that stand behind it in its queue, and all that
// are linked with one of these.
func (c *clearing) giveUp(n int) {
	c.cuts = append(c.cuts, n)
	for len(c.cuts) > 0 {
		n := c.cuts[len(c.cuts)-1]
		c.cuts = c.cuts[:len(c.cuts)-1]
		queue := c.claims[n].queue
		for c.stands(n) {
			c.standing[queue]--
			c.drop(c.queues[queue][c.standing[queue]])
		}
	}
}

// drop undoes what a claim does to purses, and has its links fall with it.
func (c *clearing) drop(n int) {
	gone := &c.claims[n]
	c.fallen++
	c.fell[n] = c.fallen
	for _, p := range gone.pays {
		if p >= 0 {
			c.purses[p].free = c.purses[p].free.plus(gone.amount)
		}
	}
	for _, p := range gone.gets {
		if p >= 0 {
			c.purses[p].free = c.purses[p].free.plus(-gone.amount)
			c.lacks(p)
		}
	}
	if gone.link != n && c.stands(gone.link) {
		c.cuts = append(c.cuts, gone.link)
	}
}
