package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

var testBanks = []string{"ALPHCNBJXXX", "BETATHBKXXX", "GAMMAEADXXX"}

const testGateway = "DRGMHKHHXXX"

func mustBIC(t testing.TB, text string) messages.BIC {
	t.Helper()
	bic, err := messages.ParseBIC(text)
	if err != nil {
		t.Fatal(err)
	}
	return bic
}

// rig is a lane on books in a temporary folder, fed without a log.
type rig struct {
	t         *testing.T
	opens     func(path string) (*store.Books, error)
	path      string
	books     *store.Books
	lane      *Lane
	log       []Entry
	directory *routing.Directory
	read      uint64 // records that mailed has looked at
}

// newRig makes a rig with the directory of the tests, changed by edits.
func newRig(t *testing.T, edits ...func(*routing.Change)) *rig {
	return newRigOn(t, store.Open, edits...)
}

func newRigOn(t *testing.T, opens func(path string) (*store.Books, error), edits ...func(*routing.Change)) *rig {
	r := &rig{t: t, opens: opens, path: filepath.Join(t.TempDir(), "books.db"), directory: new(routing.Directory).Ready()}
	r.open()
	t.Cleanup(func() { _ = r.books.Close() })
	change := testChange(t)
	for _, edit := range edits {
		edit(&change)
	}
	var err error
	if r.directory, err = r.directory.Apply(change); err != nil {
		t.Fatal(err)
	}
	facts, err := json.Marshal(change)
	if err != nil {
		t.Fatal(err)
	}
	r.apply(Order{Kind: OrderDirectory, Facts: facts})
	return r
}

func (r *rig) open() {
	var err error
	if r.books, err = r.opens(r.path); err == nil {
		r.lane, err = NewLane(r.books)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// apply writes one group with the orders and has the lane apply it.
func (r *rig) apply(orders ...Order) {
	r.t.Helper()
	g := Group{Door: "test", Number: uint64(len(r.log) + 1), At: settlement.Moment(1763889000e9 + int64(len(r.log))*1e9), Orders: orders}
	r.log = append(r.log, Entry{Sequence: uint64(len(r.log) + 1), Data: g.Encode()})
	if err := r.lane.Apply(r.log[len(r.log)-1:]); err != nil {
		r.t.Fatal(err)
	}
}

// issue has two people of the issuer put money into circulation.
func (r *rig) issue(bank, amount string) {
	r.t.Helper()
	r.both("yuan-1", "yuan-2", Decision{Action: ActionIssue, Bank: mustBIC(r.t, bank), Amount: amount, Currency: "CNY"})
}

// send has the desk read a body and the lane apply it.
func (r *rig) send(bank string, raw []byte) *messages.Fault {
	r.t.Helper()
	read := readLetter(raw, mustBIC(r.t, bank), settlement.Moment(1), r.directory)
	if read.unreadable != nil {
		return read.unreadable
	}
	r.apply(Order{Kind: OrderMessage, From: read.letter.Sender, Facts: encodeLetter(read.letter), Payload: store.Pack(raw)})
	return nil
}

// mailed takes what was mailed since the last call: "TO type status…".
func (r *rig) mailed() string {
	r.t.Helper()
	var all []string
	for ; r.read < r.books.State().Records; r.read++ {
		record, payload, err := r.books.Record(r.read)
		if err != nil {
			r.t.Fatal(err)
		}
		if !record.Mailed {
			continue
		}
		m := messages.Read(payload, messages.Options{})
		if !m.Valid() {
			r.t.Fatalf("the gateway mailed an invalid message: %v\n%s", m.Faults(), payload)
		}
		to, _ := r.lane.directory.ByID(record.Receiver)
		words := []string{to.BIC.String()[:4], m.Document().ID[:8]}
		for n := range m.Document().Root.Walk() {
			switch n.Name() {
			case "GrpSts", "TxSts", "Conf", "TxCxlSts", "IntrBkSttlmAmt", "StsCd", "Desc", "RjctgPtyRsn", "AmtWthCcy":
				words = append(words, n.Text())
			case "Cd":
				if parent := n.Parent().Name(); parent == "Rsn" || parent == "Sts" {
					words = append(words, n.Text())
				}
			}
		}
		all = append(all, strings.Join(words, " "))
	}
	return strings.Join(all, ", ")
}

func (r *rig) expect(want string) {
	r.t.Helper()
	if got := r.mailed(); got != want {
		r.t.Errorf("mailed\n got %s\nwant %s", got, want)
	}
}

func samplePayment(t testing.TB, change ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "messages", "testdata", "pacs.008.001.08.xml"))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.NewReplacer(change...).Replace(string(raw)))
}

func uetr(n int) []string {
	return []string{"8a562c67-ca16-48ba-b074-65581be6f011", fmt.Sprintf("8a562c67-ca16-48ba-b074-65581be6%04d", n), "DRGM-20261123-000001", fmt.Sprintf("MSG-%d", n)}
}

func TestPaymentIsSettledAndForwarded(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "2000000.00")
	if fault := r.send("ALPHCNBJXXX", samplePayment(t, uetr(1)...)); fault != nil {
		t.Fatal(fault)
	}
	r.expect("BETA pacs.008 1250000.50, ALPH pacs.002 ACSC ACSC")
	// The same again gets the same answer; other content under the same UETR does not.
	r.send("ALPHCNBJXXX", samplePayment(t, uetr(1)...))
	r.expect("ALPH pacs.002 ACSC ACSC")
	r.send("ALPHCNBJXXX", samplePayment(t, append(uetr(1), "Rama IV Road", "Rama V Road")...))
	r.expect("ALPH pacs.002 RJCT RJCT DUPL")
	// Short of money it waits, and goes when money comes.
	r.send("ALPHCNBJXXX", samplePayment(t, uetr(2)...))
	r.expect("ALPH pacs.002 PDNG PDNG")
	r.issue("ALPHCNBJXXX", "500001.00")
	r.expect("BETA pacs.008 1250000.50, ALPH pacs.002 ACSC")
	r.rebuild()
}

