package configs

import "time"

// Config is a whole file. The tags of its fields are what the file is checked
// against:
//
//	yaml:"name,required"   the key, and that a file must give it
//	yaml:"name,nonempty"   that it may be left to the default, but not be empty
//	allow:"a b"            the only values
//	form:"bic"             the shape of a text (see shapeOf)
//	min:"1s" max:"10m"     bounds, both allowed
//	default:"base"         what an entry of a list has without the key
type Config struct {
	// Node is the process itself, read at every start.
	Node Node `yaml:"node,required"`
	// Currencies, Calendars, Participants and Corridors are written to the log once,
	// when it is empty.
	Currencies   []Currency    `yaml:"currencies"`
	Calendars    []Calendar    `yaml:"calendars"`
	Participants []Participant `yaml:"participants"`
	Corridors    []Corridor    `yaml:"corridors"`
	// Netting likewise: when netting cycles close.
	Netting []Netting `yaml:"netting"`
	// StandingOrders likewise.
	StandingOrders []StandingOrder `yaml:"standing-orders"`
	// Checks likewise: the rules for checks of accounts.
	Checks Checks `yaml:"checks"`
	// Inquiries likewise: the rules for recalls and investigations.
	Inquiries Inquiries `yaml:"inquiries"`

	file   string           // path that was loaded; empty for a Config made in Go
	places map[string]place // of every key, by path
}

// Node is what this process needs to run.
type Node struct {
	// Operator is the BIC of the gateway itself.
	Operator string `yaml:"operator,required" form:"bic"`
	// Data is the folder of the log and the books.
	Data string `yaml:"data,nonempty"`
	// Memory is how much the process may take for itself, mapped files left out.
	Memory      Size        `yaml:"memory" min:"200MB" max:"1000000MB"`
	HTTPS       HTTPS       `yaml:"https"`
	NATS        NATS        `yaml:"nats"`
	Log         Log         `yaml:"log"`
	Monitor     Monitor     `yaml:"monitor"`
	Limits      Limits      `yaml:"limits"`
	Checkpoints Checkpoints `yaml:"checkpoints"`
	Snapshots   Snapshots   `yaml:"snapshots"`
}

// HTTPS is the door with mutual TLS.
type HTTPS struct {
	// Listen is host:port; port 0 lets the system choose.
	Listen string `yaml:"listen,nonempty" form:"address"`
	// Certificate and Key are PEM files of the server.
	Certificate string `yaml:"certificate,nonempty"`
	Key         string `yaml:"key,nonempty"`
	// ClientCA is a PEM file of the authorities of client certificates.
	ClientCA string `yaml:"client-ca,nonempty"`
}

// NATS is the second door and the server of the log.
type NATS struct {
	// Listen is where the server in this process listens for participants; empty
	// means nowhere.
	Listen string `yaml:"listen" form:"address"`
	// URL names servers outside, separated by commas; empty means the server in
	// this process.
	URL string `yaml:"url" form:"servers"`
	// Credentials is a file for the servers outside; empty means none.
	Credentials string `yaml:"credentials"`
	// Replicas is the number of copies of each stream on the servers outside.
	Replicas int `yaml:"replicas" allow:"1 3 5"`
	// Snapshots is after how many groups of the log the leader puts a copy of its books
	// beside it, on the servers outside.
	Snapshots int `yaml:"snapshots" min:"1" max:"1000000000"`
}

// Log is what the process tells about itself.
type Log struct {
	Level  string `yaml:"level" allow:"debug info warn error"`
	Format string `yaml:"format" allow:"json console"`
}

// Monitor serves metrics and health without TLS to those who watch.
type Monitor struct {
	// Listen is host:port; empty means nowhere.
	Listen string `yaml:"listen" form:"address"`
}

