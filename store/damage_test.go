package store

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"dragoman/messages"
	"dragoman/settlement"
)

// soundBooks are books with a row in every bucket, closed, and their file's bytes.
func soundBooks(t *testing.T, steps int) []byte {
	t.Helper()
	b := run(t, 1, steps, false)
	b.books.Acknowledge(2, 1)
	for range 3 * markEvery { // marks are rare
		b.step(steps)
		steps++
	}
	b.engine.Control([]settlement.ControlChange{
		{Account: b.accounts[1], Kind: settlement.ControlReservation, Amount: 5}, {Account: b.accounts[1], Kind: settlement.ControlBilateral, Towards: b.accounts[2], Amount: 1 << 50},
		{Account: b.accounts[1], Kind: settlement.ControlMultilateral, Amount: 1 << 50},
	})
	b.engine.Decide(settlement.Message{Place: settlement.Place{Sequence: b.sequence + 1}, Sender: 2}, settlement.Instruction{
		Identity: settlement.Identity{1}, Kind: settlement.KindCustomer, Sender: 2, Receiver: 3,
		Legs: []settlement.Leg{{Debit: b.accounts[1], Credit: b.accounts[2], Amount: 1 << 40}},
	})
	b.net()
	b.commit(nil)
	err := b.books.update(func(tx *bbolt.Tx) error {
		sums, err := sumsIn(tx)
		c := &commit{tx: tx, effects: sha256.New(), sums: sums}
		return errors.Join(err, c.put(bucketDirectory, keyDirectory, []byte("{}")), c.put(bucketMarket, []byte("rate/1"), []byte("{}")), c.keepSums())
	})
	if err != nil {
		t.Fatal(err)
	}
	if findings, err := b.books.Audit(); err != nil || len(findings) > 0 {
		t.Fatalf("before the damage: %v %v", err, findings)
	}
	b.close()
	raw, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	return trimmed(t, raw)
}

// net has one netting cycle settle, since its positions are zero, and opens another.
func (b *bank) net() {
	currency := messages.MustCurrency("USD")
	b.engine.OpenAccount(1, currency, settlement.RoleNetting)
	pay := func(n byte, from, to int) {
		b.engine.Decide(settlement.Message{Place: settlement.Place{Sequence: b.sequence + 1}, Sender: 2}, settlement.Instruction{
			Identity: settlement.Identity{2, n}, Kind: settlement.KindCustomer, Sender: 2, Receiver: 3, Net: true,
			Legs: []settlement.Leg{{Debit: b.accounts[from], Credit: b.accounts[to], Amount: 7}},
		})
	}
	pay(1, 1, 2)
	pay(2, 2, 1)
	b.engine.CloseCycle(settlement.Message{Place: settlement.Place{Sequence: b.sequence + 1}, Sender: 1}, currency, settlement.Terms{})
	pay(3, 1, 2)
}

func rowsOf(b *bbolt.Bucket) (rows int) {
	_ = b.ForEach(func(_, _ []byte) error { rows++; return nil })
	return rows
}

// trimmed cuts off what the file has grown ahead, to make copies cheap.
func trimmed(t *testing.T, raw []byte) []byte {
	t.Helper()
	h, _, err := readHead(strings.NewReader(string(raw)), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return raw[:h.pages*pageSize]
}

// damaged writes a file and tells what a start and an audit say of it. A start
// refuses what an audit would find at the end of the books.
func damaged(t *testing.T, path string, raw []byte) (findings []string, start error) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	books, err := OpenReadOnly(path)
	if err != nil {
		return nil, err
	}
	defer books.Close() //nolint:errcheck // only read
	if err = books.Check(); err == nil {
		_, err = books.Load()
	}
	findings, audit := books.Audit()
	if audit != nil {
		t.Fatalf("the audit gave up: %v", audit)
	}
	return findings, err
}

