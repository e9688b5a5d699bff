package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/zap"
	"golang.org/x/mod/sumdb/note"

	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Node is one running gateway: the log, the lane, the relay and a desk on one
// folder.
type Node struct {
	Desk      *Desk
	Mailboxes *Mailboxes
	Books     *store.Books
	NATS      *NATSDoor // nil when there is none

	log       *zap.Logger
	limiter   *Limiter
	meter     *meter
	folder    string
	clock     func() time.Time
	embedded  *Embedded
	nc        *nats.Conn
	orders    *Orders
	time      *Timekeeper
	lane      *Lane
	election  *election // nil: there is one node
	known     uint64    // up to which version the rules of the log are known
	relay     *Relay
	directory atomic.Pointer[routing.Directory]
	applied   *watermark
	failed    atomic.Pointer[error]
	halted    atomic.Pointer[halt]     // before which entry the lane stands
	tried     map[settlement.Place]int // of the lane's goroutine: with how many quarantines it tried again
	fault     func(settlement.Place, *Order)
	// unwritable is for tests alone, see committer.
	unwritable func() error
	signer     note.Signer                         // of checkpoints and exports; nil: there is no key
	restored   atomic.Pointer[restored]            // where a restored log ends, until that is accepted
	readers    map[settlement.ParticipantID]uint64 // how far mailboxes were read in books that were moved aside
	stop       context.CancelFunc
	running    sync.WaitGroup

	kept    kept
	copying chan struct{} // full while the books are copied, for a backup or an audit

	mu     sync.Mutex
	checks []func() []string // what else must be ready
}

// Settings of a node.
type Settings struct {
	Folder string // of books, log and mailboxes
	Clock  func() time.Time
	Timer  Timer // nil: the computer's own
	Log    *zap.Logger
	// Duplicates is for how long a message is known again; 0: DefaultDuplicates.
	Duplicates time.Duration
	First      routing.Change // the directory of an empty log; later only entries change it
	// Signer signs checkpoints and exports; without one there are none.
	Signer note.Signer
	// Keys is the chain by which the first key hands over to Signer; empty: it is the
	// first.
	Keys []byte
	// Rebuild moves the books aside and builds new ones from the log.
	Rebuild bool
	// Progress, which may be nil, is told how far books are that have to catch up with
	// the log: groups of the log.
	Progress func(done, of uint64)
	NATS     NATSSettings // the door for NATS clients
	Keep     Keeping      // zero: no snapshots are taken, and the log is never trimmed
	// Limiter counts requests over all doors; nil: the NATS door counts alone.
	Limiter *Limiter

	rules      uint64                         // for tests alone: up to which version the rules are known
	fault      func(settlement.Place, *Order) // for tests alone, see Lane
	unwritable func() error                   // for tests alone, see committer
	step       func(string) error             // for tests alone, see kept
}

// Start opens everything and begins to apply and to mail.
func Start(ctx context.Context, s Settings) (*Node, error) {
	n := &Node{copying: make(chan struct{}, 1), log: s.Log, meter: newMeter(), folder: s.Folder, clock: s.Clock, applied: newWatermark(), signer: s.Signer, limiter: s.Limiter, tried: map[settlement.Place]int{}, fault: s.fault, unwritable: s.unwritable, known: s.rules, kept: kept{step: s.step}}
	if n.limiter == nil {
		n.limiter = NewLimiter(DefaultRate)
	}
	if n.known == 0 {
		n.known = rulesKnown
	}
	if s.Duplicates == 0 {
		s.Duplicates = DefaultDuplicates
	}
	if err := n.start(ctx, s); err != nil {
		return nil, errors.Join(wayOut(err), n.Close())
	}
	return n, nil
}

