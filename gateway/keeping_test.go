package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
)

// keepAll is a policy by which every round takes a snapshot and trims the log.
var keepAll = Keeping{Groups: 1, Kept: 2, Log: 1}

// keptNode is a node with payments whose log is trimmed.
func keptNode(t *testing.T) *backupRig {
	t.Helper()
	r := newBackupRig(t)
	for i := range 4 {
		payAgain(t, r.node, 100*i, 5)
		if err := r.node.keepOnce(context.Background(), keepAll); err != nil {
			t.Fatal(err)
		}
	}
	payAgain(t, r.node, 1000, 5)
	return r
}

func spanOf(t *testing.T, n *Node) (first, last uint64) {
	t.Helper()
	first, last, err := n.orders.Span(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return first, last
}

// TestLogIsTrimmed: the log begins with the last group of a verified snapshot, two
// snapshots stay, and that it was done is recorded.
func TestLogIsTrimmed(t *testing.T) {
	r := keptNode(t)
	all, err := Snapshots(r.folder)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d snapshots, want 2: %v", len(all), err)
	}
	first, last := spanOf(t, r.node)
	if first != all[0].Groups {
		t.Errorf("the log begins at group %d, want that of the older snapshot, %d", first, all[0].Groups)
	}
	trims := 0
	for number := range r.node.Books.State().Records {
		record, _, err := r.node.Books.Record(number)
		if err != nil {
			t.Fatal(err)
		}
		if record.Type == TypeTrim {
			trims++
		}
	}
	if trims == 0 {
		t.Error("no trim is recorded")
	}
	t.Logf("groups %d to %d, %d trims recorded", first, last, trims)
	r.close()
}

// TestBooksBeginWithASnapshot: books that are lost, or rebuilt, come from the newest
// snapshot and what the trimmed log has behind it, and from the older one if the newest is
// damaged.
func TestBooksBeginWithASnapshot(t *testing.T) {
	r := keptNode(t)
	state := r.close()
	for _, test := range []struct {
		name    string
		rebuild bool
		damage  bool
	}{{"lost", false, false}, {"rebuilt", true, false}, {"lost, and the newest snapshot damaged", false, true}} {
		t.Run(test.name, func(t *testing.T) {
			folder := copyFolder(t, r.folder)
			if !test.rebuild {
				if err := os.Remove(BooksPath(folder)); err != nil {
					t.Fatal(err)
				}
			}
			all, err := Snapshots(folder)
			if err != nil {
				t.Fatal(err)
			}
			if test.damage {
				flipBit(t, keptPath(folder, keptBooks, all[len(all)-1].Groups))
			}
			n, err := restart(folder, func(s *Settings) { r.change(s); s.Rebuild = test.rebuild })
			if err != nil {
				t.Fatal(err)
			}
			sound(t, n, state)
		})
	}
	t.Run("every snapshot lost", func(t *testing.T) {
		folder := copyFolder(t, r.folder)
		if err := errors.Join(os.Remove(BooksPath(folder)), os.RemoveAll(filepath.Join(folder, snapshotsName))); err != nil {
			t.Fatal(err)
		}
		_, err := restart(folder, r.change)
		if !errors.Is(err, ErrLog) || !strings.Contains(err.Error(), "dragoman restore") {
			t.Errorf("it is not refused with the way out: %v", err)
		}
	})
}

// misspell changes the name of a bank wherever it stands.
func misspell(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(raw, []byte(testBanks[0]), bytes.ToLower([]byte(testBanks[0]))), 0o600); err != nil {
		t.Fatal(err)
	}
}