// TestEveryBucketIsGuarded changes one row in every bucket: a bit flipped, a row
// removed, one moved to another key, one more beside it, and the bit flipped under a
// checksum that fits. The audit must name each; what a fitting checksum can hide in a
// field that nothing else repeats is for replay to find, and counted here.
func TestEveryBucketIsGuarded(t *testing.T) {
	raw := soundBooks(t, 30)
	path := filepath.Join(t.TempDir(), "books.db")
	change := func(bucket []byte, do func(b *bbolt.Bucket, key, value []byte) error) []string {
		t.Helper()
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		books, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer books.Close() //nolint:errcheck // thrown away
		err = books.update(func(tx *bbolt.Tx) error {
			b := tx.Bucket(bucket)
			rows := rowsOf(b)
			cursor := b.Cursor()
			key, value := cursor.First()
			for range rows / 2 {
				key, value = cursor.Next()
			}
			return do(b, append([]byte(nil), key...), append([]byte(nil), value...))
		})
		if err != nil {
			t.Fatalf("%s: %v", bucket, err)
		}
		findings, err := books.Audit()
		if err != nil {
			t.Fatal(err)
		}
		return findings
	}
	changes := 0
	for _, bucket := range buckets() {
		name := string(bucket)
		for what, do := range map[string]func(b *bbolt.Bucket, key, value []byte) error{
			"a bit is flipped": func(b *bbolt.Bucket, key, value []byte) error {
				value[len(value)/2] ^= 4
				return b.Put(key, value)
			},
			"a row is removed": func(b *bbolt.Bucket, key, _ []byte) error { return b.Delete(key) },
			"a row is moved": func(b *bbolt.Bucket, key, value []byte) error {
				if err := b.Delete(key); err != nil {
					return err
				}
				key[len(key)-1] ^= 0x80
				return b.Put(key, value)
			},
			"a row is added": func(b *bbolt.Bucket, key, value []byte) error {
				other := append([]byte(nil), key...)
				for at := len(other) - 1; b.Get(other) != nil; {
					if other[at]++; other[at] == 0 {
						at-- // all that end so are there
					}
				}
				if name == "hashes" || name == "branches" {
					return b.Put(other, value)
				}
				return b.Put(other, seal(bucket, other, value[:len(value)-checksumSize]))
			},
		} {
			if name == "readers" && (what == "a row is removed" || what == "a row is added") {
				continue // nodes that agree may differ in it: it is the bank that has read, or not
			}
			findings := change(bucket, do)
			changes++
			if len(findings) == 0 {
				t.Errorf("%s: %s, and nobody finds it", bucket, what)
			} else if !names(findings, name) {
				t.Errorf("%s: %s: no finding names it: %q", bucket, what, findings)
			} else if strings.Contains(findings[0], "\n") {
				t.Errorf("%s: %s: a finding of several lines: %q", bucket, what, findings[0])
			}
		}
	}
	t.Logf("%d changes in %d buckets, each found", changes, len(buckets()))
	if !testing.Short() {
		hideUnderChecksums(t, change)
	}
}

// names tells whether a finding says which rows are meant: by the name of their bucket
// or, where what they say is compared with others, by what they are.
func names(findings []string, bucket string) bool {
	words := map[string][]string{
		"controls": {"limits and reservations"}, "payloads": {"damaged: record "}, "hashes": {"the message log: row "}, "mailboxes": {"mailbox of participant"}, "tails": {"items and an end that is not"},
	}
	for _, word := range append(words[bucket], bucket, strings.TrimSuffix(bucket, "s")) {
		for _, finding := range findings {
			if strings.Contains(finding, word) {
				return true
			}
		}
	}
	return false
}

// hideUnderChecksums flips a bit of every byte of a value and makes the checksum
// fit.
func hideUnderChecksums(t *testing.T, change func(bucket []byte, do func(b *bbolt.Bucket, key, value []byte) error) []string) {
	t.Helper()
	least := map[string]int{ // percent that the audit finds
		"meta": 0, "accounts": 60, "controls": 20, "payments": 40, "cycles": 20, "positions": 90, "messages": 60, "entries": 90, "marks": 90, "identities": 95, "groups": 10,
		"records": 100, "payloads": 95, "hashes": 100, "parties": 100, "branches": 100, "mails": 100, "tails": 100, "mailboxes": 100, "answers": 100,
		"readers": 0, "directory": 100, "decisions": 100, "pending": 100, "quarantined": 100, "market": 100, "cases": 10,
	}
	for _, bucket := range buckets() {
		percent, named := least[string(bucket)]
		if !named {
			continue // it holds nothing
		}
		size, found := 0, 0
		for at := 0; at == 0 || at < size; at++ {
			findings := change(bucket, func(b *bbolt.Bucket, key, value []byte) error {
				size = len(value)
				body := value
				if name := string(bucket); name != "hashes" && name != "branches" {
					body = value[:len(value)-checksumSize]
					size = len(body)
				}
				body[at] ^= 1
				if len(body) < len(value) {
					value = seal(bucket, key, body)
				}
				return b.Put(key, value)
			})
			if len(findings) > 0 {
				found++
			}
			if size > 120 && at > 0 {
				at += size / 16 // of long ones a sample
			}
		}
		samples := size
		if size > 120 {
			samples = 0
			for at := 0; at == 0 || at < size; at++ {
				samples++
				if at > 0 {
					at += size / 16
				}
			}
		}
		t.Logf("%-10s %3d of %3d flipped bits under a fitting checksum are found", bucket, found, samples)
		if found*100 < percent*samples {
			t.Errorf("%s: want %d%%", bucket, percent)
		}
	}
}

