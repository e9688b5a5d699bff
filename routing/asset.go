package routing

import (
	"slices"
	"strings"

	"dragoman/messages"
	"dragoman/settlement"
)

// Money is a claim: an asset is a currency and who owes it. Each currency has an
// issuer of its own, the first tier. An operating bank may issue claims on itself in
// the same currency, the second tier: for each unit that it has outstanding it has set
// one of the first tier aside, in a reserve account that nothing else touches. So
// money goes from the issuer into operating banks' wallets, and from these on to
// participants.

// Grade bounds wallets of one kind in one currency.
type Grade struct {
	Currency messages.Currency `json:"currency"`
	Name     string            `json:"name"`
	Holding  int64             `json:"holding,omitempty"` // the most a wallet may hold, minor units; 0: no bound
	Payment  int64             `json:"payment,omitempty"` // the largest payment out of it, minor units; 0: no bound
}

// maxGradeName bounds the name of a grade: a word or two.
const maxGradeName = 40

func (d *Directory) setGrade(g Grade) error {
	switch {
	case strings.TrimSpace(g.Name) == "" || len(g.Name) > maxGradeName:
		return refuse("a grade of %s needs a name of at most %d characters", g.Currency, maxGradeName)
	case !g.Currency.Active():
		return refuse("grade %s: %s is not a current currency", g.Name, g.Currency)
	case g.Holding < 0 || g.Payment < 0:
		return refuse("grade %s: what a wallet may hold or pay is not negative", g.Name)
	}
	for i := range d.Grades {
		if old := &d.Grades[i]; old.Currency == g.Currency && old.Name == g.Name {
			*old = g
			return nil
		}
	}
	d.Grades = append(d.Grades, g)
	return nil
}

// Grade is that of an account; the zero Grade bounds nothing.
func (d *Directory) Grade(a Account) Grade {
	for _, g := range d.Grades {
		if g.Currency == a.Currency && g.Name == a.Grade {
			return g
		}
	}
	return Grade{}
}

// Ceiling is the most that an account may hold or have outstanding; 0: no bound.
func (d *Directory) Ceiling(a Account) int64 {
	if a.Role == settlement.RoleWallet {
		return d.Grade(a).Holding
	}
	return a.Ceiling
}

func (d *Directory) fitsGrade(c AccountChange) error {
	known := slices.ContainsFunc(d.Grades, func(g Grade) bool { return g.Currency == c.Currency && g.Name == c.Grade })
	switch {
	case c.Grade != "" && c.Role != settlement.RoleWallet:
		return refuse("account of %s: grades are for wallets", c.Owner)
	case c.Grade != "" && !known:
		return refuse("account of %s: %s has no grade %q", c.Owner, c.Currency, c.Grade)
	case c.Ceiling != 0 && c.Role != settlement.RoleIssuance:
		return refuse("account of %s: what a wallet may hold is said by its grade", c.Owner)
	}
	return nil
}

// issuerOf is the operating bank whose money an account is for; 0: it is for that of
// the currency's own issuer.
func (d *Directory) issuerOf(c AccountChange, owner *Participant) (settlement.ParticipantID, error) {
	if c.Issuer.IsZero() {
		return 0, nil
	}
	issuer, known := d.ByBIC(c.Issuer)
	switch {
	case !known:
		return 0, refuse("account of %s: no such participant as its issuer %s", c.Owner, c.Issuer)
	case c.Role == settlement.RoleRounding:
		return 0, refuse("account of %s: rounding is in money of the currency's own issuer", c.Owner)
	case c.Role == settlement.RoleIssuance && issuer.ID != owner.ID:
		return 0, refuse("account of %s: nobody issues money that %s owes but itself", c.Owner, c.Issuer)
	case c.Role == settlement.RoleWallet && issuer.ID == owner.ID:
		return 0, refuse("account of %s: nobody holds a claim on itself", c.Owner)
	case c.Role == settlement.RoleWallet && c.Line != 0:
		return 0, refuse("account of %s: credit is in money of the currency's own issuer", c.Owner)
	}
	return issuer.ID, nil
}

