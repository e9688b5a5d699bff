package gateway

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Server-sent events: a mailbox as a stream that does not end. Every message is
// one event; its id is the number in the mailbox, so that a client which comes
// again with Last-Event-ID goes on where it was cut off.

// Bounds of a stream.
const (
	// heartbeat is how often a silent stream says that it lives: less than the
	// half minute after which proxies and clients take a silent connection for dead.
	heartbeat = 15 * time.Second
	// streamFetch is how many messages are read at once for a stream.
	streamFetch = 100
)

// waiting is the context of a request that waits for messages: it ends with the
// request or when the door closes.
func (d *Door) waiting(r *http.Request) (ctx context.Context, cancel context.CancelFunc) {
	ctx, end := context.WithCancel(r.Context())
	stop := context.AfterFunc(d.closing, end)
	return ctx, func() { stop(); end() }
}

// stream sends a mailbox as server-sent events until the client goes away.
func (d *Door) stream(w http.ResponseWriter, r *http.Request, c Caller) error {
	party, _ := d.node.Directory().ByBIC(c.Participant)
	next, id, err := d.streamStart(r)
	if err != nil {
		return err
	}
	if next > 0 {
		if err := d.node.sameMailbox(party.ID, id, next-1); err != nil {
			return err
		}
	}
	if next == 0 {
		next = d.node.Books.Acknowledged(party.ID) + 1
	}
	ctx, cancel := d.waiting(r)
	defer cancel()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	if err := d.event(w, []byte(": the mailbox follows\n\n")); err != nil {
		return nil //nolint:nilerr // the client has gone away
	}
	for ctx.Err() == nil {
		mails, err := d.node.Mailboxes.Fetch(ctx, party.ID, next, streamFetch, heartbeat)
		if err != nil && ctx.Err() == nil {
			return err
		}
		if ctx.Err() != nil || d.events(w, mails) != nil {
			return nil
		}
		if n := len(mails); n > 0 {
			next = mails[n-1].Number + 1
		}
	}
	return nil
}

// streamStart is the number of the first message that a client wants, 0 when it leaves
// that to the mailbox, and of which mailbox it says that it is.
func (d *Door) streamStart(r *http.Request) (first uint64, id string, err error) {
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		number, id, _ := strings.Cut(last, "@")
		n, err := strconv.ParseUint(number, 10, 63)
		if err != nil {
			return 0, "", badRequest("Last-Event-ID must be the id of the last message that came")
		}
		return n + 1, id, nil
	}
	first, err = strconv.ParseUint(orElse(r.URL.Query().Get("from"), "0"), 10, 63)
	if err != nil {
		return 0, "", badRequest("from must be the number of a message, such as 1; without it the first unacknowledged one comes first")
	}
	return first, r.URL.Query().Get("mailbox"), nil
}

// events writes messages to a stream or, without any, that it lives.
func (d *Door) events(w http.ResponseWriter, mails []Mail) error {
	return inMailRoom(func(b []byte) []byte {
		if len(mails) == 0 {
			return append(b, ": heartbeat\n\n"...)
		}
		return appendEvents(b, d.node.mailboxID(), mails)
	}, func(text []byte) error { return d.event(w, text) })
}

// event writes to a stream, within the time that a client has to take an answer.
func (d *Door) event(w http.ResponseWriter, text []byte) error {
	control := http.NewResponseController(w)
	if err := control.SetWriteDeadline(time.Now().Add(d.limits.Answer)); err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return control.Flush()
}

// appendEvents writes one event for each message; its data is the message as the
// mailbox has it, in one line, and its id the number there, with that of the mailbox if
// it has one.
func appendEvents(b []byte, id string, mails []Mail) []byte {
	for i := range mails {
		b = strconv.AppendUint(append(b, "id: "...), mails[i].Number, 10)
		if id != "" {
			b = append(append(b, '@'), id...)
		}
		b = append(b, "\nevent: message\ndata: "...)
		b = appendMail(b, &mails[i])
		b = append(b, "\n\n"...)
	}
	return b
}
