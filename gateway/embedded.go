package gateway

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// Settings of the JetStream server inside the process. SyncAlways is what makes
// an acknowledgement mean something: without it the server acknowledges first
// and syncs two minutes later.
const (
	// embeddedMaxStore is far above what any log has: the server counts what a stream
	// may take up once more whenever it is made to read its files again.
	embeddedMaxStore = 1 << 56
	embeddedStart    = 30 * time.Second
	embeddedPoll     = 20 * time.Millisecond // how often the start is looked at
	// embeddedReconnect is the wait of a connection that the server has ended: it
	// stands beside it and need not be spared.
	embeddedReconnect = 50 * time.Millisecond
)

// Bounds of the server's connections from outside.
const (
	// natsConnections bounds all of them, those of the process itself included: one
	// for each participant. A crowd of strangers, who are let in for no longer than
	// natsHandshake, must leave the process its file descriptors.
	natsConnections = 16384
	// natsPending is how much the server keeps for a client that does not read,
	// then it is cut off: a few of the largest messages.
	natsPending = 32 << 20
	// natsWrite is how long one write to a client may take.
	natsWrite = 10 * time.Second
	// natsHandshake is how long TLS and then the login may take, in seconds.
	natsHandshake = 5
	// natsPing finds out clients that went without a word, twice this late.
	natsPing = 30 * time.Second
)

// Embedded is a NATS server with JetStream inside this process. It listens on no
// port unless it is opened for the NATS door.
type Embedded struct {
	server *server.Server
	user   string // of connections inside the process
	secret string
}

// listening is where the server is open for the NATS door, and who may come in.
type listening struct {
	address string
	tls     *tls.Config
	door    *NATSDoor
}

// StartEmbedded starts the server on a folder that belongs to it alone; nobody
// outside the process can reach it.
func StartEmbedded(folder string, log *zap.Logger) (*Embedded, error) {
	return startEmbedded(folder, log, nil)
}

// startTuned is StartEmbedded for a restore, which may do without syncing each
// group: it syncs everything before anybody is told that it is there.
func startTuned(folder string, log *zap.Logger, sync bool) (*Embedded, error) {
	return startServer(folder, log, nil, sync)
}

func startEmbedded(folder string, log *zap.Logger, open *listening) (*Embedded, error) {
	return startServer(folder, log, open, true)
}

func startServer(folder string, log *zap.Logger, open *listening, sync bool) (*Embedded, error) {
	if err := writable(folder); err != nil {
		return nil, err
	}
	e := &Embedded{user: "dragoman"}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("start the log's server: %w", err)
	}
	e.secret = hex.EncodeToString(secret)
	options, err := e.options(folder, open)
	if err != nil {
		return nil, err
	}
	options.SyncAlways = sync
	if e.server, err = server.NewServer(options); err != nil {
		return nil, fmt.Errorf("start the log's server in %s: %w", folder, err)
	}
	if open != nil {
		open.door.embedded = e
	}
	fatal := &serverLog{log: log}
	e.server.SetLoggerV2(fatal, false, false, false)
	e.server.Start()
	for deadline := time.Now().Add(embeddedStart); !e.server.ReadyForConnections(embeddedPoll); {
		err := fatal.last()
		if err == nil && time.Now().Before(deadline) {
			continue
		}
		if err == nil {
			err = fmt.Errorf("it is not ready after %s", embeddedStart)
		}
		e.Stop()
		if open != nil {
			err = fmt.Errorf("open the NATS door on %s: %w; if another program has the port, set node.nats.listen to another", open.address, err)
		}
		return nil, fmt.Errorf("start the log's server in %s: %w", folder, err)
	}
	return e, nil
}

// leftOut finds streams that have files in the server's folder and that the server
// does not offer: it leaves out what it cannot read, and would make it anew. The
// error wraps ErrLog.
func leftOut(ctx context.Context, nc *nats.Conn, folder string) error {
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	kept, err := filepath.Glob(filepath.Join(folder, "jetstream", "*", "streams", "*"))
	if err != nil {
		return err
	}
	for _, path := range kept {
		name := filepath.Base(path)
		if _, err := js.Stream(ctx, name); errors.Is(err, jetstream.ErrStreamNotFound) {
			return fmt.Errorf("%w: the files of %s in %s are damaged, so that the log's server leaves them out; bring back a copy of the log's folder with 'dragoman restore'", ErrLog, name, path)
		}
	}
	return nil
}

// writable finds out early, and in plain words, that a folder cannot be used.
func writable(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the log's folder: %w; name a folder that this user may write with node.data", err)
	}
	probe, err := os.CreateTemp(folder, ".probe-*")
	if err != nil {
		return fmt.Errorf("write to the log's folder: %w; the folder and the disk must be writable for this user", err)
	}
	_, err = probe.Write(make([]byte, 4096))
	if err = errors.Join(err, probe.Sync(), probe.Close(), os.Remove(probe.Name())); err != nil {
		return fmt.Errorf("write to the log's folder %s: %w; make room on its disk", folder, err)
	}
	return nil
}

