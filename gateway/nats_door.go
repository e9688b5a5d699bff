package gateway

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
)

// NATSDoor is the door for NATS clients. Every participant has an account of its
// own, named by its BIC, in which there are exactly these subjects:
//
//	messages                                     request: one message, as POST /v1/messages takes it;
//	                                             the reply is the receipt or a problem, both JSON
//	$JS.API.CONSUMER.INFO.MAILBOX.<BIC>          its durable consumer of the mailbox
//	$JS.API.CONSUMER.MSG.NEXT.MAILBOX.<BIC>      the next messages of it
//	$JS.ACK.MAILBOX.<BIC>.>                      acknowledgements to it
//	_INBOX.<BIC>.>                               replies
//
// Users are the NKEYs of the directory. Accounts are made when they are first
// needed, from the directory as the books have it, and whoever is no longer in it
// is disconnected: nothing is configured and nothing restarted.
type NATSDoor struct {
	node     *Node
	body     int64     // longest message
	embedded *Embedded // set before its server starts
	room     *room     // for the requests under way
	changed  chan struct{}

	mu       sync.Mutex
	accounts map[messages.BIC]*server.Account
	intakes  map[messages.BIC]*natsIntake
	arrived  func() // called when a client has come in
}

// Subjects of the door.
const (
	// subjectMessages is what a participant publishes to in its own account.
	subjectMessages = "messages"
	// intakePrefix and the BIC make the subject in the gateway's account.
	intakePrefix  = "in."
	subjectNobody = "nobody"
	inboxPrefix   = "_INBOX."
	// headerCaller is written by the server itself, over whatever the client wrote.
	headerCaller = server.ClientInfoHdr
	headerStatus = "Dragoman-Status" // of a reply: the status that HTTPS would have
	headerKind   = "Content-Type"
)

// Limits of a participant's account.
const (
	accountConnections   = 64
	accountSubscriptions = 64 // of one connection: a client needs one or two
	// accountPayload is the largest message with its headers.
	accountPayload = MaxBody + 64<<10
)

// NATSSettings say where the log is kept, and where the door for NATS is.
type NATSSettings struct {
	// Listen is host:port of the door; empty: there is none. Its certificate is that
	// of the HTTPS door; without the files there is no TLS, for tests.
	Listen string
	TLS    TLS
	Body   int64 // longest message, bytes; 0: MaxBody

	// URL names servers outside that keep the log; empty: the one in this process.
	URL         string
	Credentials string // file for them; empty: none
	Replicas    int    // of each stream on them
	Shared      uint64 // after how many groups the books are shared there again; 0: DefaultShared
}

// newNATSDoor makes a door that is still closed: its server is started with
// admit, and Open takes in requests.
func newNATSDoor(n *Node, s NATSSettings) *NATSDoor {
	if s.Body == 0 {
		s.Body = MaxBody
	}
	return &NATSDoor{
		node: n, body: s.Body, room: newRoom(intakeRoom), changed: make(chan struct{}, 1),
		accounts: map[messages.BIC]*server.Account{}, intakes: map[messages.BIC]*natsIntake{},
	}
}

// Address is where the door listens.
func (d *NATSDoor) Address() string { return d.embedded.server.Addr().String() }

// owns tells whether the connection comes from this process.
func (e *Embedded) owns(c server.ClientAuthentication) bool {
	o := c.GetOpts()
	return c.RemoteAddress() != nil && c.RemoteAddress().Network() == "pipe" && o.Username == e.user &&
		subtle.ConstantTimeCompare([]byte(o.Password), []byte(e.secret)) == 1
}

// admit lets in the holder of an NKEY that the directory has, into the account of
// its participant.
func (d *NATSDoor) admit(c server.ClientAuthentication) bool {
	d.mu.Lock() // a change of the directory comes before or after, see sweep
	defer d.mu.Unlock()
	p, err := d.holder(c)
	if err == nil {
		err = d.register(c, p)
	}
	if err != nil {
		d.node.log.Warn("nats: login refused", zap.Stringer("address", c.RemoteAddress()), zap.Error(err))
	}
	return err == nil
}

var (
	errNoKey      = errors.New("the client has shown no NKEY; this door knows its users by NKEY alone")
	errUnknownKey = errors.New("the NKEY belongs to no participant; an operator can add it with 'dragoman apply'")
	errSignature  = errors.New("the client has not proved that it holds the NKEY")
)

// holder finds out who is behind a connection.
func (d *NATSDoor) holder(c server.ClientAuthentication) (*routing.Participant, error) {
	o := c.GetOpts()
	if c.Kind() != server.CLIENT || o.Nkey == "" {
		return nil, errNoKey
	}
	public, err := nkeys.FromPublicKey(o.Nkey)
	if err != nil || !nkeys.IsValidPublicUserKey(o.Nkey) {
		return nil, errUnknownKey
	}
	signature, err := base64.RawURLEncoding.DecodeString(o.Sig)
	if err != nil {
		if signature, err = base64.StdEncoding.DecodeString(o.Sig); err != nil {
			return nil, errSignature
		}
	}
	if len(c.GetNonce()) == 0 || public.Verify(c.GetNonce(), signature) != nil {
		return nil, errSignature
	}
	p, _, ok := d.node.Directory().ByKey(o.Nkey)
	if !ok {
		return nil, errUnknownKey
	}
	return p, nil
}

