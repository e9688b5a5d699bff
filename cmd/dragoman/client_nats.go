package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"dragoman/gateway"
)

// doorNATS is the name of the door for NATS on the command line.
const doorNATS = "nats"

// natsClient talks to a gateway over NATS, as any NATS client could: it requests
// "messages" and reads the durable consumer of its mailbox.
type natsClient struct {
	nc       *nats.Conn
	bic      string
	consumer jetstream.Consumer // opened with the first fetch
	unread   []jetstream.Msg    // fetched and not acknowledged
	test     bool               // what it sends is only tried
}

// natsWait is how long the client waits for a reply.
const natsWait = 30 * time.Second

// overNATS tells whether a server is named by a NATS address.
func overNATS(server string) bool {
	return strings.HasPrefix(server, "nats://") || strings.HasPrefix(server, "tls://")
}

// openNATSClient connects with the NKEY of a certificate folder. Whose it is, the
// certificate beside it says.
func openNATSClient(folder, server string, pair tls.Certificate, roots *x509.CertPool, more ...nats.Option) (*natsClient, error) {
	bic, ok := participantOf(pair.Leaf)
	if !ok {
		return nil, fmt.Errorf("the certificate in %s names no participant; over NATS its BIC must be known", folder)
	}
	key, err := readNKey(folder)
	if err != nil {
		return nil, err
	}
	public, err := key.PublicKey()
	if err != nil {
		return nil, err
	}
	nc, err := nats.Connect(server, append([]nats.Option{
		nats.Nkey(public, key.Sign), nats.Secure(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots}),
		nats.CustomInboxPrefix("_INBOX." + bic.Full()), nats.Name("dragoman"), nats.Timeout(10 * time.Second), nats.MaxReconnects(-1),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // it connects again; what was under way has its own error
	}, more...)...)
	switch {
	case errors.Is(err, nats.ErrAuthorization):
		return nil, fmt.Errorf("the gateway at %s lets nobody in with the NKEY %s; an operator can add it to %s with 'dragoman apply'", server, public, bic)
	case err != nil:
		return nil, fmt.Errorf("no connection to %s: %w; is 'dragoman serve' running there, with node.nats.listen set?", server, err)
	}
	return &natsClient{nc: nc, bic: bic.Full()}, nil
}

// call does what the route of HTTPS does, for those that NATS has.
func (c *natsClient) call(ctx context.Context, route string, body []byte, into any) ([]byte, error) {
	kind, known := map[string]string{"POST /v1/messages": "", "POST /v1/rates": "rates", "POST /v1/quotes": "quotes"}[route]
	if !known {
		return nil, fmt.Errorf("over NATS there are messages, the mailbox, rates and quotes; ask for this over HTTPS, with --server %s", defaultServer)
	}
	ctx, cancel := context.WithTimeout(ctx, natsWait)
	defer cancel()
	request := nats.NewMsg("messages")
	request.Data = body
	if kind != "" {
		request.Header.Set(gateway.HeaderRequest, kind)
	}
	if c.test {
		request.Header.Set(gateway.HeaderTest, "true")
	}
	reply, err := c.nc.RequestMsgWithContext(ctx, request)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, errors.New("the message was not taken: the gateway does not listen yet; send it again")
	case err != nil:
		return nil, fmt.Errorf("no reply, so whether the message was taken is not known: %w; send it again, the same bytes do no harm", err)
	}
	if status, err := strconv.Atoi(reply.Header.Get("Dragoman-Status")); err != nil || status >= http.StatusBadRequest {
		return reply.Data, &answerError{status, refusalText(fmt.Sprintf("%d %s", status, http.StatusText(status)), reply.Data)}
	}
	if into != nil {
		err = json.Unmarshal(reply.Data, into)
	}
	return reply.Data, err
}

// fetch takes up to 100 messages of the mailbox, waiting as long for the first.
func (c *natsClient) fetch(ctx context.Context, patience time.Duration) (box []mail, err error) {
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	// It waits for the first only; what else is there comes with it.
	batch, err := c.consumer.Fetch(1, jetstream.FetchMaxWait(max(patience, time.Second)))
	if err == nil {
		box, err = c.take(batch)
	}
	if errors.Is(err, nats.ErrNoResponders) { // it was made this instant and does not listen yet
		c.consumer = nil
		return c.fetch(ctx, patience)
	}
	if err != nil || len(box) == 0 {
		return box, err
	}
	if batch, err = c.consumer.FetchNoWait(99); err != nil {
		return box, fmt.Errorf("read the mailbox: %w", err)
	}
	more, err := c.take(batch)
	return append(box, more...), err
}

func (c *natsClient) open(ctx context.Context) error {
	if c.consumer != nil {
		return nil
	}
	js, err := jetstream.New(c.nc)
	if err != nil {
		return fmt.Errorf("open the mailbox: %w", err)
	}
	// The gateway makes the consumer when the NKEY has come into its directory.
	ctx, cancel := context.WithTimeout(ctx, natsWait)
	defer cancel()
	retry := time.NewTicker(100 * time.Millisecond)
	defer retry.Stop()
	for {
		c.consumer, err = js.Consumer(ctx, "MAILBOX", c.bic)
		if !errors.Is(err, jetstream.ErrConsumerNotFound) {
			break
		}
		select {
		case <-retry.C:
		case <-ctx.Done():
			return fmt.Errorf("open the mailbox: %w", ctx.Err())
		}
	}
	if err != nil {
		return fmt.Errorf("open the mailbox: %w", err)
	}
	return nil
}

func (c *natsClient) take(batch jetstream.MessageBatch) (box []mail, err error) {
	for m := range batch.Messages() {
		number, err := strconv.ParseUint(m.Headers().Get("Dragoman-Number"), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read the mailbox: a message without number: %w", err)
		}
		meta, err := m.Metadata()
		if err != nil {
			return nil, fmt.Errorf("read the mailbox: %w", err)
		}
		c.unread = append(c.unread, m)
		box = append(box, mail{number, m.Headers().Get("Dragoman-Type"), meta.NumDelivered > 1 || m.Headers().Get("Dragoman-Possible-Duplicate") != "", string(m.Data())})
	}
	if err := batch.Error(); err != nil {
		return nil, fmt.Errorf("read the mailbox: %w", err)
	}
	return box, nil
}

// acknowledge tells that everything fetched so far is safe. After an error some
// of it comes again.
func (c *natsClient) acknowledge(ctx context.Context) error {
	unread := c.unread
	c.unread = nil
	for i, m := range unread {
		var err error
		if i+1 < len(unread) {
			err = m.Ack()
		} else {
			err = m.DoubleAck(ctx) // the last one brings the others with it
		}
		if err != nil {
			return fmt.Errorf("acknowledge messages: %w", err)
		}
	}
	return nil
}

// giveBack has what was fetched and not acknowledged come again at once.
func (c *natsClient) giveBack() {
	for _, m := range c.unread {
		_ = m.Nak()
	}
	c.unread = nil
}

// close ends the connection; what was not acknowledged comes again.
func (c *natsClient) close() {
	c.giveBack()
	_ = c.nc.FlushTimeout(natsWait)
	c.nc.Close()
}
