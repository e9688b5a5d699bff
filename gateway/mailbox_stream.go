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

// The mailboxes of those who come by NATS are one JetStream stream with a
// subject for every participant, by its eleven characters of BIC.
const (
	mailboxStream = "MAILBOX"
	mailboxPrefix = "mailbox."
	// mailboxMaxAge is how long a message can be read again.
	mailboxMaxAge = 10 * 24 * time.Hour
	mailboxMax    = 1 << 39
	// mailboxMost bounds the messages of one participant, so that one who never
	// reads leaves room for the others.
	mailboxMost = 2_000_000

	headerNumber   = "Dragoman-Number" // in the mailbox, from 1 without a gap
	headerType     = "Dragoman-Type"   // message identifier
	headerBatch    = "Nats-Batch-Id"
	headerSequence = "Nats-Batch-Sequence"
	headerCommit   = "Nats-Batch-Commit"
)

// MailboxStream is that stream.
type MailboxStream struct {
	js     jetstream.JetStream
	nc     *nats.Conn
	stream jetstream.Stream
	rounds int
}

// OpenMailboxStream opens the stream, or makes an empty one.
func OpenMailboxStream(ctx context.Context, nc *nats.Conn) (*MailboxStream, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	stream, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: mailboxStream, Subjects: []string{mailboxPrefix + "*"}, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		Discard: jetstream.DiscardNew, DiscardNewPerSubject: true, MaxMsgsPerSubject: mailboxMost, MaxBytes: mailboxMax, MaxMsgSize: maxPayload,
		MaxAge: mailboxMaxAge, AllowAtomicPublish: true, AllowDirect: true, Replicas: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("open the mailbox stream: %w", err)
	}
	return &MailboxStream{js: js, nc: nc, stream: stream}, nil
}

func subjectOf(bic messages.BIC) string { return mailboxPrefix + bic.Full() }

// mark is the end of one mailbox in the stream.
type mark struct {
	number   uint64 // of its last message; 0 when it is empty
	sequence uint64 // of that message in the stream; 0 when it is empty
}

func (m *MailboxStream) last(ctx context.Context, bic messages.BIC) (mark, error) {
	msg, err := m.stream.GetLastMsgForSubject(ctx, subjectOf(bic))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return mark{}, nil
	}
	if err != nil {
		return mark{}, fmt.Errorf("read the end of mailbox %s: %w", bic, err)
	}
	number, err := strconv.ParseUint(msg.Header.Get(headerNumber), 10, 64)
	if err != nil {
		return mark{}, fmt.Errorf("mailbox %s ends with a message without number: %w", bic, err)
	}
	return mark{number, msg.Sequence}, nil
}

// Bounds of a participant's consumer: how much may be handed out without being
// acknowledged, and what one request for messages may ask for.
const (
	readerAckWait  = 30 * time.Second // then an unacknowledged message comes again
	readerUnacked  = 1000
	readerRequests = 16
	readerMost     = 1000
	readerBytes    = 16 << 20
	readerPatience = 5 * time.Minute
)

// reader makes the durable consumer through which a participant reads its
// mailbox, named by its BIC. A message that was handed out before is one whose
// delivery count is above 1: a possible duplicate.
func (m *MailboxStream) reader(ctx context.Context, of messages.BIC) error {
	_, err := m.stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: of.Full(), FilterSubject: subjectOf(of), DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: readerAckWait, MaxAckPending: readerUnacked,
		MaxWaiting: readerRequests, MaxRequestBatch: readerMost, MaxRequestMaxBytes: readerBytes, MaxRequestExpires: readerPatience,
	})
	if err != nil {
		return fmt.Errorf("make the reader of mailbox %s: %w", of, err)
	}
	return nil
}

// acknowledged is up to where a participant has acknowledged everything.
func (m *MailboxStream) acknowledged(ctx context.Context, of messages.BIC) (mark, error) {
	consumer, err := m.stream.Consumer(ctx, of.Full())
	if err != nil {
		return mark{}, fmt.Errorf("ask for the reader of mailbox %s: %w", of, err)
	}
	upTo := consumer.CachedInfo().AckFloor.Stream
	if upTo == 0 {
		return mark{}, nil
	}
	// The floor may be at another's message: its own is the last one up to there.
	msg, err := m.stream.GetMsg(ctx, upTo)
	if err == nil && msg.Subject != subjectOf(of) || errors.Is(err, jetstream.ErrMsgNotFound) {
		return mark{}, nil
	}
	if err != nil {
		return mark{}, fmt.Errorf("read mailbox %s: %w", of, err)
	}
	number, err := strconv.ParseUint(msg.Header.Get(headerNumber), 10, 64)
	if err != nil {
		return mark{}, fmt.Errorf("mailbox %s holds a message without number: %w", of, err)
	}
	return mark{number, upTo}, nil
}

// drop removes what lies below that message of a mailbox; the message itself
// stays, so that the mailbox shows where it goes on.
func (m *MailboxStream) drop(ctx context.Context, of messages.BIC, below uint64) error {
	if err := m.stream.Purge(ctx, jetstream.WithPurgeSubject(subjectOf(of)), jetstream.WithPurgeSequence(below)); err != nil {
		return fmt.Errorf("drop what is acknowledged from mailbox %s: %w", of, err)
	}
	return nil
}

// letterOut is one message on its way into a mailbox.
type letterOut struct {
	number uint64
	kind   string
	body   []byte
}

// put writes messages behind the end of a mailbox in one atomic batch: all of
// them or none, and none if somebody else has written there since. It returns
// the new end.
func (m *MailboxStream) put(ctx context.Context, to messages.BIC, end mark, out []letterOut) (mark, error) {
	m.rounds++
	batch := fmt.Sprintf("%s-%d", nats.NewInbox()[len(nats.InboxPrefix):], m.rounds)
	for i, letter := range out {
		msg := nats.NewMsg(subjectOf(to))
		msg.Data = letter.body
		msg.Header.Set(headerNumber, strconv.FormatUint(letter.number, 10))
		msg.Header.Set(headerType, letter.kind)
		msg.Header.Set(headerBatch, batch)
		msg.Header.Set(headerSequence, strconv.Itoa(i+1))
		if i == 0 {
			msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(end.sequence, 10))
		}
		if i+1 < len(out) {
			if err := m.nc.PublishMsg(msg); err != nil {
				return end, fmt.Errorf("write to mailbox %s: %w", to, err)
			}
			continue
		}
		msg.Header.Set(headerCommit, "1")
		ack, err := m.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0))
		if err != nil {
			return end, fmt.Errorf("write %d messages to mailbox %s: %w", len(out), to, err)
		}
		end = mark{letter.number, ack.Sequence}
	}
	return end, nil
}
