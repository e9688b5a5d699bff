package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"
)

// benchDoor is a way into the gateway and out of it.
type benchDoor interface {
	// sender opens a connection on which one bank sends, one message at a time.
	sender(ctx context.Context, bank int) (benchSender, error)
	// mailbox opens a connection on which one bank reads its mailbox.
	mailbox(ctx context.Context, bank int) (benchMailbox, error)
}

// benchSender sends messages of one bank.
type benchSender interface {
	// send returns when the gateway has acknowledged that the message is on disk.
	send(message []byte) error
	close()
}

// benchMailbox is the mailbox of one bank.
type benchMailbox interface {
	// read waits for messages, shows each with its type, in order, and acknowledges
	// them, now or soon. A message may be shown as the string of JSON in which it came.
	read(visit func(kind, message []byte)) error
	// finish acknowledges what has been read and is not acknowledged yet.
	finish() error
	close()
}

// Bounds of the load.
const (
	benchSenders = 256              // connections that send at most
	benchStall   = 30 * time.Second // without any answer the run has failed
)

// openDoor opens the door that was asked for.
func (b *bench) openDoor() (benchDoor, error) {
	if b.door == doorNATS {
		return openNATSBench(b)
	}
	return openHTTPSBench(b)
}

// load sends all payments and waits until every mailbox has brought what it must.
func (b *bench) load(ctx context.Context) (err error) {
	if b.doors, err = b.openDoor(); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	fail := func(err error) {
		if err != nil && ctx.Err() == nil {
			stop(err)
		}
	}
	b.ledger = newBenchLedger()
	b.pace = newBenchPace(b.benchOptions, b.ledger)
	reading, err := b.readMailboxes(ctx, fail)
	if err != nil {
		return err
	}
	// Last, since the gateway closes a connection that says nothing for long.
	senders := &senderPool{door: b.doors, idle: make([][]benchSender, len(b.banks))}
	workers := min(b.inFlight, benchSenders)
	if err := senders.fill(ctx, workers/len(b.banks)+1); err != nil {
		return err
	}
	b.ledger.begin()
	b.watch = watchProcess(b.server.command.Process.Pid)
	var sending sync.WaitGroup
	for range workers {
		sending.Go(func() { fail(b.sendAll(ctx, senders)) })
	}
	go func() { sending.Wait(); b.pace.finished.Store(true) }()
	fail(b.follow(ctx))
	b.watch.stop()
	for _, box := range b.boxes {
		fail(box.finish())
	}
	stopped := context.Cause(ctx)
	stop(nil) // closes every connection
	reading.Wait()
	sending.Wait()
	return stopped
}

// sendAll is one worker: it sends a payment, has it acknowledged, and takes the
// next.
func (b *bench) sendAll(ctx context.Context, senders *senderPool) error {
	var buffer []byte
	for {
		n, from, ok := b.pace.take(ctx)
		if !ok {
			return nil
		}
		bank, pair := b.templates.route(n)
		buffer = b.templates.fill(buffer, n, pair)
		sender, err := senders.take(ctx, bank)
		if err != nil {
			return err
		}
		b.ledger.send(n, from)
		if err := sender.send(buffer); err != nil {
			return fmt.Errorf("payment %d: %w", n, err)
		}
		b.ledger.accepted.Add(1)
		senders.put(bank, sender)
	}
}

// readMailboxes reads every mailbox until ctx ends.
func (b *bench) readMailboxes(ctx context.Context, fail func(error)) (*sync.WaitGroup, error) {
	reading := &sync.WaitGroup{}
	b.latencies = make([]histogram, len(b.banks))
	b.boxes = make([]benchMailbox, len(b.banks))
	for i := range b.banks {
		box, err := b.doors.mailbox(ctx, i)
		if err != nil {
			return nil, err
		}
		b.boxes[i] = box
		reading.Go(func() {
			defer box.close()
			for ctx.Err() == nil {
				if err := box.read(func(kind, message []byte) { b.took(&b.latencies[i], kind, message) }); err != nil {
					fail(fmt.Errorf("mailbox of %s: %w", b.banks[i].name, err))
					return
				}
			}
		})
	}
	return reading, nil
}

