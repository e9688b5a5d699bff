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
// subject for every participant, by its eleven characters of BIC. It is kept in
// memory and holds no more than what is being read: the books have everything,
// and a message is not written to disk a second time to be read.
const (
	mailboxStream = "MAILBOX"
	mailboxPrefix = "mailbox."
	mailboxMax    = 1 << 30 // bytes, of all windows together

	headerNumber   = "Dragoman-Number" // in the mailbox, from 1 without a gap
	headerType     = "Dragoman-Type"   // message identifier
	headerAgain    = "Dragoman-Possible-Duplicate"
	headerBatch    = "Nats-Batch-Id"
	headerSequence = "Nats-Batch-Sequence"
	headerCommit   = "Nats-Batch-Commit"
)

// MailboxStream is that stream.
type MailboxStream struct {
	js     jetstream.JetStream
	nc     *nats.Conn
	space  streamSpace
	stream jetstream.Stream
	rounds int
}

// OpenMailboxStream opens the stream, or makes an empty one.
func OpenMailboxStream(ctx context.Context, nc *nats.Conn, space streamSpace) (*MailboxStream, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	m := &MailboxStream{js: js, nc: nc, space: space}
	return m, m.open(ctx)
}

// open opens the stream or makes an empty one. Its sequence begins at the time of
// its making, so that an acknowledgement of a message of a stream before never fits
// one of this. When it fails the stream that was open stays: the relay asks once more
// where readers stand while the node ends.
func (m *MailboxStream) open(ctx context.Context) error {
	stream, err := m.js.Stream(ctx, mailboxStream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = m.js.CreateStream(ctx, jetstream.StreamConfig{
			Name: mailboxStream, Subjects: []string{mailboxPrefix + "*"}, Storage: jetstream.MemoryStorage, Retention: jetstream.LimitsPolicy,
			Discard: jetstream.DiscardNew, MaxBytes: m.space.mailbox, MaxMsgSize: maxPayload, AllowAtomicPublish: true, Replicas: m.space.replicas,
			FirstSeq: uint64(time.Now().UnixMicro()),
		})
	}
	if err != nil {
		return fmt.Errorf("open the mailbox stream: %w", err)
	}
	m.stream = stream
	return nil
}

func subjectOf(bic messages.BIC) string { return mailboxPrefix + bic.Full() }

// mark is the place of one message in a mailbox.
type mark struct {
	number   uint64 // in the mailbox; 0 when it is empty
	sequence uint64 // of that message in the stream; 0 when it is empty
}

// letters are the messages that a mailbox holds, without their bytes.
func (m *MailboxStream) letters(ctx context.Context, of messages.BIC) (all []handedOver, err error) {
	for next := uint64(1); ; {
		msg, err := m.stream.GetMsg(ctx, next, jetstream.WithGetMsgSubject(subjectOf(of)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read mailbox %s: %w", of, err)
		}
		number, err := strconv.ParseUint(msg.Header.Get(headerNumber), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("mailbox %s holds a message without number: %w", of, err)
		}
		all = append(all, handedOver{mark{number, msg.Sequence}, len(msg.Data)})
		next = msg.Sequence + 1
	}
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
// delivery count is above 1, or that says so in its header: a possible duplicate.
func (m *MailboxStream) reader(ctx context.Context, of messages.BIC) error {
	if err := m.open(ctx); err != nil { // it may be gone, see Embedded.readAgain
		return err
	}
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

// acknowledged is the sequence up to which a participant has acknowledged
// everything that is its own.
func (m *MailboxStream) acknowledged(ctx context.Context, of messages.BIC) (uint64, error) {
	consumer, err := m.stream.Consumer(ctx, of.Full())
	if err != nil {
		return 0, fmt.Errorf("ask for the reader of mailbox %s: %w", of, err)
	}
	return consumer.CachedInfo().AckFloor.Stream, nil
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
	again  bool // it may have been handed out before
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
		if letter.again {
			msg.Header.Set(headerAgain, "true")
		}
		if i == 0 {
			msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(end.sequence, 10))
		}
		if len(out) > 1 {
			msg.Header.Set(headerBatch, batch)
			msg.Header.Set(headerSequence, strconv.Itoa(i+1))
		}
		if i+1 < len(out) {
			if err := m.nc.PublishMsg(msg); err != nil {
				return end, fmt.Errorf("write to mailbox %s: %w", to, err)
			}
			continue
		}
		if len(out) > 1 {
			msg.Header.Set(headerCommit, "1")
		}
		ack, err := m.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0))
		if err != nil {
			return end, fmt.Errorf("write %d messages to mailbox %s: %w", len(out), to, err)
		}
		end = mark{letter.number, ack.Sequence}
	}
	return end, nil
}
