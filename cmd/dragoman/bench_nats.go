package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// natsBench speaks NATS over TLS as any client does: every bank has one
// connection on which it sends, many requests at once, and one for its mailbox.
type natsBench struct {
	bench   *bench
	senders []*natsClient // by bank
}

func openNATSBench(b *bench) (benchDoor, error) {
	if b.server.nats == "" {
		return nil, errors.New("the serving process has no door for NATS: node.nats.listen is empty")
	}
	door := &natsBench{bench: b}
	for i := range b.banks {
		c, err := door.connect(i)
		if err != nil {
			return nil, err
		}
		door.senders = append(door.senders, c)
	}
	return door, nil
}

// connect opens a connection of one bank.
func (d *natsBench) connect(bank int) (*natsClient, error) {
	c, err := openClient(d.bench.folder, d.bench.banks[bank].as, d.bench.server.nats)
	if err != nil {
		return nil, err
	}
	return c.nats, nil
}

// natsSender sends on the one connection of its bank.
type natsSender struct {
	ctx context.Context //nolint:containedctx // that of the run, for all its requests
	nc  *nats.Conn
}

func (d *natsBench) sender(ctx context.Context, bank int) (benchSender, error) {
	return &natsSender{ctx, d.senders[bank].nc}, nil
}

func (s *natsSender) send(message []byte) error {
	ctx, cancel := context.WithTimeout(s.ctx, natsWait)
	defer cancel()
	reply, err := s.nc.RequestWithContext(ctx, "messages", message)
	if err == nil && reply.Header.Get("Dragoman-Status") != "202" {
		err = fmt.Errorf("the gateway answers %s: %s", reply.Header.Get("Dragoman-Status"), reply.Data)
	}
	return err
}

func (s *natsSender) close() {} // the connection is the bank's

// natsMailbox reads a durable consumer.
type natsMailbox struct {
	client  *natsClient
	reading jetstream.ConsumeContext
	came    chan jetstream.Msg
	ctx     context.Context //nolint:containedctx // that of the run: it ends the reading
}

// natsAhead is how many messages a reader has taken before it looks at them.
const natsAhead = 500

func (d *natsBench) mailbox(ctx context.Context, bank int) (benchMailbox, error) {
	c, err := d.connect(bank)
	if err != nil {
		return nil, err
	}
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	m := &natsMailbox{client: c, came: make(chan jetstream.Msg, natsAhead), ctx: ctx}
	m.reading, err = c.consumer.Consume(func(msg jetstream.Msg) {
		select {
		case m.came <- msg:
		case <-ctx.Done():
		}
	}, jetstream.PullMaxMessages(natsAhead))
	return m, err
}

func (m *natsMailbox) read(visit func(kind, message []byte)) error {
	select {
	case <-m.ctx.Done():
		return nil
	case msg := <-m.came:
		visit([]byte(msg.Headers().Get("Dragoman-Type")), msg.Data())
		return msg.Ack()
	}
}

// finish has nothing left to do: what was read is acknowledged.
func (m *natsMailbox) finish() error { return nil }

func (m *natsMailbox) close() {
	m.reading.Stop()
	m.client.nc.Close()
}
