package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"dragoman/messages"
	"dragoman/routing"
)

// TestDoorRefusesInTransport: what is wrong with a request before it is a message.
func TestDoorRefusesInTransport(t *testing.T) {
	r := openDoorRig(t, func(s *DoorSettings) { s.Limits.Body = 64 << 10 })
	xml := map[string]string{"Content-Type": xmlContent}
	large := bytes.Repeat([]byte("a"), 65<<10)
	for _, test := range []struct {
		what, as, method, path string
		headers                map[string]string
		body                   []byte
		status                 int
		problem                string
	}{
		{"body too large", testBanks[0], "POST", "/v1/messages", xml, large, 413, "body-too-large"},
		{"another kind", testBanks[0], "POST", "/v1/messages", map[string]string{"Content-Type": "text/plain"}, []byte("<a/>"), 415, "content-type"},
		{"no kind", testBanks[0], "POST", "/v1/messages", nil, []byte("<a/>"), 415, "content-type"},
		{"another charset", testBanks[0], "POST", "/v1/messages", map[string]string{"Content-Type": "application/xml; charset=iso-8859-1"}, []byte("<a/>"), 415, "content-type"},
		{"packed", testBanks[0], "POST", "/v1/messages", map[string]string{"Content-Type": xmlContent, "Content-Encoding": "gzip"}, []byte("<a/>"), 415, "content-type"},
		{"JSON for XML", "issuer", "POST", "/v1/decisions", xml, []byte("{}"), 415, "content-type"},
		{"unknown key", "issuer", "POST", "/v1/decisions", map[string]string{"Content-Type": jsonContent}, []byte(`{"amont":"1"}`), 400, "bad-request"},
		{"two values", "issuer", "POST", "/v1/decisions", map[string]string{"Content-Type": jsonContent}, []byte(`{}{}`), 400, "bad-request"},
		{"JSON too large", testBanks[0], "POST", "/v1/mailbox/ack", map[string]string{"Content-Type": jsonContent}, []byte(`{"upTo":` + strings.Repeat(" ", maxHeader) + "1}"), 400, "bad-request"},
		{"a message of an operator", "operator", "POST", "/v1/messages", xml, []byte("<a/>"), 403, "not-allowed"},
		{"a decision of a bank", testBanks[0], "POST", "/v1/decisions", map[string]string{"Content-Type": jsonContent}, []byte(`{"action":"hold","reason":"no"}`), 403, "not-allowed"},
		{"an approval of a bank", testBanks[0], "POST", "/v1/approvals/1.0", map[string]string{"Content-Type": jsonContent}, []byte(`{}`), 403, "not-allowed"},
		{"nothing there", testBanks[0], "GET", "/v1/nothing", nil, nil, 404, "not-found"},
		{"another method", testBanks[0], "DELETE", "/v1/messages", nil, nil, 405, "method-not-allowed"},
		{"no message", testBanks[0], "POST", "/v1/messages", map[string]string{"Content-Type": xmlContent, "Accept": "application/json"}, []byte("<a/>"), 400, "unreadable"},
		{"a wait without end", testBanks[0], "GET", "/v1/mailbox?wait=1h", nil, nil, 400, "bad-request"},
	} {
		a := r.do(test.as, test.method, test.path, test.headers, test.body)
		if a.StatusCode != test.status || a.problem() != test.problem {
			t.Errorf("%s: %s %q\n%s", test.what, a.Status, a.problem(), a.body)
		}
		if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("%s: Content-Type %q", test.what, kind)
		}
	}
	a := r.post(testBanks[0], "/v1/messages", xmlContent, []byte("<a/>"))
	if m := messages.Read(a.body, messages.Options{}); a.StatusCode != 400 || !m.Valid() || m.Document().ID != "admi.002.001.01" {
		t.Errorf("a body that is no message: %s %s", a.Status, a.body)
	}
	if a := r.do(testBanks[0], "DELETE", "/v1/messages", nil, nil); a.Header.Get("Allow") != "POST" {
		t.Errorf("allowed: %q", a.Header.Get("Allow"))
	}
}

