package gateway

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"go.uber.org/zap"
)

// Bounds of connections: file descriptors are the scarce thing.
const (
	maxConnections = 8192 // of all clients
	// maxHandshakes are under way at once. Those who say nothing hold one for as long
	// as a handshake may take, so there must be many: 15 KB of memory each.
	maxHandshakes = 4096
	lingerBytes   = 64 << 10        // read from a refused client, so that it reads why
	lingerTime    = 2 * time.Second // at most
)

// entrance hands over connections whose handshake has been made, so that one who
// is refused there can read why and the log says who it was.
type entrance struct {
	tcp    net.Listener
	config *tls.Config
	limit  time.Duration // of a handshake
	log    *zap.Logger
	count  func(cause string) // of a refusal
	each   int                // connections of one certificate at once

	mu   sync.Mutex
	held map[string]int // connections by certificate

	ready       chan accepted
	connections chan struct{}
	handshakes  chan struct{}
	ctx         context.Context //nolint:containedctx // ends handshakes under way when the listener is closed
	stop        context.CancelFunc
	running     sync.WaitGroup
}

type accepted struct {
	conn net.Conn
	err  error
}

func newEntrance(tcp net.Listener, config *tls.Config, limits *Limits, log *zap.Logger, count func(string)) *entrance {
	e := &entrance{
		tcp: tcp, config: config, limit: limits.Header, log: log, count: count, each: limits.Requests + limits.Waits, held: map[string]int{}, ready: make(chan accepted),
		connections: make(chan struct{}, maxConnections), handshakes: make(chan struct{}, maxHandshakes),
	}
	e.ctx, e.stop = context.WithCancel(context.Background())
	e.running.Go(e.run)
	return e
}

// run accepts until the listener is closed.
func (e *entrance) run() {
	for {
		select {
		case e.connections <- struct{}{}:
		case <-e.ctx.Done():
			return
		}
		raw, err := e.tcp.Accept()
		if err != nil {
			<-e.connections
			if !e.hand(accepted{err: err}) || errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		conn := &counted{Conn: raw, in: bufio.NewReaderSize(raw, readAhead), release: sync.OnceFunc(func() { <-e.connections })}
		select {
		case e.handshakes <- struct{}{}:
		case <-e.ctx.Done():
			_ = conn.Close()
			return
		}
		e.running.Go(func() {
			defer func() { <-e.handshakes }()
			e.shake(conn)
		})
	}
}

func (e *entrance) hand(a accepted) bool {
	select {
	case e.ready <- a:
		return true
	case <-e.ctx.Done():
		return false
	}
}

func (e *entrance) shake(raw *counted) {
	ctx, cancel := context.WithTimeout(e.ctx, e.limit)
	defer cancel()
	conn := tls.Server(raw, e.config)
	if err := conn.HandshakeContext(ctx); err != nil {
		e.refuse(raw, err)
		return
	}
	if !e.hold(raw, Fingerprint(conn.ConnectionState().PeerCertificates[0].Raw)) {
		e.count(causeMany)
		e.log.Warn("a certificate has too many connections", zap.Stringer("from", raw.RemoteAddr()), zap.Int("allowed", e.each))
		_ = conn.Close()
		return
	}
	if !e.hand(accepted{conn: conn}) {
		_ = conn.Close()
	}
}

// hold counts a connection for its certificate until it is closed, if it may have
// one more.
func (e *entrance) hold(raw *counted, certificate string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.held[certificate] >= e.each {
		return false
	}
	e.held[certificate]++
	before := raw.release
	raw.release = sync.OnceFunc(func() {
		before()
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.held[certificate]--; e.held[certificate] == 0 {
			delete(e.held, certificate)
		}
	})
	return true
}

// refuse tells the log who was refused and why. The client has been sent an
// alert; closing at once could destroy it on its way.
func (e *entrance) refuse(raw net.Conn, err error) {
	cause, certificate := refusal(err)
	e.count(cause)
	if cause == causeOther { // no TLS at all, or one who has gone away
		e.log.Debug("a handshake failed", zap.Stringer("from", raw.RemoteAddr()), zap.Error(err))
		_ = raw.Close()
		return
	}
	fields := []zap.Field{zap.Stringer("from", raw.RemoteAddr()), zap.String("cause", cause)}
	if certificate != nil {
		fields = append(fields, zap.String("certificate", Fingerprint(certificate.Raw)), zap.Time("notBefore", certificate.NotBefore), zap.Time("notAfter", certificate.NotAfter))
	}
	e.log.Warn("a certificate was refused", fields...)
	defer context.AfterFunc(e.ctx, func() { _ = raw.Close() })()
	if half, ok := raw.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_ = raw.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, raw, lingerBytes)
	}
	_ = raw.Close()
}

// Causes of refused handshakes.
const (
	causeNone      = "no certificate"
	causeExpired   = "expired or not yet valid"
	causeAuthority = "unknown authority"
	causeUse       = "not for clients, or broken"
	causeMany      = "too many connections"
	causeOther     = "no handshake"
)

func refusal(err error) (cause string, certificate *x509.Certificate) {
	var refused *tls.CertificateVerificationError
	if !errors.As(err, &refused) {
		if err.Error() == "tls: client didn't provide a certificate" {
			return causeNone, nil
		}
		return causeOther, nil
	}
	if len(refused.UnverifiedCertificates) > 0 {
		certificate = refused.UnverifiedCertificates[0]
	}
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return causeExpired, certificate
	case errors.As(err, &unknown):
		return causeAuthority, certificate
	}
	return causeUse, certificate
}

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	release func()
	in      *bufio.Reader
}

// readAhead is how much is read at once: a message of 3 KB and its headers come in
// one piece, where TLS would ask for a record's five bytes of header first.
const readAhead = 4 << 10

// Read reads what has come.
func (c *counted) Read(b []byte) (int, error) { return c.in.Read(b) }

func (c *counted) Close() error {
	c.release()
	return c.Conn.Close()
}

// CloseWrite ends the sending half.
func (c *counted) CloseWrite() error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		return tcp.CloseWrite()
	}
	return c.Conn.Close()
}

// Accept is the next connection with a client whose certificate is in order.
func (e *entrance) Accept() (net.Conn, error) {
	select {
	case a := <-e.ready:
		return a.conn, a.err
	case <-e.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Close stops accepting and ends handshakes under way.
func (e *entrance) Close() error {
	e.stop()
	err := e.tcp.Close()
	e.running.Wait()
	return err
}

// Addr is where it listens.
func (e *entrance) Addr() net.Addr { return e.tcp.Addr() }
