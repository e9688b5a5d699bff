package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// doorHTTPS is the name of the door on the command line.
const doorHTTPS = "https"

// httpsBench speaks HTTP/1.1 over mutual TLS, and spends as little on it as can
// be: it shares the machine with the gateway that it measures.
type httpsBench struct {
	address string
	polls   bool          // mailboxes are asked again and again, in place of streams
	tls     []*tls.Config // by bank
}

func openHTTPSBench(b *bench) (benchDoor, error) {
	door := &httpsBench{address: strings.TrimPrefix(b.server.url, "https://"), polls: b.mailbox == mailboxPoll}
	for _, bank := range b.banks {
		c, err := openClient(b.folder, bank.as, b.server.url)
		if err != nil {
			return nil, err
		}
		transport, ok := c.http.Transport.(*http.Transport)
		if !ok {
			return nil, errors.New("the client has another transport")
		}
		config := transport.TLSClientConfig.Clone()
		config.ServerName, _, _ = strings.Cut(door.address, ":")
		door.tls = append(door.tls, config)
	}
	return door, nil
}

// httpsConnection is one connection of one bank.
type httpsConnection struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte // the request in the making
	body []byte // of the last answer
	stop func() bool
}

const (
	sendBuffer    = 4 << 10
	mailboxBuffer = 64 << 10
)

func (d *httpsBench) dial(ctx context.Context, bank, buffer int) (*httpsConnection, error) {
	dialer := tls.Dialer{Config: d.tls[bank]}
	conn, err := dialer.DialContext(ctx, "tcp", d.address)
	if err != nil {
		return nil, fmt.Errorf("connect to the gateway: %w", err)
	}
	return &httpsConnection{
		conn: conn, in: bufio.NewReaderSize(conn, buffer),
		stop: context.AfterFunc(ctx, func() { _ = conn.Close() }),
	}, nil
}

func (c *httpsConnection) close() {
	c.stop()
	_ = c.conn.Close()
}

// request writes a request whose head up to the length is given.
func (c *httpsConnection) request(head string, body []byte) {
	c.out = append(c.out, head...)
	c.out = strconv.AppendInt(c.out, int64(len(body)), 10)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, body...)
}

// flush sends what request wrote.
func (c *httpsConnection) flush() error {
	_, err := c.conn.Write(c.out)
	c.out = c.out[:0]
	return err
}

// answer reads one answer; its body is good until the next.
func (c *httpsConnection) answer() (status int, body []byte, err error) {
	status, length, chunked, err := c.head()
	if err != nil {
		return 0, nil, err
	}
	c.body = c.body[:0]
	if !chunked {
		err = c.more(length)
		return status, c.body, err
	}
	for n := 1; n > 0 && err == nil; {
		n, err = c.chunk()
	}
	return status, c.body, err
}

// head reads an answer up to its body.
func (c *httpsConnection) head() (status, length int, chunked bool, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, false, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, 0, false, fmt.Errorf("no answer of HTTP/1.1: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, false, err
	}
	length, chunked, err = c.headers()
	return status, length, chunked, err
}

func (c *httpsConnection) headers() (length int, chunked bool, err error) {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, false, err
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			return length, chunked, nil
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, false, err
			}
		} else if bytes.Equal(line, []byte("Transfer-Encoding: chunked")) {
			chunked = true
		}
	}
}

// more reads so many bytes into the body.
func (c *httpsConnection) more(n int) error {
	had := len(c.body)
	if cap(c.body) < had+n {
		c.body = append(make([]byte, 0, 2*(had+n)), c.body...)
	}
	c.body = c.body[:had+n]
	_, err := io.ReadFull(c.in, c.body[had:])
	return err
}

// httpsSender posts messages.
type httpsSender struct {
	*httpsConnection
	head string
}

