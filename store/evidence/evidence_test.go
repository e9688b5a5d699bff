package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store"
)

// memoryLog is a log in memory.
type memoryLog struct {
	records  []store.Record
	payloads [][]byte
	hashes   []tlog.Hash
}

func (m *memoryLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		out[i] = m.hashes[index]
	}
	return out, nil
}

func (m *memoryLog) add(r store.Record, payload []byte) {
	r.Digest = store.DigestOf(r.Salt, payload)
	hashes, err := tlog.StoredHashes(int64(len(m.records)), r.Leaf(), m)
	if err != nil {
		panic(err)
	}
	m.records, m.payloads, m.hashes = append(m.records, r), append(m.payloads, payload), append(m.hashes, hashes...)
}

func (m *memoryLog) root(size uint64) tlog.Hash {
	root, err := tlog.TreeHash(int64(size), m)
	if err != nil {
		panic(err)
	}
	return root
}

const testBIC = "ALPHCNBJXXX"

// newLog has records one second apart, every third of another type.
func newLog(n int) *memoryLog {
	m := &memoryLog{}
	for i := range n {
		r := store.Record{
			Out: i%2 == 1, Sender: 1, Receiver: 2, From: testBIC, To: "BETATHBKXXX", Type: "pacs.008.001.08", ID: fmt.Sprintf("=MSG-%d", i),
			UETR: fmt.Sprintf("8a562c67-ca16-48ba-b074-65581be6%04d", i%50), Payment: settlement.PaymentID(i), Place: settlement.Place{Sequence: uint64(i/3 + 1)},
			At: at(i), Logged: at(i), Salt: [16]byte{byte(i), byte(i >> 8)},
		}
		if i%3 == 0 {
			r.Type = "pacs.002.001.10"
		}
		body := []byte(fmt.Sprintf("<Document>%d & more é</Document>", i))
		if i%7 == 0 {
			body = append(body, 0xff, 0xfe) // no UTF-8
		}
		m.add(r, body)
	}
	return m
}

func at(second int) settlement.Moment {
	return settlement.Moment(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).Add(time.Duration(second) * time.Second).UnixNano())
}

func bound(second int) *time.Time {
	t := time.Unix(0, int64(at(second))).UTC()
	return &t
}

// part is what an export takes of a log.
type part struct {
	log   *memoryLog
	size  uint64
	query Query
}

func (p part) Hashes() tlog.HashReader { return p.log }

func (p part) Records(payloads bool) iter.Seq2[Logged, error] {
	inTime := func(i int) bool {
		return !before(p.log.records[i].Logged, p.query.From) && (p.query.To == nil || before(p.log.records[i].Logged, p.query.To))
	}
	return func(yield func(Logged, error) bool) {
		for i := range int(p.size) {
			l := Logged{Position: uint64(i), Record: p.log.records[i]}
			switch {
			case inTime(i) && (p.query.Type == "" || strings.HasPrefix(l.Record.Type, p.query.Type+".")) && (p.query.UETR == "" || l.Record.UETR == p.query.UETR):
				if payloads {
					l.Payload = p.log.payloads[i]
				}
			case !p.query.Whole() || inTime(i):
				continue
			case p.query.From != nil && before(l.Record.Logged, p.query.From):
				if i+1 < int(p.size) && before(p.log.records[i+1].Logged, p.query.From) {
					continue
				}
				l.Outside = OutsideBefore
			default:
				if i > 0 && !before(p.log.records[i-1].Logged, p.query.To) {
					continue
				}
				l.Outside = OutsideAfter
			}
			if !yield(l, nil) {
				return
			}
		}
	}
}

// keys are those of a gateway for a test.
type keys struct {
	signer   note.Signer
	verifier note.Verifier
	text     string
}

func newKeys(t testing.TB) keys {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, "dragoman/DRGMHKHHXXX")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return keys{signer, verifier, public}
}

