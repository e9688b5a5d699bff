package gateway

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

const (
	alphaBank, betaBank, gammaBank = "ALPHCNBJXXX", "BETATHBKXXX", "GAMMAEADXXX"
	yuanIssuer                     = "PBOCCNBJXXX"
)

// stand is a rig on which banks exchange messages of all kinds, each about something
// of its own that the others do not touch.
type stand struct {
	*rig
	n      int // of the message that is being written
	passed map[string]int
}

// scene is a state of accounts and the kinds of messages that are sent in it. A kind
// is who sends it and how it is written.
type scene struct {
	name    string
	poor    bool // ALPHA has no money: what it pays waits
	confirm bool // the creditor agent confirms before a payment settles
	net     bool // payments in yuan settle in netting cycles
	kinds   []saying
}

type saying struct {
	kind, from string
	write      func(s *stand, version string) ([]byte, error)
}

// scenes hold every kind of message that banks send.
var scenes = []scene{
	{name: "transfers", kinds: []saying{{"pacs.008", alphaBank, (*stand).transfer}, {"pacs.009", alphaBank, (*stand).transfer}}},
	{name: "settled", kinds: []saying{
		{"camt.056", alphaBank, (*stand).recall}, {"camt.029", betaBank, (*stand).resolve}, {"camt.110", alphaBank, (*stand).investigate}, {"camt.111", betaBank, (*stand).find},
		{"pacs.004", betaBank, (*stand).giveBack}, {"pacs.002", betaBank, (*stand).credit}, {"pacs.028", alphaBank, (*stand).status},
	}},
	{name: "confirmed", confirm: true, kinds: []saying{
		{"pacs.002", betaBank, (*stand).credit}, {"pacs.004", betaBank, (*stand).giveBack}, {"camt.056", alphaBank, (*stand).recall}, {"pacs.028", alphaBank, (*stand).status},
	}},
	{name: "checks", kinds: []saying{{"acmt.023", alphaBank, (*stand).check}, {"acmt.024", betaBank, (*stand).verify}}},
	{name: "queue", poor: true, kinds: []saying{
		{"camt.007", alphaBank, (*stand).queued}, {"camt.005", alphaBank, (*stand).queued}, {"camt.008", alphaBank, (*stand).queued},
		{"camt.056", alphaBank, (*stand).recall}, {"pacs.028", alphaBank, (*stand).status},
	}},
	{name: "controls", kinds: []saying{
		{"camt.011", alphaBank, (*stand).control}, {"camt.048", alphaBank, (*stand).control}, {"camt.003", alphaBank, (*stand).control}, {"camt.009", alphaBank, (*stand).control},
		{"camt.046", alphaBank, (*stand).control}, {"camt.012", alphaBank, (*stand).control}, {"camt.049", alphaBank, (*stand).control},
	}},
	{name: "netted", net: true, kinds: []saying{{"pacs.008", alphaBank, (*stand).netted}, {"pacs.009", betaBank, (*stand).nettedBack}}},
	{name: "charged", kinds: []saying{{"pacs.008", alphaBank, (*stand).charged}}},
	{name: "own money", kinds: []saying{
		{"camt.050", alphaBank, (*stand).liquidity}, {"camt.025", yuanIssuer, (*stand).word}, {"camt.060", alphaBank, (*stand).report},
		{"camt.016", alphaBank, (*stand).rates}, {"camt.018", alphaBank, (*stand).days},
	}},
}

