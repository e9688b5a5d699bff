package store

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
)

// TestBackFindsAnyInterval books thousands of entries over time and compares
// every walk back with a plain search through all entries.
func TestBackFindsAnyInterval(t *testing.T) {
	b := newBank(t, 11)
	defer b.close()
	var all []settlement.Entry
	for group := range 40 {
		b.engine.Begin(settlement.Moment(1000 + group*10))
		for n := range 60 {
			name := fmt.Sprintf("group %d payment %d", group, n)
			sum := sha256.Sum256([]byte(name))
			from, to := 0, 1+n%4
			if group > 20 {
				from, to = 1+n%2, 3
			}
			in := settlement.Instruction{
				Identity: settlement.Identity(sum[:16]), Kind: settlement.KindCustomer, Sender: 1,
				Legs: []settlement.Leg{{Debit: b.accounts[from], Credit: b.accounts[to], Amount: 1}},
			}
			b.engine.Submit(settlement.Message{Sender: 1, Identity: in.Identity, Digest: sum}, []settlement.Instruction{in})
		}
		b.commit(nil)
	}
	err := b.books.view(func(tx *bbolt.Tx) error {
		return each(tx, bucketEntries, func(key, value []byte) error {
			e, err := decodeEntry(settlement.EntryID(number64(key)), value)
			all = append(all, e)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	walks := 0
	for _, account := range b.accounts {
		for before := settlement.Moment(990); before < 1420; before += 5 {
			want := settlement.EntryID(0)
			for i := range all {
				if e := &all[i]; e.At < before && (e.Debit == account || e.Credit == account) {
					want = e.ID
				}
			}
			got := settlement.EntryID(0)
			err := b.books.Back(account, settlement.EntryID(len(all)+1), before, func(e settlement.Entry) bool {
				got = e.ID
				return false
			})
			if err != nil || got != want {
				t.Fatalf("account %d before %d: entry %d, want %d: %v", account, before, got, want, err)
			}
			walks++
		}
	}
	t.Logf("%d entries, %d walks", len(all), walks)
	if findings, err := b.books.Audit(); err != nil || len(findings) > 0 {
		t.Fatalf("audit: %v %v", err, findings)
	}
	damage(t, b)
}

// damage flips a bit of a mark, and breaks the chain of an account under a valid
// checksum: the audit must name both.
func damage(t *testing.T, b *bank) {
	t.Helper()
	known := 0
	for _, what := range []struct {
		bucket []byte
		change func(key, value []byte) []byte
	}{
		{bucketEntries, func(k, v []byte) []byte {
			value, err := unseal(bucketEntries, k, v)
			if err != nil {
				t.Fatal(err)
			}
			e, err := decodeEntry(1, value)
			if err != nil {
				t.Fatal(err)
			}
			e.Credited.Before = 7
			return seal(bucketEntries, k, encodeEntry(e))
		}},
		{bucketMarks, func(_, v []byte) []byte { v[1] ^= 4; return v }},
	} {
		err := b.books.update(func(tx *bbolt.Tx) error {
			key, value := tx.Bucket(what.bucket).Cursor().First()
			return tx.Bucket(what.bucket).Put(key, what.change(key, append([]byte(nil), value...)))
		})
		if err != nil {
			t.Fatal(err)
		}
		findings, err := b.books.Audit()
		if err != nil || len(findings) <= known {
			t.Fatalf("damage in %s is not found: %v", what.bucket, err)
		}
		t.Logf("%s: %s", what.bucket, findings[0])
		known = len(findings)
	}
}
