package gateway

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// mailView is one message of a mailbox as JSON.
type mailView struct {
	Number            uint64 `json:"number"`
	Type              string `json:"type"`
	PossibleDuplicate bool   `json:"possibleDuplicate,omitempty"`
	Message           string `json:"message"`
}

// What is written by hand reads as what encoding/json would have written.
func TestMailsAsJSON(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	texts := []string{"", `<Document a="x\y">` + "\r\n\t€\u2028</Document>", "\x00\x1f\x7f", "broken \xff\xc3", strings.Repeat(`"`, 300)}
	for range 2000 {
		b := make([]byte, random.IntN(40))
		for i := range b {
			b[i] = byte(random.IntN(256))
		}
		texts = append(texts, string(b))
	}
	var mails []Mail
	for i, text := range texts {
		mails = append(mails, Mail{Number: uint64(i + 1), Type: "pacs.002.001.10", Again: i%3 == 0, Body: []byte(text)})
	}
	for _, mails := range [][]Mail{nil, mails[:1], mails} {
		var got, want struct {
			Messages []mailView `json:"messages"`
		}
		for _, m := range mails {
			want.Messages = append(want.Messages, mailView{m.Number, m.Type, m.Again, strings.ToValidUTF8(string(m.Body), "\uFFFD")})
		}
		encoded, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(encoded, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(appendMails(nil, "", mails), &got); err != nil {
			t.Fatal(err)
		}
		if len(mails) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%d mails are read back differently", len(mails))
		}
	}
	t.Logf("%d texts", len(texts))
}

func BenchmarkMailsAsJSON(b *testing.B) {
	m := Mail{Number: 123456, Type: "pacs.008.001.08", Body: samplePayment(b)}
	var room []byte
	b.SetBytes(int64(len(m.Body)))
	for b.Loop() {
		room = appendMails(room[:0], "", []Mail{m})
	}
}
