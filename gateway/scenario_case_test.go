package gateway

import (
	"fmt"
	"strings"

	"dragoman/messages"
	"dragoman/routing"
)

// What banks ask each other in a scenario, and what they answer.

// correspond makes such a message:
//
//	investigate NAME BANK VERSION PAYMENT
//	check NAME BANK VERSION of BANK|nobody account TEXT name TEXT [alias TEXT]
//	answer NAME BANK VERSION REQUEST… STATUS [reason CODE] [named TEXT] [text TEXT]
//
// An answer repeats what the bank got when REQUEST was passed on to it; of the recall
// of several payments "REQUEST/PAYMENT" is the part about one.
func (s *stage) correspond(at scenarioLine, f []string) *sentMessage {
	s.t.Helper()
	m := &sentMessage{name: f[1], from: s.bic(at, f[2]), version: f[3]}
	s.sent[m.name] = m
	var document []byte
	var err error
	var o options
	switch f[0] {
	case "investigate":
		o = optionsOf(f[5:])
		document, err = s.investigate(at, m, f[4], o)
	case "check":
		o = optionsOf(f[4:])
		document, err = s.check(at, m, o)
	default:
		n := 4
		for n < len(f) && s.delivered["request "+f[n]] != nil {
			n++
		}
		o = optionsOf(f[n+1:])
		document, err = s.reply(at, m, f[4:n], f[n], o)
	}
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	document = s.edit(at, document, o)
	m.raw = s.envelope(at, messages.Header{
		From: messages.Agent{BIC: m.from}, To: messages.Agent{BIC: s.change.Self}, MessageID: "M-" + m.name, Definition: m.version, Created: s.dateTime(at, ""),
	}, document)
	return m
}

func (s *stage) investigate(at scenarioLine, m *sentMessage, name string, o options) ([]byte, error) {
	original := s.originalOf(at, name, o)
	if raw, ok := s.delivered["forwarded "+name]; ok && s.payments[name].message.from != m.from {
		original = messages.OriginalPayments(messages.Read(raw, messages.Options{}))[0]
	}
	return investigationIn(m.version, "M-"+m.name, "C-"+m.name, m.from, s.change.Self, &original)
}

// investigationIn is a camt.110 about a payment.
func investigationIn(version, id, caseID string, from, to messages.BIC, original *messages.OriginalPayment) ([]byte, error) {
	w := messages.NewWriter(version)
	w.Open("InvstgtnReq")
	w.Open("InvstgtnReq")
	w.Text("MsgId", id)
	w.Text("RqstrInvstgtnId", caseID)
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
	w.Party("Rqstr", messages.Party{Agent: messages.Agent{BIC: from}})
	w.Party("Rspndr", messages.Party{Agent: messages.Agent{BIC: to}})
	w.Close()
	w.Open("InvstgtnData")
	w.Code("Rsn", "ACCT")
	w.Close()
	w.Close()
	return w.Bytes()
}

// check asks whether accounts belong to names; "and" begins another question.
func (s *stage) check(at scenarioLine, m *sentMessage, o options) ([]byte, error) {
	w := messages.NewWriter(m.version)
	w.Open("IdVrfctnReq")
	w.Open("Assgnmt")
	w.Text("MsgId", "M-"+m.name)
	w.Text("CreDtTm", s.dateTime(at, "").String())
	w.Party("Assgnr", messages.Party{Agent: messages.Agent{BIC: m.from}})
	w.Party("Assgne", messages.Party{Agent: messages.Agent{BIC: s.change.Self}})
	w.Close()
	for i, account := range o["account"] {
		id := "C-" + m.name
		if i > 0 {
			id += fmt.Sprintf("-%d", i+1)
		}
		w.Open("Vrfctn")
		w.Text("Id", id)
		w.Open("PtyAndAcctId")
		w.Party("Pty", messages.Party{Name: o["name"][min(i, len(o["name"])-1)]})
		s.account023(w, account)
		if of := o.text("of", ""); of != "" {
			w.Agent("Agt", messages.Agent{BIC: s.bic(at, of)})
		}
		w.Close()
		w.Close()
	}
	w.Close()
	return w.Bytes()
}

