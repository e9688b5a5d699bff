package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What banks say about payments that have settled, about accounts and of exchanges,
// full of words that only the two of them may read.

// correspondence has every bank ask every other about a payment that it has sent it,
// and about an account; the other answers, and gives a part of the money back.
func (w *isolation) correspondence() {
	asked := map[string]bool{}
	for _, s := range w.sends {
		if asked[s.from+s.to] || !w.settled(s.n) {
			continue
		}
		asked[s.from+s.to] = true
		w.recalled(&s)
		w.investigated(&s)
		w.credited(&s)
		w.checked(&s)
		w.returned(&s)
	}
	if len(asked) < len(isolationBanks)*(len(isolationBanks)-1) {
		w.t.Errorf("only %d pairs of banks talk", len(asked))
	}
}

// told sends a message of a bank and waits until it is applied.
func (w *isolation) told(from string, raw []byte, err error) {
	w.t.Helper()
	var receipt Receipt
	if err == nil {
		a := w.post(from, "/v1/messages", xmlContent, raw)
		if err = json.Unmarshal(a.body, &receipt); err == nil && a.StatusCode == http.StatusAccepted {
			a = w.get(from, "/v1/accounts?after="+receipt.Place)
		}
		if a.StatusCode >= http.StatusMultipleChoices {
			w.t.Fatalf("%s: %s %s", from, a.Status, a.body)
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// got is the last message of a kind that a bank was sent.
func (w *isolation) got(bank, kind string) (last *messages.Message) {
	w.t.Helper()
	for n := range uint64(w.node.Books.State().Records) {
		r, payload, err := w.node.Books.Record(n)
		if err != nil {
			w.t.Fatal(err)
		}
		if r.Mailed && r.Receiver == w.party(bank) && messages.KindOf(r.Type) == kind {
			last = messages.Read(payload, messages.Options{})
		}
	}
	if last == nil {
		w.t.Fatalf("%s has no %s", bank, kind)
	}
	return last
}

// between is what two banks say to each other: they and compliance may read it, and
// nobody else.
func (w *isolation) between(what string, s *sending, texts ...string) {
	for _, text := range texts {
		w.secret(what+" of "+s.mark, text, append(append([]string{s.from, s.to}, w.namesOf(s.from)...), "compliance", "compliance-2")...)
	}
}

// named is how a message is called: the gateway's people see that in lists.
func (w *isolation) named(what string, s *sending, id string) string {
	w.secret(what+" of "+s.mark, id, append([]string{s.from, s.to}, w.gatewayPeople()...)...)
	return id
}

func (w *isolation) recalled(s *sending) {
	c := messages.CancellationOf(messages.Read(letter(w.t, s.from, s.to, s.n), messages.Options{}))
	us, gateway := asParty(mustBIC(w.t, s.from)), asParty(mustBIC(w.t, testGateway))
	c.AssignmentID, c.Created, c.Assigner, c.Assignee = w.named("a recall", s, "RCL"+s.mark), testTime(w.t), us, gateway
	c.Case = messages.Case{ID: "CAS" + s.mark, Creator: us}
	c.Payments[0].Original.Received, c.Payments[0].Reasons = messages.Node{}, []messages.Reason{{Code: "CUST", Text: "Recall " + s.mark}}
	raw, err := c.Write("camt.056.001.08")
	w.told(s.from, raw, err)
	r := messages.ResolutionOn(w.got(s.to, "camt.056"))
	r.AssignmentID, r.Created, r.Assigner, r.Assignee = w.named("an answer", s, "RES"+s.mark), testTime(w.t), asParty(mustBIC(w.t, s.to)), gateway
	r.Refused(messages.Reason{Code: "CUST", Text: "Refusal " + s.mark})
	raw, err = r.Write("camt.029.001.09")
	w.told(s.to, raw, err)
	if !strings.Contains(string(w.got(s.from, "camt.029").Raw()), "Refusal "+s.mark) {
		w.t.Errorf("%s does not hear why %s refuses", s.from, s.to)
	}
	w.between("a recall", s, "CAS"+s.mark, "Recall "+s.mark, "Refusal "+s.mark)
}

func (w *isolation) investigated(s *sending) {
	original := messages.OriginalPayments(messages.Read(letter(w.t, s.from, s.to, s.n), messages.Options{}))[0]
	raw, err := investigationIn("camt.110.001.01", w.named("a question", s, "INV"+s.mark), "INQ"+s.mark, mustBIC(w.t, s.from), mustBIC(w.t, testGateway), &original)
	w.told(s.from, raw, err)
	r := messages.InvestigationResponseOn(w.got(s.to, "camt.110"))
	r.MessageID, r.Status = w.named("what was found", s, "FND"+s.mark), "CLSD"
	for i := range r.Findings {
		r.Findings[i].Narrative = "Found " + s.mark
	}
	raw, err = r.Write("camt.111.001.01")
	w.told(s.to, raw, err)
	if !strings.Contains(string(w.got(s.from, "camt.111").Raw()), "Found "+s.mark) {
		w.t.Errorf("%s does not hear what %s has found", s.from, s.to)
	}
	w.between("an investigation", s, "INQ"+s.mark, "Found "+s.mark)
}

// credited has the creditor agent say that it cannot credit its customer yet, and why.
func (w *isolation) credited(s *sending) {
	r := messages.StatusReportOn(w.forwarded(s))
	r.MessageID, r.Created = w.named("a word", s, "CRD"+s.mark), testTime(w.t)
	r.InstructingAgent, r.InstructedAgent = messages.Agent{BIC: mustBIC(w.t, s.to)}, messages.Agent{BIC: mustBIC(w.t, testGateway)}
	for i := range r.Transactions {
		r.Transactions[i].Status, r.Transactions[i].Original.Received = "BLCK", messages.Node{}
		r.Transactions[i].Reasons = []messages.Reason{{Code: "NARR", Text: "Blocked " + s.mark}}
	}
	raw, err := r.Write("pacs.002.001.12")
	w.told(s.to, raw, err)
	w.between("what the creditor agent says", s, "Blocked "+s.mark)
}

// forwarded is a payment as its receiver got it.
func (w *isolation) forwarded(s *sending) *messages.Message {
	w.t.Helper()
	for n := range uint64(w.node.Books.State().Records) {
		r, payload, err := w.node.Books.Record(n)
		if err != nil {
			w.t.Fatal(err)
		}
		if r.Mailed && r.UETR == testUETR(s.n) && r.Receiver == w.party(s.to) && messages.KindOf(r.Type) == "pacs.008" {
			return messages.Read(payload, messages.Options{})
		}
	}
	w.t.Fatalf("%s has not got %s", s.to, s.mark)
	return nil
}

// checked asks who stands behind an account. The bank that asks is told a masked name;
// the true one is the other's.
func (w *isolation) checked(s *sending) {
	r := messages.IdentificationRequest{
		MessageID: w.named("a check", s, "CHK"+s.mark), Created: testTime(w.t), Assigner: asParty(mustBIC(w.t, s.from)), Assignee: asParty(mustBIC(w.t, testGateway)),
		Questions: []messages.Verification{{ID: "VRF" + s.mark, Subject: messages.Subject{
			Party: messages.Party{Name: "Holder " + s.mark}, Agent: messages.Agent{BIC: mustBIC(w.t, s.to)}, Account: messages.Account{Other: "77" + s.mark},
		}}},
	}
	raw, err := r.Write("acmt.023.001.03")
	w.told(s.from, raw, err)
	a := messages.IdentificationReportOn(w.got(s.to, "acmt.023"))
	a.MessageID, a.Created, a.Assigner, a.Assignee = w.named("a verdict", s, "VDT"+s.mark), testTime(w.t), asParty(mustBIC(w.t, s.to)), asParty(mustBIC(w.t, testGateway))
	for i := range a.Verdicts {
		a.Verdicts[i].Reason, a.Verdicts[i].Updated = reasonCloseMatch, messages.Subject{Party: messages.Party{Name: "Truly" + s.mark + " Someone"}}
	}
	raw, err = a.Write("acmt.024.001.03")
	w.told(s.to, raw, err)
	if told := string(w.got(s.from, "acmt.024").Raw()); !strings.Contains(told, "T****") {
		w.t.Errorf("%s is not told a masked name: %s", s.from, told)
	}
	w.between("a check", s, "VRF"+s.mark, "Holder "+s.mark, "77"+s.mark)
	w.secret("the name of an account's owner at "+s.to, "Truly"+s.mark, s.to, "compliance", "compliance-2")
}

// returned gives a part of a payment back.
func (w *isolation) returned(s *sending) {
	back, err := messages.ReturnOf(w.forwarded(s))
	if err != nil {
		w.t.Fatal(err)
	}
	us, them := messages.Agent{BIC: mustBIC(w.t, s.to)}, messages.Agent{BIC: mustBIC(w.t, s.from)}
	back.MessageID, back.Created, back.InstructingAgent, back.InstructedAgent = w.named("a return", s, "RTM"+s.mark), testTime(w.t), us, them
	amount := fmt.Sprintf("%d.%02d", 31000+s.n, s.n%97)
	one := &back.Payments[0]
	one.ReturnID, one.Original.Received, one.Reasons = w.named("a return", s, "RTR"+s.mark), messages.Node{}, []messages.Reason{{Code: "NARR", Text: "Returned " + s.mark}}
	one.InstructingAgent, one.InstructedAgent = us, them
	if one.Amount, err = messages.ParseMoney(amount, one.Amount.Currency()); err != nil {
		w.t.Fatal(err)
	}
	raw, err := back.Write("pacs.004.001.09")
	w.told(s.to, raw, err)
	if w.solvent(s.to) && !strings.Contains(string(w.got(s.from, "pacs.004").Raw()), "Returned "+s.mark) {
		w.t.Errorf("%s does not get back what %s returns", s.from, s.to)
	}
	w.between("a return", s, "Returned "+s.mark)
	w.named("a return", s, amount)
}

// solvent tells whether a bank has money: of the last one everything waits.
func (w *isolation) solvent(bank string) bool { return bank != isolationBanks[len(isolationBanks)-1] }

// covers pays by a cover, which says between whom.
func (w *isolation) covers() {
	for i, from := range isolationBanks {
		to := isolationBanks[(i+1)%len(isolationBanks)]
		s := sending{n: 3000 + i, from: from, to: to, mark: fmt.Sprintf("%.4s%.4s%04d", from, to, 3000+i), amount: fmt.Sprintf("%d.%02d", 2700+i, 31+i)}
		w.pay(from, to, s.n, "<SttlmMtd>CLRG</SttlmMtd>", "<SttlmMtd>COVE</SttlmMtd>", "1250000.50", s.amount, "Silk Road Trading Company", "Debtor "+s.mark)
		amount, err := messages.ParseMoney(s.amount, messages.MustCurrency("CNY"))
		if err != nil {
			w.t.Fatal(err)
		}
		date, err := messages.ParseDate("2026-11-23")
		if err != nil {
			w.t.Fatal(err)
		}
		us, them := messages.Agent{BIC: mustBIC(w.t, from)}, messages.Agent{BIC: mustBIC(w.t, to)}
		cover := messages.CreditTransfer{
			MessageID: w.named("a cover", &s, "CVM"+s.mark), Created: testTime(w.t), Settlement: messages.Settlement{Method: "CLRG", ClearingSystem: "DRGM"}, InstructingAgent: us, InstructedAgent: them,
			Payments: []messages.Payment{{
				InstructionID: "CVI" + s.mark, EndToEndID: "CVE" + s.mark, TransactionID: "CVT" + s.mark, UETR: testUETR(s.n), Amount: amount, SettlementDate: date,
				Parties: messages.Parties{Debtor: asParty(us.BIC), Creditor: asParty(them.BIC)},
				Underlying: &messages.Payment{Parties: messages.Parties{
					Debtor: messages.Party{Name: "Covered " + s.mark}, DebtorAgent: us, CreditorAgent: them, Creditor: messages.Party{Name: "Recipient " + s.mark},
				}},
			}},
		}
		raw, err := cover.Write("pacs.009.001.08")
		w.told(from, raw, err)
		if w.solvent(from) && !strings.Contains(string(w.got(to, "pacs.009").Raw()), "Covered "+s.mark) {
			w.t.Errorf("%s has not got the cover of %s", to, s.mark)
		}
		w.uetrs = append(w.uetrs, testUETR(s.n))
		w.between("a cover", &s, "Covered "+s.mark, "Recipient "+s.mark, "Debtor "+s.mark)
		w.named("a cover", &s, "CVE"+s.mark)
		w.named("a cover", &s, s.amount)
	}
}

// exchanges has ALPHA pay GAMMA in another currency by way of BETA, which knows what
// it exchanges and not for whom.
func (w *isolation) exchanges() {
	provider, payer, payee := isolationBanks[1], isolationBanks[0], isolationBanks[2]
	w.decide("issuer", Decision{Action: ActionIssue, Bank: mustBIC(w.t, provider), Amount: "50505.05", Currency: "USD", Reason: "test"})
	if a := w.post(provider, "/v1/rates", jsonContent, []byte(`{"rates":[{"from":"CNY","to":"USD","tiers":[{"rate":"0.137"}]}],"validSeconds":3600}`)); a.StatusCode != http.StatusAccepted {
		w.t.Fatalf("rates: %s %s", a.Status, a.body)
	}
	var made QuotesView
	a := w.post(payer, "/v1/quotes", jsonContent, []byte(`{"from":"CNY","to":"USD","amount":"8765.43","side":"source"}`))
	if err := json.Unmarshal(a.body, &made); err != nil || len(made.Quotes) == 0 {
		w.t.Fatalf("quotes: %s %s", a.Status, a.body)
	}
	quote := made.Quotes[0].ID
	w.quotes = append(w.quotes, quote, "no-such-quote")
	w.secret("a quote", quote, append(w.gatewayPeople(), payer)...)
	s := sending{n: 3100, from: payer, to: payee, mark: fmt.Sprintf("%.4s%.4s%04d", payer, payee, 3100)}
	w.pay(payer, payee, s.n, "Silk Road Trading Company", "Debtor "+s.mark, "Chao Phraya Machinery Public Company", "Creditor "+s.mark, "1250000.50", "8765.43",
		"</CdtrAcct>", "</CdtrAcct><InstrForNxtAgt><InstrInf>"+InstructionQuote+quote+"</InstrInf></InstrForNxtAgt>")
	w.uetrs = append(w.uetrs, testUETR(s.n))
	w.between("an exchange", &s, "Debtor "+s.mark, "Creditor "+s.mark)
	if !w.settled(s.n) {
		w.t.Error("the exchange has not settled")
	}
}

// standing has a standing order in the directory that only the gateway's people and
// its bank may know.
func (w *isolation) standing() {
	thb, alpha, beta := messages.MustCurrency("THB"), mustBIC(w.t, isolationBanks[0]), mustBIC(w.t, isolationBanks[1])
	change := routing.Change{
		Calendars: []routing.Calendar{{Name: "BAHTDAYS", Zone: "UTC", Currencies: []messages.Currency{thb}, Open: "00:00", Close: "23:59"}},
		Standing:  []routing.StandingOrder{{Name: "FILLUPALPHA", From: alpha, To: beta, Currency: thb, Amount: 6161661}},
	}
	for _, bic := range []messages.BIC{alpha, beta} {
		change.Accounts = append(change.Accounts, routing.AccountChange{Owner: bic, Currency: thb, Role: settlement.RoleWallet})
	}
	w.both("operator", "operator-2", Decision{Action: ActionApply, Change: &change, Reason: "standing orders"})
	for _, text := range []string{"FILLUPALPHA", "61616.61", "6161661"} {
		w.secret("a standing order", text, append(w.gatewayPeople(), isolationBanks[0])...)
	}
}

// ownMessages has every bank set a limit by a message.
func (w *isolation) ownMessages() {
	for i, bank := range isolationBanks {
		id, amount := fmt.Sprintf("LIM%.4sX", bank), fmt.Sprintf("55%d4455.3%d", i, i)
		raw := controlSample(w.t, "camt.011.001.07", id, &messages.PaymentReference{})
		text := strings.NewReplacer(testWallet, bank[:8]+"-CNY-W", "BETATHBK", isolationBanks[(i+2)%len(isolationBanks)], "5000000", amount).Replace(string(raw))
		w.told(bank, []byte(text), nil)
		for _, secret := range []string{id, amount} {
			w.secret("a limit of "+bank, secret, append(w.gatewayPeople(), bank)...)
		}
		if last := w.got(bank, "camt.025"); !slices.Contains([]string{"ACPT"}, firstStatus(last)) {
			w.t.Errorf("the limit of %s is not set: %s", bank, last.Raw())
		}
	}
}

func firstStatus(receipt *messages.Message) string {
	v, _ := messages.ViewReceipt(receipt)
	for d := range v.Details() {
		for h := range d.Handlings() {
			return h.Status()
		}
	}
	return ""
}