func flipBit(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestReplayOfATrimmedLog: replay begins with the oldest snapshot, and finds what was
// changed behind it.
func TestReplayOfATrimmedLog(t *testing.T) {
	r := keptNode(t)
	state := r.close()
	all, err := Snapshots(r.folder)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Replay(context.Background(), NATSSettings{}, r.folder, filepath.Join(t.TempDir(), "books.db"), zap.NewNop(), func(uint64, uint64) {})
	if err != nil || !p.Same() || p.From != all[0].Groups || p.Own != state {
		t.Errorf("replayed from group %d, want %d: %v %v", p.From, all[0].Groups, p.Differences, err)
	}
}

var errKilled = errors.New("killed")

// TestKilledWhileKeeping: however often a node ends between two steps of a snapshot or a
// trim, the next start goes on; books that are lost then come back to the same digest.
func TestKilledWhileKeeping(t *testing.T) {
	for _, step := range []string{"copied", "verified", "named", "described", "recorded", "noted", "some purged", "purged", "dropped"} {
		t.Run(step, func(t *testing.T) {
			r := newBackupRig(t)
			payAgain(t, r.node, 0, 3)
			for i := range 2 {
				payAgain(t, r.node, 100+100*i, 3)
				if err := r.node.keepOnce(context.Background(), keepAll); err != nil {
					t.Fatal(err)
				}
			}
			payAgain(t, r.node, 500, 3)
			fired := false
			r.node.kept.step = func(at string) error {
				if at == step {
					fired = true
					return errKilled
				}
				return nil
			}
			if err := r.node.keepOnce(context.Background(), keepAll); !errors.Is(err, errKilled) || !fired {
				t.Fatalf("it was not broken off: %v", err)
			}
			state := r.close()
			lost := copyFolder(t, r.folder)
			if err := os.Remove(BooksPath(lost)); err != nil {
				t.Fatal(err)
			}
			n, err := restart(lost, r.change)
			if err != nil {
				t.Fatal(err)
			}
			sound(t, n, state)
			if r.node, err = restart(r.folder, r.change); err != nil {
				t.Fatal(err)
			}
			payAgain(t, r.node, 800, 3)
			if err := r.node.keepOnce(context.Background(), keepAll); err != nil {
				t.Fatal(err)
			}
			all, err := Snapshots(r.folder)
			if first, _ := spanOf(t, r.node); err != nil || len(all) != 2 || first != all[0].Groups {
				t.Errorf("%d snapshots, the log begins at %d: %v", len(all), first, err)
			}
			files, err := os.ReadDir(filepath.Join(r.folder, snapshotsName))
			if err != nil || len(files) != 5 {
				t.Errorf("%d files among the snapshots, want 5: %v %v", len(files), files, err)
			}
			r.close()
		})
	}
}

// TestRetain holds the policy to a table: a snapshot each day, named by its day.
func TestRetain(t *testing.T) {
	day := 24 * time.Hour
	for _, test := range []struct {
		policy Keeping
		days   []int // on which a snapshot was taken
		now    int
		want   string
	}{
		{Keeping{Log: 10 * day}, []int{1}, 50, "trim 0, drop []"},
		{Keeping{Log: 10 * day}, []int{1, 2}, 2, "trim 0, drop []"},
		{Keeping{Log: 10 * day}, []int{1, 2}, 50, "trim 1, drop []"},
		{Keeping{Log: 10 * day}, []int{1, 2, 3, 4}, 4, "trim 0, drop [2]"},
		{Keeping{Log: 10 * day}, []int{1, 6, 7, 8}, 9, "trim 0, drop []"},
		{Keeping{Log: 10 * day}, []int{1, 6, 11, 12, 13}, 13, "trim 1, drop []"},
		{Keeping{Log: 10 * day}, []int{1, 6, 11, 15, 16}, 16, "trim 6, drop [1]"},
		{Keeping{Log: 10 * day, Kept: 3}, []int{1, 6, 11, 15, 16}, 50, "trim 11, drop [1 6]"},
		{Keeping{}, []int{1, 2, 3, 4}, 50, "trim 0, drop [1 2]"},
	} {
		var all []Snapshot
		for _, d := range test.days {
			all = append(all, Snapshot{Groups: uint64(d), Time: time.Unix(0, 0).Add(time.Duration(d) * day)})
		}
		trimTo, drop := test.policy.retain(all, time.Unix(0, 0).Add(time.Duration(test.now)*day))
		var gone []uint64
		for _, s := range drop {
			gone = append(gone, s.Groups)
		}
		if got := fmt.Sprintf("trim %d, drop %v", trimTo, gone); got != test.want {
			t.Errorf("%+v with those of days %v on day %d: %s, want %s", test.policy, test.days, test.now, got, test.want)
		}
	}
}

// TestUnsoundSnapshot: a copy that is not what the books are is no snapshot, and keeps the
// node from being ready.
func TestUnsoundSnapshot(t *testing.T) {
	r := newBackupRig(t)
	payAgain(t, r.node, 0, 3)
	r.node.kept.step = func(at string) error {
		if at == "copied" {
			misspell(t, filepath.Join(r.folder, snapshotsName, unverified))
		}
		return nil
	}
	if err := r.node.keepOnce(context.Background(), keepAll); !errors.Is(err, ErrUnsound) || len(r.node.kept.unready()) != 1 {
		t.Errorf("a damaged copy: %v; not ready: %v", err, r.node.kept.unready())
	}
	if all, err := Snapshots(r.folder); err != nil || len(all) != 0 {
		t.Errorf("%d snapshots, want none: %v", len(all), err)
	}
	r.node.kept.step = nil
	if err := r.node.keepOnce(context.Background(), keepAll); err != nil || len(r.node.kept.unready()) != 0 {
		t.Errorf("the next copy: %v; not ready: %v", err, r.node.kept.unready())
	}
	r.close()
}
