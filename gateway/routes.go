package gateway

import (
	"net/http"
	"slices"
	"strings"

	"go.uber.org/zap"

	"dragoman/routing"
)

// route is one line of the HTTPS door. The OpenAPI document and the test that
// nobody reads what is another's walk this table, so that a route cannot be
// forgotten in either.
type route struct {
	pattern string         // method and path, as http.ServeMux reads them
	roles   []routing.Role // one of them is needed
	handler handler
	summary string // one sentence, as in the OpenAPI document
}

// Who may call a route. What a caller sees there is the handler's matter: a
// participant sees only its own.
var (
	banks     = []routing.Role{routing.RoleParticipant, routing.RoleIssuer}
	everybody = []routing.Role{routing.RoleParticipant, routing.RoleIssuer, routing.RoleOperator, routing.RoleCompliance}
	// messageReaders read content: their own, or for compliance that of all.
	messageReaders = []routing.Role{routing.RoleParticipant, routing.RoleIssuer, routing.RoleCompliance}
	deciders       = []routing.Role{routing.RoleIssuer, routing.RoleOperator, routing.RoleCompliance}
	supervisors    = []routing.Role{routing.RoleOperator, routing.RoleCompliance}
	operators      = []routing.Role{routing.RoleOperator}
)

// table is every route that needs a certificate of the directory. A new route is
// one line here, one path in openapi.yaml, and a handler in a file of its own.
func (d *Door) table() []route {
	return []route{
		{"POST /v1/messages", banks, d.messages, "Send one ISO 20022 message."},
		{"GET /healthz", everybody, d.healthz, "That the process answers."},
		{"GET /readyz", supervisors, d.readyz, "Whether the node is ready, or line by line why not."},
		{"GET /metrics", supervisors, d.metrics, "What the node counts, for Prometheus."},
		{"GET /v1/mailbox", banks, d.mailbox, "Fetch the messages of the own mailbox."},
		{"GET /v1/mailbox/stream", banks, d.stream, "The own mailbox as server-sent events."},
		{"POST /v1/mailbox/ack", banks, d.acknowledge, "Tell that messages are safe."},
		{"GET /v1/payments", everybody, d.payments, "List payments, the latest first."},
		{"GET /v1/payments/{uetr}", everybody, d.payment, "Where the payments of a UETR stand, and how they came there."},
		{"GET /v1/payments/{uetr}/why", everybody, d.why, "Why a payment waits, what would free it, and what goes then."},
		{"GET /v1/messages/{record}", messageReaders, d.message, "The bytes of one message, as they came or went."},
		{"GET /v1/accounts", everybody, d.accounts, "Balances of the own accounts; of all for an operator."},
		{"GET /v1/accounts/{account}/limits", everybody, d.accountLimits, "Limits and reservations that the owner of an account has set."},
		{"GET /v1/outstanding", deciders, d.outstanding, "What issuers owe, who may hold it, and what is set aside for it."},
		{"GET /v1/participants", everybody, d.participants, "Who takes part, and in which message versions."},
		{"GET /v1/routes", everybody, d.routesOf, "Which ways a payment has now, and why each is taken or not."},
		{"GET /v1/rates", everybody, d.rates, "The exchange rates that stand."},
		{"POST /v1/rates", []routing.Role{routing.RoleParticipant}, d.putRates, "Stand by exchange rates, as a provider."},
		{"POST /v1/quotes", banks, d.askQuotes, "Have an exchange offered."},
		{"GET /v1/quotes/{id}", everybody, d.getQuote, "A quote that was offered."},
		{"GET /v1/calendars", everybody, d.calendars, "Which settlement days are open, and until when."},
		{"GET /v1/cycles", everybody, d.cycles, "Netting cycles, the latest first, and the own positions in them."},
		{"GET /v1/openapi.yaml", everybody, d.openapiYAML, "This document."},
		{"GET /v1/openapi.json", everybody, d.openapiJSON, "This document in JSON."},
		{"GET /v1/problems", everybody, d.problems, "The kinds of problems that an answer can name."},
		{"POST /v1/decisions", everybody, d.decide, "Decide; what needs a second person becomes a request."},
		{"GET /v1/decisions", everybody, d.decisions, "Who decided what and why, and what came of it."},
		{"GET /v1/approvals", deciders, d.approvals, "Requests that wait for a second person."},
		{"POST /v1/approvals/{id}", deciders, d.answerApproval, "Approve or decline a request of another person."},
		{"GET /v1/queue", everybody, d.queue, "Payments that have not ended, and what they wait for."},
		{"GET /v1/directory", operators, d.directory, "The directory: participants, accounts and corridors."},
		{"POST /v1/directory", operators, d.changeDirectory, "Ask for a change of the directory."},
		{"GET /v1/checkpoint", everybody, d.getCheckpoint, "How the message logs stand, signed by the gateway."},
		{"GET /v1/checkpoint/keys", everybody, d.getKeys, "By what the first public key vouches for the one in use."},
		{"GET /v1/checkpoint/consistency", everybody, d.getConsistency, "Proof that a log only grew between two checkpoints."},
		{"POST /v1/exports", messageReaders, d.export, "Take messages out of the log, with the proofs that nothing is missing or changed."},
		{"POST /v1/backups", operators, d.backup, "Back up books and log while the gateway goes on."},
		{"POST /v1/audit", supervisors, d.audit, "Audit the books as they stand; the answer tells line by line how far it is."},
		{"POST /v1/compactions", operators, d.compact, "Write the books to a smaller file while the gateway goes on; the answer tells line by line how far it is."},
		{"POST /v1/whatif", operators, d.whatIf, "What becomes of the day from now on, as things are and with something changed."},
		{"GET /v1/poison", operators, d.poison, "The entry of the log that cannot be applied, if there is one."},
	}
}

