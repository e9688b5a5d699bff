package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	const fits, rebuild = "the log does not fit the books", "--rebuild"
	for _, c := range []struct {
		name    string
		damage  func(t *testing.T)
		refused []string // nil: it serves as if nothing had happened
	}{
		{"books deleted", func(t *testing.T) { remove(t, data("books.db")) }, nil},
		{"an empty file of books", func(t *testing.T) { write(t, data("books.db"), nil) }, nil},
		{"older books beside a newer log", func(t *testing.T) { copyTree(t, filepath.Join(early, "books.db"), data("books.db")) }, nil},
		{"older log beside newer books", func(t *testing.T) { copyTree(t, filepath.Join(early, "log"), data("log")) }, []string{fits, "ends at group", rebuild}},
		{"log deleted", func(t *testing.T) { remove(t, data("log")) }, []string{fits, "there is no log", "restore"}},
		{"the log of another gateway", func(t *testing.T) {
			other := newRig(t)
			other.pay(60)
			other.stop()
			copyTree(t, filepath.Join(other.folder, "data", "log"), data("log"))
		}, []string{fits, rebuild}},
		{"books that are something else", func(t *testing.T) { write(t, data("books.db"), []byte("%PDF-1.7 no books at all\n")) }, []string{"books.db", "damaged", rebuild}},
		{"books cut to half", func(t *testing.T) { truncate(t, data("books.db"), 2) }, []string{"books.db", "cut short", rebuild}},
		{"books cut to a hundredth", func(t *testing.T) { truncate(t, data("books.db"), 100) }, []string{"books.db", "cut short", rebuild}},
		{"both heads of the books overwritten", func(t *testing.T) { overwrite(t, data("books.db"), 0, 2) }, []string{"books.db", "damaged", rebuild}},
		{"books overwritten behind their heads", func(t *testing.T) { overwrite(t, data("books.db"), 2, 200) }, []string{"books.db", "damaged", rebuild}},
	} {
		t.Run(c.name, func(t *testing.T) {
			copyTree(t, late, data(""))
			c.damage(t)
			switch {
			case c.refused == nil:
			case slices.Contains(c.refused, fits):
				r.refuses(c.refused...)
				copyTree(t, late, data("")) // the way out: what belongs together
			default:
				r.refuses(c.refused...)
				r.server.more = []string{rebuild}
				defer func() { r.server.more = nil }()
			}
			serves(t)
		})
	}
}

// truncate keeps so small a part of what a file of books uses.
func truncate(t *testing.T, path string, part int) {
	t.Helper()
	used := 0
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, numbers := range pagesOf(t, file) {
		used = max(used, slices.Max(numbers)+1)
	}
	if err := os.Truncate(path, int64(used*pageSizeOf(file)/part)); err != nil {
		t.Fatal(err)
	}
}

// overwrite fills pages of a file with noise.
func overwrite(t *testing.T, path string, from, to int) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := chanceOf(9, 9)
	size := pageSizeOf(file)
	for i := from * size; i < min(to*size, len(file)); i++ {
		file[i] = byte(random.Uint32())
	}
	write(t, path, file)
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

// TestFlippedLog flips single bits of the log's files. While the books hold what
// was acknowledged the gateway serves it and goes on, or refuses and says that it
// is the log; a replay names what it cannot read. Without books it builds them from
// the log, or refuses: it never serves less, and never makes the log anew.
func TestFlippedLog(t *testing.T) {
	r := newRig(t)
	all := r.pay(60)
	r.settled(all)
	r.stop()
	data := filepath.Join(r.folder, "data")
	sound := t.TempDir()
	copyTree(t, data, sound)
	files := filesOf(t, filepath.Join(sound, "log"))
	random, tally := chanceOf(4, 4), map[string]int{}
	for i := range 3 * len(files) {
		path, books := files[i%len(files)], i/len(files) < 2
		copyTree(t, sound, data)
		below, err := filepath.Rel(sound, path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := random.IntN(len(file))
		file[at] ^= 1 << random.IntN(8)
		write(t, filepath.Join(data, below), file)
		if !books {
			remove(t, filepath.Join(data, "books.db"))
		}
		outcome := r.goesOn(all)
		t.Logf("with books %v, byte %d of %d of %s: %s", books, at, len(file), below, outcome)
		tally[outcome]++
	}
	t.Logf("%d files, %v", len(files), tally)
	if tally["refused"] == 0 || tally["serves; the log gives the same books"] == 0 {
		t.Errorf("the flips were all of one kind: %v", tally)
	}
}

// filesOf lists the files of a folder that are not empty.
func filesOf(t *testing.T, folder string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Size() > 0 {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// goesOn starts the gateway and tells what came of it: it refuses for a reason
// that names the log, or it has all payments and takes more.
func (r *rig) goesOn(all []rigPayment) string {
	r.t.Helper()
	if err := r.server.start(r.t.Context()); err != nil {
		if !strings.Contains(err.Error(), "the log does not fit the books") || strings.Contains(err.Error(), "panic") {
			r.t.Errorf("it does not start and says: %v", err)
		}
		return "refused"
	}
	more := r.pay(3)
	r.settled(all)
	r.settled(more)
	r.stop()
	if code, out := r.call("audit", "--data", filepath.Join(r.folder, "data")); code != exitOK {
		r.t.Errorf("audit: exit %d\n%s", code, out)
	}
	code, out := r.call("replay", "--data", filepath.Join(r.folder, "data"))
	if code == exitOK {
		return "serves; the log gives the same books"
	}
	if !strings.Contains(out, "cannot be read") {
		r.t.Errorf("replay: exit %d\n%s", code, out)
	}
	return "serves; replay names what cannot be read"
}

// TestBothRolledBack brings back an old copy of books and log together. The gateway
// cannot see it; whoever has kept a checkpoint can, also when as much has happened
// since as before.
func TestBothRolledBack(t *testing.T) {
	r := newRig(t)
	r.settled(r.pay(10))
	r.stop()
	data, early := filepath.Join(r.folder, "data"), t.TempDir()
	copyTree(t, data, early)
	r.start()
	r.settled(r.pay(10))
	kept := filepath.Join(r.folder, "kept.txt")
	checkpoint := func(args ...string) (code int, out string) {
		p, err := r.server.await(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.call(append([]string{"checkpoint", "--as", "jade-bank", "--server", p.url, "--key", "keys/checkpoint.pub"}, args...)...)
	}
	if code, out := checkpoint("--out", kept); code != exitOK {
		t.Fatalf("exit %d: %s", code, out)
	}
	r.settled(r.pay(3))
	if code, out := checkpoint("--against", kept); code != exitOK {
		t.Errorf("nothing was rolled back: exit %d: %s", code, out)
	}
	r.stop()
	copyTree(t, early, data)
	r.start()
	for _, more := range []int{0, 30} {
		r.settled(r.pay(more))
		code, out := checkpoint("--against", kept)
		t.Logf("%d payments after the roll-back: %s", more, out)
		if code != exitInvalid {
			t.Errorf("%d payments after the roll-back: exit %d: %s", more, code, out)
		}
	}
	r.stop()
	r.digest() // by themselves they are in order
}
