package gateway

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What a scenario says of the directory, and what people decide.

// describe takes in a line of the directory; false when it is none.
//
//	bank SHORT BIC CURRENCY… [limit AMOUNT] [takes VERSION…] [provider] [passes FEE]
//	issuer SHORT BIC CURRENCY
//	corridor CURRENCY [into CURRENCY] [from BANK] [to BANK] settle|confirm [profile NAME] [patience D] [answer D] [at-once] [maximum AMOUNT] [refusal CODE]
func (s *stage) describe(at scenarioLine, f []string) bool {
	s.t.Helper()
	if s.node != nil {
		return false
	}
	switch f[0] {
	case "bank", "issuer":
		s.bics[f[1]] = mustBIC(s.t, f[2])
		s.change.Participants = append(s.change.Participants, s.participant(f))
		s.change.Accounts = append(s.change.Accounts, s.accounts(f)...)
	case "corridor":
		s.change.Corridors = append(s.change.Corridors, s.corridor(at, f))
	case "standing":
		s.change.Standing = append(s.change.Standing, s.standing(at, f))
	case "calendar":
		s.change.Calendars = append(s.change.Calendars, s.calendar(at, f))
	case "checks":
		s.checks(at, f)
	case "inquiries": // inquiries answer D
		s.change.Inquiries = &routing.Inquiries{Answer: s.corridor(at, []string{"corridor", "CNY", "answer", f[2]}).Answer}
	case "netting":
		s.change.Netting = append(s.change.Netting, s.netting(at, f))
	default:
		return s.describeTiers(at, f)
	}
	return true
}

func (s *stage) participant(f []string) routing.Participant {
	s.t.Helper()
	p := routing.Participant{BIC: s.bics[f[1]], Name: f[1], Versions: map[string]string{}}
	for _, version := range f[3:] {
		if strings.Count(version, ".") == 3 {
			p.Versions[messages.KindOf(version)] = version
		}
	}
	if f[0] == "issuer" {
		for _, n := range []string{"-1", "-2"} {
			p.Keys = append(p.Keys, routing.Key{Fingerprint: f[1] + n, Person: f[1] + n, Roles: []routing.Role{routing.RoleParticipant, routing.RoleIssuer}})
		}
		return p
	}
	for _, standing := range routing.Standings {
		if slices.Contains(f, string(standing)) {
			p.Standing = standing
		}
	}
	p.Acceptance, p.Advice, p.Provider, p.Statement = slices.Contains(f, "acceptance"), slices.Contains(f, "advice"), slices.Contains(f, "provider"), slices.Contains(f, "statement")
	p.Keys = []routing.Key{{Fingerprint: "key of " + p.BIC.String(), Roles: []routing.Role{routing.RoleParticipant}}}
	return p
}

func (s *stage) accounts(f []string) (all []routing.AccountChange) {
	role := settlement.RoleWallet
	if f[0] == "issuer" {
		role = settlement.RoleIssuance
	}
	for i := 3; i < len(f); i++ {
		currency, err := messages.ParseCurrency(f[i])
		if err != nil {
			continue
		}
		a := routing.AccountChange{Owner: s.bics[f[1]], Currency: currency, Role: role}
		for k := i + 1; k+1 < len(f); k++ {
			switch f[k] {
			case "limit":
				a.Maximum = s.minor(f[k+1], currency)
			case "cap":
				a.Cap = s.minor(f[k+1], currency)
			case "passes":
				a.Passes, a.Fee = true, s.minor(f[k+1], currency)
			}
			if f[k] == "grade" {
				a.Grade = f[k+1]
			}
		}
		all = append(all, a)
	}
	return all
}

func (s *stage) minor(text string, currency messages.Currency) int64 {
	s.t.Helper()
	m, err := messages.ParseMoney(text, currency)
	if err != nil {
		s.t.Fatal(err)
	}
	return m.Minor()
}

func (s *stage) corridor(at scenarioLine, f []string) routing.Corridor {
	s.t.Helper()
	c := routing.Corridor{Currency: messages.MustCurrency(f[1]), Profile: "base"}
	seconds := func(text string) int64 {
		d, err := time.ParseDuration(text)
		if err != nil {
			s.fatal(at.place, "%v", err)
		}
		return int64(d / time.Second)
	}
	for i, word := range f[2:] {
		next := func() string { return f[i+3] }
		switch word {
		case "settle":
			c.Mode = routing.SettleThenDeliver
		case "net":
			c.Mode = routing.DeferredNet
		case "confirm":
			c.Mode = routing.ConfirmThenSettle
		case "refusal":
			c.Refusal = next()
		case "at-once":
			c.AtOnce = true
		case "into":
			c.Into = messages.MustCurrency(next())
		case "from":
			c.From = s.bic(at, next())
		case "to":
			c.To = s.bic(at, next())
		case "profile":
			c.Profile = next()
		case "patience":
			c.Patience = seconds(next())
		case "answer":
			c.Answer = seconds(next())
		case "maximum":
			c.Maximum = s.minor(next(), c.Currency)
		case "priority":
			c.Priority = next()
		case "calendar":
			c.Calendar = next()
		case "cut-off":
			c.CustomerCutOff = routing.TimeOfDay(next())
		case "bank-cut-off":
			c.BankCutOff = routing.TimeOfDay(next())
		case "late":
			c.Late = routing.Late(next())
		case "carry-over":
			c.CarryOver = true
		}
	}
	return c
}

