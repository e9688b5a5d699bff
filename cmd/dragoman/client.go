package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"dragoman/gateway"
	"dragoman/messages"
)

// client talks to a running gateway as one of its participants.
type client struct {
	http   *http.Client
	nats   *natsClient // in place of HTTPS
	server string
	as     string
	test   bool                   // what it sends is only tried
	box    atomic.Pointer[string] // id of the mailbox, as last told; nil: it has none
}

// clientFlags are those that every command has that talks to a gateway.
type clientFlags struct {
	dir, as, server *string
	door            *string // nil: the command knows HTTPS only
	json            *bool
}

// Where a gateway made by 'dragoman init' listens.
const (
	defaultServer = "https://localhost:8443"
	defaultNATS   = "tls://localhost:4222"
)

func addClientFlags(flags *flag.FlagSet) clientFlags {
	return clientFlags{
		dir:    flags.String("dir", ".", "`FOLDER` made by 'dragoman init'"),
		as:     flags.String("as", "", "act as participant `NAME`, by its folder below certs"),
		server: flags.String("server", defaultServer, "`URL` of the gateway"),
		json:   flags.Bool("json", false, "print JSON"),
	}
}

// withDoor is for commands that also go through the door for NATS.
func (f clientFlags) withDoor(flags *flag.FlagSet) clientFlags {
	f.door = flags.String("door", doorHTTPS, "go through `DOOR`, "+doorHTTPS+" or "+doorNATS+"; a --server with nats:// or tls:// says the same")
	return f
}

func (f clientFlags) open() (*client, error) {
	server := *f.server
	if f.door == nil || *f.door == doorHTTPS {
		return openClient(*f.dir, *f.as, server)
	}
	if *f.door != doorNATS {
		return nil, wrongCall("there is no door %q; the doors are %s and %s", *f.door, doorHTTPS, doorNATS)
	}
	if server == defaultServer {
		server = defaultNATS
	}
	if !overNATS(server) {
		return nil, wrongCall("--door %s needs a --server with nats:// or tls://, such as %s", doorNATS, defaultNATS)
	}
	return openClient(*f.dir, *f.as, server)
}

// openClient loads the certificate of a participant of a folder made by init.
// The further options are those of a connection over NATS.
func openClient(dir, as, server string, overNATSMore ...nats.Option) (*client, error) {
	certs := filepath.Join(dir, "certs")
	if as == "" {
		return nil, wrongCall("say with --as who you are: %s", strings.Join(names(certs), ", "))
	}
	folder := filepath.Join(certs, as)
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"))
	if err != nil {
		return nil, wrongCall("no certificate for %q: %v; there are: %s", as, err, strings.Join(names(certs), ", "))
	}
	if err := goodNow(as, pair.Leaf, time.Now()); err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(filepath.Join(folder, "ca.pem"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("%s holds no certificate", filepath.Join(folder, "ca.pem"))
	}
	if overNATS(server) {
		c, err := openNATSClient(folder, server, pair, roots, overNATSMore...)
		return &client{nats: c, server: server, as: as}, err
	}
	if !strings.HasPrefix(server, "https://") {
		return nil, wrongCall("--server is %q; it must be an address such as %s", server, defaultServer)
	}
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, RootCAs: roots},
		MaxIdleConnsPerHost: 64, // HTTP/1.1: its errors tell what the gateway's TLS alert said
	}
	return &client{http: &http.Client{Transport: transport, Timeout: 2 * time.Minute}, server: server, as: as}, nil
}

// wrongCall is a mistake in how a client command was called.
func wrongCall(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// names lists the participants for whom there are certificates.
func names(certs string) []string {
	entries, err := os.ReadDir(certs)
	if err != nil {
		return []string{"none; make a folder with 'dragoman init DIR' and name it with --dir"}
	}
	var all []string
	for _, e := range entries {
		if e.IsDir() {
			all = append(all, e.Name())
		}
	}
	return all
}

// answerError is a refusal of the gateway.
type answerError struct {
	status int
	text   string
}

func (e *answerError) Error() string { return e.text }

// call sends a request and decodes the answer; into nil: the answer is returned.
func (c *client) call(ctx context.Context, method, path, kind string, body []byte, into any) ([]byte, error) {
	if c.nats != nil {
		return c.nats.call(ctx, method+" "+path, body, into)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.server+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", kind)
	if c.test {
		request.Header.Set(gateway.HeaderTest, "true")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, noAnswer(c.server, c.as, err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return answer, &answerError{response.StatusCode, refusalText(response.Status, answer)}
	}
	if into != nil {
		err = json.Unmarshal(answer, into)
	}
	return answer, err
}

func refusalText(status string, answer []byte) string {
	var problem struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(answer, &problem) == nil && problem.Detail != "" {
		return fmt.Sprintf("the gateway answers %s: %s", status, problem.Detail)
	}
	if v, ok := messages.ViewRejection(messages.Read(answer, messages.Options{})); ok {
		return fmt.Sprintf("the gateway refuses it with %s, %s: %s", v.Code(), strings.TrimSpace(v.Location()), v.Description())
	}
	return fmt.Sprintf("the gateway answers %s:\n%s", status, answer)
}

const (
	xmlBody  = "application/xml"
	jsonBody = "application/json"
)