func TestRefusalsCarryTheirReasons(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "2000000.00")
	for n, c := range []struct {
		sender string
		change []string
		want   string
	}{
		{"ALPHCNBJXXX", []string{"BETATHBKXXX", "NOBODEFFXXX"}, "ALPH pacs.002 RJCT RJCT CNOR"},
		{"ALPHCNBJXXX", []string{"BETATHBKXXX", "GAMMAEADXXX"}, "ALPH pacs.002 RJCT RJCT AC09"},
		{"BETATHBKXXX", nil, "BETA pacs.002 RJCT DS0H"},
		{"ALPHCNBJXXX", []string{"<ChrgBr>SHAR", "<ChrgBr>XXXX"}, "ALPH pacs.002 RJCT CH16"},
		{"ALPHCNBJXXX", []string{"<NbOfTxs>1", "<NbOfTxs>2"}, "ALPH pacs.002 RJCT AM19"},
	} {
		r.send(c.sender, samplePayment(t, append(uetr(100+n), c.change...)...))
		r.expect(c.want)
	}
	if fault := r.send("ALPHCNBJXXX", []byte("hello")); fault == nil || fault.Reason != "FF01" {
		t.Errorf("text that is no XML: %v", fault)
	}
	r.rebuild()
}

func TestBatchBecomesPaymentsWithOneAnswer(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "2000000.00")
	raw := samplePayment(t)
	from, to := bytes.Index(raw, []byte("    <CdtTrfTxInf>")), bytes.Index(raw, []byte("  </FIToFICstmrCdtTrf>"))
	var batch []byte
	batch = append(batch, bytes.Replace(raw[:from:from], []byte("<NbOfTxs>1"), []byte("<NbOfTxs>3"), 1)...)
	for n := range 3 {
		tx := strings.NewReplacer(append(uetr(200+n), "1250000.50", fmt.Sprintf("%d.00", 900000+n))...).Replace(string(raw[from:to]))
		batch = append(batch, tx...)
	}
	batch = append(batch, raw[to:]...)
	r.send("ALPHCNBJXXX", batch)
	r.expect("BETA pacs.008 900000.00, BETA pacs.008 900001.00, ALPH pacs.002 PART ACSC ACSC PDNG")
	r.issue("ALPHCNBJXXX", "1000000.00")
	r.expect("BETA pacs.008 900002.00, ALPH pacs.002 ACSC")
	r.rebuild()
}

// rebuild makes new books from the log alone, in one go, and wants the same
// state digest; the audit of both must be clean.
func (r *rig) rebuild() {
	r.t.Helper()
	path := filepath.Join(r.t.TempDir(), "again.db")
	books, err := r.opens(path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer books.Close() //nolint:errcheck // a test's file
	lane, err := NewLane(books)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range r.log {
		lane.claims.add(e)
	}
	for _, e := range r.log {
		lane.claims.weigh(e)
	}
	if err := lane.Apply(r.log); err != nil {
		r.t.Fatal(err)
	}
	if books.State() != r.books.State() {
		r.t.Errorf("rebuilt books differ:\n%+v\n%+v", books.State(), r.books.State())
	}
	for _, b := range []*store.Books{books, r.books} {
		if findings, err := b.Audit(); err != nil || len(findings) > 0 {
			r.t.Errorf("audit: %v %v", err, findings)
		}
	}
}

// TestRecallAndStatusRequest: what waits can be taken back, and only once; a
// question about a payment that nobody knows is answered too.
func TestRecallAndStatusRequest(t *testing.T) {
	r := newRig(t)
	payment := samplePayment(t, uetr(7)...)
	r.send("ALPHCNBJXXX", payment)
	r.expect("ALPH pacs.002 PDNG PDNG")
	sent := messages.Read(payment, messages.Options{})
	created, err := messages.ParseDateTime("2026-11-23T10:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(id string) []byte {
		request := messages.StatusRequestOn(sent)
		request.MessageID, request.Created = id, created
		out, err := request.Write("pacs.028.001.03")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	r.send("ALPHCNBJXXX", ask("ASK-1"))
	r.expect("ALPH pacs.002 PDNG")
	recall := messages.CancellationOf(sent)
	recall.AssignmentID, recall.Created = "RECALL-1", created
	recall.Assigner, recall.Assignee = messages.Party{Agent: messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}}, messages.Party{Agent: messages.Agent{BIC: mustBIC(t, testGateway)}}
	body, err := recall.Write("camt.056.001.08")
	if err != nil {
		t.Fatal(err)
	}
	r.send("ALPHCNBJXXX", body)
	r.expect("ALPH pacs.002 RJCT DS02, ALPH camt.029 CNCL ACCR 1250000.50")
	r.send("ALPHCNBJXXX", body)
	r.expect("ALPH camt.029 CNCL ACCR 1250000.50")
	r.send("ALPHCNBJXXX", ask("ASK-2"))
	r.expect("ALPH pacs.002 RJCT DS02")
	r.rebuild()
}