// took notes what a message of a mailbox means. It reads no more of it than
// which payment it is about, and its status.
func (b *bench) took(latencies *histogram, kind, message []byte) {
	switch {
	case bytes.HasPrefix(kind, []byte("pacs.002")):
		n, ok := b.templates.number(valueOf(message, "OrgnlUETR", uetrLength))
		status := string(valueOf(message, "TxSts", len("ACSC")))
		switch {
		case !ok:
			b.ledger.fault("a pacs.002 is about no payment of this run: %s", message)
		case status == "ACSC" || status == "RJCT":
			if latency, first := b.ledger.answer(n, status == "ACSC"); first {
				latencies.add(latency)
				b.pace.done()
			}
			if status == "RJCT" {
				b.ledger.fault("payment %d was rejected: %s", n, message)
			}
		}
	case bytes.HasPrefix(kind, []byte("pacs.008")):
		n, ok := b.templates.number(valueOf(message, "UETR", uetrLength))
		if !ok {
			b.ledger.fault("a pacs.008 is no payment of this run: %s", message)
			return
		}
		b.ledger.deliver(n)
	default:
		b.ledger.other.Add(1)
	}
}

const uetrLength = 36

// valueOf finds the first element of that name, which has no attributes, in a
// message or in the string of JSON that holds it, and gives so much of its text.
func valueOf(message []byte, name string, length int) []byte {
	for rest := message; ; {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return nil
		}
		before := i > 0 && (rest[i-1] == '<' || bytes.HasSuffix(rest[:i], []byte(`\u003c`)))
		rest = rest[i+len(name):]
		text, ok := bytes.CutPrefix(rest, []byte(">"))
		if !ok {
			text, ok = bytes.CutPrefix(rest, []byte(`\u003e`))
		}
		if before && ok && len(text) >= length {
			return text[:length]
		}
	}
}

// follow shows how far the run is and waits for its end: every payment answered
// and delivered.
func (b *bench) follow(ctx context.Context) error {
	const step, show = 20 * time.Millisecond, time.Second
	ticker := time.NewTicker(step)
	defer ticker.Stop()
	l, moved, last, shown := b.ledger, time.Now(), int64(-1), time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-ticker.C:
			progress := l.settled.Load() + l.rejected.Load() + l.delivered.Load() + l.accepted.Load()
			if progress != last {
				last, moved = progress, now
			}
			if now.Sub(shown) >= show {
				shown = now
				say(b.std.err, "\r%4.0f s: %d sent, %d acknowledged, %d settled, %d under way   ", now.Sub(*l.began.Load()).Seconds(), l.sent.Load(), l.accepted.Load(), l.settled.Load(), l.open())
			}
			if b.pace.finished.Load() && l.open() == 0 && l.delivered.Load() >= l.settled.Load() {
				say(b.std.err, "\r%4.0f s: %d sent, %d settled%30s\n", now.Sub(*l.began.Load()).Seconds(), l.sent.Load(), l.settled.Load(), "")
				return nil
			}
			if now.Sub(moved) > benchStall {
				return fmt.Errorf("nothing has come for %s; %d payments are under way. %s", benchStall, l.open(), l.words)
			}
		}
	}
}

// senderPool keeps the connections of every bank that are free.
type senderPool struct {
	door benchDoor
	mu   sync.Mutex
	// idle is by bank, the longest unused first: one that nobody uses for as long as
	// the door's idle limit is closed by the door.
	idle [][]benchSender
}

// fill opens connections of every bank before the clock runs.
func (p *senderPool) fill(ctx context.Context, each int) error {
	for bank := range p.idle {
		for range each {
			s, err := p.door.sender(ctx, bank)
			if err != nil {
				return err
			}
			p.put(bank, s)
		}
	}
	return nil
}

func (p *senderPool) take(ctx context.Context, bank int) (benchSender, error) {
	p.mu.Lock()
	if len(p.idle[bank]) > 0 {
		s := p.idle[bank][0]
		p.idle[bank] = p.idle[bank][1:]
		p.mu.Unlock()
		return s, nil
	}
	p.mu.Unlock()
	return p.door.sender(ctx, bank)
}

func (p *senderPool) put(bank int, s benchSender) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle[bank] = append(p.idle[bank], s)
}
