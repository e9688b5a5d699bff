package routing

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/messages/profile"
	"dragoman/messages/schema"
	"dragoman/settlement"
)

// Role is what a participant's certificate may do.
type Role string

// Roles of certificates.
const (
	RoleParticipant Role = "participant"
	RoleIssuer      Role = "issuer"
	RoleOperator    Role = "operator"
	RoleCompliance  Role = "compliance"
)

// Participant is a bank, an issuer, or the operator of the gateway itself.
type Participant struct {
	ID       settlement.ParticipantID `json:"id"`
	BIC      messages.BIC             `json:"bic"`
	LEI      messages.LEI             `json:"lei,omitzero"`
	Name     string                   `json:"name"`
	Standing Standing                 `json:"standing"`
	Keys     []Key                    `json:"keys,omitempty"`
	// Versions are the message identifiers that it accepts, at most one of each
	// kind; a kind that is not listed is sent in the version it was received in.
	Versions map[string]string `json:"versions,omitempty"`
	// Advice asks for a camt.054 of every booking.
	Advice bool `json:"advice,omitempty"`
	// Acceptance asks for a pacs.002 ACTC when a message is accepted.
	Acceptance bool `json:"acceptance,omitempty"`
	// Provider may stand by exchange rates: it changes money between the currencies
	// in which it has accounts.
	Provider bool `json:"provider,omitempty"`
	// Statement asks for a camt.053 of every settlement day when it has closed.
	Statement bool `json:"statement,omitempty"`
}

// Key lets whoever holds it act for a participant.
type Key struct {
	Fingerprint string `json:"fingerprint"` // SHA-256 of the certificate, hexadecimal
	NKey        string `json:"nkey,omitempty"`
	Person      string `json:"person,omitempty"` // who it was given to, for four eyes
	Roles       []Role `json:"roles"`
}

// Account is an account by its owner and use; its balance is the kernel's.
type Account struct {
	ID       settlement.AccountID     `json:"id"`
	Owner    settlement.ParticipantID `json:"owner"`
	Currency messages.Currency        `json:"currency"`
	Role     settlement.Role          `json:"role"`
	Line     int64                    `json:"line,omitempty"`    // intraday credit, minor units
	Maximum  int64                    `json:"maximum,omitempty"` // of one payment out of it, minor units; 0: none
	// Saving is how its waiting payments may be freed, Bypass whether within a band
	// of priority what can go passes what cannot.
	Saving Saving `json:"saving,omitempty"`
	Bypass bool   `json:"bypass,omitempty"`
	// Issuer is the operating bank that owes what it holds; 0: the currency's own issuer.
	Issuer settlement.ParticipantID `json:"issuer,omitempty"`
	Grade  string                   `json:"grade,omitempty"` // of a wallet; empty: it has none, and no bounds of one
	// Ceiling is what an issuance account may have outstanding, minor units; 0: no bound.
	Ceiling int64 `json:"ceiling,omitempty"`
	// Passes lets payments of others go through the account where no corridor leads
	// directly; Fee is what its owner takes for each, in minor units.
	Passes bool  `json:"passes,omitempty"`
	Fee    int64 `json:"fee,omitempty"`
	// Cap is the most it may owe in a netting cycle, minor units; 0: no bound.
	Cap int64 `json:"netDebitCap,omitempty"`
}

// Saving is the kernel's choice of the same name, as people write it. The empty one
// is together.
type Saving string

// savings are the choices that there are.
var savings = map[Saving]settlement.Saving{
	"": settlement.SavingTogether, "together": settlement.SavingTogether, "pairs": settlement.SavingPairs, "alone": settlement.SavingAlone,
}

// Kernel is the choice as the kernel knows it.
func (s Saving) Kernel() settlement.Saving { return savings[s] }

// Mode is when a corridor settles.
type Mode string

// Modes of corridors: settle first and deliver then (real-time gross), or ask
// the creditor agent first and settle when it has accepted (instant), or add payments up
// and settle the positions of a cycle at once (deferred net).
const (
	SettleThenDeliver Mode = "settle-then-deliver"
	ConfirmThenSettle Mode = "confirm-then-settle"
	DeferredNet       Mode = "deferred-net"
)

