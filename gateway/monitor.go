package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"
)

// Monitor serves /metrics, /healthz and /readyz in plain HTTP, for the network of
// those who watch. It knows no callers, so it must not be open to participants;
// operators have the same at the HTTPS door.
type Monitor struct {
	server *http.Server
	listen net.Listener
}

// Bounds of the monitor: it has few clients and small answers.
const (
	monitorTimeout = 10 * time.Second
	monitorIdle    = 2 * time.Minute
)

// OpenMonitor listens on an address.
func OpenMonitor(n *Node, address string) (*Monitor, error) {
	listen, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open the monitor on %s: %w; choose another address with node.monitor.listen", address, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", n.metrics())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { health(w) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { n.readiness(w) })
	return &Monitor{listen: listen, server: &http.Server{
		Handler: mux, ReadTimeout: monitorTimeout, ReadHeaderTimeout: monitorTimeout, WriteTimeout: monitorTimeout, IdleTimeout: monitorIdle,
		MaxHeaderBytes: maxHeader, ErrorLog: zap.NewStdLog(n.log),
	}}, nil
}

// Address is where the monitor listens.
func (m *Monitor) Address() string { return m.listen.Addr().String() }

// Serve serves until Close.
func (m *Monitor) Serve() error {
	if err := m.server.Serve(m.listen); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close ends it.
func (m *Monitor) Close(ctx context.Context) error { return m.server.Shutdown(ctx) }

// metrics serves what the node counts.
func (n *Node) metrics() http.Handler {
	return promhttp.HandlerFor(n.meter.registry, promhttp.HandlerOpts{ErrorLog: zap.NewStdLog(n.log), MaxRequestsInFlight: 4, Timeout: monitorTimeout})
}

// health says that the process answers.
func health(w http.ResponseWriter) {
	w.Header().Set("Content-Type", textContent)
	_, _ = io.WriteString(w, "ok\n")
}

// readiness says whether the node is ready, or line by line why not.
func (n *Node) readiness(w http.ResponseWriter) {
	reasons := n.Unready()
	w.Header().Set("Content-Type", textContent)
	if len(reasons) == 0 {
		_, _ = io.WriteString(w, "ready\n")
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = io.WriteString(w, "not ready\n"+strings.Join(reasons, "\n")+"\n")
}

// The same at the HTTPS door. That it answers anybody may know; whether and why it
// is not ready names others' mailboxes, and is for the gateway's own people.

func (d *Door) healthz(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	health(w)
	return nil
}

func (d *Door) readyz(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	d.node.readiness(w)
	return nil
}

func (d *Door) metrics(w http.ResponseWriter, r *http.Request, _ Caller) error {
	d.node.metrics().ServeHTTP(w, r)
	return nil
}
