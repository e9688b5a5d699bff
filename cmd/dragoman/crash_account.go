package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	"dragoman/gateway"
	"dragoman/messages"
)

// What the banks saw is held against what the gateway says.

type accountName struct{ as, currency, role string }

type balance struct{ posted, reserved int64 }

// accountsOf asks for the caller's own accounts.
func accountsOf(ctx context.Context, c *client) (map[accountName]balance, error) {
	var found struct {
		Accounts []struct{ Currency, Role, Posted, Reserved string } `json:"accounts"`
	}
	if _, err := c.call(ctx, "GET", "/v1/accounts", jsonBody, nil, &found); err != nil {
		return nil, err
	}
	all := map[accountName]balance{}
	for _, a := range found.Accounts {
		posted, err := minorOf(a.Posted, a.Currency)
		reserved, also := minorOf(a.Reserved, a.Currency)
		if err := errors.Join(err, also); err != nil {
			return nil, err
		}
		all[accountName{c.as, a.Currency, a.Role}] = balance{posted, reserved}
	}
	return all, nil
}

// minorOf reads a decimal with sign.
func minorOf(text, currency string) (int64, error) {
	digits, negative := strings.CutPrefix(text, "-")
	m, err := messages.ParseMoney(digits, messages.MustCurrency(currency))
	if negative {
		return -m.Minor(), err
	}
	return m.Minor(), err
}

// account checks every letter, every mailbox and every balance.
func (r *crashRun) account(ctx context.Context) error {
	for _, l := range r.letters {
		r.checkLetter(l)
	}
	var asking sync.WaitGroup
	failures := make([]error, len(r.banks))
	for i, b := range r.banks {
		r.checkMailbox(b)
		asking.Go(func() { failures[i] = r.checkBank(ctx, b) })
	}
	asking.Wait()
	return errors.Join(failures...)
}

// wanted is what a letter's payments must come to.
func (k letterKind) wanted() (status, reason string) {
	switch k {
	case kindConflict:
		return "RJCT", "DUPL"
	case kindUnknown:
		return "RJCT", "CNOR"
	case kindForeign:
		return "RJCT", "DS0H"
	case kindInvalid:
		return "RJCT", ""
	case kindRecalled:
		return "", "" // whichever came first
	case kindPlain, kindBatch, kindLarge, kindMalformed, kindRecall, kindRepeat:
	}
	return "ACSC", ""
}

func (r *crashRun) checkLetter(l *crashLetter) {
	switch {
	case l.kind == kindRepeat:
		return
	case l.kind == kindMalformed && (!l.refused || l.receipts > 0 || len(l.answers) > 0):
		r.wrong(l, "a malformed message must be refused at once and never again be heard of")
	case l.kind == kindRecall && len(l.resolved) != 1:
		r.wrong(l, "a recall has %d answers: %v", len(l.resolved), l.resolved)
	case l.kind != kindMalformed && l.refused:
		r.wrong(l, "it was refused at once")
	case l.kind == kindRecall:
		r.checkRecall(l)
	}
	first := 0
	for _, a := range l.answers {
		first = max(first, len(a.numbers))
	}
	if first > l.sends {
		r.wrong(l, "it was sent %d times and answered %d times", l.sends, first)
	}
	for _, p := range l.payments {
		r.checkPayment(p)
	}
}

// checkRecall wants the payment of a recall that says so to be taken back, and
// of any other not.
func (r *crashRun) checkRecall(l *crashLetter) {
	for _, p := range l.recalls.payments {
		final, _ := p.final()
		if cancelled := l.resolved[0] == "CNCL"; cancelled != (final.status == "RJCT") {
			r.wrong(p.letter, "its recall was answered %s, and it is %s", l.resolved[0], final.status)
		}
	}
}

