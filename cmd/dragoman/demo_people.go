package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"dragoman/messages"
)

func lines(text []byte) iter.Seq[[]byte] { return bytes.Lines(text) }

// client is a connection of a person or bank to the server that runs now.
func (d *demo) client(as string) (*client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.server.clients[as]; c != nil {
		return c, nil
	}
	c, err := openClient(d.folder, as, d.server.url)
	if err == nil {
		d.server.clients[as] = c
	}
	return c, err
}

// restart starts the server again on what the killed one has left.
func (d *demo) restart(ctx context.Context) error {
	d.sending.Lock()
	defer d.sending.Unlock()
	if err := <-d.server.ended; err == nil {
		return errors.New("the serving process ended by itself")
	}
	next, err := startServing(ctx, d.folder, os.Stderr)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.server = next
	d.mu.Unlock()
	return nil
}

// readerPause is how long a bank waits whose gateway does not answer.
const readerPause = 50 * time.Millisecond

// read empties a bank's mailbox again and again, as its own systems would: what
// it has understood it acknowledges; a gateway that does not answer is asked
// again.
func (d *demo) read(ctx context.Context, bank demoBank) {
	for next := uint64(1); ctx.Err() == nil; {
		box, err := d.fetch(ctx, bank)
		if err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(readerPause):
			}
			continue
		}
		for _, m := range box {
			if m.Number != next {
				continue // it came before, and the acknowledgement was lost
			}
			next++
			d.understand(d.tally[bank.as], []byte(m.Message))
		}
	}
}

func (d *demo) fetch(ctx context.Context, bank demoBank) ([]mail, error) {
	d.sending.RLock()
	defer d.sending.RUnlock()
	c, err := d.client(bank.as)
	if err != nil {
		return nil, err
	}
	box, err := c.fetch(ctx, 0, "200ms")
	if err != nil {
		return nil, err
	}
	return box, c.acknowledge(ctx, box)
}

// understand notes what a message tells.
func (d *demo) understand(t *tally, raw []byte) {
	m := messages.Read(raw, messages.Options{})
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.heard.Broadcast()
	switch kind := messages.KindOf(m.Document().ID); kind {
	case "pacs.008":
		t.received++
		v, _ := messages.ViewCustomerCreditTransfer(m)
		for payment := range v.Transactions() {
			d.got[payment.PaymentID().EndToEndID()] = raw
		}
	case "pacs.004":
		v, _ := messages.ViewReturn(m)
		for payment := range v.Transactions() {
			id := payment.OriginalEndToEndID()
			d.known[id] = append(d.known[id], strings.TrimSpace(kind+" "+reasonOf(payment.Reasons())))
		}
	case "pacs.002":
		v, _ := messages.ViewStatusReport(m)
		about := ""
		for group := range v.Groups() {
			if messages.KindOf(group.MessageName()) == "pacs.004" {
				about = aboutReturn
			}
		}
		for status := range v.Transactions() {
			d.note(t, status.OriginalEndToEndID()+about, status.Status(), reasonOf(status.Reasons()))
		}
		for group := range v.Groups() {
			if !hasTransactions(v) { // the message as a whole; its payment has the same id here
				d.note(t, endToEnd(group.MessageID()), group.Status(), reasonOf(group.Reasons()))
			}
		}
	case "camt.053":
		v, _ := messages.ViewStatement(m)
		for statement := range v.Statements() {
			d.got[endToEnd(statement.Account().Identification())] = raw
		}
	case "camt.029":
		v, _ := messages.ViewResolution(m)
		for payment := range v.Transactions() {
			id := payment.OriginalEndToEndID()
			d.known[id] = append(d.known[id], strings.TrimSpace(kind+" "+v.Confirmation()+" "+reasonOf(payment.Reasons())))
		}
	case "camt.056":
		v, _ := messages.ViewCancellationRequest(m)
		for payment := range v.Transactions() {
			d.got[payment.OriginalEndToEndID()+aboutRecall] = raw
		}
	}
}

// aboutReturn is behind the id of a payment in what is told of its return, aboutRecall
// in what is asked of who received it.
const (
	aboutReturn = " back"
	aboutRecall = " asked back"
)

func (d *demo) note(t *tally, id, status, reason string) {
	said := strings.TrimSpace(status + " " + reason)
	if !slices.Contains(d.known[id], said) { // else the answer to a message that was sent again
		switch status {
		case "ACSC":
			t.settled++
		case "PDNG":
			t.waiting++
		case "RJCT":
			t.rejected++
		}
	}
	d.known[id] = append(d.known[id], said)
}

// patience is how long the demonstration waits for an answer.
const patience = 10 * time.Second

// told waits until a bank was told so many things about a payment, and gives
// them.
func (d *demo) told(ctx context.Context, id string, count int) (string, error) {
	known := func() []string { return d.known[endToEnd(id)] }
	if !d.await(ctx, func() bool { return len(known()) >= count }) {
		return "", fmt.Errorf("payment %s: %d answers expected, %d came: %v", id, count, len(known()), known())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(known(), ", "), nil
}

// delivered waits until a payment has come to its receiver, and gives it as it came.
func (d *demo) delivered(ctx context.Context, id string) ([]byte, error) {
	var raw []byte
	if !d.await(ctx, func() bool { raw = d.got[endToEnd(id)]; return raw != nil }) {
		return nil, fmt.Errorf("payment %s has not come to its receiver", id)
	}
	return raw, nil
}

// await waits until what banks have heard is so; false: it did not come to that.
func (d *demo) await(ctx context.Context, so func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.heard.Broadcast()
	})
	defer stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	for !so() {
		if ctx.Err() != nil {
			return false
		}
		d.heard.Wait()
	}
	return true
}

// post sends a message as a bank does.
func (d *demo) post(ctx context.Context, from demoBank, body []byte) ([]byte, error) {
	d.sending.RLock()
	defer d.sending.RUnlock()
	c, err := d.client(from.as)
	if err != nil {
		return nil, err
	}
	answer, err := c.call(ctx, "POST", "/v1/messages", xmlBody, body, nil)
	if err == nil {
		d.mu.Lock()
		d.tally[from.as].sent++
		d.mu.Unlock()
	}
	return answer, err
}

// refusedAtOnce tells that the gateway answered and took nothing.
func refusedAtOnce(err error) bool {
	var refused *answerError
	return errors.As(err, &refused)
}