// TestDoorBoundsRequests: rate, requests at once, and requests that wait.
func TestDoorBoundsRequests(t *testing.T) {
	var now atomic.Pointer[time.Time]
	start := time.Now()
	now.Store(&start)
	r := openDoorRig(t, func(s *DoorSettings) {
		s.Limiter, s.Limits.Waits = NewLimiter(5), 1
		s.Clock = func() time.Time { return *now.Load() }
	})
	for i := range 6 {
		a := r.get(testBanks[0], "/v1/accounts")
		if want := map[bool]int{true: 200, false: 429}[i < 5]; a.StatusCode != want {
			t.Errorf("request %d: %s, not %d", i, a.Status, want)
		}
		if i == 5 && (a.Header.Get("Retry-After") != "1" || a.problem() != "too-many-requests") {
			t.Errorf("too many: Retry-After %q, %s", a.Header.Get("Retry-After"), a.body)
		}
	}
	if a := r.get(testBanks[1], "/v1/accounts"); a.StatusCode != 200 {
		t.Errorf("another bank: %s", a.Status)
	}
	later := start.Add(time.Minute)
	now.Store(&later)
	waiting := make(chan int)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		request, _ := http.NewRequestWithContext(ctx, "GET", "https://"+r.door.Address()+"/v1/mailbox?wait=20s", nil)
		if response, err := r.client(testBanks[0]).Do(request); err == nil {
			_ = response.Body.Close()
		}
		close(waiting)
	}()
	one := r.door.quotas.quota(mustBIC(t, testBanks[0]))
	eventually(t, "a request waits", func() bool { return one.waits.Load() == 1 })
	if a := r.do(testBanks[0], "GET", "/v1/mailbox?wait=1s", nil, nil); a.StatusCode != 429 {
		t.Errorf("a second that waits: %s", a.Status)
	}
	if a := r.get(testBanks[0], "/v1/mailbox"); a.StatusCode != 200 {
		t.Errorf("one that does not wait: %s %s", a.Status, a.body)
	}
	cancel()
	<-waiting
	eventually(t, "nobody is counted any more", func() bool { return one.waits.Load() == 0 && one.requests.Load() == 0 })
	one.requests.Store(int64(r.door.limits.Requests))
	if a := r.get(testBanks[0], "/v1/accounts"); a.StatusCode != 429 {
		t.Errorf("one too many at once: %s", a.Status)
	}
	one.requests.Store(0)
}

// TestDoorBoundsConnections of one certificate; others come in all the same, and
// so does it when it has closed one.
func TestDoorBoundsConnections(t *testing.T) {
	r := openDoorRig(t, func(s *DoorSettings) { s.Limits.Requests, s.Limits.Waits = 2, 1 })
	pair := r.pairs[testBanks[0]]
	config := r.with(&pair, false).Transport.(*http.Transport).TLSClientConfig
	var open []*tls.Conn
	for range 3 {
		conn, err := tls.Dial("tcp", r.door.Address(), config)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, conn)
	}
	entrance := r.door.listen.(*entrance)
	held := func() int {
		entrance.mu.Lock()
		defer entrance.mu.Unlock()
		return entrance.held[Fingerprint(pair.Certificate[0])]
	}
	eventually(t, "three connections are held", func() bool { return held() == 3 })
	if a, err := r.try(r.with(&pair, false), "GET", "/v1/accounts", nil, nil); err == nil {
		t.Errorf("a fourth connection is answered %s", a.Status)
	}
	if a := r.get(testBanks[1], "/v1/accounts"); a.StatusCode != 200 {
		t.Errorf("another bank: %s", a.Status)
	}
	for _, conn := range open {
		_ = conn.Close()
	}
	eventually(t, "none is held", func() bool { return held() == 0 })
	if a, err := r.try(r.with(&pair, false), "GET", "/v1/accounts", nil, nil); err != nil || a.StatusCode != 200 {
		t.Errorf("when they are closed: %v", err)
	}
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	end := time.After(testPatience)
	for !holds() {
		select {
		case <-ticks.C:
		case <-end:
			t.Fatalf("it never came true: %s", what)
		}
	}
}

