package gateway

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/store"
	"dragoman/store/evidence"
)

// backupRig is a node with a key that can be backed up.
type backupRig struct {
	t      *testing.T
	folder string
	node   *Node
	key    evidence.FirstKey
	change func(*Settings)
}

func newBackupRig(t *testing.T) *backupRig {
	r := &backupRig{t: t, folder: t.TempDir()}
	signer, key := testSigner(t)
	r.key, r.change = key, func(s *Settings) { s.Signer = signer }
	s := Settings{Folder: r.folder, Clock: time.Now, Log: zap.NewNop(), First: testChange(t)}
	r.change(&s)
	var err error
	if r.node, err = Start(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	issueAt(t, r.node, testBanks[0], "999999999.00")
	return r
}

func (r *backupRig) backUp() string {
	r.t.Helper()
	b, done, err := r.node.prepareBackup(context.Background(), Caller{Participant: mustBIC(r.t, testGateway)})
	if err != nil {
		r.t.Fatal(err)
	}
	defer done()
	path := filepath.Join(r.t.TempDir(), "backup.zip")
	f, err := os.Create(path)
	if err == nil {
		err = errors.Join(b.write(context.Background(), f), f.Close())
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return path
}

func (r *backupRig) close() (state store.State) {
	r.t.Helper()
	applyAll(r.t, r.node)
	state = r.node.Books.State()
	if err := r.node.Close(); err != nil {
		r.t.Fatal(err)
	}
	return state
}

func (r *backupRig) restoring(backup string) Restoring {
	return Restoring{Backup: backup, Folder: filepath.Join(r.t.TempDir(), "data"), Log: zap.NewNop(), Keys: r.key.Key}
}

// mails is everything in a bank's mailbox, as numbers and bytes.
func mailsOf(t *testing.T, n *Node, bank string) []store.Mail {
	t.Helper()
	mails, err := n.Books.Mailbox(partyOf(t, n, bank), 1, 10_000, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return mails
}

// TestBackupWhileServing: a backup made while payments go on is restored beside the
// newer log, catches up to the same digest, and mails nothing twice.
func TestBackupWhileServing(t *testing.T) {
	r := newBackupRig(t)
	var paying sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	sent := 0
	paying.Go(func() {
		for ; ctx.Err() == nil; sent++ {
			if _, err := r.node.Desk.Receive(context.Background(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(sent)...)); err != nil {
				t.Error(err)
			}
		}
	})
	for r.node.Books.State().Payment < 20 {
		if err := r.node.WaitFor(context.Background(), r.node.Books.State().Sequence+1); err != nil {
			t.Fatal(err)
		}
	}
	backup := r.backUp()
	m, err := ReadBackup(backup)
	if err != nil {
		t.Fatal(err)
	}
	for r.node.Books.State().Sequence < m.Groups+20 {
		if err := r.node.WaitFor(context.Background(), r.node.Books.State().Sequence+1); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	paying.Wait()
	applyAll(t, r.node)
	mails := mailsOf(t, r.node, testBanks[1])
	state := r.close()
	restoring := r.restoring(backup)
	restoring.NewerLog = filepath.Join(r.folder, logName)
	if _, err := Restore(context.Background(), restoring); err != nil {
		t.Fatal(err)
	}
	n, err := restart(restoring.Folder, r.change)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d payments; the backup has %d groups, the log %d", sent, m.Groups, state.Sequence)
	if again := mailsOf(t, n, testBanks[1]); len(again) != len(mails) {
		t.Errorf("the mailbox has %d messages, had %d", len(again), len(mails))
	} else {
		for i := range again {
			if again[i].Record.Mail != mails[i].Record.Mail || !bytes.Equal(again[i].Payload, mails[i].Payload) {
				t.Errorf("message %d of the mailbox is another one", i+1)
			}
		}
	}
	payAgain(t, n, 5000, 3) // it goes on
	if after := n.Books.State(); after.Payment != state.Payment+3 {
		t.Errorf("%d payments, want 3 more than %d", after.Payment, state.Payment)
	}
	sound(t, n, n.Books.State())
}

// TestRestoreWithoutTheLog: a backup alone gives the same digest, and its log replays
// to it; new orders wait until two operators have accepted that the log ends there.
func TestRestoreWithoutTheLog(t *testing.T) {
	r := newBackupRig(t)
	payAgain(t, r.node, 0, 12)
	backup := r.backUp()
	m, err := ReadBackup(backup)
	if err != nil {
		t.Fatal(err)
	}
	payAgain(t, r.node, 100, 5) // these are lost
	r.close()
	restoring := r.restoring(backup)
	if _, err := Restore(context.Background(), restoring); err != nil {
		t.Fatal(err)
	}
	replayed, err := Replay(context.Background(), NATSSettings{}, restoring.Folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !replayed.Same() || replayed.Own.Sequence != m.Groups {
		t.Fatalf("replay of the restored folder: %v %+v", err, replayed)
	}
	n, err := restart(restoring.Folder, r.change)
	if err != nil {
		t.Fatal(err)
	}
	send := func(i int) error {
		_, err := n.Desk.Receive(context.Background(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(i)...))
		return err
	}
	if err := send(100); !errors.Is(err, ErrStopped) {
		t.Fatalf("a new order after the restore: %v", err)
	}
	waiting := strings.Join(n.Unready(), "\n")
	subject := n.restored.Load().subject()
	if !strings.Contains(waiting, "dragoman accept-restore "+subject) {
		t.Errorf("what keeps it from being ready: %s", waiting)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err = restart(restoring.Folder, r.change); err != nil { // another start forgets nothing
		t.Fatal(err)
	}
	bothAt(t, n, Caller{Participant: mustBIC(t, testGateway), Key: "operator-1"}, Caller{Participant: mustBIC(t, testGateway), Key: "operator-2"},
		Decision{Action: ActionRestoreAccept, Subject: subject, Reason: "the banks were asked"})
	if err := send(100); err != nil {
		t.Errorf("after it was accepted: %v", err)
	}
	if err := send(3); err != nil {
		t.Errorf("a payment that the backup has, again: %v", err)
	}
	if _, err := os.Stat(filepath.Join(restoring.Folder, restoredName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the restored folder still waits: %v", err)
	}
	applyAll(t, n)
	sound(t, n, n.Books.State())
}

// TestDamagedBackupsAreRefused: every file of a backup is guarded, and nothing is
// left of an attempt that failed.
func TestDamagedBackupsAreRefused(t *testing.T) {
	r := newBackupRig(t)
	payAgain(t, r.node, 0, 5)
	backup := r.backUp()
	r.close()
	refused := func(what, path, want string, change func(*Restoring)) {
		t.Helper()
		restoring := r.restoring(path)
		if change != nil {
			change(&restoring)
		}
		_, err := Restore(context.Background(), restoring)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q: %v", what, want, err)
		}
		if left, err := filepath.Glob(filepath.Dir(restoring.Folder) + "/*"); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind: %v %v", what, left, err)
		}
	}
	for _, name := range []string{backupBooks, backupOrders, backupCheckpoint} {
		refused(name, editZip(t, backup, name, func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), name, nil)
		refused("without "+name, editZip(t, backup, name, nil), name+" is missing", nil)
	}
	refused("without manifest", editZip(t, backup, backupManifest, nil), "it is no backup", nil)
	refused("another digest", editZip(t, backup, backupManifest, func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"groups": `), []byte(`"groups": 1`), 1)
	}), "do not stand where", nil)
	_, stranger := testSigner(t)
	refused("another key", backup, "no signature of it is by the given key", func(r *Restoring) { r.Keys = stranger.Key })
	other, _ := usedFolder(t, 9)
	refused("the log of another gateway", backup, "is not the one that the books have applied", func(r *Restoring) { r.NewerLog = filepath.Join(other, logName) })
	raw, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	short := filepath.Join(t.TempDir(), "short.zip")
	if err := os.WriteFile(short, raw[:len(raw)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	refused("cut short", short, "not a valid zip", nil)
	restoring := r.restoring(backup)
	if err := os.MkdirAll(restoring.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(restoring.Folder, "books.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(context.Background(), restoring); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("into a folder that is not empty: %v", err)
	}
}

// editZip copies a zip with one file changed, or left out.
func editZip(t *testing.T, path, name string, edit func([]byte) []byte) string {
	t.Helper()
	from, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close() //nolint:errcheck // only read
	to := filepath.Join(t.TempDir(), "edited.zip")
	f, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for _, one := range from.File {
		if one.Name == name && edit == nil {
			continue
		}
		r, err := one.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if one.Name == name {
			raw = edit(raw)
		}
		w, err := z.Create(one.Name)
		if err == nil {
			_, err = w.Write(raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return to
}
