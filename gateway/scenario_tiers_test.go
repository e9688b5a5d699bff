package gateway

import (
	"slices"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What a scenario says of money of operating banks, and of grades of wallets.
//
//	grade CURRENCY NAME [holding AMOUNT] [payment AMOUNT]
//	operating BANK CURRENCY [outstanding AMOUNT]   the bank issues claims on itself
//	wallet BANK CURRENCY [of BANK] [grade NAME]    for the money of an operating bank
func (s *stage) describeTiers(at scenarioLine, f []string) bool {
	s.t.Helper()
	switch f[0] {
	case "grade":
		currency := messages.MustCurrency(f[1])
		g := routing.Grade{Currency: currency, Name: f[2]}
		g.Holding, g.Payment = s.minorBehind(f, "holding", currency), s.minorBehind(f, "payment", currency)
		s.change.Grades = append(s.change.Grades, g)
	case "operating":
		currency := messages.MustCurrency(f[2])
		bank := s.bic(at, f[1])
		s.change.Accounts = append(s.change.Accounts, routing.AccountChange{
			Owner: bank, Currency: currency, Role: settlement.RoleIssuance, Issuer: bank, Ceiling: s.minorBehind(f, "outstanding", currency),
		})
		for i := range s.change.Participants {
			if p := &s.change.Participants[i]; p.BIC == bank {
				p.Keys = append(p.Keys, s.participant([]string{"issuer", f[1], f[1]}).Keys...)
			}
		}
	case "wallet":
		s.change.Accounts = append(s.change.Accounts, s.wallet(at, f))
	default:
		return false
	}
	return true
}

func (s *stage) wallet(at scenarioLine, f []string) routing.AccountChange {
	s.t.Helper()
	a := routing.AccountChange{Owner: s.bic(at, f[1]), Currency: messages.MustCurrency(f[2]), Role: settlement.RoleWallet}
	if of := behind(f, "of"); of != "" {
		a.Issuer = s.bic(at, of)
	}
	a.Grade = behind(f, "grade")
	return a
}

// behind is what stands behind a word; empty when the word is not there.
func behind(f []string, word string) string {
	if i := slices.Index(f, word); i >= 0 && i+1 < len(f) {
		return f[i+1]
	}
	return ""
}

func (s *stage) minorBehind(f []string, word string, currency messages.Currency) int64 {
	s.t.Helper()
	if text := behind(f, word); text != "" {
		return s.minor(text, currency)
	}
	return 0
}

// money has two people of an issuer issue to a bank or take back from it: of the
// currency's own issuer, or of the operating bank behind "of". "no WORDS" says that it
// is refused.
func (s *stage) money(at scenarioLine, f []string) {
	s.t.Helper()
	d := Decision{Action: Action(f[0]), Bank: s.bic(at, f[1]), Currency: f[2], Amount: f[3]}
	issuer := behind(f, "of")
	if issuer == "" {
		s.both(at, "issuer-1", "issuer-2", s.issuerOf(at, f[2]), d)
		return
	}
	s.both(at, "issuer-1", "issuer-2", s.bic(at, issuer), d)
}

// named is the balance of the account of that name.
func (s *stage) named(at scenarioLine, name string) string {
	s.t.Helper()
	a, known := s.node.Directory().ByName(name)
	if !known {
		s.fatal(at.place, "there is no account %s", name)
	}
	all, err := s.node.Books.Accounts()
	if err != nil {
		s.t.Fatal(err)
	}
	return amountOf(all[a.ID-1].Posted, a.Currency)
}
