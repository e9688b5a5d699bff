package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
)

// natsRig is a node with its NATS door open, and the NKEYs of its banks.
type natsRig struct {
	t        *testing.T
	node     *Node
	settings Settings
	keys     map[string]nkeys.KeyPair
}

// newNATSRig starts it. A participant may send that many requests a second; the
// default is DefaultRate.
func newNATSRig(t *testing.T, perSecond ...int) *natsRig {
	t.Helper()
	r := &natsRig{t: t, keys: map[string]nkeys.KeyPair{}}
	change := testChange(t)
	for i := range change.Participants {
		p := &change.Participants[i]
		p.Keys = append(p.Keys, routing.Key{NKey: r.key(p.BIC.Full()), Roles: []routing.Role{routing.RoleParticipant}})
	}
	r.settings = Settings{
		Folder: t.TempDir(), Clock: time.Now, Log: zap.NewNop(), First: change,
		NATS: NATSSettings{Listen: "127.0.0.1:0"}, Limiter: NewLimiter(append(perSecond, DefaultRate)[0]),
	}
	r.start()
	t.Cleanup(r.stop)
	return r
}

func (r *natsRig) start() {
	r.t.Helper()
	var err error
	if r.node, err = Start(context.Background(), r.settings); err != nil {
		r.t.Fatal(err)
	}
}

// stop ends the node when it has applied everything, and wants clean books.
func (r *natsRig) stop() {
	end, err := r.node.orders.End(context.Background())
	if err == nil {
		err = r.node.WaitFor(context.Background(), end)
	}
	if err != nil {
		r.t.Error(err)
	}
	if findings, err := r.node.Books.Audit(); err != nil || len(findings) > 0 {
		r.t.Errorf("audit: %v %v", err, findings)
	}
	before := r.node.Books.State()
	if err := r.node.Close(); err != nil {
		r.t.Error(err)
	}
	replayed, err := Replay(context.Background(), NATSSettings{}, r.settings.Folder, filepath.Join(r.t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	// What clients had under way may have come in behind the state that was noted.
	changed := replayed.Own.Sequence == before.Sequence && replayed.Own.Digest != before.Digest
	if err != nil || !replayed.Same() || replayed.Own.Sequence < before.Sequence || changed {
		r.t.Errorf("rebuilt to %x, want %x: %v %v", replayed.Rebuilt.Digest, before.Digest, replayed.Differences, err)
	}
}

// key makes the NKEY of a name and gives its public part.
func (r *natsRig) key(name string) string {
	pair, err := nkeys.CreateUser()
	if err != nil {
		r.t.Fatal(err)
	}
	r.keys[name] = pair
	public, err := pair.PublicKey()
	if err != nil {
		r.t.Fatal(err)
	}
	return public
}

// dial opens a connection with the NKEY of a name, as a stock client does.
func (r *natsRig) dial(name string, options ...nats.Option) (*nats.Conn, error) {
	pair := r.keys[name]
	public, err := pair.PublicKey()
	if err != nil {
		r.t.Fatal(err)
	}
	options = append([]nats.Option{
		nats.Nkey(public, pair.Sign), nats.CustomInboxPrefix("_INBOX." + name), nats.NoReconnect(),
	}, options...)
	return nats.Connect("nats://"+r.node.NATS.Address(), options...)
}

func (r *natsRig) connect(name string, options ...nats.Option) *nats.Conn {
	r.t.Helper()
	nc, err := r.dial(name, options...)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(nc.Close)
	return nc
}

// send requests that a message be taken in and gives the status of the reply.
func (r *natsRig) send(nc *nats.Conn, body []byte) (status string, reply *nats.Msg) {
	r.t.Helper()
	reply, err := nc.Request("messages", body, testPatience)
	if err != nil {
		r.t.Fatal(err)
	}
	return reply.Header.Get(headerStatus), reply
}

// reader opens the durable consumer of a mailbox. The relay makes it when the
// directory has the NKEY.
func (r *natsRig) reader(nc *nats.Conn, name string) jetstream.Consumer {
	r.t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		r.t.Fatal(err)
	}
	for deadline := time.Now().Add(testPatience); ; {
		consumer, err := js.Consumer(r.t.Context(), mailboxStream, name)
		if err == nil {
			return consumer
		}
		if !errors.Is(err, jetstream.ErrConsumerNotFound) || time.Now().After(deadline) {
			r.t.Fatal(err)
		}
	}
}

// read takes that many messages of a mailbox, acknowledges them, and wants their
// numbers without a gap.
func (r *natsRig) read(consumer jetstream.Consumer, first, count int) (bodies []string) {
	r.t.Helper()
	for len(bodies) < count {
		batch, err := consumer.Fetch(min(count-len(bodies), 100), jetstream.FetchMaxWait(testPatience))
		if err != nil {
			r.t.Fatal(err)
		}
		for m := range batch.Messages() {
			if number, want := m.Headers().Get(headerNumber), strconv.Itoa(first+len(bodies)); number != want {
				r.t.Fatalf("message %s comes where %s must", number, want)
			}
			if meta, err := m.Metadata(); err != nil || meta.NumDelivered != 1 {
				r.t.Errorf("delivered %+v, %v", meta, err)
			}
			if err := m.DoubleAck(r.t.Context()); err != nil {
				r.t.Fatal(err)
			}
			bodies = append(bodies, string(m.Data()))
		}
		if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrNoResponders) {
			r.t.Fatal(err)
		}
	}
	return bodies
}

