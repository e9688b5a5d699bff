package gateway

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"
)

// TestStartIsRefusedInWords: what keeps the log's server from starting is an error
// that says what to do, and never the end of the process.
func TestStartIsRefusedInWords(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // a test's port
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	running := newNATSRig(t)
	settings := func(change func(*Settings)) Settings {
		s := running.settings
		s.Folder = t.TempDir()
		change(&s)
		return s
	}
	for name, c := range map[string]struct {
		settings Settings
		want     string
	}{
		"port taken":        {settings(func(s *Settings) { s.NATS.Listen = taken.Addr().String() }), "set node.nats.listen to another"},
		"no such address":   {settings(func(s *Settings) { s.NATS.Listen = "192.0.2.1:4222" }), "open the NATS door on 192.0.2.1:4222"},
		"not an address":    {settings(func(s *Settings) { s.NATS.Listen = "nowhere" }), "open the NATS door on nowhere"},
		"no certificate":    {settings(func(s *Settings) { s.NATS.TLS = TLS{Certificate: file, Key: file, ClientCA: file} }), "certificate"},
		"folder is a file":  {settings(func(s *Settings) { s.Folder = file }), file},
		"log is a file":     {settings(func(s *Settings) { must(t, os.WriteFile(filepath.Join(s.Folder, "log"), nil, 0o600)) }), "log's folder"},
		"folder of another": {settings(func(s *Settings) { s.Folder = running.settings.Folder }), "another process"},
		"log cannot be read": {settings(func(s *Settings) {
			must(t, os.MkdirAll(filepath.Join(s.Folder, "log", "jetstream"), 0o700))
			must(t, os.WriteFile(filepath.Join(s.Folder, "log", "jetstream", "$G"), nil, 0o600))
		}), "log"},
	} {
		n, err := Start(t.Context(), c.settings)
		if err == nil {
			_ = n.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
		t.Logf("%s: %v", name, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestFullDisk: when the disk is full orders are refused, the node says so, what
// was acknowledged stays, and with room again it goes on from the next start.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits until requests run out of time")
	}
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("no file system of its own can be mounted here: %v", err)
	}
	defer func() { must(t, syscall.Unmount(folder, 0)) }()
	settings := Settings{Folder: folder, Clock: time.Now, Log: zap.NewNop(), First: testChange(t)}
	n, err := Start(t.Context(), settings)
	must(t, err)
	filler, err := os.Create(filepath.Join(folder, "filler"))
	must(t, err)
	block := make([]byte, 4096)
	for err == nil {
		_, err = filler.Write(block)
	}
	must(t, filler.Close())
	acknowledged, refusals := 0, 0
	for i := 0; i < 3000 && refusals < 3; i++ {
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		_, err := n.Desk.Receive(ctx, Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(i)...))
		cancel()
		if err == nil {
			acknowledged++
			continue
		}
		refusals++
		t.Logf("payment %d: %v", i, err)
	}
	if refusals == 0 {
		t.Error("a full disk takes everything")
	}
	unready := n.Unready()
	if len(unready) == 0 {
		t.Error("a full disk is not told")
	}
	t.Log(unready)
	if err := n.Close(); err != nil {
		t.Log("close:", err)
	}
	must(t, os.Remove(filepath.Join(folder, "filler")))
	n, err = Start(t.Context(), settings)
	must(t, err)
	if _, err := n.Desk.Receive(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(5000)...)); err != nil {
		t.Errorf("with room again: %v", err)
	}
	end, err := n.orders.End(t.Context())
	must(t, err)
	must(t, n.WaitFor(t.Context(), end))
	p, _ := n.Directory().ByBIC(mustBIC(t, testBanks[0]))
	if got := n.Books.MailboxEnd(p.ID); int(got) < acknowledged+1 {
		t.Errorf("%d answers for %d acknowledged messages", got, acknowledged+1)
	}
	if findings, err := n.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	must(t, n.Close())
	t.Logf("%d acknowledged, %d refused", acknowledged, refusals)
}