// Corridor says how payments of a currency get from one participant to another.
// The zero BIC stands for any participant; the most specific corridor counts.
type Corridor struct {
	From     messages.BIC      `json:"from,omitzero"`
	To       messages.BIC      `json:"to,omitzero"`
	Currency messages.Currency `json:"currency"`
	// Into is the currency in which the receiver is paid where it is another one: an
	// exchange is part of the payment. A corridor with it is one of its own.
	Into    messages.Currency `json:"into,omitzero"`
	Mode    Mode              `json:"mode"`
	Profile string            `json:"profile"` // usage rules: base, cpmi, cbpr2026
	// Patience is how long a payment may wait, in seconds; 0 is without end.
	Patience int64 `json:"patienceSeconds,omitempty"`
	// Answer is how long the creditor agent may take to confirm, in seconds; 0 is
	// DefaultAnswer.
	Answer int64 `json:"answerSeconds,omitempty"`
	// AtOnce refuses what cannot settle when it comes, instead of having it wait.
	AtOnce bool `json:"atOnce,omitempty"`
	// Maximum is the largest amount of one payment, in minor units; 0: there is none.
	Maximum int64 `json:"maximum,omitempty"`
	// Issuer is the operating bank whose money it carries; the zero BIC leaves that to
	// the wallets that both sides have.
	Issuer messages.BIC `json:"issuer,omitzero"`
	// Refusal is the ISO reason that the sender hears when compliance refuses a payment,
	// never the true one; empty is DefaultRefusal.
	Refusal string `json:"refusalReason,omitempty"`
	// Rail is the ledger on which it settles; empty is RailLedger, and there is no
	// other.
	Rail Rail `json:"rail,omitempty"`
	// Priority is that of payments that name none: URGT, HIGH, NORM or empty, which is
	// NORM.
	Priority string `json:"priority,omitempty"`
	// Calendar is whose settlement days its payments follow; empty: that of its
	// currency, if there is one.
	Calendar string `json:"calendar,omitempty"`
	// CustomerCutOff and BankCutOff stand in place of the calendar's.
	CustomerCutOff TimeOfDay `json:"customerCutOff,omitempty"`
	BankCutOff     TimeOfDay `json:"bankCutOff,omitempty"`
	// Late is what becomes of payments that come when the day is over.
	Late Late `json:"late,omitempty"`
	// CarryOver has payments that have not settled when their day closes wait for the
	// next one instead of being refused.
	CarryOver bool `json:"carryOver,omitempty"`
}

// Rail is a ledger on which money moves.
type Rail string

// RailLedger are the gateway's own books.
const RailLedger Rail = "ledger"

// DefaultRefusal is told of payments that compliance refuses where their corridor
// says nothing else: NARR, without a text.
const DefaultRefusal = "NARR"

// DefaultAnswer is how long a creditor agent may take to confirm where its corridor
// does not say.
const DefaultAnswer = 20 * time.Second

// Directory is everything that plans depend on. It is a value: Apply makes a
// new one. The zero Directory is empty.
type Directory struct {
	// Self is the gateway, as it signs its own messages.
	Self         messages.BIC  `json:"self,omitzero"`
	Participants []Participant `json:"participants"` // by number
	Accounts     []Account     `json:"accounts"`     // by number
	Corridors    []Corridor    `json:"corridors"`
	Calendars    []Calendar    `json:"calendars,omitempty"`
	// Standing are the standing orders.
	Standing []StandingOrder `json:"standingOrders,omitempty"`

	timetables map[string]*Timetable
	calendarOf map[messages.Currency]*Timetable
	Grades     []Grade   `json:"grades,omitempty"`
	Checks     Checks    `json:"checks,omitzero"`
	Inquiries  Inquiries `json:"inquiries,omitzero"`
	Netting    []Netting `json:"netting,omitempty"`

	byBIC     map[messages.BIC]int
	byKey     map[string]keyHolder
	accountOf map[accountKey]settlement.AccountID
	advised   []bool // by account number-1; nil: nobody wants advices
}

type keyHolder struct{ participant, key int }

type accountKey struct {
	owner    settlement.ParticipantID
	currency messages.Currency
	role     settlement.Role
	issuer   settlement.ParticipantID
}

