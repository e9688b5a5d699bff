package evidence

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what the gateway commits itself to with its signature: how its
// logs stood at one moment. Whoever keeps one can show later that history was
// changed. Its text begins with the three lines of the C2SP format tlog-checkpoint
// (origin, size and root of the global log), so that the tools for those read it:
//
//	dragoman/DRGMHKHHXXX
//	1203
//	Vk0z…=
//	orders 311 5f3a…          last group of ORDERS applied, and the running hash there
//	books 91c0…               digest of the books
//	time 2026-11-23T10:00:00.5Z   time of that group
//	engine 2026-11-23T10:00:00Z   engine time
//	log ALPHCNBJXXX 402 9aQk…=    a participant's own log: size and root
//
// A participant is given the line of its own log only: the sizes of the others'
// logs are theirs.
type Checkpoint struct {
	Origin  string
	Size    uint64
	Root    tlog.Hash
	Orders  uint64
	LogHash [32]byte
	Books   [32]byte
	Time    time.Time
	Engine  time.Time
	Heads   []Head
}

// Head is how a participant's own log stood.
type Head struct {
	BIC  string
	Size uint64
	Root tlog.Hash
}

// GlobalLog names the global log where a BIC names that of a participant.
const GlobalLog = "global"

// Head is the head of a log by name; false when the checkpoint does not give it.
func (c *Checkpoint) Head(log string) (Head, bool) {
	if log == GlobalLog {
		return Head{GlobalLog, c.Size, c.Root}, true
	}
	for _, h := range c.Heads {
		if h.BIC == log {
			return h, true
		}
	}
	return Head{}, false
}

// Text is what is signed.
func (c *Checkpoint) Text() string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
	_, _ = fmt.Fprintf(&b, "orders %d %x\nbooks %x\ntime %s\nengine %s\n", c.Orders, c.LogHash, c.Books, timeText(c.Time), timeText(c.Engine))
	for _, h := range c.Heads {
		_, _ = fmt.Fprintf(&b, "log %s %d %s\n", h.BIC, h.Size, h.Root)
	}
	return b.String()
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Sign writes the checkpoint as a signed note.
func (c *Checkpoint) Sign(signer note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: c.Text()}, signer)
}

// ErrCheckpoint is wrapped by every error of a checkpoint that cannot be read.
var ErrCheckpoint = errors.New("it is no checkpoint")

// OpenCheckpoint reads a signed checkpoint and checks the signature.
func OpenCheckpoint(signed []byte, keys note.Verifiers) (*Checkpoint, error) {
	n, err := note.Open(signed, keys)
	if err != nil {
		return nil, unsigned(err)
	}
	return ParseCheckpoint(n.Text)
}

// UnverifiedCheckpoint reads a signed checkpoint without checking who signed it.
func UnverifiedCheckpoint(signed []byte) (*Checkpoint, error) {
	text, _, found := strings.Cut(string(signed), "\n\n")
	if !found {
		return nil, ErrCheckpoint
	}
	return ParseCheckpoint(text + "\n")
}

// unsigned says in words what is wrong with the signature of a note.
func unsigned(err error) error {
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified):
		names := make([]string, 0, len(unverified.Note.UnverifiedSigs))
		for _, s := range unverified.Note.UnverifiedSigs {
			names = append(names, fmt.Sprintf("%s+%08x", s.Name, s.Hash))
		}
		return fmt.Errorf("no signature of it is by the given key; it is signed by %s", strings.Join(names, ", "))
	case errors.As(err, &invalid):
		return fmt.Errorf("its text was changed after it was signed by %s+%08x", invalid.Name, invalid.Hash)
	}
	return fmt.Errorf("%w: %w", ErrCheckpoint, err)
}

// Text of a checkpoint's line behind its first three.
const (
	lineOrders = "orders"
	lineBooks  = "books"
	lineTime   = "time"
	lineEngine = "engine"
	lineLog    = "log"
)

