package main

import "context"

// bankDoor is how a bank of the proof reaches the gateway.
type bankDoor interface {
	// send brings one message and returns the receipt. An *answerError is a
	// refusal; after any other error nothing is known.
	send(ctx context.Context, body []byte) ([]byte, error)
	// fetch waits for messages of the mailbox and returns them in order.
	fetch(ctx context.Context, wait string) ([]mail, error)
	// acknowledge tells that all of them are safe.
	acknowledge(ctx context.Context, box []mail) error
}

// httpsDoor is the HTTPS door, with a client certificate and connections that are
// kept.
type httpsDoor struct{ client *client }

func (d httpsDoor) send(ctx context.Context, body []byte) ([]byte, error) {
	return d.client.call(ctx, "POST", "/v1/messages", xmlBody, body, nil)
}

func (d httpsDoor) fetch(ctx context.Context, wait string) ([]mail, error) {
	return d.client.fetch(ctx, 0, wait)
}

func (d httpsDoor) acknowledge(ctx context.Context, box []mail) error {
	return d.client.acknowledge(ctx, box)
}

// natsDoor is the door for NATS, with one connection that finds its server again.
type natsDoor struct {
	client *client
	server *supervised
}

func (d natsDoor) send(ctx context.Context, body []byte) ([]byte, error) {
	ctx, stop, err := d.server.during(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	return d.client.call(ctx, "POST", "/v1/messages", xmlBody, body, nil)
}

func (d natsDoor) fetch(ctx context.Context, wait string) ([]mail, error) {
	ctx, stop, err := d.server.during(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	box, err := d.client.fetch(ctx, 0, wait)
	if err != nil {
		d.client.nats.giveBack() // what came with an error was not taken
	}
	return box, err
}

func (d natsDoor) acknowledge(ctx context.Context, box []mail) error {
	ctx, stop, err := d.server.during(ctx)
	if err != nil {
		return err
	}
	defer stop()
	return d.client.acknowledge(ctx, box)
}
