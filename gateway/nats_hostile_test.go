package gateway

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"dragoman/routing"
)

// Subjects that are not a bank's: those of the gateway, of the server, of other
// banks, and everything at once.
func hostileSubjects() []string {
	other := testBanks[1]
	return []string{
		">", "*", "*.*", "*.*.*", "_INBOX.>", "_INBOX.*", "_INBOX.*.*", "_INBOX." + other + ".>", "_INBOX." + other, "_INBOX", "_INBOX.x",
		"$JS.>", "$JS.API.>", "$JS.EVENT.>", "$JS.EVENT.ADVISORY.>", "$JS.ACK.>", "$JS.ACK.MAILBOX." + other + ".>", "$JS.FC.>", "$KV.>", "$O.>",
		"mailbox.>", "mailbox.*", "mailbox." + other, "mailbox." + testBanks[0], "orders", "orders.>", "in.>", "in.*", "in." + other, "in." + testBanks[0],
		"$SYS.>", "$SYS.REQ.>", "$SYS.ACCOUNT.>", "$SYS.SERVER.>", "$G.>", "_R_.>", "_GR_.>", "_R_", "nobody", "messages", "messages.>", "$SRV.>",
	}
}

// Requests that would change or tell something about what is not the bank's own.
func hostileRequests() []string {
	own, other := testBanks[0], testBanks[1]
	all := []string{
		"orders", "mailbox." + own, "mailbox." + other, "in." + own, "in." + other, "_INBOX." + other + ".x", "_INBOX.x", "_R_.x", "_GR_.x.y.z", "messages.x", "nobody",
		"$JS.ACK.MAILBOX." + other + ".1.1.1.1.0", "$JS.ACK.ORDERS.x.1.1.1.1.0", "$JS.ACK.MAILBOX." + own, "$JS.ACK._.x.MAILBOX." + other + ".1.1.1.1.0.x",
		"$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.VARZ", "$SYS.REQ.USER.INFO", "$SYS.REQ.ACCOUNT." + other + ".INFO", "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.SERVER.x.RELOAD", "$SYS.REQ.SERVER.x.KICK", "$SYS.REQ.CLAIMS.UPDATE",
		"$JS.API.INFO", "$JS.API.STREAM.LIST", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.CREATE.EVIL", "$JS.API.META.LEADER.STEPDOWN", "$JS.API.ACCOUNT.PURGE." + other,
		"$JS.API.CONSUMER.LIST.MAILBOX", "$JS.API.CONSUMER.NAMES.MAILBOX", "$JS.API.CONSUMER.CREATE.MAILBOX", "$JS.API.CONSUMER.CREATE.MAILBOX.evil",
		"$JS.API.CONSUMER.CREATE.MAILBOX.evil.mailbox." + other, "$JS.API.CONSUMER.DURABLE.CREATE.MAILBOX.evil", "$JS.API.CONSUMER.CREATE.MAILBOX." + own + ".mailbox." + other,
		"$JS.API.CONSUMER.MSG.NEXT.ORDERS.x", "$JS.FC.MAILBOX.x", "$JS.SNAPSHOT.ACK.x",
	}
	for _, stream := range []string{ordersStream, mailboxStream} {
		for _, verb := range []string{"INFO", "DELETE", "PURGE", "UPDATE", "MSG.GET", "MSG.DELETE", "SNAPSHOT", "RESTORE", "LEADER.STEPDOWN", "PEER.REMOVE"} {
			all = append(all, "$JS.API.STREAM."+verb+"."+stream)
		}
		all = append(all, "$JS.API.DIRECT.GET."+stream, "$JS.API.DIRECT.GET."+stream+".mailbox."+other)
	}
	for _, consumer := range []string{own, other} {
		for _, verb := range []string{"DELETE", "PAUSE", "RESET", "UNPIN", "LEADER.STEPDOWN"} {
			all = append(all, "$JS.API.CONSUMER."+verb+".MAILBOX."+consumer)
		}
	}
	return append(all, "$JS.API.CONSUMER.INFO.MAILBOX."+other, "$JS.API.CONSUMER.MSG.NEXT.MAILBOX."+other)
}

// refusals collects what the server refuses on a connection.
type refusals struct {
	mu   sync.Mutex
	said []string
}

func (r *refusals) option() nats.Option {
	return nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.said = append(r.said, err.Error())
	})
}

// of counts the refusals that speak of a subject, once the server has had the
// time to say so.
func (r *refusals) of(t *testing.T, nc *nats.Conn, subject string) int {
	t.Helper()
	return r.with(t, nc, `"`+subject+`"`)
}

