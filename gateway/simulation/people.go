package simulation

import (
	"encoding/json"
	"fmt"
	"slices"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Who takes part: six banks that send, with accounts in five currencies, two who change
// money for them, the issuers, two that apply, and the gateway's own operators and
// officers. All but the last read their mailboxes.
const (
	gatewayBIC  = "DRGMHKHHXXX"
	unknownBIC  = "NOBODEFFXXX"
	providerBIC = "FXONHKHHXXX"
	secondBIC   = "FXTWHKHHXXX"
	newcomerBIC = "NEWCSGSGXXX" // is let in
	declinedBIC = "DECLSGSGXXX" // is not
	banks       = 6
	funded      = banks + 2 // who gets money: the banks, and the providers
)

var currencies = [...]struct{ code, issuer string }{{"CNY", "PBOCCNBJXXX"}, {"THB", "BOTHTHBKXXX"}, {"AED", "CBAUAEAAXXX"}, {daily, "HKMAHKHHXXX"}, {netted, "MASGSGSGXXX"}}

const (
	// confirmed is the currency whose payments wait for the receiver's word.
	confirmed = "THB"
	// daily is the one that settles by day; see days.go.
	daily = "HKD"
)

// patience is how long a payment may wait, and answer how long a receiver may take.
const (
	patience = 40 // seconds
	answerIn = 20
)

func bankBIC(n int) string { return fmt.Sprintf("BNK%cHKHHXXX", 'A'+n) }

// readers are all who have mailboxes; the banks that send come first.
func readers() (all []string) {
	for n := range banks {
		all = append(all, bankBIC(n))
	}
	all = append(all, providerBIC, secondBIC)
	for _, currency := range currencies {
		all = append(all, currency.issuer)
	}
	return append(all, newcomerBIC, declinedBIC)
}

func key(name string, roles ...routing.Role) routing.Key {
	return routing.Key{Fingerprint: name, Person: name, Roles: roles}
}

// directory is the first entry of the log of a run.
func directory(seed uint64) routing.Change {
	c := routing.Change{Self: bicOf(gatewayBIC), Participants: []routing.Participant{{
		BIC: bicOf(gatewayBIC), Name: "Gateway",
		Keys: slices.Concat(two("operator-1", routing.RoleOperator), two("operator-2", routing.RoleOperator), two("officer-1", routing.RoleCompliance), two("officer-2", routing.RoleCompliance)),
	}}}
	for _, currency := range currencies {
		issuer := bicOf(currency.issuer)
		c.Participants = append(c.Participants, routing.Participant{
			BIC: issuer, Name: "Issuer of " + currency.code,
			Keys: []routing.Key{key(currency.code+"-1", routing.RoleIssuer), key(currency.code+"-2", routing.RoleIssuer), key(issuer.String(), routing.RoleParticipant)},
		})
		unit := messages.MustCurrency(currency.code)
		c.Accounts = append(c.Accounts, routing.AccountChange{Owner: issuer, Currency: unit, Role: settlement.RoleIssuance})
		c.Corridors = append(c.Corridors, corridor(currency.code, ""))
	}
	for _, p := range pairs {
		c.Corridors = append(c.Corridors, corridor(p.from, p.into))
	}
	for n := range banks {
		p := routing.Participant{BIC: bicOf(bankBIC(n)), Advice: n%2 == 0, Acceptance: n%3 == 0, Statement: n < 3}
		if hearsCharges(n) {
			p.Versions = map[string]string{"camt.105": "camt.105.001.03"}
		}
		join(&c, p)
	}
	join(&c, routing.Participant{BIC: bicOf(providerBIC), Provider: true})
	join(&c, routing.Participant{BIC: bicOf(secondBIC), Provider: true})
	join(&c, routing.Participant{BIC: bicOf(newcomerBIC), Standing: routing.StandingApplied})
	join(&c, routing.Participant{BIC: bicOf(declinedBIC), Standing: routing.StandingApplied})
	days(&c)
	nets(&c, seed)
	c.Checks = &routing.Checks{Hourly: checksAnHour, Answer: checkIn}
	return c
}

// corridor carries a currency from anybody to anybody, or changes it on the way.
func corridor(from, into string) routing.Corridor {
	c := routing.Corridor{Currency: messages.MustCurrency(from), Mode: routing.SettleThenDeliver, Profile: "base", Patience: patience}
	arrives := from
	if into != "" {
		c.Into, arrives = messages.MustCurrency(into), into
	}
	if from == netted {
		c.Mode = routing.DeferredNet
	}
	if arrives == confirmed {
		c.Mode, c.Answer = routing.ConfirmThenSettle, answerIn
	}
	return c
}

// join adds a participant with a wallet in each currency.
func join(c *routing.Change, p routing.Participant) {
	p.Name, p.Keys = p.BIC.String(), []routing.Key{key(p.BIC.String(), routing.RoleParticipant)}
	c.Participants = append(c.Participants, p)
	for _, currency := range currencies {
		c.Accounts = append(c.Accounts, routing.AccountChange{Owner: p.BIC, Currency: messages.MustCurrency(currency.code), Role: settlement.RoleWallet})
	}
}

// first is the group with which every log begins.
func first(seed uint64) []byte {
	facts, err := json.Marshal(directory(seed))
	must(err)
	g := gateway.Group{Door: "first", Epoch: 1, Number: 1, At: settlement.Moment(beginning.UnixNano()), Orders: []gateway.Order{{Kind: gateway.OrderDirectory, Facts: facts}}}
	return g.Encode()
}
