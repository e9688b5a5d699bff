package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"dragoman/configs"
	"dragoman/gateway"
)

// logServers is how many servers keep the log together: with three, one may be lost.
const logServers = 3

// Files of a cluster's folder.
const (
	clusterName = "cluster.json"
	clusterLog  = "server.log"
	clusterPID  = "pid"
)

// clusterPort is the first of the ports of a cluster, unless another is named: one for
// gateways and one for the other servers, each.
const clusterPort = 14222

func clusterCommand() command {
	c := command{
		name: "cluster", usage: "up|down [--dir DIR] [--port PORT] | server --dir DIR N", summary: "three servers that keep the log together, for gateways to share",
		help: `
'up' starts three NATS servers with JetStream as processes on this machine, each with
a folder of its own below DIR, which sync every message before they acknowledge it. The
log on them survives the loss of any one. Two or more gateways then serve the same log:

    dragoman cluster up --dir servers
    dragoman serve --servers ADDRESSES --data node-1 --listen 127.0.0.1:8443
    dragoman serve --servers ADDRESSES --data node-2 --listen 127.0.0.1:8444

with the ADDRESSES that 'up' prints. 'down' ends the servers and keeps what they have.
'server' runs one of them in the foreground, for a supervisor; 'up' starts just that.

The servers listen on this machine alone, without passwords. On machines of their own
run nats-server with the same settings: docs/operations.md has the file.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		dir := flags.String("dir", "servers", "`DIR` of the servers")
		port := flags.Int("port", clusterPort, "first of six `PORT`s in a row on which they listen")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		folder, err := filepath.Abs(*dir)
		if err != nil {
			return err
		}
		switch {
		case len(args) == 1 && args[0] == "up":
			return clusterUp(ctx, folder, *port, std)
		case len(args) == 1 && args[0] == "down":
			return clusterDown(ctx, folder, std)
		case len(args) == 2 && args[0] == "server":
			return clusterServer(ctx, folder, args[1], std)
		}
		return c.usagef("say up, down, or server and its number")
	}
	return c
}

// cluster is what a cluster's folder says of its servers.
type cluster struct {
	Servers []gateway.LogServer `json:"servers"`
}

// onLoopback are servers on ports in a row.
func onLoopback(folder string, port int) cluster {
	var all cluster
	address := func(n int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(n)) }
	for i := range logServers {
		s := gateway.LogServer{
			Name: fmt.Sprintf("log-%d", i+1), Cluster: "dragoman", Folder: filepath.Join(folder, fmt.Sprintf("log-%d", i+1)),
			Listen: address(port + i), Route: address(port + logServers + i),
		}
		for other := range logServers {
			if other != i {
				s.Routes = append(s.Routes, address(port+logServers+other))
			}
		}
		all.Servers = append(all.Servers, s)
	}
	return all
}

// write writes what a cluster's folder says.
func (c cluster) write(folder string) error {
	raw, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	for _, s := range c.Servers {
		if err := os.MkdirAll(s.Folder, 0o700); err != nil {
			return fmt.Errorf("make the folder of a log server: %w", err)
		}
	}
	return os.WriteFile(filepath.Join(folder, clusterName), append(raw, '\n'), 0o600)
}

func readCluster(folder string) (c cluster, err error) {
	raw, err := os.ReadFile(filepath.Join(folder, clusterName))
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("%w; 'dragoman cluster up --dir DIR' makes a cluster", err)
	}
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	return c, err
}

// addresses are where gateways find the servers.
func (c cluster) addresses() string {
	all := make([]string, len(c.Servers))
	for i, s := range c.Servers {
		all[i] = "nats://" + s.Listen
	}
	return strings.Join(all, ",")
}

func clusterUp(ctx context.Context, folder string, port int, std streams) error {
	c, err := readCluster(folder)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		c = onLoopback(folder, port)
		err = c.write(folder)
	}
	if err != nil {
		return err
	}
	for i := range c.Servers {
		if running(c.Servers[i].Folder) != nil {
			continue
		}
		if err := startLogServer(ctx, folder, c.Servers[i], i+1); err != nil {
			return err
		}
	}
	if err := gateway.AwaitServers(ctx, c.addresses()); err != nil {
		return err
	}
	say(std.out, "%d servers keep the log in %s:\n\n  %s\n\nTry next, in a folder made by 'dragoman init':\n  dragoman serve --servers %s --data node-1\n", len(c.Servers), folder, c.addresses(), c.addresses())
	return nil
}

// startLogServer starts one as a process that goes on when this one ends.
func startLogServer(ctx context.Context, folder string, s gateway.LogServer, number int) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	words, err := os.OpenFile(filepath.Join(s.Folder, clusterLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer words.Close()                                                                                                       //nolint:errcheck // the process has it
	p := exec.CommandContext(context.WithoutCancel(ctx), program, "cluster", "server", "--dir", folder, strconv.Itoa(number)) //nolint:gosec // this very program
	p.Stdout, p.Stderr, p.SysProcAttr = words, words, &syscall.SysProcAttr{Setsid: true}
	if err := p.Start(); err != nil {
		return err
	}
	return p.Process.Release()
}

// running is the process that serves a folder; nil: none does.
func running(folder string) *os.Process {
	raw, err := os.ReadFile(filepath.Join(folder, clusterPID))
	if err != nil {
		return nil
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return nil
	}
	p, err := os.FindProcess(pid)
	if err != nil || p.Signal(syscall.Signal(0)) != nil {
		return nil
	}
	return p
}

func clusterDown(ctx context.Context, folder string, std streams) error {
	c, err := readCluster(folder)
	if err != nil {
		return err
	}
	ended := 0
	for _, s := range c.Servers {
		p := running(s.Folder)
		if p == nil {
			continue
		}
		if err := p.Signal(syscall.SIGTERM); err != nil {
			return fmt.Errorf("end %s: %w", s.Name, err)
		}
		for running(s.Folder) != nil {
			if pause(ctx, clusterPoll); ctx.Err() != nil {
				return ctx.Err()
			}
		}
		ended++
	}
	say(std.out, "%d servers have ended; what they keep stays in %s\n", ended, folder)
	return nil
}

// clusterPoll is how often a server that ends is looked at.
const clusterPoll = 50 * time.Millisecond

// clusterServer is one server until it is told to end.
func clusterServer(ctx context.Context, folder, number string, std streams) error {
	c, err := readCluster(folder)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(c.Servers) {
		return fmt.Errorf("there is no server %q: they are numbered 1 to %d", number, len(c.Servers))
	}
	s := c.Servers[n-1]
	log, err := logger(configs.Log{Level: "info", Format: "json"})
	if err != nil {
		return err
	}
	running, err := gateway.StartLogServer(s, log)
	if err != nil {
		return err
	}
	defer running.Stop()
	pid := filepath.Join(s.Folder, clusterPID)
	if err := os.WriteFile(pid, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		return err
	}
	defer os.Remove(pid) //nolint:errcheck // one that is left names a process that is gone
	w := bufio.NewWriter(std.out)
	say(w, "%s keeps the log at nats://%s; data in %s\n", s.Name, s.Listen, s.Folder)
	if err := w.Flush(); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