func (r *crashRun) checkPayment(p *crashPayment) {
	l := p.letter
	finals := 0
	for _, s := range p.statuses {
		if s.status == "ACSC" || s.status == "RJCT" {
			finals++
		}
	}
	if finals != 1 && (!l.dropped || finals > 1 || len(p.statuses) > 0) {
		r.wrong(l, "payment %s has %d final answers: %v", p.id, finals, p.statuses)
	}
	final, told := p.final()
	settled := 0
	if told && final.status == "ACSC" {
		settled = 1
	}
	if len(p.arrived) != settled {
		r.wrong(l, "payment %s is %s and came to its receiver %d times: mails %v", p.id, final.status, len(p.arrived), p.arrived)
	}
	if p.debited != settled || p.credited != settled {
		r.wrong(l, "payment %s is %s; its sender was advised of it %d times, its receiver %d times", p.id, final.status, p.debited, p.credited)
	}
	if status, reason := l.kind.wanted(); told && (status != "" && final.status != status || reason != "" && final.reason != reason) {
		r.wrong(l, "payment %s of a message of kind %q is %s %s", p.id, l.kind, final.status, final.reason)
	}
}

// checkMailbox wants the numbers from 1 to the highest, all of them.
func (r *crashRun) checkMailbox(b *crashBank) {
	for n := range b.highest {
		if _, ok := b.mailbox[n+1]; !ok {
			r.fault("%s: its mailbox reaches %d and lacks %d", b.name, b.highest, n+1)
		}
	}
}

// checkBank asks for every payment of a bank by its UETR, and for its balances.
func (r *crashRun) checkBank(ctx context.Context, b *crashBank) error {
	for _, l := range r.letters {
		for i, p := range l.payments {
			if l.from != b {
				continue
			}
			if err := r.checkBooked(ctx, p, i); err != nil {
				return err
			}
		}
	}
	accounts, err := accountsOf(ctx, b.client)
	if err != nil {
		return err
	}
	for _, currency := range assets() {
		want := balance{posted: r.issuers[currency.code].lent[b] + r.turnover(b, currency.code)}
		if b.advised[currency.code] != want.posted {
			r.fault("%s: the entries advised in %s sum to %d, and by what it saw it holds %d", b.name, currency.code, b.advised[currency.code], want.posted)
		}
		if got := accounts[accountName{b.as, currency.code, "wallet"}]; got != want {
			r.fault("%s: its %s account holds %d with %d reserved, and by what it saw %d with %d reserved", b.name, currency.code, got.posted, got.reserved, want.posted, want.reserved)
		}
	}
	return r.readAgain(ctx, b)
}

// readAgain reads the whole mailbox once more over HTTPS, also that of a bank
// that comes by NATS: it holds what the bank took, and nothing else.
func (r *crashRun) readAgain(ctx context.Context, b *crashBank) error {
	next := uint64(1)
	for {
		box, err := b.client.fetch(ctx, next, "0s")
		if err != nil || len(box) == 0 {
			if next != b.highest+1 {
				r.fault("%s: its mailbox holds %d messages, and it took %d", b.name, next-1, b.highest)
			}
			return err
		}
		for _, m := range box {
			if m.Number != next || b.mailbox[m.Number] != sha256.Sum256([]byte(m.Message)) {
				r.fault("%s: read again, mail %d is mail %d or has other content", b.name, next, m.Number)
			}
			next++
		}
	}
}

// turnover is what a bank received less what it sent, by the answers it saw.
func (r *crashRun) turnover(b *crashBank, currency string) (sum int64) {
	for _, p := range r.payments {
		if final, _ := p.final(); final.status != "ACSC" || p.amount.Currency().Code() != currency {
			continue
		}
		if p.letter.from == b {
			sum -= p.amount.Minor()
		}
		if p.to == b {
			sum += p.amount.Minor()
		}
	}
	return sum
}

// booked is a payment as GET /v1/payments/{uetr} shows it.
type booked struct{ MessageID, EndToEndID, State, Status, Amount string }

