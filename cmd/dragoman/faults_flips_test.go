package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// pageSizeOf reads the size of the pages from a file of books.
func pageSizeOf(file []byte) int { return int(binary.NativeEndian.Uint32(file[16+8:])) }

// pageKinds are bbolt's names of the kinds of pages.
var pageKinds = []string{"meta", "branch", "leaf", "freelist"}

// TestFlippedBooks flips single bits of a file of books that a real process
// wrote, spread over all kinds of pages. A flip that matters is found at start or
// named by the audit; and whatever is read meanwhile is either right or an error.
func TestFlippedBooks(t *testing.T) {
	r := newRig(t)
	r.settled(r.pay(120))
	r.stop()
	r.digest()
	path := filepath.Join(r.folder, "data", "books.db")
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := readAll(t, path)
	pages := pagesOf(t, sound)
	random := chanceOf(20, 1)
	flips, tally := 40, map[string]map[string]int{}
	for i := range flips {
		kind := pageKinds[i%len(pageKinds)]
		n := pages[kind][random.IntN(len(pages[kind]))]
		at := flipAt(random, sound, n, kind)
		bit := byte(1) << random.IntN(8)
		outcome, err := flipped(t, sound, at, bit, want)
		if err != nil {
			t.Errorf("bit %#x of byte %d (page %d, a %s): %v", bit, at, n, kind, err)
		}
		if tally[kind] == nil {
			tally[kind] = map[string]int{}
		}
		tally[kind][outcome]++
	}
	found := 0
	for kind, outcomes := range tally {
		t.Logf("%-18s %v", kind, outcomes)
		found += outcomes["found at start"] + outcomes["found by the audit"]
	}
	t.Logf("%d flips, %d found", flips, found)
	if found < flips/2 || len(tally) != len(pageKinds) {
		t.Errorf("%d of %d flips over %d kinds of pages were found: the test flips where nothing is", found, flips, len(tally))
	}
}

// pagesOf lists the pages of a file by kind; free ones are not among them.
func pagesOf(t *testing.T, file []byte) map[string][]int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "books.db")
	write(t, path, file)
	db, err := bbolt.Open(path, 0o600, nil) // for writing: only then the list of free pages is read
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // a copy
	pages := map[string][]int{}
	err = db.View(func(tx *bbolt.Tx) error {
		for n := 0; ; n++ {
			info, err := tx.Page(n)
			if info == nil || err != nil {
				return err
			}
			if info.Type != "free" {
				pages[info.Type] = append(pages[info.Type], n)
			}
			n += info.OverflowCount
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// flipAt draws a byte of a page in which there is something: heads end early,
// lists are short.
func flipAt(random *rand.Rand, file []byte, n int, kind string) int {
	size := pageSizeOf(file)
	page := file[n*size : (n+1)*size]
	length := size
	switch count := int(binary.NativeEndian.Uint16(page[10:])); kind {
	case "meta":
		length = 80
	case "freelist":
		length = min(16+8*max(count, 1), length)
	}
	for range 100 {
		if at := random.IntN(length); page[at] != 0 || kind == "meta" {
			return n*size + at
		}
	}
	return n * size
}

// flipped flips one bit and tells what comes of it. The error is that something
// wrong would have been served, or that nobody noticed.
func flipped(t *testing.T, sound []byte, at int, bit byte, want map[string]string) (string, error) {
	path := filepath.Join(t.TempDir(), "books.db")
	damaged := slices.Clone(sound)
	damaged[at] ^= bit
	write(t, path, damaged)
	if err := started(path); err != nil {
		if !errors.Is(err, store.ErrCorrupt) {
			return "", fmt.Errorf("the start fails without saying that the books are damaged: %w", err)
		}
		return "found at start", nil
	}
	books, err := store.OpenReadOnly(path)
	if err != nil {
		return "", err
	}
	defer books.Close() //nolint:errcheck // only read
	findings, err := books.Audit()
	if fmt.Sprint(books.State().Sequence) != want["state"] {
		if books.Note() == "" {
			return "", errors.New("the books stand elsewhere and nothing is said of it")
		}
		return "one transaction earlier", nil
	}
	wrong := 0
	for name, got := range reading(books) {
		if got != want[name] && got[0] != '!' && got != "0 false" { // an answer that is not found is none
			return "", fmt.Errorf("%s is served as %.200s and is %.200s", name, got, want[name])
		}
		if got != want[name] {
			wrong++
		}
	}
	switch {
	case err != nil || len(findings) > 0:
		return "found by the audit", nil
	case wrong > 0:
		return "", fmt.Errorf("%d things cannot be read and the audit is clean", wrong)
	}
	return "nothing was there", nil
}

// started does what a start does with the books before anything is served.
func started(path string) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	books, err := store.OpenReadOnly(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, books.Close()) }()
	if err := books.Check(); err != nil {
		return err
	}
	_, err = gateway.NewLane(books)
	return err
}

// readAll reads everything of sound books.
func readAll(t *testing.T, path string) map[string]string {
	t.Helper()
	books, err := store.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	defer books.Close() //nolint:errcheck // only read
	all := reading(books)
	for name, value := range all {
		if value[0] == '!' {
			t.Fatalf("%s of sound books: %s", name, value)
		}
	}
	t.Logf("%d things are read", len(all))
	return all
}

// reading reads everything that a gateway serves, each thing for itself; what
// cannot be read begins with an exclamation mark.
func reading(books *store.Books) map[string]string {
	all := map[string]string{}
	add := func(name string, value any, err error) {
		if all[name] = fmt.Sprintf("%v", value); err != nil {
			all[name] = "!" + err.Error()
		}
	}
	state := books.State()
	add("state", state.Sequence, nil)
	accounts, err := books.Accounts()
	add("accounts", accounts, err)
	directory, err := books.Directory()
	add("directory", string(directory), err)
	head, err := books.Head()
	add("head", head, err)
	for id := settlement.PaymentID(1); id <= state.Payment; id++ {
		p, ok, err := books.Payment(id)
		add(fmt.Sprint("payment ", id), fmt.Sprint(p, ok), err)
		if err == nil && p.UETR != (messages.UETR{}) {
			found, err := books.ByUETR(p.UETR)
			add(fmt.Sprint("uetr ", p.UETR), found, err)
		}
	}
	for id := settlement.MessageID(1); id <= state.Message; id++ {
		m, ok, err := books.Message(id)
		add(fmt.Sprint("message ", id), fmt.Sprint(m, ok), err)
		answer, ok, err := books.Answer(id)
		add(fmt.Sprint("answer ", id), fmt.Sprint(answer, ok), err)
	}
	for n := range state.Records {
		record, payload, err := books.Record(n)
		add(fmt.Sprint("record ", n), fmt.Sprint(record, string(payload)), err)
	}
	for party := settlement.ParticipantID(1); party <= 16; party++ {
		add(fmt.Sprint("mailbox ", party), books.MailboxEnd(party), nil)
		head, err := books.PartyHead(party)
		add(fmt.Sprint("head ", party), head, err)
		for from := uint64(1); from <= books.MailboxEnd(party); from += 20 {
			mails, err := books.Mailbox(party, from, 20, 1<<20)
			add(fmt.Sprint("mail ", party, "/", from), mails, err)
		}
	}
	return all
}
