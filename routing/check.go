package routing

import (
	"strconv"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Names is how much of an account owner's name who asks may read.
type Names string

// Policies for names. A name that does not match is never told.
const (
	NamesMasked Names = "masked" // the first letter of each word
	NamesFull   Names = "full"
	NamesNone   Names = "none"
)

// Checks are the rules for checks of accounts (acmt.023).
type Checks struct {
	Hourly int   `json:"hourly,omitempty"`        // of one bank; 0: DefaultHourlyChecks
	Answer int64 `json:"answerSeconds,omitempty"` // how long who holds the account may take; 0: DefaultCheckAnswer
	Names  Names `json:"names,omitempty"`         // empty: NamesMasked
}

// Defaults of checks: a bank pays a few new accounts an hour, and its customer waits
// at the screen.
const (
	DefaultHourlyChecks = 100
	DefaultCheckAnswer  = 30 * time.Second
	maxHourlyChecks     = 1_000_000
	maxCheckAnswer      = 3600
)

// Rules are the rules with their defaults, for the kernel.
func (c Checks) Rules() settlement.CheckRules {
	rules := settlement.CheckRules{Hourly: c.Hourly, Answer: settlement.Moment(time.Duration(c.Answer) * time.Second)}
	if rules.Hourly == 0 {
		rules.Hourly = DefaultHourlyChecks
	}
	if rules.Answer == 0 {
		rules.Answer = settlement.Moment(DefaultCheckAnswer)
	}
	return rules
}

func (d *Directory) setChecks(c Checks) error {
	switch c.Names {
	case "", NamesMasked, NamesFull, NamesNone:
	default:
		return refuse("checks: names are masked, full or none, not %q", c.Names)
	}
	if c.Hourly < 0 || c.Hourly > maxHourlyChecks || c.Answer < 0 || c.Answer > maxCheckAnswer {
		return refuse("checks: at most %d an hour, and %d seconds to answer", maxHourlyChecks, maxCheckAnswer)
	}
	d.Checks = c
	return nil
}

// Holder is the participant that holds an account, as a check names it.
func (d *Directory) Holder(h *Holder) (*Participant, bool) {
	p, ok := d.ByBIC(h.Bank)
	if h.Bank.IsZero() && h.IBAN != "" {
		p, ok = d.byIBAN(h.IBAN)
	}
	if h.Bank.IsZero() && !ok {
		p, ok = d.ByBIC(h.Assignee)
	}
	if ok && p.BIC == d.Self {
		return nil, false // it holds no customers' accounts
	}
	return p, ok
}

// byIBAN finds the one participant in the account's country whose BIC begins as its
// accounts do; where the country numbers banks otherwise there is none.
func (d *Directory) byIBAN(iban string) (found *Participant, one bool) {
	country, bank := iban[:2], iban[2:]
	for i := range d.Participants {
		if p := &d.Participants[i]; bankOf(p.BIC) == bank && p.BIC.String()[4:6] == country {
			if found != nil {
				return nil, false
			}
			found = p
		}
	}
	return found, found != nil
}

func bankOf(bic messages.BIC) string { return bic.String()[:4] }

func (c *comparison) checks(old, next Checks) {
	c.field("checks of accounts", "hourly", positive(int64(old.Hourly)), positive(int64(next.Hourly)))
	c.field("checks of accounts", "seconds to answer", positive(old.Answer), positive(next.Answer))
	c.field("checks of accounts", "names", string(old.Names), string(next.Names))
}

// positive is a number above zero; 0 is none.
func positive(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