// newStand opens a rig for a scene: everybody hears everything in one of the versions
// of each kind, which the turn tells.
func newStand(t *testing.T, of *scene, turn int) *stand {
	t.Helper()
	usd, cny := messages.MustCurrency("USD"), messages.MustCurrency("CNY")
	s := &stand{passed: map[string]int{}, rig: newUnsyncedRig(t, func(c *routing.Change) {
		for i := range c.Participants {
			p := &c.Participants[i]
			p.Versions, p.Provider = versionsOfTurn(turn+i, of.name == "transfers"), p.BIC.Full() == gammaBank
			if of.name == "charged" {
				p.Versions["camt.105"] = versionsOf("camt.105")[(turn+i)%2]
			}
			p.Advice, p.Acceptance = (turn+i)%2 == 0, (turn+i)%3 == 0
		}
		c.Accounts = append(c.Accounts, routing.AccountChange{Owner: mustBIC(t, gammaBank), Currency: cny, Role: settlement.RoleWallet},
			routing.AccountChange{Owner: mustBIC(t, yuanIssuer), Currency: usd, Role: settlement.RoleIssuance},
			routing.AccountChange{Owner: mustBIC(t, betaBank), Currency: usd, Role: settlement.RoleWallet}, routing.AccountChange{Owner: mustBIC(t, gammaBank), Currency: usd, Role: settlement.RoleWallet})
		c.Corridors = append(c.Corridors, routing.Corridor{Currency: cny, Into: usd, Mode: routing.SettleThenDeliver, Profile: "base"})
		if of.confirm {
			c.Corridors[0].Mode = routing.ConfirmThenSettle
		}
		if of.net {
			c.Corridors[0].Mode = routing.DeferredNet
			c.Netting = append(c.Netting, routing.Netting{Currency: cny})
		}
		c.Checks = &routing.Checks{Hourly: 100_000, Names: []routing.Names{routing.NamesMasked, routing.NamesFull, routing.NamesNone}[turn%3]}
	})}
	if !of.poor {
		s.issue(alphaBank, "900000000000.00")
	}
	s.both("yuan-1", "yuan-2", Decision{Action: ActionIssue, Bank: mustBIC(t, gammaBank), Amount: "900000000000.00", Currency: "USD"})
	rate, err := routing.ParseRate("0.138")
	if err != nil {
		t.Fatal(err)
	}
	fee := int64(0)
	if of.name == "charged" {
		fee = 150
	}
	facts, err := json.Marshal(ratesFacts{Rates: []routing.StandingRate{{From: cny, To: usd, Tiers: []routing.Tier{{Rate: rate, Fee: fee}}}}, Valid: 3600e9})
	if err != nil {
		t.Fatal(err)
	}
	s.apply(Order{Kind: OrderRates, From: mustBIC(t, gammaBank), Facts: facts})
	s.letters()
	return s
}

// versionsOfTurn is one version of every kind that goes out; in some turns whatever
// belongs to the request. Payments of which banks will speak arrive as they were sent.
func versionsOfTurn(turn int, transfers bool) map[string]string {
	wanted, kinds := map[string]string{}, []string{
		"head.001", "pacs.002", "pacs.004", "camt.029", "camt.056", "camt.110", "camt.111", "acmt.023", "acmt.024", "camt.025", "camt.050",
		"camt.088", "pacs.029", "camt.105", "camt.004", "camt.006", "camt.010", "camt.047", "camt.017", "camt.019", "camt.052", "camt.053", "camt.054",
	}
	if transfers {
		kinds = append(kinds, "pacs.008", "pacs.009")
	}
	for n, kind := range kinds {
		if all := versionsOf(kind); turn%4 != 3 {
			wanted[kind] = all[(turn*3+n)%len(all)]
		}
	}
	return wanted
}

// newUnsyncedRig is a rig whose books are not forced to disk.
func newUnsyncedRig(t *testing.T, edits ...func(*routing.Change)) *rig {
	t.Helper()
	return newRigOn(t, store.OpenUnsynced, edits...)
}

func (s *stand) name(of string) string { return fmt.Sprintf("%s-%d", of, s.n) }

func asParty(bic messages.BIC) messages.Party { return messages.Party{Agent: messages.Agent{BIC: bic}} }

func (s *stand) bank(name string) messages.Agent { return messages.Agent{BIC: mustBIC(s.t, name)} }

// transfer is a pacs.008 or pacs.009 from ALPHA to BETA: alone or two, into another
// currency, by a cover, as one, or as an advice.
func (s *stand) transfer(version string) ([]byte, error) {
	p := s.payment(version)
	t := s.transferOf(p)
	switch kind := messages.KindOf(version); {
	case s.n%4 == 0:
		second := p
		second.InstructionID, second.EndToEndID, second.TransactionID, second.UETR = s.name("I2"), s.name("E2"), s.name("T2"), uetrFrom(s.name("second"))
		t.Payments, t.Sums = append(t.Payments, second), true
	case s.n%4 == 1 && kind == "pacs.008":
		t.Payments[0].Parties.CreditorAccount.Currency = "USD"
	case s.n%4 == 2 && kind == "pacs.008":
		t.Settlement.Method = "COVE"
	case s.n%4 == 1 && version != "pacs.009.001.01":
		t.Payments[0].Underlying = &messages.Payment{Parties: customersOf(s.bank(alphaBank), s.bank(betaBank))}
	case s.n%4 == 2:
		raw, err := t.Write(version)
		if err != nil {
			return nil, err
		}
		header, err := messages.Header{
			From: s.bank(alphaBank), To: s.bank(betaBank), MessageID: t.MessageID, Definition: version, Service: "swift.cbprplus.adv.03", Created: testTime(s.t),
		}.Write(defaultHeader)
		return messages.Envelope(header, raw), err
	}
	return t.Write(version)
}

