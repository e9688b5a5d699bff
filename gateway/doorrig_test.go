package gateway

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// testAuthority signs certificates for a test.
type testAuthority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newTestAuthority(t testing.TB) *testAuthority {
	t.Helper()
	a := &testAuthority{t: t}
	template := testTemplate("authority")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	pair := a.sign(template)
	a.cert, a.pem = pair.Leaf, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	a.key = pair.PrivateKey.(*ecdsa.PrivateKey)
	return a
}

func testTemplate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}, DNSNames: []string{"localhost"},
	}
}

// sign signs a template, the first one with its own key.
func (a *testAuthority) sign(template *x509.Certificate) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	parent, signer := template, key
	if a.cert != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func (a *testAuthority) write(pair tls.Certificate, files TLS) {
	a.t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		a.t.Fatal(err)
	}
	for path, content := range map[string][]byte{
		files.Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}),
		files.Key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		files.ClientCA:    a.pem,
	} {
		if err := os.WriteFile(path+".new", content, 0o600); err != nil {
			a.t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			a.t.Fatal(err)
		}
	}
}

// doorRig is a node with an HTTPS door and a certificate for everybody.
type doorRig struct {
	t         testing.TB
	authority *testAuthority
	files     TLS
	node      *Node
	door      *Door
	folder    string                     // of the node
	closed    bool                       // the node is
	pairs     map[string]tls.Certificate // by name of the member
	clients   map[string]*http.Client

	mu     sync.Mutex
	routes *http.ServeMux // of patterns alone
	fitted map[string]int // good answers that fitted openapi.yaml, by pattern
}

// doorMembers are everybody of a door's test, by name; the name of a bank is its BIC.
var doorMembers = []struct {
	name, bic string
	roles     []routing.Role
}{
	{testBanks[0], testBanks[0], []routing.Role{routing.RoleParticipant}},
	{testBanks[1], testBanks[1], []routing.Role{routing.RoleParticipant}},
	{testBanks[2], testBanks[2], []routing.Role{routing.RoleParticipant}},
	{"issuer", "PBOCCNBJXXX", []routing.Role{routing.RoleParticipant, routing.RoleIssuer}},
	{"issuer-2", "PBOCCNBJXXX", []routing.Role{routing.RoleParticipant, routing.RoleIssuer}},
	{"operator", testGateway, []routing.Role{routing.RoleOperator}},
	{"operator-2", testGateway, []routing.Role{routing.RoleOperator}},
	{"compliance", testGateway, []routing.Role{routing.RoleCompliance}},
	{"compliance-2", testGateway, []routing.Role{routing.RoleCompliance}},
}

// openDoorRig starts everything; change may change the settings of the door.
func openDoorRig(t testing.TB, change func(*DoorSettings)) *doorRig {
	t.Helper()
	return openDoorRigWith(t, func(*Settings) {}, change)
}

