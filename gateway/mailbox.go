package gateway

import (
	"context"
	"slices"
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
	size  int // bytes of all fresh messages
}

// box is a mailbox as the readers of this node see it.
type box struct {
	handedOut uint64        // everything up to there may have been seen before
	arrived   chan struct{} // closed when something has come in
	fresh     []Mail        // the last messages, without a gap and not acknowledged, that are still in memory
}

// maxFresh bounds the bytes of messages that are kept in memory for readers who
// keep up; when they are too many all are forgotten, and the books have them.
const maxFresh = 16 << 20

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
func (m *Mailboxes) Arrived(mails map[settlement.ParticipantID][]Mail) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for party, came := range mails {
		b := m.boxes[party]
		if b == nil {
			continue
		}
		m.keep(b, came)
		close(b.arrived)
		b.arrived = make(chan struct{})
	}
	if m.size > maxFresh {
		for _, b := range m.boxes {
			b.fresh = nil
		}
		m.size = 0
	}
}

// keep adds to what a box has in memory.
func (m *Mailboxes) keep(b *box, came []Mail) {
	if n := len(b.fresh); n > 0 && b.fresh[n-1].Number+1 != came[0].Number {
		m.drop(b, n)
	}
	b.fresh = append(b.fresh, came...)
	for i := range came {
		m.size += len(came[i].Body)
	}
}

// drop forgets the first so many messages that a box has in memory.
func (m *Mailboxes) drop(b *box, n int) {
	for i := range b.fresh[:n] {
		m.size -= len(b.fresh[i].Body)
		b.fresh[i] = Mail{}
	}
	if b.fresh = b.fresh[n:]; len(b.fresh) == 0 {
		b.fresh = nil
	}
}

// inMemory gives messages from a number on, if all that comes there is in memory.
func (b *box) inMemory(first uint64, most int) []Mail {
	if n := uint64(len(b.fresh)); n == 0 || first < b.fresh[0].Number || first >= b.fresh[0].Number+n {
		return nil
	}
	found := b.fresh[first-b.fresh[0].Number:]
	found = found[:min(len(found), most)]
	size := 0
	for i := range found {
		if size += len(found[i].Body); size > maxFetchBytes {
			found = found[:max(i, 1)]
			break
		}
	}
	return slices.Clone(found)
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
	m.mu.Lock()
	mails := m.box(party).inMemory(first, most)
	m.mu.Unlock()
	if mails == nil {
		found, err := m.books.Mailbox(party, first, most, maxFetchBytes)
		if err != nil {
			return nil, err
		}
		mails = make([]Mail, len(found))
		for i, f := range found {
			mails[i] = Mail{Number: f.Record.Mail, Type: f.Record.Type, Body: f.Payload}
		}
	}
	for i := range mails {
		mails[i].Again = mails[i].Number <= seen
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
	more := m.books.Acknowledge(party, upTo)
	m.forget(party, upTo)
	return more
}

// forget drops from memory what was acknowledged.
func (m *Mailboxes) forget(party settlement.ParticipantID, upTo uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b := m.boxes[party]; b != nil && len(b.fresh) > 0 && b.fresh[0].Number <= upTo {
		m.drop(b, int(min(upTo-b.fresh[0].Number+1, uint64(len(b.fresh))))) //nolint:gosec // at most their number
	}
}
