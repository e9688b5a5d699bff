package store

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/settlement"
)

// archive lets the kernel read what the books hold.
type archive struct {
	t     *testing.T
	books *Books
}

func (a archive) Payment(id settlement.PaymentID) (settlement.Payment, bool) {
	p, ok, err := a.books.Payment(id)
	if err != nil {
		a.t.Fatal(err)
	}
	return p, ok
}

func (a archive) Case(id settlement.CaseID) (settlement.Case, bool) {
	c, ok, err := a.books.Case(id)
	if err != nil {
		a.t.Fatal(err)
	}
	return c, ok
}

func (a archive) Message(id settlement.MessageID) (settlement.Message, bool) {
	m, ok, err := a.books.Message(id)
	if err != nil {
		a.t.Fatal(err)
	}
	return m, ok
}

// bank drives kernel and books as the lane does.
type bank struct {
	t        *testing.T
	path     string
	books    *Books
	engine   *settlement.Engine
	sequence uint64
	random   *rand.Rand
	accounts []settlement.AccountID
}

func newBank(t *testing.T, seed uint64) *bank {
	b := &bank{t: t, path: filepath.Join(t.TempDir(), "books.db"), random: rand.New(rand.NewPCG(seed, 7))}
	b.open()
	usd := messages.MustCurrency("USD")
	b.accounts = append(b.accounts, b.engine.OpenAccount(1, usd, settlement.RoleIssuance))
	for owner := settlement.ParticipantID(2); owner < 6; owner++ {
		b.accounts = append(b.accounts, b.engine.OpenAccount(owner, usd, settlement.RoleWallet))
	}
	b.commit(nil)
	return b
}

