package evidence

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store"
)

// Line is one line of records.ndjson: a record of the log for people and programs,
// its canonical leaf, from which everything else on the line is checked, and the
// message verbatim.
type Line struct {
	// Position is the place in the exported log, from 0.
	Position uint64 `json:"position"`
	// Outside marks the neighbours of a range, before and after it. They are there to
	// show that the range is whole, and without their messages.
	Outside   string `json:"outside,omitempty"`
	Direction string `json:"direction"` // in: to the gateway; out: from it
	From      string `json:"from"`
	To        string `json:"to"`
	Key       string `json:"key"` // shown by the sender
	Type      string `json:"type"`
	ID        string `json:"id"`
	UETR      string `json:"uetr"`
	Payment   uint64 `json:"payment"`
	Message   uint64 `json:"message"`
	Place     string `json:"place"`  // in ORDERS, of what caused it
	At        string `json:"at"`     // when it came or was written
	Logged    string `json:"logged"` // time of its group; it never goes back
	Mail      uint64 `json:"mail"`   // number in the receiver's mailbox
	Sender    uint64 `json:"sender"` // numbers of the parties in the gateway's directory
	Receiver  uint64 `json:"receiver"`
	Salt      string `json:"salt"`
	Digest    string `json:"digest"` // SHA-256 of salt and message
	Leaf      string `json:"leaf"`   // base64
	// Body is the message; BodyBase64 stands in its place when it is no UTF-8.
	Body       *string `json:"body,omitempty"`
	BodyBase64 *string `json:"bodyBase64,omitempty"`
}

// Values of Line.
const (
	directionIn, directionOut    = "in", "out"
	outsideBefore, outsideBehind = "before", "after"
)

func momentText(m settlement.Moment) string { return timeText(time.Unix(0, int64(m))) }

// lineOf shows a record, without its message.
func lineOf(position uint64, r *store.Record) Line {
	leaf := r.Leaf()
	l := Line{
		Position: position, Direction: directionIn, From: r.From, To: r.To, Key: r.Key, Type: r.Type, ID: r.ID, UETR: r.UETR,
		Payment: uint64(r.Payment), Message: uint64(r.Message), Place: fmt.Sprintf("%d.%d", r.Place.Sequence, r.Place.Order),
		At: momentText(r.At), Logged: momentText(r.Logged), Mail: r.Mail, Sender: uint64(r.Sender), Receiver: uint64(r.Receiver),
		Salt: hex.EncodeToString(r.Salt[:]), Digest: hex.EncodeToString(r.Digest[:]), Leaf: base64.StdEncoding.EncodeToString(leaf),
	}
	if r.Out {
		l.Direction = directionOut
	}
	return l
}

func (l *Line) setBody(payload []byte) {
	text := string(payload)
	if !utf8.Valid(payload) {
		text = base64.StdEncoding.EncodeToString(payload)
		l.BodyBase64 = &text
		return
	}
	l.Body = &text
}

// body is the message of the line; false: there is none.
func (l *Line) body() ([]byte, bool, error) {
	switch {
	case l.Body != nil && l.BodyBase64 != nil:
		return nil, false, fmt.Errorf("it has two messages")
	case l.Body != nil:
		return []byte(*l.Body), true, nil
	case l.BodyBase64 != nil:
		b, err := base64.StdEncoding.DecodeString(*l.BodyBase64)
		return b, true, err
	}
	return nil, false, nil
}

// encode writes the line; XML stands in it as it is.
func (l *Line) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(l)
	return b.Bytes(), err
}

// evidence checks a line against its own leaf and its message against the digest
// in it. It returns what is wrong, in words that follow "record N: ".
func (l *Line) evidence() (r store.Record, leaf tlog.Hash, faults []string) {
	raw, err := base64.StdEncoding.DecodeString(l.Leaf)
	if err == nil {
		r, err = store.DecodeLeaf(raw)
	}
	if err != nil {
		return r, leaf, []string{"its leaf cannot be read"}
	}
	leaf = tlog.RecordHash(raw)
	want := lineOf(l.Position, &r)
	got := *l
	want.Outside = got.Outside
	got.Body, got.BodyBase64 = nil, nil
	if got != want {
		faults = append(faults, "its line says otherwise than its leaf: "+firstDifference(&got, &want))
	}
	payload, has, err := l.body()
	switch {
	case err != nil:
		faults = append(faults, "its message cannot be read: "+err.Error())
	case l.Outside != "" && has:
		faults = append(faults, "it stands outside the range and has a message all the same")
	case l.Outside == "" && !has:
		faults = append(faults, "its message is missing")
	case has && store.DigestOf(r.Salt, payload) != r.Digest:
		faults = append(faults, "its message is not the one that was logged (the digest differs)")
	}
	return r, leaf, faults
}

// firstDifference names the first field in which two lines differ.
func firstDifference(got, want *Line) string {
	var g, w map[string]any
	for _, one := range []struct {
		line *Line
		to   *map[string]any
	}{{got, &g}, {want, &w}} {
		raw, err := one.line.encode()
		if err == nil {
			err = json.Unmarshal(raw, one.to)
		}
		if err != nil {
			return err.Error()
		}
	}
	for _, name := range strings.Fields("position outside direction from to key type id uetr payment message place at logged mail sender receiver salt digest leaf") {
		if fmt.Sprint(g[name]) != fmt.Sprint(w[name]) {
			return fmt.Sprintf("%s is %q, the leaf has %q", name, fmt.Sprint(g[name]), fmt.Sprint(w[name]))
		}
	}
	return "a field that is not known"
}

// csvHeader and cells are messages.csv: the same without leaf and message, for a
// spreadsheet.
func csvHeader() []string {
	return strings.Fields("position direction from to type id uetr payment message place at logged mail digest")
}

func (l *Line) cells() []string {
	cells := []string{
		strconv.FormatUint(l.Position, 10), l.Direction, l.From, l.To, l.Type, l.ID, l.UETR, strconv.FormatUint(l.Payment, 10),
		strconv.FormatUint(l.Message, 10), l.Place, l.At, l.Logged, strconv.FormatUint(l.Mail, 10), l.Digest,
	}
	for i := range cells {
		cells[i] = safeCell(cells[i])
	}
	return cells
}

// safeCell keeps a spreadsheet from taking a text for a formula.
func safeCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
