package gateway

import (
	"github.com/nats-io/nats.go"
	"go.uber.org/zap"
)

// Leads tells whether this node does what one of all nodes must do: move time, relay, and
// whatever else may happen once only. It may be wrong for a moment; what it then writes
// carries its term, and the log knows better.
func (n *Node) Leads() bool {
	if n.Failed() != nil {
		return false
	}
	return n.election == nil || n.election.term() > 0
}

// Term is that in which this node leads; 0 while it does not.
func (n *Node) Term() uint64 {
	if n.election == nil || n.Failed() != nil {
		return 0
	}
	return n.election.term()
}

// reigning is for those who watch: whether this node leads, and which term it is.
func (n *Node) reigning() (leads float64, term uint64) {
	if n.Leads() {
		leads = 1
	}
	if n.election != nil {
		term = n.election.termNow()
	}
	return leads, term
}

// standFor has this node take part in elections, if its log is or was that of several
// nodes. A log in this process has no others, but may come from a cluster, and then
// its ticks count only when it leads.
func (n *Node) standFor(r reign) {
	if n.embedded != nil && r.term == 0 {
		return
	}
	n.election = newElection(n.known, n.time.timer, n.log, n.nc, n.orders.binder)
	n.election.well = n.wellToLead
	n.election.append = n.orders.Append
	n.election.see(r, n.Books.State().Sequence)
	n.orders.binder.term = n.Term
	n.also(n.election.unready)
	n.time.live, n.time.idle = n.election.live, tickIdle
}

// wellToLead tells whether this node could do what a leader does.
func (n *Node) wellToLead() bool {
	return n.Failed() == nil && n.nc.Status() == nats.CONNECTED && len(n.time.Unready()) == 0
}

// reigns has the election know, after every commit, who leads by now.
func (n *Node) reigns() {
	if n.election == nil {
		return
	}
	r, err := loadReign(n.Books)
	if err != nil {
		n.log.Error("cluster: who leads cannot be read", zap.Error(err))
		return
	}
	before := n.election.term()
	n.election.see(r, n.Books.State().Sequence)
	if n.election.term() != before {
		n.time.wake()
	}
}
