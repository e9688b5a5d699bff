package simulation

import (
	"encoding/json"
	"fmt"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Who takes part: six banks with accounts in three currencies, their issuers, and
// the gateway's own operators and officers.
const (
	gatewayBIC = "DRGMHKHHXXX"
	unknownBIC = "NOBODEFFXXX"
	banks      = 6
)

var currencies = [...]struct{ code, issuer string }{{"CNY", "PBOCCNBJXXX"}, {"THB", "BOTHTHBKXXX"}, {"AED", "CBAUAEAAXXX"}}

// confirmed is the currency whose payments wait for the receiver's word.
const confirmed = "THB"

// patience is how long a payment may wait, and answer how long a receiver may take.
const (
	patience = 40 // seconds
	answerIn = 20
)

func bankBIC(n int) string { return fmt.Sprintf("BNK%cHKHHXXX", 'A'+n) }

// directory is the first entry of the log.
func directory() routing.Change {
	key := func(name string, roles ...routing.Role) routing.Key {
		return routing.Key{Fingerprint: name, Person: name, Roles: roles}
	}
	c := routing.Change{Self: bicOf(gatewayBIC), Participants: []routing.Participant{{
		BIC: bicOf(gatewayBIC), Name: "Gateway",
		Keys: []routing.Key{key("operator-1", routing.RoleOperator), key("operator-2", routing.RoleOperator), key("officer-1", routing.RoleCompliance), key("officer-2", routing.RoleCompliance)},
	}}}
	for _, currency := range currencies {
		c.Participants = append(c.Participants, routing.Participant{
			BIC: bicOf(currency.issuer), Name: "Issuer of " + currency.code,
			Keys: []routing.Key{key(currency.code+"-1", routing.RoleIssuer), key(currency.code+"-2", routing.RoleIssuer)},
		})
		unit := messages.MustCurrency(currency.code)
		c.Accounts = append(c.Accounts, routing.AccountChange{Owner: bicOf(currency.issuer), Currency: unit, Role: settlement.RoleIssuance})
		corridor := routing.Corridor{Currency: unit, Mode: routing.SettleThenDeliver, Profile: "base", Patience: patience}
		if currency.code == confirmed {
			corridor.Mode, corridor.Answer = routing.ConfirmThenSettle, answerIn
		}
		c.Corridors = append(c.Corridors, corridor)
	}
	for n := range banks {
		bic := bicOf(bankBIC(n))
		c.Participants = append(c.Participants, routing.Participant{
			BIC: bic, Name: bic.String(), Advice: n%2 == 0, Acceptance: n%3 == 0, Keys: []routing.Key{key(bic.String(), routing.RoleParticipant)},
		})
		for _, currency := range currencies {
			c.Accounts = append(c.Accounts, routing.AccountChange{Owner: bic, Currency: messages.MustCurrency(currency.code), Role: settlement.RoleWallet})
		}
	}
	return c
}

// first is the group with which every log begins.
func first() []byte {
	facts, err := json.Marshal(directory())
	must(err)
	g := gateway.Group{Door: "first", Epoch: 1, Number: 1, At: settlement.Moment(beginning.UnixNano()), Orders: []gateway.Order{{Kind: gateway.OrderDirectory, Facts: facts}}}
	return g.Encode()
}