// handler is a route that knows who calls.
type handler func(w http.ResponseWriter, r *http.Request, c Caller) error

func (d *Door) routes() http.Handler {
	mux := http.NewServeMux()
	for _, entry := range d.table() {
		mux.HandleFunc(entry.pattern, func(w http.ResponseWriter, r *http.Request) { d.serve(w, r, entry) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		d.serve(w, r, route{"/", everybody, func(http.ResponseWriter, *http.Request, Caller) error { return nowhere(mux, w, r) }, ""})
	})
	return mux
}

// nowhere answers what no route takes.
func nowhere(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodPost, http.MethodPut} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return notFound("there is nothing at %s; /v1/openapi.yaml tells what there is", r.URL.Path)
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return refused(problemMethod, "%s takes %s", r.URL.Path, strings.Join(allowed, " or "))
}

// serve answers one request, whatever happens on the way.
func (d *Door) serve(w http.ResponseWriter, r *http.Request, entry route) {
	answer, start := &answering{ResponseWriter: w}, d.clock()
	defer func() {
		cause := recover()
		if cause == nil {
			d.node.meter.request(entry.pattern, answer.status, waits(r, entry), d.clock().Sub(start))
			return
		}
		if cause == http.ErrAbortHandler { //nolint:errorlint // the value itself, by the contract of net/http
			panic(cause)
		}
		d.node.meter.request(entry.pattern, http.StatusInternalServerError, true, 0)
		d.node.log.Error("a request panicked", zap.String("route", entry.pattern), zap.Any("cause", cause), zap.Stack("stack"))
		if answer.status != 0 {
			panic(http.ErrAbortHandler) // what was begun cannot be ended in order
		}
		write(answer, problemInternal.view("something went wrong inside; the operator's log has the cause"))
	}()
	if err := d.enter(answer, r, entry); err != nil {
		d.problem(answer, r, err)
	}
}

// answering remembers the status.
type answering struct {
	http.ResponseWriter
	status int
}

// WriteHeader is that of http.ResponseWriter.
func (a *answering) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write is that of http.ResponseWriter.
func (a *answering) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (a *answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// waits tells whether a request may wait for messages.
func waits(r *http.Request, entry route) bool {
	return strings.HasSuffix(entry.pattern, "/stream") || strings.Contains(r.URL.RawQuery, "wait=")
}

// enter lets in whoever the directory knows and the route is for.
func (d *Door) enter(w http.ResponseWriter, r *http.Request, entry route) error {
	c, err := d.caller(r)
	if err != nil {
		return err
	}
	leave, err := d.quotas.enter(c.Participant, d.clock(), waits(r, entry))
	if err != nil {
		return err
	}
	defer leave()
	if !slices.ContainsFunc(entry.roles, c.may) {
		return ErrNotAllowed
	}
	if after := r.URL.Query().Get("after"); after != "" && r.Method == http.MethodGet {
		if err := d.node.reach(r.Context(), after); err != nil {
			return err
		}
	}
	return entry.handler(w, r, c)
}
