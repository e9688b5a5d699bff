package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// Of several nodes on one log one leads: it moves time and hands messages to those who
// come by NATS, nothing else. Who that is says the log, see reign; this file decides when
// a node claims it. What a leader writes after another has been heeded counts for
// nothing, so that a mistake here costs time and no money.

// Bounds of an election.
const (
	// beatEvery is how often a node tells the others that it lives.
	beatEvery = 250 * time.Millisecond
	// claimAfter is how long the leader may be silent. A claim is heeded within
	// milliseconds of it, so that another leads in less than 3 s.
	claimAfter = 2 * time.Second
	// leaseFor is how long a leader goes on that does not hear itself: it is cut off, and
	// another is about to claim.
	leaseFor = 1500 * time.Millisecond
	// leaderPatience is how long nobody may lead before somebody must look at it.
	leaderPatience = 6 * time.Second
	// claimAgain is the wait after a claim that was not heeded.
	claimAgain = time.Second
	// peerFor is how long a node counts among those that live after its last word.
	peerFor = 10 * time.Second
	// agreedFor is how long all nodes must know newer rules before the leader has the log
	// go on by them.
	agreedFor = 5 * time.Second
	// tickIdle is how old engine time grows while nothing is due: what comes in at a node
	// that does not lead is judged at that time.
	tickIdle = time.Second
)

// beatSubject is where nodes tell that they live. It is not the log and nothing is kept.
const beatSubject = "dragoman.nodes"

// beat is what a node tells.
type beat struct {
	Door    string `json:"door"`
	Epoch   uint64 `json:"epoch"`
	Term    uint64 `json:"term"` // in which it leads; 0: it does not
	Rules   uint64 `json:"rules"`
	Applied uint64 `json:"applied"`
	Leaving bool   `json:"leaving,omitempty"`
	Probe   bool   `json:"probe,omitempty"` // it does not count: its sender has not heard itself lately
}

// election is one node among those that may lead.
type election struct {
	known uint64
	clock Timer
	log   *zap.Logger
	nc    *nats.Conn
	doors *Binder // of this node
	// well tells whether this node could do what a leader does.
	well func() bool
	// append writes an order to the log.
	append func(context.Context, Order) (settlement.Place, error)

	mu      sync.Mutex
	reign   reign         // as applied
	applied uint64        // up to which group
	heard   time.Duration // when the leader was heard last, and it knew itself well
	echo    time.Duration // when this node heard itself last
	claimed time.Duration // when it claimed last; 0: never
	peers   map[string]peer
	agreed  time.Duration // since when all nodes have known newer rules; 0: they do not
}

// peer is another node, as it was heard last.
type peer struct {
	beat
	at time.Duration
}

func newElection(known uint64, clock Timer, log *zap.Logger, nc *nats.Conn, doors *Binder) *election {
	e := &election{known: known, clock: clock, log: log, nc: nc, doors: doors, peers: map[string]peer{}}
	e.heard, e.echo = clock.Elapsed(), clock.Elapsed()
	return e
}

// term is that in which this node leads, 0 if it does not. It does not either when it
// has not heard itself for a while: it is cut off, or stood still.
func (e *election) term() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.mine() || e.clock.Elapsed()-e.echo > leaseFor {
		return 0
	}
	return e.reign.term
}

// termNow is the term of whoever leads, as applied.
func (e *election) termNow() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reign.term
}

// unready says that nobody leads.
func (e *election) unready() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if silent := e.clock.Elapsed() - e.heard; silent > leaderPatience {
		return []string{fmt.Sprintf("no node has led for %s: engine time stands still, and what is accepted waits for it; the nodes reach the log but not each other, or none is well", silent.Round(time.Second))}
	}
	return nil
}

func (e *election) mine() bool {
	return e.reign.term > 0 && e.reign.door == e.doors.door && e.reign.epoch == e.doors.epoch
}

// live tells that there is a leader that moves time.
func (e *election) live() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reign.term > 0 && e.clock.Elapsed()-e.heard <= claimAfter
}

// see takes in who leads after a group.
func (e *election) see(r reign, applied uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.applied = applied
	if r == e.reign {
		return
	}
	before, now := e.reign, e.clock.Elapsed()
	e.reign = r
	if r.term == before.term {
		return
	}
	silent := now - e.heard
	e.heard, e.echo = now, now
	e.log.Info("cluster: another leads", zap.Uint64("term", r.term), zap.String("door", r.door), zap.Bool("this node", e.mine()), zap.Duration("after silence of", silent))
}

