package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ready asks the gateway whether it is, and gives what it says.
func (r *rig) ready() (ok bool, text string) {
	r.t.Helper()
	answer, err := r.client("operator-1").call(r.t.Context(), "GET", "/readyz", jsonBody, nil, nil)
	if err != nil {
		return false, err.Error() + string(answer)
	}
	return true, string(answer)
}

// isReady waits until it says that all is well.
func (r *rig) isReady() {
	r.t.Helper()
	r.until("it is ready", func() bool {
		ok, _ := r.ready()
		return ok
	})
}

// until asks again and again until it is so.
func (r *rig) until(what string, so func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), rigPatience)
	defer cancel()
	for !so() {
		if pause(ctx, 50*time.Millisecond); ctx.Err() != nil {
			_, said := r.ready()
			r.t.Fatalf("after %s still not: %s; it says of itself: %s", rigPatience, what, said)
		}
	}
}

// tryFor sends a payment, and gives up after that time.
func (r *rig) tryFor(p rigPayment, d time.Duration) error {
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	defer cancel()
	return r.post(ctx, p)
}

// smallDisk puts a file system of that many megabytes in place of a folder.
func smallDisk(t *testing.T, folder string, megabytes int) {
	t.Helper()
	mkdir(t, folder)
	err := syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes))
	if errors.Is(err, syscall.EPERM) {
		t.Skip("only root may mount a small disk, and not in every container")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// TestDiskFull fills the disk of the gateway, or of its log alone, while banks
// send: nothing that was acknowledged is lost, /readyz and the banks are told, reads
// go on, and when there is room again it goes on by itself.
func TestDiskFull(t *testing.T) {
	t.Parallel() // it waits more than it works
	for _, disk := range []string{"data", "data/log"} {
		t.Run(strings.ReplaceAll(disk, "/", " "), func(t *testing.T) { diskFull(t, disk) })
	}
}

func diskFull(t *testing.T, disk string) {
	r := newRig(t, func(r *rig) { smallDisk(t, filepath.Join(r.folder, disk), 192) })
	before := r.pay(20)
	r.settled(before)
	ballast := filepath.Join(r.folder, disk, "ballast")
	fill(t, ballast)
	var acknowledged, unknown []rigPayment
	r.until("it takes no payments and says so", func() bool {
		p := r.payment()
		if r.tryFor(p, 2*time.Second) == nil {
			acknowledged = append(acknowledged, p)
			return false
		}
		unknown = append(unknown, p)
		_, said := r.ready()
		return strings.Contains(said, "no new orders") || strings.Contains(said, "the log has not") || strings.Contains(said, "log's server")
	})
	_, said := r.ready()
	t.Logf("%d acknowledged and %d not before it says: %s", len(acknowledged), len(unknown), said)
	r.settled(before) // reads go on
	remove(t, ballast)
	r.until("it takes payments when there is room", func() bool { return r.tryFor(unknown[len(unknown)-1], 2*time.Second) == nil })
	r.until("it no longer says that it takes none", func() bool { // of the small disk it warns on
		_, said := r.ready()
		return !strings.Contains(said, "no new orders") && !strings.Contains(said, "log's server")
	})
	r.settled(acknowledged)
	for _, p := range unknown { // the banks send again what was not acknowledged
		if err := r.post(t.Context(), p); err != nil {
			t.Error(err)
		}
	}
	r.settled(unknown)
	r.stop()
	r.digest()
}

// TestReadOnlyDisk starts the gateway on a disk that cannot be written.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	var data string
	r := newRig(t, func(r *rig) {
		data = filepath.Join(r.folder, "data")
		smallDisk(t, data, 192)
	})
	all := r.pay(5)
	r.settled(all)
	r.stop()
	if err := syscall.Mount("tmpfs", data, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	r.refuses("read-only file system", data)
	if err := syscall.Mount("tmpfs", data, "", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	r.start()
	r.settled(all)
	r.stop()
	r.digest()
}

// fill writes until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1 << 20, 4096} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestSlowClients holds many connections half open, some without a word and some
// that send a byte now and then: others are served as before.
func TestSlowClients(t *testing.T) {
	r := newRig(t)
	p, err := r.server.await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(p.url, "https://")
	var held []net.Conn
	defer func() {
		for _, c := range held {
			_ = c.Close()
		}
	}()
	transport := r.client(r.banks[3].as).http.Transport.(*http.Transport)
	for i := range 900 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 { // one with a certificate that begins a request and never ends it
			secure := tls.Client(c, &tls.Config{MinVersion: tls.VersionTLS13, ServerName: "localhost", RootCAs: transport.TLSClientConfig.RootCAs, Certificates: transport.TLSClientConfig.Certificates})
			go func() {
				if secure.HandshakeContext(t.Context()) == nil {
					_, _ = fmt.Fprintf(secure, "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n<")
				}
			}()
		}
		held = append(held, c)
	}
	for range 20 {
		r.client(r.banks[0].as).http.CloseIdleConnections() // a handshake for each
		if err := r.tryFor(r.payment(), rigPatience); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoFileDescriptors lets the process have few file descriptors and takes them
// all: it keeps what it has acknowledged, and goes on when they are free again.
func TestNoFileDescriptors(t *testing.T) {
	t.Parallel() // it waits more than it works
	r := newRig(t)
	all := r.pay(10)
	p, err := r.server.await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const few = 64
	if out, err := exec.Command("prlimit", fmt.Sprintf("--pid=%d", p.command.Process.Pid), fmt.Sprintf("--nofile=%d:%d", few, few)).CombinedOutput(); err != nil {
		t.Skipf("prlimit: %v %s", err, out)
	}
	var held []net.Conn
	for range 4 * few {
		c, err := net.DialTimeout("tcp", strings.TrimPrefix(p.url, "https://"), time.Second)
		if err != nil {
			break
		}
		held = append(held, c)
	}
	during := []rigPayment{}
	for range 10 {
		p := r.payment()
		if r.tryFor(p, time.Second) == nil {
			during = append(during, p)
		}
	}
	for _, c := range held {
		_ = c.Close()
	}
	last := r.payment()
	r.until("a payment is taken", func() bool { return r.tryFor(last, 2*time.Second) == nil })
	t.Logf("%d connections were held, %d of 10 payments were taken meanwhile", len(held), len(during))
	r.isReady()
	r.settled(append(append(all, during...), last))
	r.stop()
	r.digest()
}

// TestPause stops the process past its timeouts, as a suspended machine does, while
// clients wait: they get their answers when it goes on.
func TestPause(t *testing.T) {
	t.Parallel() // it waits more than it works
	r := newRig(t)
	p, err := r.server.await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stopSending := context.WithCancel(t.Context())
	acknowledged := make(chan []rigPayment)
	go func() { acknowledged <- r.keepPaying(ctx) }()
	waiting := make(chan error, 1)
	go func() {
		_, err := r.client(r.banks[5].as).fetch(t.Context(), 1, "5s")
		waiting <- err
	}()
	r.settled(r.pay(5))
	if err := p.command.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	asleep := r.payment()
	answered := make(chan error, 1)
	go func() {
		err := r.post(t.Context(), asleep)
		var refused *answerError
		for errors.As(err, &refused) && refused.status == http.StatusServiceUnavailable { // it must come to its senses first
			refused = nil
			pause(t.Context(), 50*time.Millisecond)
			err = r.post(t.Context(), asleep)
		}
		answered <- err
	}()
	pause(t.Context(), pauseFor())
	if err := p.command.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("the one who sent while it stood still: %v", err)
	}
	if err := <-waiting; err != nil { // longer than an answer may take: the connection is gone
		if _, again := r.client(r.banks[5].as).fetch(t.Context(), 1, "0s"); again != nil {
			t.Errorf("the one who waited for mail: %v, and then %v", err, again)
		}
	}
	more := r.pay(5)
	stopSending()
	all := append(append(<-acknowledged, asleep), more...)
	r.settled(all)
	r.isReady()
	t.Logf("it stood still for %s; %d payments were acknowledged", pauseFor(), len(all))
	r.stop()
	r.digest()
}

// pauseFor is how long the process stands still: past the timeouts of the log and
// of the lane, or as DRAGOMAN_PAUSE says.
func pauseFor() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("DRAGOMAN_PAUSE")); err == nil {
		return d
	}
	return 7 * time.Second
}

// TestForeignCertificate: who comes with the certificate of another authority, or
// to the gateway of another, is told so.
func TestForeignCertificate(t *testing.T) {
	t.Parallel() // it waits more than it works
	r, other := newRig(t), newRig(t)
	copyTree(t, filepath.Join(other.folder, "certs", "jade-bank"), filepath.Join(r.folder, "certs", "foreign"))
	copyTree(t, filepath.Join(r.folder, "certs", "jade-bank", "ca.pem"), filepath.Join(r.folder, "certs", "foreign", "ca.pem"))
	for _, c := range []struct {
		as, dir string
		words   []string
	}{
		{"foreign", r.folder, []string{"refuses the certificate of foreign", "unknown certificate authority"}},
		{"jade-bank", other.folder, []string{"not of this folder's authority", "--dir"}},
	} {
		p, err := r.server.await(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		code, out := r.call("accounts", "--dir", c.dir, "--as", c.as, "--server", p.url)
		t.Logf("exit %d: %s", code, out)
		if code == exitOK {
			t.Error("it is let in")
		}
		for _, word := range c.words {
			if !strings.Contains(out, word) {
				t.Errorf("it does not say %q: %s", word, out)
			}
		}
	}
}
