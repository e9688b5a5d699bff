package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// clusterRun is one round of the proof of a cluster: banks send at all gateways while
// processes are struck down and links are cut.
type clusterRun struct {
	settings proofSettings
	std      streams
	rig      *clusterRig
	began    time.Time
	seed     uint64
	banks    []*clusterBank
	scribe   *scribe

	mu        sync.Mutex
	payments  []*clusterPayment
	history   []clusterOp
	faults    []string
	strikes   map[string]int
	refused   int // attempts that were not acknowledged
	takeovers []time.Duration
	acked     int
	late      bool // a leader that was replaced has written; see comesLate
}

// clusterBank is one bank with a client for every gateway.
type clusterBank struct {
	demoBank
	run     *clusterRun
	clients []*client
	random  *rand.Rand

	mu      sync.Mutex
	mailbox map[uint64]clusterMail
	again   int
}

type clusterMail struct {
	digest [32]byte
	what   string // what it says of a payment
	id     string
}

// clusterPayment is one payment and what its sender knows of it.
type clusterPayment struct {
	id, uetr     string
	from, to     *clusterBank
	minor        int64
	body         []byte
	acknowledged bool
	settled      bool // by the word of the gateway that was asked last
	receipt      gateway.ReceiptPayment
}

// clusterOp is one request and its answer, as a client saw them; times are those of this
// process.
type clusterOp struct {
	UETR   string `json:"uetr"`
	Node   int    `json:"node"`
	Submit bool   `json:"submit"`
	Call   int64  `json:"call"`
	Return int64  `json:"return"` // math.MaxInt64: there was no answer
	Rank   int    `json:"rank"`   // what a query found
	ID     string `json:"id"`     // of the payment
}

// What a query finds: it only ever grows, and ends.
const (
	rankAbsent = iota
	rankOpen
	rankSettled
	rankRejected
)

// Bounds of clients.
const (
	clusterPatience = 3 * time.Second // of one attempt
	clusterOpening  = 100_000_000_00  // minor units of every bank
	clusterCurrency = "CNY"
	clusterPace     = 20 * time.Millisecond // between two payments of a sender
	largeOneIn      = 200                   // payments that are beyond what their sender has; what it sends later waits behind them
	largeMinor      = 2 * clusterOpening * 8
)

func (r *clusterRun) fault(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

func (r *clusterRun) now() int64 { return int64(time.Since(r.began)) }

func (r *clusterRun) note(op clusterOp) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history = append(r.history, op)
}

// draft writes the next payment of a bank.
func (r *clusterRun) draft(b *clusterBank) *clusterPayment {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.payments) + 1
	to := r.banks[r.scribe.random.IntN(len(r.banks))]
	for to == b {
		to = r.banks[r.scribe.random.IntN(len(r.banks))]
	}
	p := &clusterPayment{id: fmt.Sprintf("C%06d", n), uetr: r.scribe.uetr(), from: b, to: to, minor: 1 + r.scribe.random.Int64N(10000)}
	if r.scribe.random.IntN(largeOneIn) == 0 {
		p.minor = largeMinor
	}
	p.body = r.scribe.transfer("pacs.008.001.08", b.demoBank, p.id, []draft{{id: p.id, uetr: p.uetr, amount: money(p.minor, clusterCurrency), to: to.demoBank, agent: to.bic}})
	r.payments = append(r.payments, p)
	return p
}

// send sends payments until ctx ends, each until it is acknowledged by whatever gateway.
func (b *clusterBank) send(ctx, ending context.Context, random *rand.Rand) {
	for ctx.Err() == nil {
		p := b.run.draft(b)
		var asking sync.WaitGroup
		look := random.IntN(3)
		for range look {
			node := random.IntN(len(b.clients))
			after := time.Duration(random.Int64N(int64(20 * time.Millisecond)))
			asking.Go(func() {
				pause(ending, after)
				b.query(ending, p, node)
			})
		}
		for !p.acknowledged && ending.Err() == nil {
			b.submit(ending, p, random.IntN(len(b.clients)))
		}
		b.query(ending, p, random.IntN(len(b.clients)))
		asking.Wait()
		pause(ctx, clusterPace)
	}
}

