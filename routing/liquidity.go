package routing

import (
	"fmt"
	"strings"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Accounts have no IBAN. In messages (Id/Othr/Id) an account is named by owner,
// currency and use: ALPHCNBJ-CNY-W is a wallet, PBOCCNBJ-CNY-I the account from
// which a currency is issued, -R one for rounding. A BIC of a branch has eleven
// characters, so that a name has at most 17 of the 34 that are allowed. One for money
// that an operating bank owes has its BIC behind that: ALPHCNBJ-CNY-W-JADECNBJ.
const accountUses = "WIRBN" // by settlement.Role, from RoleWallet

// AccountName is the name of an account in messages.
func (d *Directory) AccountName(a Account) string {
	owner, _ := d.ByID(a.Owner)
	name := fmt.Sprintf("%s-%s-%c", owner.BIC, a.Currency.Code(), accountUses[a.Role-settlement.RoleWallet])
	if issuer, known := d.ByID(a.Issuer); known {
		name += "-" + issuer.BIC.String()
	}
	return name
}

// ByName finds an account by its name; a BIC of an institution may have eleven
// characters there too.
func (d *Directory) ByName(name string) (Account, bool) {
	owner, currency, use, issuer, ok := splitAccount(name)
	p, known := d.ByBIC(owner)
	if !ok || !known || p.BIC != owner {
		return Account{}, false
	}
	owes := settlement.ParticipantID(0)
	if !issuer.IsZero() {
		bank, known := d.ByBIC(issuer)
		if !known || bank.BIC != issuer {
			return Account{}, false
		}
		owes = bank.ID
	}
	id := d.AccountIn(p.ID, currency, settlement.Role(use+1), owes) //nolint:gosec // an index into accountUses
	if id == 0 {
		return Account{}, false
	}
	return d.Accounts[id-1], true
}

// AccountsFor are the accounts that somebody may ask about under a name, or
// without one: its own.
func (d *Directory) AccountsFor(name string, asker *Participant) ([]Account, settlement.Reason) {
	if name != "" {
		a, known := d.ByName(name)
		switch {
		case !known:
			return nil, settlement.Reason{Code: "AC01", Text: "there is no account " + name}
		case a.Owner != asker.ID:
			return nil, settlement.Reason{Code: "DS0H", Text: "the account is not the sender's"}
		}
		return []Account{a}, settlement.Reason{}
	}
	var own []Account
	for _, a := range d.Accounts {
		if a.Owner == asker.ID {
			own = append(own, a)
		}
	}
	if own == nil {
		return nil, settlement.Reason{Code: "AC01", Text: "the sender has no account here"}
	}
	return own, settlement.Reason{}
}

// CurrencyOfAccount is the currency that the name of an account says.
func CurrencyOfAccount(name string) (messages.Currency, bool) {
	_, currency, _, _, ok := splitAccount(name)
	return currency, ok
}

func splitAccount(name string) (owner messages.BIC, currency messages.Currency, use int, issuer messages.BIC, ok bool) {
	parts := strings.Split(name, "-")
	if len(parts) < 3 || len(parts) > 4 || len(parts[2]) != 1 {
		return owner, currency, 0, issuer, false
	}
	owner, wrongOwner := messages.ParseBIC(parts[0])
	currency, wrongCurrency := messages.ParseCurrency(parts[1])
	use = strings.Index(accountUses, parts[2])
	var wrongIssuer error
	if len(parts) == 4 {
		issuer, wrongIssuer = messages.ParseBIC(parts[3])
	}
	return owner, currency, use, issuer, wrongOwner == nil && wrongCurrency == nil && wrongIssuer == nil && use >= 0
}

// issuerPatience is how long an issuer may take to answer where no corridor from
// the bank to it says otherwise: it decides by day, and people do.
const issuerPatience = 8 * time.Hour

// planTransfer turns a camt.050 into an instruction: money out of an issuance
// account is asked of its issuer, money into one is given back to it, and money
// from wallet to wallet moves at once.
func (d *Directory) planTransfer(sender *Participant, l *Letter, p *Payment, now settlement.Moment, in settlement.Instruction) settlement.Instruction {
	if in.Refusal = wrongItself(sender, l, p); in.Refusal.Code != "" {
		return in
	}
	debit, why := d.side(sender, p.Debtor, p.DebitAccount, p.Amount.Currency(), "AC02", "AC10")
	if why.Code != "" {
		in.Refusal = why
		return in
	}
	credit, why := d.side(sender, p.Creditor, p.CreditAccount, p.Amount.Currency(), "AC03", "AC11")
	if why.Code != "" {
		in.Refusal = why
		return in
	}
	if in.Refusal = d.transferRefusal(sender, debit, credit); in.Refusal.Code != "" {
		return in
	}
	in.Band = settlement.BandUrgent // money that is there moves before payments that wait for money
	in.Legs = d.movement(debit, credit, p.Amount.Minor())
	switch {
	case debit.Role == settlement.RoleIssuance:
		in.Kind, in.Receiver, in.Confirm = settlement.KindIssue, debit.Owner, debit.Owner
	case credit.Role == settlement.RoleIssuance:
		in.Kind, in.Receiver, in.Confirm = settlement.KindRedeem, credit.Owner, credit.Owner
	case credit.Owner != sender.ID:
		in.Receiver = credit.Owner
	}
	if in.Confirm != 0 && in.Reject == 0 {
		in.Reject = now + settlement.Moment(d.issuerPatience(sender, in.Confirm, p.Amount.Currency()))
	}
	return in
}

func (d *Directory) issuerPatience(bank *Participant, issuer settlement.ParticipantID, currency messages.Currency) time.Duration {
	to, _ := d.ByID(issuer)
	for _, c := range d.Corridors {
		if c.From == bank.BIC && c.To == to.BIC && c.Currency == currency && c.Patience > 0 {
			return time.Duration(c.Patience) * time.Second
		}
	}
	return issuerPatience
}

// side finds the account of one side: by name, else by owner where that leaves
// one, else the sender's wallet.
func (d *Directory) side(sender *Participant, owner messages.BIC, name string, currency messages.Currency, invalid, other string) (Account, settlement.Reason) {
	refusal := func(code, format string, args ...any) (Account, settlement.Reason) {
		return Account{}, settlement.Reason{Code: code, Text: fmt.Sprintf(format, args...)}
	}
	if name != "" {
		a, known := d.ByName(name)
		if !known {
			return refusal(invalid, "there is no account %s", name)
		}
		if p, _ := d.ByID(a.Owner); !owner.IsZero() && p.BIC != owner.Institution() && p.BIC != owner {
			return refusal(invalid, "account %s is not one of %s", name, owner)
		}
		if a.Currency != currency {
			return refusal(other, "account %s is not in %s", name, currency.Code())
		}
		return a, settlement.Reason{}
	}
	p, known := sender, true
	if !owner.IsZero() {
		p, known = d.ByBIC(owner)
	}
	if !known {
		return refusal(invalid, "%s is not known here", owner)
	}
	var found []Account
	for _, a := range d.Accounts {
		if a.Owner == p.ID && a.Currency == currency && (a.Role == settlement.RoleWallet || a.Role == settlement.RoleIssuance) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 0:
		return refusal(invalid, "%s has no account in %s", p.BIC, currency.Code())
	case 1:
		return found[0], settlement.Reason{}
	}
	return refusal(invalid, "%s has %d accounts in %s: name the one that is meant", p.BIC, len(found), currency.Code())
}

// transferRefusal finds why money may not move between two accounts that exist.
func (d *Directory) transferRefusal(sender *Participant, debit, credit Account) settlement.Reason {
	debtor, _ := d.ByID(debit.Owner)
	creditor, _ := d.ByID(credit.Owner)
	wallets := 0
	for _, role := range []settlement.Role{debit.Role, credit.Role} {
		if role == settlement.RoleWallet {
			wallets++
		}
	}
	// Between a bank and the issuer of its money, it is the bank's own.
	own := debit.Role == settlement.RoleIssuance || credit.Role == settlement.RoleIssuance
	switch {
	case debit.ID == credit.ID:
		return settlement.Reason{Code: "AG12", Text: "debtor and creditor account are the same"}
	case wallets == 0 || wallets == 1 && debit.Role != settlement.RoleIssuance && credit.Role != settlement.RoleIssuance:
		return settlement.Reason{Code: "AG01", Text: "no transfer is allowed between these accounts"}
	case debit.Issuer != credit.Issuer:
		return settlement.Reason{Code: "AG01", Text: "what one issuer owes cannot be moved to an account for what another one owes"}
	case debit.Role == settlement.RoleWallet && debit.Owner != sender.ID:
		return settlement.Reason{Code: "DS0H", Text: "the debtor account is not the sender's"}
	case debit.Role == settlement.RoleIssuance && credit.Owner != sender.ID:
		return settlement.Reason{Code: "DS0H", Text: "money is issued to the sender's own account only"}
	case !debtor.Standing.Sends() && (!own || !debtor.Standing.TakesPart()):
		return settlement.Reason{Code: debtor.Standing.NoSender()}
	case !creditor.Standing.Receives() && (!own || !creditor.Standing.TakesPart()):
		return settlement.Reason{Code: creditor.Standing.NoReceiver()}
	}
	return settlement.Reason{}
}
