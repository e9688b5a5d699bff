package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// The environment of the measurement of a start with many payments: how many, and
// in the process that measures, where their books are.
const (
	manyPayments = "DRAGOMAN_PAYMENTS" // 1000000 for the figure in the docs
	// manyLean leaves the messages of all but the last payments out, which a start does
	// not read: ten million payments then fit on a small disk.
	manyLean  = "DRAGOMAN_LEAN"
	manyBooks = "DRAGOMAN_BOOKS"
)

// Goals of a start with a million payments, the log's server not counted.
const (
	startSeconds  = 2.0
	startMegabyte = 150
)

// TestStartWithManyPayments builds books of ordinary payments and measures, in a
// process of its own, how long a start takes and what memory it leaves in use.
func TestStartWithManyPayments(t *testing.T) {
	if path := os.Getenv(manyBooks); path != "" {
		measureStart(t, path)
		return
	}
	payments, goal := 20_000, false
	if text := os.Getenv(manyPayments); text != "" {
		var err error
		if payments, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
		goal = payments >= 1_000_000
	}
	path := filepath.Join(t.TempDir(), "books.db")
	begun := time.Now()
	rates := buildMany(t, path, payments)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d payments written in %.0f s; the file has %d MB, %d bytes a payment", payments, time.Since(begun).Seconds(), info.Size()>>20, info.Size()/int64(payments))
	t.Logf("payments a second that commits took in, by tenths of them: %.0f", rates)
	command := exec.Command(os.Args[0], "-test.run", "^TestStartWithManyPayments$", "-test.v") //nolint:gosec // this very program
	command.Env = append(os.Environ(), manyBooks+"="+path)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var seconds float64
	var open, megabytes int
	at := bytes.Index(out, []byte("start:"))
	if _, err := fmt.Sscanf(string(out[max(at, 0):]), "start: %f s, %d MB, %d open", &seconds, &megabytes, &open); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("start with %d payments: %.2f s, %d MB, %d open", payments, seconds, megabytes, open)
	if open != 7 {
		t.Errorf("%d open payments, want 7", open)
	}
	if goal && (seconds > startSeconds || megabytes > startMegabyte) {
		t.Errorf("the goals are %v s and %d MB", startSeconds, startMegabyte)
	}
}

// measureStart does what a start does with the books.
func measureStart(t *testing.T, path string) {
	begun := time.Now()
	books, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := books.Check(); err != nil {
		t.Fatal(err)
	}
	kernel, err := books.Load()
	if err != nil {
		t.Fatal(err)
	}
	engine := settlement.Restore(archive{t, books}, kernel)
	fmt.Printf("start: %f s, %d MB, %d open\n", time.Since(begun).Seconds(), anonymousMB(t), len(kernel.Open))
	if _, found := engine.Find(manyIdentity(1)); !found {
		t.Error("the first payment is not known")
	}
	if ids, err := books.ByUETR(manyUETR(t, 3)); err != nil || len(ids) != 1 || ids[0] != 3 {
		t.Errorf("the third payment by UETR: %v %v", ids, err)
	}
	if err := books.Close(); err != nil {
		t.Fatal(err)
	}
}

// anonymousMB is the memory of the process that no file backs.
func anonymousMB(t *testing.T) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("memory is read from /proc")
	}
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilobytes, err := strconv.Atoi(strings.Fields(text)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes >> 10
		}
	}
	return 0
}

func manyIdentity(n uint64) settlement.Identity {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, n))
	return settlement.Identity(sum[:16])
}

func manyUETR(t *testing.T, n uint64) messages.UETR {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("uetr"), n))
	uetr, err := messages.NewUETR(bytes.NewReader(sum[:]))
	if err != nil {
		t.Fatal(err)
	}
	return uetr
}

