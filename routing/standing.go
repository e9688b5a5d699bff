package routing

import (
	"slices"

	"dragoman/messages"
	"dragoman/settlement"
)

// StandingOrder moves a bank's own money from its wallet to another one whenever the
// day of their currency opens, such as to fill up the wallet of a branch.
type StandingOrder struct {
	Name     string            `json:"name"`
	From     messages.BIC      `json:"from"`
	To       messages.BIC      `json:"to"`
	Currency messages.Currency `json:"currency"`
	Amount   int64             `json:"amount"` // minor units; 0: it is at rest
	// UpTo has as much moved as the receiver lacks of the amount.
	UpTo bool `json:"upTo,omitempty"`
}

// maxStandingOrders bounds what the opening of a day brings at once.
const maxStandingOrders = 1000

// setStandingOrder adds one, or replaces the one of its name.
func (d *Directory) setStandingOrder(o StandingOrder) error {
	switch {
	case o.Name == "" || o.Amount < 0 || !o.Currency.Active():
		return refuse("standing order %q needs a name, an amount that is not negative, and a current currency", o.Name)
	case o.From == o.To:
		return refuse("standing order %s: it leads to where it comes from", o.Name)
	}
	if i := slices.IndexFunc(d.Standing, func(known StandingOrder) bool { return known.Name == o.Name }); i >= 0 {
		d.Standing[i] = o
		return nil
	}
	if len(d.Standing) == maxStandingOrders {
		return refuse("there are %d standing orders already", maxStandingOrders)
	}
	d.Standing = append(d.Standing, o)
	return nil
}

// checkStandingOrders wants wallets on both sides, and a day that opens.
func (d *Directory) checkStandingOrders() error {
	for _, o := range d.Standing {
		for _, bic := range []messages.BIC{o.From, o.To} {
			if p, known := d.ByBIC(bic); !known || p.BIC != bic || d.AccountOf(p.ID, o.Currency, settlement.RoleWallet) == 0 {
				return refuse("standing order %s: %s has no wallet in %s", o.Name, bic, o.Currency.Code())
			}
		}
		if d.calendarOf[o.Currency] == nil {
			return refuse("standing order %s: %s follows no calendar, and its day never opens", o.Name, o.Currency.Code())
		}
	}
	return nil
}

func (c *comparison) standing(old *Directory, next StandingOrder) {
	subject := "standing order " + next.Name
	var before StandingOrder
	for _, known := range old.Standing {
		if known.Name == next.Name {
			before = known
		}
	}
	c.field(subject, "from", named(before.From), named(next.From))
	c.field(subject, "to", named(before.To), named(next.To))
	c.field(subject, "currency", before.Currency.Code(), next.Currency.Code())
	c.field(subject, "amount", nonzero(before.Amount, next.Currency), first(nonzero(next.Amount, next.Currency), "0"))
	c.field(subject, "up to the amount", yes(before.UpTo), yes(next.UpTo))
}

func named(bic messages.BIC) string {
	if bic.IsZero() {
		return ""
	}
	return bic.String()
}
