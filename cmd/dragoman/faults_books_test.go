package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestBooksAndLogThatDoNotFit puts the books and the log of different times and
// gateways side by side: whatever can be made good is made good by itself, and
// the rest is refused with the way out.
func TestBooksAndLogThatDoNotFit(t *testing.T) {
	r := newRig(t)
	data := func(name string) string { return filepath.Join(r.folder, "data", name) }
	early := t.TempDir()
	first := r.pay(20)
	r.settled(first)
	r.stop()
	copyTree(t, data(""), early)
	r.start()
	all := append(slices.Clone(first), r.pay(30)...)
	r.settled(all)
	sender, receiver := r.mailbox(r.banks[0].as), r.mailbox(r.banks[1].as)
	r.stop()
	digest := r.digest()
	late := t.TempDir()
	copyTree(t, data(""), late)

	serves := func(t *testing.T) {
		t.Helper()
		r.start()
		r.settled(all)
		sameMail(t, sender, r.mailbox(r.banks[0].as))
		sameMail(t, receiver, r.mailbox(r.banks[1].as))
		r.stop()
		if again := r.digest(); again != digest {
			t.Errorf("the books have digest %s, before they had %s", again, digest)
		}
	}
	for _, c := range []struct {
		name    string
		damage  func(t *testing.T)
		refused []string // nil: it serves as if nothing had happened
	}{
		{"books deleted", func(t *testing.T) { remove(t, data("books.db")) }, nil},
		{"older books beside a newer log", func(t *testing.T) { copyTree(t, filepath.Join(early, "books.db"), data("books.db")) }, nil},
		{"older log beside newer books", func(t *testing.T) { copyTree(t, filepath.Join(early, "log"), data("log")) }, []string{"the log does not fit the books", "ends at group", "--rebuild"}},
		{"log deleted", func(t *testing.T) { remove(t, data("log")) }, []string{"the log does not fit the books", "there is no log", "restore"}},
		{"the log of another gateway", func(t *testing.T) {
			other := newRig(t)
			other.pay(60)
			other.stop()
			copyTree(t, filepath.Join(other.folder, "data", "log"), data("log"))
		}, []string{"the log does not fit the books"}},
		{"an empty file of books", func(t *testing.T) { write(t, data("books.db"), nil) }, nil},
		{"books that are something else", func(t *testing.T) { write(t, data("books.db"), []byte("%PDF-1.7 no books at all\n")) }, []string{"books.db", "damaged"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			copyTree(t, late, data(""))
			c.damage(t)
			if c.refused == nil {
				serves(t)
				return
			}
			r.refuses(c.refused...)
			copyTree(t, late, data("")) // the way back: what belongs together
			serves(t)
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// sameMail wants the same messages under the same numbers.
func sameMail(t *testing.T, want, got []mail) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("the mailbox holds %d messages and held %d", len(got), len(want))
		return
	}
	for i := range want {
		if want[i].Number != got[i].Number || want[i].Message != got[i].Message {
			t.Errorf("mail %d is now mail %d, or another", want[i].Number, got[i].Number)
		}
	}
}
