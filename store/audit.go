package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
)

// Report is what an audit read and found.
type Report struct {
	State    State
	Counts   []Count  // of what was read
	Findings []string // what is wrong; none is a clean audit
}

// Count is how many there are of something.
type Count struct {
	Of     string
	Number uint64
}

// Audit is AuditAll without a report of progress.
func (b *Books) Audit() (findings []string, err error) {
	r, err := b.AuditAll(context.Background(), nil)
	return r.Findings, err
}

// AuditAll reads the whole file and lists every finding: pages, checksums, gaps,
// what buckets say of each other, the invariants of the kernel recomputed from
// the entries, and the message log hash by hash. The error is that the file could
// not be read. It reads in one transaction: audit a copy of books that are in use.
// progress, which may be nil, is told how far it is.
func (b *Books) AuditAll(ctx context.Context, progress func(done, of uint64)) (Report, error) {
	a := &auditor{ctx: ctx, progress: progress}
	err := b.view(func(tx *bbolt.Tx) (err error) {
		a.tx = tx
		if a.state, err = stateIn(tx); err != nil {
			a.find("%v", err)
			return nil
		}
		return a.all(b.path)
	})
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.Is(err, ErrCorrupt):
		a.find("%v", err) // what stopped the audit is what it found
		err = nil
	}
	return Report{a.state, a.counts, a.allFindings()}, err
}

// auditor is one audit.
type auditor struct {
	ctx      context.Context //nolint:containedctx // it lives as long as the call
	tx       *bbolt.Tx
	state    State
	counts   []Count
	findings []string
	more     int

	progress func(done, of uint64)
	done, of uint64
}

// maxFindings bounds the list; what is beyond is counted.
const maxFindings = 1000

func (a *auditor) find(format string, args ...any) {
	if len(a.findings) == maxFindings {
		a.more++
		return
	}
	a.findings = append(a.findings, fmt.Sprintf(format, args...))
}

func (a *auditor) allFindings() []string {
	if a.more > 0 {
		return append(a.findings, fmt.Sprintf("and %d more", a.more))
	}
	return a.findings
}

// step counts one row towards the progress.
func (a *auditor) step() {
	const told = 4096 // rows between two reports
	if a.done++; a.done%told == 0 && a.progress != nil {
		a.progress(min(a.done, a.of), a.of)
	}
}

func (a *auditor) all(path string) error {
	for _, all := range spans(&Group{}, &a.state) {
		a.of += all.end - all.first
	}
	for _, check := range []func(){func() { a.pages(path) }, a.groups, a.money, a.messages, a.identities, a.log, a.answers, a.small} {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		check()
	}
	if a.progress != nil {
		a.progress(a.of, a.of)
	}
	return nil
}

// pages checks the file itself, as it stands for this transaction.
func (a *auditor) pages(path string) {
	f, err := os.Open(path) //nolint:gosec // the books themselves
	if err != nil {
		a.find("%v", err)
		return
	}
	defer f.Close() //nolint:errcheck // only read
	for i := range int64(headPages) {
		h, ok := headAt(f, i)
		if !ok || h.tx != uint64(a.tx.ID()) { //nolint:gosec // not negative
			continue
		}
		a.of += h.pages
		before := a.done
		for _, fault := range checkPages(f, h, func(pages uint64) { a.done = before + pages - 1; a.step() }) {
			a.find("%v", fault)
		}
		a.counts = append(a.counts, Count{"pages", h.pages})
		return
	}
	a.find("neither head of the file is that of transaction %d", a.tx.ID())
}

// scan visits every row of a bucket, and goes on behind one that is damaged. It
// returns how many there are.
func (a *auditor) scan(bucket []byte, visit func(key, value []byte) error) uint64 {
	return a.rows(bucket, func(key, sealed []byte) error {
		value, err := unseal(bucket, key, sealed)
		if err != nil {
			return err
		}
		if err := visit(key, value); err != nil {
			return fmt.Errorf("%s/%x: %w", bucket, key, err)
		}
		return nil
	})
}

// rows is scan for values as they stand in the file.
func (a *auditor) rows(bucket []byte, visit func(key, sealed []byte) error) (rows uint64) {
	err := func() (err error) {
		defer rescue(&err)
		cursor := a.tx.Bucket(bucket).Cursor()
		for key, sealed := cursor.First(); key != nil && a.ctx.Err() == nil; key, sealed = cursor.Next() {
			rows++
			a.step()
			if err := visit(key, sealed); err != nil {
				for line := range strings.SplitSeq(err.Error(), "\n") { // of joined errors
					a.find("%s", line)
				}
			}
		}
		return nil
	}()
	if err != nil {
		a.find("%s: %v", bucket, err)
	}
	return rows
}