// Limits bound what clients may do.
type Limits struct {
	// Body is the longest request body.
	Body Size `yaml:"body" min:"64KiB" max:"6MiB"`
	// RequestsPerSecond is counted for each participant.
	RequestsPerSecond int `yaml:"requests-per-second" min:"1" max:"1000000"`
	// Requests are those of one participant under way at once.
	Requests int `yaml:"requests" min:"1" max:"100000"`
	// Waits are how many of them may wait for messages.
	Waits    int      `yaml:"waits" min:"1" max:"10000"`
	Timeouts Timeouts `yaml:"timeouts"`
	// DuplicatesDays is for how many days duplicates are recognised.
	DuplicatesDays int `yaml:"duplicates-days" min:"1" max:"3660"`
}

// Timeouts are how long a client may take.
type Timeouts struct {
	Header time.Duration `yaml:"header" min:"1s" max:"10m"` // to send the headers
	Body   time.Duration `yaml:"body" min:"1s" max:"10m"`   // to send the whole request
	Answer time.Duration `yaml:"answer" min:"1s" max:"10m"` // to take the whole answer
	Idle   time.Duration `yaml:"idle" min:"1s" max:"10m"`   // between two requests
	// Wait is the longest wait for a message that a client may ask for.
	Wait time.Duration `yaml:"wait" min:"1s" max:"10m"`
}

// Checkpoints are the signed heads of the message log.
type Checkpoints struct {
	// Key is the file of a signer of signed notes.
	Key string `yaml:"key,nonempty"`
}

// Snapshots are verified copies of the books, and how much of the log is kept.
type Snapshots struct {
	// Every is after how much time the next one is taken; 0 for never.
	Every time.Duration `yaml:"every" min:"0s" max:"8760h"`
	// Groups is after how many groups of the log it is taken in any case; 0 for never.
	Groups int `yaml:"groups" min:"0" max:"1000000000"`
	// Keep is how many of the newest are kept.
	Keep int `yaml:"keep" min:"2" max:"100"`
	// Log is for how long the log is kept at least; 0 for ever.
	Log time.Duration `yaml:"log" min:"0s" max:"876000h"`
}

// Currency is a digital currency and who issues it.
type Currency struct {
	Code   string `yaml:"code,required" form:"currency"`
	Issuer string `yaml:"issuer,required" form:"bic"` // BIC of a participant
	Name   string `yaml:"name" form:"text"`
	// Ceiling is the most that its issuer may have outstanding; 0 is without limit.
	Ceiling        string          `yaml:"ceiling" form:"amount" default:"0"`
	OperatingBanks []OperatingBank `yaml:"operating-banks"`
	Grades         []Grade         `yaml:"grades"`
}

// OperatingBank issues claims on itself in a currency, each covered by one of the
// currency's issuer.
type OperatingBank struct {
	Bank string `yaml:"bank,required" form:"bic"`
	// Ceiling is the most that it may have outstanding; 0 is without limit.
	Ceiling string `yaml:"ceiling" form:"amount" default:"0"`
}

// Grade bounds wallets of one kind.
type Grade struct {
	Name string `yaml:"name,required" form:"text"`
	// Holding is the most that a wallet may hold; 0 is without limit.
	Holding string `yaml:"holding" form:"amount" default:"0"`
	// Payment is the largest amount of one payment out of it; 0 is without limit.
	Payment string `yaml:"payment" form:"amount" default:"0"`
}

// Calendar says when a payment system settles, by the clocks of its zone.
type Calendar struct {
	Name       string   `yaml:"name,required" form:"text"`
	Zone       string   `yaml:"zone,required" form:"text"` // IANA name
	Currencies []string `yaml:"currencies" form:"currency"`
	Open       string   `yaml:"open,required" form:"time"`
	// CustomerCutOff and BankCutOff are until when payments are taken for the day;
	// empty: until it closes.
	CustomerCutOff string       `yaml:"customer-cut-off" form:"cut-off"`
	BankCutOff     string       `yaml:"bank-cut-off" form:"cut-off"`
	Close          string       `yaml:"close,required" form:"time"`
	WeeklyClosed   []string     `yaml:"weekly-closed" allow:"monday tuesday wednesday thursday friday saturday sunday"`
	Holidays       []string     `yaml:"holidays" form:"date"`
	SpecialDays    []SpecialDay `yaml:"special-days"`
}

