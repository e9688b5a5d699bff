package gateway

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// LogServer is one of the servers that keep the log together, each in a process of its
// own. It is a nats-server as anybody would run it, with the settings that the log needs.
type LogServer struct {
	Name    string   `json:"name"`
	Cluster string   `json:"cluster"`
	Folder  string   `json:"folder"` // of its files
	Listen  string   `json:"listen"` // host:port for gateways
	Route   string   `json:"route"`  // host:port for the other servers
	Routes  []string `json:"routes"` // where it finds the others
	// Advertise is where it tells the others to find it; empty: at Route.
	Advertise string `json:"advertise,omitempty"`
}

// Bounds of connections between the servers: one that went without a word is found out
// before the log would have to choose another leader for it.
const (
	logServerPing    = 2 * time.Second
	logServerPings   = 2
	logServerStore   = 1 << 40
	logServerMemory  = 1 << 30
	logServerRefused = 1 // so many times an address that was only heard of is tried again
)

// RunningLogServer is one that runs.
type RunningLogServer struct{ server *server.Server }

// StartLogServer starts it and waits until gateways can connect.
func StartLogServer(s LogServer, log *zap.Logger) (*RunningLogServer, error) {
	options, err := s.options()
	if err != nil {
		return nil, err
	}
	running, err := server.NewServer(options)
	if err != nil {
		return nil, fmt.Errorf("start the log server %s: %w", s.Name, err)
	}
	running.SetLoggerV2(&serverLog{log: log}, false, false, false)
	running.Start()
	if !running.ReadyForConnections(embeddedStart) {
		running.Shutdown()
		return nil, fmt.Errorf("the log server %s is not ready after %s; if another program has one of its ports (%s, %s), choose others", s.Name, embeddedStart, s.Listen, s.Route)
	}
	return &RunningLogServer{running}, nil
}

// Stop ends it: the other servers are told.
func (r *RunningLogServer) Stop() {
	r.server.Shutdown()
	r.server.WaitForShutdown()
}

func (s *LogServer) options() (*server.Options, error) {
	o := &server.Options{
		ServerName: s.Name, NoSigs: true, JetStream: true, StoreDir: s.Folder, SyncAlways: true, MaxPayload: maxPayload, JetStreamMaxStore: logServerStore,
		JetStreamMaxMemory: logServerMemory, DisableJetStreamBanner: true, PingInterval: logServerPing, MaxPingsOut: logServerPings,
		// The servers tell nobody of each other: gateways and servers know all of them, and
		// on the ways that they were told.
		Cluster: server.ClusterOpts{
			Name: s.Cluster, NoAdvertise: true, Advertise: s.Advertise, ConnectRetries: logServerRefused, PingInterval: logServerPing, MaxPingsOut: logServerPings,
		},
	}
	var err error
	if o.Host, o.Port, err = hostAndPort(s.Listen); err != nil {
		return nil, err
	}
	if o.Cluster.Host, o.Cluster.Port, err = hostAndPort(s.Route); err != nil {
		return nil, err
	}
	for _, other := range s.Routes {
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats-route", Host: other})
	}
	return o, nil
}

func hostAndPort(address string) (string, int, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, fmt.Errorf("the address %q of a log server: %w", address, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return "", 0, fmt.Errorf("the address %q of a log server: %w", address, err)
	}
	return host, port, nil
}

// Bounds of the wait for servers that have just started: they must find each other and
// choose a leader.
const (
	serversPatience = 30 * time.Second
	serversAgain    = 200 * time.Millisecond
)

// AwaitServers waits until servers outside can keep a log.
func AwaitServers(ctx context.Context, urls string) error {
	ctx, cancel := context.WithTimeout(ctx, serversPatience)
	defer cancel()
	again := time.NewTicker(serversAgain)
	defer again.Stop()
	for {
		err := keepTogether(ctx, urls)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the servers at %s do not keep a log together after %s: %w", urls, serversPatience, err)
		case <-again.C:
		}
	}
}

// keepTogether tells why servers cannot keep a log now.
func keepTogether(ctx context.Context, urls string) error {
	nc, err := nats.Connect(urls, nats.Timeout(externalConnect))
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, externalConnect)
	defer cancel()
	_, err = js.AccountInfo(ctx)
	return err
}