// TestFlippedBytesNeverCrash flips bytes all over the file, also in what bbolt
// itself keeps there: whatever comes of it is an error or a finding, or the byte
// was not in use.
func TestFlippedBytesNeverCrash(t *testing.T) {
	raw := soundBooks(t, 30)
	path := filepath.Join(t.TempDir(), "books.db")
	random := rand.New(rand.NewPCG(11, 12))
	flips, found, atStart := 200, 0, 0
	if testing.Short() {
		flips = 60
	}
	used := usedBytes(t, raw)
	inUse, missed := 0, 0
	for range flips {
		at := random.IntN(len(raw))
		if random.IntN(2) == 0 {
			at = at/pageSize*pageSize + random.IntN(64) // head of a page
		}
		copied := append([]byte(nil), raw...)
		copied[at] ^= byte(1 << random.IntN(8))
		findings, start := damaged(t, path, copied)
		if start != nil {
			atStart++
			if !errors.Is(start, ErrCorrupt) {
				t.Errorf("byte %d: not told as damage: %v", at, start)
			}
		}
		if used[at] {
			inUse++
		}
		switch {
		case start != nil || len(findings) > 0:
			found++
		case used[at]:
			missed++
			page := at / pageSize * pageSize
			t.Errorf("byte %d of page %d, kind %d, is in use, was flipped from %x to %x, and nobody finds it", at%pageSize, at/pageSize, raw[page+8], raw[at], copied[at])
			t.Logf("%x %x", raw[page:page+80], at)
		}
	}
	t.Logf("%d bytes flipped, %d of them in use: %d found, %d of these at the start; %d missed", flips, inUse, found, atStart, missed)
	if inUse < flips/4 {
		t.Errorf("only %d flips met bytes in use", inUse)
	}
}

// usedBytes marks what is in use: heads, page headers, rows, keys, values.
func usedBytes(t *testing.T, raw []byte) []bool {
	t.Helper()
	used := make([]bool, len(raw))
	mark := func(from, size int) {
		for i := from; i < from+size; i++ {
			used[i] = true
		}
	}
	file := strings.NewReader(string(raw))
	h, _, err := readHead(file, int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	p := &pages{file: file, head: h, seen: make([]bool, h.pages), whole: true}
	p.tree(h.root, "the list of buckets", nil, nil, true, 0)
	for n := uint64(headPages); n < h.pages; n++ {
		at := int(n * pageSize)
		if !p.seen[n] || binary.NativeEndian.Uint64(raw[at:]) != n {
			continue
		}
		kind := binary.NativeEndian.Uint16(raw[at+8:])
		if kind != kindLeaf && kind != kindBranch {
			continue
		}
		mark(at, pageHeader)
		page := raw[at : at+pageSize*int(1+binary.NativeEndian.Uint32(raw[at+12:]))]
		rows, ok := p.elements(page, n, "test", kind == kindBranch)
		if !ok {
			t.Fatal(p.faults)
		}
		mark(at+pageHeader, len(rows)*elementSize)
		for i := range rows {
			row := page[pageHeader+i*elementSize:]
			position := binary.NativeEndian.Uint32(row[4:])
			if kind == kindBranch {
				position = binary.NativeEndian.Uint32(row)
			}
			// The value of a bucket ends with a counter that we do not use.
			size := len(rows[i].key) + len(rows[i].value)
			if rows[i].flags&elementBucket != 0 {
				size = len(rows[i].key) + 8
			}
			mark(at+pageHeader+i*elementSize+int(position), size)
		}
	}
	return used
}

// TestFileThatIsCutShort: a file that lacks its end, or both heads, is refused
// with the reason before anything maps it; one damaged head is survived.
func TestFileThatIsCutShort(t *testing.T) {
	raw := soundBooks(t, 10)
	path := filepath.Join(t.TempDir(), "books.db")
	for size := pageSize * 2; size < len(raw); size += len(raw)/7 + 1 {
		_, start := damaged(t, path, raw[:size])
		if !errors.Is(start, ErrCorrupt) || !strings.Contains(start.Error(), "cut short") {
			t.Errorf("cut to %d bytes: %v", size, start)
		}
	}
	for _, both := range []bool{false, true} {
		copied := append([]byte(nil), raw...)
		copied[pageHeader+metaRoot] ^= 1
		if both {
			copied[pageSize+pageHeader+metaTx] ^= 1
		}
		findings, start := damaged(t, path, copied)
		if both && !errors.Is(start, ErrCorrupt) {
			t.Errorf("both heads damaged: %v", start)
		}
		if !both && (start != nil || len(findings) > 0) {
			t.Errorf("one head damaged: %v %v", start, findings)
		}
	}
	if err := os.WriteFile(path, []byte("no books"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a file of something else: %v", err)
	}
}

// TestFileCutShortWhileOpen: pages that vanish under a reader are an error, not
// the end of the process.
func TestFileCutShortWhileOpen(t *testing.T) {
	raw := soundBooks(t, 30)
	path := filepath.Join(t.TempDir(), "books.db")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	books, err := OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	defer books.Close() //nolint:errcheck // only read
	if err := os.Truncate(path, 4*pageSize); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for id := settlement.PaymentID(1); id < 20; id++ {
		if _, _, err := books.Payment(id); errors.Is(err, ErrCorrupt) {
			failed++
		}
	}
	if failed == 0 {
		t.Error("no read failed")
	}
	if findings, err := books.Audit(); err != nil || len(findings) == 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
}
