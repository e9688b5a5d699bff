package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
)

// Door is the HTTPS door. Who comes in is known by certificate alone.
type Door struct {
	node        *Node
	limits      Limits
	quotas      *quotas
	credentials *credentials
	clock       func() time.Time
	server      *http.Server
	unused      unused
	explaining  sync.Mutex // one at a time is told why a payment waits
	listen      net.Listener
	closing     context.Context //nolint:containedctx // ended by Close: requests that wait for messages are answered then
	close       context.CancelFunc
}

// maxFetch bounds the messages of one answer.
const maxFetch = 1000

// DoorSettings are what an HTTPS door needs.
type DoorSettings struct {
	Listen string // host:port
	TLS    TLS
	Limits Limits
	// Limiter counts requests over all doors; without one the door counts alone.
	Limiter *Limiter
	Clock   func() time.Time
}

// OpenDoor listens on an address. The listener is open when it returns.
func OpenDoor(n *Node, s DoorSettings) (*Door, error) {
	shown, err := openCredentials(s.TLS, s.Clock, n.log)
	if err != nil {
		return nil, err
	}
	tcp, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return nil, fmt.Errorf("open the HTTPS door on %s: %w; choose another address with node.https.listen or --listen", s.Listen, err)
	}
	d := &Door{
		node: n, unused: unused{conns: map[net.Conn]struct{}{}}, limits: s.Limits, quotas: newQuotas(s.Limits, s.Limiter), credentials: shown, clock: s.Clock,
	}
	d.closing, d.close = context.WithCancel(context.Background())
	d.listen = newEntrance(tcp, &tls.Config{MinVersion: tls.VersionTLS13, GetConfigForClient: shown.current}, &d.limits, n.log, n.meter.handshake)
	d.server = &http.Server{
		Handler: d.routes(), ReadHeaderTimeout: s.Limits.Header, ReadTimeout: s.Limits.Whole, WriteTimeout: s.Limits.Answer, IdleTimeout: s.Limits.Idle,
		MaxHeaderBytes: maxHeader, ErrorLog: zap.NewStdLog(n.log), ConnContext: nameCaller, ConnState: d.unused.state, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: s.Limits.Requests},
	}
	n.also(d.unready)
	n.meter.certificate(func() time.Time { until, _ := shown.expires(); return until })
	return d, nil
}

// Address is where the door listens.
func (d *Door) Address() string { return d.listen.Addr().String() }

// Serve serves until Close.
func (d *Door) Serve() error {
	if err := d.server.Serve(d.listen); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close lets requests under way end, for as long as ctx allows; those that wait
// for messages wait no longer.
func (d *Door) Close(ctx context.Context) error {
	d.close()
	d.unused.end()
	return d.server.Shutdown(ctx)
}

// Fingerprint names a certificate.
func Fingerprint(certificate []byte) string {
	sum := sha256.Sum256(certificate)
	return hex.EncodeToString(sum[:])
}

// caller finds who has made a request. The handshake has shown that the
// certificate is one of ours; whom it stands for, and whether it still does, the
// directory says at every request.
// callerName is the fingerprint of the certificate of one connection.
type callerName struct {
	once sync.Once
	text string
}

type callerNameKey struct{}

// nameCaller keeps the name with the connection: to make it costs as much as to
// look it up in the directory fifty times.
func nameCaller(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, callerNameKey{}, &callerName{})
}

func named(r *http.Request, certificate []byte) string {
	n, ok := r.Context().Value(callerNameKey{}).(*callerName)
	if !ok {
		return Fingerprint(certificate)
	}
	n.once.Do(func() { n.text = Fingerprint(certificate) })
	return n.text
}