// openDoorRigWith is openDoorRig with other settings of the node as well.
func openDoorRigWith(t testing.TB, node func(*Settings), change func(*DoorSettings)) *doorRig {
	t.Helper()
	folder := t.TempDir()
	r := &doorRig{t: t, folder: folder, authority: newTestAuthority(t), pairs: map[string]tls.Certificate{}, clients: map[string]*http.Client{}}
	r.files = TLS{filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"), filepath.Join(folder, "ca.pem")}
	server := testTemplate("server")
	server.NotAfter = time.Now().Add(100 * time.Hour)
	r.authority.write(r.authority.sign(server), r.files)
	starting := Settings{Folder: folder, Clock: time.Now, Log: zap.NewNop(), First: r.directory()}
	starting.Signer, _ = testSigner(t)
	node(&starting)
	var err error
	if r.node, err = Start(context.Background(), starting); err != nil {
		t.Fatal(err)
	}
	settings := DoorSettings{Listen: "127.0.0.1:0", TLS: r.files, Limits: testLimits(), Clock: time.Now}
	if change != nil {
		change(&settings)
	}
	if r.door, err = OpenDoor(r.node, settings); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- r.door.Serve() }()
	t.Cleanup(func() {
		for _, client := range r.clients {
			client.CloseIdleConnections()
		}
		ctx, cancel := context.WithTimeout(context.Background(), testPatience)
		defer cancel()
		if err := r.door.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		if r.closed {
			return
		}
		if findings, err := r.node.Books.Audit(); err != nil || len(findings) > 0 {
			t.Errorf("audit: %v %v", err, findings)
		}
		if err := r.node.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// directory has wallets in CNY for all banks.
func (r *doorRig) directory() routing.Change {
	cny, usd := messages.MustCurrency("CNY"), messages.MustCurrency("USD")
	change := routing.Change{Self: mustBIC(r.t, testGateway)}
	byBIC := map[string]int{}
	for _, m := range doorMembers {
		pair := r.authority.sign(testTemplate(m.name))
		r.pairs[m.name] = pair
		i, known := byBIC[m.bic]
		if !known {
			i = len(change.Participants)
			byBIC[m.bic] = i
			change.Participants = append(change.Participants, routing.Participant{BIC: mustBIC(r.t, m.bic), Name: m.name, Provider: m.name == testBanks[1]})
		}
		p := &change.Participants[i]
		p.Keys = append(p.Keys, routing.Key{Fingerprint: Fingerprint(pair.Certificate[0]), Person: m.name, Roles: m.roles})
	}
	change.Accounts = append(change.Accounts, routing.AccountChange{Owner: mustBIC(r.t, "PBOCCNBJXXX"), Currency: cny, Role: settlement.RoleIssuance})
	for _, name := range testBanks {
		change.Accounts = append(change.Accounts, routing.AccountChange{Owner: mustBIC(r.t, name), Currency: cny, Role: settlement.RoleWallet})
	}
	change.Accounts = append(change.Accounts, routing.AccountChange{Owner: mustBIC(r.t, "PBOCCNBJXXX"), Currency: usd, Role: settlement.RoleIssuance})
	for _, name := range testBanks[1:3] {
		change.Accounts = append(change.Accounts, routing.AccountChange{Owner: mustBIC(r.t, name), Currency: usd, Role: settlement.RoleWallet})
	}
	change.Corridors = []routing.Corridor{
		{Currency: cny, Mode: routing.SettleThenDeliver, Profile: "base"}, {Currency: cny, Into: usd, Mode: routing.SettleThenDeliver, Profile: "base"},
	}
	return change
}

// caller is a member as the door knows it.
func (r *doorRig) caller(name string) Caller {
	for _, m := range doorMembers {
		if m.name == name {
			return Caller{Participant: mustBIC(r.t, m.bic), Key: Fingerprint(r.pairs[name].Certificate[0]), Roles: m.roles}
		}
	}
	r.t.Fatalf("nobody is called %s", name)
	return Caller{}
}

// both has one member ask and another approve, and wants it carried out.
func (r *doorRig) both(first, second string, d Decision) {
	r.t.Helper()
	bothAt(r.t, r.node, r.caller(first), r.caller(second), d)
}

// with makes a client that shows that certificate.
func (r *doorRig) with(pair *tls.Certificate, http2 bool) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(r.authority.cert)
	config := &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots, ServerName: "localhost"}
	if pair != nil {
		config.Certificates = []tls.Certificate{*pair}
	}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: http2}
	r.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: testPatience}
}

func (r *doorRig) client(name string) *http.Client {
	if r.clients[name] == nil {
		pair := r.pairs[name]
		r.clients[name] = r.with(&pair, false)
	}
	return r.clients[name]
}

// answered is an answer with its body.
type answered struct {
	*http.Response
	body []byte
}

// problem is the name of the problem that the answer tells.
func (a answered) problem() string {
	var v problemView
	if json.Unmarshal(a.body, &v) != nil || len(v.Type) <= len(problemType) {
		return ""
	}
	return v.Type[len(problemType):]
}

// do sends one request as a member.
func (r *doorRig) do(name, method, path string, headers map[string]string, body []byte) answered {
	r.t.Helper()
	a, err := r.try(r.client(name), method, path, headers, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if method == http.MethodPost && a.StatusCode < http.StatusMultipleChoices {
		r.took(method, path, headers["Content-Type"], body)
	}
	return a
}

func (r *doorRig) try(client *http.Client, method, path string, headers map[string]string, body io.Reader) (answered, error) {
	request, err := http.NewRequest(method, "https://"+r.door.Address()+path, body)
	if err != nil {
		return answered{}, err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return answered{}, err
	}
	defer response.Body.Close() //nolint:errcheck // only read
	all, err := io.ReadAll(response.Body)
	a := answered{response, all}
	if err == nil {
		r.fits(request, a)
	}
	return a, err
}

// fits holds an answer against openapi.yaml.
func (r *doorRig) fits(request *http.Request, a answered) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.routes == nil {
		r.routes, r.fitted = http.NewServeMux(), map[string]int{}
		for _, entry := range r.door.table() {
			r.routes.HandleFunc(entry.pattern, func(http.ResponseWriter, *http.Request) {})
		}
	}
	_, pattern := r.routes.Handler(request)
	if pattern == "" {
		return // no route of the table
	}
	if err := openapi().answer(pattern, a); err != nil {
		r.t.Error(err)
	}
	if a.StatusCode < http.StatusMultipleChoices {
		r.fitted[pattern]++
	}
}

