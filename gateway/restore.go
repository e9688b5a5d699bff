package gateway

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
	"golang.org/x/mod/sumdb/note"

	"dragoman/store"
	"dragoman/store/evidence"
)

// Restoring says how a backup is restored.
type Restoring struct {
	Backup string // file
	Folder string // data folder to lay out; it must be empty or not there
	// NewerLog is the log folder of the gateway that was backed up, as it was left: then
	// nothing that was acknowledged is lost. Without it the log ends with the backup.
	NewerLog string
	// To is the point up to which the books and the log are restored; the zero Point: all
	// that the backup has.
	To       Point
	Keys     note.Verifier // the gateway's first public key; nil: signatures are not checked
	Log      *zap.Logger
	Progress func(done, of uint64) // groups of the log written; may be nil
	Audit    func(done, of uint64) // of the audit of the books; may be nil
}

// ErrBackup is wrapped by every refusal to restore a backup.
var ErrBackup = errors.New("the backup cannot be restored")

// Restore checks a backup and lays out a data folder from which a node goes on. What
// fails leaves no folder that could be taken for a good one.
func Restore(ctx context.Context, r Restoring) (m BackupManifest, err error) {
	if entries, err := os.ReadDir(r.Folder); err == nil && len(entries) > 0 {
		return m, fmt.Errorf("%w: %s is not empty; name a new folder", ErrBackup, r.Folder)
	}
	z, err := zip.OpenReader(r.Backup)
	if err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrBackup, r.Backup, err)
	}
	defer z.Close() //nolint:errcheck // only read
	laid := filepath.Clean(r.Folder) + ".restoring"
	if err := os.Mkdir(laid, 0o700); err != nil {
		return m, fmt.Errorf("lay out %s: %w; remove what an earlier attempt left", laid, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(laid))
		}
	}()
	l := &layingOut{Restoring: r, zip: z, folder: laid}
	for _, do := range []func(context.Context) error{l.manifestOf, l.booksOf, l.checkpointOf, l.baseOf, l.logOf, l.rewind, l.point} {
		if err := do(ctx); err != nil {
			return l.manifest, err
		}
	}
	if err := syncAll(laid); err != nil {
		return l.manifest, err
	}
	if err := removed(r.Folder); err != nil { // an empty one is replaced
		return l.manifest, err
	}
	return l.manifest, os.Rename(laid, r.Folder)
}

// layingOut is one restore.
type layingOut struct {
	Restoring
	zip      *zip.ReadCloser
	folder   string
	manifest BackupManifest
	state    store.State
	chain    []byte      // of the signing keys
	end      store.Group // with which the log that is laid out ends
	laid     store.State // of the log there
}

func (l *layingOut) bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrBackup, l.Backup, fmt.Sprintf(format, args...))
}

func (l *layingOut) manifestOf(context.Context) error {
	raw, err := fs.ReadFile(l.zip, backupManifest)
	if err != nil {
		return l.bad("it has no %s: it is no backup of a gateway", backupManifest)
	}
	if err := json.Unmarshal(raw, &l.manifest); err != nil {
		return l.bad("%s: %v", backupManifest, err)
	}
	if l.manifest.Format != backupFormat {
		return l.bad("it is of format %d; this program knows %d", l.manifest.Format, backupFormat)
	}
	return nil
}