// Change is what an entry of the log does to the directory: participants are
// added or replaced by BIC, accounts by owner, currency, role and issuer, corridors by
// from, to and currencies, grades by currency and name, calendars and standing orders by
// name. Nothing is ever removed: a participant is closed.
type Change struct {
	Self         messages.BIC    `json:"self,omitzero"`
	Participants []Participant   `json:"participants,omitempty"`
	Accounts     []AccountChange `json:"accounts,omitempty"`
	Corridors    []Corridor      `json:"corridors,omitempty"`
	Calendars    []Calendar      `json:"calendars,omitempty"`
	Grades       []Grade         `json:"grades,omitempty"`
	Standing     []StandingOrder `json:"standingOrders,omitempty"`
	Checks       *Checks         `json:"checks,omitempty"`
	Inquiries    *Inquiries      `json:"inquiries,omitempty"`
	Netting      []Netting       `json:"netting,omitempty"`
}

// AccountChange names owner and issuer by BIC, since numbers are given by the log. An
// issuance account whose issuer is its owner is that of an operating bank; its reserve
// account is opened with it.
type AccountChange struct {
	Owner    messages.BIC      `json:"owner"`
	Currency messages.Currency `json:"currency"`
	Role     settlement.Role   `json:"role"`
	Line     int64             `json:"line,omitempty"`
	Maximum  int64             `json:"maximum,omitempty"`
	Saving   Saving            `json:"saving,omitempty"`
	Bypass   bool              `json:"bypass,omitempty"`
	Issuer   messages.BIC      `json:"issuer,omitzero"` // an operating bank; the zero BIC is the currency's own issuer
	Grade    string            `json:"grade,omitempty"`
	Ceiling  int64             `json:"ceiling,omitempty"`
	Passes   bool              `json:"passes,omitempty"`
	Fee      int64             `json:"fee,omitempty"`
	Cap      int64             `json:"netDebitCap,omitempty"`
}

// ErrChange is wrapped by every refusal of a change.
var ErrChange = errors.New("directory change refused")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrChange}, args...)...)
}

// Apply makes the directory that the change leads to, or says what is wrong
// with it and changes nothing.
func (d *Directory) Apply(c Change) (*Directory, error) {
	next := &Directory{Self: d.Self, Participants: slices.Clone(d.Participants), Accounts: slices.Clone(d.Accounts), Corridors: slices.Clone(d.Corridors), Calendars: slices.Clone(d.Calendars), Grades: slices.Clone(d.Grades), Standing: slices.Clone(d.Standing), Checks: d.Checks, Inquiries: d.Inquiries, Netting: slices.Clone(d.Netting)}
	next.index()
	if !c.Self.IsZero() {
		next.Self = c.Self
	}
	for _, p := range c.Participants {
		if err := next.setParticipant(p); err != nil {
			return nil, err
		}
	}
	next.index()
	for _, g := range c.Grades {
		if err := next.setGrade(g); err != nil {
			return nil, err
		}
	}
	for _, a := range c.Accounts {
		if err := next.setAccount(a); err != nil {
			return nil, err
		}
	}
	for _, calendar := range c.Calendars {
		if err := next.setCalendar(calendar); err != nil {
			return nil, err
		}
	}
	for _, order := range c.Standing {
		if err := next.setStandingOrder(order); err != nil {
			return nil, err
		}
	}
	for _, n := range c.Netting {
		if err := next.setNetting(n); err != nil {
			return nil, err
		}
	}
	for _, corridor := range c.Corridors {
		if err := next.setCorridor(corridor); err != nil {
			return nil, err
		}
	}
	if c.Checks != nil {
		if err := next.setChecks(*c.Checks); err != nil {
			return nil, err
		}
	}
	if c.Inquiries != nil {
		if err := next.setInquiries(*c.Inquiries); err != nil {
			return nil, err
		}
	}
	next.index()
	if err := next.check(); err != nil {
		return nil, err
	}
	return next, nil
}