func (d *Door) caller(r *http.Request) (Caller, error) {
	certificate := r.TLS.PeerCertificates[0]
	name := named(r, certificate.Raw)
	if end := certificate.NotAfter; d.clock().After(end) { // during the connection
		return Caller{}, refused(problemExpired, "this certificate was good until %s; ask the gateway's operator for a new one", end.UTC().Format(time.RFC3339))
	}
	p, key, ok := d.node.Directory().ByKey(name)
	if !ok {
		if err := d.quotas.stranger(d.clock()); err != nil {
			return Caller{}, err
		}
		d.node.log.Warn("a certificate belongs to nobody in the directory", zap.String("certificate", name), zap.String("from", r.RemoteAddr))
		return Caller{}, refused(problemStranger,
			"the certificate with SHA-256 fingerprint %s belongs to no participant; send the fingerprint to the gateway's operator, who adds it with 'dragoman apply'", name)
	}
	return Caller{Participant: p.BIC, Key: name, Roles: key.Roles}, nil
}

func (c Caller) may(role routing.Role) bool { return slices.Contains(c.Roles, role) }

func (d *Door) messages(w http.ResponseWriter, r *http.Request, c Caller) error {
	if d.node.Failed() != nil {
		return ErrStopped
	}
	raw, err := d.readMessage(w, r)
	if err != nil {
		return err
	}
	if c.Test, err = testOf(r); err != nil {
		return err
	}
	receipt, err := d.node.Desk.Receive(r.Context(), c, raw)
	if err != nil {
		return err
	}
	return receiptReply(w, r, receipt, c.Participant, d.clock())
}

func reply(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", jsonContent)
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(body)
}

func (d *Door) mailbox(w http.ResponseWriter, r *http.Request, c Caller) error {
	query := r.URL.Query()
	wait, err := time.ParseDuration(orElse(query.Get("wait"), "0s"))
	if err != nil || wait < 0 || wait > d.limits.Wait {
		return badRequest("wait must be a duration up to %s, such as 30s", d.limits.Wait)
	}
	most, err := strconv.Atoi(orElse(query.Get("max"), "100"))
	if err != nil || most < 1 || most > maxFetch {
		return badRequest("max must be a number from 1 to %d", maxFetch)
	}
	from, err := strconv.ParseUint(orElse(query.Get("from"), "0"), 10, 64)
	if err != nil {
		return badRequest("from must be the number of a message, such as 1; without it the first unacknowledged one comes first")
	}
	party, _ := d.node.Directory().ByBIC(c.Participant)
	if from > 0 {
		if err := d.node.sameMailbox(party.ID, query.Get("mailbox"), from-1); err != nil {
			return err
		}
	}
	ctx, cancel := d.waiting(r)
	defer cancel()
	mails, err := d.node.Mailboxes.Fetch(ctx, party.ID, from, most, wait)
	if err != nil && (ctx.Err() == nil || r.Context().Err() != nil) {
		return err
	}
	return writeMails(w, d.node.mailboxID(), mails)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (d *Door) acknowledge(w http.ResponseWriter, r *http.Request, c Caller) error {
	var body struct {
		UpTo    uint64 `json:"upTo"`
		Mailbox string `json:"mailbox"`
	}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	if body.UpTo == 0 {
		return badRequest(`the body must be {"upTo": N}: the number of the last message that you have safe`)
	}
	party, _ := d.node.Directory().ByBIC(c.Participant)
	if err := d.node.sameMailbox(party.ID, body.Mailbox, body.UpTo); err != nil {
		return err
	}
	more, err := d.node.Acknowledge(r.Context(), party.ID, body.UpTo)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, map[string]uint64{"acknowledged": more})
}

func (d *Door) participants(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	type view struct {
		BIC      messages.BIC      `json:"bic"`
		Name     string            `json:"name"`
		Standing routing.Standing  `json:"standing"`
		Versions map[string]string `json:"versions,omitempty"`
	}
	views := []view{}
	for _, p := range d.node.Directory().Participants {
		views = append(views, view{p.BIC, p.Name, p.Standing, p.Versions})
	}
	return reply(w, http.StatusOK, map[string]any{"participants": views})
}