func (d *httpsBench) sender(ctx context.Context, bank int) (benchSender, error) {
	c, err := d.dial(ctx, bank, sendBuffer)
	if err != nil {
		return nil, err
	}
	return &httpsSender{c, "POST /v1/messages HTTP/1.1\r\nHost: " + d.address + "\r\nContent-Type: application/xml\r\nContent-Length: "}, nil
}

func (s *httpsSender) send(message []byte) error {
	s.request(s.head, message)
	if err := s.flush(); err != nil {
		return err
	}
	status, body, err := s.answer()
	if err == nil && status != http.StatusAccepted {
		err = fmt.Errorf("the gateway answers %d: %s", status, body)
	}
	return err
}

// httpsMailbox polls a mailbox.
type httpsMailbox struct {
	*httpsConnection
	fetch, ack string
}

func (d *httpsBench) mailbox(ctx context.Context, bank int) (benchMailbox, error) {
	if d.polls {
		return d.poll(ctx, bank)
	}
	return d.stream(ctx, bank)
}

func (d *httpsBench) poll(ctx context.Context, bank int) (*httpsMailbox, error) {
	c, err := d.dial(ctx, bank, mailboxBuffer)
	if err != nil {
		return nil, err
	}
	host := " HTTP/1.1\r\nHost: " + d.address + "\r\n"
	return &httpsMailbox{
		c, "GET /v1/mailbox?wait=30s&max=1000" + host + "Content-Length: ",
		"POST /v1/mailbox/ack" + host + "Content-Type: application/json\r\nContent-Length: ",
	}, nil
}

func (m *httpsMailbox) read(visit func(kind, message []byte)) error {
	m.request(m.fetch, nil)
	body, err := m.call()
	if err != nil {
		return err
	}
	last, err := eachMail(body, visit)
	if err != nil || last == 0 {
		return err
	}
	return m.acknowledge(last)
}

func (m *httpsMailbox) acknowledge(last uint64) error {
	m.request(m.ack, fmt.Appendf(nil, `{"upTo":%d}`, last))
	_, err := m.call()
	return err
}

// finish has nothing left to do: what was read is acknowledged.
func (m *httpsMailbox) finish() error { return nil }

func (m *httpsMailbox) call() ([]byte, error) {
	if err := m.flush(); err != nil {
		return nil, err
	}
	status, body, err := m.answer()
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("the gateway answers %d: %s", status, body)
	}
	return body, err
}

// eachMail shows the messages in the answer of a mailbox and returns the number
// of the last. It searches for the members' names, which in a string would have
// their quotes escaped.
func eachMail(body []byte, visit func(kind, message []byte)) (last uint64, err error) {
	for {
		_, rest, found := bytes.Cut(body, []byte(`"number":`))
		if !found {
			return last, nil
		}
		n := 0
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		if last, err = strconv.ParseUint(string(rest[:n]), 10, 64); err != nil {
			return 0, err
		}
		_, rest, _ = bytes.Cut(rest, []byte(`"type":`))
		kind, rest, ok := jsonString(rest)
		_, rest, _ = bytes.Cut(rest, []byte(`"message":`))
		message, rest, complete := jsonString(rest)
		if !ok || !complete {
			return 0, errors.New("the mailbox's answer has an entry without type and message")
		}
		visit(kind, message)
		body = rest
	}
}

// jsonString takes the string at the beginning, its escapes as they are.
func jsonString(text []byte) (inside, rest []byte, ok bool) {
	if len(text) == 0 || text[0] != '"' {
		return nil, text, false
	}
	for at := 1; ; {
		i := bytes.IndexByte(text[at:], '"')
		if i < 0 {
			return nil, text, false
		}
		at += i + 1
		if !escaped(text[:at-1]) {
			return text[1 : at-1], text[at:], true
		}
	}
}

// escaped tells whether what follows is escaped: an odd number of backslashes.
func escaped(before []byte) bool {
	n := 0
	for n < len(before) && before[len(before)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}