func (d *Directory) setParticipant(p Participant) error {
	if p.BIC.IsZero() || p.Name == "" {
		return refuse("a participant needs a BIC and a name")
	}
	if p.Standing == "" {
		p.Standing = StandingActive
	}
	if !p.Standing.Known() {
		return refuse("%s: there is no standing %q", p.BIC, p.Standing)
	}
	// What is written for a participant is written while the log is applied, where
	// a version that nobody knows would stop everything.
	for _, kind := range slices.Sorted(maps.Keys(p.Versions)) {
		if version := p.Versions[kind]; messages.KindOf(version) != kind || schema.Lookup(version) == nil {
			return refuse("%s: %q is no version of %s that is known here", p.BIC, version, kind)
		}
	}
	if i, known := d.byBIC[p.BIC]; known {
		if before := d.Participants[i].Standing; !before.LeadsTo(p.Standing) {
			return refuse("%s is %s: it cannot become %s", p.BIC, before, p.Standing)
		}
		p.ID = d.Participants[i].ID
		d.Participants[i] = p
		return nil
	}
	p.ID = settlement.ParticipantID(len(d.Participants) + 1) //nolint:gosec // far fewer than 4 billion
	d.byBIC[p.BIC] = len(d.Participants)
	d.Participants = append(d.Participants, p)
	return nil
}

func (d *Directory) setAccount(c AccountChange) error {
	owner, ok := d.ByBIC(c.Owner)
	switch {
	case !ok:
		return refuse("account of %s: no such participant", c.Owner)
	case !c.Currency.Active():
		return refuse("account of %s: %s is not a current currency", c.Owner, c.Currency)
	case c.Role < settlement.RoleWallet || c.Role > settlement.RoleRounding:
		return refuse("account of %s: role %d is unknown", c.Owner, c.Role)
	case c.Line < 0 || c.Maximum < 0 || c.Ceiling < 0 || c.Fee < 0 || c.Cap < 0:
		return refuse("account of %s: a credit line, largest amount, fee or cap is not negative", c.Owner)
	case (c.Passes || c.Fee != 0) && c.Role != settlement.RoleWallet:
		return refuse("account of %s: payments of others go through wallets alone", c.Owner)
	}
	if _, known := savings[c.Saving]; !known {
		return refuse("account of %s: there is no saving %q", c.Owner, c.Saving)
	}
	if c.Saving == "together" {
		c.Saving = "" // one choice has one name, so that directories can be compared
	}
	issuer, why := d.issuerOf(c, owner)
	if why != nil {
		return why
	}
	if why := d.fitsGrade(c); why != nil {
		return why
	}
	a := Account{Owner: owner.ID, Currency: c.Currency, Role: c.Role, Line: c.Line, Maximum: c.Maximum, Issuer: issuer, Grade: c.Grade, Ceiling: c.Ceiling, Saving: c.Saving, Bypass: c.Bypass, Passes: c.Passes, Fee: c.Fee, Cap: c.Cap}
	d.open(a)
	if issuer == owner.ID {
		d.open(Account{Owner: owner.ID, Currency: c.Currency, Role: settlement.RoleReserve})
	}
	return nil
}

// open adds an account, or changes the one that is there.
func (d *Directory) open(a Account) {
	key := accountKey{a.Owner, a.Currency, a.Role, a.Issuer}
	if id, known := d.accountOf[key]; known {
		a.ID = id
		d.Accounts[id-1] = a
		return
	}
	a.ID = settlement.AccountID(len(d.Accounts) + 1) //nolint:gosec // far fewer than 4 billion
	d.accountOf[key] = a.ID
	d.Accounts = append(d.Accounts, a)
}

// Bounds of a corridor in seconds, as the file of configuration has them: a payment
// waits no longer than duplicates are known, and a moment plus either is a moment.
const (
	maxPatience = 365 * 24 * 3600
	maxAnswer   = 3600
)

