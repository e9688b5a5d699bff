package routing

import (
	"slices"

	"dragoman/messages"
	"dragoman/settlement"
)

// Ways that payments take when their first one closes.

// tried tells whether a way was taken in vain: whatever the amounts, it is the same
// when it leads through the same accounts.
func (p *Planner) tried(legs []settlement.Leg) bool {
	return len(p.Tried) > 0 && slices.ContainsFunc(p.Tried, func(other []settlement.Leg) bool {
		return slices.Equal(p.accountsOn(legs), p.accountsOn(other))
	})
}

// accountsOn are the accounts on a way, each once, by number, without those that only
// what rounding leaves over goes to.
func (d *Directory) accountsOn(legs []settlement.Leg) (all []settlement.AccountID) {
	for _, leg := range legs {
		for _, id := range []settlement.AccountID{leg.Debit, leg.Credit} {
			if d.Accounts[id-1].Role != settlement.RoleRounding {
				all = append(all, id)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Through are the participants through whose accounts a payment went, in order,
// without its sender and receiver.
func (d *Directory) Through(p *settlement.Payment, legs []settlement.Leg) (through []messages.BIC) {
	for _, leg := range legs {
		for _, id := range []settlement.AccountID{leg.Debit, leg.Credit} {
			a := d.Accounts[id-1]
			owner, known := d.ByID(a.Owner)
			if known && a.Role == settlement.RoleWallet && a.Owner != p.Sender && a.Owner != p.Receiver && !slices.Contains(through, owner.BIC) {
				through = append(through, owner.BIC)
			}
		}
	}
	return through
}

// passing tells whether some participant passes payments of a currency on.
func (d *Directory) passing(currency messages.Currency) bool {
	return slices.ContainsFunc(d.Accounts, func(a Account) bool { return a.Passes && a.Currency == currency })
}
