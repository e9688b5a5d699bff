package gateway

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// ahead is what can be worked out of an order before its turn comes: by the desk
// that has just read it, or by anybody when it is read from the log. It is a
// function of the order alone, so that it makes no difference who does it; where
// it rests on a guess (which version a receiver wants), the lane checks the guess
// and does the work again where it was wrong.
type ahead struct {
	letter  *routing.Letter
	payload []byte            // the bytes as received
	message *messages.Message // payload, read; nil until somebody needs it
	digest  [32]byte          // of nonce and payload, as the message log keeps it
	forward []forwarded       // by payment; those that nobody could guess are empty
}

// maxForwardedAhead bounds the payments of one message that are rendered at the
// desk: what a sender may make the desk do before anything is on disk.
const maxForwardedAhead = 16

// lookAhead works on an order of a message. The message is nil when nobody has
// read it yet; without a directory no receiver is guessed.
func lookAhead(o *Order, l *routing.Letter, payload []byte, m *messages.Message, directory *routing.Directory) *ahead {
	a := &ahead{letter: l, payload: payload, message: m, digest: store.DigestOf(o.Nonce, payload)}
	if directory == nil || len(l.Payments) > maxForwardedAhead || l.Refusal.Code != "" {
		return a
	}
	a.forward = make([]forwarded, len(l.Payments))
	for i := range l.Payments {
		p := &l.Payments[i]
		if receiver, ok := directory.ByBIC(p.To); ok && p.Refusal.Code == "" && p.Kind != settlement.KindReturn {
			a.forward[i] = forwardAhead(a.read(), passing{p.Transaction, p.UETR, nil}, wantedBy(receiver, l.Type))
		}
	}
	a.message = nil // it takes many times the room of its bytes
	return a
}

// letter is what was read of a message when it came in.
func (o *Order) letter() (*routing.Letter, error) {
	if o.ahead != nil {
		return o.ahead.letter, nil
	}
	l, err := decodeLetter(o.Facts)
	if err != nil {
		return nil, err
	}
	payload, err := store.Unpack(o.Payload)
	if err != nil {
		return nil, err
	}
	o.ahead = lookAhead(o, l, payload, nil, nil)
	return l, nil
}

func (a *ahead) read() *messages.Message {
	if a.message == nil {
		a.message = messages.Read(a.payload, messages.Options{MaxBytes: MaxBody})
	}
	return a.message
}

// forwarded is a message as its receiver gets it, but for its identifier and
// creation time, which the lane gives. The zero one is of no use.
type forwarded struct {
	wanted     string // version that the receiver was thought to want; empty: as it came
	definition string
	parts      [][]byte // with the identifier between the first two, the time between the last two
	err        error
}

// Marks that stand for what the lane gives. A sender who writes them into a
// message of his own makes only that one slower.
const markID = "@@DRAGOMAN.MESSAGE.IDENTIFIER@@"

// markCreated is a time at which no gateway ran.
var markCreated = sync.OnceValue(func() messages.DateTime {
	t, err := messages.NewDateTime(time.Unix(0, 0).UTC().Add(123 * time.Millisecond))
	if err != nil {
		panic(err) // it is a constant
	}
	return t
})

// forwardAhead renders one payment with marks in the place of what is not known
// yet.
func forwardAhead(m *messages.Message, p passing, wanted string) forwarded {
	if f, ok := forwardAsIs(m, wanted); ok && p.passage == nil {
		return f
	}
	return renderAhead(wanted, func(wanted, id string, created messages.DateTime) ([]byte, string, error) {
		return forward(m, p, wanted, id, created)
	})
}

// renderAhead has a document written with marks and cuts it at them.
func renderAhead(wanted string, render func(wanted, id string, created messages.DateTime) ([]byte, string, error)) forwarded {
	created := markCreated()
	document, definition, err := render(wanted, markID, created)
	f := forwarded{wanted: wanted, definition: definition, err: err}
	if err != nil {
		return f
	}
	before, rest, found := bytes.Cut(document, []byte(markID))
	if !found || bytes.Contains(rest, []byte(markID)) {
		return f
	}
	between, after, found := bytes.Cut(rest, []byte(created.String()))
	if !found || bytes.Contains(before, []byte(created.String())) || bytes.Contains(after, []byte(created.String())) {
		return f
	}
	f.parts = [][]byte{before, between, after}
	return f
}