func (k keys) checkpoint(t testing.TB, m *memoryLog, size uint64) (*Checkpoint, []byte) {
	t.Helper()
	c := &Checkpoint{
		Origin: k.signer.Name(), Size: size, Root: m.root(size), Orders: size/3 + 1, LogHash: [32]byte{1, byte(size)}, Books: [32]byte{2, byte(size)},
		Time: time.Unix(0, int64(at(int(size)))), Engine: time.Unix(0, 0), Heads: []Head{{testBIC, size, m.root(size)}},
	}
	signed, err := c.Sign(k.signer)
	if err != nil {
		t.Fatal(err)
	}
	return c, signed
}

// export writes one and gives its files.
func (k keys) export(t testing.TB, m *memoryLog, size uint64, q Query, proofs []Consistency) fstest.MapFS {
	t.Helper()
	c, signed := k.checkpoint(t, m, size)
	e := &Export{
		Manifest:   Manifest{Made: time.Unix(1764064800, 0).UTC(), By: "DRGMHKHHXXX", Key: "key", Reason: "test", Place: "7.0", Query: q, Complete: q.Whole()},
		Checkpoint: c, Signed: signed, Consistency: proofs, Signer: k.signer,
	}
	var b bytes.Buffer
	if err := e.Write(&b, part{m, size, q}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = &fstest.MapFile{Data: raw}
	}
	return files
}

