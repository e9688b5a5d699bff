package gateway

import (
	"context"
	"sync"
	"time"

	"dragoman/settlement"
	"dragoman/store"
)

// Mailboxes hand out what the books hold for every participant: messages by
// number, from 1 without a gap, again and again until they are acknowledged.
type Mailboxes struct {
	books *store.Books

	mu    sync.Mutex
	boxes map[settlement.ParticipantID]*box
}

// box is a mailbox as the readers of this node see it.
type box struct {
	handedOut uint64        // everything up to there may have been seen before
	arrived   chan struct{} // closed when something has come in
}

// maxFetchBytes bounds the messages of one fetch together; the first is handed
// out however large it is.
const maxFetchBytes = 8 << 20

// NewMailboxes opens the mailboxes of books. What lies there already may have
// been handed out by the process before.
func NewMailboxes(books *store.Books) *Mailboxes {
	return &Mailboxes{books: books, boxes: map[settlement.ParticipantID]*box{}}
}

func (m *Mailboxes) box(party settlement.ParticipantID) *box {
	b := m.boxes[party]
	if b == nil {
		b = &box{handedOut: m.books.MailboxEnd(party), arrived: make(chan struct{})}
		m.boxes[party] = b
	}
	return b
}

// Arrived wakes the readers of mailboxes into which something has been put.
func (m *Mailboxes) Arrived(parties []settlement.ParticipantID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, party := range parties {
		if b := m.boxes[party]; b != nil {
			close(b.arrived)
			b.arrived = make(chan struct{})
		}
	}
}

// Mail is one message as its receiver fetches it.
type Mail struct {
	Number uint64 // in the mailbox
	Type   string
	Again  bool // it may have been handed out before
	Body   []byte
}

// Fetch gives up to most messages of a mailbox in order, from a number on, or
// from behind the last acknowledged one if that is 0. It waits as long for the
// first.
func (m *Mailboxes) Fetch(ctx context.Context, party settlement.ParticipantID, from uint64, most int, wait time.Duration) ([]Mail, error) {
	patience := time.NewTimer(wait)
	defer patience.Stop()
	for {
		m.mu.Lock()
		b := m.box(party)
		arrived, seen := b.arrived, b.handedOut
		m.mu.Unlock()
		first := from
		if first == 0 {
			first = m.books.Acknowledged(party) + 1
		}
		if m.books.MailboxEnd(party) >= first {
			return m.read(party, first, most, seen)
		}
		select {
		case <-arrived:
		case <-patience.C:
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (m *Mailboxes) read(party settlement.ParticipantID, first uint64, most int, seen uint64) ([]Mail, error) {
	found, err := m.books.Mailbox(party, first, most, maxFetchBytes)
	if err != nil {
		return nil, err
	}
	mails := make([]Mail, len(found))
	for i, f := range found {
		mails[i] = Mail{f.Record.Mail, f.Record.Type, f.Record.Mail <= seen, f.Payload}
	}
	if n := len(mails); n > 0 {
		m.mu.Lock()
		b := m.box(party)
		b.handedOut = max(b.handedOut, mails[n-1].Number)
		m.mu.Unlock()
	}
	return mails, nil
}

// Acknowledge notes that a participant has everything up to that number safe;
// it returns how many messages that are more than before.
func (m *Mailboxes) Acknowledge(party settlement.ParticipantID, upTo uint64) uint64 {
	return m.books.Acknowledge(party, upTo)
}