// checkIssuers wants one issuer of each currency itself, and of every operating bank
// a wallet that its reserve is filled from.
func (d *Directory) checkIssuers() error {
	issuers := map[messages.Currency]settlement.ParticipantID{}
	for _, a := range d.Accounts {
		if a.Role == settlement.RoleIssuance && a.Issuer == 0 {
			if issuers[a.Currency] != 0 {
				return refuse("%s has two issuers", a.Currency)
			}
			issuers[a.Currency] = a.Owner
		}
	}
	for _, c := range d.Corridors {
		issuer, known := d.ByBIC(c.Issuer)
		if !c.Issuer.IsZero() && (!known || d.AccountIn(issuer.ID, c.Currency, settlement.RoleIssuance, issuer.ID) == 0) {
			return refuse("corridor %s: %s issues no money of its own in it", c.Currency, c.Issuer)
		}
	}
	for _, a := range d.Accounts {
		if a.Issuer == 0 {
			continue
		}
		owner, _ := d.ByID(a.Owner)
		issuer, _ := d.ByID(a.Issuer)
		switch {
		case a.Role == settlement.RoleIssuance && issuers[a.Currency] == a.Owner:
			return refuse("%s issues %s itself: it cannot be an operating bank as well", owner.BIC, a.Currency)
		case a.Role == settlement.RoleIssuance && d.AccountOf(a.Owner, a.Currency, settlement.RoleWallet) == 0:
			return refuse("%s cannot issue %s: it has no wallet from which to set aside what covers it", owner.BIC, a.Currency)
		case a.Role == settlement.RoleWallet && d.AccountIn(a.Issuer, a.Currency, settlement.RoleIssuance, a.Issuer) == 0:
			return refuse("account of %s: %s issues no %s", owner.BIC, issuer.BIC, a.Currency)
		}
	}
	return nil
}

// AccountIn is the account of an owner for money that an operating bank owes (0: the
// currency's own issuer), 0 when there is none.
func (d *Directory) AccountIn(owner settlement.ParticipantID, currency messages.Currency, role settlement.Role, issuer settlement.ParticipantID) settlement.AccountID {
	return d.accountOf[accountKey{owner, currency, role, issuer}]
}

// IssuanceOf is the account from which somebody issues a currency, as its own issuer
// or as an operating bank; false when it issues none.
func (d *Directory) IssuanceOf(owner settlement.ParticipantID, currency messages.Currency) (Account, bool) {
	id := d.AccountIn(owner, currency, settlement.RoleIssuance, owner)
	if id == 0 {
		id = d.AccountOf(owner, currency, settlement.RoleIssuance)
	}
	if id == 0 {
		return Account{}, false
	}
	return d.Accounts[id-1], true
}

// wallets are those of a sender and a receiver between which a payment moves: of the
// money that the corridor names, else of the currency's own issuer, else of the first
// operating bank whose money both have. 0: there are none of one issuer.
func (d *Directory) wallets(c *Corridor, sender, receiver settlement.ParticipantID) (debit, credit settlement.AccountID) {
	both := func(issuer settlement.ParticipantID) bool {
		debit = d.AccountIn(sender, c.Currency, settlement.RoleWallet, issuer)
		credit = d.AccountIn(receiver, c.Currency, settlement.RoleWallet, issuer)
		return debit != 0 && credit != 0
	}
	if !c.Issuer.IsZero() {
		if issuer, known := d.ByBIC(c.Issuer); known && both(issuer.ID) {
			return debit, credit
		}
		return 0, 0
	}
	if both(0) {
		return debit, credit
	}
	for _, a := range d.Accounts {
		if a.Owner == sender && a.Currency == c.Currency && a.Role == settlement.RoleWallet && both(a.Issuer) {
			return debit, credit
		}
	}
	return 0, 0
}

// holds tells whether somebody has a wallet in a currency.
func (d *Directory) holds(owner settlement.ParticipantID, currency messages.Currency) bool {
	return slices.ContainsFunc(d.Accounts, func(a Account) bool {
		return a.Owner == owner && a.Currency == currency && a.Role == settlement.RoleWallet
	})
}

// movement are the legs of a transfer between two accounts. What an operating bank
// issues it sets aside at once, and what comes back to it it gets back.
func (d *Directory) movement(debit, credit Account, amount int64) []settlement.Leg {
	legs := []settlement.Leg{{Debit: debit.ID, Credit: credit.ID, Amount: amount}}
	if covers, set := d.cover(debit, amount); set {
		legs = append(legs, covers)
	}
	if covers, set := d.cover(credit, amount); set {
		legs = append(legs, settlement.Leg{Debit: covers.Credit, Credit: covers.Debit, Amount: amount})
	}
	return legs
}

// cover is what an operating bank sets aside; false: the account is not one from which
// an operating bank issues.
func (d *Directory) cover(issuance Account, amount int64) (settlement.Leg, bool) {
	if issuance.Role != settlement.RoleIssuance || issuance.Issuer == 0 {
		return settlement.Leg{}, false
	}
	return settlement.Leg{
		Debit:  d.AccountOf(issuance.Owner, issuance.Currency, settlement.RoleWallet),
		Credit: d.AccountOf(issuance.Owner, issuance.Currency, settlement.RoleReserve),
		Amount: amount,
	}, true
}

// Movement are the legs by which an issuer issues to a wallet of its money, or takes
// back from it.
func (d *Directory) Movement(debit, credit settlement.AccountID, amount int64) []settlement.Leg {
	return d.movement(d.Accounts[debit-1], d.Accounts[credit-1], amount)
}