// change replaces a participant in the directory.
func (r *natsRig) change(p routing.Participant) {
	r.t.Helper()
	changeAt(r.t, r.node, routing.Change{Participants: []routing.Participant{p}})
}

// next takes one message of a mailbox and leaves it unacknowledged.
func (r *natsRig) next(consumer jetstream.Consumer) jetstream.Msg {
	r.t.Helper()
	for deadline := time.Now().Add(testPatience); ; {
		m, err := consumer.Next(jetstream.FetchMaxWait(testPatience))
		if err == nil {
			return m
		}
		// A consumer that was made this instant is seen before it listens.
		if !errors.Is(err, nats.ErrNoResponders) || time.Now().After(deadline) {
			r.t.Fatal(err)
		}
	}
}

func (r *natsRig) issue(bank, amount string) {
	r.t.Helper()
	issueAt(r.t, r.node, bank, amount)
}

// TestNATSPaymentEndToEnd: a bank sends by request and reply, and both banks read
// their mailboxes with a stock client's consumer.
func TestNATSPaymentEndToEnd(t *testing.T) {
	r := newNATSRig(t)
	r.issue(testBanks[0], "999999999.00")
	alpha, beta := r.connect(testBanks[0]), r.connect(testBanks[1])
	const payments = 50
	var sending sync.WaitGroup
	for i := range payments {
		sending.Go(func() {
			reply, err := alpha.Request("messages", samplePayment(t, uetr(i)...), testPatience)
			var receipt Receipt
			if err == nil {
				err = json.Unmarshal(reply.Data, &receipt)
			}
			if err != nil || reply.Header.Get(headerStatus) != "202" || len(receipt.Payments) != 1 || receipt.Place == "" {
				t.Errorf("%v: %+v", err, receipt)
			}
		})
	}
	sending.Wait()
	for _, body := range r.read(r.reader(alpha, testBanks[0]), 1, payments) {
		if !strings.Contains(body, "<GrpSts>ACSC") {
			t.Errorf("no ACSC in %s", body)
		}
	}
	for _, body := range r.read(r.reader(beta, testBanks[1]), 1, payments) {
		if !strings.Contains(body, "<FIToFICstmrCdtTrf>") {
			t.Errorf("no payment in %s", body)
		}
	}
}

// TestNATSReceipts: a message that was sent before has the receipt of the first
// time, and who accepts XML has it as an admi.007.
func TestNATSReceipts(t *testing.T) {
	r := newNATSRig(t)
	alpha := r.connect(testBanks[0])
	status, first := r.send(alpha, samplePayment(t, uetr(1)...))
	if status != "202" {
		t.Fatalf("%s %s", status, first.Data)
	}
	r.read(r.reader(alpha, testBanks[0]), 1, 1) // it is applied
	status, again := r.send(alpha, samplePayment(t, uetr(1)...))
	if status != "200" || !bytes.Equal(again.Data, first.Data) {
		t.Errorf("the second time: %s\n%s\n%s", status, again.Data, first.Data)
	}
	m := nats.NewMsg("messages")
	m.Header.Set("Accept", "application/xml")
	m.Data = samplePayment(t, uetr(2)...)
	reply, err := alpha.RequestMsg(m, testPatience)
	if err != nil || reply.Header.Get(headerStatus) != "202" || reply.Header.Get(headerKind) != xmlContent {
		t.Fatal(err, reply)
	}
	if receipt := messages.Read(reply.Data, messages.Options{}); !receipt.Valid() || receipt.Document().ID != receiptVersion {
		t.Errorf("%v: %s", receipt.Faults(), reply.Data)
	}
}

