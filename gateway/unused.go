package gateway

import (
	"net"
	"net/http"
	"sync"
)

// unused are connections on which no request has come yet. Clients open more than
// they use; an orderly end would wait five seconds for each.
type unused struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
	ended bool
}

// state is told whenever a connection changes.
func (u *unused) state(conn net.Conn, s http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case s != http.StateNew:
		delete(u.conns, conn)
	case u.ended:
		_ = conn.Close()
	default:
		u.conns[conn] = struct{}{}
	}
}

// end closes them, and those that come later.
func (u *unused) end() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.ended = true
	for conn := range u.conns {
		_ = conn.Close()
	}
}
