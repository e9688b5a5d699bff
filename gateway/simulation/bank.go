package simulation

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// bank sends, asks again when it hears nothing, and reads its mailbox.
type bank struct {
	*play
	number int
	bic    messages.BIC
	// letters are its own, by message id; waiting those without a receipt.
	letters map[string]*letter
	read    uint64     // last number of its mailbox that it has understood
	acked   uint64     // up to where it has said so
	seen    [][32]byte // digests of what it has read, the first of number 1
	sent    int
	unheard int      // letters without an answer of the door
	idle    int      // how often there was nothing new in the mailbox
	events  []string // that it heard of by admi.004
	running int64    // what its statements lead to
}

// Times of a bank.
const (
	askAgain  = 3 * time.Second
	readAgain = 150 * time.Millisecond
	mostMails = 100
	// mostForgotten is how many mails a bank loses at most that it had read.
	mostForgotten = 5000
)

func (b *bank) caller() gateway.Caller {
	return gateway.Caller{Participant: b.bic, Key: b.bic.String()}
}

// send sends a letter until there is a receipt.
func (b *bank) send(l *letter) {
	if l.receipts > 0 || l.refused {
		return
	}
	b.once(l)
	b.after(askAgain+b.between(0, time.Second), func() { b.send(l) })
}

// once sends a letter once.
func (b *bank) once(l *letter) {
	l.sends++
	b.touch(l)
	b.note(l.id, "sent (%s), the %d. time", l.kind, l.sends)
	b.net.carry(b.number, func() {
		l.arrived++
		b.touch(l)
		b.node.receive(b.caller(), l.raw, func(receipt gateway.Receipt, err error) {
			b.net.carry(b.number, func() { b.heard(l, receipt, err) })
		})
	})
}

// heard takes the door's answer to a letter.
func (b *bank) heard(l *letter, receipt gateway.Receipt, err error) {
	b.touch(l)
	var unreadable *gateway.Unreadable
	switch {
	case errors.As(err, &unreadable):
		if !l.refused {
			l.refused = true
			b.unheard--
		}
		b.note(l.id, "refused at the door: %v", err)
	case err != nil:
		b.note(l.id, "not taken: %v", err)
	case receipt.ID != l.id || receipt.Digest != fmt.Sprintf("%x", sha256.Sum256(l.raw)):
		b.violation(l.id, "the receipt is for %s, digest %s", receipt.ID, receipt.Digest)
	default:
		if l.receipts++; l.receipts == 1 {
			l.place = receipt.Place
			b.acknowledged++
			if l.paced {
				b.unheard--
			}
		}
		b.note(l.id, "has a receipt: place %s", receipt.Place)
	}
}

// fetch reads the mailbox, again and again.
func (b *bank) fetch() {
	again := readAgain
	if b.faults.healed { // the night is long
		again = min(again<<min(b.idle, 8), time.Minute)
	}
	b.after(again+b.between(0, again), b.fetch)
	if b.faults.strikes(BankForgot) {
		b.note("", "%s has lost what it had read of its mailbox", b.bic)
		b.read -= min(b.read, b.random.Uint64N(mostForgotten))
	}
	from := b.read + 1
	if b.chance(8) {
		from = 0 // whatever it has not acknowledged
	}
	b.page(from)
}

// page asks for what is in the mailbox from a number on, and for more as long as there is.
func (b *bank) page(from uint64) {
	b.net.carry(b.number, func() {
		mails := b.node.fetch(b.bic, from)
		b.unread(mails, from)
		if b.idle++; len(mails) == 0 {
			return
		}
		b.idle = 0
		b.net.carry(b.number, func() {
			if before := b.read; b.take(mails) && b.read > before && len(mails) == mostMails {
				b.page(b.read + 1)
			}
		})
	})
}

// take understands what has come, and acknowledges it; false: something is missing before it.
func (b *bank) take(mails []gateway.Mail) bool {
	for i := range mails {
		m := &mails[i]
		digest := sha256.Sum256(m.Body)
		switch seen := uint64(len(b.seen)); {
		case m.Number > seen+1:
			return false // overtaken: what is before it comes again
		case m.Number == seen+1:
			b.seen = append(b.seen, digest)
			b.understand(m, digest)
		case b.seen[m.Number-1] != digest:
			b.violation("", "%s: mail %d is not what it was", b.bic, m.Number)
		}
		b.read = max(b.read, m.Number)
	}
	upTo := b.read
	b.acked = max(b.acked, upTo)
	b.net.carry(b.number, func() { b.node.acknowledge(b.bic, upTo) })
	return true
}

// receive takes a body in, as the HTTPS door does.
func (n *node) receive(c gateway.Caller, raw []byte, answer func(gateway.Receipt, error)) {
	if !n.up {
		return
	}
	n.onward(n.life, func() {
		var receipt gateway.Receipt
		var err error
		n.take(func() { receipt, err = n.desk.Receive(context.Background(), c, raw) }, func() { answer(receipt, err) })
	})
}

// fetch reads a mailbox.
func (n *node) fetch(bic messages.BIC, from uint64) []gateway.Mail {
	if !n.up || n.now < n.paused {
		return nil
	}
	party, known := n.directory.Load().ByBIC(bic)
	if !known {
		return nil
	}
	mails, err := n.mailboxes.Fetch(context.Background(), party.ID, from, mostMails, 0)
	if err != nil {
		n.broken("the mailbox of %s cannot be read: %v", bic, err)
	}
	return mails
}

func (n *node) acknowledge(bic messages.BIC, upTo uint64) {
	if !n.up || n.now < n.paused {
		return
	}
	if party, known := n.directory.Load().ByBIC(bic); known {
		n.mailboxes.Acknowledge(party.ID, upTo)
	}
}

// put has the desk put something into the log that is no message; done hears that it is
// there.
func (n *node) put(work func() error, done func()) {
	if !n.up {
		return
	}
	n.onward(n.life, func() {
		var err error
		n.take(func() { err = work() }, func() {
			if err == nil {
				done()
			}
		})
	})
}