func (e *Embedded) options(folder string, open *listening) (*server.Options, error) {
	o := &server.Options{
		ServerName: "dragoman", DontListen: true, NoSigs: true, JetStream: true, StoreDir: folder, SyncAlways: true,
		MaxPayload: maxPayload, JetStreamMaxStore: embeddedMaxStore, JetStreamMaxMemory: mailboxMax, DisableJetStreamBanner: true,
	}
	if open == nil {
		return o, nil
	}
	host, port, err := net.SplitHostPort(open.address)
	if err != nil {
		return nil, fmt.Errorf("open the NATS door on %s: %w", open.address, err)
	}
	if o.Port, err = strconv.Atoi(port); err != nil {
		return nil, fmt.Errorf("open the NATS door on %s: %w", open.address, err)
	}
	if o.Port == 0 {
		o.Port = server.RANDOM_PORT
	}
	o.DontListen, o.Host, o.AlwaysEnableNonce = false, host, true
	o.TLSConfig, o.TLS, o.TLSTimeout, o.AuthTimeout = open.tls, open.tls != nil, natsHandshake, natsHandshake
	o.MaxConn, o.MaxPending, o.WriteDeadline, o.PingInterval = natsConnections, natsPending, natsWrite, natsPing
	o.CustomClientAuthentication = &gate{own: e, door: open.door}
	return o, nil
}

// natsTLS shows the certificate of the HTTPS door, read again when its files
// change. Clients prove who they are by NKEY and show none.
func natsTLS(files TLS, clock func() time.Time, log *zap.Logger) (*tls.Config, error) {
	shown, err := openCredentials(files, clock, log)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			config, err := shown.current(hello)
			if err != nil {
				return nil, err
			}
			return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: config.Certificates, Time: config.Time}, nil
		},
	}, nil
}

// gate lets in connections of the process itself, and asks the door about all
// others.
type gate struct {
	own  *Embedded
	door *NATSDoor
}

// Check implements server.Authentication.
func (g *gate) Check(c server.ClientAuthentication) bool {
	if g.own.owns(c) {
		return true
	}
	return g.door.admit(c)
}

// Connect opens a connection inside the process.
func (e *Embedded) Connect() (*nats.Conn, error) {
	return nats.Connect("", nats.InProcessServer(e.server), nats.Name("dragoman"), nats.UserInfo(e.user, e.secret),
		nats.MaxReconnects(-1), nats.ReconnectWait(embeddedReconnect))
}

// Healthy tells in words what is wrong with the server in this process: a disk
// that is full or fails stays so for the server until the process starts again.
func (e *Embedded) Healthy() error {
	if health := e.server.Healthz(&server.HealthzOptions{}); health.Error != "" {
		return fmt.Errorf("the log's server is not well: %s; see to its disk; it is tried again when there is room", health.Error)
	}
	return nil
}

// readAgain has the server close its streams and open them from their files. After
// a fault of the disk it takes nothing more, even when the disk is well again. What
// lies in memory alone, the windows on mailboxes, is gone then; see MailboxStream.
func (e *Embedded) readAgain(folder string) error {
	account := e.server.GlobalAccount()
	if account.JetStreamEnabled() { // it is not when they could not be opened again the last time
		if err := account.DisableJetStream(); err != nil {
			return fmt.Errorf("close the log's streams: %w", err)
		}
	}
	if err := writeEndAgain(folder); err != nil {
		return err
	}
	if err := account.EnableJetStream(nil, nil); err != nil {
		return fmt.Errorf("open the log's streams again: %w", err)
	}
	return nil
}

// Stop stops the server; what it acknowledged is on disk already.
func (e *Embedded) Stop() {
	e.server.Shutdown()
	e.server.WaitForShutdown()
}

// serverLog passes the server's words on. Its fatal ones must not end the
// process: they become the error of the start.
type serverLog struct {
	log   *zap.Logger
	fatal atomic.Pointer[error]
}

func (l *serverLog) last() error {
	if err := l.fatal.Load(); err != nil {
		return *err
	}
	return nil
}

func (l *serverLog) Noticef(string, ...any) {}
func (l *serverLog) Debugf(string, ...any)  {}
func (l *serverLog) Tracef(string, ...any)  {}

func (l *serverLog) Warnf(format string, args ...any) {
	l.log.Warn("nats", zap.String("text", fmt.Sprintf(format, args...)))
}

func (l *serverLog) Errorf(format string, args ...any) {
	l.log.Error("nats", zap.String("text", fmt.Sprintf(format, args...)))
}

func (l *serverLog) Fatalf(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	l.fatal.Store(&err)
	l.log.Error("nats", zap.Error(err))
}