// checked reads a file of the backup and holds it to its digest.
func (l *layingOut) checked(name string, read func(io.Reader) error) error {
	f, err := l.zip.Open(name)
	if err != nil {
		return l.bad("%s is missing", name)
	}
	defer f.Close() //nolint:errcheck // only read
	sum := sha256.New()
	if err := read(io.TeeReader(f, sum)); err != nil {
		return l.bad("%s: %v", name, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != l.manifest.Files[name] {
		return l.bad("%s was changed: its SHA-256 is not the one in %s", name, backupManifest)
	}
	return nil
}

// booksOf lays out the books and audits them.
func (l *layingOut) booksOf(ctx context.Context) error {
	path := BooksPath(l.folder)
	err := l.checked(backupBooks, func(r io.Reader) error {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // in the folder that is laid out
		if err != nil {
			return err
		}
		_, err = io.Copy(f, r)
		return errors.Join(err, f.Close())
	})
	if err != nil {
		return err
	}
	books, err := store.OpenReadOnly(path)
	if err != nil {
		return l.bad("%v", err)
	}
	defer books.Close() //nolint:errcheck // only read
	l.state = books.State()
	if l.chain, err = books.Keys(); err == nil {
		err = l.ends(books)
	}
	if err != nil {
		return l.bad("%v", err)
	}
	report, err := Audit(ctx, books, l.Audit)
	switch {
	case err != nil:
		return err
	case len(report.Findings) > 0:
		return l.bad("the audit of its books has %d findings, the first: %s", len(report.Findings), report.Findings[0])
	case l.state.Sequence != l.manifest.Groups || hex.EncodeToString(l.state.LogHash[:]) != l.manifest.LogHash || hex.EncodeToString(l.state.Digest[:]) != l.manifest.Digest:
		return l.bad("its books do not stand where %s says", backupManifest)
	}
	return nil
}

// checkpointOf holds the books to the signed checkpoint.
func (l *layingOut) checkpointOf(context.Context) error {
	var signed []byte
	if err := l.checked(backupCheckpoint, func(r io.Reader) (err error) { signed, err = io.ReadAll(r); return err }); err != nil {
		return err
	}
	var point *evidence.Checkpoint
	var err error
	if l.Keys != nil {
		var keys []note.Verifier
		if keys, err = evidence.FollowChain(l.Keys, l.chain); err == nil {
			point, err = evidence.OpenCheckpoint(signed, note.VerifierList(keys...))
		}
	} else {
		point, err = evidence.UnverifiedCheckpoint(signed)
	}
	switch s := &l.state; {
	case err != nil:
		return l.bad("%s: %v", backupCheckpoint, err)
	case point.Orders != s.Sequence || point.LogHash != s.LogHash || point.Books != s.Digest || point.Size != s.Records || point.Root != s.Root:
		return l.bad("%s is not that of its books", backupCheckpoint)
	}
	return nil
}

// logOf lays out the log: the newer one that was saved, or that of the backup.
func (l *layingOut) logOf(ctx context.Context) error {
	if l.NewerLog != "" {
		if err := os.CopyFS(filepath.Join(l.folder, logName), os.DirFS(l.NewerLog)); err != nil {
			return fmt.Errorf("copy the newer log: %w", err)
		}
		return l.withLog(ctx, true, func(_ context.Context, js jetstream.JetStream, _ *nats.Conn) error {
			stream, err := js.Stream(ctx, ordersStream)
			if err != nil {
				return fmt.Errorf("%w: the newer log in %s: %w", ErrBackup, l.NewerLog, err)
			}
			_, err = fits(ctx, stream, l.state)
			return err
		})
	}
	return l.withLog(ctx, false, func(ctx context.Context, js jetstream.JetStream, _ *nats.Conn) error {
		config := ordersConfig(spaceFor(false, 1))
		config.FirstSeq, _, _ = l.manifest.begins() // it was read before
		if _, err := js.CreateStream(ctx, config); err != nil {
			return err
		}
		return l.checked(backupOrders, func(r io.Reader) error { return l.publish(ctx, js, r) })
	})
}

// withLog starts the log's server on the folder that is laid out. Without sync it
// writes fast: everything is synced at the end.
func (l *layingOut) withLog(ctx context.Context, sync bool, do func(context.Context, jetstream.JetStream, *nats.Conn) error) error {
	e, err := startTuned(filepath.Join(l.folder, logName), l.Log, sync)
	if err != nil {
		return err
	}
	defer e.Stop()
	nc, err := e.Connect()
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc, jetstream.WithPublishAsyncMaxPending(restorePending))
	if err != nil {
		return err
	}
	return do(ctx, js, nc)
}

// restorePending bounds the groups that are written without an answer.
const restorePending = 256

// publish writes the groups of the backup to the log, each at the sequence that it
// had.
func (l *layingOut) publish(ctx context.Context, js jetstream.JetStream, r io.Reader) error {
	in := bufio.NewReaderSize(r, 256<<10)
	first, hash, err := l.manifest.begins()
	if err != nil {
		return err
	}
	last := first - 1
	for {
		sequence, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		data, err := readGroup(in)
		if err != nil {
			return fmt.Errorf("group %d: %w", sequence, err)
		}
		if last++; sequence != last {
			return fmt.Errorf("group %d stands where group %d must", sequence, last)
		}
		before := hash
		hash = nextHash(before, data)
		if sequence > l.end.Sequence {
			continue // it is read all the same, so that the backup is known to be whole
		}
		if sequence == l.end.Sequence && hash != l.end.LogHash {
			return fmt.Errorf("group %d is not the one that its books have applied", sequence)
		}
		if sequence == l.end.Sequence {
			l.laid = store.State{Sequence: sequence, LogHash: hash, Before: before}
		}
		if _, err := js.PublishMsgAsync(&nats.Msg{Subject: ordersSubject, Data: data}, jetstream.WithExpectLastSequence(sequence-1)); err != nil {
			return fmt.Errorf("write group %d: %w", sequence, err)
		}
		if l.Progress != nil {
			l.Progress(sequence, l.end.Sequence)
		}
	}
	select {
	case <-js.PublishAsyncComplete():
	case <-ctx.Done():
		return ctx.Err()
	}
	stream, err := js.Stream(ctx, ordersStream)
	if err != nil {
		return err
	}
	if last != l.manifest.Groups || hash != l.state.LogHash {
		return fmt.Errorf("its %d groups are not those that its books have applied", last)
	}
	if err := l.live(ctx, js); err != nil {
		return err
	}
	_, err = fits(ctx, stream, l.laid)
	return err
}

func readGroup(in *bufio.Reader) ([]byte, error) {
	size, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	if size > maxPayload {
		return nil, fmt.Errorf("%d bytes are more than a group has", size)
	}
	data := make([]byte, size)
	_, err = io.ReadFull(in, data)
	return data, err
}

// point notes that the log ends with the backup: what was acknowledged behind it is
// lost, and people must know before new orders are taken.
func (l *layingOut) point(context.Context) error {
	if l.NewerLog != "" {
		return nil
	}
	return writeRestored(l.folder, restored{Groups: l.end.Sequence, Time: l.endTime(), Made: l.manifest.Made, LogHash: hex.EncodeToString(l.end.LogHash[:])})
}

// syncAll has everything below a folder written to the disk.
func syncAll(folder string) error {
	return filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		f, err := os.Open(path) //nolint:gosec // below the folder that was laid out
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}

// ReadBackup reads what a backup says of itself, and checks that it is whole.
func ReadBackup(path string) (m BackupManifest, err error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return m, fmt.Errorf("%s is no backup, or not whole: %w", path, err)
	}
	defer z.Close() //nolint:errcheck // only read
	l := &layingOut{Restoring: Restoring{Backup: path}, zip: z}
	err = l.manifestOf(context.Background())
	return l.manifest, err
}
