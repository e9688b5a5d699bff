package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// crashBank is one bank: it sends its letters, and reads its mailbox all the
// while. Its books are guarded by the lock of the run.
type crashBank struct {
	demoBank
	run     *crashRun
	client  *client // over HTTPS, for questions
	door    bankDoor
	ordered bool       // what comes again comes in order too: over NATS it does not
	random  *rand.Rand // of the mailbox's reader
	plan    []*crashLetter
	letters map[string]*crashLetter // by message id
	recalls *backlog[*crashLetter]  // what it wants back

	advised      map[string]int64 // sum of the entries advised, minor units, by currency
	repeatable   []*crashLetter   // acknowledged
	mailbox      map[uint64][32]byte
	highest      uint64
	acknowledged map[uint64]int // by number: the start of the server that confirmed it
	again        int            // messages that came once more
}

// send sends the letters of the plan, one after the other; several run at once.
func (b *crashBank) send(ctx context.Context, plan <-chan *crashLetter) {
	for l := range plan {
		if !b.run.maySend(ctx, l) {
			return
		}
		if l.after != nil {
			select {
			case <-l.after.acknowledged:
			case <-ctx.Done():
				return
			}
		}
		if l.kind == kindRepeat {
			l = b.pick()
		}
		if l != nil {
			b.deliver(ctx, l)
		}
		b.run.isAnswered()
	}
}

// isAnswered notes that a planned message need not be sent any more.
func (r *crashRun) isAnswered() {
	r.mu.Lock()
	r.answered++
	r.mu.Unlock()
	r.progress()
}

// pick chooses an acknowledged letter to be sent once more.
func (b *crashBank) pick() *crashLetter {
	b.run.mu.Lock()
	defer b.run.mu.Unlock()
	if len(b.repeatable) == 0 {
		return nil
	}
	return b.repeatable[b.run.chance.IntN(len(b.repeatable))]
}

// deliver sends a letter until it is answered, byte for byte the same.
func (b *crashBank) deliver(ctx context.Context, l *crashLetter) {
	for ctx.Err() == nil {
		b.run.note(l, func() { l.sends++ }, "sent")
		answer, err := b.door.send(ctx, l.body)
		var refused *answerError
		switch {
		case err == nil:
			b.received(l, answer)
			return
		case errors.As(err, &refused) && refused.status < 500:
			b.run.note(l, func() {
				if !l.refused && l.receipts == 0 {
					close(l.acknowledged)
				}
				l.refused = true
			}, "refused: %s", oneLine(refused.text))
			b.run.progress()
			return
		case ctx.Err() != nil:
			return
		}
		b.run.note(l, nil, "no answer: %s", oneLine(err.Error()))
		if l.mayDrop && l.receipts == 0 {
			b.run.note(l, func() { l.dropped = true }, "its bank gives up")
			return
		}
		if refused != nil {
			pause(ctx, retryAfter) // it is there and busy: a connection need not be waited for
		}
	}
}

// retryAfter is how long a bank waits when the gateway says that it cannot now.
const retryAfter = 20 * time.Millisecond

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (b *crashBank) received(l *crashLetter, answer []byte) {
	var receipt gateway.Receipt
	err := json.Unmarshal(answer, &receipt)
	b.run.note(l, func() {
		l.receipts++
		if l.receipts == 1 {
			l.receipt = receipt
			b.repeatable = append(b.repeatable, l)
			if !l.refused {
				close(l.acknowledged)
			}
		}
	}, "acknowledged at %s", receipt.Place)
	switch {
	case err != nil || receipt.Place == "":
		b.run.wrong(l, "the receipt cannot be read: %q", answer)
	case l.receipts > 1 && fmt.Sprint(receipt.Payments) != fmt.Sprint(l.receipt.Payments):
		b.run.wrong(l, "the receipt of the same message names other payments: %v, first %v", receipt.Payments, l.receipt.Payments)
	case len(receipt.Payments) != len(l.payments) && !l.kind.refusedWhole():
		b.run.wrong(l, "the receipt names %d payments, not %d", len(receipt.Payments), len(l.payments))
	}
	b.run.progress()
}

// mailboxWait is how long a fetch waits for the first message.
const mailboxWait = "2s"

// read takes what comes into the mailbox until everything has come and a fetch
// brings nothing. Now and then it does not acknowledge, as a bank that fails.
func (b *crashBank) read(ctx context.Context) {
	for ctx.Err() == nil {
		wait := mailboxWait
		last := b.run.complete()
		if last {
			wait = "0s"
		}
		during := b.run.server.generation()
		box, err := b.door.fetch(ctx, wait)
		if b.run.server.generation() != during {
			during = 0 // the server may be the next one already
		}
		var refused *answerError
		if errors.As(err, &refused) && (refused.status < 500 || b.run.settings.errors == 0) {
			b.run.fault("%s cannot read its mailbox: %s", b.name, refused.text)
			pause(ctx, retryAfter)
		}
		if err != nil {
			continue
		}
		if len(box) == 0 && last {
			return
		}
		if b.run.settings.spoil != nil {
			box = b.run.settings.spoil(b.as, box)
		}
		b.take(box, during)
		if len(box) == 0 || b.random.IntN(waitOneIn) == 0 {
			continue
		}
		asked := b.run.server.generation()
		if b.door.acknowledge(ctx, box) == nil {
			b.run.mu.Lock()
			for _, m := range box {
				b.acknowledged[m.Number] = asked
			}
			b.run.mu.Unlock()
		}
	}
}

// take notes what a fetch brought that began during a start of the server.
func (b *crashBank) take(box []mail, during int) {
	before := uint64(0)
	for _, m := range box {
		if m.Number <= before && b.ordered {
			b.run.fault("%s: mail %d came behind mail %d", b.name, m.Number, before)
		}
		before = m.Number
		digest := sha256.Sum256([]byte(m.Message))
		if b.known(m, digest, during) {
			continue
		}
		b.understand(m, digest, messages.Read([]byte(m.Message), messages.Options{}))
		b.run.progress()
	}
}

// known notes a mail and tells whether it came before. What a bank has
// acknowledged does not come again, unless the server was killed since.
func (b *crashBank) known(m mail, digest [32]byte, during int) bool {
	b.run.mu.Lock()
	defer b.run.mu.Unlock()
	first, known := b.mailbox[m.Number]
	b.highest = max(b.highest, m.Number)
	if !known {
		b.mailbox[m.Number] = digest
		return false
	}
	b.again++
	if first != digest {
		b.run.faultLocked("%s: mail %d came again with other content", b.name, m.Number)
	}
	if !m.PossibleDuplicate {
		b.run.faultLocked("%s: mail %d came again and does not say so", b.name, m.Number)
	}
	if asked := b.acknowledged[m.Number]; asked > 0 {
		b.run.acknowledgedAgain++
		if asked == during && b.ordered {
			b.run.faultLocked("%s: mail %d came again though it was acknowledged and nothing was killed", b.name, m.Number)
		}
	}
	return true
}

// askBack sends a recall for every payment that the bank wants back.
func (b *crashBank) askBack(ctx context.Context) {
	for {
		l, ok := b.recalls.next(ctx)
		if !ok {
			return
		}
		b.deliver(ctx, l)
	}
}
