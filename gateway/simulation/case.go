package simulation

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// What banks ask each other through the gateway and answer: about payments (camt.110 and
// camt.111), and whether an account belongs to a name (acmt.023 and acmt.024).

const (
	investigationVersion = "camt.110.001.01"
	findingVersion       = "camt.111.001.01"
	checkVersion         = "acmt.023.001.03"
	verdictVersion       = "acmt.024.001.03"
	// checksAnHour is how many accounts a bank may ask about, and checkIn how long an
	// answer may take, in seconds.
	checksAnHour, checkIn = 10, 20
)

// The name that is asked about, and what who holds the account knows of it: the asker
// must not learn that.
const askedName, heldName = "Somchai Jaide", "Somchai Jaidee"

// investigate asks about a payment, whatever it has come to.
func (b *bank) investigate(about *letter) {
	l := b.letterOn(about, kindInvestigation, about.id+"-I")
	if b.letters[l.id] != nil || about.receipts == 0 {
		return
	}
	original := messages.OriginalPayments(messages.Read(about.raw, messages.Options{}))[0]
	w := messages.NewWriter(investigationVersion)
	w.Open("InvstgtnReq")
	w.Open("InvstgtnReq")
	w.Text("MsgId", l.id)
	w.Text("RqstrInvstgtnId", l.id)
	w.Code("InvstgtnTp", "RQFI")
	w.Open("Undrlyg")
	w.Open("IntrBk")
	w.Open("OrgnlGrpInf")
	w.Text("OrgnlMsgId", original.Group.MessageID)
	w.Text("OrgnlMsgNmId", original.Group.MessageName)
	w.Close()
	w.Text("OrgnlEndToEndId", original.EndToEndID)
	w.Text("OrgnlUETR", original.UETR)
	w.Close()
	w.Close()
	w.Party("Rqstr", messages.Party{Agent: messages.Agent{BIC: b.bic}})
	w.Party("Rspndr", messages.Party{Agent: messages.Agent{BIC: b.scribe.gateway}})
	w.Close()
	w.Open("InvstgtnData")
	w.Code("Rsn", "ACCT")
	w.Close()
	w.Close()
	l.raw = b.written(l, investigationVersion, w)
	b.post(l)
}

func (b *bank) written(l *letter, version string, w *messages.Writer) []byte {
	document, err := w.Bytes()
	must(err)
	return b.scribe.envelope(b.bic, b.scribe.gateway, l.id, version, document)
}

// investigated takes the question of who has sent a payment, and answers it.
func (b *bank) investigated(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewInvestigationRequest(read)
	p := b.payments[v.Underlying().OriginalUETRText()]
	if p == nil || p.to != b || p.letter.from.letters[v.RequesterID()] == nil {
		b.violation("", "%s: mail %d asks about %s, of which nobody asked it", b.bic, m.Number, v.Underlying().OriginalUETRText())
		return
	}
	asked := p.letter.from.letters[v.RequesterID()]
	l := b.letterOn(asked, kindFinding, asked.id+"-F")
	if b.letters[l.id] != nil {
		b.violation(p.letter.id, "%s is asked about it a second time, by mail %d", b.bic, m.Number)
		return
	}
	r := messages.InvestigationResponseOn(read)
	r.MessageID, r.Status = l.id, "CLSD"
	if b.chance(4) {
		r.Status, r.StatusReason = "RJCT", "NOAD"
	}
	for i := range r.Findings {
		r.Findings[i].Narrative = "it is with us"
	}
	asked.said = r.Status
	document, err := r.Write(findingVersion)
	must(err)
	l.raw = b.scribe.envelope(b.bic, b.scribe.gateway, l.id, findingVersion, document)
	b.postLater(b.between(0, 5*time.Second), l)
}

// found takes how far an investigation is.
func (b *bank) found(m *gateway.Mail, digest [32]byte, read *messages.Message) {
	v, _ := messages.ViewInvestigationResponse(read)
	b.worded(m, digest, kindInvestigation, v.Request().MessageID(), v.MessageID(), v.Status())
}

// worded notes one more word of what a question comes to.
func (b *bank) worded(m *gateway.Mail, digest [32]byte, what kind, original, id, word string) {
	l := b.letters[original]
	if l == nil || l.kind != what {
		b.violation("", "%s: mail %d answers %q, which it never asked", b.bic, m.Number, original)
		return
	}
	if b.first(l, m, id, digest) {
		b.note(l.id, "mail %d: %s", m.Number, word)
		l.words = append(l.words, word)
	}
}

// checkName asks whether an account of another bank belongs to a name.
func (b *bank) checkName() {
	l, to := b.letter(kindCheck), b.other()
	agent := func(bic messages.BIC) messages.Party { return messages.Party{Agent: messages.Agent{BIC: bic}} }
	w := messages.NewWriter(checkVersion)
	w.Open("IdVrfctnReq")
	w.Open("Assgnmt")
	w.Text("MsgId", l.id)
	w.Text("CreDtTm", b.scribe.created.String())
	w.Party("Assgnr", agent(b.bic))
	w.Party("Assgne", agent(b.scribe.gateway))
	w.Close()
	w.Open("Vrfctn")
	w.Text("Id", l.id)
	w.Open("PtyAndAcctId")
	w.Party("Pty", messages.Party{Name: askedName})
	w.Account("Acct", messages.Account{Other: "0012345678"})
	w.Agent("Agt", messages.Agent{BIC: to.bic})
	w.Close()
	w.Close()
	w.Close()
	l.raw = b.written(l, checkVersion, w)
	l.asks = to
	b.post(l)
}

