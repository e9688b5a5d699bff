package evidence

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"time"

	"github.com/klauspost/compress/flate"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/store"
)

// Logged is one record as it is exported.
type Logged struct {
	Position uint64
	Outside  string // of a neighbour: OutsideBefore or OutsideAfter
	Record   store.Record
	Payload  []byte // nil for neighbours
}

// Neighbours of a range, see [Line].
const (
	OutsideBefore = outsideBefore
	OutsideAfter  = outsideBehind
)

// Source hands over what is exported. It is walked several times and must give the
// same each time: records of a log never change.
type Source interface {
	// Records are the exported ones with their neighbours, ascending. Without payloads
	// they come cheaper.
	Records(payloads bool) iter.Seq2[Logged, error]
	// Hashes are those of the log's tree.
	Hashes() tlog.HashReader
}

// Export is everything that makes an export but the records.
type Export struct {
	Manifest    Manifest // Files, Records, First and Last are filled in
	Checkpoint  *Checkpoint
	Signed      []byte // the checkpoint as it was signed
	Consistency []Consistency
	Keys        []byte // chain of the signing keys; empty: there was only one
	Signer      note.Signer
}

// Write writes the export as a zip, file by file, with little memory however many
// records there are. A writer that ends early leaves a zip without its end.
func (e *Export) Write(w io.Writer, source Source) error {
	e.Manifest.Format, e.Manifest.Gateway, e.Manifest.Log = format, e.Checkpoint.Origin, e.Manifest.Query.Log()
	e.Manifest.Claim, e.Manifest.Files = e.Manifest.claim(), map[string]string{}
	head, ok := e.Checkpoint.Head(e.Manifest.Log)
	if !ok {
		return fmt.Errorf("the checkpoint does not give the log of %s", e.Manifest.Log)
	}
	z := &zipped{zip: zip.NewWriter(w), made: e.Manifest.Made, sums: e.Manifest.Files}
	z.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	consistency, err := json.MarshalIndent(append([]Consistency{}, e.Consistency...), "", "  ")
	if err != nil {
		return err
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{fileReadme, whole([]byte(readme(&e.Manifest, e.Checkpoint)))},
		{fileCheckpoint, whole(e.Signed)},
		{fileKeys, whole(e.Keys)},
		{fileRecords, func(w io.Writer) error { return e.records(w, source) }},
		{fileCSV, func(w io.Writer) error { return e.table(w, source) }},
		{fileProof, func(w io.Writer) error { return e.proof(w, source, head.Size) }},
		{fileConsistency, whole(append(consistency, '\n'))},
	} {
		if err := z.file(file.name, file.write); err != nil {
			return fmt.Errorf("write %s: %w", file.name, err)
		}
	}
	return e.close(z)
}

// close writes what covers everything else.
func (e *Export) close(z *zipped) error {
	manifest, err := e.Manifest.encode()
	if err != nil {
		return err
	}
	signature, err := signManifest(manifest, e.Signer)
	if err != nil {
		return fmt.Errorf("sign the export: %w", err)
	}
	return errors.Join(z.file(fileManifest, whole(manifest)), z.file(fileSignature, whole(signature)), z.zip.Close())
}

func whole(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// zipped is a zip that keeps the digest of each file.
type zipped struct {
	zip  *zip.Writer
	made time.Time
	sums map[string]string
}

func (z *zipped) file(name string, write func(io.Writer) error) error {
	entry, err := z.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: z.made.UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	sum := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(entry, sum), 64<<10)
	if err := errors.Join(write(buffered), buffered.Flush()); err != nil {
		return err
	}
	z.sums[name] = sumText(sum)
	return nil
}

func sumText(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)) }

func (e *Export) records(w io.Writer, source Source) error {
	for logged, err := range source.Records(true) {
		if err != nil {
			return err
		}
		line := lineOf(logged.Position, &logged.Record)
		if line.Outside = logged.Outside; line.Outside == "" {
			line.setBody(logged.Payload)
			e.count(logged.Position)
		}
		encoded, err := line.encode()
		if err != nil {
			return err
		}
		if _, err := w.Write(encoded); err != nil {
			return err
		}
	}
	return nil
}

func (e *Export) count(position uint64) {
	if e.Manifest.Records++; e.Manifest.First == nil {
		first := position
		e.Manifest.First = &first
	}
	last := position
	e.Manifest.Last = &last
}

func (e *Export) table(w io.Writer, source Source) error {
	rows := csv.NewWriter(w)
	rows.UseCRLF = true // RFC 4180
	if err := rows.Write(csvHeader()); err != nil {
		return err
	}
	for logged, err := range source.Records(false) {
		if err != nil {
			return err
		}
		if logged.Outside != "" {
			continue
		}
		line := lineOf(logged.Position, &logged.Record)
		if err := rows.Write(line.cells()); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

// Words of a proof's lines: a hash of what is not exported, or of a block.
const (
	wordHash  = "hash"
	wordBlock = "block"
)

func (e *Export) proof(w io.Writer, source Source, size uint64) error {
	next, stop := iter.Pull2(source.Records(false))
	defer stop()
	exported := func() (uint64, bool, error) {
		logged, err, ok := next()
		return logged.Position, ok, err
	}
	return prove(size, source.Hashes(), exported, func(s step) error {
		word := wordHash
		if s.block {
			word = wordBlock
		}
		_, err := fmt.Fprintf(w, "%s %s\n", word, s.hash)
		return err
	})
}
