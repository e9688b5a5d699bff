package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// streamDoor is the HTTPS door for a bank that has its mailbox sent as it comes, as
// server-sent events. When the connection breaks it goes on behind the last message
// that it took.
type streamDoor struct {
	httpsDoor
	events chan event
	last   uint64
}

// event is one message of the stream, or why it ended.
type event struct {
	mail mail
	err  error
}

// longestEvent bounds one line of the stream.
const longestEvent = 16 << 20

// streamPatience is how long a fetch waits at least: what is there takes its time.
const streamPatience = 500 * time.Millisecond

func (d *streamDoor) fetch(ctx context.Context, wait string) (box []mail, err error) {
	patience, err := time.ParseDuration(wait)
	if err != nil {
		return nil, err
	}
	if d.events == nil {
		if err := d.open(ctx); err != nil {
			return nil, err
		}
	}
	timer := time.NewTimer(max(patience, streamPatience))
	defer timer.Stop()
	for first := true; first || len(d.events) > 0; first = false {
		select {
		case e := <-d.events:
			if e.err != nil {
				d.events = nil
				return box, nil // what came before it is good; the next fetch connects again
			}
			box, d.last = append(box, e.mail), e.mail.Number
		case <-timer.C:
			return box, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return box, nil
}

func (d *streamDoor) open(ctx context.Context) error {
	path := "/v1/mailbox/stream"
	if d.last > 0 {
		path += fmt.Sprintf("?from=%d", d.last+1)
	}
	body, err := d.client.stream(ctx, "GET", path, nil)
	if err != nil {
		return err
	}
	events := make(chan event, 100)
	d.events = events
	go readEvents(ctx, body, events)
	return nil
}

// readEvents hands on what comes until the stream ends.
func readEvents(ctx context.Context, body io.ReadCloser, events chan<- event) {
	defer body.Close() //nolint:errcheck // only read
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, longestEvent)
	hand := func(e event) bool {
		select {
		case events <- e:
			return e.err == nil
		case <-ctx.Done():
			return false
		}
	}
	for lines.Scan() {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok {
			continue
		}
		var m mail
		if err := json.Unmarshal(data, &m); !hand(event{m, err}) {
			return
		}
	}
	hand(event{err: orUnexpected(lines.Err())})
}