func (s *stage) issuerOf(at scenarioLine, currency string) messages.BIC {
	s.t.Helper()
	a, ok := s.node.Directory().Issuance(messages.MustCurrency(currency))
	if !ok {
		s.fatal(at.place, "nobody issues %s", currency)
	}
	p, _ := s.node.Directory().ByID(a.Owner)
	return p.BIC
}

// both has one person ask and another approve. The keys of an issuer's people
// begin with its short name.
func (s *stage) both(at scenarioLine, first, second string, of messages.BIC, d Decision) {
	s.t.Helper()
	if strings.HasPrefix(first, "issuer") {
		first, second = s.short(of)+"-1", s.short(of)+"-2"
	}
	d.Reason = at.text
	asked, err := s.node.Desk.Decide(context.Background(), Caller{Participant: of, Key: first}, d)
	if err == nil {
		_, err = s.node.Desk.Decide(context.Background(), Caller{Participant: of, Key: second}, Decision{Action: ActionApprove, Request: placeText(asked), Reason: at.text})
	}
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	s.decided(at, asked)
}

// decided wants a decision to have been carried out.
func (s *stage) decided(at scenarioLine, place settlement.Place) {
	s.t.Helper()
	applyAll(s.t, s.node)
	value, err := s.node.Books.Decision(place)
	if err != nil {
		s.t.Fatal(err)
	}
	if r, err := decodeDecision(value); err != nil || r.Outcome != OutcomeDone {
		s.fatal(at.place, "it was %s: %s %v", r.Outcome, r.Why, err)
	}
}

// apply changes versions, corridors or calendars: "bank SHORT VERSION…" or a line of
// the directory.
func (s *stage) apply(at scenarioLine, f []string) {
	s.t.Helper()
	var change routing.Change
	switch f[0] {
	case "corridor":
		change.Corridors = []routing.Corridor{s.corridor(at, f)}
	case "netting":
		change.Netting = []routing.Netting{s.netting(at, f)}
	case "cap":
		owner, currency := s.bic(at, f[1]), messages.MustCurrency(f[2])
		change.Accounts = []routing.AccountChange{{Owner: owner, Currency: currency, Role: settlement.RoleWallet, Cap: s.minor(f[3], currency)}}
	case "calendar":
		change.Calendars = []routing.Calendar{s.calendar(at, f)}
	default:
		p, _ := s.node.Directory().ByBIC(s.bic(at, f[1]))
		next := *p
		next.Versions = s.participant(append([]string{"bank", f[1], ""}, f[2:]...)).Versions
		change.Participants = []routing.Participant{next}
	}
	s.both(at, "operator-1", "operator-2", s.change.Self, Decision{Action: ActionApply, Change: &change})
}

// comply has compliance hold, release or refuse a payment.
func (s *stage) comply(at scenarioLine, f []string) {
	s.t.Helper()
	d := Decision{Action: Action(f[0]), Payment: s.number(at, f[1])}
	if d.Action == ActionRelease {
		s.both(at, "compliance-1", "compliance-2", s.change.Self, d)
		return
	}
	d.Reason = at.text
	place, err := s.node.Desk.Decide(context.Background(), Caller{Participant: s.change.Self, Key: "compliance-1"}, d)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	s.decided(at, place)
}

// number is that of a payment in the books.
func (s *stage) number(at scenarioLine, name string) settlement.PaymentID {
	s.t.Helper()
	p, ok := s.payments[name]
	if !ok {
		s.fatal(at.place, "there is no payment %s", name)
	}
	for id := settlement.PaymentID(1); ; id++ {
		kept, ok, err := s.node.Books.Payment(id)
		if err != nil || !ok {
			s.fatal(at.place, "the books have no payment %s: %v", name, err)
		}
		if f, err := decodeFacts(kept.Facts); err == nil && f.InstrID == p.instruction {
			return id
		}
	}
}

// look compares what the books or messages hold with what the text says.
//
//	shows BANK PATH TEXT     the last message to the bank holds that text there
//	lacks BANK PATH          it has no such element
//	carries BANK PAYMENT     it holds all of the payment that travels unchanged
//	balance BANK CURRENCY AMOUNT [reserved AMOUNT] [rounding]
//	state PAYMENT STATE
//	ready [TEXT]             the node says that, or nothing, of what it is not ready for
func (s *stage) look(at scenarioLine, f []string) {
	s.t.Helper()
	var got, want string
	switch f[0] {
	case "balance":
		a := s.account(at, f[1], f[2])
		got, want = amountOf(a.Posted, a.Currency), f[3]
		if len(f) > 5 {
			got, want = got+" reserved "+amountOf(a.Reserved, a.Currency), want+" reserved "+f[5]
		}
	case "state":
		p, _, err := s.node.Books.Payment(s.number(at, f[1]))
		if err != nil {
			s.t.Fatal(err)
		}
		got, want = strings.TrimSpace(p.State.String()+" "+p.Reason.Code), strings.Join(f[2:], " ")
	case "holds":
		got, want = s.named(at, f[1]), f[2]
	case "ready":
		got, want = strings.Join(s.node.time.Unready(), "; "), strings.Join(f[1:], " ")
		if want != "" && strings.Contains(got, want) {
			got = want
		}
	case "attempts":
		got, want = s.attempts(at, f[1], f[2]), strings.Join(f[3:], " ")
	case "history":
		got, want = s.history(at, f[1], f[2]), strings.Join(f[3:], " ")
	case "carries":
		s.carries(at, f[2])
		return
	default:
		s.shows(at, f)
		return
	}
	if got != want {
		s.t.Errorf("%s: %s: it is %s", at.place, at.text, strconv.Quote(got))
	}
}
