package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/nats-io/nkeys"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Log is where the desk puts orders; [Orders] is the real one.
type Log interface {
	// Append writes an order to the log and returns its place, when it is on disk.
	Append(ctx context.Context, order Order) (settlement.Place, error)
}

// Desk takes in what doors bring: it reads and checks it, and puts it into the
// log. It holds no state, so that there may be many of them.
type Desk struct {
	orders    Log
	directory *atomic.Pointer[routing.Directory]
	books     *store.Books // what has been applied, to know a message again
	clock     func() time.Time
	random    io.Reader
	// duplicates is for how long a message is known again. What says that it was
	// created before then could have been sent and forgotten.
	duplicates time.Duration
	// stopped is why the lane has stopped: then only what lets it go on is taken in.
	stopped func() error
}

// NewDesk is a desk before a log. The books tell it which messages it has seen; random
// gives the salts of what it takes in.
func NewDesk(log Log, directory *atomic.Pointer[routing.Directory], books *store.Books, clock func() time.Time, random io.Reader, duplicates time.Duration) *Desk {
	return &Desk{orders: log, directory: directory, books: books, clock: clock, random: random, duplicates: duplicates}
}

// Caller is who a door found behind a connection.
type Caller struct {
	Participant messages.BIC
	Key         string // fingerprint of the certificate, or NKEY
	Roles       []routing.Role
	Test        bool // what it sends now only tries
}

// Receipt says that a message is on disk and where.
type Receipt struct {
	Place    string           `json:"place"`
	Type     string           `json:"type"`
	ID       string           `json:"messageId"`
	Digest   string           `json:"digest"` // SHA-256 of the body
	Payments []ReceiptPayment `json:"payments"`
	Test     bool             `json:"test,omitempty"` // it was tried: nothing moved

	// Applied says that the message was sent before and has been applied: the
	// receipt is that of the first time.
	Applied bool `json:"-"`
}

// ReceiptPayment names one payment of the message.
type ReceiptPayment struct {
	ID         string `json:"paymentId"`
	UETR       string `json:"uetr"`
	EndToEndID string `json:"endToEndId,omitempty"`
}

// Unreadable says why a body is no message; it is answered with an admi.002.
type Unreadable struct {
	Fault  messages.Fault
	Answer []byte // the admi.002
}

func (u *Unreadable) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", u.Fault.Line, u.Fault.Column, u.Fault.Text)
}

// Receive takes in one body. Without error it is on disk; an *Unreadable is
// recorded as well, and nothing will come of it.
func (d *Desk) Receive(ctx context.Context, caller Caller, raw []byte) (Receipt, error) {
	if d.stopped != nil && d.stopped() != nil {
		return Receipt{}, ErrStopped
	}
	now := settlement.Moment(d.clock().UnixNano())
	read := readLetter(raw, caller.Participant, now, d.directory.Load())
	if read.letter != nil {
		read.letter.Test = caller.Test
		d.refuseOld(read, now)
	}
	order := Order{Kind: OrderMessage, From: caller.Participant, Key: caller.Key, Received: now, Payload: store.Pack(raw)}
	if _, err := io.ReadFull(d.random, order.Nonce[:]); err != nil {
		return Receipt{}, fmt.Errorf("draw a nonce: %w", err)
	}
	digest := sha256.Sum256(raw)
	if read.unreadable != nil {
		return Receipt{}, d.refuse(ctx, order, raw, digest, *read.unreadable)
	}
	first, applied, err := d.before(read.letter)
	if err != nil {
		return Receipt{}, err
	}
	order.Facts = encodeLetter(read.letter)
	order.ahead = lookAhead(&order, read.letter, raw, read.message, d.directory.Load())
	place, err := d.orders.Append(ctx, order)
	if err != nil {
		return Receipt{}, err
	}
	if applied {
		place = first
	}
	receipt := receiptOf(read.letter, place, digest)
	receipt.Applied = applied
	return receipt, nil
}

// DefaultDuplicates is for how long messages are known again where nothing else
// is configured.
const DefaultDuplicates = 400 * 24 * time.Hour

// codeTooOld refuses a message that was created longer ago than duplicates are
// recognised for, codeNotSender one that is in another's name.
const (
	codeTooOld    = "DT02"
	codeNotSender = "DS0H"
)

// refuseOld refuses payments that were created before duplicates are known.
func (d *Desk) refuseOld(read reading, now settlement.Moment) {
	l := read.letter
	if len(l.Payments) == 0 || d.duplicates == 0 {
		return
	}
	created, err := messages.ParseDateTime(firstChild(read.message.Document().Root).At("GrpHdr/CreDtTm").Text())
	if err != nil || timeOf(now).Sub(created.TimeIn(time.UTC)) <= d.duplicates {
		return
	}
	l.Refusal = settlement.Reason{Code: codeTooOld, Text: fmt.Sprintf("the message was created more than %d days ago", d.duplicates/(24*time.Hour))}
}

// before is where the same message stands in the log, when it was sent before and
// has been applied. The one sent again is still put into the log: its answer is
// mailed again.
func (d *Desk) before(l *routing.Letter) (settlement.Place, bool, error) {
	sender, ok := d.directory.Load().ByBIC(l.Sender)
	if !ok || d.books == nil || l.Test {
		return settlement.Place{}, false, nil
	}
	sent := settlement.Message{Sender: sender.ID, Identity: l.Identity, Digest: l.Digest}
	var uetr messages.UETR
	refused := l.Refusal.Code != ""
	if len(l.Payments) > 0 && !refused && l.Payments[0].Kind != settlement.KindReturn {
		sent.Identity = settlement.Identity{} // one that was refused with another header is not this one
	}
	if len(l.Payments) > 0 && l.Refusal.Code != codeNotSender {
		uetr, _ = messages.ParseUETR(l.Payments[0].UETR) // one that is none was refused and names nothing
	}
	first, ok, err := d.books.Sent(sent, uetr)
	return first.Place, ok, err
}