func (k keys) verify(t testing.TB, files fstest.MapFS, against []byte) Verdict {
	t.Helper()
	v, err := Verify(files, FirstKey{k.verifier}, against, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestExportsVerify: every shape of export of logs of every small size holds.
func TestExportsVerify(t *testing.T) {
	k := newKeys(t)
	m := newLog(700)
	exports, complete := 0, 0
	for _, size := range []uint64{0, 1, 2, 3, 7, 8, 9, 255, 256, 257, 512, 600, 700} {
		n := int(size)
		for _, q := range []Query{
			{}, {Participant: testBIC}, {From: bound(0)}, {From: bound(n / 2)}, {To: bound(n / 2)}, {From: bound(n / 3), To: bound(2 * n / 3)},
			{From: bound(n / 2), To: bound(n / 2)}, {From: bound(n + 9)}, {To: bound(-9)}, {Type: "pacs.002"}, {UETR: "8a562c67-ca16-48ba-b074-65581be60003"},
			{From: bound(1), To: bound(n - 1), Type: "pacs.008"}, {From: bound(n - 1), To: bound(n)},
		} {
			v := k.verify(t, k.export(t, m, size, q, nil), nil)
			if len(v.Findings) > 0 {
				t.Errorf("%d records, %+v: %v", size, q, v.Findings)
			}
			exports++
			if v.Manifest.Complete {
				complete++
			}
		}
	}
	t.Logf("%d exports verified, %d of them complete ranges", exports, complete)
}

// TestProofIsSmall: a range of any length is proven by few hashes.
func TestProofIsSmall(t *testing.T) {
	const size, from, to = 100_000, 12_345, 72_346
	m := newLog(size)
	hashes, blocks := 0, 0
	at := uint64(from)
	next := func() (uint64, bool, error) {
		at++
		return at - 1, at <= to, nil
	}
	if err := prove(size, m, next, func(s step) error {
		if hashes++; s.block {
			blocks++
			hashes--
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d records: %d hashes prove them, and %d name a block", to-from, size, hashes, blocks)
	if hashes > 34 || blocks > (to-from)/256+2 {
		t.Errorf("want at most 34 hashes")
	}
}

// TestRandomProofs: any choice of records proves its root, and no other choice
// does.
func TestRandomProofs(t *testing.T) {
	random := mathrand.New(mathrand.NewPCG(5, 6))
	m := newLog(1000)
	for range 300 {
		size := uint64(random.IntN(1000) + 1)
		var chosen []uint64
		every := random.IntN(40) + 1
		for i := range size {
			if random.IntN(every) == 0 {
				chosen = append(chosen, i)
			}
		}
		var proof []step
		rest := chosen
		if err := prove(size, m, func() (uint64, bool, error) {
			if len(rest) == 0 {
				return 0, false, nil
			}
			p := rest[0]
			rest = rest[1:]
			return p, true, nil
		}, func(s step) error { proof = append(proof, s); return nil }); err != nil {
			t.Fatal(err)
		}
		run := func(chosen []uint64, proof []step) (tlog.Hash, error) {
			differ := false
			root, err := compute(size, func() (uint64, tlog.Hash, bool, error) {
				if len(chosen) == 0 {
					return 0, tlog.Hash{}, false, nil
				}
				p := chosen[0]
				chosen = chosen[1:]
				return p, tlog.RecordHash(m.records[p].Leaf()), true, nil
			}, func() (step, error) {
				if len(proof) == 0 {
					return step{}, errProofShort
				}
				s := proof[0]
				proof = proof[1:]
				return s, nil
			}, func(_, _ uint64) { differ = true })
			if differ || len(proof) > 0 {
				return tlog.Hash{}, errProofShort
			}
			return root, err
		}
		if root, err := run(chosen, proof); err != nil || root != m.root(size) {
			t.Fatalf("%d of %d records: %v", len(chosen), size, err)
		}
		if len(chosen) == 0 {
			continue
		}
		drop := random.IntN(len(chosen))
		without := append(append([]uint64(nil), chosen[:drop]...), chosen[drop+1:]...)
		if root, err := run(without, proof); err == nil && root == m.root(size) {
			t.Fatalf("without record %d the proof still holds", chosen[drop])
		}
	}
}

// resign has the gateway itself sign what was changed, as a dishonest operator
// would: the records and the checkpoint must still tell.
func (k keys) resign(t *testing.T, files fstest.MapFS) {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(files[fileManifest].Data, &m); err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for _, name := range listed() {
		if f, ok := files[name]; ok {
			text := strings.Fields(signatureText(f.Data))
			sums[name] = text[2]
		}
	}
	m["files"] = sums
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	files[fileManifest].Data = append(raw, '\n')
	if files[fileSignature].Data, err = signManifest(files[fileManifest].Data, k.signer); err != nil {
		t.Fatal(err)
	}
}

// lines edits a file line by line.
func lines(files fstest.MapFS, name string, edit func(lines []string) []string) {
	all := strings.SplitAfter(string(files[name].Data), "\n")
	files[name].Data = []byte(strings.Join(edit(all[:len(all)-1]), ""))
}

// line edits one record.
func line(files fstest.MapFS, n int, edit func(l *Line)) {
	lines(files, fileRecords, func(all []string) []string {
		var l Line
		if err := json.Unmarshal([]byte(all[n]), &l); err != nil {
			panic(err)
		}
		edit(&l)
		raw, err := l.encode()
		if err != nil {
			panic(err)
		}
		all[n] = string(raw)
		return all
	})
}

// forge changes the leaf of a record, and everything on its line to fit.
func forge(l *Line, change func(r *store.Record)) {
	raw, err := base64.StdEncoding.DecodeString(l.Leaf)
	if err != nil {
		panic(err)
	}
	r, err := store.DecodeLeaf(raw)
	if err != nil {
		panic(err)
	}
	change(&r)
	body, bodyBase64, outside := l.Body, l.BodyBase64, l.Outside
	*l = lineOf(l.Position, &r)
	l.Body, l.BodyBase64, l.Outside = body, bodyBase64, outside
}

// TestEveryAlterationIsNamed changes every part of an export once. As it stands the
// signature of the manifest tells which file it was; signed again by the gateway
// itself, the records, the proof and the checkpoint tell what it was.
func TestEveryAlterationIsNamed(t *testing.T) {
	k, other := newKeys(t), newKeys(t)
	m := newLog(700)
	query := Query{From: bound(100), To: bound(600)}
	alterations := []struct {
		name  string
		do    func(files fstest.MapFS)
		finds string // when the gateway signed it again
	}{
		{"a leaf", func(f fstest.MapFS) { line(f, 20, func(l *Line) { l.Leaf = l.Leaf[:20] + "x" + l.Leaf[21:] }) }, "record 119: its l"},
		{"a field of a leaf and its line", func(f fstest.MapFS) {
			line(f, 20, func(l *Line) { forge(l, func(r *store.Record) { r.To = "EVILDEFFXXX" }) })
		}, "records 0 to 255: at least one was changed"},
		{"a message", func(f fstest.MapFS) { line(f, 21, func(l *Line) { *l.Body += " " }) }, "record 120: its message is not the one that was logged"},
		{"a message that is no text", func(f fstest.MapFS) {
			line(f, 27, func(l *Line) { s := base64.StdEncoding.EncodeToString([]byte("x")); l.BodyBase64 = &s })
		}, "record 126: its message is not the one that was logged"},
		{"a message and its digest", func(f fstest.MapFS) {
			line(f, 21, func(l *Line) {
				*l.Body = "<Document>1000000</Document>"
				forge(l, func(r *store.Record) { r.Digest = store.DigestOf(r.Salt, []byte(*l.Body)) })
			})
		}, "records 0 to 255: at least one was changed"},
		{"a message taken away", func(f fstest.MapFS) { line(f, 21, func(l *Line) { l.Body = nil }) }, "record 120: its message is missing"},
		{"a salt", func(f fstest.MapFS) { line(f, 20, func(l *Line) { l.Salt = strings.Repeat("0", 32) }) }, "record 119: its line says otherwise than its leaf: salt"},
		{"a digest", func(f fstest.MapFS) { line(f, 20, func(l *Line) { l.Digest = strings.Repeat("0", 64) }) }, "record 119: its line says otherwise than its leaf: digest"},
		{"a sender", func(f fstest.MapFS) { line(f, 20, func(l *Line) { l.From = "EVILDEFFXXX" }) }, `record 119: its line says otherwise than its leaf: from is "EVILDEFFXXX"`},
		{"a time", func(f fstest.MapFS) { line(f, 20, func(l *Line) { l.At = "2026-11-25T00:00:00Z" }) }, "record 119: its line says otherwise than its leaf: at"},
		{"a record removed", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { return append(all[:40], all[41:]...) })
		}, "records 139 to 139 are missing"},
		{"a record and its row removed", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { return append(all[:40], all[41:]...) })
			lines(f, fileCSV, func(all []string) []string { return append(all[:40], all[41:]...) })
		}, "records 139 to 139 are missing"},
		{"the last record removed", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { return append(all[:len(all)-2], all[len(all)-1]) })
		}, "records 599 to 599 are missing"},
		{"the first record removed", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { return append(all[:1], all[2:]...) })
		}, "records 100 to 100 are missing"},
		{"two records exchanged", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { all[40], all[41] = all[41], all[40]; return all })
		}, "record 139 was moved"},
		{"two records exchanged and renumbered", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { all[40], all[41] = all[41], all[40]; return all })
			line(f, 40, func(l *Line) { l.Position = 139 })
			line(f, 41, func(l *Line) { l.Position = 140 })
		}, "records 0 to 255: at least one was changed"},
		{"a record twice", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { return append(all[:41], all[40:]...) })
		}, "record 139 stands there twice"},
		{"a record added at the end", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { return append(all, all[40]) })
		}, "record 139 was moved"},
		{"the neighbour before the range removed", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { return all[1:] })
		}, "the neighbour that would show where the range begins is not there"},
		{"the neighbour behind the range removed", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { return all[:len(all)-1] })
		}, "the neighbour that would show where the range ends is not there"},
		{"a record made a neighbour", func(f fstest.MapFS) {
			line(f, 1, func(l *Line) { l.Outside, l.Body, l.BodyBase64 = OutsideBefore, nil, nil })
		}, "record 100 is no neighbour"},
		{"a line that is no record", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { all[40] = "hello\n"; return all })
		}, "line 41 of records.ndjson cannot be read"},
		{"a field more", func(f fstest.MapFS) {
			lines(f, fileRecords, func(all []string) []string { all[40] = `{"evil":1,` + all[40][1:]; return all })
		}, "line 41 of records.ndjson cannot be read"},
		{"a cell of the table", func(f fstest.MapFS) {
			lines(f, fileCSV, func(all []string) []string { all[40] = strings.Replace(all[40], testBIC, "EVILDEFFXXX", 1); return all })
		}, `messages.csv: record 139: from is "EVILDEFFXXX"`},
		{"a cell made a formula", func(f fstest.MapFS) {
			lines(f, fileCSV, func(all []string) []string { all[40] = strings.Replace(all[40], "'=", "=", 1); return all })
		}, "messages.csv: record 139: id"},
		{"a row removed", func(f fstest.MapFS) {
			lines(f, fileCSV, func(all []string) []string { return append(all[:40], all[41:]...) })
		}, "messages.csv: record 139"},
		{"a row added", func(f fstest.MapFS) { lines(f, fileCSV, func(all []string) []string { return append(all, all[40]) }) }, "messages.csv has more rows"},
		{"the headings", func(f fstest.MapFS) {
			lines(f, fileCSV, func(all []string) []string { all[0] = strings.ToUpper(all[0]); return all })
		}, "messages.csv does not begin with its headings"},
		{"a hash of the proof", func(f fstest.MapFS) {
			lines(f, fileProof, func(all []string) []string { all[0] = strings.Replace(all[0], all[0][6:10], "AAAA", 1); return all })
		}, "the records and proof.txt give the root"},
		{"a block of the proof", func(f fstest.MapFS) {
			lines(f, fileProof, func(all []string) []string {
				for i := range all {
					if strings.HasPrefix(all[i], wordBlock) {
						all[i] = strings.Replace(all[i], all[i][7:11], "AAAA", 1)
						break
					}
				}
				return all
			})
		}, "records 0 to 255"},
		{"the proof cut short", func(f fstest.MapFS) { lines(f, fileProof, func(all []string) []string { return all[:len(all)-1] }) }, "proof.txt: records and proof do not fit together"},
		{"a hash more", func(f fstest.MapFS) { lines(f, fileProof, func(all []string) []string { return append(all, all[0]) }) }, "proof.txt has more hashes"},
		{"the size in the checkpoint", func(f fstest.MapFS) {
			lines(f, fileCheckpoint, func(all []string) []string { all[1] = "699\n"; return all })
		}, "checkpoint.txt: its text was changed after it was signed"},
		{"a head in the checkpoint", func(f fstest.MapFS) {
			lines(f, fileCheckpoint, func(all []string) []string { all[7] = strings.Replace(all[7], "700", "699", 1); return all })
		}, "checkpoint.txt: its text was changed after it was signed"},
		{"the checkpoint of another key", func(f fstest.MapFS) { _, f[fileCheckpoint].Data = other.checkpoint(t, m, 700) }, "checkpoint.txt: no signature of it is by the given key"},
		{"the checkpoint of another time", func(f fstest.MapFS) { _, f[fileCheckpoint].Data = k.checkpoint(t, m, 650) }, "proof"},
		{"the time asked for", func(f fstest.MapFS) {
			f[fileManifest].Data = bytes.Replace(f[fileManifest].Data, []byte(`"from": "2026-11-25T09:01:40Z"`), []byte(`"from": "2026-11-25T09:00:00Z"`), 1)
		}, "the neighbour before the range was logged within the time"},
		{"the number of records", func(f fstest.MapFS) {
			f[fileManifest].Data = bytes.Replace(f[fileManifest].Data, []byte(`"records": 500`), []byte(`"records": 501`), 1)
		}, "manifest.json counts 501 records but there are 500"},
		{"who it is about", func(f fstest.MapFS) {
			f[fileManifest].Data = bytes.Replace(f[fileManifest].Data, []byte(`"log": "global"`), []byte(`"log": "`+testBIC+`"`), 1)
		}, "claims what its query does not ask"},
		{"a file added", func(f fstest.MapFS) { f["note.txt"] = &fstest.MapFile{Data: []byte("hello")} }, "note.txt was added"},
	}
	for _, alteration := range alterations {
		for _, signedAgain := range []bool{false, true} {
			files := k.export(t, m, 700, query, nil)
			alteration.do(files)
			wants := []string{alteration.finds}
			if signedAgain {
				k.resign(t, files)
			} else if alteration.name != "a file added" {
				wants = append(wants, "change")
			}
			all := strings.Join(k.verify(t, files, nil).Findings, "\n")
			for _, want := range wants {
				if !strings.Contains(all, want) {
					t.Errorf("%s (signed again: %v): want %q among the findings, which are:\n%s", alteration.name, signedAgain, want, all)
				}
			}
		}
	}
	for _, name := range append(listed(), fileManifest, fileSignature) {
		if name == fileKeys {
			continue // empty
		}
		files := k.export(t, m, 700, query, nil)
		delete(files, name)
		if all := strings.Join(k.verify(t, files, nil).Findings, "\n"); !strings.Contains(all, name+" is missing") {
			t.Errorf("without %s: %s", name, all)
		}
		files = k.export(t, m, 700, query, nil)
		files[name].Data[len(files[name].Data)/2] ^= 1
		if v := k.verify(t, files, nil); len(v.Findings) == 0 {
			t.Errorf("a bit of %s is flipped and nobody finds it", name)
		}
	}
	t.Logf("%d alterations, each as it stands and signed again", len(alterations))
}