// TestNATSUnreadableBodies: each is refused in the reply and answered with an
// admi.002 in the mailbox, whatever is in it, and stops nothing.
func TestNATSUnreadableBodies(t *testing.T) {
	r := newNATSRig(t)
	alpha := r.connect(testBanks[0])
	long := strings.Repeat("x", 5000)
	bodies := []string{
		"", "<broken", "hello", "\x00", "\xff\xfe\x00<", "<a\x01b/>", "<a>\x08</a>", "<a>\xff</a>", "<\xf0\x9f\x92\xa9/>", "<" + long + "/>", "<a " + long + "='1' " + long + "='2'/>",
		"<!DOCTYPE a><a/>", "<a>&nosuch;</a>", "<a>&#0;</a>", "<a></b>", "<a/><b/>", "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.99'/>",
		"<Document xmlns='" + long + "'/>", "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:" + long + "'/>", "<Document xmlns='\xff'/>", "<Document xmlns='urn:\x01'/>", "<Document/>", long,
	}
	for _, body := range bodies {
		if status, reply := r.send(alpha, []byte(body)); status != "400" || !strings.Contains(string(reply.Data), "unreadable") {
			t.Errorf("%.40q: %s %s", body, status, reply.Data)
		}
	}
	for i, body := range r.read(r.reader(alpha, testBanks[0]), 1, len(bodies)) {
		m := messages.Read([]byte(body), messages.Options{})
		if !m.Valid() || m.Document().ID != rejectDefinition {
			t.Errorf("%.40q is answered %s: %v", bodies[i], body, m.Faults())
		}
	}
	if status, reply := r.send(alpha, samplePayment(t, uetr(1)...)); status != "202" {
		t.Errorf("%s %s", status, reply.Data)
	}
	t.Logf("%d bodies", len(bodies))
}