// checkBooked wants a payment in the books once, as its sender was told.
func (r *crashRun) checkBooked(ctx context.Context, p *crashPayment, index int) error {
	l, uetr := p.letter, p.uetr
	if index < len(l.receipt.Payments) {
		uetr = l.receipt.Payments[index].UETR
		if p.uetr != "" && uetr != p.uetr {
			r.wrong(l, "the receipt names UETR %s for %s", uetr, p.uetr)
		}
	}
	if uetr == "" {
		return nil // refused as a whole, or given up: nobody knows a UETR
	}
	var found struct{ Payments []booked }
	_, err := l.from.client.call(ctx, "GET", "/v1/payments/"+url.PathEscape(uetr), jsonBody, nil, &found)
	var refused *answerError
	switch {
	case errors.As(err, &refused) && refused.status == http.StatusNotFound:
	case err != nil:
		return err
	}
	var mine []booked
	for _, b := range found.Payments {
		if b.MessageID == l.id && b.EndToEndID == endToEnd(p.id) {
			mine = append(mine, b)
		}
	}
	final, told := p.final()
	want := 1
	if !told && l.dropped || l.kind.refusedWhole() {
		want = 0
	}
	if len(mine) != want {
		r.wrong(l, "payment %s is in the books %d times under %s, not %d: %v", p.id, len(mine), uetr, want, found.Payments)
		return nil
	}
	if want == 1 && (mine[0].Status != final.status || mine[0].State != stateOf(final, l.kind)) {
		r.wrong(l, "payment %s was answered %s and the books say %s, %s", p.id, final.status, mine[0].State, mine[0].Status)
	}
	return nil
}

// checkKept asks, after a blow, for every payment that was acknowledged and not asked
// for since: this process knows it as well.
func (r *crashRun) checkKept(ctx context.Context) error {
	for _, l := range r.newlyAcknowledged() {
		for i, p := range l.payments {
			if i >= len(l.receipt.Payments) || l.kind.refusedWhole() {
				continue
			}
			found, err := certainly(ctx, func() (bool, error) { return r.has(ctx, l, l.receipt.Payments[i].UETR) })
			if err != nil {
				return err
			}
			if !found {
				r.wrong(l, "payment %s was acknowledged, and after the blow nobody knows it", p.id)
			}
		}
	}
	return nil
}

// newlyAcknowledged lists the letters that were acknowledged since it was last asked.
func (r *crashRun) newlyAcknowledged() (letters []*crashLetter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.letters {
		if l.receipts > 0 && !l.kept {
			l.kept = true
			letters = append(letters, l)
		}
	}
	return letters
}

// has tells whether the gateway knows a payment of a letter's sender.
func (r *crashRun) has(ctx context.Context, l *crashLetter, uetr string) (bool, error) {
	_, err := l.from.client.call(ctx, "GET", "/v1/payments/"+url.PathEscape(uetr)+"?after="+url.QueryEscape(l.receipt.Place), jsonBody, nil, nil)
	var refused *answerError
	if errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

func stateOf(final crashStatus, kind letterKind) string {
	switch {
	case final.status == "ACSC":
		return "settled"
	case kind == kindRecalled:
		return "cancelled"
	}
	return "rejected"
}

// checkBooks stops the server, audits its books and rebuilds them; then it starts
// it once more: nothing may be mailed again.
func (r *crashRun) checkBooks(ctx context.Context) error {
	if err := r.server.stop(); err != nil {
		r.fault("the server does not end in order: %v", err)
	}
	for _, check := range []string{"audit", "replay"} {
		if out, err := r.call(ctx, check); err != nil {
			r.fault("dragoman %s: %v\n%s", check, err, out)
		} else {
			r.progressLine("%s: %s", check, oneLine(out))
		}
	}
	if trimmed, err := gateway.TrimmedTo(filepath.Join(r.folder, "data")); err != nil {
		r.fault("where the log begins: %v", err)
	} else if trimmed.First > 0 {
		r.progressLine("the log was trimmed, to group %d", trimmed.First)
	}
	if err := r.server.start(ctx); err != nil {
		return err
	}
	for _, b := range r.banks {
		box, err := b.client.fetch(ctx, b.highest+1, "0s")
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		if len(box) > 0 {
			r.fault("%s: after a restart its mailbox holds mail %d though nothing was sent", b.name, box[0].Number)
		}
	}
	return r.server.stop()
}
