package gateway

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Poison is an entry of the log that cannot be applied: the lane stops before it
// until two operators have taken it out.
type Poison struct {
	Place  settlement.Place
	Digest [32]byte // of what stands there, as a quarantine must name it
	Kind   OrderKind
	From   messages.BIC // who sent it, if anybody
	Type   string       // of the message, if it is one
	Cause  any
	// Taken says that two operators have taken it out and it is the taking out that
	// fails.
	Taken bool
}

func (p *Poison) Error() string {
	return fmt.Sprintf("the log's entry %s cannot be applied: %v; 'dragoman quarantine' shows it, and two operators take it out", placeText(p.Place), p.Cause)
}

// poison names the order that is at hand, or whose notice is being written.
func (w *work) poison(g *Group, cause any) *Poison {
	for i := range w.told {
		if w.told[i] <= w.writing {
			w.order = uint32(i)
		}
	}
	p := &Poison{Place: w.place(), Cause: cause}
	if int(w.order) >= len(g.Orders) {
		return p
	}
	o := &g.Orders[w.order]
	p.Digest, p.Kind, p.From, p.Taken = o.digest(), o.Kind, o.From, w.taken(o)
	if l, err := decodeLetter(o.Facts); o.Kind == OrderMessage && err == nil {
		p.Type = l.Type
	}
	return p
}

// claim is what one operator says in the log about an entry: that it is to be
// taken out.
type claim struct {
	at       settlement.Place
	received settlement.Moment
	from     messages.BIC
	key      string
	digest   string
	reason   string
	void     bool // when it was made the entry had been applied, as the log shows
}

// claims are the quarantines that the log holds, by the entry they name. They
// stand behind that entry, so the log is searched for them before it is applied.
type claims map[settlement.Place][]claim

// quarantineMark is in every entry that holds a quarantine: facts of decisions are
// JSON. Only groups with it are read.
var quarantineMark = []byte(`"action":"` + ActionQuarantine + `"`)

// add takes in the quarantines of an entry; one that is taken in already counts
// once.
func (c claims) add(e Entry) {
	if !bytes.Contains(e.Data, quarantineMark) {
		return
	}
	g, err := DecodeGroup(e.Data)
	if err != nil {
		return
	}
	for i := range g.Orders {
		o := &g.Orders[i]
		var d Decision
		if o.Kind != OrderOperator || json.Unmarshal(o.Facts, &d) != nil || d.Action != ActionQuarantine || checkReason(d.Reason) != "" {
			continue
		}
		place, ok := parsePlace(d.Place)
		one := claim{settlement.Place{Sequence: e.Sequence, Order: uint32(i)}, o.Received, o.From, o.Key, d.Digest, d.Reason, false}
		if ok && !slices.Contains(c[place], one) {
			c[place] = append(c[place], one)
		}
	}
}

// appliedBy is the place before which everything had been applied when an order was
// written, as far as it shows that: whoever approves or declines has seen the request
// in the books, and whoever wants an entry taken out saw the lane stand before it.
func appliedBy(o *Order) (before settlement.Place, shown bool) {
	var d Decision
	if o.Kind != OrderOperator || json.Unmarshal(o.Facts, &d) != nil {
		return before, false
	}
	if d.Action == ActionApprove || d.Action == ActionDecline {
		before, shown = parsePlace(d.Request)
		before.Order++
	}
	if d.Action == ActionQuarantine {
		before, shown = parsePlace(d.Place)
	}
	return before, shown
}

// answerMarks are in every entry that holds an approval or its contrary.
var answerMarks = [][]byte{quarantineMark, []byte(`"action":"` + ActionApprove + `"`), []byte(`"action":"` + ActionDecline + `"`)}

// weigh voids the quarantines behind what an entry shows: of what was applied, and
// answered, nothing is taken out, also not by books that are built anew. It is called
// with the entries of the log when all quarantines are known.
func (c claims) weigh(e Entry) {
	if len(c) == 0 || !slices.ContainsFunc(answerMarks, func(mark []byte) bool { return bytes.Contains(e.Data, mark) }) {
		return
	}
	g, err := DecodeGroup(e.Data)
	if err != nil {
		return
	}
	for i := range g.Orders {
		before, shown := appliedBy(&g.Orders[i])
		at := settlement.Place{Sequence: e.Sequence, Order: uint32(i)}
		if !shown || !inFront(before, at) {
			continue // nobody can have seen what stands behind
		}
		for place, all := range c {
			for k := range all {
				all[k].void = all[k].void || inFront(place, before) && inFront(at, all[k].at)
			}
		}
	}
}