// register puts a connection into its participant's account.
func (d *NATSDoor) register(c server.ClientAuthentication, p *routing.Participant) error {
	account, err := d.account(p.BIC)
	if err != nil {
		return err
	}
	bic := p.BIC.Full()
	c.RegisterUser(&server.User{Account: account, Permissions: &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: []string{subjectMessages, consumerInfo(bic), consumerNext(bic), consumerAck(bic)}},
		Subscribe: &server.SubjectPermission{Allow: []string{inboxPrefix + bic + ".>"}},
	}})
	if d.arrived != nil {
		d.arrived()
	}
	return nil
}

// present tells whether anybody of a participant is connected.
func (d *NATSDoor) present(of messages.BIC) bool {
	d.mu.Lock()
	account := d.accounts[of]
	d.mu.Unlock()
	return account != nil && account.NumLocalConnections() > 0
}

// Subjects of JetStream that concern one participant's consumer and nothing else.
func consumerInfo(bic string) string {
	return "$JS.API.CONSUMER.INFO." + mailboxStream + "." + bic
}
func consumerNext(bic string) string {
	return "$JS.API.CONSUMER.MSG.NEXT." + mailboxStream + "." + bic
}
func consumerAck(bic string) string { return "$JS.ACK." + mailboxStream + "." + bic + ".>" }

// account gives the account of a participant, which is made when it is first
// needed. The lock is held.
func (d *NATSDoor) account(of messages.BIC) (*server.Account, error) {
	if account := d.accounts[of]; account != nil {
		return account, nil
	}
	bic, own := of.Full(), d.embedded.server.GlobalAccount()
	account, _ := d.embedded.server.LookupOrRegisterAccount(bic)
	claims := jwt.NewAccountClaims(bic)
	claims.Limits.Conn, claims.Limits.LeafNodeConn = accountConnections, 0
	claims.Limits.Subs, claims.Limits.Payload = accountSubscriptions, accountPayload
	for _, service := range []struct {
		from, to string
		answers  server.ServiceRespType
	}{
		{subjectMessages, intakePrefix + bic, server.Singleton},
		{consumerInfo(bic), consumerInfo(bic), server.Singleton},
		{consumerNext(bic), consumerNext(bic), server.Streamed},
		{consumerAck(bic), consumerAck(bic), server.Singleton},
		// With this one the server gives the account no JetStream of its own, whose
		// answers would be in the way. Nobody serves it.
		{server.JSApiAccountInfo, subjectNobody, server.Singleton},
	} {
		if err := own.AddServiceExportWithResponse(service.to, service.answers, []*server.Account{account}); err != nil {
			return nil, fmt.Errorf("make the account of %s: service %s: %w", bic, service.to, err)
		}
		claims.Imports.Add(&jwt.Import{
			Account: own.GetName(), Type: jwt.Service, Subject: jwt.Subject(service.to), LocalSubject: jwt.RenamingSubject(service.from),
			// The server itself says who sends a message, over what the client says.
			Share: service.from == subjectMessages,
		})
	}
	d.embedded.server.UpdateAccountClaims(account, claims)
	if imports := account.NumServiceImports(); imports < len(claims.Imports) {
		return nil, fmt.Errorf("make the account of %s: it has %d of %d services", bic, imports, len(claims.Imports))
	}
	d.accounts[of] = account
	return account, nil
}

// sweepRetry is how long after a failure the door tries again.
const sweepRetry = time.Second

// Run takes in requests until ctx ends, of every participant that the directory
// has.
func (d *NATSDoor) Run(ctx context.Context) {
	defer d.close()
	d.mu.Lock()
	d.arrived = d.node.relay.Wake
	d.mu.Unlock()
	d.node.relay.Wake()
	retry := time.NewTimer(sweepRetry)
	defer retry.Stop()
	for {
		if err := d.sweep(ctx); err != nil {
			d.node.log.Error("nats: the door does not follow the directory and tries again", zap.Error(err))
			retry.Reset(sweepRetry)
		}
		select {
		case <-ctx.Done():
			return
		case <-retry.C:
		case <-d.changed:
		}
	}
}

// close waits for the requests under way and takes in no more.
func (d *NATSDoor) close() {
	d.room.wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, intake := range d.intakes {
		intake.nc.Close()
	}
}

// directoryChanged tells that the directory is another.
func (d *NATSDoor) directoryChanged() {
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// sweep makes the door follow the directory: new participants are heard, and
// connections whose key is gone, or is another's, end.
func (d *NATSDoor) sweep(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	directory := d.node.Directory()
	for i := range directory.Participants {
		p := &directory.Participants[i]
		if d.intakes[p.BIC] != nil || !comesByNATS(p) {
			continue
		}
		intake, err := d.listen(ctx, p.BIC)
		if err != nil {
			return err
		}
		d.intakes[p.BIC] = intake
	}
	connections, err := d.embedded.server.Connz(&server.ConnzOptions{Username: true, Limit: natsConnections})
	if err != nil {
		return fmt.Errorf("list the connections: %w", err)
	}
	for _, c := range connections.Conns {
		if c.Account == "" {
			continue // one of the process itself, or one that has not logged in
		}
		if p, _, ok := directory.ByKey(c.AuthorizedUser); ok && p.BIC.Full() == c.Account {
			continue
		}
		if err := d.embedded.server.DisconnectClientByID(c.Cid); err == nil {
			d.node.log.Info("nats: a connection ends, its key is no longer in the directory", zap.String("account", c.Account))
		}
	}
	return nil
}