func (b *clusterBank) submit(ctx context.Context, p *clusterPayment, node int) {
	op := clusterOp{UETR: p.uetr, Node: node, Submit: true, Call: b.run.now(), Return: math.MaxInt64}
	attempt, cancel := context.WithTimeout(ctx, clusterPatience)
	defer cancel()
	var receipt gateway.Receipt
	_, err := b.clients[node].call(attempt, "POST", "/v1/messages", xmlBody, p.body, &receipt)
	var refused *answerError
	switch {
	case err == nil && len(receipt.Payments) == 1:
		op.Return, op.ID = b.run.now(), receipt.Payments[0].ID
		b.run.mu.Lock()
		p.acknowledged, p.receipt = true, receipt.Payments[0]
		b.run.acked++
		b.run.mu.Unlock()
	case err == nil:
		b.run.fault("payment %s: a receipt for %d payments", p.id, len(receipt.Payments))
	case errors.As(err, &refused) && refused.status < 500:
		b.run.fault("payment %s is refused: %s", p.id, oneLine(refused.text))
		pause(ctx, retryAfter)
	default:
		b.run.mu.Lock()
		b.run.refused++
		b.run.mu.Unlock()
		pause(ctx, retryAfter)
	}
	b.run.note(op)
}

// query asks where a payment stands, now: behind all that was acknowledged before.
func (b *clusterBank) query(ctx context.Context, p *clusterPayment, node int) {
	op := clusterOp{UETR: p.uetr, Node: node, Call: b.run.now()}
	attempt, cancel := context.WithTimeout(ctx, clusterPatience)
	defer cancel()
	found, err := b.look(attempt, p, node, true)
	if err != nil {
		return // it changed nothing and says nothing
	}
	op.Return = b.run.now()
	switch {
	case len(found) > 1:
		b.run.fault("payment %s is %d times in the books of %s", p.id, len(found), nodeName(node))
	case len(found) == 1:
		op.Rank, op.ID = rankOf(found[0].State), found[0].ID
	}
	b.run.note(op)
}

// shownPayment is what a query shows of a payment.
type shownPayment struct {
	ID     string `json:"paymentId"`
	State  string `json:"state"`
	Amount string `json:"amount"`
}

func (b *clusterBank) look(ctx context.Context, p *clusterPayment, node int, fresh bool) ([]shownPayment, error) {
	path := "/v1/payments/" + url.PathEscape(p.uetr)
	if fresh {
		path += "?after=now"
	}
	var found struct{ Payments []shownPayment }
	_, err := b.clients[node].call(ctx, "GET", path, jsonBody, nil, &found)
	var refused *answerError
	if errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return nil, nil
	}
	return found.Payments, err
}

func rankOf(state string) int {
	switch state {
	case "settled", "delivered":
		return rankSettled
	case "rejected", "cancelled":
		return rankRejected
	}
	return rankOpen
}

// read takes what comes into the mailbox, at whatever gateway, until done says that
// nothing more comes.
func (b *clusterBank) read(ctx context.Context, done func() bool) {
	for ctx.Err() == nil && !done() {
		node := b.random.IntN(len(b.clients))
		attempt, cancel := context.WithTimeout(ctx, clusterPatience)
		box, err := b.clients[node].fetch(attempt, 0, "300ms")
		if err == nil {
			b.take(box, node)
		} else {
			pause(ctx, retryAfter)
		}
		if len(box) > 0 && b.random.IntN(3) > 0 {
			_ = b.clients[b.random.IntN(len(b.clients))].acknowledge(attempt, box) // what is not known to be acknowledged comes again
		}
		cancel()
	}
}

