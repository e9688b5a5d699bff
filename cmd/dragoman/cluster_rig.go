package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"dragoman/gateway"
)

// clusterRig is a cluster for the proof: three log servers and some gateways, each a
// process of its own, with a link for every way between any two.
type clusterRig struct {
	folder string // made by init
	links  []*link
	logs   []*logProcess
	nodes  []*supervised
	watch  []string // addresses of the gateways' monitors
	words  *lastLine
	file   *os.File
}

// logProcess is one log server.
type logProcess struct {
	gateway.LogServer
	number int
	folder string
	words  io.Writer

	mu      sync.Mutex
	command *exec.Cmd
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// newClusterRig lays out the cluster; nothing runs yet.
func newClusterRig(folder string, nodes int) (c *clusterRig, err error) {
	c = &clusterRig{folder: folder}
	if c.file, err = os.Create(filepath.Join(folder, serveLog)); err != nil {
		return nil, err
	}
	c.words = &lastLine{to: c.file}
	var all cluster
	for i := range logServers {
		s := gateway.LogServer{Name: logName(i), Cluster: "proof", Folder: filepath.Join(folder, logName(i))}
		for _, address := range []*string{&s.Listen, &s.Route} {
			if *address, err = freePort(); err != nil {
				return nil, err
			}
		}
		s.Advertise = "127.0.0.1:1" // nobody is to find a way that is no link
		all.Servers = append(all.Servers, s)
	}
	for i := range all.Servers {
		for other := range all.Servers {
			if other == i {
				continue
			}
			l, err := c.link(logName(i), logName(other), all.Servers[other].Route)
			if err != nil {
				return nil, err
			}
			all.Servers[i].Routes = append(all.Servers[i].Routes, l.address())
		}
	}
	if err := all.write(folder); err != nil {
		return nil, err
	}
	for i, s := range all.Servers {
		c.logs = append(c.logs, &logProcess{LogServer: s, number: i + 1, folder: folder, words: c.words})
	}
	for n := range nodes {
		if err := c.addNode(n, all); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *clusterRig) addNode(n int, all cluster) error {
	var ways []string
	for i, s := range all.Servers {
		l, err := c.link(nodeName(n), logName(i), s.Listen)
		if err != nil {
			return err
		}
		ways = append(ways, "nats://"+l.address())
	}
	monitor, err := freePort()
	if err != nil {
		return err
	}
	s := newSupervised(c.folder, c.words)
	s.more = []string{"--servers", strings.Join(ways, ","), "--data", nodeName(n), "--monitor", monitor}
	c.nodes, c.watch = append(c.nodes, s), append(c.watch, monitor)
	return nil
}

func logName(i int) string  { return fmt.Sprintf("log-%d", i+1) }
func nodeName(i int) string { return fmt.Sprintf("node-%d", i+1) }

func (c *clusterRig) link(from, to, target string) (*link, error) {
	l, err := newLink(from, to, target)
	if err == nil {
		c.links = append(c.links, l)
	}
	return l, err
}

// start starts everything and waits until all gateways serve.
func (c *clusterRig) start(ctx context.Context) error {
	for _, l := range c.logs {
		if err := l.start(ctx); err != nil {
			return err
		}
	}
	for _, n := range c.nodes {
		if err := c.startNode(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// startNode starts a gateway: as a supervisor would, again and again while the servers
// have no leader.
func (c *clusterRig) startNode(ctx context.Context, n *supervised) error {
	for deadline := time.Now().Add(startPatience); ; {
		err := n.start(ctx)
		if err == nil || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		pause(ctx, startAgain)
	}
}

const (
	startPatience = time.Minute
	startAgain    = 250 * time.Millisecond
)

// stop ends everything at once.
func (c *clusterRig) stop() {
	for _, n := range c.nodes {
		n.kill()
	}
	for _, l := range c.logs {
		l.kill()
	}
	for _, l := range c.links {
		l.close()
	}
	_ = c.file.Close()
}

func (l *logProcess) start(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	p := exec.CommandContext(context.WithoutCancel(ctx), program, "cluster", "server", "--dir", l.folder, strconv.Itoa(l.number)) //nolint:gosec // this very program
	p.Stderr = l.words
	out, err := p.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.Start(); err != nil {
		return err
	}
	if lines := bufio.NewScanner(out); !lines.Scan() {
		return fmt.Errorf("%s does not start: %w", l.Name, p.Wait())
	}
	l.mu.Lock()
	l.command = p
	l.mu.Unlock()
	return nil
}

func (l *logProcess) kill() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.command != nil {
		_ = l.command.Process.Kill()
		_ = l.command.Wait()
		l.command = nil
	}
}

func (l *logProcess) signal(s syscall.Signal) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.command.Process.Signal(s)
}

// leader is the gateway that leads by its own word; -1: none does.
func (c *clusterRig) leader(ctx context.Context) int {
	for i, address := range c.watch {
		if c.leads(ctx, address) {
			return i
		}
	}
	return -1
}

// monitorPatience is how long a gateway may take to say how it is.
const monitorPatience = 500 * time.Millisecond

func (c *clusterRig) leads(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, monitorPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if lines.Text() == "dragoman_leads 1" {
			return true
		}
	}
	return false
}

// between are the links between two processes, whoever calls whom.
func (c *clusterRig) between(one, other string) (there, back []*link) {
	for _, l := range c.links {
		switch {
		case l.from == one && l.to == other:
			there = append(there, l)
		case l.from == other && l.to == one:
			back = append(back, l)
		}
	}
	return there, back
}

// cut lets nothing through from one process to another; and back, if both.
func (c *clusterRig) cut(one, other string, both bool) {
	there, back := c.between(one, other)
	for _, l := range there {
		l.there.set(false)
		if both {
			l.back.set(false)
		}
	}
	for _, l := range back {
		l.back.set(false)
		if both {
			l.there.set(false)
		}
	}
}

// heal opens all ways and makes them quick.
func (c *clusterRig) heal() {
	for _, l := range c.links {
		l.there.set(true)
		l.back.set(true)
		l.delay.Store(0)
	}
}