// TestNATSAcknowledgementsReachTheBooks: what a client has acknowledged to its
// consumer counts as read, and leaves the stream; the rest stays.
func TestNATSAcknowledgementsReachTheBooks(t *testing.T) {
	r := newNATSRig(t)
	alpha := r.connect(testBanks[0])
	for i := range 5 {
		r.send(alpha, samplePayment(t, uetr(i)...))
	}
	r.read(r.reader(alpha, testBanks[0]), 1, 3)
	p, _ := r.node.Directory().ByBIC(mustBIC(t, testBanks[0]))
	for deadline := time.Now().Add(testPatience); r.node.Books.Acknowledged(p.ID) != 3; {
		if time.Now().After(deadline) {
			t.Fatalf("the books have %d acknowledged", r.node.Books.Acknowledged(p.ID))
		}
		wait(t, 10*time.Millisecond)
	}
	stream, err := r.node.relay.stream.js.Stream(t.Context(), mailboxStream)
	if err != nil {
		t.Fatal(err)
	}
	for stream.CachedInfo().State.Msgs != 3 { // the last acknowledged one and what follows
		if _, err := stream.Info(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	r.read(r.reader(alpha, testBanks[0]), 4, 2)
}

// wait lets others run for a while.
func wait(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}

// TestNATSRedelivery: what is not acknowledged comes again and says so.
func TestNATSRedelivery(t *testing.T) {
	r := newNATSRig(t)
	alpha := r.connect(testBanks[0])
	r.send(alpha, samplePayment(t, uetr(1)...))
	consumer := r.reader(alpha, testBanks[0])
	for _, want := range []uint64{1, 2} {
		batch, err := consumer.Fetch(1, jetstream.FetchMaxWait(testPatience))
		if err != nil {
			t.Fatal(err)
		}
		for m := range batch.Messages() {
			meta, err := m.Metadata()
			if err != nil || meta.NumDelivered != want || m.Headers().Get(headerNumber) != "1" {
				t.Errorf("%+v %v %v", meta, m.Headers(), err)
			}
			if err := m.Nak(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestNATSMailboxAfterRestart: what was not acknowledged is handed out again, and
// says so; acknowledgements of before fit nothing; a client that stays connected
// goes on reading.
func TestNATSMailboxAfterRestart(t *testing.T) {
	r := newNATSRig(t)
	alpha := r.connect(testBanks[0])
	for i := range 5 {
		r.send(alpha, samplePayment(t, uetr(i)...))
	}
	consumer := r.reader(alpha, testBanks[0])
	r.read(consumer, 1, 2)
	old := r.next(consumer)
	p, _ := r.node.Directory().ByBIC(mustBIC(t, testBanks[0]))
	eventually(t, "the books know what was read", func() bool { return r.node.Books.Acknowledged(p.ID) == 2 })
	r.settings.NATS.Listen = r.node.NATS.Address()
	r.stop()
	r.start()
	alpha = r.connect(testBanks[0])
	consumer = r.reader(alpha, testBanks[0])
	for want := 3; want <= 5; want++ {
		m := r.next(consumer)
		if m.Headers().Get(headerNumber) != strconv.Itoa(want) || m.Headers().Get(headerAgain) != "true" {
			t.Errorf("message %d comes as %v", want, m.Headers())
		}
	}
	if err := alpha.Publish(old.Reply(), []byte("+ACK")); err != nil {
		t.Fatal(err)
	}
	r.send(alpha, samplePayment(t, uetr(6)...))
	m := r.next(consumer)
	if m.Headers().Get(headerNumber) != "6" || m.Headers().Get(headerAgain) != "" {
		t.Errorf("the next message comes as %v", m.Headers())
	}
	if info, err := consumer.Info(t.Context()); err != nil || info.NumAckPending != 4 {
		t.Errorf("%+v %v", info, err)
	}
}

// TestNATSWindow: a reader that lets many messages lie gets no more than fit the
// window, and all of them as it acknowledges.
func TestNATSWindow(t *testing.T) {
	r := newNATSRig(t)
	alpha := r.connect(testBanks[0])
	const messages = windowMost + 300
	var sending sync.WaitGroup
	for worker := range 8 {
		sending.Go(func() {
			for i := worker; i < messages; i += 8 {
				if _, err := alpha.Request("messages", samplePayment(t, uetr(i)...), testPatience); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sending.Wait()
	p, _ := r.node.Directory().ByBIC(mustBIC(t, testBanks[0]))
	for r.node.Books.MailboxEnd(p.ID) < messages {
		wait(t, time.Millisecond)
	}
	held := func() uint64 {
		stream, err := r.node.relay.stream.js.Stream(t.Context(), mailboxStream)
		if err != nil {
			t.Fatal(err)
		}
		return stream.CachedInfo().State.Msgs
	}
	for held() < windowMost {
		wait(t, time.Millisecond)
	}
	consumer := r.reader(alpha, testBanks[0])
	r.read(consumer, 1, messages)
	for held() > 1 {
		wait(t, time.Millisecond)
	}
	if n := r.node.Books.Acknowledged(p.ID); n != messages {
		t.Errorf("%d acknowledged in the books", n)
	}
}

// TestNATSFollowsTheDirectory: keys come and go with entries of the log, without
// a restart, and whoever has lost its key is disconnected.
func TestNATSFollowsTheDirectory(t *testing.T) {
	r := newNATSRig(t)
	alpha := r.connect(testBanks[0])
	second := r.key("second")
	if _, err := r.dial("second"); !errors.Is(err, nats.ErrAuthorization) {
		t.Fatalf("an unknown key: %v", err)
	}
	p, _ := r.node.Directory().ByBIC(mustBIC(t, testBanks[0]))
	changed := *p
	changed.Keys = []routing.Key{{NKey: second, Roles: []routing.Role{routing.RoleParticipant}}}
	closed := make(chan struct{})
	alpha.SetClosedHandler(func(*nats.Conn) { close(closed) })
	r.change(changed)
	select {
	case <-closed:
	case <-time.After(testPatience):
		t.Error("a connection whose key is gone stays open")
	}
	if _, err := r.dial(testBanks[0]); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("the key that is gone: %v", err)
	}
	again, err := r.dial("second", nats.CustomInboxPrefix("_INBOX."+testBanks[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if status, reply := r.send(again, samplePayment(t, uetr(1)...)); status != "202" {
		t.Errorf("the new key: %s %s", status, reply.Data)
	}
}
