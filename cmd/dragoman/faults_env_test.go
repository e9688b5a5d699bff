package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestServeThatCannotStart: whatever keeps a gateway from starting is told in one
// message that says what to do, without a trace of the program's inside, and
// nothing of it does harm: afterwards the gateway starts as if nothing had been.
func TestServeThatCannotStart(t *testing.T) {
	r := newRig(t)
	all := r.pay(5)
	r.settled(all)
	second, out := r.call("serve", "--config", filepath.Join(r.folder, configName), "--listen", "127.0.0.1:0")
	if second != exitUsage || !strings.Contains(out, "another process has them open") {
		t.Errorf("a second process on the same books: exit %d: %s", second, out)
	}
	r.settled(all) // the first one is not disturbed
	r.stop()

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // a test's own
	config := filepath.Join(r.folder, configName)
	file := func(name string) string { return filepath.Join(r.folder, filepath.FromSlash(name)) }
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T)
		args  []string
		words []string
	}{
		{"the port is taken", nil, []string{"--listen", taken.Addr().String(), "--nats", "127.0.0.1:0"}, []string{taken.Addr().String(), "address already in use", "--listen"}},
		{"the port for NATS is taken", nil, []string{"--nats", taken.Addr().String()}, []string{taken.Addr().String(), "address already in use", "node.nats.listen"}},
		{"no such address", nil, []string{"--listen", "203.0.113.7:8443", "--nats", "127.0.0.1:0"}, []string{"203.0.113.7:8443", "--listen"}},
		{"no configuration", func(t *testing.T) { remove(t, config) }, nil, []string{configName, "no such file", "dragoman init"}},
		{"a configuration that is a folder", func(t *testing.T) { remove(t, config); mkdir(t, config) }, nil, []string{configName, "directory"}},
		{"a configuration that is no YAML", func(t *testing.T) { write(t, config, []byte("node: [\n")) }, nil, []string{configName + ":"}},
		{"an unknown key", func(t *testing.T) { replace(t, config, "  operator:", "  operater:") }, nil, []string{configName + ":", "operater", "operator"}},
		{"an unknown value", func(t *testing.T) { replace(t, config, "level: info", "level: loud") }, nil, []string{configName + ":", "loud", "info"}},
		{"no certificate", func(t *testing.T) { remove(t, file("server/cert.pem")) }, nil, []string{"server/cert.pem", "no such file"}},
		{"a certificate that is none", func(t *testing.T) { write(t, file("server/cert.pem"), []byte("x")) }, nil, []string{"server/cert.pem"}},
		{"the key of another certificate", func(t *testing.T) { copyTree(t, file("ca/key.pem"), file("server/key.pem")) }, nil, []string{"server/key.pem", "private key does not match"}},
		{"no authority of clients", func(t *testing.T) { remove(t, file("ca/cert.pem")) }, nil, []string{"ca/cert.pem", "no such file"}},
		{"a data folder that is a file", func(t *testing.T) { remove(t, file("data")); write(t, file("data"), []byte("x")) }, nil, []string{"data", "not a directory", "node.data"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sound := t.TempDir()
			copyTree(t, r.folder, sound)
			if c.spoil != nil {
				c.spoil(t)
			}
			args := append([]string{"serve", "--config", config}, c.args...)
			if c.args == nil || c.args[0] != "--listen" {
				args = append(args, "--listen", "127.0.0.1:0")
			}
			code, out := r.call(args...)
			t.Logf("%s", out)
			if code != exitUsage {
				t.Errorf("exit %d", code)
			}
			for _, word := range c.words {
				if !strings.Contains(out, word) {
					t.Errorf("it does not say %q: %s", word, out)
				}
			}
			if strings.Contains(out, "goroutine ") || strings.Count(out, "\n") > 4 {
				t.Errorf("it says too much: %s", out)
			}
			copyTree(t, sound, r.folder)
		})
	}
	r.start()
	r.settled(all)
	r.settled(r.pay(3))
	r.stop()
	r.digest()
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func replace(t *testing.T, path, old, replacement string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not contain %q", path, old)
	}
	write(t, path, []byte(strings.Replace(string(text), old, replacement, 1)))
}

// TestSIGTERMWhileBusy ends the process in order while banks send and wait: what
// was acknowledged is there, who waits is not kept, and the exit code is 0.
func TestSIGTERMWhileBusy(t *testing.T) {
	r := newRig(t)
	ctx, stopSending := context.WithCancel(t.Context())
	defer stopSending()
	acknowledged := make(chan []rigPayment)
	for range 4 {
		go func() { acknowledged <- r.keepPaying(ctx) }()
	}
	waiting := make(chan error, 1)
	go func() { // a long poll on a mailbox in which nothing comes
		_, err := r.client(r.banks[5].as).fetch(t.Context(), 1, "50s")
		waiting <- err
	}()
	r.settled(r.pay(20))
	r.stop()
	stopSending()
	if err := <-waiting; err != nil { // its connection was cut, when the time to drain was up
		t.Errorf("the one who waited was told: %v", err)
	}
	r.start()
	count := 0
	for range 4 {
		all := <-acknowledged
		r.settled(all)
		count += len(all)
	}
	t.Logf("%d payments were acknowledged", count)
	if count == 0 {
		t.Error("nothing was under way")
	}
	r.stop()
	r.digest()
}