func (d *Directory) setCorridor(c Corridor) error {
	if c.Mode != SettleThenDeliver && c.Mode != ConfirmThenSettle && c.Mode != DeferredNet {
		return refuse("corridor %s: mode %q is unknown", c.Currency, c.Mode)
	}
	if c.Patience < 0 || c.Answer < 0 || c.Maximum < 0 || !c.Currency.Active() {
		return refuse("corridor %s: bad patience, answer, maximum or currency", c.Currency)
	}
	if c.Patience > maxPatience || c.Answer > maxAnswer {
		return refuse("corridor %s: patience is %d seconds at most and the time to answer %d", c.Currency, maxPatience, maxAnswer)
	}
	if c.Refusal != "" && !codes.StatusReason(c.Refusal).Known() {
		return refuse("corridor %s: %q is no ISO status reason", c.Currency, c.Refusal)
	}
	if err := c.checkWords(); err != nil {
		return err
	}
	// Rules that nobody knows would be no rules.
	if _, known := profile.ByName(c.Profile); !known && c.Profile != "" {
		return refuse("corridor %s: profile %q is unknown", c.Currency, c.Profile)
	}
	if err := d.exchanging(c); err != nil {
		return err
	}
	for i := range d.Corridors {
		if old := &d.Corridors[i]; old.From == c.From && old.To == c.To && old.Currency == c.Currency && old.Into == c.Into {
			*old = c
			return nil
		}
	}
	d.Corridors = append(d.Corridors, c)
	return nil
}

// checkWords refuses what a corridor says in words that mean nothing here.
func (c *Corridor) checkWords() error {
	switch {
	case c.Rail != "" && c.Rail != RailLedger:
		return refuse("corridor %s: rail %q is unknown; allowed is %s, the gateway's own books", c.Currency, c.Rail, RailLedger)
	case !slices.Contains([]string{"", "URGT", "HIGH", "NORM"}, c.Priority):
		return refuse("corridor %s: priority %q is none of URGT, HIGH and NORM", c.Currency, c.Priority)
	case !slices.Contains([]Late{"", LateByPriority, LateRefused, LateNextDay}, c.Late):
		return refuse("corridor %s: late %q is none of %s, %s and %s", c.Currency, c.Late, LateByPriority, LateRefused, LateNextDay)
	}
	return nil
}

// exchanging gives the gateway the account for what rounding leaves over, where a
// corridor exchanges.
func (d *Directory) exchanging(c Corridor) error {
	if c.Into == 0 {
		return nil
	}
	self, known := d.ByBIC(d.Self)
	if !known || !c.Into.Active() || c.Into == c.Currency {
		return refuse("corridor %s into %s: it exchanges between two current currencies, and the gateway itself takes part", c.Currency, c.Into)
	}
	for _, currency := range []messages.Currency{c.Currency, c.Into} {
		if d.AccountOf(self.ID, currency, settlement.RoleRounding) != 0 {
			continue
		}
		if err := d.setAccount(AccountChange{Owner: d.Self, Currency: currency, Role: settlement.RoleRounding}); err != nil {
			return err
		}
	}
	return nil
}

// index makes the maps anew; the zero Directory needs it once.
func (d *Directory) index() {
	d.byBIC, d.byKey, d.accountOf = map[messages.BIC]int{}, map[string]keyHolder{}, map[accountKey]settlement.AccountID{}
	for i := range d.Participants {
		p := &d.Participants[i]
		d.byBIC[p.BIC] = i
		for k := range p.Keys {
			d.byKey[p.Keys[k].Fingerprint] = keyHolder{i, k}
			if p.Keys[k].NKey != "" {
				d.byKey[p.Keys[k].NKey] = keyHolder{i, k}
			}
		}
	}
	d.indexCalendars()
	d.advised = nil
	for i, a := range d.Accounts {
		d.accountOf[accountKey{a.Owner, a.Currency, a.Role, a.Issuer}] = a.ID
		owner, _ := d.ByID(a.Owner)
		if owner.Advice && d.advised == nil {
			d.advised = make([]bool, len(d.Accounts))
		}
		if owner.Advice {
			d.advised[i] = true
		}
	}
}

// check finds what no single part of a change shows.
func (d *Directory) check() error {
	if d.Self.IsZero() {
		return refuse("the gateway's own BIC is missing")
	}
	holders := map[string]messages.BIC{}
	for _, p := range d.Participants {
		for _, k := range p.Keys {
			for _, name := range []string{k.Fingerprint, k.NKey} {
				if other, taken := holders[name]; taken && name != "" {
					return refuse("key %s is given to %s and to %s", name, other, p.BIC)
				}
				holders[name] = p.BIC
			}
		}
	}
	if err := d.checkIssuers(); err != nil {
		return err
	}
	if err := d.checkCalendars(); err != nil {
		return err
	}
	if err := d.checkNetting(); err != nil {
		return err
	}
	return d.checkStandingOrders()
}