func (s *stand) payment(version string) messages.Payment {
	amount, err := messages.ParseMoney("100.00", messages.MustCurrency("CNY"))
	if err != nil {
		s.t.Fatal(err)
	}
	date, err := messages.ParseDate("2026-11-23")
	if err != nil {
		s.t.Fatal(err)
	}
	p := messages.Payment{
		InstructionID: s.name("I"), EndToEndID: s.name("E"), TransactionID: s.name("T"), UETR: uetrFrom(s.name("payment")), Amount: amount, SettlementDate: date,
		InstructedAgent: s.bank(betaBank), ChargeBearer: "SHAR", Parties: customersOf(s.bank(alphaBank), s.bank(betaBank)),
	}
	if messages.KindOf(version) == "pacs.009" {
		p.ChargeBearer, p.Parties = "", messages.Parties{Debtor: asParty(s.bank(alphaBank).BIC), Creditor: asParty(s.bank(betaBank).BIC)}
	}
	return p
}

func (s *stand) transferOf(p messages.Payment) messages.CreditTransfer {
	return messages.CreditTransfer{
		MessageID: s.name("M"), Created: testTime(s.t), Settlement: messages.Settlement{Method: "CLRG", ClearingSystem: "DRGM"},
		InstructingAgent: s.bank(alphaBank), InstructedAgent: s.bank(betaBank), Payments: []messages.Payment{p},
	}
}

// pays has ALPHA pay BETA, in one version or another.
func (s *stand) pays() (sent *messages.Message) {
	s.t.Helper()
	versions := versionsOf("pacs.008")
	return s.paysIn(versions[s.n%len(versions)])
}

func (s *stand) paysIn(version string) (sent *messages.Message) {
	s.t.Helper()
	p := s.payment(version)
	if s.n%5 == 0 {
		p.Parties.CreditorAccount.Currency = "USD"
	}
	raw, err := s.transferOf(p).Write(version)
	if err != nil {
		s.t.Fatal(err)
	}
	s.letters()
	s.send(alphaBank, raw)
	return messages.Read(raw, messages.Options{})
}

// paid is such a payment as BETA got it. Nil: it has not been forwarded, because BETA
// takes a version that cannot say it.
func (s *stand) paid() (sent, got *messages.Message) {
	sent = s.pays()
	return sent, s.heard(betaBank, "pacs.008")
}

// heard is what a bank was sent of a kind; nil: nothing.
func (s *stand) heard(bank, kind string) (found *messages.Message) {
	for _, l := range s.letters() {
		if l.to == bank[:4] && messages.KindOf(l.record.Type) == kind {
			found = l.message
		}
	}
	return found
}

func (s *stand) recall(version string) ([]byte, error) {
	sent := s.pays()
	c := messages.CancellationOf(sent)
	us := asParty(s.bank(alphaBank).BIC)
	c.AssignmentID, c.Created, c.Case, c.Assigner, c.Assignee = s.name("M"), testTime(s.t), messages.Case{ID: s.name("C"), Creator: us}, us, asParty(mustBIC(s.t, testGateway))
	c.Payments[0].Reasons = []messages.Reason{{Code: "DUPL"}}
	c.Payments[0].Original.Received = messages.Node{}
	if s.n%4 == 0 {
		c.Groups, c.Payments = []messages.GroupCancellation{{Original: messages.OriginalGroupIn(sent), Whole: true}}, nil
	}
	return c.Write(version)
}