// SpecialDay is a settlement day with hours of its own.
type SpecialDay struct {
	Date  string `yaml:"date,required" form:"date"`
	Open  string `yaml:"open,required" form:"time"`
	Close string `yaml:"close,required" form:"time"`
}

// Participant is a bank, an issuer or the gateway itself.
type Participant struct {
	BIC      string `yaml:"bic,required" form:"bic"`
	LEI      string `yaml:"lei" form:"lei"`
	Name     string `yaml:"name,required" form:"text"`
	Standing string `yaml:"standing" allow:"applied active send-only receive-only suspended closed" default:"active"`
	Keys     []Key  `yaml:"keys"`
	// Versions are message identifiers, at most one of each kind.
	Versions []string `yaml:"versions" form:"version"`
	// Advice asks for a camt.054 of every booking.
	Advice bool `yaml:"advice"`
	// Acceptance asks for a pacs.002 ACTC when a message is accepted.
	Acceptance bool `yaml:"acceptance"`
	// Statement asks for a camt.053 of every settlement day.
	Statement bool `yaml:"statement"`
	// Provider may stand by exchange rates between the currencies of its accounts.
	Provider bool      `yaml:"provider"`
	Accounts []Account `yaml:"accounts"`
}

// Key lets whoever holds it act for its participant. It has a certificate or its
// fingerprint, or an NKEY, or one of those and an NKEY.
type Key struct {
	Certificate string   `yaml:"certificate"`               // PEM file
	Fingerprint string   `yaml:"fingerprint" form:"digest"` // SHA-256 of the certificate
	NKey        string   `yaml:"nkey" form:"nkey"`          // public key of a NATS user
	Roles       []string `yaml:"roles,required" allow:"participant issuer operator compliance"`
	Person      string   `yaml:"person" form:"text"` // who it was given to
}

// Account is a wallet.
type Account struct {
	Currency string `yaml:"currency,required" form:"currency"`
	// Issuer is the operating bank whose money it holds; empty: that of the currency's
	// issuer.
	Issuer string `yaml:"issuer" form:"bic"`
	// Grade bounds what it may hold and pay; empty: nothing does.
	Grade string `yaml:"grade" form:"text"`
	// CreditLine is how far the account may be below zero: a decimal in units of
	// the currency.
	CreditLine string `yaml:"credit-line" form:"amount" default:"0"`
	// Maximum is the largest amount of one payment out of it; 0 is none.
	Maximum string `yaml:"maximum" form:"amount" default:"0"`
	// Saving is how its waiting payments may be freed by those of others.
	Saving string `yaml:"saving" allow:"together pairs alone" default:"together"`
	// Bypass lets what can go pass what cannot, within a band of priority.
	Bypass bool `yaml:"bypass"`
	// Correspondent lets payments of others go through it where no corridor leads
	// directly.
	Correspondent bool `yaml:"correspondent"`
	// Fee is what its owner takes for each of them.
	Fee string `yaml:"fee" form:"amount" default:"0"`
	// NetDebitCap is the most it may owe in a netting cycle; 0 is without bound.
	NetDebitCap string `yaml:"net-debit-cap" form:"amount" default:"0"`
}