// TestDoorRefusesCertificates: everybody who may not come in can read why, and
// so can the operator.
func TestDoorRefusesCertificates(t *testing.T) {
	core, logged := observer.New(zap.InfoLevel)
	r := openDoorRig(t, nil)
	r.node.log = zap.New(core)
	entrance := r.door.listen.(*entrance)
	entrance.log = r.node.log
	old, young, server := testTemplate("old"), testTemplate("young"), testTemplate("server")
	old.NotBefore, old.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
	young.NotBefore, young.NotAfter = time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	foreign := newTestAuthority(t).sign(testTemplate("foreign"))
	for _, test := range []struct {
		what  string
		pair  *tls.Certificate
		tells string // to the client
		cause string // in the log
	}{
		{"none", nil, "tls: certificate required", causeNone},
		{"expired", pointer(r.authority.sign(old)), "tls: expired certificate", causeExpired},
		{"not yet valid", pointer(r.authority.sign(young)), "tls: expired certificate", causeExpired},
		{"of another authority", &foreign, "tls: unknown certificate authority", causeAuthority},
		{"of a server", pointer(r.authority.sign(server)), "tls: bad certificate", causeUse},
	} {
		for _, http2 := range []bool{false, true} {
			before := logged.Len()
			_, err := r.try(r.with(test.pair, http2), "GET", "/v1/accounts", nil, nil)
			// Go's client of HTTP/2 keeps the alert to itself now and then.
			if err == nil || !http2 && !strings.Contains(err.Error(), test.tells) {
				t.Errorf("%s (HTTP/2 %v): the client reads %v, not %q", test.what, http2, err, test.tells)
			}
			eventually(t, "the log has it", func() bool { return logged.Len() > before })
			line := logged.All()[before].ContextMap()
			if line["cause"] != test.cause {
				t.Errorf("%s: the log has %v", test.what, line)
			}
			if test.pair != nil && line["certificate"] != Fingerprint(test.pair.Certificate[0]) {
				t.Errorf("%s: the log does not name the certificate: %v", test.what, line)
			}
		}
	}
	stranger := r.authority.sign(testTemplate("stranger"))
	before := logged.Len()
	a, err := r.try(r.with(&stranger, false), "GET", "/v1/accounts", nil, nil)
	if err != nil || a.StatusCode != 403 || a.problem() != "unknown-certificate" || !strings.Contains(string(a.body), Fingerprint(stranger.Certificate[0])) {
		t.Errorf("a stranger: %v %s", err, a.body)
	}
	if line := logged.All()[before].ContextMap(); line["certificate"] != Fingerprint(stranger.Certificate[0]) {
		t.Errorf("the log has %v", line)
	}
}

func pointer[T any](v T) *T { return &v }