// count keeps how many rows there are, and compares it with what there should be.
func (a *auditor) count(of string, got, want uint64) {
	a.counts = append(a.counts, Count{of, got})
	if got != want {
		a.find("there are %d %s but the books say %d", got, of, want)
	}
}

// gap tells that a key does not follow the one before.
func gap(what string, got, want uint64) error {
	if got != want {
		return fmt.Errorf("%s %d stands where %d must", what, got, want)
	}
	return nil
}

// groups checks the row of every group of the log.
func (a *auditor) groups() {
	before := Group{}
	rows := a.scan(bucketGroups, func(key, value []byte) error {
		g, err := decodeGroup(key, value)
		if err != nil {
			return err
		}
		last := before
		before = g
		if g.Payment < last.Payment || g.Message < last.Message || g.Entry < last.Entry || g.Records < last.Records || g.Identity < last.Identity || g.Booked < last.Booked {
			return errors.New("its numbers are below those of the group before")
		}
		return gap("group", g.Sequence, last.Sequence+1)
	})
	a.count("groups", rows, a.state.Sequence)
	s := &a.state
	want := Group{s.Sequence, s.LogHash, s.Digest, s.Booked, s.Payment, s.Message, s.Entry, s.Identity, s.Records}
	if before != want {
		a.find("the state is not that of the last group, %d", before.Sequence)
	}
}

// money recomputes what everybody has from the entries.
func (a *auditor) money() {
	kernel := settlement.NewAudit()
	a.controls(kernel)
	a.cycles(kernel)
	marks := map[string]settlement.EntryID{}
	rows := a.scan(bucketEntries, func(key, value []byte) error {
		e, err := decodeEntry(settlement.EntryID(number64(key)), value)
		if err != nil {
			return err
		}
		kernel.Entry(e)
		for _, account := range marked(&e) {
			marks[string(markKey(account, e.At))] = e.ID
		}
		return nil
	})
	a.count("entries", rows, uint64(a.state.Entry))
	a.marks(marks)
	a.payments(kernel)
	a.cases(kernel)
	var accounts []settlement.Account
	rows = a.scan(bucketAccounts, func(key, value []byte) error {
		account, err := decodeAccount(settlement.AccountID(number32(key)), value)
		accounts = append(accounts, account)
		return err
	})
	a.counts = append(a.counts, Count{"accounts", rows})
	kernel.Accounts(accounts)
	for _, finding := range kernel.Findings() {
		a.find("%s", finding)
	}
}

// payments checks the payments, and that those are listed as open which are.
func (a *auditor) payments(kernel *settlement.Audit) {
	next, open := uint64(1), uint64(0)
	turn := uint64(0)
	rows := a.scan(bucketPayments, func(key, value []byte) error {
		wrong := gap("payment", number64(key), next)
		next = number64(key) + 1
		p, _, err := decodePaymentRow(settlement.PaymentID(number64(key)), value)
		if err != nil {
			return err
		}
		kernel.Payment(p)
		if err := a.others(kernel, p); err != nil {
			return err
		}
		turn = max(turn, p.Turn)
		listed, err := get(a.tx, bucketOpen, key)
		if !p.State.Final() {
			open++
		}
		if err == nil && p.State.Final() == (listed != nil) {
			err = fmt.Errorf("payment %d is %s; listed as open: %v", p.ID, p.State, listed != nil)
		}
		return errors.Join(wrong, err)
	})
	a.count("payments", rows, uint64(a.state.Payment))
	if rows := a.scan(bucketOpen, func(_, _ []byte) error { return nil }); rows != open {
		a.find("%d payments are listed as open but %d are", rows, open)
	}
	if turn > a.state.Turn {
		a.find("a payment has turn %d but the last one given is %d", turn, a.state.Turn)
	}
}

// others holds a payment against the one that it returns or that covers it.
func (a *auditor) others(kernel *settlement.Audit, p settlement.Payment) error {
	if p.Returns != 0 {
		original, known, err := paymentIn(a.tx, p.Returns)
		if err != nil {
			return err
		}
		kernel.Return(p, original, known)
	}
	if p.ByCover() && p.State == settlement.StateSettled {
		cover, known, err := paymentIn(a.tx, p.CoveredBy)
		if err != nil {
			return err
		}
		kernel.Cover(p, cover, known)
	}
	return nil
}
