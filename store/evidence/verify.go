package evidence

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Verdict is what a verification found.
type Verdict struct {
	Manifest   *Manifest   // nil: it cannot be read
	Checkpoint *Checkpoint // nil: it cannot be read, or is not signed
	Findings   []string    // what is wrong; none: everything holds
}

// maxFindings bounds the list; what is beyond is counted.
const maxFindings = 100

// Largest files that are read whole.
const (
	maxSmallFile = 16 << 20
	maxLine      = 64 << 20 // of records.ndjson: a message and more
)

// verification is one run of Verify.
type verification struct {
	files   fs.FS
	keys    note.Verifiers
	verdict Verdict
	more    int
}

func (v *verification) find(format string, args ...any) {
	if len(v.verdict.Findings) == maxFindings {
		v.more++
		return
	}
	v.verdict.Findings = append(v.verdict.Findings, fmt.Sprintf(format, args...))
}

// Verify checks an export: signatures, digests, every record against its leaf, every
// leaf against the signed root, and whether what the manifest claims is so. against,
// which may be nil, is an earlier checkpoint that the reader kept. progress, which
// may be nil, is told how many records were checked. The error is that the files
// cannot be read at all.
func Verify(files fs.FS, keys note.Verifiers, against []byte, progress func(done, of uint64)) (Verdict, error) {
	v := &verification{files: files, keys: keys}
	if _, err := fs.Stat(files, "."); err != nil {
		return v.verdict, err
	}
	v.chain()
	v.manifest()
	v.checkpoint()
	if v.verdict.Manifest != nil {
		v.digests()
	}
	if v.verdict.Manifest != nil && v.verdict.Checkpoint != nil {
		v.records(progress)
	}
	if against != nil && v.verdict.Checkpoint != nil {
		v.against(against)
	}
	if v.more > 0 {
		v.verdict.Findings = append(v.verdict.Findings, fmt.Sprintf("and %d more", v.more))
	}
	return v.verdict, nil
}

// read reads a small file whole.
func (v *verification) read(name string) ([]byte, bool) {
	f, err := v.files.Open(name)
	if err != nil {
		v.find("%s is missing", name)
		return nil, false
	}
	defer f.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(f, maxSmallFile+1))
	switch {
	case err != nil:
		v.find("%s cannot be read: %v", name, err)
		return nil, false
	case len(b) > maxSmallFile:
		v.find("%s is longer than it can be", name)
		return nil, false
	}
	return b, true
}

func (v *verification) manifest() {
	raw, ok := v.read(fileManifest)
	signature, signed := v.read(fileSignature)
	if !ok {
		return
	}
	if signed {
		if err := checkSignature(raw, signature, v.keys); err != nil {
			v.find("%s: %v", fileSignature, err)
		}
	}
	m := &Manifest{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	switch err := decoder.Decode(m); {
	case err != nil:
		v.find("%s cannot be read: %v", fileManifest, err)
	case m.Format != format:
		v.find("%s is of format %d; this program knows %d", fileManifest, m.Format, format)
	default:
		v.verdict.Manifest = m
	}
}

func (v *verification) checkpoint() {
	raw, ok := v.read(fileCheckpoint)
	if !ok {
		return
	}
	c, err := OpenCheckpoint(raw, v.keys)
	if err != nil {
		v.find("%s: %v", fileCheckpoint, err)
		return
	}
	v.verdict.Checkpoint = c
	m := v.verdict.Manifest
	if m == nil {
		return
	}
	if m.Gateway != c.Origin {
		v.find("%s names the gateway %s, the checkpoint %s", fileManifest, m.Gateway, c.Origin)
	}
	if m.Log != m.Query.Log() || m.Claim != m.claim() || m.Complete && !m.Query.Whole() {
		v.find("%s claims what its query does not ask", fileManifest)
	}
}

// digests compares every file with the digest in the manifest.
func (v *verification) digests() {
	named := v.verdict.Manifest.Files
	for _, name := range listed() {
		want, ok := named[name]
		f, err := v.files.Open(name)
		if err != nil {
			if ok {
				v.find("%s is missing", name)
			}
			continue
		}
		sum := sha256.New()
		_, err = io.Copy(sum, f)
		_ = f.Close() // only read
		switch {
		case err != nil:
			v.find("%s cannot be read: %v", name, err)
		case !ok:
			v.find("%s does not name %s", fileManifest, name)
		case sumText(sum) != want:
			v.find("%s was changed: its SHA-256 is not the one in %s", name, fileManifest)
		}
	}
	_ = fs.WalkDir(v.files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !slices.Contains(append(listed(), fileManifest, fileSignature), path) {
			v.find("%s was added: it does not belong to an export", path)
		}
		return err
	})
}

// proofReader reads proof.txt step by step.
type proofReader struct{ lines *bufio.Scanner }

func (p proofReader) next() (step, error) {
	if !p.lines.Scan() {
		return step{}, errors.Join(errProofShort, p.lines.Err())
	}
	word, text, _ := strings.Cut(p.lines.Text(), " ")
	hash, err := tlog.ParseHash(text)
	if err != nil || word != wordHash && word != wordBlock {
		return step{}, errProofShort
	}
	return step{word == wordBlock, hash}, nil
}

// against compares with a checkpoint that the reader kept.
func (v *verification) against(raw []byte) {
	earlier, err := OpenCheckpoint(raw, v.keys)
	if err != nil {
		v.find("the earlier checkpoint: %v", err)
		return
	}
	var proofs []Consistency
	if b, ok := v.read(fileConsistency); ok {
		if err := json.Unmarshal(b, &proofs); err != nil {
			v.find("%s cannot be read: %v", fileConsistency, err)
		}
	}
	for _, finding := range Follows(earlier, v.verdict.Checkpoint, proofs) {
		v.find("against the earlier checkpoint: %s", finding)
	}
}