func (n *Node) start(ctx context.Context, s Settings) (err error) {
	beginShared(ctx, &s)
	if err = n.openBooks(ctx, &s); err != nil {
		return err
	}
	if err := n.meter.start(n.Books); err != nil {
		return err
	}
	n.meter.registry.MustRegister(newCollector(n, s.Clock))
	directory, err := directoryOf(n.Books)
	if err != nil {
		return err
	}
	n.directory.Store(directory)
	lanes := n.loadLane()
	connected := n.connect(ctx, s)
	first := <-lanes // awaited in any case: it reads the books
	if err = errors.Join(first.err, connected); err != nil {
		return err
	}
	door, err := doorName(n.embedded == nil)
	if err != nil {
		return err
	}
	space := spaceFor(n.embedded == nil, max(1, s.NATS.Replicas))
	if n.orders, err = openOrders(ctx, n.nc, n.Books.State(), door, s.Clock, space); err != nil {
		return err
	}
	n.orders.meter = n.meter
	n.keepTime(s)
	n.standFor(first.lane.reign)
	if err = n.setLane(ctx, first.lane); err != nil {
		return err
	}
	n.directory.Store(n.lane.directory)
	if n.orders.alone = n.embedded != nil; n.orders.alone {
		if n.orders.blocks, err = openBlocks(filepath.Join(s.Folder, logName)); err != nil {
			return err
		}
		if err := makeSafe(s.Folder); err != nil {
			return err
		}
	}
	stream, err := OpenMailboxStream(ctx, n.nc, space)
	if err != nil {
		return err
	}
	n.Mailboxes = NewMailboxes(n.Books)
	n.Desk = NewDesk(n.orders, &n.directory, n.Books, s.Clock, rand.Reader, s.Duplicates)
	n.Desk.stopped = n.blocked
	end, err := n.orders.End(ctx)
	if err != nil {
		return err
	}
	n.relay = NewRelay(n.Books, stream, n.directory.Load, s.Clock, end)
	if n.NATS != nil {
		n.relay.present = n.NATS.present
	}
	if n.election != nil {
		n.relay.leads = n.Leads
		n.relay.acknowledge = func(ctx context.Context, party settlement.ParticipantID, upTo uint64) error {
			_, err := n.Acknowledge(ctx, party, upTo)
			return err
		}
	}
	running := n.run(ctx)
	if n.embedded != nil && s.Keep.on() {
		n.running.Go(func() { n.keep(running, s.Keep) })
	}
	if n.embedded == nil {
		every := s.NATS.Shared
		if every == 0 {
			every = DefaultShared
		}
		n.running.Go(func() { n.share(running, every, space.replicas) })
	}
	if err = n.first(ctx, s); err == nil && n.NATS != nil {
		err = n.NATS.sweep(running) // whoever comes in from now on is heard
	}
	return err
}

// keepTime has ticks written as long as the lane applies them.
func (n *Node) keepTime(s Settings) {
	timer := s.Timer
	if timer == nil {
		timer = NewTimer()
	}
	n.time = NewTimekeeper(n.Books.State().Now, s.Clock, timer, n.Leads, s.Log)
	n.orders.binder.time = n.time
	n.also(n.time.Unready)
}

// connect starts the log's server, with the NATS door in it if there is to be one,
// or connects to servers outside.
func (n *Node) connect(ctx context.Context, s Settings) (err error) {
	folder := filepath.Join(s.Folder, logName)
	if s.NATS.URL == "" {
		if err := errors.Join(sweepProbes(folder), writeEndAgain(folder)); err != nil {
			return err
		}
	}
	switch {
	case s.NATS.URL != "":
		n.nc, err = connectExternal(ctx, s.NATS, s.Log)
		return err
	case s.NATS.Listen == "":
		n.embedded, err = StartEmbedded(folder, s.Log)
	default:
		err = n.openNATS(folder, s)
	}
	if err != nil {
		return err
	}
	if n.nc, err = n.embedded.Connect(); err != nil {
		return err
	}
	return leftOut(ctx, n.nc, folder)
}

func (n *Node) openNATS(folder string, s Settings) (err error) {
	open := &listening{address: s.NATS.Listen}
	if s.NATS.TLS.Certificate != "" {
		if open.tls, err = natsTLS(s.NATS.TLS, s.Clock, s.Log); err != nil {
			return err
		}
	}
	n.NATS = newNATSDoor(n, s.NATS)
	open.door = n.NATS
	n.embedded, err = startEmbedded(folder, s.Log, open)
	return err
}

// run starts the goroutines of the node, which live as long as the context that
// it returns.
func (n *Node) run(ctx context.Context) context.Context {
	ctx, n.stop = context.WithCancel(context.WithoutCancel(ctx))
	n.applied.set(n.Books.State().Sequence)
	n.running.Go(func() { n.orders.Run(ctx) })
	n.running.Go(func() {
		defer n.orders.Leave()
		if err := n.lead(ctx); err != nil {
			n.fail("the lane has stopped", err)
		}
	})
	if n.NATS != nil || n.embedded == nil {
		n.running.Go(func() { n.relay.Run(ctx) })
	}
	n.running.Go(func() { n.saveReaders(ctx) })
	n.running.Go(func() {
		tick := time.NewTicker(scrubEvery)
		defer tick.Stop()
		n.scrub(ctx, tick.C)
	})
	if n.embedded != nil {
		n.running.Go(func() { n.mend(ctx) })
	}
	n.running.Go(func() { n.time.run(ctx, n.orders.Tick) })
	if n.election != nil {
		n.running.Go(func() {
			if err := n.election.run(ctx); err != nil {
				n.log.Error("cluster: this node cannot hear the others", zap.Error(err))
			}
		})
	}
	if n.NATS != nil {
		n.running.Go(func() { n.NATS.Run(ctx) })
	}
	return ctx
}