// forwardAsIs is forwardAhead for a valid message of one payment that loses and
// gains nothing: it is cut at its identifier and time, and need not be read again.
func forwardAsIs(m *messages.Message, wanted string) (f forwarded, ok bool) {
	doc := m.Document()
	kind := messages.KindOf(doc.ID)
	if kind != "pacs.008" && kind != "pacs.009" || wanted != "" && wanted != doc.ID || !m.Valid() || !declaresItself(doc) {
		return f, false
	}
	body := firstChild(doc.Root)
	payments := 0
	for tx := range body.All("CdtTrfTxInf") {
		references := tx.Child("PmtId")
		if element, _ := references.Type().Element("UETR"); element != nil && !references.Child("UETR").Exists() {
			return f, false
		}
		payments++
	}
	group := body.Child("GrpHdr")
	id, created := group.Child("MsgId"), group.Child("CreDtTm")
	if payments != 1 || !id.Exists() || !created.Exists() || id.SelfClosed() || created.SelfClosed() || created.Type() == nil || created.Type().Pattern != "" {
		return f, false
	}
	idFrom, idTo := id.Content()
	createdFrom, createdTo := created.Content()
	if idTo > createdFrom {
		return f, false
	}
	raw := m.Raw()
	return forwarded{
		wanted: wanted, definition: doc.ID,
		parts: [][]byte{raw[doc.Start:idFrom:idFrom], raw[idTo:createdFrom:createdFrom], raw[createdTo:doc.End:doc.End]},
	}, true
}

// declaresItself tells that a document means the same outside its envelope: it
// declares its own namespace, and nothing else is declared around it.
func declaresItself(doc messages.Part) bool {
	tag, _, _ := bytes.Cut(doc.Root.Raw(), []byte(">"))
	for _, b := range doc.Inherited {
		if b.Prefix != "" || !bytes.Contains(tag, []byte(` xmlns="`)) {
			return false
		}
	}
	return true
}

// guessed tells that the rendering is for a receiver who wants that version.
func (f *forwarded) guessed(wanted string) bool { return f.definition != "" && f.wanted == wanted }

// wantedBy is the version of a message that a receiver takes; empty: any.
func wantedBy(receiver *routing.Participant, definition string) string {
	return receiver.Versions[messages.KindOf(definition)]
}

// document appends the document with identifier and time; nil when it must be
// rendered anew.
func (f *forwarded) document(out []byte, id string, created messages.DateTime) []byte {
	if f.parts == nil || strings.ContainsAny(id, "<&>\r") {
		return nil
	}
	out = append(append(out, f.parts[0]...), id...)
	out = append(append(out, f.parts[1]...), created.String()...)
	return append(out, f.parts[2]...)
}

// forwardKey is one payment of one record.
type forwardKey struct {
	record      uint64
	transaction int
}

// tryForward renders a payment before it is decided, so that one that cannot be
// written is refused; what it has rendered is used if it settles in this group.
// It returns the version in which the payment will leave, whenever that is.
func (w *work) tryForward(record uint64, p *routing.Payment, receiver *routing.Participant, passage *routing.Passage) (definition string, err error) {
	a := w.ahead[record]
	f, wanted := forwarded{}, wantedBy(receiver, a.letter.Type)
	for i := range a.forward {
		if passage == nil && a.letter.Payments[i].Transaction == p.Transaction && a.forward[i].guessed(wanted) {
			f = a.forward[i]
		}
	}
	if f.definition == "" && f.err == nil {
		f = forwardAhead(a.read(), passing{p.Transaction, p.UETR, passage}, wanted)
	}
	w.forwarded[forwardKey{record, p.Transaction}] = f
	return f.definition, f.err
}

// forwardAs gives a payment as its receiver gets it: in the version for which it
// was tried when it was accepted, even if the receiver takes another one now, so
// that what was accepted can always be delivered.
func (w *work) forwardAs(f *answerFacts, id string) (document []byte, definition string, err error) {
	created := w.created()
	if ready := w.forwarded[forwardKey{f.Record, f.Transaction}]; ready.definition == f.Definition && ready.err == nil {
		if document = ready.document(w.templates.documentRoom[:0], id, created); document != nil {
			w.templates.documentRoom = document
			return document, ready.definition, nil
		}
	}
	m, err := w.read(f.Record)
	if err != nil {
		return nil, "", err
	}
	if f.OriginalID != "" {
		return forwardReturn(m, f, f.Definition, id, created)
	}
	return forward(m, passing{f.Transaction, f.UETR, f.Passage}, f.Definition, id, created)
}

// read reads the message of a record, once in a group however many of its
// payments are forwarded.
func (w *work) read(record uint64) (*messages.Message, error) {
	a := w.ahead[record]
	if a == nil {
		payload, err := w.payload(record)
		if err != nil {
			return nil, err
		}
		a = &ahead{payload: payload}
		w.ahead[record] = a
	}
	return a.read(), nil
}
