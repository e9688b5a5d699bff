package gateway

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"dragoman/settlement"
	"dragoman/store"
)

// A log that is restored from a backup alone begins another life. What came behind
// the backup is lost to it, and the numbers of mailboxes are given anew: a reader that
// goes on at a number of the life before would miss messages, and acknowledge some that
// it has never seen. So a mailbox has an id, which its answers tell from the second
// life on, and a number that may be of another life is taken with the id of this one
// alone. The first life has no id.

// TypeLife is the type of the records of the message log by which a life begins.
const TypeLife = "dragoman.life"

// lifeBegins is the body of an OrderLife.
type lifeBegins struct {
	Mailbox string    `json:"mailbox"` // id of mailboxes in it
	Groups  uint64    `json:"groups"`  // of the log before it
	Backup  time.Time `json:"backup"`  // when that was made
}

// newLife is the group by which the log begins another life, behind those of a backup.
func newLife(m *BackupManifest) (*Group, error) {
	id, err := drawLife()
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(lifeBegins{Mailbox: id, Groups: m.Groups, Backup: m.Made})
	if err != nil {
		return nil, err
	}
	epoch, err := newEpoch()
	if err != nil {
		return nil, err
	}
	order := Order{Kind: OrderLife, Received: settlement.Moment(m.Made.UnixNano()), Payload: store.Pack(body)}
	if _, err := io.ReadFull(rand.Reader, order.Nonce[:]); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return &Group{Door: "restore", Epoch: epoch, Number: 1, At: settlement.Moment(m.Time.UnixNano()), Orders: []Order{order}}, nil
}

// drawLife draws the id of a life.
func drawLife() (string, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("draw the id of mailboxes: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// live writes the beginning of the life behind the last group.
func (l *layingOut) live(ctx context.Context, js jetstream.JetStream) error {
	ends := l.manifest
	ends.Groups, ends.Time = l.end.Sequence, l.endTime()
	g, err := newLife(&ends)
	if err != nil {
		return err
	}
	if _, err := js.PublishMsg(ctx, &nats.Msg{Subject: ordersSubject, Data: g.Encode()}, jetstream.WithExpectLastSequence(l.end.Sequence)); err != nil {
		return fmt.Errorf("write how the log goes on: %w", err)
	}
	return nil
}

// beginLife has the books begin a life.
func (w *work) beginLife(o *Order) error {
	number, err := w.received(o, TypeLife, "")
	if err != nil {
		return err
	}
	var body lifeBegins
	if err := json.Unmarshal(w.ahead[number].payload, &body); err != nil || body.Mailbox == "" {
		return fmt.Errorf("the beginning of a life of the log cannot be read: %w", err)
	}
	w.life = body.Mailbox
	return nil
}

// mailboxID is that of all mailboxes; empty in the first life of the log.
func (n *Node) mailboxID() string {
	lives := n.Books.Lives()
	if len(lives) == 0 {
		return ""
	}
	return lives[len(lives)-1].ID
}

// sameMailbox refuses a number of a mailbox that may not mean the message that who
// names it has seen there. id is what it says of the mailbox; empty: nothing, or that
// of the first life.
func (n *Node) sameMailbox(party settlement.ParticipantID, id string, number uint64) error {
	lives := n.Books.Lives()
	at := 0 // the first life behind the one that is meant
	for i, life := range lives {
		if life.ID == id {
			at = i + 1
		}
	}
	if at == 0 && id != "" {
		return refused(problemMailbox, "there is no mailbox %q here: it was lost when the gateway was restored from a backup; read without from and without an id, and compare what comes with what you have", id)
	}
	for _, life := range lives[at:] {
		if last := life.Ends[party]; number > last {
			return refused(problemMailbox, "the gateway was restored from a backup, which had this mailbox up to number %d: numbers above it were given anew, and the messages that you have under them are lost here; read from %d with mailbox=%s, and name that id with every number above %d",
				last, last+1, n.mailboxID(), last)
		}
	}
	return nil
}
