package store

import (
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// Audit reads the whole file and lists every finding: checksums, the invariants
// of the kernel recomputed from the entries, and the message log hash by hash.
// A clean audit has none; the error is that the file could not be read.
func (b *Books) Audit() (findings []string, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		a := auditor{tx: tx}
		state, err := stateIn(tx) // that of this transaction: a commit may come meanwhile
		if err != nil {
			a.find("%v", err)
			state = b.State()
		}
		a.state = state
		a.money()
		a.log()
		findings = a.findings
		return nil
	})
	return findings, err
}

type auditor struct {
	tx       *bbolt.Tx
	state    State
	findings []string
}

func (a *auditor) find(format string, args ...any) {
	a.findings = append(a.findings, fmt.Sprintf(format, args...))
}

// walk is each with the first damage as a finding.
func (a *auditor) walk(bucket []byte, visit func(key, value []byte) error) {
	if err := each(a.tx, bucket, visit); err != nil {
		a.find("%v", err)
	}
}

func (a *auditor) money() {
	kernel := settlement.NewAudit()
	entries, payments := settlement.EntryID(0), settlement.PaymentID(0)
	marks := map[string]settlement.EntryID{}
	a.walk(bucketEntries, func(key, value []byte) error {
		e, err := decodeEntry(settlement.EntryID(number64(key)), value)
		kernel.Entry(e)
		entries = e.ID
		for _, account := range marked(&e) {
			marks[string(markKey(account, e.At))] = e.ID
		}
		return err
	})
	a.walk(bucketPayments, func(key, value []byte) error {
		p, err := decodePayment(settlement.PaymentID(number64(key)), value)
		if payments++; p.ID != payments {
			return fmt.Errorf("payment %d follows payment %d", p.ID, payments-1)
		}
		kernel.Payment(p)
		return err
	})
	var accounts []settlement.Account
	a.walk(bucketAccounts, func(key, value []byte) error {
		account, err := decodeAccount(settlement.AccountID(number32(key)), value)
		accounts = append(accounts, account)
		return err
	})
	a.marks(marks)
	kernel.Accounts(accounts)
	a.findings = append(a.findings, kernel.Findings()...)
	if entries != a.state.Entry || payments != a.state.Payment {
		a.find("the last entry and payment are %d and %d but the state says %d and %d", entries, payments, a.state.Entry, a.state.Payment)
	}
	a.walk(bucketIdentities, func(_, _ []byte) error { return nil })
	a.walk(bucketMessages, func(_, _ []byte) error { return nil })
	a.walk(bucketMeta, func(_, _ []byte) error { return nil })
	for _, bucket := range [][]byte{bucketDecisions, bucketPending, bucketQuarantined} {
		a.walk(bucket, func(_, _ []byte) error { return nil })
	}
	a.walk(bucketOpen, func(_, _ []byte) error { return nil })
	a.walk(bucketGroups, func(_, _ []byte) error { return nil })
}

// marks compares the marks with those that the entries give.
func (a *auditor) marks(want map[string]settlement.EntryID) {
	found := 0
	a.walk(bucketMarks, func(key, value []byte) error {
		r := wire.NewReader(value)
		if id := settlement.EntryID(r.Uint()); r.Err() != nil || want[string(key)] != id {
			return fmt.Errorf("it names entry %d but the entries give %d", id, want[string(key)])
		}
		found++
		return nil
	})
	if found != len(want) {
		a.find("%d marks stand where the entries give %d", found, len(want))
	}
}

// log reads every record with its bytes and builds the trees anew.
func (a *auditor) log() {
	leaves := newMemoryTree()
	branches := map[settlement.ParticipantID]*memoryTree{}
	concerns, mails := map[settlement.ParticipantID][]uint64{}, map[settlement.ParticipantID][]uint64{}
	for n := range a.state.Records {
		r, _, err := readLogged(a.tx, n)
		if err != nil {
			a.find("%v", err)
			continue
		}
		leaf := tlog.RecordHash(r.Leaf())
		leaves.add(leaf)
		if r.Mailed {
			mails[r.Receiver] = append(mails[r.Receiver], n)
		}
		for _, party := range parties(&r) {
			if branches[party] == nil {
				branches[party] = newMemoryTree()
			}
			branches[party].add(leaf)
			concerns[party] = append(concerns[party], n)
		}
	}
	a.compare("the message log", leaves, globalTree(a.tx))
	known := make([]settlement.ParticipantID, 0, len(branches))
	for party := range branches {
		known = append(known, party)
	}
	slices.Sort(known)
	for _, party := range known {
		a.compare(fmt.Sprintf("the message log of participant %d", party), branches[party], partyTree(a.tx, party))
		a.list(listID{&listParties, party}, concerns[party])
		a.list(listID{&listMails, party}, mails[party])
	}
	for _, bucket := range [][]byte{bucketHashes, bucketBranches, bucketParties, bucketMails, bucketTails} {
		a.walk(bucket, func(_, _ []byte) error { return nil })
	}
	a.walk(bucketAnswers, func(_, _ []byte) error { return nil })
	a.walk(bucketMailboxes, func(_, _ []byte) error { return nil })
	a.walk(bucketReaders, func(_, _ []byte) error { return nil })
}

// memoryTree is a Merkle tree built from the leaves alone.
type memoryTree struct {
	hashes []tlog.Hash
	size   int64
}

func newMemoryTree() *memoryTree { return &memoryTree{} }

// ReadHashes is what tlog asks for.
func (m *memoryTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = m.hashes[index]
	}
	return out, nil
}

func (m *memoryTree) add(leaf tlog.Hash) {
	hashes, err := tlog.StoredHashesForRecordHash(m.size, leaf, m)
	if err != nil {
		return // memory does not fail
	}
	m.hashes = append(m.hashes, hashes...)
	m.size++
}

// compare finds the first stored hash that is not what the records give.
func (a *auditor) compare(name string, want *memoryTree, got tree) {
	a.items(name, got.id, len(want.hashes), func(i int) []byte { return want.hashes[i][:] })
}

// list compares a list of numbers of records with those that the records give.
func (a *auditor) list(id listID, want []uint64) {
	a.items(fmt.Sprintf("the list %s of participant %d", id.kind.bucket, id.party), id, len(want), func(i int) []byte { return key64(want[i]) })
}

// items finds the first item of a list that is not as it must be.
func (a *auditor) items(name string, id listID, n int, want func(int) []byte) {
	size, _, err := id.end(a.tx)
	if err != nil || size != uint64(n) { //nolint:gosec // not negative
		a.find("%s has %d items, not %d (%v)", name, size, n, err)
		return
	}
	for at := 0; at < n; {
		items, err := id.from(a.tx, uint64(at), int(id.kind.perRow)) //nolint:gosec // not negative
		if err != nil || len(items) == 0 {
			a.find("%s lacks item %d (%v)", name, at, err)
			return
		}
		for _, item := range items {
			if string(item) != string(want(at)) {
				a.find("%s: item %d is not that of its records", name, at)
				return
			}
			at++
		}
	}
}
