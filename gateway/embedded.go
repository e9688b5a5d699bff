package gateway

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"go.uber.org/zap"
)

// Settings of the JetStream server inside the process. SyncAlways is what makes
// an acknowledgement mean something: without it the server acknowledges first
// and syncs two minutes later.
const (
	embeddedMaxStore = 1 << 40
	embeddedStart    = 30 * time.Second
)

// Embedded is a NATS server with JetStream inside this process. It listens on no
// port.
type Embedded struct{ server *server.Server }

// StartEmbedded starts the server on a folder that belongs to it alone.
func StartEmbedded(folder string, log *zap.Logger) (*Embedded, error) {
	s, err := server.NewServer(&server.Options{
		ServerName: "dragoman", DontListen: true, NoSigs: true, JetStream: true, StoreDir: folder, SyncAlways: true,
		MaxPayload: maxPayload, JetStreamMaxStore: embeddedMaxStore, DisableJetStreamBanner: true,
	})
	if err != nil {
		return nil, fmt.Errorf("start the log's server in %s: %w", folder, err)
	}
	fatal := &serverLog{log: log}
	s.SetLoggerV2(fatal, false, false, false)
	s.Start()
	if !s.ReadyForConnections(embeddedStart) {
		s.Shutdown()
		return nil, fmt.Errorf("start the log's server in %s: %w", folder, errors.Join(errors.New("it is not ready"), fatal.last()))
	}
	return &Embedded{s}, nil
}

// Connect opens a connection inside the process.
func (e *Embedded) Connect() (*nats.Conn, error) {
	return nats.Connect("", nats.InProcessServer(e.server), nats.Name("dragoman"))
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