func (r *refusals) with(t *testing.T, nc *nats.Conn, words string) int {
	t.Helper()
	if err := nc.FlushTimeout(testPatience); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(testPatience)
	for {
		count := 0
		r.mu.Lock()
		for _, text := range r.said {
			if strings.Contains(text, words) {
				count++
			}
		}
		r.mu.Unlock()
		if count > 0 || time.Now().After(deadline) {
			return count
		}
		wait(t, time.Millisecond)
	}
}

// ends are the last sequences of the gateway's streams.
func (r *natsRig) ends() (all [2]uint64) {
	r.t.Helper()
	for i, name := range []string{ordersStream, mailboxStream} {
		stream, err := r.node.orders.js.Stream(context.Background(), name)
		if err != nil {
			r.t.Fatal(err)
		}
		all[i] = stream.CachedInfo().State.LastSeq
	}
	return all
}

// TestNATSBankHearsNothingOfOthers: a bank that subscribes to everything hears
// nothing while others trade.
func TestNATSBankHearsNothingOfOthers(t *testing.T) {
	r := newNATSRig(t)
	r.issue(testBanks[1], "999999999.00")
	said := &refusals{}
	spy := r.connect(testBanks[0], said.option())
	var heard atomic.Int64
	subjects := hostileSubjects()
	for _, subject := range subjects {
		if _, err := spy.Subscribe(subject, func(*nats.Msg) { heard.Add(1) }); err != nil {
			t.Fatal(err)
		}
		if said.of(t, spy, subject) == 0 {
			t.Errorf("subscription to %s is not refused", subject)
		}
		if _, err := spy.QueueSubscribe(subject, "q", func(*nats.Msg) { heard.Add(1) }); err != nil {
			t.Fatal(err)
		}
	}
	beta := r.connect(testBanks[1])
	r.send(beta, samplePayment(t, uetr(1)...)) // refused DS0H, answered in the mailbox of beta
	r.read(r.reader(beta, testBanks[1]), 1, 1)
	if err := spy.FlushTimeout(testPatience); err != nil {
		t.Fatal(err)
	}
	if heard.Load() != 0 {
		t.Errorf("%d messages were heard", heard.Load())
	}
	t.Logf("%d subjects refused twice", len(subjects))
}

// TestNATSBankTouchesNothingOfOthers: publishing and asking where a bank has no
// business changes nothing and is answered nothing, with and without headers and
// with reply subjects that would do harm elsewhere.
func TestNATSBankTouchesNothingOfOthers(t *testing.T) {
	r := newNATSRig(t)
	said := &refusals{}
	alpha, beta := r.connect(testBanks[0], said.option()), r.connect(testBanks[1])
	r.send(beta, samplePayment(t, uetr(1)...))
	reader := r.reader(beta, testBanks[1])
	pending := r.next(reader) // handed out, not acknowledged
	before := r.ends()
	requests := hostileRequests()
	requests = append(requests, pending.Reply())
	for _, subject := range requests {
		m := nats.NewMsg(subject)
		m.Data = []byte("+ACK")
		m.Header.Set("Nats-Msg-Id", "door-1-1")
		if err := alpha.PublishMsg(m); err != nil {
			t.Errorf("%s: %v", subject, err)
			continue
		}
		if said.of(t, alpha, subject) == 0 {
			t.Errorf("publishing to %s is not refused", subject)
		}
		if reply, err := alpha.Request(subject, nil, 10*time.Millisecond); err == nil {
			t.Errorf("%s is answered %s", subject, reply.Data)
		}
	}
	if after := r.ends(); after != before {
		t.Errorf("the streams grew from %v to %v", before, after)
	}
	info, err := reader.Info(t.Context())
	if err != nil || info.NumAckPending != 1 {
		t.Errorf("the other bank's message is acknowledged: %+v %v", info, err)
	}
	t.Logf("%d requests refused", len(requests))
}