func receiptOf(l *routing.Letter, place settlement.Place, digest [32]byte) Receipt {
	r := Receipt{
		Place: placeText(place), Type: l.Type, ID: l.ID, Digest: hex.EncodeToString(digest[:]), Payments: []ReceiptPayment{}, Test: l.Test,
	}
	for i := range l.Payments {
		p := &l.Payments[i]
		id := identify(l.Sender.Full(), string(l.Digest[:]), fmt.Sprint(p.Transaction))
		r.Payments = append(r.Payments, ReceiptPayment{hex.EncodeToString(id[:]), p.UETR, p.EndToEndID})
	}
	return r
}

// maxRefusedKept is how much of an unreadable body is kept.
const maxRefusedKept = 64 << 10

// refuse records an unreadable body before it is answered.
func (d *Desk) refuse(ctx context.Context, order Order, raw []byte, digest [32]byte, fault messages.Fault) error {
	order.Kind = OrderRefused
	order.Payload = store.Pack(raw[:min(len(raw), maxRefusedKept)])
	facts, err := json.Marshal(refusedFacts{
		Rule: fault.Rule, Reason: fault.Reason, Text: fault.Text, Path: fault.Path, Line: fault.Line, Column: fault.Column,
		Digest: hex.EncodeToString(digest[:]), Mail: nkeys.IsValidPublicUserKey(order.Key),
	})
	if err != nil {
		return err
	}
	order.Facts = facts
	if _, err := d.orders.Append(ctx, order); err != nil {
		return err
	}
	answer, err := reject(fault, digest, d.clock())
	if err != nil {
		return err
	}
	return &Unreadable{fault, answer}
}

// refusedFacts are those of an OrderRefused.
type refusedFacts struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
	Path   string `json:"path,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Digest string `json:"digest"` // SHA-256 of the whole body, hexadecimal
	// Mail tells that the admi.002 goes into the mailbox: the sender came by NATS,
	// where the reply says no more than that the body was refused.
	Mail bool `json:"mail,omitempty"`
}

// rejectDefinition is the only version of that message.
const rejectDefinition = "admi.002.001.01"

// reject writes the admi.002 for a body that is no message. What the fault repeats
// of the body may be what no message can carry: then it is left out.
func reject(fault messages.Fault, digest [32]byte, at time.Time) ([]byte, error) {
	answer, err := writeReject(fault, digest, at)
	if err != nil {
		fault.Path, fault.Text = "", "the fault cannot be described in a message"
		answer, err = writeReject(fault, digest, at)
	}
	return answer, err
}

// writeReject relates the answer to the start of the body's digest: it has no
// identifier.
func writeReject(fault messages.Fault, digest [32]byte, at time.Time) ([]byte, error) {
	created, err := messages.NewDateTime(at.UTC().Truncate(time.Millisecond))
	if err != nil {
		return nil, err
	}
	w := messages.NewWriter(rejectDefinition)
	w.OpenBody(rejectDefinition)
	w.Open("RltdRef")
	w.Text("Ref", hex.EncodeToString(digest[:16]))
	w.Close()
	w.Open("Rsn")
	w.Text("RjctgPtyRsn", fault.Reason)
	w.Text("RjctnDtTm", created.String())
	w.Text("ErrLctn", clipped(fmt.Sprintf("line %d column %d %s", fault.Line, fault.Column, fault.Path), 350))
	w.Text("RsnDesc", clipped(fault.Rule+": "+fault.Text, 350))
	w.Close()
	w.Close()
	return w.Bytes()
}

func clipped(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}

// ErrNotAllowed says that the caller's role does not cover what it asks.
var ErrNotAllowed = errors.New("not allowed with this certificate")

// Decide puts a decision into the log. Who may decide is judged by the lane.
func (d *Desk) Decide(ctx context.Context, caller Caller, decision Decision) (settlement.Place, error) {
	if d.stopped != nil && !goesOn(decision.Action, d.stopped()) {
		return settlement.Place{}, ErrStopped
	}
	if err := readZones(decision.Change); err != nil {
		return settlement.Place{}, err
	}
	facts, err := json.Marshal(decision)
	if err != nil {
		return settlement.Place{}, err
	}
	return d.orders.Append(ctx, Order{Kind: OrderOperator, From: caller.Participant, Key: caller.Key, Received: settlement.Moment(d.clock().UnixNano()), Facts: facts})
}

// Change puts the directory of an empty log into it. Later two operators change
// it: see ActionApply.
func (d *Desk) Change(ctx context.Context, caller Caller, change routing.Change) (settlement.Place, error) {
	if err := readZones(&change); err != nil {
		return settlement.Place{}, err
	}
	if _, err := d.directory.Load().Apply(change); err != nil {
		return settlement.Place{}, err
	}
	facts, err := json.Marshal(change)
	if err != nil {
		return settlement.Place{}, err
	}
	return d.orders.Append(ctx, Order{Kind: OrderDirectory, From: caller.Participant, Key: caller.Key, Received: settlement.Moment(d.clock().UnixNano()), Facts: facts})
}