// TestDoorEndsCertificates: a key that the directory no longer has, or that
// expires, is refused on connections that are open.
func TestDoorEndsCertificates(t *testing.T) {
	var ahead atomic.Int64
	r := openDoorRig(t, func(s *DoorSettings) {
		s.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	if a := r.get(testBanks[0], "/v1/accounts"); a.StatusCode != 200 {
		t.Fatalf("at first: %s", a.Status)
	}
	p, _ := r.node.Directory().ByBIC(mustBIC(t, testBanks[0]))
	without := *p
	without.Keys = nil
	r.both("operator", "operator-2", Decision{Action: ActionApply, Change: &routing.Change{Participants: []routing.Participant{without}}})
	if a := r.get(testBanks[0], "/v1/accounts"); a.StatusCode != 403 || a.problem() != "unknown-certificate" {
		t.Errorf("after its key was removed: %s %s", a.Status, a.body)
	}
	if a := r.get(testBanks[1], "/v1/accounts"); a.StatusCode != 200 {
		t.Errorf("another bank: %s", a.Status)
	}
	ahead.Store(int64(2 * time.Hour))
	if a := r.get(testBanks[1], "/v1/accounts"); a.StatusCode != 403 || a.problem() != "certificate-expired" {
		t.Errorf("after it expired: %s %s", a.Status, a.body)
	}
}

// TestDoorRenewsItsCertificate without a restart; files that do not belong
// together change nothing.
func TestDoorRenewsItsCertificate(t *testing.T) {
	var ahead atomic.Int64
	r := openDoorRig(t, func(s *DoorSettings) {
		s.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	shown := func() string {
		t.Helper()
		ahead.Add(int64(2 * lookEvery))
		pair := r.pairs[testBanks[0]]
		a, err := r.try(r.with(&pair, true), "GET", "/v1/accounts", nil, nil)
		if err != nil || a.StatusCode != 200 {
			t.Fatalf("%v %s", err, a.body)
		}
		return a.TLS.PeerCertificates[0].Subject.CommonName
	}
	if got := shown(); got != "server" {
		t.Errorf("at first it shows %q", got)
	}
	r.authority.write(r.authority.sign(testTemplate("renewed")), r.files)
	if got := shown(); got != "renewed" {
		t.Errorf("after new files it shows %q", got)
	}
	if err := os.WriteFile(r.files.Key, []byte("half a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := shown(); got != "renewed" {
		t.Errorf("after broken files it shows %q", got)
	}
	if _, fault := r.door.credentials.expires(); fault == nil {
		t.Error("nothing says that the files are broken")
	}
	r.authority.write(r.authority.sign(testTemplate("mended")), r.files)
	if got := shown(); got != "mended" {
		t.Errorf("after good files it shows %q", got)
	}
	// Another authority of clients: those of the old one are out at once.
	other := newTestAuthority(t)
	if err := os.WriteFile(r.files.ClientCA, other.pem, 0o600); err != nil {
		t.Fatal(err)
	}
	ahead.Add(int64(2 * lookEvery))
	pair := r.pairs[testBanks[0]]
	if _, err := r.try(r.with(&pair, false), "GET", "/v1/accounts", nil, nil); err == nil || !strings.Contains(err.Error(), "unknown certificate authority") {
		t.Errorf("with the authority changed: %v", err)
	}
}

// TestDoorSpeaksBoth HTTP/1.1 and HTTP/2.
func TestDoorSpeaksBoth(t *testing.T) {
	r := openDoorRig(t, nil)
	pair := r.pairs[testBanks[0]]
	for http2, want := range map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"} {
		a, err := r.try(r.with(&pair, http2), "GET", "/v1/accounts", nil, nil)
		if err != nil || a.StatusCode != 200 || a.Proto != want {
			t.Errorf("%v %s %s, not %s", err, a.Status, a.Proto, want)
		}
	}
}

// TestDoorOutlivesPanics: the process lives and the log has the cause.
func TestDoorOutlivesPanics(t *testing.T) {
	core, logged := observer.New(zap.ErrorLevel)
	r := openDoorRig(t, nil)
	r.node.log = zap.New(core)
	mux := http.NewServeMux()
	for path, h := range map[string]handler{
		"/first": func(http.ResponseWriter, *http.Request, Caller) error { panic("at once") },
		"/later": func(w http.ResponseWriter, _ *http.Request, _ Caller) error {
			_, _ = io.WriteString(w, "half an answer")
			panic("half way")
		},
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, q *http.Request) { r.door.serve(w, q, route{path, everybody, h, ""}) })
	}
	r.door.server.Handler = mux
	if a := r.get(testBanks[0], "/first"); a.StatusCode != 500 || a.problem() != "internal" || strings.Contains(string(a.body), "at once") {
		t.Errorf("%s %s", a.Status, a.body)
	}
	if a, err := r.try(r.client(testBanks[0]), "GET", "/later", nil, nil); err == nil {
		t.Errorf("half an answer looks whole: %s", a.body)
	}
	routes := map[any]bool{}
	for _, line := range logged.All() { // a client may ask again on a new connection
		routes[line.ContextMap()["route"]] = true
	}
	if len(routes) != 2 {
		t.Errorf("the log has %v", routes)
	}
}

// TestDoorCutsOffTheSlow: a body that does not come in time.
func TestDoorCutsOffTheSlow(t *testing.T) {
	r := openDoorRig(t, func(s *DoorSettings) { s.Limits.Whole, s.Limits.Header = 2*time.Second, time.Second })
	body, more := io.Pipe()
	defer more.Close() //nolint:errcheck // a pipe
	go func() { _, _ = more.Write([]byte("<a")) }()
	a, err := r.try(r.client(testBanks[0]), "POST", "/v1/messages", map[string]string{"Content-Type": xmlContent}, body)
	if err == nil && a.StatusCode != http.StatusRequestTimeout {
		t.Errorf("a slow body: %s %s", a.Status, a.body)
	}
	// One who sends nothing after the handshake, and one who makes none.
	pair := r.pairs[testBanks[0]]
	conn, err := tls.Dial("tcp", r.door.Address(), r.with(&pair, false).Transport.(*http.Transport).TLSClientConfig)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]io.ReadCloser{"no request": conn, "no handshake": dial(t, r.door.Address())} {
		if _, err := io.ReadAll(c); err != nil && !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: %v", what, err)
		}
		_ = c.Close()
	}
}
