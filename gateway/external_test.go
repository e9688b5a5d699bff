package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"dragoman/messages"
)

// natsOutside is a NATS server of its own, as an operator would run one.
type natsOutside struct {
	t       *testing.T
	options server.Options
	server  *server.Server
}

func newNATSOutside(t *testing.T, change func(*server.Options)) *natsOutside {
	t.Helper()
	o := &natsOutside{t: t, options: server.Options{
		ServerName: "outside", Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, MaxPayload: maxPayload,
	}}
	if change != nil {
		change(&o.options)
	}
	o.start()
	t.Cleanup(o.stop)
	return o
}

func (o *natsOutside) start() {
	o.t.Helper()
	options := o.options
	var err error
	if o.server, err = server.NewServer(&options); err != nil {
		o.t.Fatal(err)
	}
	o.server.Start()
	if !o.server.ReadyForConnections(testPatience) {
		o.t.Fatal("the server outside does not start")
	}
	_, port, err := net.SplitHostPort(o.server.Addr().String())
	if err != nil {
		o.t.Fatal(err)
	}
	if o.options.Port, err = strconv.Atoi(port); err != nil {
		o.t.Fatal(err)
	}
}

func (o *natsOutside) stop() {
	o.server.Shutdown()
	o.server.WaitForShutdown()
}

func (o *natsOutside) url() string { return fmt.Sprintf("nats://127.0.0.1:%d", o.options.Port) }

func (o *natsOutside) settings(t *testing.T) Settings {
	return Settings{Folder: t.TempDir(), Clock: time.Now, Log: zap.NewNop(), First: testChange(t), NATS: NATSSettings{URL: o.url(), Replicas: 1}}
}

// TestServersOutsideAreRefused: a server on which the log would not be safe is
// refused at the start, with what to do.
func TestServersOutsideAreRefused(t *testing.T) {
	small := newNATSOutside(t, func(o *server.Options) { o.MaxPayload = 1 << 20 })
	without := newNATSOutside(t, func(o *server.Options) { o.JetStream = false })
	clustered := newNATSOutside(t, func(o *server.Options) {
		o.Cluster = server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: server.RANDOM_PORT}
		o.Routes = server.RoutesFromStr("nats://127.0.0.1:1")
	})
	byHand := newNATSOutside(t, nil)
	nc, err := nats.Connect(byHand.url())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: ordersStream, Subjects: []string{ordersSubject}, MaxAge: time.Hour}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		url, credentials, want string
	}{
		{small.url(), "", "max_payload: 8MB"},
		{without.url(), "", "no JetStream"},
		{clustered.url(), "", "replicas"},
		{byHand.url(), "", "discard new, no limit of age"},
		{byHand.url(), filepath.Join(t.TempDir(), "none.creds"), "node.nats.credentials names the file"},
		{"nats://127.0.0.1:1", "", "node.nats.url"},
	} {
		s := byHand.settings(t)
		s.NATS.URL, s.NATS.Credentials = c.url, c.credentials
		n, err := Start(t.Context(), s)
		if err == nil {
			_ = n.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.url, err, c.want)
		}
		t.Log(err)
	}
}