// buildMany writes payments in groups of a hundred: each settled, with the
// message that brought it, its forward and its answer in the log. The last seven wait.
// It returns how fast commits were, by tenths of the payments.
func buildMany(t *testing.T, path string, payments int) (rates []float64) {
	books, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	const banks, inGroup, inCommit = 10, 100, 64
	usd := messages.MustCurrency("USD")
	state := State{}
	first := Batch{}
	for id := settlement.AccountID(1); id <= banks; id++ {
		account := settlement.Account{ID: id, Owner: settlement.ParticipantID(id), Currency: usd, Role: settlement.RoleWallet, Line: 1 << 40}
		first.Changes.Accounts = append(first.Changes.Accounts, account)
	}
	batches := []Batch{first}
	sent, err := os.ReadFile("../messages/testdata/pacs.008.001.08.xml")
	if err != nil {
		t.Fatal(err)
	}
	answered, err := os.ReadFile("../messages/profile/testdata/samples/pacs.002.xml")
	if err != nil {
		t.Fatal(err)
	}
	body := &manyBodies{sent, answered, Pack(sent), Pack(answered)}
	lean := os.Getenv(manyLean) != ""
	var spent time.Duration
	tenth := max(1, payments/10)
	for n := uint64(1); n <= uint64(payments); {
		var batch Batch
		for ; len(batch.Changes.Payments) < inGroup && n <= uint64(payments); n++ {
			manyPayment(t, &batch, n, n+7 > uint64(payments), body)
			if lean && n+checkedRecords < uint64(payments) {
				batch.Records = batch.Records[:0]
			}
		}
		batches = append(batches, batch)
		if len(batches) == inCommit || n > uint64(payments) {
			for i := range batches {
				state.Sequence++
				state.Before, state.LogHash = state.LogHash, sha256.Sum256(state.LogHash[:])
				if k := len(batches[i].Changes.Payments); k > 0 {
					state.Payment += settlement.PaymentID(k)
					state.Message += settlement.MessageID(k)
					state.Entry += settlement.EntryID(len(batches[i].Changes.Entries))
				}
				batches[i].State = state
			}
			begun := time.Now()
			if _, err := books.Commit(batches); err != nil {
				t.Fatal(err)
			}
			spent += time.Since(begun)
			if int(state.Payment)/tenth > len(rates) {
				rates, spent = append(rates, float64(tenth)/spent.Seconds()), 0
			}
			batches = batches[:0]
		}
	}
	if err := books.Close(); err != nil {
		t.Fatal(err)
	}
	return rates
}

// manyBodies are the messages of the payments, and what they are packed.
type manyBodies struct{ sent, answered, packedSent, packedAnswered []byte }

func manyPayment(t *testing.T, batch *Batch, n uint64, waits bool, body *manyBodies) {
	from, to := settlement.AccountID(1+n%10), settlement.AccountID(1+(n+1)%10)
	p := settlement.Payment{ID: settlement.PaymentID(n), Message: settlement.MessageID(n), State: settlement.StateSettled, Status: settlement.StatusSettled}
	p.Identity, p.UETR, p.Kind = manyIdentity(n), manyUETR(t, n), settlement.KindCustomer
	p.Sender, p.Receiver = settlement.ParticipantID(from), settlement.ParticipantID(to)
	p.Legs = []settlement.Leg{{Debit: from, Credit: to, Amount: 100}}
	p.Facts = body.sent[:180]
	if waits {
		p.State, p.Status, p.Turn = settlement.StateWaiting, settlement.StatusPending, n
	} else {
		batch.Changes.Entries = append(batch.Changes.Entries, settlement.Entry{ID: settlement.EntryID(n), Payment: p.ID, Debit: from, Credit: to, Amount: 100})
	}
	batch.Changes.Payments = append(batch.Changes.Payments, p)
	batch.Changes.Messages = append(batch.Changes.Messages, settlement.Message{ID: p.Message, Sender: p.Sender, First: p.ID, Count: 1})
	for _, r := range []Record{
		{Sender: p.Sender, Type: "pacs.008.001.08", ID: "MSG", From: "ALPHCNBJXXX", Message: p.Message},
		{Receiver: p.Receiver, Type: "pacs.008.001.08", ID: "MSG", From: "ALPHCNBJXXX", To: "BETATHBKXXX", Payment: p.ID, Mailed: true, Out: true},
		{Receiver: p.Sender, Type: "pacs.002.001.10", ID: "STS", From: "DRGMHKHHXXX", To: "ALPHCNBJXXX", Message: p.Message, First: true, Mailed: true, Out: true},
	} {
		r.UETR, r.Salt = p.UETR.String(), [16]byte{byte(n), byte(n >> 8)}
		if r.Message != 0 && r.Out {
			r.SealPacked(body.answered, body.packedAnswered)
		} else {
			r.SealPacked(body.sent, body.packedSent)
		}
		batch.Records = append(batch.Records, r)
	}
}
