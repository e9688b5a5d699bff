package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// rig is a gateway in a folder of its own, served by a process of its own, and
// what a test needs to act as its banks. Whatever happens to it, in the end its
// books must be clean and the log must give the same books again.
type rig struct {
	t      *testing.T
	folder string
	said   *bytes.Buffer // what the processes complained of
	server *supervised
	scribe *scribe
	banks  []demoBank

	mu      sync.Mutex
	clients map[string]*client
	sent    int
}

// rigPatience is how long a test waits for what should come at once. Only a test
// that fails waits for it, so it is far more than a busy machine takes.
const rigPatience = 3 * time.Minute

func newRig(t *testing.T, options ...func(*rig)) *rig {
	t.Helper()
	if testing.Short() {
		t.Skip("it runs the whole program")
	}
	r := &rig{t: t, folder: t.TempDir(), said: &bytes.Buffer{}, scribe: newScribe(chanceOf(1, 7), time.Now()), clients: map[string]*client{}}
	for _, option := range options {
		option(r)
	}
	made, err := makeFolder(r.folder, exampleBanks(), true, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range made.Participants {
		if m.Role == "participant" {
			bic, err := messages.ParseBIC(m.BIC)
			if err != nil {
				t.Fatal(err)
			}
			r.banks = append(r.banks, demoBank{m.As, m.Name, bic})
		}
	}
	r.server = newSupervised(r.folder, &lastLine{to: r.said})
	t.Cleanup(func() {
		r.server.kill()
		if t.Failed() {
			t.Logf("the processes said:\n%s", r.said)
		}
	})
	r.start()
	r.issue("CNY", "1000000.00", r.banks[:2]...)
	return r
}

func (r *rig) start() {
	r.t.Helper()
	if err := r.server.start(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) stop() {
	r.t.Helper()
	if err := r.server.stop(); err != nil {
		r.t.Fatalf("the server does not end in order: %v\n%s", err, r.said)
	}
}

func (r *rig) client(as string) *client {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clients[as] == nil {
		c, err := r.server.client(as)
		if err != nil {
			r.t.Fatal(err)
		}
		r.clients[as] = c
	}
	return r.clients[as]
}

// issue gives every bank that much.
func (r *rig) issue(currency, amount string, banks ...demoBank) {
	r.t.Helper()
	for _, a := range assets() {
		if a.code != currency {
			continue
		}
		for _, bank := range banks {
			if err := issueMoney(r.t.Context(), r.client(a.folder(1)), r.client(a.folder(2)), gateway.DecisionRequest{
				Action: gateway.ActionIssue, Bank: bank.bic, Currency: currency, Amount: amount, Reason: "test",
			}); err != nil {
				r.t.Fatal(err)
			}
		}
	}
}

// payment is one payment of 1.00 from the first bank to the second.
type rigPayment struct {
	id, uetr string
	body     []byte
}

func (r *rig) payment() rigPayment {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent++
	p := rigPayment{id: fmt.Sprintf("RIG-%06d", r.sent), uetr: r.scribe.uetr()}
	p.body = r.scribe.transfer("pacs.008.001.08", r.banks[0], p.id, []draft{{id: p.id + "-0", uetr: p.uetr, amount: money(100, "CNY"), to: r.banks[1], agent: r.banks[1].bic}})
	return p
}

// post sends a payment once.
func (r *rig) post(ctx context.Context, p rigPayment) error {
	_, err := r.client(r.banks[0].as).call(ctx, "POST", "/v1/messages", xmlBody, p.body, nil)
	return err
}

// pay sends so many payments, some at a time, until each is acknowledged.
func (r *rig) pay(n int) []rigPayment {
	r.t.Helper()
	all := make([]rigPayment, n)
	var sending sync.WaitGroup
	slots := make(chan struct{}, 8)
	for i := range all {
		all[i] = r.payment()
		slots <- struct{}{}
		sending.Go(func() {
			defer func() { <-slots }()
			if err := r.post(r.t.Context(), all[i]); err != nil {
				r.t.Error(err)
			}
		})
	}
	sending.Wait()
	return all
}

// keepPaying sends one payment after the other until ctx ends, and gives those
// that were acknowledged.
func (r *rig) keepPaying(ctx context.Context) (acknowledged []rigPayment) {
	for ctx.Err() == nil {
		if p := r.payment(); r.post(ctx, p) == nil {
			acknowledged = append(acknowledged, p)
		}
	}
	return acknowledged
}

// settled wants every payment in the books, settled and once.
func (r *rig) settled(all []rigPayment) {
	r.t.Helper()
	for _, p := range all {
		var found struct{ Payments []booked }
		if _, err := r.client(r.banks[0].as).call(r.t.Context(), "GET", "/v1/payments/"+p.uetr, jsonBody, nil, &found); err != nil {
			r.t.Errorf("payment %s: %v", p.id, err)
			continue
		}
		if len(found.Payments) != 1 || found.Payments[0].State != "settled" {
			r.t.Errorf("payment %s is in the books as %v", p.id, found.Payments)
		}
	}
}

// mailbox reads a whole mailbox, from its first message on.
func (r *rig) mailbox(as string) (all []mail) {
	r.t.Helper()
	for {
		box, err := r.client(as).fetch(r.t.Context(), uint64(len(all))+1, "0s")
		if err != nil {
			r.t.Fatal(err)
		}
		if len(box) == 0 {
			return all
		}
		all = append(all, box...)
	}
}

var digestText = regexp.MustCompile(`digest ([0-9a-f]{64})`)

// digest audits the books of the gateway, which is stopped, rebuilds them from
// the log, and gives their digest.
func (r *rig) digest() string {
	r.t.Helper()
	var digests []string
	for _, check := range []string{"audit", "replay"} {
		code, out := r.call(check, "--data", filepath.Join(r.folder, "data"))
		found := digestText.FindStringSubmatch(out)
		if code != exitOK || found == nil {
			r.t.Fatalf("dragoman %s: exit %d\n%s", check, code, out)
		}
		digests = append(digests, found[1])
	}
	if digests[0] != digests[1] {
		r.t.Fatalf("audit says digest %s, replay %s", digests[0], digests[1])
	}
	return digests[0]
}

// call runs the program and gives its exit code and all that it said. What does
// not end by itself is ended, and fails the test.
func (r *rig) call(args ...string) (code int, out string) {
	r.t.Helper()
	program, err := os.Executable()
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(r.t.Context(), rigPatience)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	command.Dir = r.folder
	said, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		r.t.Fatalf("dragoman %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return command.ProcessState.ExitCode(), string(said)
}

// refuses wants serve to end by itself and to say all of that.
func (r *rig) refuses(words ...string) {
	r.t.Helper()
	code, out := r.call("serve", "--config", filepath.Join(r.folder, configName), "--listen", "127.0.0.1:0")
	if code != exitUsage {
		r.t.Errorf("serve: exit %d\n%s", code, out)
	}
	for _, word := range words {
		if !strings.Contains(out, word) {
			r.t.Errorf("serve does not say %q but: %s", word, out)
		}
	}
	if strings.Contains(out, "panic") || strings.Contains(out, "goroutine ") {
		r.t.Errorf("serve panics:\n%s", out)
	}
}

// copyTree copies a folder or file, in place of what is there.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, below)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		return copyFile(path, target)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