// account023 names an account: by IBAN, by an alias that begins with "+", or otherwise.
func (s *stage) account023(w *messages.Writer, account string) {
	if iban, err := messages.ParseIBAN(account); err == nil {
		w.Account("Acct", messages.Account{IBAN: iban})
		return
	}
	if strings.HasPrefix(account, "+") {
		w.Account("Acct", messages.Account{Alias: account, AliasType: "TELE"})
		return
	}
	w.Account("Acct", messages.Account{Other: account})
}

// reply answers requests, as the bank got them.
func (s *stage) reply(at scenarioLine, m *sentMessage, requests []string, status string, o options) ([]byte, error) {
	var read []*messages.Message
	for _, name := range requests {
		read = append(read, messages.Read(s.delivered["request "+name], messages.Options{}))
	}
	if len(read) == 0 {
		s.fatal(at.place, "there is no such request")
	}
	var reasons []messages.Reason
	if o.has("reason") {
		reasons = []messages.Reason{{Code: o.text("reason", ""), Text: o.text("text", "")}}
	}
	us, gateway := messages.Party{Agent: messages.Agent{BIC: m.from}}, messages.Party{Agent: messages.Agent{BIC: s.change.Self}}
	switch messages.KindOf(m.version) {
	case "camt.111":
		r := messages.InvestigationResponseOn(read[0])
		r.MessageID, r.Status, r.StatusReason = "M-"+m.name, status, o.text("reason", "")
		for i := range r.Findings {
			r.Findings[i].Narrative = o.text("text", "found")
		}
		return r.Write(m.version)
	case "acmt.024":
		r := messages.IdentificationReportOn(read[0])
		r.MessageID, r.Created, r.Assigner, r.Assignee = "M-"+m.name, s.dateTime(at, ""), us, gateway
		for i := range r.Verdicts {
			r.Verdicts[i].Verified, r.Verdicts[i].Reason = status == "yes", o.text("reason", "")
			r.Verdicts[i].Updated = messages.Subject{Party: messages.Party{Name: o.text("named", "")}, Account: messages.Account{Other: o.text("at", "")}}
		}
		return r.Write(m.version)
	}
	var all messages.Resolution
	for i, one := range read {
		r := resolutionFor(one)
		switch status {
		case "CNCL":
			r.Cancelled()
		case "RJCR":
			r.Refused(reasons...)
		default:
			r.Forwarded()
		}
		if i > 0 {
			all.Case = messages.Case{}
			r.Payments = append(all.Payments, r.Payments...)
		}
		all = r
	}
	all.AssignmentID, all.Created, all.Assigner, all.Assignee = "M-"+m.name, s.dateTime(at, ""), us, gateway
	return all.Write(m.version)
}

// resolutionFor begins a camt.029 about a recall, or about an investigation.
func resolutionFor(request *messages.Message) messages.Resolution {
	v, ok := messages.ViewInvestigationRequest(request)
	if !ok {
		return messages.ResolutionOn(request)
	}
	u := v.Underlying()
	return messages.Resolution{Payments: []messages.CancellationStatus{{Original: messages.OriginalPayment{
		Group: messages.OriginalGroup{MessageID: u.OriginalGroup().MessageID(), MessageName: u.OriginalGroup().MessageName()}, EndToEndID: u.OriginalEndToEndID(), UETR: u.OriginalUETRText(),
	}}}}
}