// verdicts are what a bank says of an account.
var verdicts = [...]struct {
	yes            bool
	reason, called string
}{{true, "", ""}, {false, "PN01", ""}, {false, "PN02", heldName}}

// checked takes the question whether an account belongs to a name, and answers it, now
// and then never.
func (b *bank) checked(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewIdentificationRequest(read)
	for q := range v.Verifications() {
		asked := b.questionOf(q.ID())
		if asked == nil || asked.asks != b || asked.said != "" {
			b.violation("", "%s: mail %d asks about an account, %q, which nobody asked it, or again", b.bic, m.Number, q.ID())
			continue
		}
		if asked.said = "none"; b.faults.strikes(BankSilent) {
			continue
		}
		verdict := verdicts[b.random.IntN(len(verdicts))]
		asked.said = said(verdict.yes, verdict.reason)
		l := b.letterOn(asked, kindVerdict, asked.id+"-V")
		r := messages.IdentificationReportOn(read)
		r.MessageID, r.Created = l.id, b.scribe.created
		r.Assigner, r.Assignee = messages.Party{Agent: messages.Agent{BIC: b.bic}}, messages.Party{Agent: messages.Agent{BIC: b.scribe.gateway}}
		for i := range r.Verdicts {
			r.Verdicts[i].Verified, r.Verdicts[i].Reason = verdict.yes, verdict.reason
			r.Verdicts[i].Updated = messages.Subject{Party: messages.Party{Name: verdict.called}}
		}
		document, err := r.Write(verdictVersion)
		must(err)
		l.raw = b.scribe.envelope(b.bic, b.scribe.gateway, l.id, verdictVersion, document)
		b.postLater(b.between(0, 5*time.Second), l)
	}
}

// questionOf is the check of that id, which begins with the letter of its bank.
func (p *play) questionOf(id string) *letter {
	if id == "" || int(id[0]) < 'A' || int(id[0]-'A') >= len(p.banks) {
		return nil
	}
	return p.banks[id[0]-'A'].letters[id]
}

func said(yes bool, reason string) string {
	return strings.TrimSpace(map[bool]string{true: "yes ", false: "no "}[yes] + reason)
}

// judged takes the verdict on an account.
func (b *bank) judged(m *gateway.Mail, digest [32]byte, read *messages.Message) {
	v, _ := messages.ViewIdentificationReport(read)
	if bytes.Contains(m.Body, []byte(heldName)) {
		b.violation(v.RequestID(), "%s: mail %d tells whose account it is", b.bic, m.Number)
	}
	for one := range v.Verdicts() {
		b.worded(m, digest, kindCheck, v.RequestID(), v.MessageID(), said(one.Verified(), one.Reason()))
	}
}

// tooLate takes an admi.002: an answer that came when its question was closed.
func (b *bank) tooLate(m *gateway.Mail, digest [32]byte, read *messages.Message) {
	original, id, reason := "", "", ""
	for n := range read.Document().Root.Walk() {
		switch n.Name() {
		case "RltdRef":
			original = n.Child("Ref").Text()
		case "RjctgPtyRsn":
			reason = n.Text()
		}
	}
	if header, ok := messages.ViewHeader(read); ok {
		id = header.MessageID()
	}
	l := b.letters[original]
	if l == nil || l.kind != kindVerdict {
		b.violation("", "%s: mail %d refuses %q (%s)", b.bic, m.Number, original, reason)
		return
	}
	b.worded(m, digest, kindVerdict, original, id, reason)
}

// noReply is what a check comes to that nobody answers in time.
const noReply = "no NORR"

// checkAsked wants an investigation or a check to come to one thing: to what who was
// asked has said, or to what the gateway itself can say.
func (p *play) checkAsked(l *letter) {
	// That nobody has answered is told anew to who asks again.
	words := strings.Join(slices.CompactFunc(slices.Clone(l.words), func(a, b string) bool { return a == noReply && b == noReply }), ", ")
	ok := false
	switch {
	case l.kind == kindInvestigation && l.said != "":
		ok = words == "PDNG, "+l.said
	case l.kind == kindInvestigation:
		ok = words == "CLSD" || words == "RJCT"
	case l.said == "":
		ok = len(l.words) == 1 && strings.HasPrefix(words, "no ")
	default:
		ok = words == noReply || words == l.said
	}
	if !ok {
		p.violation(l.id, "the %s came to %s; it was said %q", l.kind, words, l.said)
	}
	p.traffic[fmt.Sprintf("%s %s", l.kind, l.words[max(0, len(l.words)-1)])]++
}

// concluded tells that an investigation or a check has come to its end.
func (l *letter) concluded() bool {
	return len(l.words) > 0 && l.words[len(l.words)-1] != "PDNG"
}
