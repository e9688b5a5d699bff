package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
)

// served is a serving process: this very program, run as a child on a folder
// made by init.
type served struct {
	command *exec.Cmd
	url     string
	nats    string     // where the door for NATS is, tls://…; empty: there is none
	ended   chan error // gets the one result of the process
	clients map[string]*client
}

var servesNATS = regexp.MustCompile(`^dragoman serves (tls://\S+) to NATS clients`)

var servesLine = regexp.MustCompile(`^dragoman serves (https://\S+);`)

// startServing runs this program as a server and waits until it serves. What it
// complains of goes to complaints. Further arguments are those of serve.
func startServing(ctx context.Context, folder string, complaints io.Writer, more ...string) (*served, error) {
	s, lines, err := launch(ctx, folder, complaints, more...)
	if err != nil {
		return nil, err
	}
	return s, s.await(lines)
}

// launch starts the server without waiting until it serves.
func launch(ctx context.Context, folder string, complaints io.Writer, more ...string) (*served, io.Reader, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	arguments := append([]string{"serve", "--config", filepath.Join(folder, configName), "--listen", "127.0.0.1:0"}, more...)
	command := exec.CommandContext(context.WithoutCancel(ctx), program, arguments...) //nolint:gosec // this very program
	command.Dir = folder
	command.Stderr = complaints
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	return &served{command: command, ended: make(chan error, 1), clients: map[string]*client{}}, out, nil
}

// await reads the words of a launched server until it says where it serves.
func (s *served) await(out io.Reader) error {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := servesNATS.FindStringSubmatch(lines.Text()); m != nil {
			s.nats = m[1]
		}
		if m := servesLine.FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			break
		}
	}
	go func() {
		_, _ = io.Copy(io.Discard, out) // its further words must be taken
		s.ended <- s.command.Wait()
	}()
	if s.url == "" {
		return fmt.Errorf("the serving process ended before it served: %w", <-s.ended)
	}
	return nil
}

// kill ends the process at once: what it had not told the system is lost. (What
// it had told the system but not the disk is not: that takes a power failure.)
func (s *served) kill() { _ = s.command.Process.Kill() }

// stop asks the process to end and waits.
func (s *served) stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return <-s.ended
}