// Corridor is a kind of payments that is carried, and how.
type Corridor struct {
	From     string `yaml:"from" form:"bic"` // empty: any participant
	To       string `yaml:"to" form:"bic"`   // empty: any participant
	Currency string `yaml:"currency,required" form:"currency"`
	// Into is the currency in which the receiver is paid; empty: the same.
	Into    string `yaml:"into" form:"currency"`
	Mode    string `yaml:"mode,required" allow:"settle-then-deliver confirm-then-settle deferred-net"`
	Profile string `yaml:"profile" allow:"base cpmi cbpr2026" default:"base"`
	// Patience is how long a payment may wait; 0 is without end.
	Patience time.Duration `yaml:"patience" min:"0s" max:"8760h"`
	// Answer is how long the receiver may take to confirm; 0 is 20 seconds.
	Answer time.Duration `yaml:"answer" min:"0s" max:"1h"`
	// AtOnce refuses what cannot settle at once.
	AtOnce bool `yaml:"at-once"`
	// Maximum is the largest amount of one payment; 0 is none.
	Maximum string `yaml:"maximum" form:"amount" default:"0"`
	// RefusalReason is what the sender hears when compliance refuses a payment.
	RefusalReason string `yaml:"refusal-reason" allow:"NARR RR04 AG01 MS03" default:"NARR"`
	// Issuer is the operating bank whose money it carries; empty: what both sides have.
	Issuer string `yaml:"issuer" form:"bic"`
	// Rail is the ledger on which it settles.
	Rail string `yaml:"rail" allow:"ledger" default:"ledger"`
	// Priority is that of payments that name none.
	Priority string `yaml:"priority" allow:"URGT HIGH NORM" default:"NORM"`
	// Calendar is whose days its payments follow; empty: that of its currency.
	Calendar string `yaml:"calendar" form:"text"`
	// CustomerCutOff and BankCutOff stand in place of the calendar's.
	CustomerCutOff string `yaml:"customer-cut-off" form:"cut-off"`
	BankCutOff     string `yaml:"bank-cut-off" form:"cut-off"`
	// Late is what becomes of payments that come when the day is over.
	Late string `yaml:"late" allow:"by-priority refuse next-day" default:"by-priority"`
	// CarryOver has payments wait for the next day when theirs closes.
	CarryOver bool `yaml:"carry-over"`
}

// Netting says when the netting cycles of a currency close, and how they settle.
type Netting struct {
	Currency string `yaml:"currency,required" form:"currency"`
	// Closes are times of a settlement day, by the clocks of the currency's calendar.
	Closes []string `yaml:"closes" form:"cut-off"`
	// Window is how long those who owe may find the money; 0: it must be there.
	Window time.Duration `yaml:"window" min:"0s" max:"24h"`
	// Short is what becomes of payments for which the money is not there then.
	Short string `yaml:"short" allow:"next-cycle refuse" default:"next-cycle"`
}

// StandingOrder moves a bank's own money when the day of its currency opens.
type StandingOrder struct {
	Name     string `yaml:"name,required" form:"text"`
	From     string `yaml:"from,required" form:"bic"`
	To       string `yaml:"to,required" form:"bic"`
	Currency string `yaml:"currency,required" form:"currency"`
	Amount   string `yaml:"amount,required" form:"amount"`
	// UpTo has as much moved as the receiver lacks of the amount.
	UpTo bool `yaml:"up-to"`
}

// Inquiries are the rules for recalls (camt.056) and investigations (camt.110) of payments
// that have settled.
type Inquiries struct {
	// Answer is how long the bank that is asked may take; 0 is 15 days.
	Answer time.Duration `yaml:"answer" min:"0s" max:"8784h"`
}

// Checks are the rules for checks of accounts (acmt.023).
type Checks struct {
	// Hourly is how many accounts one bank may have checked in an hour; 0 is 100.
	Hourly int `yaml:"hourly" min:"0" max:"1000000"`
	// Answer is how long the bank that holds the account may take; 0 is 30 seconds.
	Answer time.Duration `yaml:"answer" min:"0s" max:"1h"`
	// Names is how much of a name that nearly matches who asks may read; empty is
	// masked.
	Names string `yaml:"names"`
}
