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
	"os"
	"time"

	"github.com/klauspost/compress/flate"

	"dragoman/store"
	"dragoman/store/evidence"
)

// A backup is what a gateway needs to go on where it stood: its books and its log up
// to there, with a signed checkpoint. Keys, certificates and the configuration are
// not in it: they belong elsewhere.

// TypeBackup is the type of the records of the message log that say who has made a
// backup.
const TypeBackup = "dragoman.backup"

// Files of a backup.
const (
	backupReadme     = "README.txt"
	backupCheckpoint = "checkpoint.txt"
	backupBooks      = "books.db"
	backupOrders     = "orders.bin"
	backupBase       = "base.db"
	backupManifest   = "manifest.json"
	backupFormat     = 1
)

// BackupManifest says what a backup holds; the digests of its files are in it.
type BackupManifest struct {
	Format  int       `json:"format"`
	Gateway string    `json:"gateway"`
	Signer  string    `json:"signer"` // of the checkpoint: name and hash of the key, not the key
	Made    time.Time `json:"made"`
	By      string    `json:"by"`
	Key     string    `json:"key"` // certificate of who made it
	Place   string    `json:"place"`
	Groups  uint64    `json:"groups"` // of the log: all up to there
	Time    time.Time `json:"time"`   // of the last of them
	LogHash string    `json:"logHash"`
	Digest  string    `json:"digest"` // of the books
	// Base is the snapshot with which the log begins that was trimmed; nil: it is whole.
	Base  *Snapshot         `json:"base,omitempty"`
	Files map[string]string `json:"files"` // SHA-256 of each

	// Beyond is how many messages and decisions the backup has behind the point up to
	// which it was restored.
	Beyond uint64 `json:"-"`
}

const backupText = `Backup of the gateway %s at group %d of its log, %s

books.db        the books
orders.bin      the log ORDERS up to there: for each group its sequence and its length
                as varints, and its bytes
base.db         where the log was trimmed: the books as they stood at its first group
checkpoint.txt  what the gateway committed itself to at that place, signed
manifest.json   the same for programs, with the SHA-256 of every file

'dragoman restore FILE FOLDER' checks all of it and lays out a data folder from which
'dragoman serve' goes on. Keys, certificates and the configuration are not in here.
It holds every message of every participant: keep it as safely as the gateway.
`

// backup is one on its way.
type backup struct {
	node     *Node
	books    *store.Books // a copy
	manifest BackupManifest
	signed   []byte
}

// prepareBackup records that somebody makes a backup and copies the books; the
// function removes the copy.
func (n *Node) prepareBackup(ctx context.Context, c Caller) (b *backup, done func(), err error) {
	if n.signer == nil {
		return nil, nil, refused(problemChange, "this gateway has no key to sign the checkpoint of a backup with; name one with node.checkpoints.key")
	}
	body, err := json.Marshal(map[string]string{"key": c.Key})
	if err != nil {
		return nil, nil, err
	}
	place, err := n.Desk.appendRecord(ctx, OrderBackup, c, body)
	if err != nil {
		return nil, nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	if err := n.WaitFor(waiting, place.Sequence); err != nil && n.Failed() == nil {
		return nil, nil, &requestError{problemBehind, "the backup is recorded, but the books have not come so far; ask again", time.Second}
	}
	books, done, err := n.snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	b = &backup{node: n, books: books}
	point, signed, err := n.checkpointOf(books, c)
	if err != nil {
		done()
		return nil, nil, err
	}
	b.signed = signed
	s := books.State()
	b.manifest = BackupManifest{
		Format: backupFormat, Gateway: point.Origin, Signer: fmt.Sprintf("%s+%08x", n.signer.Name(), n.signer.KeyHash()), Made: n.clock().UTC(),
		By: c.Participant.Full(), Key: c.Key, Place: placeText(place), Groups: s.Sequence, Time: point.Time.UTC(),
		LogHash: hex.EncodeToString(s.LogHash[:]), Digest: hex.EncodeToString(s.Digest[:]), Files: map[string]string{},
	}
	if b.manifest.Base, err = n.orders.coverOf(ctx, n.folder, s.Sequence); err != nil {
		done()
		return nil, nil, err
	}
	return b, done, nil
}

// write writes the backup as a zip, with little memory however large it is.
func (b *backup) write(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	m := &b.manifest
	type file struct {
		name  string
		write func(io.Writer) error
	}
	files := []file{
		{backupReadme, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, backupText, m.Gateway, m.Groups, m.Time.Format(time.RFC3339))
			return err
		}},
		{backupCheckpoint, func(w io.Writer) error { _, err := w.Write(b.signed); return err }},
		{backupBooks, func(w io.Writer) error { return b.books.CopyTo(ctx, w) }},
		{backupOrders, func(w io.Writer) error { return b.orders(ctx, w) }},
	}
	if m.Base != nil {
		files = append(files, file{backupBase, func(w io.Writer) error { return m.Base.writeTo(ctx, b.node.folder, w) }})
	}
	files = append(files, file{backupManifest, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(m)
	}})
	for _, f := range files {
		if err := b.file(z, f.name, f.write); err != nil {
			return fmt.Errorf("back up %s: %w", f.name, err)
		}
	}
	return z.Close()
}

func (b *backup) file(z *zip.Writer, name string, write func(io.Writer) error) error {
	entry, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.manifest.Made.Truncate(time.Second)})
	if err != nil {
		return err
	}
	sum := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(entry, sum), 256<<10)
	if err := errors.Join(write(buffered), buffered.Flush()); err != nil {
		return err
	}
	if name != backupManifest {
		b.manifest.Files[name] = hex.EncodeToString(sum.Sum(nil))
	}
	return nil
}

// orders writes the groups of the log up to where the books stand, and holds them to
// the hash that the books have of them.
func (b *backup) orders(ctx context.Context, w io.Writer) error {
	var head []byte
	next, hash, err := b.manifest.begins()
	if err != nil {
		return err
	}
	err = b.node.orders.Search(ctx, next-1, b.manifest.Groups, func(entries []Entry) error {
		for _, e := range entries {
			if e.Sequence > b.manifest.Groups {
				return nil
			}
			if e.Sequence != next {
				return fmt.Errorf("%w: group %d is not in it", ErrLog, next)
			}
			next++
			hash = nextHash(hash, e.Data)
			head = binary.AppendUvarint(binary.AppendUvarint(head[:0], e.Sequence), uint64(len(e.Data)))
			if _, err := w.Write(append(head, e.Data...)); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case next != b.manifest.Groups+1:
		return fmt.Errorf("%w: it was read up to group %d of %d", ErrLog, next-1, b.manifest.Groups)
	case hash != b.books.State().LogHash:
		return fmt.Errorf("%w: its groups are not those that the books have applied", ErrLog)
	}
	return nil
}

// begins is the first group of the log in a backup, and the running hash before it.
func (m *BackupManifest) begins() (first uint64, before [32]byte, err error) {
	if m.Base == nil {
		return 1, before, nil
	}
	state, err := m.Base.state()
	return state.Sequence, state.Before, err
}

// checkpointOf is checkpoint for a copy of the books.
func (n *Node) checkpointOf(books *store.Books, c Caller) (*evidence.Checkpoint, []byte, error) {
	copied := &Node{signer: n.signer, Books: books}
	copied.directory.Store(n.Directory())
	point, _, signed, err := copied.checkpoint(c)
	return point, signed, err
}

// removed is os.Remove for what may be gone already.
func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
