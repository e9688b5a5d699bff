package main

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// link is the way from one process to another: everything between them goes through it,
// so that it can be cut, in one direction or both, and made slow. What is sent into a way
// that is cut waits, as TCP has it wait, and comes when the way is open again or not at
// all.
type link struct {
	from, to string // names, for people
	listen   net.Listener
	target   string

	there, back *way
	delay       atomic.Int64 // of everything, nanoseconds

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// way is one direction of a link.
type way struct {
	mu     sync.Mutex
	opened chan struct{} // closed while it is open
}

func openWay() *way {
	w := &way{opened: make(chan struct{})}
	close(w.opened)
	return w
}

func (w *way) set(open bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.opened:
		if !open {
			w.opened = make(chan struct{})
		}
	default:
		if open {
			close(w.opened)
		}
	}
}

func (w *way) open() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opened
}

// newLink opens a link to an address on a port of its own.
func newLink(from, to, target string) (*link, error) {
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &link{from: from, to: to, listen: listen, target: target, there: openWay(), back: openWay(), conns: map[net.Conn]bool{}}
	go l.serve()
	return l, nil
}

func (l *link) address() string { return l.listen.Addr().String() }

// close ends the link and all that goes through it.
func (l *link) close() {
	_ = l.listen.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		_ = c.Close()
	}
}

func (l *link) serve() {
	for {
		c, err := l.listen.Accept()
		if err != nil {
			return
		}
		go l.carry(c)
	}
}

// carry connects one side with the other until either ends.
func (l *link) carry(near net.Conn) {
	ended := make(chan struct{})
	defer close(ended)
	defer near.Close() //nolint:errcheck // it ends
	select {
	case <-l.there.open():
	case <-time.After(linkPatience):
		return
	}
	far, err := net.DialTimeout("tcp", l.target, linkPatience)
	if err != nil {
		return
	}
	defer far.Close() //nolint:errcheck // it ends
	l.mu.Lock()
	l.conns[near], l.conns[far] = true, true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.conns, near)
		delete(l.conns, far)
		l.mu.Unlock()
	}()
	var both sync.WaitGroup
	both.Go(func() { l.pump(far, near, l.there, ended) })
	both.Go(func() { l.pump(near, far, l.back, ended) })
	both.Wait()
}

const (
	linkPatience = 5 * time.Second
	linkChunk    = 64 << 10
	linkFlight   = 256 // chunks on their way
)

// pump carries one direction; when it ends both sides are closed.
func (l *link) pump(to, from net.Conn, w *way, ended <-chan struct{}) {
	type chunk struct {
		body []byte
		due  time.Time
	}
	flight := make(chan chunk, linkFlight)
	go func() {
		defer close(flight)
		for {
			b := make([]byte, linkChunk)
			n, err := from.Read(b)
			if n > 0 {
				select {
				case flight <- chunk{b[:n], time.Now().Add(time.Duration(l.delay.Load()))}:
				case <-ended:
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	defer func() {
		_ = from.Close()
		_ = to.Close()
		for range flight {
			continue // what is on its way is lost
		}
	}()
	for c := range flight {
		pause(context.Background(), time.Until(c.due)) // the connection ends when either side closes
		select {
		case <-w.open():
		case <-time.After(linkDead):
			return // nobody keeps a connection that long into nothing
		}
		if _, err := to.Write(c.body); err != nil {
			return
		}
	}
}

// linkDead is how long a connection lives whose way is cut.
const linkDead = time.Minute