func (s *stand) resolve(version string) ([]byte, error) {
	versions := versionsOf("camt.056")
	raw, err := s.recall(versions[s.n%len(versions)])
	if err != nil {
		return nil, err
	}
	s.send(alphaBank, raw)
	request := s.heard(betaBank, "camt.056")
	if request == nil {
		return nil, nil
	}
	r := messages.ResolutionOn(request)
	r.AssignmentID, r.Created, r.Assigner, r.Assignee = s.name("W"), testTime(s.t), asParty(s.bank(betaBank).BIC), asParty(mustBIC(s.t, testGateway))
	if v, _ := messages.ViewCancellationRequest(request); v.Case().ID() != "" {
		r.Case = messages.Case{ID: v.Case().ID(), Creator: asParty(s.bank(alphaBank).BIC)}
	}
	for i := range r.Payments {
		r.Payments[i].Original.Received = messages.Node{}
	}
	switch r.Refused(messages.Reason{Code: "CUST", Text: "no"}); s.n % 3 {
	case 0:
		r.Cancelled()
	case 1:
		r.Forwarded()
	}
	if version == firstResolution {
		r.Refused()
		r.Payments = inFirstWords(r.Payments)
	}
	return r.Write(version)
}

func (s *stand) investigate(version string) ([]byte, error) {
	original := messages.OriginalPayments(s.paysIn("pacs.008.001.10"))[0] // a camt.110 names a payment by its UETR
	return investigationIn(version, s.name("M"), s.name("C"), s.bank(alphaBank).BIC, mustBIC(s.t, testGateway), &original)
}

func (s *stand) find(version string) ([]byte, error) {
	versions := versionsOf("camt.110")
	raw, err := s.investigate(versions[s.n%len(versions)])
	if err != nil {
		return nil, err
	}
	s.send(alphaBank, raw)
	request := s.heard(betaBank, "camt.110")
	if request == nil {
		return nil, nil
	}
	r := messages.InvestigationResponseOn(request)
	r.MessageID, r.Status = s.name("W"), []string{"CLSD", "PDNG", "RJCT"}[s.n%3]
	for i := range r.Findings {
		r.Findings[i].Narrative = "found"
	}
	return r.Write(version)
}

func (s *stand) giveBack(version string) ([]byte, error) {
	_, got := s.paid()
	if got == nil {
		return nil, nil
	}
	if s.n%2 == 0 { // where it waits for BETA's word, that comes first
		raw, err := s.about(got, "pacs.002.001.10", "ACSP")
		if err != nil {
			return nil, err
		}
		s.send(betaBank, raw)
	}
	back, err := messages.ReturnOf(got)
	if err != nil {
		return nil, err
	}
	back.MessageID, back.Created, back.Original = s.name("R"), testTime(s.t), messages.OriginalGroupIn(got)
	back.InstructingAgent, back.InstructedAgent = s.bank(betaBank), s.bank(alphaBank)
	one := &back.Payments[0]
	one.ReturnID, one.Original.Received, one.Reasons = s.name("R"), messages.Node{}, []messages.Reason{{Code: "AC04"}}
	one.InstructingAgent, one.InstructedAgent = back.InstructingAgent, back.InstructedAgent
	return back.Write(version)
}

// credit is what BETA says of a payment: whether it takes it, and whether it has
// credited its customer.
func (s *stand) credit(version string) ([]byte, error) {
	_, got := s.paid()
	if got == nil {
		return nil, nil
	}
	return s.about(got, version, []string{"ACCC", "ACWP", "BLCK", "ACSP", "RJCT", "PDNG"}[s.n%6])
}

func (s *stand) about(got *messages.Message, version, status string) ([]byte, error) {
	r := messages.StatusReportOn(got)
	r.MessageID, r.Created, r.InstructingAgent, r.InstructedAgent = s.name("W"), testTime(s.t), s.bank(betaBank), messages.Agent{BIC: mustBIC(s.t, testGateway)}
	for i := range r.Transactions {
		r.Transactions[i].Status, r.Transactions[i].Original.Received = status, messages.Node{}
		if status == "RJCT" || status == "BLCK" {
			r.Transactions[i].Reasons = []messages.Reason{{Code: "AC04", Text: "closed"}}
		}
	}
	raw, err := r.Write(version)
	if err != nil { // an old version has no word for it
		for i := range r.Transactions {
			r.Transactions[i].Status = "RJCT"
		}
		raw, err = r.Write(version)
	}
	return raw, err
}