// TestServersOutsideGoAndComeBack: while payments are sent the server goes and
// comes back, several times; what was acknowledged is in the books once, the node
// says what is wrong meanwhile, and goes on by itself.
func TestServersOutsideGoAndComeBack(t *testing.T) {
	o := newNATSOutside(t, nil)
	settings := o.settings(t)
	n, err := Start(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	issueAt(t, n, testBanks[0], "999999999999.00")
	ctx, stop := context.WithCancel(t.Context())
	var acknowledged, refused atomic.Int64
	var places sync.Map
	var sending sync.WaitGroup
	const workers = 8
	for worker := range workers {
		sending.Go(func() {
			for i := worker; ctx.Err() == nil; i += workers {
				body := samplePayment(t, uetr(i)...)
				for i < 9000 {
					receipt, err := n.Desk.Receive(context.Background(), Caller{Participant: mustBIC(t, testBanks[0])}, body)
					if err == nil {
						acknowledged.Add(1)
						places.Store(receipt.Payments[0].UETR, receipt.Place)
						break
					}
					if !errors.Is(err, ErrSilent) && !errors.Is(err, ErrLate) {
						t.Errorf("payment %d: %v", i, err)
						return
					}
					refused.Add(1)
					wait(t, 10*time.Millisecond)
				}
			}
		})
	}
	until := func(what string, holds func() bool) {
		t.Helper()
		for deadline := time.Now().Add(testPatience); !holds(); wait(t, 5*time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("it never came true: %s; unready: %v", what, n.Unready())
			}
		}
	}
	const outages = 3
	for outage := range outages {
		sofar := acknowledged.Load()
		until("payments are acknowledged", func() bool { return acknowledged.Load() > sofar+50 })
		if unready := n.Unready(); len(unready) > 0 {
			t.Errorf("unready with its servers there: %v", unready)
		}
		o.stop()
		until("the node says what is wrong", func() bool { return len(n.Unready()) > 0 })
		if outage == 0 && !testing.Short() {
			// One that waits for the group before it is told that the log has nothing of it.
			_, err := n.Desk.Receive(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(9999)...))
			if !errors.Is(err, ErrSilent) {
				t.Errorf("while the log is silent: %v", err)
			}
		}
		o.start()
		until("the node is ready", func() bool { return len(n.Unready()) == 0 })
	}
	stop()
	sending.Wait()
	end, err := n.orders.End(t.Context())
	if err == nil {
		err = n.WaitFor(t.Context(), end)
	}
	if err != nil {
		t.Fatal(err)
	}
	settled := 0
	places.Range(func(uetr, _ any) bool {
		named, err := messages.ParseUETR(uetr.(string))
		if err != nil {
			t.Error(err)
		}
		if found, err := n.Books.ByUETR(named); err != nil || len(found) != 1 {
			t.Errorf("payment %s is %d times in the books: %v", uetr, len(found), err)
		}
		settled++
		return true
	})
	if int64(settled) != acknowledged.Load() {
		t.Errorf("%d payments from %d acknowledgements", settled, acknowledged.Load())
	}
	if findings, err := n.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	before := n.Books.State()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Replay(t.Context(), settings.NATS, settings.Folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !again.Same() {
		t.Errorf("replayed from outside: %+v %v", again, err)
	}
	// The books are made anew from the log outside, to the same digest.
	if err := os.Remove(filepath.Join(settings.Folder, "books.db")); err != nil {
		t.Fatal(err)
	}
	if n, err = Start(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	if after, ok, err := n.Books.Group(before.Sequence); !ok || err != nil || after.Digest != before.Digest { // the node leads again since
		t.Errorf("books made anew differ: %v\n%+v\n%+v", err, after, before)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("%d acknowledged over %d outages, %d refused meanwhile", acknowledged.Load(), outages, refused.Load())
}

// TestCopiesInTheLogAreAppliedOnce: what an attempt brought into the log whose
// answer was lost, long ago, changes nothing; neither where the node reads the log
// nor where it hands on what it writes.
func TestCopiesInTheLogAreAppliedOnce(t *testing.T) {
	for name, settings := range map[string]Settings{
		"outside": newNATSOutside(t, nil).settings(t),
		"inside":  {Folder: t.TempDir(), Clock: time.Now, Log: zap.NewNop(), First: testChange(t)},
	} {
		n, err := Start(t.Context(), settings)
		if err != nil {
			t.Fatal(err)
		}
		issueAt(t, n, testBanks[0], "999999999.00")
		p, _ := n.Directory().ByBIC(mustBIC(t, testBanks[1]))
		send := func(i int) {
			t.Helper()
			if _, err := n.Desk.Receive(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(i)...)); err != nil {
				t.Fatal(err)
			}
			end, err := n.orders.End(t.Context())
			if err == nil {
				err = n.WaitFor(t.Context(), end)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for i := range 3 {
			send(i)
			last, err := n.orders.stream.GetLastMsgForSubject(t.Context(), ordersSubject)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := n.orders.js.Publish(t.Context(), ordersSubject, last.Data); err != nil {
				t.Fatal(err)
			}
		}
		send(4)
		if got := n.Books.MailboxEnd(p.ID); got != 4 {
			t.Errorf("%s: %d payments were delivered", name, got)
		}
		if findings, err := n.Books.Audit(); err != nil || len(findings) > 0 {
			t.Errorf("%s: audit: %v %v", name, err, findings)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestLogGoneAtTheStart: books without their log are refused, outside too.
func TestLogGoneAtTheStart(t *testing.T) {
	o := newNATSOutside(t, nil)
	settings := o.settings(t)
	n, err := Start(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	o.stop()
	o.options.StoreDir = t.TempDir()
	o.start()
	if _, err := Start(t.Context(), settings); !errors.Is(err, ErrLog) || !strings.Contains(err.Error(), "there is no log") {
		t.Errorf("started without its log: %v", err)
	}
}
