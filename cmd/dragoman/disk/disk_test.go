package disk

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// mountedDisk is a disk that programs can use.
func mountedDisk(t *testing.T) (d *Disk, folder string) {
	t.Helper()
	if err := Usable(); err != nil {
		t.Skip(err)
	}
	d, folder = New(), t.TempDir()
	mount(t, d, folder)
	t.Cleanup(func() { must(t, d.Unmount()) })
	return d, folder
}

func mount(t *testing.T, d *Disk, folder string) {
	t.Helper()
	must(t, d.Mount(folder))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// cut cuts the power while nobody uses the disk.
func cut(t *testing.T, d *Disk, folder string, names, contents Fate, seed uint64) Loss {
	t.Helper()
	must(t, d.Unmount())
	loss := d.CutAs(names, contents, rand.New(rand.NewPCG(seed, 0)))
	mount(t, d, folder)
	return loss
}

func write1(t *testing.T, path string, content []byte, syncs bool) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	must(t, err)
	_, err = f.Write(content)
	must(t, err)
	if syncs {
		must(t, f.Sync())
	}
	must(t, f.Close())
}

func syncFolder(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	must(t, errors.Join(f.Sync(), f.Close()))
}

// TestWhatIsSafe: what was synced is there after every cut, name and content; of the
// rest there is what the fate says.
func TestWhatIsSafe(t *testing.T) {
	for _, fate := range Fates() {
		t.Run(string(fate), func(t *testing.T) {
			d, folder := mountedDisk(t)
			at := func(name string) string { return filepath.Join(folder, name) }
			sound := bytes.Repeat([]byte("sound"), 4000)
			write1(t, at("both"), sound, true)
			syncFolder(t, folder)
			must(t, os.Mkdir(at("below"), 0o700))
			write1(t, at("below/content"), sound, true) // its name is not safe, nor that of its folder
			write1(t, at("nothing"), sound, false)
			must(t, os.Rename(at("nothing"), at("moved")))
			f, err := os.OpenFile(at("both"), os.O_RDWR|os.O_APPEND, 0)
			must(t, err)
			_, err = f.Write(bytes.Repeat([]byte("later"), 4000))
			must(t, errors.Join(err, f.Close()))

			loss := cut(t, d, folder, fate, fate, 7)
			t.Log(loss)
			if loss.Changes != 4 || loss.Writes < 2 && fate == Kept {
				t.Errorf("it counts %d changes of folders and %d writes", loss.Changes, loss.Writes)
			}
			got, err := os.ReadFile(at("both"))
			must(t, err)
			if !bytes.HasPrefix(got, sound) {
				t.Error("what was synced is not there")
			}
			whole := len(got) == 2*len(sound)
			if fate == Forgotten && len(got) != len(sound) || fate == Kept && !whole {
				t.Errorf("the file has %d bytes, of which %d were safe", len(got), len(sound))
			}
			for _, name := range []string{"below/content", "moved"} {
				_, err := os.Stat(at(name))
				if fate == Forgotten && !errors.Is(err, os.ErrNotExist) || fate == Kept && err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// mappedFile tells a process of TestMapped which file it is to map.
const mappedFile = "DRAGOMAN_MAPPED_FILE"

// TestMapped: what is written to a file is seen where it is mapped, as the books are. It is
// mapped by a process of its own: one that must answer for a page that it waits for itself
// may wait for ever.
func TestMapped(t *testing.T) {
	if path := os.Getenv(mappedFile); path != "" {
		mapped(t, path)
		return
	}
	_, folder := mountedDisk(t)
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMapped$") //nolint:gosec // this test itself
	other.Env = append(os.Environ(), mappedFile+"="+filepath.Join(folder, "books"))
	if out, err := other.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func mapped(t *testing.T, path string) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	must(t, err)
	defer func() { must(t, f.Close()) }()
	must(t, f.Truncate(1<<20))
	view, err := syscall.Mmap(int(f.Fd()), 0, 1<<20, syscall.PROT_READ, syscall.MAP_SHARED)
	must(t, err)
	defer func() { must(t, syscall.Munmap(view)) }()
	for _, at := range []int64{0, 5000, 1<<20 - 10} {
		if view[at] != 0 {
			t.Errorf("byte %d is not zero at first", at)
		}
		_, err := f.WriteAt([]byte("seen"), at)
		must(t, err)
		if string(view[at:at+4]) != "seen" {
			t.Errorf("byte %d: the mapping shows %q", at, view[at:at+4])
		}
	}
}

// TestSyncedWrites: a file that was opened to be synced with every write is.
func TestSyncedWrites(t *testing.T) {
	d, folder := mountedDisk(t)
	path := filepath.Join(folder, "meta")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_SYNC, 0o600)
	must(t, err)
	_, err = f.WriteString("promised")
	must(t, errors.Join(err, f.Close()))
	syncFolder(t, folder)
	cut(t, d, folder, Forgotten, Forgotten, 1)
	if got, err := os.ReadFile(path); err != nil || string(got) != "promised" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestTraps: errors come where they were asked for, and what a failed sync should
// have made safe never is.
func TestTraps(t *testing.T) {
	d, folder := mountedDisk(t)
	f, err := os.Create(filepath.Join(folder, "log"))
	must(t, err)
	syncFolder(t, folder)
	struck := d.Set(Trap{Operation: Write, Skip: 1, Effect: FailOnce, Error: syscall.EIO})
	for i, want := range []error{nil, syscall.EIO, nil} {
		if _, err := f.WriteAt([]byte("abc"), int64(3*i)); !errors.Is(err, want) {
			t.Errorf("write %d: %v", i, err)
		}
	}
	<-struck
	failedSync(t, f, d)
	d.Mend()
	must(t, f.Sync()) // it succeeds, and has nothing to write
	full := d.Fill(2)
	_, err = f.WriteAt(make([]byte, 5*pageSize), 0)
	if info, e := f.Stat(); !errors.Is(err, syscall.ENOSPC) || e != nil || info.Size() != 3*pageSize {
		t.Errorf("%v, %v, %v", info.Size(), err, e)
	}
	<-full
	must(t, f.Close())
	cut(t, d, folder, Forgotten, Forgotten, 1)
	if info, err := os.Stat(filepath.Join(folder, "log")); err != nil || info.Size() != 0 {
		t.Errorf("%v, %v: what a failed sync should have written is there", info, err)
	}
}

// failedSync is a sync that fails.
func failedSync(t *testing.T, f *os.File, d *Disk) {
	t.Helper()
	struck := d.Set(Trap{Operation: Sync, Effect: Fail, Error: syscall.EIO})
	if err := f.Sync(); !errors.Is(err, syscall.EIO) {
		t.Errorf("sync: %v", err)
	}
	<-struck
}

// TestFrozen: an operation at which the power fails is not answered before the power
// is off.
func TestFrozen(t *testing.T) {
	for _, effect := range []Effect{FreezeBefore, FreezeAfter} {
		d, folder := mountedDisk(t)
		f, err := os.Create(filepath.Join(folder, "log"))
		must(t, err)
		syncFolder(t, folder)
		_, err = f.WriteString("asked for")
		must(t, err)
		struck, answered := d.Set(Trap{Operation: Sync, Effect: effect}), make(chan error)
		go func() { answered <- f.Sync() }()
		<-struck
		select {
		case err := <-answered:
			t.Fatalf("the sync is answered: %v", err)
		default:
		}
		d.PowerOff()
		if err := <-answered; !errors.Is(err, syscall.EIO) {
			t.Errorf("sync: %v", err)
		}
		must(t, f.Close())
		cut(t, d, folder, Forgotten, Forgotten, 1)
		got, err := os.ReadFile(filepath.Join(folder, "log"))
		if want := map[Effect]string{FreezeBefore: "", FreezeAfter: "asked for"}[effect]; err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", effect, got, err)
		}
	}
}

// TestTorn: over many seeds writes are torn at every kind of place, and the same seed
// tears the same.
func TestTorn(t *testing.T) {
	lengths := map[Fate]map[int]bool{}
	for _, fate := range []Fate{Prefix, Pages, Sectors} {
		lengths[fate] = map[int]bool{}
		for seed := range uint64(40) {
			var survived [2]int
			for i := range survived {
				n := &node{}
				n.take(write{data: bytes.Repeat([]byte{1}, 3*pageSize)})
				n.take(write{data: bytes.Repeat([]byte{1}, 3*pageSize), offset: 3*pageSize + 100})
				n.lose(fate, rand.New(rand.NewPCG(seed, 0)))
				all := make([]byte, n.safe.size)
				n.safe.readAt(all, 0)
				survived[i] = bytes.Count(all, []byte{1})
			}
			if survived[0] != survived[1] {
				t.Errorf("%s: seed %d leaves %d and then %d bytes", fate, seed, survived[0], survived[1])
			}
			lengths[fate][survived[0]] = true
		}
		t.Logf("%s: %d different outcomes", fate, len(lengths[fate]))
		if len(lengths[fate]) < 8 {
			t.Errorf("%s: only %d different outcomes", fate, len(lengths[fate]))
		}
	}
}
