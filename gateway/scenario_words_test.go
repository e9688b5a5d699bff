package gateway

import (
	"bytes"
	"slices"
	"strings"

	"dragoman/messages"
	"dragoman/store"
)

// What banks hear in a scenario, in words.

// mailed are the messages that went into mailboxes since it was asked last: BANK
// TYPE and what it says.
func (s *stage) mailed() (said []string) {
	s.t.Helper()
	var mails []store.Record
	bodies := map[uint64][]byte{}
	for ; s.seen < s.node.Books.State().Records; s.seen++ {
		r, payload, err := s.node.Books.Record(s.seen)
		if err != nil {
			s.t.Fatal(err)
		}
		if r.Out && r.Mailed {
			mails, bodies[r.Number] = append(mails, r), payload
		}
	}
	slices.SortStableFunc(mails, func(a, b store.Record) int { return int(a.Mail) - int(b.Mail) })
	for i := range mails {
		said = append(said, s.inWords(&mails[i], bodies[mails[i].Number]))
		s.mails++
	}
	return said
}

func (s *stage) inWords(r *store.Record, raw []byte) string {
	s.t.Helper()
	m := messages.Read(raw, messages.Options{})
	if !m.Valid() {
		s.t.Errorf("the gateway mailed an invalid message: %v\n%s", m.Faults(), raw)
	}
	to, _ := s.node.Directory().ByID(r.Receiver)
	bank := s.short(to.BIC)
	s.delivered[bank] = raw
	words := []string{bank, m.Document().ID}
	switch messages.KindOf(m.Document().ID) {
	case "pacs.002":
		words = append(words, s.statusWords(m)...)
	case "camt.029":
		words = append(words, s.resolutionWords(m)...)
	case "camt.017":
		words = append(words, rateWords(m)...)
	case "camt.105":
		words = append(words, s.chargeWords(m)...)
	case "camt.088":
		words = append(words, netWords(m)...)
	case "pacs.029":
		words = append(words, s.movementWords(m)...)
	case "camt.019":
		words = append(words, dayWords(m)...)
	case "camt.053":
		words = append(words, s.statementWords(m)...)
	case "admi.004":
		for n := range m.Document().Root.Walk() {
			if n.Name() == "EvtCd" {
				words = append(words, n.Text())
			}
		}
	case "camt.056", "camt.110", "acmt.023":
		words = append(words, s.requestWords(m, raw)...)
	case "camt.111":
		words = append(words, s.findingWords(m)...)
	case "acmt.024":
		words = append(words, s.verdictWords(m)...)
	case "admi.002":
		words = append(words, firstChild(m.Document().Root).At("Rsn/RjctgPtyRsn").Text())
	case "camt.054":
		for n := range m.Document().Root.Walk() {
			if n.Name() == "Ntry" {
				words = append(words, n.Child("CdtDbtInd").Text(), n.Child("Amt").Text())
			}
		}
	case "camt.004", "camt.006", "camt.010", "camt.025", "camt.047":
		words = append(words, s.controlWords(m)...)
	case "pacs.004":
		words = append(words, s.returnWords(m, raw)...)
	case "pacs.008", "pacs.009":
		words = append(words, s.forwardedWords(m, raw)...)
	}
	return strings.Join(words, " ")
}

// nameOf is the payment that references mean.
func (s *stage) nameOf(instruction, endToEnd, uetr string) string {
	for name, p := range s.payments {
		if instruction != "" && p.instruction == instruction {
			return name
		}
	}
	if name, ok := strings.CutPrefix(endToEnd, "E-"); ok {
		return name
	}
	for name, p := range s.payments {
		if p.uetr == uetr && uetr != "" {
			return name
		}
	}
	return "?"
}

func (s *stage) statusWords(m *messages.Message) (words []string) {
	v, _ := messages.ViewStatusReport(m)
	for g := range v.Groups() {
		if g.Status() != "" {
			words = append(words, "group", g.Status())
			for reason := range g.Reasons() {
				words = append(words, reason.Code())
			}
		}
	}
	for t := range v.Transactions() {
		words = append(words, s.nameOf(t.OriginalInstructionID(), t.OriginalEndToEndID(), t.OriginalUETRText()), t.Status())
		for reason := range t.Reasons() {
			words = append(words, reasonWord(reason))
		}
	}
	return strings.Fields(strings.Join(words, " "))
}

func (s *stage) resolutionWords(m *messages.Message) []string {
	body := firstChild(m.Document().Root)
	words := []string{first(body.At("Sts/Conf").Text(), "-")}
	for n := range body.Walk() {
		if n.Name() != "TxInfAndSts" {
			continue
		}
		words = append(words, s.nameOf(n.Child("OrgnlInstrId").Text(), n.Child("OrgnlEndToEndId").Text(), n.Child("OrgnlUETR").Text()), n.Child("TxCxlSts").Text())
		for reason := range n.All("CxlStsRsnInf") {
			words = append(words, first(reason.At("Rsn/Cd").Text(), reason.At("Rsn/Prtry").Text()))
		}
	}
	return strings.Fields(strings.Join(words, " "))
}