// TestAgainstEarlierCheckpoints: what was rolled back or changed since a checkpoint
// that somebody kept is found, and honest growth is not.
func TestAgainstEarlierCheckpoints(t *testing.T) {
	k := newKeys(t)
	m := newLog(700)
	changed := newLog(300)
	changed.records[7].To = "EVILDEFFXXX"
	rewritten := &memoryLog{}
	for i := range 300 {
		rewritten.add(changed.records[i], changed.payloads[i])
	}
	for i := 300; i < 700; i++ {
		rewritten.add(m.records[i], m.payloads[i])
	}
	proofs := func(m *memoryLog, from, to uint64) (all []Consistency) {
		for _, log := range []string{GlobalLog, testBIC} {
			p, err := ProveConsistency(log, from, to, m)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p)
		}
		return all
	}
	_, old := k.checkpoint(t, m, 400)
	for _, c := range []struct {
		name  string
		log   *memoryLog
		size  uint64
		proof []Consistency
		finds string
	}{
		{"grown", m, 700, proofs(m, 400, 700), ""},
		{"the same", m, 400, nil, ""},
		{"rolled back", m, 300, nil, "was rolled back: it had 400 records, now it has 300"},
		{"changed", rewritten, 700, proofs(rewritten, 400, 700), "its first 400 records are not those of the earlier checkpoint"},
		{"changed at the same size", rewritten, 400, nil, "was changed: with 400 records its root was"},
		{"without proof", m, 700, nil, "nothing here proves"},
		{"with the proof of another size", m, 700, proofs(m, 399, 700), "nothing here proves"},
	} {
		v := k.verify(t, k.export(t, c.log, c.size, Query{}, c.proof), old)
		all := strings.Join(v.Findings, "\n")
		if c.finds == "" && all != "" || !strings.Contains(all, c.finds) {
			t.Errorf("%s: %s", c.name, all)
		}
	}
}

