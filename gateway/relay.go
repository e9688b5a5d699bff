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

// Relay takes what the books hold for those who come by NATS to their JetStream
// mailboxes, in order. It goes on above the last number that each mailbox
// holds, so that nothing is mailed twice, neither after a crash nor when the
// books were rebuilt. One whose mailbox takes nothing stops nobody else.
type Relay struct {
	books     *store.Books
	stream    *MailboxStream
	directory func() *routing.Directory
	clock     func() time.Time
	// present tells whose mailbox somebody may read now; nil: everybody's. The
	// books have all messages: they are copied when there is somebody to read them.
	present func(messages.BIC) bool
	woken   chan struct{}

	ends   map[settlement.ParticipantID]mark
	tidied map[settlement.ParticipantID]tidying

	mu      sync.Mutex
	refused map[messages.BIC]error // mailboxes that took nothing the last time
}

// Bounds of what one atomic batch takes to one mailbox: JetStream allows 1,000
// messages in one.
const (
	relayMost  = 500
	relayBytes = 4 << 20
)

// NewRelay makes a relay for the participants of a directory.
func NewRelay(books *store.Books, stream *MailboxStream, directory func() *routing.Directory, clock func() time.Time) *Relay {
	return &Relay{
		books: books, stream: stream, directory: directory, clock: clock, woken: make(chan struct{}, 1),
		ends: map[settlement.ParticipantID]mark{}, tidied: map[settlement.ParticipantID]tidying{}, refused: map[messages.BIC]error{},
	}
}

// Wake tells that there may be something to relay.
func (r *Relay) Wake() {
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// relayRetry is how long a mailbox that took nothing is left alone.
const relayRetry = time.Second

// Run relays until ctx ends.
func (r *Relay) Run(ctx context.Context) {
	retry := time.NewTicker(relayRetry)
	defer retry.Stop()
	for {
		for r.round(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-r.woken:
		case <-retry.C:
		}
	}
}

// round takes the next messages to every mailbox and tells whether there are
// more.
func (r *Relay) round(ctx context.Context) (more bool) {
	for _, p := range r.directory().Participants {
		if !comesByNATS(&p) || ctx.Err() != nil {
			continue
		}
		rest, err := r.relay(ctx, &p)
		if err == nil {
			err = r.tidy(ctx, &p)
		}
		more = more || rest
		r.note(p.BIC, err)
	}
	return more && ctx.Err() == nil
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
func (r *Relay) relay(ctx context.Context, p *routing.Participant) (more bool, err error) {
	last := r.books.MailboxEnd(p.ID)
	end, known := r.ends[p.ID]
	if !known {
		if end, err = r.start(ctx, p); err != nil {
			return false, err
		}
		r.ends[p.ID] = end
	}
	if end.number >= last || r.present != nil && !r.present(p.BIC) {
		return false, nil
	}
	mails, err := r.books.Mailbox(p.ID, end.number+1, relayMost, relayBytes)
	if err != nil {
		return false, err
	}
	oldest := settlement.Moment(r.clock().Add(-mailboxMaxAge).UnixNano())
	var out []letterOut
	for _, m := range mails {
		end.number = m.Record.Mail
		if m.Record.At >= oldest {
			out = append(out, letterOut{m.Record.Mail, m.Record.Type, m.Payload})
		}
	}
	if len(out) > 0 {
		if end, err = r.stream.put(ctx, p.BIC, end, out); err != nil {
			delete(r.ends, p.ID) // what the mailbox has is asked again
			return false, err
		}
	}
	r.ends[p.ID] = end
	r.books.SetRelayed(p.ID, end.number)
	return end.number < last, nil
}

// start is where a mailbox goes on: above what it holds, or if it is empty above
// what it is known to have held.
func (r *Relay) start(ctx context.Context, p *routing.Participant) (mark, error) {
	if err := r.stream.reader(ctx, p.BIC); err != nil {
		return mark{}, err
	}
	end, err := r.stream.last(ctx, p.BIC)
	if err == nil && end.sequence == 0 {
		end.number = max(r.books.Relayed(p.ID), r.books.Acknowledged(p.ID))
	}
	return end, err
}

// tidying is when a mailbox was last tidied, and up to where.
type tidying struct {
	at   time.Time
	upTo uint64
}

// relayTidy is how often a mailbox is tidied.
const relayTidy = 2 * time.Second

// tidy tells the books what a participant has acknowledged to its consumer, and
// drops that from the stream: the books have it, and the stream need not grow.
func (r *Relay) tidy(ctx context.Context, p *routing.Participant) error {
	last, now := r.tidied[p.ID], r.clock()
	if now.Sub(last.at) < relayTidy || r.ends[p.ID].sequence == 0 {
		return nil
	}
	upTo, err := r.stream.acknowledged(ctx, p.BIC)
	if err == nil && upTo.sequence > last.upTo {
		r.books.Acknowledge(p.ID, upTo.number)
		err = r.stream.drop(ctx, p.BIC, upTo.sequence)
	}
	if err == nil {
		r.tidied[p.ID] = tidying{now, upTo.sequence}
	}
	return err
}