// requestWords are what is asked, under what identifier, and of which payment. What a
// request must be in any case is checked.
func (s *stage) requestWords(m *messages.Message, raw []byte) (words []string) {
	s.t.Helper()
	body := firstChild(m.Document().Root)
	id, names := "", []string{}
	switch messages.KindOf(m.Document().ID) {
	case "camt.056":
		v, _ := messages.ViewCancellationRequest(m)
		id = strings.TrimPrefix(v.Case().ID(), "C-")
		for t := range v.Transactions() {
			names = append(names, s.nameOf(t.OriginalInstructionID(), t.OriginalEndToEndID(), t.OriginalUETRText()))
			for reason := range t.Reasons() {
				words = append(words, reason.Code())
			}
			s.forwardedID(t.OriginalGroup().MessageID())
		}
	case "camt.110":
		v, _ := messages.ViewInvestigationRequest(m)
		u := v.Underlying()
		id = strings.TrimPrefix(v.RequesterID(), "C-")
		names = append(names, s.nameOf("", u.OriginalEndToEndID(), u.OriginalUETRText()))
	default:
		for q := range body.All("Vrfctn") {
			id = strings.TrimPrefix(q.Child("Id").Text(), "C-")
		}
	}
	if header, _ := messages.ViewHeader(m); !strings.HasPrefix(header.MessageID(), casePrefix) {
		s.t.Errorf("a request was passed on as %s", header.MessageID())
	}
	id = orElse(id, "-")
	for _, name := range append(names, "") {
		s.delivered["request "+strings.TrimSuffix(id+"/"+name, "/")] = raw
	}
	return append(append([]string{id}, names...), words...)
}

// forwardedID wants the creditor agent to be told the payment's message as it knows it.
func (s *stage) forwardedID(id string) {
	s.t.Helper()
	if askedPayment(id) == 0 && id != "" {
		s.t.Errorf("a payment is named to its receiver by %s", id)
	}
}

// findingWords are how far an investigation is, and what was found.
func (s *stage) findingWords(m *messages.Message) []string {
	v, _ := messages.ViewInvestigationResponse(m)
	words := []string{v.Status(), v.StatusReason()}
	for n := range v.Walk() {
		switch n.Name() {
		case "RspnNrrtv":
			words = append(words, `"`+n.Text()+`"`)
		case "TxSts":
			words = append(words, n.At("Sts/Cd").Text())
		}
	}
	return strings.Fields(strings.Join(words, " "))
}

// verdictWords are the verdicts on accounts, and what is told of who holds them.
func (s *stage) verdictWords(m *messages.Message) (words []string) {
	v, _ := messages.ViewIdentificationReport(m)
	for one := range v.Verdicts() {
		verdict := map[bool]string{true: "yes", false: "no"}[one.Verified()]
		words = append(words, strings.TrimPrefix(one.VerificationID(), "C-"), verdict, one.Reason())
		if name := one.Updated().Party().Name(); name != "" {
			words = append(words, `"`+name+`"`)
		}
		if account := one.Updated().Account().Identification(); account != "" {
			words = append(words, "at", account)
		}
	}
	return strings.Fields(strings.Join(words, " "))
}

// checks are the rules for checks of accounts: "checks [hourly N] [answer D] [names
// POLICY]".
func (s *stage) checks(at scenarioLine, f []string) {
	s.t.Helper()
	c := &routing.Checks{}
	for i := 1; i+1 < len(f); i += 2 {
		switch f[i] {
		case "hourly":
			c.Hourly = int(s.minor(f[i+1]+".00", messages.MustCurrency("CNY")) / 100)
		case "answer":
			c.Answer = s.corridor(at, []string{"corridor", "CNY", "answer", f[i+1]}).Answer
		case "names":
			c.Names = routing.Names(f[i+1])
		}
	}
	s.change.Checks = c
}

// history is what was said and asked about a payment since it settled, as a bank may
// read it: statuses, in brackets where they were not passed on, and kinds and states of
// cases.
func (s *stage) history(at scenarioLine, bank, name string) string {
	s.t.Helper()
	uetr, err := messages.ParseUETR(s.payments[name].uetr)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	views, err := s.node.timelines(uetr, Caller{Participant: s.bic(at, bank)})
	if err != nil {
		s.t.Fatal(err)
	}
	var words []string
	for _, v := range views {
		for _, c := range v.Credits {
			if !c.Passed {
				c.Status = "(" + c.Status + ")"
			}
			words = append(words, c.Status)
		}
		for _, c := range v.Cases {
			words = append(words, c.Kind, c.State)
		}
	}
	return strings.Join(words, " ")
}
