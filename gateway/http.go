package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
)

// Door is the HTTPS door. Who comes in is known by certificate alone.
type Door struct {
	node   *Node
	server *http.Server
	listen net.Listener
}

// Bounds of the door: a slow or greedy client costs no more than these.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxWait       = 60 * time.Second
	maxFetch      = 1000
	maxHeader     = 16 << 10
)

// TLS is what the door shows and whom it trusts.
type TLS struct {
	Certificate tls.Certificate
	Clients     *x509.CertPool
}

// OpenDoor listens on an address. The listener is open when it returns.
func OpenDoor(n *Node, address string, t TLS) (*Door, error) {
	listen, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open the HTTPS door on %s: %w", address, err)
	}
	d := &Door{node: n}
	config := &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{t.Certificate}, ClientCAs: t.Clients, ClientAuth: tls.RequireAndVerifyClientCert,
	}
	d.listen = tls.NewListener(listen, config)
	d.server = &http.Server{
		Handler: d.routes(), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: maxWait + bodyTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: zap.NewStdLog(n.log),
	}
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

// Close lets requests under way end, for as long as ctx allows.
func (d *Door) Close(ctx context.Context) error { return d.server.Shutdown(ctx) }

// health is for those who watch the process; it tells nothing of its business.
func (d *Door) health(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := d.node.Failed(); err != nil {
			http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ready\n")
	})
}

// Fingerprint names a certificate.
func Fingerprint(certificate []byte) string {
	sum := sha256.Sum256(certificate)
	return hex.EncodeToString(sum[:])
}

// errUnknownCaller says that a valid certificate belongs to nobody here.
var errUnknownCaller = errors.New("this certificate belongs to no participant; an operator can add it with 'dragoman apply'")

func (d *Door) caller(r *http.Request) (Caller, error) {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return Caller{}, errUnknownCaller
	}
	name := Fingerprint(r.TLS.PeerCertificates[0].Raw)
	p, key, ok := d.node.Directory().ByKey(name)
	if !ok {
		return Caller{}, errUnknownCaller
	}
	return Caller{Participant: p.BIC, Key: name, Roles: key.Roles}, nil
}

func (c Caller) may(role routing.Role) bool { return slices.Contains(c.Roles, role) }

func (d *Door) messages(w http.ResponseWriter, r *http.Request, c Caller) error {
	if d.node.Failed() != nil {
		return ErrStopped
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		return err
	}
	receipt, err := d.node.Desk.Receive(r.Context(), c, raw)
	if err != nil {
		return err
	}
	return reply(w, http.StatusAccepted, receipt)
}

func reply(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(body)
}

// mailView is one message of a mailbox as JSON.
type mailView struct {
	Number            uint64 `json:"number"`
	Type              string `json:"type"`
	PossibleDuplicate bool   `json:"possibleDuplicate,omitempty"`
	Message           string `json:"message"`
}

func (d *Door) mailbox(w http.ResponseWriter, r *http.Request, c Caller) error {
	query := r.URL.Query()
	wait, err := time.ParseDuration(orElse(query.Get("wait"), "0s"))
	if err != nil || wait < 0 || wait > maxWait {
		return badRequest("wait must be a duration up to %s, such as 30s", maxWait)
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
	mails, err := d.node.Mailboxes.Fetch(r.Context(), party.ID, from, most, wait)
	if err != nil {
		return err
	}
	views := make([]mailView, len(mails))
	for i, mail := range mails {
		views[i] = mailView{mail.Number, mail.Type, mail.Again, string(mail.Body)}
	}
	return reply(w, http.StatusOK, map[string]any{"messages": views})
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (d *Door) acknowledge(w http.ResponseWriter, r *http.Request, c Caller) error {
	var body struct {
		UpTo uint64 `json:"upTo"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxHeader)).Decode(&body); err != nil || body.UpTo == 0 {
		return badRequest(`the body must be {"upTo": N}: the number of the last message that you have safe`)
	}
	party, _ := d.node.Directory().ByBIC(c.Participant)
	return reply(w, http.StatusOK, map[string]uint64{"acknowledged": d.node.Mailboxes.Acknowledge(party.ID, body.UpTo)})
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

func (d *Door) decide(w http.ResponseWriter, r *http.Request, c Caller) error {
	var decision Decision
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxHeader))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&decision); err != nil {
		return badRequest("the decision cannot be read: %v", err)
	}
	if err := d.node.checkDecision(c, &decision); err != nil {
		return err
	}
	place, err := d.node.Desk.Decide(r.Context(), c, decision)
	if err != nil {
		return err
	}
	return reply(w, http.StatusAccepted, map[string]string{"place": fmt.Sprintf("%d.%d", place.Sequence, place.Order)})
}