func (b *bank) open() {
	books, err := Open(b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.books = books
	kernel, err := books.Load()
	if err != nil {
		b.t.Fatal(err)
	}
	b.engine = settlement.Restore(archive{b.t, books}, kernel)
}

func (b *bank) close() {
	if err := b.books.Close(); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bank) commit(records []Record) {
	b.sequence++
	batch := Batch{Changes: b.engine.Finish(), Records: records}
	batch.State = State{Sequence: b.sequence, LogHash: sha256.Sum256([]byte{byte(b.sequence)}), Now: b.engine.Now(), Booked: b.engine.Booking()}
	batch.State.Payment, batch.State.Message, batch.State.Entry, batch.State.Turn = b.engine.Counters()
	row := Kept{settlement.Place{Sequence: b.sequence}, []byte("decided")}
	batch.Decisions, batch.Quarantined = []Kept{row}, []Kept{row}
	batch.Pending = []Kept{row, {settlement.Place{Sequence: b.sequence - 1}, nil}} // the one before waits no longer
	if _, err := b.books.Commit([]Batch{batch}); err != nil {
		b.t.Fatal(err)
	}
}

// step submits one payment, sometimes lets time pass, and logs a record of it.
func (b *bank) step(n int) {
	from, to := b.random.IntN(len(b.accounts)), 1+b.random.IntN(len(b.accounts)-1)
	for to == from {
		to = 1 + b.random.IntN(len(b.accounts)-1)
	}
	name := fmt.Sprintf("payment %d", n)
	sum := sha256.Sum256([]byte(name))
	in := settlement.Instruction{
		Identity: settlement.Identity(sum[:16]), Kind: settlement.KindCustomer, Sender: settlement.ParticipantID(from + 1), Receiver: settlement.ParticipantID(to + 1),
		Band: settlement.Band(b.random.IntN(3)), Facts: []byte(name),
		Legs: []settlement.Leg{{Debit: b.accounts[from], Credit: b.accounts[to], Amount: 1 + b.random.Int64N(100)}},
	}
	if b.random.IntN(4) == 0 {
		in.Reject = b.engine.Now() + settlement.Moment(b.random.IntN(10))
	}
	place := settlement.Place{Sequence: b.sequence + 1}
	b.engine.Submit(settlement.Message{Place: place, Record: b.books.State().Records, Sender: in.Sender, Identity: in.Identity, Digest: sum}, []settlement.Instruction{in})
	b.engine.Tick(b.engine.Now() + settlement.Moment(b.random.IntN(3)))
	came := Record{Sender: in.Sender, Type: "pacs.008.001.08", UETR: name, Salt: [16]byte{byte(n)}, At: b.engine.Now(), Place: place}
	answer := Record{
		Receiver: in.Sender, Type: "pacs.002.001.10", UETR: name, Salt: [16]byte{byte(n), 1}, At: b.engine.Now(), Place: place,
		Out: true, Mailed: n%2 == 1, First: true,
	}
	_, answer.Message, _, _ = b.engine.Counters()
	came.Seal([]byte(strings.Repeat(name+" ", 20)))
	answer.Seal([]byte(strings.Repeat(name+" ", 30)))
	b.commit([]Record{came, answer})
}

func run(t *testing.T, seed uint64, steps int, reopen bool) *bank {
	t.Helper()
	b := newBank(t, seed)
	restarts := rand.New(rand.NewPCG(seed, 9))
	for n := range steps {
		b.step(n)
		if n%10 == 9 {
			b.asks(n)
		}
		if reopen && restarts.IntN(10) == 0 {
			b.close()
			b.open()
		}
	}
	findings, err := b.books.Audit()
	if err != nil || len(findings) > 0 {
		t.Fatalf("seed %d: audit: %v %v", seed, err, findings)
	}
	return b
}

// TestSameGroupsSameDigest: two books that applied the same groups agree in
// digest and in everything they load, whether or not they were closed between.
func TestSameGroupsSameDigest(t *testing.T) {
	for seed := range uint64(4) {
		a, b := run(t, seed, 150, false), run(t, seed, 150, true)
		b.close()
		b.open()
		if a.books.State() != b.books.State() {
			t.Fatalf("seed %d: states differ:\n%+v\n%+v", seed, a.books.State(), b.books.State())
		}
		load := func(x *bank) any {
			k, err := x.books.Load()
			if err != nil {
				t.Fatal(err)
			}
			k.Identities, k.Letters = nil, nil
			return k
		}
		if !reflect.DeepEqual(load(a), load(b)) {
			t.Errorf("seed %d: what is loaded differs", seed)
		}
		a.close()
		b.close()
	}
}

// TestMailboxIsReadInOrder: every mailbox is numbered from 1 without a gap, can
// be read from any number, and remembers across a restart up to where it was
// acknowledged.
func TestMailboxIsReadInOrder(t *testing.T) {
	b := run(t, 2, 40, false)
	read, party := 0, settlement.ParticipantID(0)
	for p := settlement.ParticipantID(1); p < 6; p++ {
		mails, err := b.books.Mailbox(p, 1, 100, 1<<20)
		if err != nil || uint64(len(mails)) != b.books.MailboxEnd(p) {
			t.Fatalf("%d mails of %d, %v", len(mails), b.books.MailboxEnd(p), err)
		}
		for i, m := range mails {
			if m.Record.Mail != uint64(i+1) || m.Record.Receiver != p || !strings.HasPrefix(string(m.Payload), m.Record.UETR) {
				t.Errorf("mail %d of %d: %+v", i, p, m.Record)
			}
		}
		if read += len(mails); len(mails) > 2 {
			party = p
		}
	}
	if read != 32 || party == 0 {
		t.Fatalf("%d mails in all mailboxes", read)
	}
	end := b.books.MailboxEnd(party)
	if n := b.books.Acknowledge(party, 2); n != 2 {
		t.Errorf("%d acknowledged", n)
	}
	if n := b.books.Acknowledge(party, 1); n != 0 {
		t.Errorf("an older acknowledgement counts %d", n)
	}
	b.close()
	b.open()
	defer b.close()
	if b.books.Acknowledged(party) != 2 || b.books.MailboxEnd(party) != end {
		t.Errorf("after a restart: acknowledged %d of %d", b.books.Acknowledged(party), b.books.MailboxEnd(party))
	}
	rest, err := b.books.Mailbox(party, 3, 1, 1<<20)
	if err != nil || len(rest) != 1 || rest[0].Record.Mail != 3 {
		t.Errorf("from the third: %v %v", rest, err)
	}
	if n := b.books.Acknowledge(party, end+5); n != end-2 {
		t.Errorf("an acknowledgement beyond the end counts %d", n)
	}
}

func TestSecondProcessIsToldWhy(t *testing.T) {
	b := run(t, 3, 1, false)
	defer b.close()
	if _, err := Open(b.path); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("open twice: %v", err)
	}
}
