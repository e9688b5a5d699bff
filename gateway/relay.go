package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Relay hands what the books hold for those who come by NATS to their JetStream
// mailboxes, in order, and notes in the books what they have acknowledged there.
// The books keep every message; a JetStream mailbox is a window on them, as long
// as the reader needs it to be. One whose mailbox takes nothing stops nobody
// else.
type Relay struct {
	books     *store.Books
	stream    *MailboxStream
	directory func() *routing.Directory
	clock     func() time.Time
	// present tells whose mailbox somebody may read now; nil: everybody's.
	present func(messages.BIC) bool
	// leads tells whether it is for this node to relay; nil: there is no other.
	leads func() bool
	led   bool
	// acknowledge has it known how far a mailbox is read.
	acknowledge func(context.Context, settlement.ParticipantID, uint64) error
	woken       chan struct{}

	windows map[settlement.ParticipantID]*window
	// before is the last group of the log when the process began: what comes of the
	// groups up to there a process before may have handed out, also when the books
	// are built anew and come to it only now.
	before uint64

	mu      sync.Mutex
	refused map[messages.BIC]error // mailboxes that took nothing the last time
}

// window is what a JetStream mailbox holds of one in the books.
type window struct {
	end     mark         // its last message
	unread  []handedOver // handed over and not known to be acknowledged, in order
	bytes   int          // of them
	asked   time.Time    // when the reader's place was last asked for
	suspect uint64       // up to there everything is a possible duplicate
}

// handedOver is one message of a window.
type handedOver struct {
	mark
	size int
}

// Bounds of a window, and of what one atomic batch takes to it: JetStream allows
// 1,000 messages in one.
const (
	windowMost  = readerUnacked
	windowBytes = 4 << 20 // the first message is let in however large it is
	relayMost   = 500
	relayBytes  = 2 << 20
)

// How often the relay looks at what nobody tells it of.
const (
	relayRetry = time.Second           // mailboxes that took nothing
	relayAsk   = time.Second           // readers' places
	relayFull  = 20 * time.Millisecond // readers' places while a window is half full
)

// NewRelay makes a relay for the participants of a directory; before is the last
// group of the log when the process began.
func NewRelay(books *store.Books, stream *MailboxStream, directory func() *routing.Directory, clock func() time.Time, before uint64) *Relay {
	return &Relay{
		books: books, stream: stream, directory: directory, clock: clock, woken: make(chan struct{}, 1),
		windows: map[settlement.ParticipantID]*window{}, before: before, refused: map[messages.BIC]error{},
		acknowledge: func(_ context.Context, party settlement.ParticipantID, upTo uint64) error {
			books.Acknowledge(party, upTo)
			return nil
		},
	}
}

// Wake tells that there may be something to relay.
func (r *Relay) Wake() {
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// Run relays until ctx ends.
func (r *Relay) Run(ctx context.Context) {
	pause := time.NewTimer(relayRetry)
	defer pause.Stop()
	for {
		next := r.round(ctx)
		if next > 0 {
			pause.Reset(next)
			select {
			case <-ctx.Done():
			case <-r.woken:
			case <-pause.C:
			}
		}
		if ctx.Err() != nil {
			r.lastPlaces(context.WithoutCancel(ctx))
			return
		}
	}
}

// round takes the next messages to every mailbox and tells when to come again;
// 0: at once.
func (r *Relay) round(ctx context.Context) (next time.Duration) {
	next = relayRetry
	if !r.turn() {
		return next
	}
	for _, p := range r.directory().Participants {
		if !comesByNATS(&p) || ctx.Err() != nil {
			continue
		}
		soon, err := r.relay(ctx, &p)
		if err != nil {
			delete(r.windows, p.ID) // what the mailbox has is asked again
		}
		r.note(p.BIC, err)
		next = min(next, soon)
	}
	return next
}

// turn tells whether it is for this node to relay. What is in a mailbox another may have
// put there meanwhile, and what is in the books it may have handed out.
func (r *Relay) turn() bool {
	leads := r.leads == nil || r.leads()
	if leads && !r.led && r.leads != nil {
		r.before = r.books.State().Sequence
	}
	if !leads {
		clear(r.windows)
	}
	r.led = leads
	return leads
}

// lastPlaces has the books know what was acknowledged until the end.
func (r *Relay) lastPlaces(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, relayRetry)
	defer cancel()
	for _, p := range r.directory().Participants {
		if w := r.windows[p.ID]; w != nil && len(w.unread) > 0 {
			_ = r.ask(ctx, &p, w) // what is not known is handed out again
		}
	}
}

func comesByNATS(p *routing.Participant) bool {
	return slices.ContainsFunc(p.Keys, func(k routing.Key) bool { return k.NKey != "" })
}

