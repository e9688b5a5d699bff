package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Ways to read a mailbox over HTTPS.
const (
	mailboxStream = "stream"
	mailboxPoll   = "poll"
)

// ackEvery is how often a stream's reader tells what it has safe.
const ackEvery = 100 * time.Millisecond

// httpsStream reads a mailbox as server-sent events and acknowledges on a
// connection beside.
type httpsStream struct {
	*httpsConnection
	ack      *httpsMailbox
	rest     []byte // of an event that has not come whole
	last     atomic.Uint64
	acked    uint64
	ended    chan struct{} // closed when acknowledging has ended
	failed   error         // why; read after ended
	stopAcks context.CancelFunc
}

func (d *httpsBench) stream(ctx context.Context, bank int) (benchMailbox, error) {
	polled, err := d.poll(ctx, bank)
	if err != nil {
		return nil, err
	}
	c, err := d.dial(ctx, bank, mailboxBuffer)
	if err != nil {
		return nil, err
	}
	s := &httpsStream{httpsConnection: c, ack: polled, ended: make(chan struct{})}
	s.request("GET /v1/mailbox/stream HTTP/1.1\r\nHost: "+d.address+"\r\nAccept: text/event-stream\r\nContent-Length: ", nil)
	if err := s.flush(); err != nil {
		return nil, err
	}
	status, _, chunked, err := s.head()
	if err == nil && (status != http.StatusOK || !chunked) {
		err = fmt.Errorf("the gateway answers %d to one who wants a stream", status)
	}
	acks, stop := context.WithCancel(ctx)
	s.stopAcks = stop
	go func() {
		defer close(s.ended)
		ticker := time.NewTicker(ackEvery)
		defer ticker.Stop()
		for s.failed == nil {
			select {
			case <-acks.Done():
				return
			case <-ticker.C:
				s.failed = s.acknowledge()
			}
		}
	}()
	return s, err
}

func (s *httpsStream) acknowledge() error {
	last := s.last.Load()
	if last == s.acked {
		return nil
	}
	s.acked = last
	return s.ack.acknowledge(last)
}

// read reads what comes next of the stream.
func (s *httpsStream) read(visit func(kind, message []byte)) error {
	s.body = append(s.body[:0], s.rest...)
	if _, err := s.chunk(); err != nil {
		return err
	}
	whole := bytes.LastIndex(s.body, []byte("\n\n")) + 1
	last, err := eachMail(s.body[:whole], visit)
	if last > 0 {
		s.last.Store(last)
	}
	s.rest = append(s.rest[:0], s.body[whole:]...)
	return err
}

// finish acknowledges the last messages.
func (s *httpsStream) finish() error {
	s.stopAcks()
	<-s.ended
	if s.failed != nil {
		return s.failed
	}
	return s.acknowledge()
}

func (s *httpsStream) close() {
	s.stopAcks()
	s.httpsConnection.close()
	s.ack.close()
}

// chunk reads one chunk behind the body; 0 is the last.
func (c *httpsConnection) chunk() (int, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(string(bytes.TrimRight(line, "\r\n")), 16, 31)
	if err != nil {
		return 0, err
	}
	if err := c.more(int(n)); err != nil {
		return 0, err
	}
	_, err = c.in.Discard(len("\r\n"))
	return int(n), err
}
