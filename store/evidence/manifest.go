package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Files of an export.
const (
	fileReadme      = "README.txt"
	fileCheckpoint  = "checkpoint.txt"
	fileRecords     = "records.ndjson"
	fileCSV         = "messages.csv"
	fileProof       = "proof.txt"
	fileConsistency = "consistency.json"
	fileKeys        = "keys.txt"
	fileManifest    = "manifest.json"
	fileSignature   = "manifest.sig"
)

// listed are the files that a manifest names, in the order in which they are
// written.
func listed() []string {
	return []string{fileReadme, fileCheckpoint, fileKeys, fileRecords, fileCSV, fileProof, fileConsistency}
}

// Query is what an export was asked for. Times are those of Line.Logged: from From
// on, up to before To; nil is no bound.
type Query struct {
	From        *time.Time `json:"from,omitempty"`
	To          *time.Time `json:"to,omitempty"`
	Participant string     `json:"participant,omitempty"` // BIC; empty: the global log
	Type        string     `json:"type,omitempty"`        // kind, such as pacs.008, or version
	UETR        string     `json:"uetr,omitempty"`
}

// Whole tells that the query asks for everything in a range of one log.
func (q *Query) Whole() bool { return q.Type == "" && q.UETR == "" }

// Log is the log that the query reads.
func (q *Query) Log() string {
	if q.Participant == "" {
		return GlobalLog
	}
	return q.Participant
}

// Manifest says what an export is and what it claims. Its signature covers all
// files through their digests.
type Manifest struct {
	Format  int       `json:"format"` // of the files, 1
	Gateway string    `json:"gateway"`
	Made    time.Time `json:"made"`
	By      string    `json:"by"`  // BIC of who asked
	Key     string    `json:"key"` // certificate of who asked
	Reason  string    `json:"reason"`
	Place   string    `json:"place"` // of the entry in ORDERS that says so
	Query   Query     `json:"query"`
	Log     string    `json:"log"` // global, or the BIC of whose log it is
	Records uint64    `json:"records"`
	First   *uint64   `json:"first,omitempty"` // positions of the first and last record
	Last    *uint64   `json:"last,omitempty"`
	// Complete claims that these are all records of the log in that time. Otherwise
	// they are some, each of which is proven to stand in it.
	Complete bool              `json:"complete"`
	Claim    string            `json:"claim"` // the same in words
	Files    map[string]string `json:"files"` // SHA-256 of each
}

const format = 1

func (m *Manifest) claim() string {
	between := "all time up to the checkpoint"
	if m.Query.From != nil || m.Query.To != nil {
		from, to := "the beginning", "the checkpoint"
		if m.Query.From != nil {
			from = timeText(*m.Query.From)
		}
		if m.Query.To != nil {
			to = timeText(*m.Query.To)
		}
		between = "the time from " + from + " to before " + to
	}
	if m.Complete {
		return fmt.Sprintf("These are all records of the log %s in %s.", m.Log, between)
	}
	return fmt.Sprintf("These are records of the log %s in %s that match a filter; each is proven to stand in the log, and that there are no others is not claimed.", m.Log, between)
}

func (m *Manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}

// The signature of a manifest is a note of two lines.
const signatureTitle = "dragoman export"

func signatureText(manifest []byte) string {
	sum := sha256.Sum256(manifest)
	return signatureTitle + "\n" + hex.EncodeToString(sum[:]) + "  " + fileManifest + "\n"
}

func signManifest(manifest []byte, signer note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: signatureText(manifest)}, signer)
}

// checkSignature tells why a manifest is not the one that was signed.
func checkSignature(manifest, signature []byte, keys note.Verifiers) error {
	n, err := note.Open(signature, keys)
	if err != nil {
		return unsigned(err)
	}
	if n.Text != signatureText(manifest) {
		return fmt.Errorf("%s was changed after it was signed", fileManifest)
	}
	return nil
}

func readme(m *Manifest, checkpoint *Checkpoint) string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, `Export of messages from the gateway %s

Made %s for %s (%s).
%s

What is in here
  records.ndjson    one record a line: who, what, when, and the message verbatim.
                    "leaf" is its canonical form: everything else is checked from it.
  messages.csv      the same for a spreadsheet, without the messages. A cell that
                    begins with = + - or @ has an apostrophe before it, so that no
                    spreadsheet takes it for a formula.
  checkpoint.txt    what the gateway committed itself to with its signature: size and
                    root of its message log (%d records) and of participants' logs.
  proof.txt         hashes that, with the records, give the root in the checkpoint.
  consistency.json  if asked for: that the log only grew since earlier checkpoints.
  keys.txt          if the signing key was changed: the chain of changes.
  manifest.json     what was asked, what is claimed, SHA-256 of every file.
  manifest.sig      the gateway's signature of the manifest.

How to check it
  You need this file, the program dragoman and the gateway's public key, which you
  should have from the gateway's operator, on another way than this file:

      dragoman verify THIS-FILE --key KEY

  It needs no network and no access to the gateway. If you kept an earlier
  checkpoint of the gateway, add --against CHECKPOINT: it shows whether the gateway
  rolled its history back or changed it since then.

  "position" counts the records of the log from 0. The records marked "outside"
  are the neighbours of the range; they show that nothing is missing at its ends
  and come without their messages. Times are UTC; "logged" never goes back.
`, m.Gateway, timeText(m.Made), m.By, m.Reason, m.claim(), checkpoint.Size)
	return b.String()
}
