package gateway

import (
	"bytes"
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

// plainJSON are the bytes that stand for themselves in a string of JSON.
var plainJSON = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return plain
}()

// appendJSON writes a text as a string of JSON. Markup stays readable.
func appendJSON(b, text []byte) []byte {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	b = append(b, '"')
	done := 0
	for i, c := range text {
		if plainJSON[c] {
			continue
		}
		b = append(b, text[done:i]...)
		done = i + 1
		switch c {
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
	}
	return append(append(b, text[done:]...), '"')
}