// Ready gives a directory that was read from the books its lookup tables.
func (d *Directory) Ready() *Directory {
	d.index()
	return d
}

// ByBIC finds a participant; a branch is found under its institution.
func (d *Directory) ByBIC(bic messages.BIC) (*Participant, bool) {
	i, ok := d.byBIC[bic]
	if !ok {
		if i, ok = d.byBIC[bic.Institution()]; !ok {
			return nil, false
		}
	}
	return &d.Participants[i], true
}

// ByID finds a participant by number.
func (d *Directory) ByID(id settlement.ParticipantID) (*Participant, bool) {
	if id == 0 || int(id) > len(d.Participants) {
		return nil, false
	}
	return &d.Participants[id-1], true
}

// ByKey finds who holds a certificate (by fingerprint) or an NKEY.
func (d *Directory) ByKey(name string) (*Participant, Key, bool) {
	holder, ok := d.byKey[name]
	if !ok || name == "" {
		return nil, Key{}, false
	}
	p := &d.Participants[holder.participant]
	return p, p.Keys[holder.key], true
}

// Advised are the accounts, by number less one, whose owners want a camt.054 of
// every booking; nil when nobody wants any.
func (d *Directory) Advised() []bool { return d.advised }

// AccountOf is the account of an owner for money of a currency's own issuer, 0 when
// there is none.
func (d *Directory) AccountOf(owner settlement.ParticipantID, currency messages.Currency, role settlement.Role) settlement.AccountID {
	return d.AccountIn(owner, currency, role, 0)
}

// Issuance is the account from which a currency's own issuer issues it; false when
// nobody does.
func (d *Directory) Issuance(currency messages.Currency) (Account, bool) {
	for _, a := range d.Accounts {
		if a.Currency == currency && a.Role == settlement.RoleIssuance && a.Issuer == 0 {
			return a, true
		}
	}
	return Account{}, false
}

// Corridor is the most specific corridor for a payment in one currency; false when
// there is none. One for both ends counts before one for the sender, that before
// one for the receiver, and that before the currency's own.
func (d *Directory) Corridor(from, to messages.BIC, currency messages.Currency) (Corridor, bool) {
	return d.corridor(from, to, currency, func(c *Corridor) bool { return c.Into == 0 })
}

// CorridorInto is the most specific corridor for a payment that arrives in a
// currency: that in which it is paid, or another one.
func (d *Directory) CorridorInto(from, to messages.BIC, currency, into messages.Currency) (Corridor, bool) {
	if into == currency {
		return d.Corridor(from, to, currency)
	}
	return d.corridor(from, to, currency, func(c *Corridor) bool { return c.Into == into })
}

// Exchanging is the most specific corridor that exchanges, whatever into; of
// several the first that the directory named.
func (d *Directory) Exchanging(from, to messages.BIC, currency messages.Currency) (Corridor, bool) {
	return d.corridor(from, to, currency, func(c *Corridor) bool { return c.Into != 0 })
}

func (d *Directory) corridor(from, to messages.BIC, currency messages.Currency, wanted func(*Corridor) bool) (Corridor, bool) {
	found, rank := -1, -1
	for i := range d.Corridors {
		c := &d.Corridors[i]
		if c.Currency != currency || !c.From.IsZero() && c.From != from || !c.To.IsZero() && c.To != to || !wanted(c) {
			continue
		}
		r := 0
		if !c.From.IsZero() {
			r += 2
		}
		if !c.To.IsZero() {
			r++
		}
		if r > rank {
			found, rank = i, r
		}
	}
	if found < 0 {
		return Corridor{}, false
	}
	return d.Corridors[found], true
}

// Currencies are those that somebody issues, sorted.
func (d *Directory) Currencies() []messages.Currency {
	set := map[messages.Currency]bool{}
	for _, a := range d.Accounts {
		if a.Role == settlement.RoleIssuance {
			set[a.Currency] = true
		}
	}
	return slices.SortedFunc(maps.Keys(set), cmp.Compare)
}