// ParseCheckpoint reads the text of a checkpoint.
func ParseCheckpoint(text string) (c *Checkpoint, err error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 {
		return nil, ErrCheckpoint
	}
	c = &Checkpoint{Origin: lines[0]}
	if c.Size, err = strconv.ParseUint(lines[1], 10, 63); err == nil {
		c.Root, err = tlog.ParseHash(lines[2])
	}
	for _, line := range lines[3:] {
		if err == nil {
			err = c.line(strings.Fields(line))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	if c.Text() != text {
		return nil, fmt.Errorf("%w: a line is missing or not as it is written", ErrCheckpoint)
	}
	return c, nil
}

func (c *Checkpoint) line(words []string) (err error) {
	if len(words) == 0 {
		return errors.New("an empty line")
	}
	switch words[0] + fmt.Sprint(len(words)) {
	case lineOrders + "3":
		if c.Orders, err = strconv.ParseUint(words[1], 10, 64); err == nil {
			err = readDigest(&c.LogHash, words[2])
		}
	case lineBooks + "2":
		err = readDigest(&c.Books, words[1])
	case lineTime + "2":
		c.Time, err = time.Parse(time.RFC3339Nano, words[1])
	case lineEngine + "2":
		c.Engine, err = time.Parse(time.RFC3339Nano, words[1])
	case lineLog + "4":
		h := Head{BIC: words[1]}
		if h.Size, err = strconv.ParseUint(words[2], 10, 63); err == nil {
			h.Root, err = tlog.ParseHash(words[3])
		}
		c.Heads = append(c.Heads, h)
	default:
		err = fmt.Errorf("line %q is not known", words[0])
	}
	return err
}

func readDigest(to *[32]byte, text string) error {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(to) {
		return fmt.Errorf("%q is no SHA-256", text)
	}
	copy(to[:], b)
	return nil
}

// Consistency proves that a log of one size is the beginning of the same log at
// another size.
type Consistency struct {
	Log    string      `json:"log"`
	From   uint64      `json:"from"`
	To     uint64      `json:"to"`
	Hashes []tlog.Hash `json:"hashes"`
}

// ProveConsistency makes the proof.
func ProveConsistency(log string, from, to uint64, hashes tlog.HashReader) (Consistency, error) {
	c := Consistency{Log: log, From: from, To: to, Hashes: []tlog.Hash{}}
	if from == 0 || from == to {
		return c, nil // nothing is the beginning of everything, and a log of itself
	}
	proof, err := tlog.ProveTree(int64(to), int64(from), hashes) //nolint:gosec // far below 2^63
	c.Hashes = proof
	return c, err
}

// Follows lists in what a later checkpoint contradicts an earlier one: history was
// rolled back or changed between them. proofs are those that are at hand.
func Follows(earlier, later *Checkpoint, proofs []Consistency) (findings []string) {
	find := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	if earlier.Origin != later.Origin {
		find("the checkpoints are of different gateways: %s and %s", earlier.Origin, later.Origin)
		return findings
	}
	if later.Orders < earlier.Orders {
		find("books and log were rolled back: the earlier checkpoint has applied %d groups of ORDERS, the later one %d", earlier.Orders, later.Orders)
	}
	if later.Orders == earlier.Orders && (later.LogHash != earlier.LogHash || later.Books != earlier.Books) {
		find("ORDERS or the books were exchanged: at group %d the two checkpoints have different hashes", later.Orders)
	}
	logs := []Head{{GlobalLog, earlier.Size, earlier.Root}}
	for _, before := range append(logs, earlier.Heads...) {
		after, ok := later.Head(before.BIC)
		if !ok {
			continue // a participant is not told of the others' logs
		}
		if text := continues(before, after, proofs); text != "" {
			find("%s", text)
		}
	}
	return findings
}

// continues tells why a log does not go on where it stood; empty: it does.
func continues(before, after Head, proofs []Consistency) string {
	name := "the message log"
	if before.BIC != GlobalLog {
		name = "the message log of " + before.BIC
	}
	switch {
	case after.Size < before.Size:
		return fmt.Sprintf("%s was rolled back: it had %d records, now it has %d", name, before.Size, after.Size)
	case after.Size == before.Size && after.Root != before.Root:
		return fmt.Sprintf("%s was changed: with %d records its root was %s, now it is %s", name, after.Size, before.Root, after.Root)
	case after.Size == before.Size || before.Size == 0:
		return ""
	}
	for _, p := range proofs {
		if p.Log != before.BIC || p.From != before.Size || p.To != after.Size {
			continue
		}
		if err := tlog.CheckTree(p.Hashes, int64(after.Size), after.Root, int64(before.Size), before.Root); err != nil { //nolint:gosec // far below 2^63
			return fmt.Sprintf("%s was changed: its first %d records are not those of the earlier checkpoint, or the proof was changed", name, before.Size)
		}
		return ""
	}
	return fmt.Sprintf("nothing here proves that the first %d records of %s are still the same: make the export, or the checkpoint, with --against and the earlier checkpoint", before.Size, name)
}