// TestNATSHostileReplies: a reply goes back into the account that asked, wherever
// it was to go.
func TestNATSHostileReplies(t *testing.T) {
	r := newNATSRig(t)
	alpha, beta := r.connect(testBanks[0]), r.connect(testBanks[1])
	r.send(beta, samplePayment(t, uetr(1)...))
	reader := r.reader(beta, testBanks[1])
	pending := r.next(reader) // handed out, not acknowledged
	var heard atomic.Int64
	if _, err := beta.Subscribe("_INBOX."+testBanks[1]+".>", func(*nats.Msg) { heard.Add(1) }); err != nil {
		t.Fatal(err)
	}
	before := r.ends()
	replies := []string{
		"orders", "mailbox." + testBanks[1], "in." + testBanks[1], "in." + testBanks[0], "_INBOX." + testBanks[1] + ".x", "messages", "$JS.API.STREAM.PURGE.MAILBOX",
		"$JS.API.STREAM.DELETE.ORDERS", "$JS.API.CONSUMER.DELETE.MAILBOX." + testBanks[1], "$SYS.REQ.SERVER.x.RELOAD", "_R_.x", "_GR_.a.b.c", pending.Reply(), "$JS.ACK.MAILBOX." + testBanks[1] + ".1.1.1.1.0",
	}
	for i, reply := range replies {
		for _, subject := range []string{"messages", consumerNext(testBanks[0]), consumerInfo(testBanks[0])} {
			// The server ends connections that use its own reply subjects.
			attacker, err := r.dial(testBanks[0])
			if err != nil {
				t.Fatal(err)
			}
			body := []byte(`{"batch":1,"no_wait":true}`)
			if subject == "messages" {
				body = samplePayment(t, uetr(100+i)...)
			}
			if err := attacker.PublishRequest(subject, reply, body); err != nil {
				t.Errorf("%s: %v", reply, err)
			}
			_ = attacker.FlushTimeout(testPatience)
			attacker.Close()
		}
	}
	// An honest request afterwards shows that all those before have been dealt with.
	if status, reply := r.send(alpha, samplePayment(t, uetr(200)...)); status != "202" {
		t.Errorf("%s %s", status, reply.Data)
	}
	if err := beta.FlushTimeout(testPatience); err != nil {
		t.Fatal(err)
	}
	stolen := heard.Load() // before beta has replies of its own
	after := r.ends()
	if taken := after[0] - before[0]; taken > uint64(len(replies))+1 {
		t.Errorf("the log grew by %d groups from %d requests", taken, len(replies)+1)
	}
	info, err := reader.Info(t.Context())
	if err != nil || info.NumAckPending != 1 || stolen != 0 {
		t.Errorf("pending %+v, heard %d, %v", info, stolen, err)
	}
	t.Logf("%d replies", len(replies))
}

