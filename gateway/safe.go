package gateway

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The log's server syncs what it writes into its files, and not the names of the files
// that it makes for it: when the power fails, a new file may be gone with all that was
// synced into it. So the gateway makes the names safe itself, before it acknowledges.

// makeSafe makes the names of all that lies in a folder safe, and that of the folder.
func makeSafe(folder string) error {
	if err := syncFolder(filepath.Dir(folder)); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err // who may not read what is above has not made the folder
	}
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return syncFolder(path)
	})
}

func syncFolder(path string) error {
	f, err := os.Open(path) //nolint:gosec // the gateway's own
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("make the names in %s safe: %w", path, err)
	}
	return nil
}

// blocks are the files that the log's server writes groups into, one after the other
// as each is full.
type blocks struct {
	folder string
	last   int // its name is safe
}

// openBlocks finds the last block of a log whose names are all safe.
func openBlocks(folder string) (*blocks, error) {
	found, err := filepath.Glob(filepath.Join(folder, "jetstream", "*", "streams", ordersStream, "msgs"))
	if err == nil && len(found) != 1 {
		err = fmt.Errorf("the log's server keeps %s in %d places in %s, not in one", ordersStream, len(found), folder)
	}
	if err != nil {
		return nil, err
	}
	last, err := lastBlock(found[0])
	return &blocks{folder: found[0], last: last}, err
}

// lastBlock is the number of the last file of a log; 0: it has none.
func lastBlock(folder string) (last int, err error) {
	files, err := os.ReadDir(folder)
	for _, file := range files {
		var n int
		if _, err := fmt.Sscanf(file.Name(), blockName, &n); err == nil && file.Name() == fmt.Sprintf(blockName, n) {
			last = max(last, n)
		}
	}
	return last, err
}

// sweepProbes takes away what a power failure leaves of the files with which a start
// finds out whether it may write. The log's server takes its own for accounts that it
// does not know, and calls itself unwell ever after.
func sweepProbes(folder string) error {
	var all []string
	for _, probe := range []string{filepath.Join(folder, ".probe-*"), filepath.Join(folder, "jetstream", "_test_*")} {
		found, err := filepath.Glob(probe)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	for _, path := range all {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("take away what is left of a start: %w", err)
		}
	}
	return nil
}

// writeEndAgain writes the last file of the log once more, as it is. If the process
// before could not sync it, the system still shows what it wrote there, takes it for
// written, and will never write it, though everything behind it is synced: then a power
// failure takes the end of the log from there on. The log's server takes nothing more
// after such an error, so that the last file alone can be concerned.
func writeEndAgain(folder string) error {
	found, err := filepath.Glob(filepath.Join(folder, "jetstream", "*", "streams", ordersStream, "msgs"))
	if err != nil || len(found) != 1 {
		return err // there is no log yet, or one that is refused
	}
	last, err := lastBlock(found[0])
	if err != nil || last == 0 {
		return err
	}
	path := filepath.Join(found[0], fmt.Sprintf(blockName, last))
	content, err := os.ReadFile(path) //nolint:gosec // the gateway's own
	if err != nil {
		return fmt.Errorf("read the end of the log: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // the gateway's own
	if err == nil {
		_, err = f.WriteAt(content, 0)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("make the end of the log safe: %w", err)
	}
	return nil
}

// blockName is how the log's server numbers its files; a test holds it to that.
const blockName = "%d.blk"

// makeSafe makes the names of blocks safe that were begun since it was last called,
// and tells how many there were. There is hardly ever one: it asks for the next only.
func (b *blocks) makeSafe() (begun int, err error) {
	for next := b.last + 1; ; next++ {
		_, err := os.Stat(filepath.Join(b.folder, fmt.Sprintf(blockName, next)))
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return 0, err
		}
		begun++
	}
	if begun == 0 {
		return 0, nil
	}
	if err := syncFolder(b.folder); err != nil {
		return 0, err
	}
	b.last += begun
	return begun, nil
}
