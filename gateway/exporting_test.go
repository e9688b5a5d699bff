package gateway

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"golang.org/x/mod/sumdb/note"

	"dragoman/store"
	"dragoman/store/evidence"
)

// testSigner makes the key of a gateway and gives its public part.
func testSigner(t testing.TB) (note.Signer, evidence.FirstKey) {
	t.Helper()
	signer, key, _ := testKeys(t)
	return signer, key
}

// testKeys is testSigner with the public key as people write it.
func testKeys(t testing.TB) (signer note.Signer, key evidence.FirstKey, public string) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, "dragoman/"+testGateway)
	if err != nil {
		t.Fatal(err)
	}
	if signer, err = note.NewSigner(private); err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, evidence.FirstKey{Key: verifier}, public
}

// exportRig is a door whose gateway signs, with payments in three places of time.
type exportRig struct {
	*doorRig
	key   evidence.FirstKey
	times []time.Time // between the payments
}

func newExportRig(t *testing.T) *exportRig {
	signer, key := testSigner(t)
	var now atomic.Int64 // the node reads its clock from several goroutines
	now.Store(time.Now().UnixNano())
	r := &exportRig{key: key}
	r.doorRig = openDoorRigWith(t, func(s *Settings) {
		s.Signer = signer
		s.Clock = func() time.Time { return time.Unix(0, now.Add(int64(time.Millisecond))) }
	}, nil)
	for round := range 3 {
		r.times = append(r.times, time.Unix(0, int64(r.node.Books.State().Booked)+1).UTC())
		for i := range 5 {
			r.pay(testBanks[0], testBanks[1], 10*round+i)
			r.pay(testBanks[1], testBanks[2], 10*round+i+100)
		}
		applyAll(t, r.node)
	}
	return r
}

// take has somebody export and gives the files.
func (r *exportRig) take(name string, request ExportRequest) fs.FS {
	r.t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		r.t.Fatal(err)
	}
	a := r.post(name, "/v1/exports", jsonContent, body)
	if a.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %s %s", name, a.Status, a.body)
	}
	z, err := zip.NewReader(bytes.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		r.t.Fatal(err)
	}
	return z
}

