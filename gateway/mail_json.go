package gateway

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"net/http"
	"strconv"
	"sync"
	"unicode/utf8"
)

// The answer of a mailbox is the largest that the gateway gives, and the most
// frequent: it is written by hand, into room that is used again.

var mailRoom = sync.Pool{New: func() any { return new([]byte) }}

// maxMailRoom bounds the room that is kept for the next answer.
const maxMailRoom = 1 << 20

func writeMails(w http.ResponseWriter, id string, mails []Mail) error {
	room, _ := mailRoom.Get().(*[]byte)
	body := appendMails((*room)[:0], id, mails)
	w.Header().Set("Content-Type", jsonContent)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(body)
	if cap(body) <= maxMailRoom {
		*room = body
		mailRoom.Put(room)
	}
	return err
}

// appendMails writes {"messages":[{"number":…,"type":…,"message":…},…]}; a message
// that may have been handed out before says "possibleDuplicate":true. In front of them
// stands the id of the mailbox, if it has one.
func appendMails(b []byte, id string, mails []Mail) []byte {
	b = append(b, '{')
	if id != "" {
		b = append(appendJSON(append(b, `"mailbox":`...), []byte(id)), ',')
	}
	b = append(b, `"messages":[`...)
	for i := range mails {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendMail(b, &mails[i])
	}
	return append(b, "]}\n"...)
}

// appendMail writes one message, in one line.
func appendMail(b []byte, m *Mail) []byte {
	b = strconv.AppendUint(append(b, `{"number":`...), m.Number, 10)
	b = appendJSON(append(b, `,"type":`...), []byte(m.Type))
	if m.Again {
		b = append(b, `,"possibleDuplicate":true`...)
	}
	return append(appendJSON(append(b, `,"message":`...), m.Body), '}')
}

// appendJSON writes a text as a string of JSON. Markup stays readable.
func appendJSON(b, text []byte) []byte {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	b = append(b, '"')
	for {
		plain := plainJSON(text)
		b = append(b, text[:plain]...)
		if plain == len(text) {
			return append(b, '"')
		}
		switch c := text[plain]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
		text = text[plain+1:]
	}
}

// plainJSON is how many bytes stand for themselves in a string of JSON before the first
// that does not: a quote, a backslash or one below the space. Eight are looked at at
// once: a byte that borrows when something is taken off it is marked in its highest bit,
// and the lowest mark is never one that another byte's borrow has set.
func plainJSON(text []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; n+8 <= len(text); n += 8 {
		word := binary.LittleEndian.Uint64(text[n:])
		quote, backslash := word^('"'*ones), word^('\\'*ones)
		marks := (word - ' '*ones) &^ word
		marks |= (quote - ones) &^ quote
		marks |= (backslash - ones) &^ backslash
		if marks &= highs; marks != 0 {
			return n + bits.TrailingZeros64(marks)/8
		}
	}
	for ; n < len(text); n++ {
		if c := text[n]; c < ' ' || c == '"' || c == '\\' {
			break
		}
	}
	return n
}
