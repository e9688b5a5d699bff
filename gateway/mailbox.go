package gateway

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"dragoman/messages"
)

// Mailboxes are one JetStream stream with a subject for every participant, by
// its eleven characters of BIC.
const (
	mailboxStream  = "MAILBOX"
	mailboxPrefix  = "mailbox."
	mailboxMaxAge  = 10 * 24 * time.Hour // how long a mailbox can be read again
	mailboxMax     = 1 << 39
	headerNumber   = "Dragoman-Number" // in the mailbox, from 1 without a gap
	headerType     = "Dragoman-Type"   // message identifier
	headerBatch    = "Nats-Batch-Id"
	headerSequence = "Nats-Batch-Sequence"
	headerCommit   = "Nats-Batch-Commit"
)

// Mailboxes hold what participants have not fetched yet, and a while longer.
type Mailboxes struct {
	js     jetstream.JetStream
	nc     *nats.Conn
	stream jetstream.Stream
	rounds int
}

// OpenMailboxes opens the mailboxes, or makes empty ones.
func OpenMailboxes(ctx context.Context, nc *nats.Conn) (*Mailboxes, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	stream, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: mailboxStream, Subjects: []string{mailboxPrefix + "*"}, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		Discard: jetstream.DiscardNew, MaxBytes: mailboxMax, MaxMsgSize: maxPayload, MaxAge: mailboxMaxAge, AllowAtomicPublish: true, AllowDirect: true, Replicas: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("open the mailboxes: %w", err)
	}
	return &Mailboxes{js: js, nc: nc, stream: stream}, nil
}

func subjectOf(bic messages.BIC) string { return mailboxPrefix + bic.Full() }

// last is the number of the last message in a mailbox; 0 when it is empty.
func (m *Mailboxes) last(ctx context.Context, bic messages.BIC) (uint64, error) {
	msg, err := m.stream.GetLastMsgForSubject(ctx, subjectOf(bic))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the end of mailbox %s: %w", bic, err)
	}
	return strconv.ParseUint(msg.Header.Get(headerNumber), 10, 64)
}

// letterOut is one message on its way into a mailbox.
type letterOut struct {
	to     messages.BIC
	number uint64
	kind   string
	body   []byte
}

// put writes messages in one atomic batch: all of them or none.
func (m *Mailboxes) put(ctx context.Context, out []letterOut) error {
	m.rounds++
	batch := fmt.Sprintf("%s-%d", nats.NewInbox()[len(nats.InboxPrefix):], m.rounds)
	for i, letter := range out {
		msg := nats.NewMsg(subjectOf(letter.to))
		msg.Data = letter.body
		msg.Header.Set(headerNumber, strconv.FormatUint(letter.number, 10))
		msg.Header.Set(headerType, letter.kind)
		msg.Header.Set(headerBatch, batch)
		msg.Header.Set(headerSequence, strconv.Itoa(i+1))
		if i+1 < len(out) {
			if err := m.nc.PublishMsg(msg); err != nil {
				return fmt.Errorf("write to mailbox %s: %w", letter.to, err)
			}
			continue
		}
		msg.Header.Set(headerCommit, "1")
		if _, err := m.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0)); err != nil {
			return fmt.Errorf("write %d messages to mailboxes: %w", len(out), err)
		}
	}
	return nil
}

// Mail is one message as its receiver fetches it.
type Mail struct {
	Number uint64 // in the mailbox
	Type   string
	Again  bool // it was delivered before and not acknowledged
	Body   []byte
	ack    func() error
}

// Fetch waits up to wait for messages and gives up to most of them, in order,
// the first unacknowledged one first.
func (m *Mailboxes) Fetch(ctx context.Context, bic messages.BIC, most int, wait time.Duration) ([]Mail, error) {
	consumer, err := m.consumer(ctx, bic)
	if err != nil {
		return nil, err
	}
	batch, err := consumer.Fetch(most, jetstream.FetchMaxWait(max(wait, minFetchWait)), jetstream.FetchContext(ctx))
	if err != nil {
		batch, err = consumer.Fetch(most, jetstream.FetchMaxWait(max(wait, minFetchWait)))
	}
	if err != nil {
		return nil, fmt.Errorf("read mailbox %s: %w", bic, err)
	}
	var mails []Mail
	for msg := range batch.Messages() {
		number, err := strconv.ParseUint(msg.Headers().Get(headerNumber), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read mailbox %s: a message without number: %w", bic, err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return nil, fmt.Errorf("read mailbox %s: %w", bic, err)
		}
		mails = append(mails, Mail{number, msg.Headers().Get(headerType), meta.NumDelivered > 1, msg.Data(), msg.Ack})
	}
	return mails, batch.Error()
}

const (
	minFetchWait = 50 * time.Millisecond // JetStream wants a wait
	ackWait      = 30 * time.Second      // then an unacknowledged message comes again
	maxUnacked   = 2000
)

func (m *Mailboxes) consumer(ctx context.Context, bic messages.BIC) (jetstream.Consumer, error) {
	c, err := m.stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: bic.Full(), FilterSubject: subjectOf(bic), AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxAckPending: maxUnacked,
	})
	if err != nil {
		return nil, fmt.Errorf("open mailbox %s: %w", bic, err)
	}
	return c, nil
}

// Ack tells that the receiver has a message safe.
func (m Mail) Ack() error { return m.ack() }
