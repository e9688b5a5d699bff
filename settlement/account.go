package settlement

// Role is what an account is for.
type Role uint8

// Roles of accounts. Only an issuance account may be below zero without a
// credit line: minus its balance is what its issuer has outstanding. A reserve is
// what an operating bank has set aside for the money that it issues itself. A netting account
// is what the positions of netting cycles move through: it holds nothing in between.
const (
	RoleWallet Role = iota + 1
	RoleIssuance
	RoleRounding
	RoleReserve
	RoleNetting
)

// Account holds one participant's money of one asset, in minor units. An asset is a
// currency and who owes it.
type Account struct {
	ID       AccountID
	Owner    ParticipantID
	Currency Currency
	Issuer   ParticipantID // the operating bank that owes it; 0: the currency's own issuer does
	Role     Role
	Posted   int64   // credits less debits that are posted
	Reserved int64   // debits that are promised: earmarked, not gone
	Line     int64   // intraday credit that it may use
	Granted  int64   // intraday credit that is approved; more may still be in use
	Ceiling  int64   // the most it may hold or, of an issuance account, have outstanding; 0: none of its own
	Entries  uint64  // how many entries it has
	Last     EntryID // the newest of them; 0: none
	Controls int     // how many limits and reservations its owner has set
	Saving   Saving  // how its payments may go when its own money does not suffice
	Bypass   bool    // within a band, what can go passes what cannot
	Cap      int64   // the most it may owe in a netting cycle; 0: no bound
}

// Saving is how an owner lets its waiting payments be freed by those of others. It
// is the owner's choice because who takes part may pay before it is paid alone.
type Saving uint8

// Savings. Whatever the choice, a payment goes when it is the next and its money
// is there.
const (
	SavingTogether Saving = iota // also together with any others that choose the same
	SavingPairs                  // also together with what one payee owes
	SavingAlone                  // no other way
	savingCount
)

// maxBalance bounds what an account holds or has issued, in minor units: far
// enough below the largest int64 that a balance, a credit line of the same size
// and one amount never overflow when they are added.
const maxBalance = 1<<62 - 1

// Available is what the owner may still spend: posted credits, less posted and
// reserved debits, plus the credit line. Reserved credits do not count: money
// promised to us is not ours yet.
func (a *Account) Available() int64 { return a.Posted - a.Reserved + a.Line }

// Covers tells whether the account can be debited with that amount.
func (a *Account) Covers(amount int64) bool { return a.spendable() >= amount }

// spendable is what debits the account stands: what is available or, of an
// issuer, what it may still issue.
func (a *Account) spendable() int64 {
	if a.Role == RoleIssuance {
		return a.Posted - a.Reserved + a.most()
	}
	return a.Available()
}

// most is what the account may hold or, of an issuer, have outstanding.
func (a *Account) most() int64 {
	if a.Ceiling > 0 {
		return a.Ceiling
	}
	return maxBalance
}

// Takes tells whether the account can be credited with that amount without
// exceeding what it may hold. An issuer takes back whatever it owes.
func (a *Account) Takes(amount int64) bool {
	if a.Role == RoleIssuance {
		return a.Posted <= maxBalance-amount
	}
	return a.Posted <= a.most()-amount
}

// lower takes back credit that is no longer approved, as far as it is no longer used.
func (a *Account) lower() {
	a.Line = max(a.Granted, min(a.Line, a.Reserved-a.Posted))
}

// overdrawn is how much is in use of credit that is no longer approved.
func (a *Account) overdrawn() int64 { return a.Line - a.Granted }

// book moves the balance by an entry and gives the entry as the account sees it.
func (a *Account) book(id EntryID, change int64) Side {
	a.Posted += change
	a.Entries++
	side := Side{Number: a.Entries, Before: a.Last, Balance: a.Posted}
	a.Last = id
	return side
}

// sound checks what holds of an account between any two events.
func (a *Account) sound() {
	if a.Reserved < 0 {
		broken("account %d has %d reserved", a.ID, a.Reserved)
	}
	if a.Role != RoleIssuance && a.Posted-a.Reserved < -a.Line {
		broken("account %d is below its floor: posted %d, reserved %d, line %d", a.ID, a.Posted, a.Reserved, a.Line)
	}
}