// forwardedWords are those of a payment; what it must be in any case is checked.
func (s *stage) forwardedWords(m *messages.Message, raw []byte) []string {
	s.t.Helper()
	body := firstChild(m.Document().Root)
	tx := body.Child("CdtTrfTxInf")
	name := s.nameOf("", tx.At("PmtId/EndToEndId").Text(), "")
	for payment, p := range s.payments {
		if p.uetr == tx.At("PmtId/UETR").Text() && s.delivered["forwarded "+payment] == nil && strings.HasSuffix(tx.At("RmtInf/Ustrd").Text(), " "+payment) {
			name = payment
		}
	}
	s.delivered["forwarded "+name] = raw
	s.attempted(name, raw)
	if count := body.At("GrpHdr/NbOfTxs").Text(); count != "1" {
		s.t.Errorf("the forwarded payment %s is one of %s", name, count)
	}
	if id := body.At("GrpHdr/MsgId").Text(); !strings.HasPrefix(id, "DRGM-P") {
		s.t.Errorf("the forwarded payment %s has the message identifier %s", name, id)
	}
	amount := tx.Child("IntrBkSttlmAmt")
	return []string{name, amount.Attr("Ccy"), amount.Text()}
}

// shows compares an element of the last message to a bank with the text, or wants
// it to be absent.
func (s *stage) shows(at scenarioLine, f []string) {
	s.t.Helper()
	m := messages.Read(s.delivered[f[1]], messages.Options{})
	root := m.Document().Root
	path := f[2]
	if rest, ok := strings.CutPrefix(path, "AppHdr/"); ok {
		root, path = m.Header().Root, rest
	}
	var found []string
	for n := range root.Walk() {
		if strings.HasSuffix(plainPath(n), "/"+path) {
			found = append(found, n.Text())
		}
	}
	switch {
	case f[0] == "lacks" && len(found) > 0:
		s.t.Errorf("%s: %s: it has %q", at.place, at.text, found)
	case f[0] == "shows" && !slices.ContainsFunc(found, func(text string) bool { return strings.HasPrefix(text, f[3]) }):
		s.t.Errorf("%s: %s: it has %q\n%s", at.place, at.text, found, s.delivered[f[1]])
	}
}

// plainPath is the path of an element without positions.
func plainPath(n messages.Node) string {
	var b strings.Builder
	inside := false
	for _, r := range n.Path() {
		switch {
		case r == '[':
			inside = true
		case r == ']':
			inside = false
		case !inside:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// rewritten are the elements of a transaction that a leg gives anew.
var rewritten = []string{"PmtId", "InstgAgt", "InstdAgt"}

// carries wants everything of a payment that travels unchanged in the message that
// its receiver got: every element but those of the leg byte for byte, and of its
// references all but the instruction's.
func (s *stage) carries(at scenarioLine, name string) {
	s.t.Helper()
	p, raw := s.payments[name], s.delivered["forwarded "+name]
	if p == nil || raw == nil {
		s.fatal(at.place, "%s was not forwarded", name)
	}
	sent := transactionAt(messages.Read(p.message.raw, messages.Options{}), p.index)
	got := transactionAt(messages.Read(raw, messages.Options{}), 0)
	count := 0
	for n := range sent.Children() {
		if slices.Contains(rewritten, n.Name()) {
			continue
		}
		count++
		if !bytes.Equal(n.Raw(), got.Child(n.Name()).Raw()) {
			s.t.Errorf("%s: %s of %s was %s and is %s", at.place, n.Name(), name, n.Raw(), got.Child(n.Name()).Raw())
		}
	}
	for _, reference := range []string{"EndToEndId", "TxId", "UETR"} {
		if was, is := sent.At("PmtId/"+reference).Text(), got.At("PmtId/"+reference).Text(); was != is && was != "" {
			s.t.Errorf("%s: %s of %s was %s and is %s", at.place, reference, name, was, is)
		}
	}
	if count < 5 {
		s.t.Errorf("%s: only %d elements were compared", at.place, count)
	}
}

func transactionAt(m *messages.Message, index int) messages.Node {
	n := 0
	for tx := range firstChild(m.Document().Root).All("CdtTrfTxInf") {
		if n == index {
			return tx
		}
		n++
	}
	return messages.Node{}
}

// reasonWord is a reason's code, or a bank's own in quotes; none of a mere text.
func reasonWord(reason messages.ReasonView) string {
	if reason.Code()+reason.Proprietary() == "" {
		return ""
	}
	if code := reason.Code(); code != "" {
		return code
	}
	return `"` + reason.Proprietary() + `"`
}