func (s *stand) status(version string) ([]byte, error) {
	r := messages.StatusRequestOn(s.pays())
	r.MessageID, r.Created = s.name("Q"), testTime(s.t)
	return r.Write(version)
}

func (s *stand) check(version string) ([]byte, error) {
	iban, err := messages.ParseIBAN("GB14BETA20201555555555")
	if err != nil {
		return nil, err
	}
	r := messages.IdentificationRequest{MessageID: s.name("M"), Created: testTime(s.t), Assigner: asParty(s.bank(alphaBank).BIC), Assignee: asParty(mustBIC(s.t, testGateway))}
	for n := range 1 + s.n%2 {
		subject := messages.Subject{Party: messages.Party{Name: "Somchai Jaidee"}, Agent: s.bank(betaBank), Account: messages.Account{Other: "0012345678"}}
		switch {
		case s.n%3 == 0:
			subject.Account = messages.Account{IBAN: iban}
		case s.n%3 == 1 && !strings.HasSuffix(version, ".02"): // it has no word for an alias
			subject.Account = messages.Account{Alias: "+66812345678", AliasType: "TELE"}
		}
		r.Questions = append(r.Questions, messages.Verification{ID: fmt.Sprintf("%s-%d", s.name("V"), n), Subject: subject})
	}
	return r.Write(version)
}

func (s *stand) verify(version string) ([]byte, error) {
	versions := versionsOf("acmt.023")
	raw, err := s.check(versions[s.n%len(versions)])
	if err != nil {
		return nil, err
	}
	s.letters()
	s.send(alphaBank, raw)
	request := s.heard(betaBank, "acmt.023")
	if request == nil {
		return nil, nil
	}
	r := messages.IdentificationReportOn(request)
	r.MessageID, r.Created, r.Assigner, r.Assignee = s.name("W"), testTime(s.t), asParty(s.bank(betaBank).BIC), asParty(mustBIC(s.t, testGateway))
	for i := range r.Verdicts {
		r.Verdicts[i].Original = messages.Subject{} // versions name accounts in different ways
		r.Verdicts[i].Verified, r.Verdicts[i].Reason = s.n%2 == 0, map[bool]string{true: "", false: "PN02"}[s.n%2 == 0]
		r.Verdicts[i].Updated = messages.Subject{Party: messages.Party{Name: "Somchai Jaidee"}, Account: messages.Account{Other: "0012345678"}}
	}
	return r.Write(version)
}

func (s *stand) queued(version string) ([]byte, error) {
	original := messages.OriginalPayments(s.pays())[0]
	return controlSample(s.t, version, s.name("C"), &messages.PaymentReference{UETR: original.UETR, TransactionID: original.TransactionID}), nil
}

func (s *stand) control(version string) ([]byte, error) {
	return controlSample(s.t, version, s.name("C"), &messages.PaymentReference{}), nil
}

func (s *stand) liquidity(version string) ([]byte, error) {
	o := transferOf{id: s.name("L"), amount: "1.00", debtorAcct: testIssuance, creditAcct: testWallet}
	if s.n%2 == 0 {
		o.debtorAcct, o.creditAcct = o.creditAcct, o.debtorAcct
	}
	return o.write(s.t, version), nil
}

func (s *stand) word(version string) ([]byte, error) {
	versions := versionsOf("camt.050")
	raw, err := s.liquidity(versions[s.n%len(versions)])
	if err != nil {
		return nil, err
	}
	s.letters()
	s.send(alphaBank, raw)
	request := s.heard(yuanIssuer, "camt.050")
	if request == nil {
		return nil, nil
	}
	v, _ := messages.ViewLiquidityCreditTransfer(request)
	return word(s.t, version, s.name("W"), v.Group().MessageID(), []string{wordAccepted, wordRejected, wordPending}[s.n%3], "AC04"), nil
}

func (s *stand) report(version string) ([]byte, error) {
	return question(version, s.name("Q"), []string{"camt.052", "camt.053", "camt.054"}[s.n%3], testWallet, alphaBank, groupTime(0), groupTime(2)), nil
}

func (s *stand) rates(string) ([]byte, error) {
	return rateQuestion(s.t, s.name("X"), "CNY", "USD"), nil
}

func (s *stand) days(string) ([]byte, error) {
	return dayQuestion(s.t, s.name("D"), "", "2026-11-23", "CNY"), nil
}