// readersSaved is how often the place of readers of mailboxes is saved when no
// commit does it.
const readersSaved = time.Second

func (n *Node) saveReaders(ctx context.Context) {
	for tick := time.NewTicker(readersSaved); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
			if err := n.Books.SaveReaders(); err != nil {
				n.log.Error("mailboxes: how far they are read is not saved", zap.Error(err))
			}
		}
	}
}

func (n *Node) fail(what string, err error) {
	n.failed.Store(&err)
	n.applied.close()
	n.log.Error(what, zap.Error(err))
}

// show has everybody see a directory: who is in it may come in from now on, who is
// not any more may not.
func (n *Node) show(directory *routing.Directory) {
	if n.directory.Swap(directory) != directory && n.NATS != nil {
		n.NATS.directoryChanged()
	}
}

// committed makes known what the books have taken in.
func (n *Node) committed(directory *routing.Directory, mails map[settlement.ParticipantID][]Mail) {
	n.show(directory)
	n.reigns()
	n.acceptRestored()
	n.Mailboxes.Arrived(mails)
	n.relay.Wake()
}

// first writes the directory of an empty log.
func (n *Node) first(ctx context.Context, s Settings) error {
	end, err := n.orders.End(ctx)
	if err != nil {
		return err
	}
	empty := end == 0
	if n.election != nil && !empty { // the log of several nodes may begin with who leads
		if err := n.catchUp(ctx, end, s.Progress); err != nil && (!errors.Is(err, ErrStopped) || n.Poisoned() == nil) {
			return err
		}
		empty = len(n.Directory().Participants) == 0
	}
	if empty && len(s.First.Participants) > 0 {
		place, err := n.Desk.Change(ctx, Caller{}, s.First)
		if err != nil {
			return err
		}
		end = place.Sequence
	}
	// A node whose lane stands before a poison serves all the same: what can be
	// read, and the decisions that let it go on.
	if err := n.catchUp(ctx, end, s.Progress); err != nil && (!errors.Is(err, ErrStopped) || n.Poisoned() == nil) {
		return err
	}
	n.markRead(n.readers)
	return n.recordKeys(ctx, s.Keys)
}

// Differences are in what a declared directory differs from the one in the books.
// Nothing of it is applied: only entries of the log change a directory.
func (n *Node) Differences(declared routing.Change) []routing.Difference {
	directory := n.Directory()
	next, err := directory.Apply(directory.Reduce(declared))
	if err != nil {
		return []routing.Difference{{Subject: "the configuration", To: "does not fit: " + err.Error()}}
	}
	return directory.Differences(next)
}

// Directory is the directory as last applied.
func (n *Node) Directory() *routing.Directory { return n.directory.Load() }

// Close stops the node. What was acknowledged is on disk already.
func (n *Node) Close() (err error) {
	if n.stop != nil {
		n.stop()
	}
	n.running.Wait()
	if n.nc != nil {
		n.nc.Close()
	}
	if n.embedded != nil {
		n.embedded.Stop()
	}
	if n.Books != nil {
		err = n.Books.Close()
	}
	return err
}

// watermark is how far the books have come, for those who wait for a place.
type watermark struct {
	mu      sync.Mutex
	reached uint64
	closed  bool
	changed chan struct{}
}

func newWatermark() *watermark { return &watermark{changed: make(chan struct{})} }

func (w *watermark) set(sequence uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reached = sequence
	close(w.changed)
	w.changed = make(chan struct{})
}

// at is how far the books have come.
func (w *watermark) at() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reached
}

func (w *watermark) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	close(w.changed)
	w.changed = make(chan struct{})
}

// open takes back close: the books go on.
func (w *watermark) open() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = false
}

// wait tells whether the place was reached before ctx ended or the mark closed.
func (w *watermark) wait(ctx context.Context, sequence uint64) bool {
	for {
		w.mu.Lock()
		reached, closed, changed := w.reached >= sequence, w.closed, w.changed
		w.mu.Unlock()
		if reached || closed {
			return reached
		}
		select {
		case <-ctx.Done():
			return false
		case <-changed:
		}
	}
}