// TestNATSHeadersDoNoHarm: headers by which JetStream can be steered mean nothing
// on the way in, and nobody can say that it is somebody else.
func TestNATSHeadersDoNoHarm(t *testing.T) {
	r := newNATSRig(t)
	alpha := r.connect(testBanks[0])
	other, err := r.keys[testBanks[1]].PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	forged, err := json.Marshal(map[string]any{"acc": testBanks[1], "user": other, "svc": testBanks[1]})
	if err != nil {
		t.Fatal(err)
	}
	headers := []struct{ name, value string }{
		{"Nats-Msg-Id", fmt.Sprintf("%s-%d-%d", r.node.orders.binder.door, r.node.orders.binder.epoch, r.ends()[0]+1)}, {"Nats-Expected-Stream", "EVIL"}, {"Nats-Expected-Last-Sequence", "999"},
		{"Nats-Expected-Last-Msg-Id", "x"}, {"Nats-Expected-Last-Subject-Sequence", "0"}, {"Nats-Rollup", "all"}, {"Nats-TTL", "1s"}, {"Nats-Batch-Id", "x"}, {"Nats-Batch-Sequence", "1"},
		{"Nats-Schedule", "@every 1s"}, {"Nats-Schedule-Target", "orders"}, {"Nats-Trace-Dest", "orders"}, {"Nats-Trace-Dest", "mailbox." + testBanks[1]}, {"Nats-Trace-Only", "true"},
		{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, {headerCaller, string(forged)}, {headerStatus, "202"}, {"Nats-Incr", "1"}, {"Nats-Required-Api-Level", "99"},
	}
	before := r.ends()
	for i, h := range headers {
		m := nats.NewMsg("messages")
		m.Header.Set(h.name, h.value)
		m.Data = samplePayment(t, uetr(i)...)
		if strings.HasPrefix(h.name, "Nats-Trace-") {
			// The server traces a message only to where its sender may publish: this
			// one goes nowhere.
			if reply, err := alpha.RequestMsg(m, 50*time.Millisecond); err == nil && h.name == "Nats-Trace-Dest" {
				t.Errorf("%s: %s", h.name, reply.Data)
			}
			continue
		}
		reply, err := alpha.RequestMsg(m, testPatience)
		if err != nil || reply.Header.Get(headerStatus) != "202" {
			t.Errorf("%s: %v %v", h.name, err, reply)
		}
	}
	after := r.ends()
	if n := after[0] - before[0]; n > uint64(len(headers)) || n+3 < uint64(len(headers)) {
		t.Errorf("the log grew by %d groups from %d messages", n, len(headers))
	}
	end, err := r.node.orders.End(t.Context())
	if err == nil {
		err = r.node.WaitFor(t.Context(), end)
	}
	if err != nil {
		t.Fatal(err)
	}
	// All came from alpha: each has its PDNG, and beta has received nothing.
	p, _ := r.node.Directory().ByBIC(mustBIC(t, testBanks[1]))
	if n := r.node.Books.MailboxEnd(p.ID); n != 0 {
		t.Errorf("%d messages in the other bank's mailbox", n)
	}
	t.Logf("%d headers", len(headers))
}

// TestNATSSendsForNobodyElse: a message in another bank's name is refused to its
// sender alone.
func TestNATSSendsForNobodyElse(t *testing.T) {
	r := newNATSRig(t)
	r.issue(testBanks[0], "999999999.00")
	gamma := r.connect(testBanks[2])
	if status, reply := r.send(gamma, samplePayment(t, uetr(1)...)); status != "202" {
		t.Fatalf("%s %s", status, reply.Data)
	}
	if body := r.read(r.reader(gamma, testBanks[2]), 1, 1)[0]; !strings.Contains(body, "DS0H") {
		t.Errorf("answered %s", body)
	}
	for _, bank := range testBanks[:2] {
		p, _ := r.node.Directory().ByBIC(mustBIC(t, bank))
		if n := r.node.Books.MailboxEnd(p.ID); n != 0 {
			t.Errorf("%s hears of it in %d messages", bank, n)
		}
	}
}

// TestNATSStrangers: who holds no key of the directory, or only says so, is not
// let in.
func TestNATSStrangers(t *testing.T) {
	r := newNATSRig(t)
	own, err := r.keys[testBanks[0]].PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	account, err := nkeys.CreateAccount()
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := stranger.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	other, err := account.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	logins := map[string][]nats.Option{
		"nothing":             nil,
		"unknown key":         {nats.Nkey(unknown, stranger.Sign)},
		"stolen public key":   {nats.Nkey(own, stranger.Sign)},
		"old signature":       {nats.Nkey(own, func([]byte) ([]byte, error) { return r.keys[testBanks[0]].Sign([]byte("nonce")) })},
		"no signature":        {nats.Nkey(own, func([]byte) ([]byte, error) { return nil, nil })},
		"key of an account":   {nats.Nkey(other, account.Sign)},
		"password":            {nats.UserInfo("dragoman", "dragoman")},
		"password of inside":  {nats.UserInfo(r.node.embedded.user, r.node.embedded.secret)},
		"token":               {nats.Token("x")},
		"user of the system":  {nats.UserInfo("sys", "")},
		"key and password":    {nats.Nkey(unknown, stranger.Sign), nats.UserInfo(r.node.embedded.user, r.node.embedded.secret)},
		"key as the password": {nats.UserInfo(own, own)},
	}
	for name, options := range logins {
		nc, err := nats.Connect("nats://"+r.node.NATS.Address(), append(options, nats.NoReconnect())...)
		if err == nil {
			nc.Close()
		}
		if !errors.Is(err, nats.ErrAuthorization) {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Logf("%d logins refused", len(logins))
}

// TestNATSRoleIsNeeded: a key without the role of a participant or issuer sends
// nothing.
func TestNATSRoleIsNeeded(t *testing.T) {
	r := newNATSRig(t)
	p, _ := r.node.Directory().ByBIC(mustBIC(t, testBanks[0]))
	changed := *p
	changed.Keys = append(slices.Clone(changed.Keys), routing.Key{NKey: r.key("reader")})
	r.change(changed)
	nc, err := r.dial("reader", nats.CustomInboxPrefix("_INBOX."+testBanks[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if status, reply := r.send(nc, samplePayment(t, uetr(1)...)); status != "403" {
		t.Errorf("%s %s", status, reply.Data)
	}
}

// TestNATSLimits: connections, subscriptions and sizes of one bank are bounded.
func TestNATSLimits(t *testing.T) {
	r := newNATSRig(t)
	var open []*nats.Conn
	for range accountConnections {
		open = append(open, r.connect(testBanks[0]))
	}
	if nc, err := r.dial(testBanks[0]); err == nil || !strings.Contains(err.Error(), "maximum account active connections") {
		t.Errorf("connection %d: %v %v", accountConnections+1, nc, err)
	}
	r.connect(testBanks[1])
	said := &refusals{}
	many := r.connect(testBanks[2], said.option())
	for i := range accountSubscriptions + 2 {
		if _, err := many.SubscribeSync(fmt.Sprintf("_INBOX.%s.%d", testBanks[2], i)); err != nil {
			t.Fatal(err)
		}
	}
	if said.with(t, many, "maximum subscriptions exceeded") == 0 {
		t.Error("no bound on subscriptions")
	}
	large := make([]byte, MaxBody+1)
	if status, reply := r.send(open[0], large); status != "413" {
		t.Errorf("a message of %d bytes: %s %s", len(large), status, reply.Data)
	}
	if _, err := open[0].Request("messages", make([]byte, accountPayload+1), time.Second); err == nil {
		t.Error("a message larger than the account takes is answered")
	}
	if status, reply := r.send(open[1], samplePayment(t, uetr(1)...)); status != "202" {
		t.Errorf("%s %s", status, reply.Data)
	}
}

// TestNATSFlood: one bank sends as fast as it can and hears that it may not;
// another is served meanwhile.
func TestNATSFlood(t *testing.T) {
	r := newNATSRig(t, 50)
	flooding, stop := context.WithCancel(t.Context())
	var sent, refused, accepted atomic.Int64
	var flood sync.WaitGroup
	for range 4 {
		nc := r.connect(testBanks[0])
		inbox := nc.NewInbox()
		if _, err := nc.Subscribe(inbox+".*", func(m *nats.Msg) {
			switch m.Header.Get(headerStatus) {
			case "429":
				refused.Add(1)
			case "400":
				accepted.Add(1) // it was dealt with
			}
		}); err != nil {
			t.Fatal(err)
		}
		flood.Go(func() {
			for i := 0; flooding.Err() == nil; i++ {
				if nc.PublishRequest("messages", fmt.Sprintf("%s.%d", inbox, i), []byte("<broken")) != nil {
					return
				}
				sent.Add(1)
			}
		})
	}
	beta := r.connect(testBanks[1])
	for i := range 20 {
		if status, reply := r.send(beta, samplePayment(t, uetr(i)...)); status != "202" {
			t.Errorf("%s %s", status, reply.Data)
		}
	}
	stop()
	flood.Wait()
	if accepted.Load() > 50*60 {
		t.Errorf("%d of the flood were dealt with", accepted.Load())
	}
	if refused.Load() == 0 {
		t.Error("the flood hears nothing")
	}
	t.Logf("%d sent, %d dealt with, %d refused", sent.Load(), accepted.Load(), refused.Load())
}

// TestNATSClientThatDoesNotRead is cut off, and costs nobody else anything.
func TestNATSClientThatDoesNotRead(t *testing.T) {
	r := newNATSRig(t, 200)
	beta := r.connect(testBanks[1])
	conn := r.raw(testBanks[0])
	defer conn.Close() //nolint:errcheck // it is cut off
	body := strings.Repeat("x", 64<<10)
	inbox := "_INBOX." + testBanks[0] + ".x"
	if _, err := fmt.Fprintf(conn, "SUB %s 1\r\n", inbox); err != nil {
		t.Fatal(err)
	}
	failed := make(chan struct{})
	go func() {
		defer close(failed)
		for {
			if _, err := fmt.Fprintf(conn, "PUB messages %s %d\r\n%s\r\n", inbox, len(body), body); err != nil {
				return
			}
		}
	}()
	for i := range 20 {
		if status, reply := r.send(beta, samplePayment(t, uetr(i)...)); status != "202" {
			t.Errorf("%s %s", status, reply.Data)
		}
	}
	_ = conn.Close()
	<-failed
}

// raw opens a connection without a client library.
func (r *natsRig) raw(name string) net.Conn {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.node.NATS.Address())
	if err != nil {
		r.t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		r.t.Fatal(err)
	}
	var info struct {
		Nonce string `json:"nonce"`
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "INFO ")), &info); err != nil {
		r.t.Fatal(err)
	}
	signature, err := r.keys[name].Sign([]byte(info.Nonce))
	if err != nil {
		r.t.Fatal(err)
	}
	public, err := r.keys[name].PublicKey()
	if err != nil {
		r.t.Fatal(err)
	}
	login, err := json.Marshal(map[string]any{"nkey": public, "sig": signature, "headers": true, "verbose": false})
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, "CONNECT %s\r\n", login); err != nil {
		r.t.Fatal(err)
	}
	return conn
}