// took holds the body of a request that was taken against openapi.yaml.
func (r *doorRig) took(method, path, kind string, body []byte) {
	r.t.Helper()
	request, err := http.NewRequest(method, path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, pattern := r.routes.Handler(request); pattern != "" {
		if err := openapi().request(pattern, kind, body); err != nil {
			r.t.Error(err)
		}
	}
}

func (r *doorRig) get(name, path string) answered { return r.do(name, "GET", path, nil, nil) }

func (r *doorRig) post(name, path, kind string, body []byte) answered {
	return r.do(name, "POST", path, map[string]string{"Content-Type": kind}, body)
}

func dial(t testing.TB, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// issue gives a bank money.
func (r *doorRig) issue(bank, amount string) {
	r.t.Helper()
	r.decide("issuer", Decision{Action: ActionIssue, Bank: mustBIC(r.t, bank), Amount: amount, Currency: "CNY", Reason: "test"})
}

// decide has a member decide, and a second one of the same role approve if that is
// needed; it is applied when it returns.
func (r *doorRig) decide(name string, d Decision) {
	r.t.Helper()
	outcome := r.decided(name, d)
	if outcome.Outcome == OutcomeRequested {
		outcome = r.decided(name+"-2", Decision{Action: ActionApprove, Request: outcome.ID, Reason: "test"})
	}
	if outcome.Outcome != OutcomeDone {
		r.t.Fatalf("%s: %+v", d.Action, outcome)
	}
}

func (r *doorRig) decided(name string, d Decision) (outcome DecisionAnswer) {
	r.t.Helper()
	a := r.decision(name, d)
	if err := json.Unmarshal(a.body, &outcome); a.StatusCode != http.StatusOK || err != nil {
		r.t.Fatalf("%s: %s %s", d.Action, a.Status, a.body)
	}
	return outcome
}

// decision sends a decision the way that the door takes it; a payment may be named
// by its number.
func (r *doorRig) decision(name string, d Decision) answered {
	r.t.Helper()
	if d.Payment != 0 {
		p, _, err := r.node.Books.Payment(d.Payment)
		if err != nil {
			r.t.Fatal(err)
		}
		d.UETR, d.PaymentID = p.UETR.String(), r.node.receiptID(&p)
	}
	path, request := "/v1/decisions", any(DecisionRequest{
		Action: d.Action, Reason: d.Reason, UETR: d.UETR, PaymentID: d.PaymentID, Bank: d.Bank, Standing: d.Standing, Amount: d.Amount, Currency: d.Currency,
		Priority: bandNames[d.Band], Place: d.Place, Digest: d.Digest, Time: d.Time, Subject: d.Subject,
	})
	if d.Action == ActionApprove || d.Action == ActionDecline {
		path, request = "/v1/approvals/"+d.Request, ApprovalRequest{Approve: pointer(d.Action == ActionApprove), Reason: d.Reason}
	}
	if d.Action == ActionApply {
		path, request = "/v1/directory", DirectoryRequest{Change: *d.Change, Reason: d.Reason}
	}
	body, err := json.Marshal(request)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.post(name, path, jsonContent, body)
}

// letter writes the n-th payment from one bank to another.
func letter(t testing.TB, from, to string, n int, change ...string) []byte {
	t.Helper()
	return samplePayment(t, append([]string{
		"ALPHCNBJXXX", from, "BETATHBKXXX", to, "8a562c67-ca16-48ba-b074-65581be6f011", testUETR(n),
		"DRGM-20261123-000001", fmt.Sprintf("MSG-%d", n), "INV-2026-0815", fmt.Sprintf("E2E-%d", n), "TX-000001", fmt.Sprintf("TX-%d", n),
	}, change...)...)
}

func testUETR(n int) string { return fmt.Sprintf("8a562c67-ca16-48ba-b074-65581be6%04d", n) }

// pay sends the n-th payment and returns its receipt once it is applied.
func (r *doorRig) pay(from, to string, n int, change ...string) (receipt Receipt) {
	r.t.Helper()
	a := r.post(from, "/v1/messages", xmlContent, letter(r.t, from, to, n, change...))
	if err := json.Unmarshal(a.body, &receipt); a.StatusCode != http.StatusAccepted || err != nil {
		r.t.Fatalf("pay: %s %s", a.Status, a.body)
	}
	if a := r.get(from, "/v1/accounts?after="+receipt.Place); a.StatusCode != http.StatusOK {
		r.t.Fatalf("pay: %s %s", a.Status, a.body)
	}
	return receipt
}

// timeline is the one payment of a UETR as a member sees it.
func (r *doorRig) timeline(name string, n int) paymentView {
	r.t.Helper()
	var found struct{ Payments []paymentView }
	a := r.get(name, "/v1/payments/"+testUETR(n))
	if err := json.Unmarshal(a.body, &found); a.StatusCode != http.StatusOK || err != nil || len(found.Payments) != 1 {
		r.t.Fatalf("the timeline of %s: %s %s", name, a.Status, a.body)
	}
	return found.Payments[0]
}

func (r *doorRig) party(bank string) settlement.ParticipantID {
	r.t.Helper()
	p, ok := r.node.Directory().ByBIC(mustBIC(r.t, bank))
	if !ok {
		r.t.Fatalf("%s takes no part", bank)
	}
	return p.ID
}

// testLimits are those of the doors of tests.
func testLimits() Limits {
	return Limits{
		Body: MaxBody, Requests: 1024, Waits: 64,
		Header: 30 * time.Second, Whole: time.Minute, Answer: 90 * time.Second, Idle: 2 * time.Minute, Wait: time.Minute,
	}
}
