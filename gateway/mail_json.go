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

// inMailRoom has something made in that room; what is made is good until use returns.
func inMailRoom(appended func(room []byte) []byte, use func(made []byte) error) error {
	room, _ := mailRoom.Get().(*[]byte)
	made := appended((*room)[:0])
	err := use(made)
	if cap(made) <= maxMailRoom {
		*room = made
		mailRoom.Put(room)
	}
	return err
}

func writeMails(w http.ResponseWriter, id string, mails []Mail) error {
	return inMailRoom(func(b []byte) []byte { return appendMails(b, id, mails) }, func(body []byte) error {
		w.Header().Set("Content-Type", jsonContent)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(http.StatusOK)
		_, err := w.Write(body)
		return err
	})
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

// appendJSON writes a text as a string of JSON. Markup stays readable. Nearly all texts
// are ASCII throughout, which is seen while they are copied; what follows the first
// other byte is first looked at as a whole.
func appendJSON(b, text []byte) []byte {
	b = append(b, '"')
	other := uint64(highs)
	for {
		plain := plainJSON(text, other)
		b = append(b, text[:plain]...)
		if plain == len(text) {
			return append(b, '"')
		}
		c := text[plain]
		if c >= utf8.RuneSelf {
			other = 0
			if text = text[plain:]; !utf8.Valid(text) {
				text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
			}
			continue
		}
		b = appendEscaped(b, c)
		text = text[plain+1:]
	}
}

func appendEscaped(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}

// highs are the highest bits of eight bytes: those of bytes that are not ASCII.
const highs = 0x8080808080808080

// plainJSON is how many bytes stand for themselves in a string of JSON before the first
// that does not: a quote, a backslash, one below the space or, where other is highs and
// not 0, one that is not ASCII. Eight are looked at at once: a byte that borrows when
// something is taken off it is marked in its highest bit, and the lowest mark is never
// one that another byte's borrow has set.
func plainJSON(text []byte, other uint64) int {
	const ones = 0x0101010101010101
	n := 0
	for ; n+8 <= len(text); n += 8 {
		word := binary.LittleEndian.Uint64(text[n:])
		quote, backslash := word^('"'*ones), word^('\\'*ones)
		marks := (word - ' '*ones) &^ word
		marks |= (quote - ones) &^ quote
		marks |= (backslash - ones) &^ backslash
		if marks = marks&highs | word&other; marks != 0 {
			return n + bits.TrailingZeros64(marks)/8
		}
	}
	for ; n < len(text); n++ {
		if c := text[n]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf && other != 0 {
			break
		}
	}
	return n
}