// inFront tells whether one place of the log is in front of another.
func inFront(a, b settlement.Place) bool {
	return a.Sequence < b.Sequence || a.Sequence == b.Sequence && a.Order < b.Order
}

// agreed tells whether two persons who are operators now have taken that entry
// out. Once they have it stays out, whether or not this program could apply it:
// a later one that can must come to the same books.
func (c claims) agreed(place settlement.Place, digest [32]byte, directory *routing.Directory) bool {
	var first *claim
	person := ""
	for i := range c[place] {
		one := &c[place][i]
		by, why := holderOf(directory, one.from, one.key)
		if one.void || why != "" || by.mayDecide(ActionQuarantine) != "" || one.digest != hex.EncodeToString(digest[:]) {
			continue
		}
		if first != nil && one.key != first.key && !samePerson(by.person, person) && one.from == first.from {
			return true
		}
		if first == nil {
			first, person = one, by.person
		}
	}
	return false
}

// taken tells whether the order at hand is taken out.
func (w *work) taken(o *Order) bool {
	// Nearly no entry has a claim, and the digest is not for nothing.
	return len(w.claims[w.place()]) > 1 && w.claims.agreed(w.place(), o.digest(), w.directory)
}

// ReasonQuarantined is told to the sender of a message that was taken out.
const ReasonQuarantined = "FF10" // file or message could not be processed for technical reasons

// quarantine has an order move nothing: it is recorded and, when it is a message,
// its payments are refused. At a bare place even that has failed before: then it
// is recorded alone.
func (w *work) quarantine(o *Order) error {
	digest := o.digest()
	w.takeOut(digest)
	bare := w.bare[w.place()]
	if l, err := decodeLetter(o.Facts); o.Kind == OrderMessage && err == nil && !bare {
		if _, known := w.directory.ByBIC(l.Sender); known {
			return w.refuseLetter(o, l)
		}
	}
	payload, err := store.Unpack(o.Payload)
	if err != nil {
		payload = o.Payload
	}
	r := store.Record{From: o.From.Full(), Key: o.Key, Place: w.place(), At: o.Received, Salt: o.Nonce}
	if sender, known := w.directory.ByBIC(o.From); known {
		r.Sender = sender.ID
	}
	r.Seal(payload)
	w.add(r, payload)
	return nil
}

// refuseLetter takes a message in and refuses it with all its payments.
func (w *work) refuseLetter(o *Order, l *routing.Letter) error {
	for i := range l.Payments {
		l.Payments[i].Refusal = settlement.Reason{Code: ReasonQuarantined}
	}
	if len(l.Payments) == 0 {
		l.Refusal = settlement.Reason{Code: ReasonQuarantined}
	}
	return w.receive(o, l)
}

// recordQuarantine judges a quarantine when the lane has come to it in the log: by
// then the entry that it names is behind.
func (w *work) recordQuarantine(r *DecisionRecord) (refusal string) {
	place, ok := parsePlace(r.Decision.Place)
	if !ok {
		return fmt.Sprintf("%q is no place of the log", r.Decision.Place)
	}
	digest, err := w.quarantinedDigest(place)
	switch {
	case err != nil:
		panic(err)
	case digest == "":
		return fmt.Sprintf("entry %s was applied; there is nothing to take out", r.Decision.Place)
	case digest != r.Decision.Digest:
		return fmt.Sprintf("another digest stands at %s", r.Decision.Place)
	}
	r.Outcome = OutcomeDone
	return ""
}

// quarantinedDigest is what was taken out at a place; empty when nothing was.
func (w *work) quarantinedDigest(place settlement.Place) (string, error) {
	if digest, ok := w.recent.quarantined[place]; ok {
		return digest, nil
	}
	value, err := w.books.Quarantined(place)
	return string(value), err
}

// takeOut has the books keep that an entry was taken out.
func (w *work) takeOut(digest [32]byte) {
	text := hex.EncodeToString(digest[:])
	w.quarantined = append(w.quarantined, store.Kept{Place: w.place(), Value: []byte(text)})
	w.recent.quarantined[w.place()] = text
}

// unreadable is for a group that cannot be read: it counts as one entry.
func (w *work) unreadable(e Entry, cause error) error {
	digest := sha256.Sum256(e.Data)
	if !w.claims.agreed(w.place(), digest, w.directory) {
		return &Poison{Place: w.place(), Digest: digest, Cause: cause}
	}
	w.takeOut(digest)
	return nil
}
