package gateway

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
)

// TestRestoreToAPoint rehearses it: from a backup of a log that was trimmed, and of one that
// is whole, to several groups and a time. The books have the digest that the gateway had
// there, what is left out is listed, a replay agrees, and when two operators have accepted
// it the gateway goes on.
func TestRestoreToAPoint(t *testing.T) {
	for _, test := range []struct {
		name string
		rig  func(*testing.T) *backupRig
	}{
		{"trimmed", keptNode},
		{"whole", func(t *testing.T) *backupRig {
			r := newBackupRig(t)
			payAgain(t, r.node, 0, 8)
			return r
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := test.rig(t)
			first, _ := spanOf(t, r.node)
			backup := r.backUp()
			m, err := ReadBackup(backup)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []uint64{first, first + 3, m.Groups - 1} {
				restoreAt(t, r, backup, Point{Group: at}, at)
			}
			g, _, err := r.node.Books.Group(m.Groups - 2)
			if err != nil {
				t.Fatal(err)
			}
			restoreAt(t, r, backup, Point{Time: timeOf(g.Booked)}, m.Groups-2)
			if first > 1 {
				restoring := r.restoring(backup)
				restoring.To = Point{Group: first - 1}
				if _, err := Restore(context.Background(), restoring); err == nil || !strings.Contains(err.Error(), "older backup") {
					t.Errorf("a point before the log: %v", err)
				}
			}
			r.close()
		})
	}
}

// restoreAt restores to a point, which is that group, and has the gateway go on.
func restoreAt(t *testing.T, r *backupRig, backup string, to Point, group uint64) {
	t.Helper()
	restoring := r.restoring(backup)
	restoring.To = to
	m, err := Restore(context.Background(), restoring)
	if err != nil {
		t.Fatal(err)
	}
	was, _, err := r.node.Books.Group(group)
	if err != nil {
		t.Fatal(err)
	}
	listed, err := os.ReadFile(filepath.Join(restoring.Folder, beyondName))
	if err != nil || m.Groups != group || m.Beyond == 0 || uint64(bytes.Count(listed, []byte("\n"))) != m.Beyond {
		t.Errorf("restored to group %d, want %d; %d left out: %v\n%s", m.Groups, group, m.Beyond, err, listed)
	}
	p, err := Replay(context.Background(), NATSSettings{}, restoring.Folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(uint64, uint64) {})
	if err != nil || !p.Same() || p.Own.Sequence != group || p.Own.Digest != was.Digest || p.Own.LogHash != was.LogHash {
		t.Errorf("group %d has digest %x, want %x: %v %v", p.Own.Sequence, p.Own.Digest, was.Digest, p.Differences, err)
	}
	n, err := restart(restoring.Folder, r.change)
	if err != nil {
		t.Fatal(err)
	}
	if n.blocked() == nil {
		t.Error("new orders are taken before anybody has accepted what is left out")
	}
	bothAt(t, n, callerOf(t, "operator-1"), callerOf(t, "operator-2"), Decision{Action: ActionRestoreAccept, Subject: n.restored.Load().subject()})
	payAgain(t, n, 5000, 2)
	sound(t, n, n.Books.State())
}

// TestBackupOfATrimmedLog: it carries the snapshot that the log begins with, so that what
// was restored can be replayed, and comes back when its books are lost.
func TestBackupOfATrimmedLog(t *testing.T) {
	r := keptNode(t)
	backup := r.backUp()
	r.close()
	restoring := r.restoring(backup)
	m, err := Restore(context.Background(), restoring)
	if err != nil || m.Base == nil {
		t.Fatalf("restored with %+v: %v", m.Base, err)
	}
	p, err := Replay(context.Background(), NATSSettings{}, restoring.Folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(uint64, uint64) {})
	if err != nil || !p.Same() || p.From != m.Base.Groups {
		t.Errorf("replayed from group %d, want %d: %v %v", p.From, m.Base.Groups, p.Differences, err)
	}
	if err := os.Remove(BooksPath(restoring.Folder)); err != nil {
		t.Fatal(err)
	}
	n, err := restart(restoring.Folder, r.change)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := n.WaitFor(ctx, m.Groups); err != nil {
		t.Fatal(err)
	}
	if g, _, err := n.Books.Group(m.Groups); err != nil || fmt.Sprintf("%x", g.Digest) != m.Digest {
		t.Errorf("the digest is %x, want %s: %v", g.Digest, m.Digest, err)
	}
	sound(t, n, n.Books.State())
}
