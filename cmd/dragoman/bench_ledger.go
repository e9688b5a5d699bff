package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// benchLedger knows of every payment when it was sent and what has come of it.
type benchLedger struct {
	began  atomic.Pointer[time.Time]
	chunks [benchMaxPayments / ledgerChunk]atomic.Pointer[[ledgerChunk]benchRow]

	sent, accepted, settled, rejected, delivered, other atomic.Int64
	firstSend, lastAnswer                               atomic.Int64 // nanoseconds since began
	wrong                                               atomic.Int64 // answers or deliveries that had come already, or belong to no payment

	mu    sync.Mutex
	words string // the first that went wrong, for a person
}

// benchRow is one payment.
type benchRow struct {
	from atomic.Int64 // nanoseconds since began; its latency begins here
	seen atomic.Uint32
}

// What has come for a payment.
const (
	seenAnswer uint32 = 1 << iota
	seenDelivery
)

const (
	ledgerChunk      = 1 << 16
	benchMaxPayments = 1 << 26
)

func newBenchLedger() *benchLedger {
	l := &benchLedger{}
	l.begin()
	return l
}

// begin starts the ledger's clock, before anything is sent. Mailboxes are read
// already then: opening a thousand of them takes longer than a short run.
func (l *benchLedger) begin() {
	now := time.Now()
	l.began.Store(&now)
}

func (l *benchLedger) since() int64 { return int64(time.Since(*l.began.Load())) }

func (l *benchLedger) row(n int) *benchRow {
	if n < 0 || n >= benchMaxPayments {
		return nil
	}
	slot := &l.chunks[n/ledgerChunk]
	chunk := slot.Load()
	if chunk == nil {
		slot.CompareAndSwap(nil, new([ledgerChunk]benchRow))
		chunk = slot.Load()
	}
	return &chunk[n%ledgerChunk]
}

// send notes that a payment goes out; its latency counts from that moment.
func (l *benchLedger) send(n int, from int64) {
	l.row(n).from.Store(max(from, 1)) // 0 is not sent
	l.firstSend.CompareAndSwap(0, max(l.since(), 1))
	l.sent.Add(1)
}

// answer notes a final answer and gives the latency; false when it had one.
func (l *benchLedger) answer(n int, settled bool) (time.Duration, bool) {
	now := l.since()
	row := l.row(n)
	if row == nil || row.from.Load() == 0 || !row.mark(seenAnswer) {
		l.fault("payment %d was answered twice, or was never sent", n)
		return 0, false
	}
	if settled {
		l.settled.Add(1)
	} else {
		l.rejected.Add(1)
	}
	for {
		last := l.lastAnswer.Load()
		if now <= last || l.lastAnswer.CompareAndSwap(last, now) {
			break
		}
	}
	return time.Duration(now - row.from.Load()), true
}

// deliver notes that the receiver has a payment.
func (l *benchLedger) deliver(n int) {
	row := l.row(n)
	if row == nil || row.from.Load() == 0 || !row.mark(seenDelivery) {
		l.fault("payment %d was delivered twice, or was never sent", n)
		return
	}
	l.delivered.Add(1)
}

func (r *benchRow) mark(what uint32) bool { return r.seen.Or(what)&what == 0 }

// open is how many acknowledged payments wait for their final answer.
func (l *benchLedger) open() int64 {
	return l.sent.Load() - l.settled.Load() - l.rejected.Load()
}

// fault counts what must not be and keeps the words of the first.
func (l *benchLedger) fault(format string, args ...any) {
	l.wrong.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.words == "" {
		l.words = fmt.Sprintf(format, args...)
	}
}