// maxPeers bounds the nodes that are remembered: a door's name is drawn at every start.
const maxPeers = 64

// hear takes in what a node tells.
func (e *election) hear(b beat) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.Elapsed()
	own := b.Door == e.doors.door && b.Epoch == e.doors.epoch
	if own {
		e.echo = now
	}
	for door, p := range e.peers {
		if now-p.at > peerFor {
			delete(e.peers, door)
		}
	}
	switch {
	case b.Leaving:
		delete(e.peers, b.Door)
		if b.Door == e.reign.door && b.Epoch == e.reign.epoch && !own {
			e.heard = now - claimAfter // nobody need wait for it
		}
		return
	case len(e.peers) < maxPeers || e.peers[b.Door].Door != "":
		e.peers[b.Door] = peer{b, now}
	}
	if b.Term == e.reign.term && b.Door == e.reign.door && b.Epoch == e.reign.epoch && !b.Probe {
		e.heard = now
	}
}

// run tells that this node lives, and claims to lead when nobody does, until ctx ends.
func (e *election) run(ctx context.Context) error {
	heard, err := e.nc.Subscribe(beatSubject, func(m *nats.Msg) {
		var b beat
		if json.Unmarshal(m.Data, &b) == nil {
			e.hear(b)
		}
	})
	if err != nil {
		return err
	}
	defer heard.Unsubscribe() //nolint:errcheck // the connection ends with the node
	every := time.NewTicker(beatEvery)
	defer every.Stop()
	writing := make(chan struct{}, 1) // one claim at a time: it may take as long as the log does
	for {
		e.tell(false)
		if order, why := e.wants(); order != nil {
			select {
			case writing <- struct{}{}:
				go func() {
					if _, err := e.append(ctx, *order); err != nil && ctx.Err() == nil {
						e.log.Warn("cluster: "+why+": not written", zap.Error(err))
					}
					<-writing
				}()
			default:
			}
		}
		select {
		case <-ctx.Done():
			writing <- struct{}{} // what it wrote is answered by now, or given up
			e.tell(true)
			return nil
		case <-every.C:
		}
	}
}

// tell tells the others.
func (e *election) tell(leaving bool) {
	well := e.well()
	e.mu.Lock()
	b := beat{Door: e.doors.door, Epoch: e.doors.epoch, Rules: e.known, Applied: e.applied, Leaving: leaving}
	if e.mine() && well {
		b.Term, b.Probe = e.reign.term, e.clock.Elapsed()-e.echo > leaseFor
	}
	e.mu.Unlock()
	body, err := json.Marshal(b)
	if err == nil {
		err = e.nc.Publish(beatSubject, body)
	}
	if err == nil && leaving {
		err = e.nc.FlushTimeout(beatEvery)
	}
	if err != nil {
		e.log.Debug("cluster: the others are not told", zap.Error(err))
	}
}

// wants is what this node would have the log say now: that it leads, or that newer rules
// count; nil: nothing.
func (e *election) wants() (order *Order, why string) {
	well := e.well()
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.Elapsed()
	if !well {
		return nil, ""
	}
	if e.mine() {
		return e.newerRules(now)
	}
	if e.behind() {
		return nil, ""
	}
	silent := e.reign.term == 0 || now-e.heard > claimAfter
	if !silent || e.claimed != 0 && now-e.claimed < claimAgain {
		return nil, ""
	}
	e.claimed = max(now, 1)
	return &Order{Kind: OrderLeader, Facts: claimFacts(e.reign.term + 1)}, "a claim to lead"
}

// behind tells that this node has not applied what others have: one of them leads sooner.
func (e *election) behind() bool {
	for _, p := range e.peers {
		if p.Applied > e.applied+lagAllowed {
			return true
		}
	}
	return false
}

// newerRules has the log go on by the newest rules that every node knows that lives.
func (e *election) newerRules(now time.Duration) (*Order, string) {
	newest := e.known
	for _, p := range e.peers {
		newest = min(newest, p.Rules)
	}
	if newest <= e.reign.rules {
		e.agreed = 0
		return nil, ""
	}
	if e.agreed == 0 {
		e.agreed = max(now, 1)
	}
	if e.reign.term > 1 && now-e.agreed < agreedFor { // a first leader has nobody to wait for
		return nil, ""
	}
	w := wire.NewWriter()
	w.Uint(newest)
	return &Order{Kind: OrderRules, Facts: w.Record()}, "newer rules"
}
