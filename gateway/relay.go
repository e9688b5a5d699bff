package gateway

import (
	"context"
	"fmt"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// Relay takes what the books say is to be mailed to the mailboxes, in order,
// and clears the outbox once the mailboxes have it on disk. After a crash it
// goes on above the last number that each mailbox holds, so that nothing is
// mailed twice.
type Relay struct {
	books     *store.Books
	mailboxes *Mailboxes
	bic       func(settlement.ParticipantID) (messages.BIC, bool)
	last      map[settlement.ParticipantID]uint64
	woken     chan struct{}
}

// relayRound bounds the messages of one round, and with it what one atomic batch
// of JetStream takes.
const relayRound = 500

// NewRelay makes a relay; bic names participants.
func NewRelay(books *store.Books, mailboxes *Mailboxes, bic func(settlement.ParticipantID) (messages.BIC, bool)) *Relay {
	return &Relay{books: books, mailboxes: mailboxes, bic: bic, last: map[settlement.ParticipantID]uint64{}, woken: make(chan struct{}, 1)}
}

// Wake tells that there may be something to mail.
func (r *Relay) Wake() {
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// Run mails until ctx ends or a round fails.
func (r *Relay) Run(ctx context.Context) error {
	for {
		n, err := r.round(ctx)
		if err != nil {
			return err
		}
		if n == relayRound {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-r.woken:
		}
	}
}

// round mails the next rows of the outbox and returns how many there were.
func (r *Relay) round(ctx context.Context) (int, error) {
	mails, err := r.books.Outbox(0, relayRound)
	if err != nil || len(mails) == 0 {
		return 0, err
	}
	rows := make([]uint64, len(mails))
	var out []letterOut
	for i, mail := range mails {
		rows[i] = mail.Row
		to := mail.Record.Receiver
		bic, ok := r.bic(to)
		if !ok {
			return 0, fmt.Errorf("outbox row %d is for participant %d, whom nobody knows", mail.Row, to)
		}
		if _, known := r.last[to]; !known {
			if r.last[to], err = r.mailboxes.last(ctx, bic); err != nil {
				return 0, err
			}
		}
		if mail.Record.Mail <= r.last[to] {
			continue // the mailbox has it: a crash came before the row was cleared
		}
		r.last[to] = mail.Record.Mail
		out = append(out, letterOut{bic, mail.Record.Mail, mail.Record.Type, mail.Payload})
	}
	if len(out) > 0 {
		if err := r.mailboxes.put(ctx, out); err != nil {
			clear(r.last) // what the mailboxes have is asked again
			return 0, err
		}
	}
	return len(mails), r.books.Mailed(rows)
}
