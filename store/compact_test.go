package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
)

// compactSteps are so many payments before the books are compacted.
const compactSteps = 120

// quick are books as run makes them, whose commits do not wait for the disk.
func quick(t *testing.T, seed uint64, steps int) *bank {
	b := newBank(t, seed)
	b.books.db.Load().NoSync = true
	for n := range steps {
		b.step(n)
	}
	return b
}

// Whatever commits change while the books are compacted, before and behind what is
// copied, stands in them afterwards: they are those that were never compacted.
func TestCompactWhileCommitting(t *testing.T) {
	for _, chunk := range []int{1, 700, copyBytes} {
		a, b := quick(t, 5, compactSteps), quick(t, 5, compactSteps)
		n, told := compactSteps, 0
		err := b.books.compact(t.Context(), func(at Compacting) {
			if told++; at.Held || n == 2*compactSteps || told%7 != 0 && chunk == 1 {
				return
			}
			b.step(n)
			if n%5 == 0 {
				b.books.Acknowledge(settlement.ParticipantID(2+n%4), b.books.MailboxEnd(settlement.ParticipantID(2+n%4)))
			}
			n++
		}, chunk)
		if err != nil {
			t.Fatalf("chunks of %d bytes: %v", chunk, err)
		}
		if n < compactSteps+10 {
			t.Errorf("chunks of %d bytes: %d payments while it was compacted", chunk, n-compactSteps)
		}
		for ; n < 2*compactSteps+5; n++ {
			b.step(n)
		}
		for k := compactSteps; k < n; k++ {
			a.step(k)
		}
		if a.books.State() != b.books.State() {
			t.Errorf("chunks of %d bytes: the books stand elsewhere:\n%+v\n%+v", chunk, a.books.State(), b.books.State())
		}
		findings, err := b.books.Audit()
		if err != nil || len(findings) > 0 {
			t.Errorf("chunks of %d bytes: %v %v", chunk, findings, err)
		}
		read := b.books.Acknowledged(3)
		b.close()
		b.open()
		if got := b.books.Acknowledged(3); got != read || read == 0 {
			t.Errorf("chunks of %d bytes: acknowledged up to %d, and %d after a restart", chunk, read, got)
		}
		if err := b.books.Check(); err != nil {
			t.Error(err)
		}
		a.close()
		b.close()
	}
}

// Commits and reads go on from other goroutines while the books are compacted, again and
// again.
func TestCompactAtTheSameTime(t *testing.T) {
	b := quick(t, 6, compactSteps)
	ctx, stop := context.WithCancel(t.Context())
	rounds, done := make(chan int), make(chan error, 2)
	go func() {
		n, err := 0, error(nil)
		for ; n < 8 && err == nil; n++ {
			err = b.books.compact(ctx, nil, 2000)
		}
		stop()
		done <- err
	}()
	go func() {
		var err error
		for ctx.Err() == nil && err == nil {
			var p settlement.Payment
			var ok bool
			if p, ok, err = b.books.Payment(7); err == nil && (!ok || p.ID != 7) {
				err = fmt.Errorf("payment 7 is %v, %v", p.ID, ok)
			}
		}
		done <- err
	}()
	go func() {
		n := compactSteps
		for ; ctx.Err() == nil; n++ {
			b.step(n)
		}
		rounds <- n
	}()
	if err := errors.Join(<-done, <-done); err != nil {
		t.Error(err)
	}
	t.Logf("%d payments meanwhile", <-rounds-compactSteps)
	if findings, err := b.books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("%v %v", findings, err)
	}
	b.close()
}

// A process that is killed at any moment of a compaction leaves books that are complete,
// and nothing else that stays.
func TestCompactKilled(t *testing.T) {
	b := quick(t, 7, compactSteps)
	defer b.close()
	folder, moments, told, n := t.TempDir(), 0, 0, compactSteps
	look := func(when string) {
		path := filepath.Join(folder, "books.db")
		for from, to := range map[string]string{b.path: path, compactPath(b.path): compactPath(path)} {
			raw, err := os.ReadFile(from)
			if err == nil {
				err = os.WriteFile(to, raw, 0o600)
			}
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
		left, err := Open(path)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		findings, err := left.Audit()
		if err != nil || len(findings) > 0 || left.State() != b.books.State() {
			t.Errorf("%s: %v %v; the state of group %d, not %d", when, findings, err, left.State().Sequence, b.books.State().Sequence)
		}
		if err := left.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(compactPath(path)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the file of the compaction is still there: %v", when, err)
		}
		moments++
	}
	err := b.books.compact(t.Context(), func(at Compacting) {
		if !at.Held && n < compactSteps+20 {
			b.step(n)
			n++
		}
		if told++; told%3 != 0 && !at.Held {
			return
		}
		look(fmt.Sprintf("at row %d of %d, commits held: %v", at.Done, at.Of, at.Held))
	}, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	look("at the end")
	if moments < 10 {
		t.Errorf("it was looked at %d moments", moments)
	}
}

// A compaction that cannot be ended, or finds damage, leaves the books as they were, and
// they go on.
func TestCompactGivenUp(t *testing.T) {
	b := quick(t, 8, compactSteps)
	before, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	for stopAt := range 40 {
		ctx, stop := context.WithCancel(t.Context())
		told := 0
		err := b.books.compact(ctx, func(_ Compacting) {
			if told == 0 {
				if err := b.books.Compact(ctx, nil); !errors.Is(err, ErrCompacting) {
					t.Errorf("two at once: %v", err)
				}
			}
			if told++; told > stopAt {
				stop()
			}
		}, 2000)
		stop()
		if err == nil {
			continue // it had ended before
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if len(before) == 0 {
		t.Error("there was nothing to compact")
	}
	b.step(compactSteps)
	err = b.books.update(func(tx *bbolt.Tx) error {
		key, value := tx.Bucket(bucketRecords).Cursor().Last()
		value = append([]byte(nil), value...)
		value[3] ^= 1
		return tx.Bucket(bucketRecords).Put(key, value)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.books.Compact(t.Context(), nil); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a damaged value is copied: %v", err)
	}
	if _, err := os.Stat(compactPath(b.path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file of the compaction is still there: %v", err)
	}
	b.step(compactSteps + 1)
	b.close()
}

// What many small commits leave half empty is given back.
func TestCompactGains(t *testing.T) {
	b := quick(t, 9, 4*compactSteps)
	defer b.close()
	before, err := b.books.Space()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.books.Compact(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after, err := b.books.Space()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes with %d free, and %d with %d", before.Total, before.Free, after.Total, after.Free)
	if after.Total >= before.Total || after.Free*5 > after.Total {
		t.Error("nothing is gained")
	}
}
