package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
)

// supervised is a serving process that is struck down and started again. Its
// clients keep one URL: where the process listens now is found at every dial,
// and a dial waits while there is none.
type supervised struct {
	folder     string
	complaints *lastLine
	more       []string // further arguments of serve

	mu        sync.Mutex
	current   *served
	number    int           // starts so far
	serving   chan struct{} // closed while a process serves
	down      chan struct{} // closed when the process that serves is gone
	ended     chan error    // gets the result of a process that ended by itself
	mayEnd    bool          // a process that ends by itself does what it should
	lastStart time.Duration // how long the last start took until it served
	slowest   time.Duration
}

// lastLine passes what is written on and keeps the last line of it.
type lastLine struct {
	to io.Writer

	mu     sync.Mutex
	text   []byte
	halted string // that said that a lane has stopped, since the last start
}

func (l *lastLine) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hear(b)
	l.text = append(l.text, b...)
	if end := bytes.LastIndexByte(bytes.TrimSuffix(l.text, []byte("\n")), '\n'); end >= 0 {
		l.text = slices.Clone(l.text[end+1:])
	}
	return l.to.Write(b)
}

func (l *lastLine) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(bytes.TrimSpace(l.text))
}

// stableURL is where clients of a supervised server call; the certificate of
// init is for this host.
const stableURL = "https://localhost"

func newSupervised(folder string, complaints *lastLine) *supervised {
	return &supervised{folder: folder, complaints: complaints, serving: make(chan struct{}), ended: make(chan error, 1)}
}

// start starts a process and waits until it serves.
func (s *supervised) start(ctx context.Context) error {
	begun := time.Now()
	s.complaints.forget()
	next, err := startServing(ctx, s.folder, s.complaints, s.more...)
	if err != nil {
		return fmt.Errorf("%w: %s", err, s.complaints.last())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	s.current, s.lastStart = next, time.Since(begun)
	s.slowest = max(s.slowest, s.lastStart)
	s.down = make(chan struct{})
	close(s.serving)
	go s.watch(next)
	return nil
}

// watch tells of a process that ends though nobody ended it.
func (s *supervised) watch(p *served) {
	err := <-p.ended
	p.ended <- err
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != p {
		return
	}
	if s.mayEnd {
		s.current, s.serving = nil, make(chan struct{})
		close(s.down)
		return
	}
	select {
	case s.ended <- fmt.Errorf("process %d ended by itself: %w", s.number, err):
	default:
	}
}

// takeDown makes the process that serves unreachable for new connections.
func (s *supervised) takeDown() *served {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.current
	if p != nil {
		s.current, s.serving = nil, make(chan struct{})
		close(s.down)
	}
	return p
}

// kill ends the process at once and waits until it is gone.
func (s *supervised) kill() { s.killThen(func() {}) }

// killThen is kill with something that happens while the process ends.
func (s *supervised) killThen(then func()) {
	if p := s.takeDown(); p != nil {
		p.kill()
		then()
		p.ended <- <-p.ended
	}
}

// expectEnd says whether a process may end by itself from now on.
func (s *supervised) expectEnd(mayEnd bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mayEnd = mayEnd
}

// gone tells when no process serves any more: its disk failed, and it ended by itself.
func (s *supervised) gone() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down
}

// stop asks the process to end and waits.
func (s *supervised) stop() error {
	if p := s.takeDown(); p != nil {
		return p.stop()
	}
	return nil
}

// standStill stops the process for that time, as a suspended machine does.
func (s *supervised) standStill(ctx context.Context, d time.Duration) error {
	p, err := s.await(ctx)
	if err != nil {
		return err
	}
	if err := p.command.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	pause(ctx, d)
	return p.command.Process.Signal(syscall.SIGCONT)
}

// killWhileStarting starts a process and kills it when it is time or when it serves,
// whichever comes first. Something else may happen while it ends.
func (s *supervised) killWhileStarting(ctx context.Context, time <-chan struct{}, then func()) error {
	p, out, err := launch(ctx, s.folder, s.complaints, s.more...)
	if err != nil {
		return err
	}
	serves, killed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(killed)
		select {
		case <-time:
		case <-serves:
		}
		p.kill()
		then()
	}()
	err = p.await(out)
	close(serves)
	<-killed
	if err == nil {
		p.ended <- <-p.ended
	}
	return nil
}

func (s *supervised) generation() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number
}

// await waits until a process serves and gives it.
func (s *supervised) await(ctx context.Context) (*served, error) {
	for {
		s.mu.Lock()
		serving, current := s.serving, s.current
		s.mu.Unlock()
		if current != nil {
			return current, nil
		}
		select {
		case <-serving:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// during is ctx until the process that serves is gone. Over NATS nobody tells a
// client that its request was lost with the connection.
func (s *supervised) during(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if _, err := s.await(ctx); err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	down := s.down
	s.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-down:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel, nil
}

// client is a participant's client of this server.
func (s *supervised) client(as string) (*client, error) {
	c, err := openClient(s.folder, as, stableURL)
	if err != nil {
		return nil, err
	}
	transport, ok := c.http.Transport.(*http.Transport)
	if !ok {
		return nil, errors.New("the client has no transport of its own")
	}
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		p, err := s.await(ctx)
		if err != nil {
			return nil, err
		}
		return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(p.url, "https://"))
	}
	return c, nil
}

// natsReconnect is how long a client over NATS waits before it dials again: the
// dial itself waits for a process.
const natsReconnect = 10 * time.Millisecond

// natsClient is the same over NATS.
func (s *supervised) natsClient(ctx context.Context, as string) (*client, error) {
	return openClient(s.folder, as, defaultNATS, nats.SetCustomDialer(natsDialer{s, ctx}), nats.ReconnectWait(natsReconnect), nats.ReconnectJitter(0, 0))
}

// natsDialer finds where the process listens now.
type natsDialer struct {
	server *supervised
	ctx    context.Context //nolint:containedctx // the interface that it is for has none
}

func (d natsDialer) Dial(network, _ string) (net.Conn, error) {
	p, err := d.server.await(d.ctx)
	if err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(d.ctx, network, strings.TrimPrefix(p.nats, "tls://"))
}
