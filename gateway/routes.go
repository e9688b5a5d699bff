package gateway

import (
	"net/http"
	"slices"

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
	deciders  = []routing.Role{routing.RoleIssuer, routing.RoleOperator, routing.RoleCompliance}
)

// table is every route that needs a certificate of the directory. A new route is
// one line here, one path in openapi.yaml, and a handler in a file of its own.
func (d *Door) table() []route {
	return []route{
		{"POST /v1/messages", banks, d.messages, "Send one ISO 20022 message."},
		{"GET /v1/mailbox", banks, d.mailbox, "Fetch the messages of the own mailbox."},
		{"POST /v1/mailbox/ack", banks, d.acknowledge, "Tell that messages are safe."},
		{"GET /v1/payments/{uetr}", everybody, d.payment, "Where the payments of a UETR stand."},
		{"GET /v1/accounts", everybody, d.accounts, "Balances of the own accounts; of all for an operator."},
		{"GET /v1/participants", everybody, d.participants, "Who takes part, and in which message versions."},
		{"POST /v1/decisions", deciders, d.decide, "Decide as an issuer, operator or compliance officer."},
	}
}

// handler is a route that knows who calls.
type handler func(w http.ResponseWriter, r *http.Request, c Caller) error

func (d *Door) routes() http.Handler {
	mux := http.NewServeMux()
	for _, entry := range d.table() {
		mux.HandleFunc(entry.pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := d.enter(w, r, entry); err != nil {
				d.problem(w, r, err)
			}
		})
	}
	d.health(mux)
	return mux
}

// enter lets in whoever the directory knows and the route is for.
func (d *Door) enter(w http.ResponseWriter, r *http.Request, entry route) error {
	c, err := d.caller(r)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(entry.roles, c.may) {
		return ErrNotAllowed
	}
	return entry.handler(w, r, c)
}