// TestKeysChange: an export signed by a later key is accepted through the chain from
// the first one, and only so.
func TestKeysChange(t *testing.T) {
	first, second, stranger := newKeys(t), newKeys(t), newKeys(t)
	rotation, err := SignRotation(first.signer, second.text)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := SignRotation(stranger.signer, second.text)
	if err != nil {
		t.Fatal(err)
	}
	m := newLog(20)
	for _, c := range []struct {
		name  string
		chain []byte
		finds string
	}{
		{"with the chain", JoinChain([][]byte{rotation}), ""},
		{"without", nil, "no signature of it is by the given key"},
		{"with a chain of somebody else", JoinChain([][]byte{forged}), "no signature of it is by the given key"},
	} {
		e := second.export(t, m, 20, Query{}, nil)
		e[fileKeys].Data = c.chain
		second.resign(t, e)
		v, err := Verify(e, FirstKey{first.verifier}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(v.Findings, "\n")
		if c.finds == "" && all != "" || !strings.Contains(all, c.finds) {
			t.Errorf("%s: %s", c.name, all)
		}
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	k := newKeys(f)
	c, _ := k.checkpoint(f, newLog(10), 10)
	f.Add(c.Text())
	f.Add("a\n1\n" + c.Root.String() + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := ParseCheckpoint(text); err == nil && c.Text() != text {
			t.Errorf("%q is read and written as %q", text, c.Text())
		}
	})
}