func (r *exportRig) lines(files fs.FS) (all []evidence.Line) {
	r.t.Helper()
	raw, err := fs.ReadFile(files, "records.ndjson")
	if err != nil {
		r.t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		var l evidence.Line
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			r.t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

func (r *exportRig) checkpoint(name string) (*evidence.Checkpoint, []byte) {
	r.t.Helper()
	a := r.get(name, "/v1/checkpoint")
	point, err := evidence.OpenCheckpoint(a.body, r.key)
	if err != nil {
		r.t.Fatalf("%s: %v: %s", a.Status, err, a.body)
	}
	return point, a.body
}

// TestExports: what compliance and banks take out of the log verifies, holds what
// was asked for and nothing of others, and is itself in the log.
func TestExports(t *testing.T) {
	r := newExportRig(t)
	_, old := r.checkpoint("compliance")
	r.pay(testBanks[0], testBanks[1], 77)
	for _, c := range []struct {
		name     string
		who      string
		query    evidence.Query
		complete bool
		least    int
	}{
		{"everything", "compliance", evidence.Query{}, true, 60},
		{"a bank by compliance", "compliance", evidence.Query{Participant: testBanks[0]}, true, 30},
		{"a time", "compliance", evidence.Query{From: &r.times[1], To: &r.times[2]}, true, 20},
		{"a time of a bank", testBanks[1], evidence.Query{From: &r.times[1], To: &r.times[2]}, true, 10},
		{"a bank's own", testBanks[0], evidence.Query{}, true, 30},
		{"a kind", "compliance", evidence.Query{Type: "pacs.002"}, false, 30},
		{"a payment", testBanks[0], evidence.Query{UETR: testUETR(3)}, false, 2},
	} {
		files := r.take(c.who, ExportRequest{Query: c.query, Reason: "test of " + c.name, Against: string(old)})
		v, err := evidence.Verify(files, r.key, old, nil)
		if err != nil || len(v.Findings) > 0 {
			t.Errorf("%s: %v %v", c.name, err, v.Findings)
			continue
		}
		if v.Manifest.Complete != c.complete || v.Manifest.Records < uint64(c.least) || v.Manifest.Reason != "test of "+c.name {
			t.Errorf("%s: %+v", c.name, v.Manifest)
		}
		for _, l := range r.lines(files) {
			if bic := c.who; bic != "compliance" && l.From != bic && l.To != bic {
				t.Errorf("%s: %s was given a message from %s to %s", c.name, bic, l.From, l.To)
			}
		}
		t.Logf("%-20s %d records, complete: %v", c.name, v.Manifest.Records, c.complete)
	}
	exports := 0
	for _, l := range r.lines(r.take("compliance", ExportRequest{Query: evidence.Query{Type: TypeExport}, Reason: "who took what"})) {
		exports++
		if l.Body == nil || !strings.Contains(*l.Body, `"reason":"`) || l.Key == "" {
			t.Errorf("an export is recorded as %+v", l)
		}
	}
	if exports != 8 {
		t.Errorf("%d exports are in the log, want 8", exports)
	}
	// A bank's log does not show that compliance looked.
	for _, l := range r.lines(r.take(testBanks[2], ExportRequest{Reason: "own"})) {
		if l.Type == TypeExport && l.From != testBanks[2] {
			t.Errorf("a bank sees the export of %s", l.From)
		}
	}
}

// TestExportsAreOnlyForWhoMay: roles, others' logs, reasons and bounds.
func TestExportsAreOnlyForWhoMay(t *testing.T) {
	r := newExportRig(t)
	for _, c := range []struct {
		who, body string
		status    int
		says      string
	}{
		{"operator", `{"reason":"x"}`, http.StatusForbidden, ""},
		{testBanks[0], `{"reason":"x","participant":"` + testBanks[1] + `"}`, http.StatusForbidden, ""},
		{testBanks[0], `{}`, http.StatusBadRequest, "reason"},
		{testBanks[0], `{"reason":"x","from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}`, http.StatusBadRequest, "to lies before from"},
		{"compliance", `{"reason":"x","participant":"NOBODEFFXXX"}`, http.StatusNotFound, "takes no part"},
		{"compliance", `{"reason":"x","uetr":"1"}`, http.StatusBadRequest, "UETR"},
		{"compliance", `{"reason":"x","against":"hello"}`, http.StatusBadRequest, "against"},
		{"compliance", `{"reason":"x","what":1}`, http.StatusBadRequest, "what"},
	} {
		a := r.post(c.who, "/v1/exports", jsonContent, []byte(c.body))
		if a.StatusCode != c.status || !strings.Contains(string(a.body), c.says) {
			t.Errorf("%s %s: %s %s", c.who, c.body, a.Status, a.body)
		}
	}
}

// TestCheckpoints: a bank sees its own log and the global one, the gateway's people
// all; a checkpoint follows an earlier one, and not one of a log that was changed.
func TestCheckpoints(t *testing.T) {
	r := newExportRig(t)
	earlier, _ := r.checkpoint("operator")
	if len(earlier.Heads) != len(r.node.Directory().Participants) || earlier.Size != r.node.Books.State().Records {
		t.Errorf("an operator sees %d logs of %d records", len(earlier.Heads), earlier.Size)
	}
	own, _ := r.checkpoint(testBanks[0])
	if len(own.Heads) != 1 || own.Heads[0].BIC != testBanks[0] {
		t.Errorf("a bank sees the logs %+v", own.Heads)
	}
	r.pay(testBanks[0], testBanks[1], 77)
	applyAll(t, r.node)
	later, _ := r.checkpoint(testBanks[0])
	var proofs []evidence.Consistency
	for _, log := range []string{evidence.GlobalLog, testBanks[0]} {
		before, _ := own.Head(log)
		after, _ := later.Head(log)
		a := r.get(testBanks[0], fmt.Sprintf("/v1/checkpoint/consistency?log=%s&from=%d&to=%d", log, before.Size, after.Size))
		var p evidence.Consistency
		if err := json.Unmarshal(a.body, &p); err != nil {
			t.Fatalf("%s: %v %s", log, err, a.body)
		}
		proofs = append(proofs, p)
	}
	if findings := evidence.Follows(own, later, proofs); len(findings) > 0 {
		t.Error(findings)
	}
	changed := *own
	changed.Root[3] ^= 1
	if findings := evidence.Follows(&changed, later, proofs); len(findings) != 1 {
		t.Errorf("a changed log: %v", findings)
	}
	for path, status := range map[string]int{
		"?log=" + testBanks[1] + "&from=1&to=2":    http.StatusNotFound,
		"?log=global&from=2&to=1":                  http.StatusBadRequest,
		"?log=global&from=1&to=99999999":           http.StatusUnprocessableEntity,
		"?log=nobody&from=1&to=2":                  http.StatusBadRequest,
		"?log=global&from=0&to=5":                  http.StatusOK,
		"?log=" + testBanks[0] + "&from=1&to=9999": http.StatusUnprocessableEntity,
	} {
		if a := r.get(testBanks[0], "/v1/checkpoint/consistency"+path); a.StatusCode != status {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
	}
}

// TestRolledBackTogether: books and log of yesterday look sound to themselves; the
// checkpoint that somebody kept tells.
func TestRolledBackTogether(t *testing.T) {
	signer, key := testSigner(t)
	folder := t.TempDir()
	n, err := Start(t.Context(), Settings{Folder: folder, Clock: time.Now, Log: zap.NewNop(), First: testChange(t), Signer: signer})
	if err != nil {
		t.Fatal(err)
	}
	issueAt(t, n, testBanks[0], "999999999.00")
	payAgain(t, n, 0, 5)
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	old := copyFolder(t, folder)
	if n, err = restart(folder, func(s *Settings) { s.Signer = signer }); err != nil {
		t.Fatal(err)
	}
	payAgain(t, n, 100, 5)
	_, _, kept, err := n.checkpoint(Caller{Participant: mustBIC(t, testBanks[0])})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err = restart(old, func(s *Settings) { s.Signer = signer }); err != nil {
		t.Fatal(err)
	}
	payAgain(t, n, 200, 9) // other payments than those that were lost
	e, err := n.prepareExport(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, ExportRequest{Reason: "test", Against: string(kept)})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := e.export.Write(&b, e.source); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	alone, errAlone := evidence.Verify(z, key, nil, nil)
	against, errAgainst := evidence.Verify(z, key, kept, nil)
	if err := errors.Join(errAlone, errAgainst); err != nil || len(alone.Findings) > 0 || len(against.Findings) == 0 {
		t.Errorf("alone %v, against the kept checkpoint %v, %v", alone.Findings, against.Findings, err)
	}
	t.Log(strings.Join(against.Findings, "\n"))
	for _, c := range []struct {
		folder string
		clean  bool
	}{{folder, true}, {old, false}} {
		if c.folder == old {
			sound(t, n, n.Books.State())
		}
		books, err := store.OpenReadOnly(BooksPath(c.folder))
		if err != nil {
			t.Fatal(err)
		}
		findings, err := Against(books, kept, key.Key)
		if err != nil || (len(findings) == 0) != c.clean {
			t.Errorf("the books against the kept checkpoint: %v %v", findings, err)
		}
		if err := books.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