func (r *Relay) note(bic messages.BIC, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil || errors.Is(err, context.Canceled) {
		delete(r.refused, bic)
		return
	}
	r.refused[bic] = err
}

// Refused are the mailboxes that take nothing, each with the reason.
func (r *Relay) Refused() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for bic, err := range r.refused {
		all = append(all, fmt.Sprintf("the JetStream mailbox of %s takes nothing: %v", bic, err))
	}
	slices.Sort(all)
	return all
}

// relay takes the next messages to one mailbox.
func (r *Relay) relay(ctx context.Context, p *routing.Participant) (next time.Duration, err error) {
	w := r.windows[p.ID]
	if w == nil {
		if w, err = r.open(ctx, p); err != nil {
			return relayRetry, err
		}
		r.windows[p.ID] = w
	}
	if w.due(r.clock()) {
		if err := r.ask(ctx, p, w); err != nil {
			return relayRetry, err
		}
	}
	last := r.books.MailboxEnd(p.ID)
	if w.end.number >= last || r.present != nil && !r.present(p.BIC) {
		return relayRetry, nil
	}
	if w.full() {
		return relayFull, nil
	}
	mails, err := r.books.Mailbox(p.ID, w.end.number+1, min(relayMost, windowMost-len(w.unread)), relayBytes)
	if err != nil {
		return relayRetry, err
	}
	if err := r.put(ctx, p, w, mails); err != nil {
		return relayRetry, err
	}
	if w.end.number < last {
		return 0, nil
	}
	return relayRetry, nil
}

func (w *window) full() bool { return len(w.unread) >= windowMost || w.bytes >= windowBytes }

// due tells whether to ask for the reader's place.
func (w *window) due(now time.Time) bool {
	if len(w.unread) == 0 {
		return false
	}
	wait := relayAsk
	if 2*len(w.unread) >= windowMost || 2*w.bytes >= windowBytes {
		wait = relayFull
	}
	return now.Sub(w.asked) >= wait
}

func (r *Relay) put(ctx context.Context, p *routing.Participant, w *window, mails []store.Mail) error {
	out := make([]letterOut, len(mails))
	for i, m := range mails {
		out[i] = letterOut{m.Record.Mail, m.Record.Type, m.Payload, m.Record.Mail <= w.suspect || m.Record.Place.Sequence <= r.before}
	}
	end, err := r.stream.put(ctx, p.BIC, w.end, out)
	if err != nil {
		return err
	}
	w.end = end
	sequence := end.sequence - uint64(len(out)) // a batch is written without a gap
	for _, l := range out {
		sequence++
		w.unread = append(w.unread, handedOver{mark{l.number, sequence}, len(l.body)})
		w.bytes += len(l.body)
	}
	return nil
}

// ask tells the books what a participant has acknowledged to its consumer, and
// drops that from the stream.
func (r *Relay) ask(ctx context.Context, p *routing.Participant, w *window) error {
	upTo, err := r.stream.acknowledged(ctx, p.BIC)
	if err != nil {
		return err
	}
	w.asked = r.clock()
	read := 0
	for read < len(w.unread) && w.unread[read].sequence <= upTo {
		w.bytes -= w.unread[read].size
		read++
	}
	if read == 0 {
		return nil
	}
	at := w.unread[read-1].mark
	w.unread = slices.Delete(w.unread, 0, read)
	if err := r.acknowledge(ctx, p.ID, at.number); err != nil {
		return err
	}
	return r.stream.drop(ctx, p.BIC, at.sequence)
}

// open finds what a mailbox holds; an empty one goes on behind what its owner has
// acknowledged, here or at another door.
func (r *Relay) open(ctx context.Context, p *routing.Participant) (*window, error) {
	if err := r.stream.reader(ctx, p.BIC); err != nil {
		return nil, err
	}
	upTo, err := r.stream.acknowledged(ctx, p.BIC)
	if err != nil {
		return nil, err
	}
	w := &window{asked: r.clock()}
	if w.unread, err = r.stream.letters(ctx, p.BIC); err != nil {
		return nil, err
	}
	if len(w.unread) == 0 {
		w.end.number = r.books.Acknowledged(p.ID)
		return w, nil
	}
	w.end = w.unread[len(w.unread)-1].mark
	w.suspect = max(w.suspect, w.end.number)
	read := 0
	for read < len(w.unread) && w.unread[read].sequence <= upTo {
		read++
	}
	if read > 0 {
		if err := r.acknowledge(ctx, p.ID, w.unread[read-1].number); err != nil {
			return nil, err
		}
	}
	w.unread = slices.Delete(w.unread, 0, read)
	for _, l := range w.unread {
		w.bytes += l.size
	}
	return w, nil
}
