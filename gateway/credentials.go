package gateway

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"
)

// TLS names the files of what the HTTPS door shows and whom it trusts. They are
// read again when they change, so that certificates are renewed without a
// restart.
type TLS struct {
	Certificate string // PEM, may bring its chain
	Key         string // PEM
	ClientCA    string // PEM, one or more authorities
}

// lookEvery is how often the files are looked at, when connections come in.
const lookEvery = time.Second

// credentials are the files as last read well.
type credentials struct {
	files TLS
	clock func() time.Time
	log   *zap.Logger

	mu     sync.Mutex
	looked time.Time
	stamps [3]os.FileInfo
	fault  error // why the files as they are now are not used
	config *tls.Config
	until  time.Time // when the certificate shown expires
}

// openCredentials reads the files; what cannot be read at the start is an error.
func openCredentials(files TLS, clock func() time.Time, log *zap.Logger) (*credentials, error) {
	c := &credentials{files: files, clock: clock, log: log}
	c.look()
	if c.config == nil {
		return nil, c.fault
	}
	return c, nil
}

// current is the configuration for the next connection.
func (c *credentials) current(*tls.ClientHelloInfo) (*tls.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.clock(); now.Sub(c.looked) >= lookEvery {
		c.look()
	}
	return c.config, nil
}

// expires is when the certificate that is shown ends, and what keeps newer files
// from being used.
func (c *credentials) expires() (time.Time, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.until, c.fault
}

// look reads the files if they have changed. Those that do not belong together
// (one is replaced before the other) are tried again at the next look.
func (c *credentials) look() {
	c.looked = c.clock()
	stamps, err := c.files.stamps()
	if err == nil && c.fault == nil && same(stamps, c.stamps) {
		return
	}
	var config *tls.Config
	var until time.Time
	if err == nil {
		config, until, err = c.files.load()
	}
	if err != nil {
		if c.config != nil && (c.fault == nil || c.fault.Error() != err.Error()) {
			c.log.Error("the door's certificate files have changed and cannot be used; the old ones are shown on", zap.Error(err))
		}
		c.fault = err
		return
	}
	config.Time = c.clock
	if c.config != nil {
		c.log.Info("the door's certificate files were read again", zap.Time("expires", until))
	}
	c.stamps, c.fault, c.config, c.until = stamps, nil, config, until
}

func (t TLS) stamps() (stamps [3]os.FileInfo, err error) {
	for i, file := range []struct{ what, path string }{
		{"the server's certificate (node.https.certificate)", t.Certificate}, {"the server's key (node.https.key)", t.Key},
		{"the authorities of client certificates (node.https.client-ca)", t.ClientCA},
	} {
		if stamps[i], err = os.Stat(file.path); err != nil {
			return stamps, fmt.Errorf("read %s: %w", file.what, err)
		}
	}
	return stamps, nil
}

func same(a, b [3]os.FileInfo) bool {
	for i := range a {
		if b[i] == nil || !os.SameFile(a[i], b[i]) || a[i].Size() != b[i].Size() || !a[i].ModTime().Equal(b[i].ModTime()) {
			return false
		}
	}
	return true
}

func (t TLS) load() (*tls.Config, time.Time, error) {
	pair, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read the server's certificate %s and key %s: %w", t.Certificate, t.Key, err)
	}
	authorities, err := os.ReadFile(t.ClientCA)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read the authorities of client certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authorities) {
		return nil, time.Time{}, fmt.Errorf("read the authorities of client certificates: %s: %w", t.ClientCA, errNoCertificate)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
		NextProtos: []string{"h2", "http/1.1"},
	}, pair.Leaf.NotAfter, nil
}

var errNoCertificate = errors.New("there is no certificate in it")