// take notes mails. What comes again, from whatever gateway, is the same.
func (b *clusterBank) take(box []mail, node int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range box {
		digest := sha256.Sum256([]byte(m.Message))
		if first, known := b.mailbox[m.Number]; known {
			b.again++
			if first.digest != digest {
				b.run.fault("%s: mail %d of %s has other content than it had before", b.name, m.Number, nodeName(node))
			}
			continue
		}
		what, id := says(m)
		b.mailbox[m.Number] = clusterMail{digest, what, id}
	}
}

// says is what a mail says of which payment.
func says(m mail) (what, id string) {
	read := messages.Read([]byte(m.Message), messages.Options{})
	if v, ok := messages.ViewStatusReport(read); ok {
		for t := range v.Transactions() {
			return t.Status(), t.OriginalEndToEndID()
		}
		return "", ""
	}
	if v, ok := messages.ViewCustomerCreditTransfer(read); ok {
		for t := range v.Transactions() {
			return "arrived", t.PaymentID().EndToEndID()
		}
	}
	return "", ""
}

// fund gives every bank its money, before anything is struck.
func (r *clusterRun) fund(ctx context.Context) error {
	var first, second *client
	for _, a := range assets() {
		if a.code != clusterCurrency {
			continue
		}
		var err, also error
		first, err = r.rig.nodes[0].client(a.folder(1))
		second, also = r.rig.nodes[len(r.rig.nodes)-1].client(a.folder(2))
		if err := errors.Join(err, also); err != nil {
			return err
		}
	}
	for _, b := range r.banks {
		asked, err := first.decide(ctx, gateway.DecisionRequest{Action: gateway.ActionIssue, Bank: b.bic, Currency: clusterCurrency, Amount: money(clusterOpening, clusterCurrency).Amount(), Reason: "the proof lends"})
		if err != nil {
			return err
		}
		var answer gateway.DecisionAnswer
		for deadline := time.Now().Add(clusterPatience); ; pause(ctx, retryAfter) { // the other gateway may not have it yet
			answer, err = second.approve(ctx, asked.ID, true, "the proof agrees")
			var refused *answerError
			if !errors.As(err, &refused) || time.Now().After(deadline) {
				break
			}
		}
		if err != nil || answer.Outcome != gateway.OutcomeDone && answer.Outcome != "" {
			return fmt.Errorf("lend to %s: %s %s: %w", b.name, answer.Outcome, answer.What, err)
		}
	}
	return nil
}

// clusterResult is what a round came to.
type clusterResult struct {
	Round      int            `json:"round"`
	Seed       uint64         `json:"seed"`
	Seconds    float64        `json:"seconds"`
	Payments   int            `json:"payments"`
	Settled    int            `json:"settled"`
	Waiting    int            `json:"waiting"`
	Unanswered int            `json:"unanswered"` // attempts without an answer, sent again
	Operations int            `json:"operations"`
	Strikes    map[string]int `json:"strikes"`
	Takeovers  []float64      `json:"takeoverSeconds"`
	Mails      int            `json:"mails"`
	Again      int            `json:"mailsAgain"`
	Late       bool           `json:"oldLeaderWrote"`
	Digest     string         `json:"digest"` // of the books of all gateways
	Violations []string       `json:"violations"`
}

func (c *clusterResult) String() string {
	slowest := 0.0
	for _, t := range c.Takeovers {
		slowest = max(slowest, t)
	}
	strikes, _ := json.Marshal(c.Strikes) //nolint:errchkjson // a map of numbers
	return fmt.Sprintf("round %d (seed %d): %d payments in %.0f s, %d settled, %d wait, %d attempts without an answer; %d operations linearizable; strikes %s; %d leaders replaced, slowest %.2f s, one of them wrote once more: %t; %d mails, %d again; %d violations",
		c.Round, c.Seed, c.Payments, c.Seconds, c.Settled, c.Waiting, c.Unanswered, c.Operations, strikes, len(c.Takeovers), slowest, c.Late, c.Mails, c.Again, len(c.Violations))
}
