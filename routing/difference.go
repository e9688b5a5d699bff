package routing

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dragoman/messages"
	"dragoman/settlement"
)

// Difference is one thing in which two directories differ, in words for people.
// An empty From says that it is new, an empty To that it goes.
type Difference struct {
	Subject string `json:"subject"` // such as participant JADECNBJ
	Field   string `json:"field,omitempty"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
}

// String is the difference on one line: + what is new, - what goes, ~ what
// changes.
func (d Difference) String() string {
	name := d.Subject
	if d.Field != "" {
		name += ": " + d.Field
	}
	switch {
	case d.From == "":
		return strings.TrimSpace("+ " + name + " " + d.To)
	case d.To == "":
		return strings.TrimSpace("- " + name + " " + d.From)
	}
	return fmt.Sprintf("~ %s %s → %s", name, d.From, d.To)
}

// Differences are what next has otherwise than d, in the order of next. What only
// d has is no difference: nothing is ever removed from a directory but keys and
// versions.
func (d *Directory) Differences(next *Directory) []Difference {
	var c comparison
	c.field("gateway", "BIC", d.Self.String(), next.Self.String())
	for i := range next.Participants {
		c.participant(d, &next.Participants[i])
	}
	for _, a := range next.Accounts {
		c.account(d, next, a)
	}
	for _, calendar := range next.Calendars {
		c.calendar(d, calendar)
	}
	for _, g := range next.Grades {
		c.grade(d, g)
	}
	for _, corridor := range next.Corridors {
		c.corridor(d, corridor)
	}
	for _, order := range next.Standing {
		c.standing(d, order)
	}
	for _, n := range next.Netting {
		c.netting(d, n)
	}
	c.checks(d.Checks, next.Checks)
	c.inquiries(d.Inquiries, next.Inquiries)
	return c.found
}

type comparison struct{ found []Difference }

func (c *comparison) field(subject, field, from, to string) {
	if from != to {
		c.found = append(c.found, Difference{subject, field, from, to})
	}
}

func (c *comparison) participant(old *Directory, p *Participant) {
	subject := "participant " + p.BIC.String()
	before := &Participant{}
	if i, known := old.byBIC[p.BIC]; known {
		before = &old.Participants[i]
	}
	c.field(subject, "name", before.Name, p.Name)
	c.field(subject, "LEI", before.LEI.String(), p.LEI.String())
	c.field(subject, "standing", string(before.Standing), string(p.Standing))
	c.field(subject, "advice", yes(before.Advice), yes(p.Advice))
	c.field(subject, "acceptance", yes(before.Acceptance), yes(p.Acceptance))
	c.field(subject, "exchange provider", yes(before.Provider), yes(p.Provider))
	c.field(subject, "statement", yes(before.Statement), yes(p.Statement))
	for _, kind := range slices.Sorted(maps.Keys(before.Versions)) {
		if _, kept := p.Versions[kind]; !kept {
			c.field(subject, "version of "+kind, before.Versions[kind], "")
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(p.Versions)) {
		c.field(subject, "version of "+kind, before.Versions[kind], p.Versions[kind])
	}
	c.keys(subject, before.Keys, p.Keys)
}

// keys are told apart by what they are; the same key with other roles has
// changed.
func (c *comparison) keys(subject string, before, after []Key) {
	was, is := map[string]string{}, map[string]string{}
	for i := range before {
		was[nameOfKey(&before[i])] = describeKey(&before[i])
	}
	for i := range after {
		is[nameOfKey(&after[i])] = describeKey(&after[i])
	}
	for i := range before {
		if name := nameOfKey(&before[i]); is[name] == "" {
			c.field(subject, "key", describeKey(&before[i]), "")
		}
	}
	for i := range after {
		c.field(subject, "key", was[nameOfKey(&after[i])], describeKey(&after[i]))
	}
}

func nameOfKey(k *Key) string { return first(k.Fingerprint, k.NKey) }

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// shownFingerprint is how much of a fingerprint is shown: enough for people to
// compare, short enough to stand on a line.
const shownFingerprint = 16

func describeKey(k *Key) string {
	var words []string
	if k.Fingerprint != "" {
		words = append(words, "certificate "+k.Fingerprint[:min(shownFingerprint, len(k.Fingerprint))]+"…")
	}
	if k.NKey != "" {
		words = append(words, "NKEY "+k.NKey)
	}
	var roles []string
	for _, role := range k.Roles {
		roles = append(roles, string(role))
	}
	text := strings.Join(words, " ") + " for " + strings.Join(roles, ", ")
	if k.Person != "" {
		text += " (" + k.Person + ")"
	}
	return text
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// Names of account roles, as people call them.
var roleNames = map[settlement.Role]string{
	settlement.RoleWallet: "wallet", settlement.RoleIssuance: "issuance account", settlement.RoleRounding: "rounding account",
	settlement.RoleReserve: "reserve", settlement.RoleNetting: "netting account",
}

func (c *comparison) account(old, next *Directory, a Account) {
	owner, _ := next.ByID(a.Owner)
	subject := fmt.Sprintf("%s of %s in %s", roleNames[a.Role], owner.BIC, a.Currency.Code())
	if issuer, known := next.ByID(a.Issuer); known {
		subject += " of " + issuer.BIC.String()
	}
	before := Account{}
	if id := old.AccountIn(a.Owner, a.Currency, a.Role, a.Issuer); id != 0 {
		before = old.Accounts[id-1]
		c.field(subject, "credit line", minor(before.Line, a.Currency), minor(a.Line, a.Currency))
	} else {
		c.field(subject, "", "", "opened")
		c.field(subject, "credit line", "", nonzero(a.Line, a.Currency))
	}
	c.field(subject, "largest payment", nonzero(before.Maximum, a.Currency), nonzero(a.Maximum, a.Currency))
	c.saving(subject, before, a)
	c.field(subject, "grade", before.Grade, a.Grade)
	c.field(subject, "most outstanding", nonzero(before.Ceiling, a.Currency), nonzero(a.Ceiling, a.Currency))
	c.field(subject, "payments of others go through it", yes(before.Passes), yes(a.Passes))
	c.field(subject, "fee", nonzero(before.Fee, a.Currency), nonzero(a.Fee, a.Currency))
	c.field(subject, "net debit cap", nonzero(before.Cap, a.Currency), nonzero(a.Cap, a.Currency))
}

func (c *comparison) saving(subject string, old, next Account) {
	c.field(subject, "saving", string(old.Saving), string(next.Saving))
	c.field(subject, "bypass", yes(old.Bypass), yes(next.Bypass))
}

func (c *comparison) grade(old *Directory, g Grade) {
	subject := fmt.Sprintf("grade %s of wallets in %s", g.Name, g.Currency.Code())
	before := Grade{}
	for _, known := range old.Grades {
		if known.Currency == g.Currency && known.Name == g.Name {
			before = known
		}
	}
	if before.Name == "" {
		c.field(subject, "", "", "made")
	}
	c.field(subject, "most held", nonzero(before.Holding, g.Currency), nonzero(g.Holding, g.Currency))
	c.field(subject, "largest payment", nonzero(before.Payment, g.Currency), nonzero(g.Payment, g.Currency))
}

func nonzero(amount int64, currency messages.Currency) string {
	if amount == 0 {
		return ""
	}
	return minor(amount, currency)
}

func minor(amount int64, currency messages.Currency) string {
	m, err := messages.NewMoney(amount, currency)
	if err != nil {
		return fmt.Sprint(amount)
	}
	return m.Amount()
}

func (c *comparison) corridor(old *Directory, next Corridor) {
	subject := fmt.Sprintf("corridor %s to %s in %s", anyone(next.From), anyone(next.To), next.Currency.Code())
	if next.Into != 0 {
		subject += " into " + next.Into.Code()
	}
	before := Corridor{Patience: -1}
	for _, known := range old.Corridors {
		if known.From == next.From && known.To == next.To && known.Currency == next.Currency && known.Into == next.Into {
			before = known
		}
	}
	c.field(subject, "mode", string(before.Mode), string(next.Mode))
	c.field(subject, "profile", before.Profile, next.Profile)
	c.field(subject, "patience", patience(before.Patience), patience(next.Patience))
	c.field(subject, "answer within", answer(before), answer(next))
	c.field(subject, "at once or not at all", yes(before.AtOnce), yes(next.AtOnce))
	c.field(subject, "largest amount", nonzero(before.Maximum, next.Currency), nonzero(next.Maximum, next.Currency))
	c.field(subject, "money of", before.Issuer.String(), next.Issuer.String())
	c.field(subject, "reason of refusals", before.Refusal, next.Refusal)
	c.field(subject, "rail", string(before.Rail), string(next.Rail))
	c.field(subject, "priority", before.Priority, next.Priority)
	c.field(subject, "calendar", before.Calendar, next.Calendar)
	c.field(subject, "cut-off for customers", string(before.CustomerCutOff), string(next.CustomerCutOff))
	c.field(subject, "cut-off for banks", string(before.BankCutOff), string(next.BankCutOff))
	c.field(subject, "late payments", string(before.Late), string(next.Late))
	c.field(subject, "carried over", yes(before.CarryOver), yes(next.CarryOver))
}

func anyone(bic messages.BIC) string {
	if bic.IsZero() {
		return "anyone"
	}
	return bic.String()
}

// answer is told of corridors that ask the creditor agent, or would.
func answer(c Corridor) string {
	if c.Mode != ConfirmThenSettle && c.Answer == 0 {
		return ""
	}
	return c.answer().String()
}

func patience(seconds int64) string {
	switch seconds {
	case -1:
		return ""
	case 0:
		return "without end"
	}
	return fmt.Sprintf("%ds", seconds)
}

// Reduce leaves of a change what would change something. Whoever makes a change
// from a file that says everything wants only that; and since such a file says
// nothing of what happened since, participants keep their standing.
func (d *Directory) Reduce(c Change) Change {
	var left Change
	if c.Self != d.Self {
		left.Self = c.Self
	}
	for _, p := range c.Participants {
		if i, known := d.byBIC[p.BIC]; known {
			p.Standing = d.Participants[i].Standing
			var same comparison
			if same.participant(d, &p); len(same.found) == 0 {
				continue
			}
		}
		left.Participants = append(left.Participants, p)
	}
	for _, a := range c.Accounts {
		owner, known := d.ByBIC(a.Owner)
		if known && owner.BIC == a.Owner {
			if d.knows(owner, a) {
				continue
			}
		}
		left.Accounts = append(left.Accounts, a)
	}
	for _, calendar := range c.Calendars {
		var same comparison
		if same.calendar(d, calendar); len(same.found) > 0 {
			left.Calendars = append(left.Calendars, calendar)
		}
	}
	for _, g := range c.Grades {
		var same comparison
		if same.grade(d, g); len(same.found) > 0 {
			left.Grades = append(left.Grades, g)
		}
	}
	for _, corridor := range c.Corridors {
		var same comparison
		if same.corridor(d, corridor); len(same.found) > 0 {
			left.Corridors = append(left.Corridors, corridor)
		}
	}
	for _, n := range c.Netting {
		var same comparison
		if same.netting(d, n); len(same.found) > 0 {
			left.Netting = append(left.Netting, n)
		}
	}
	for _, order := range c.Standing {
		var same comparison
		if same.standing(d, order); len(same.found) > 0 {
			left.Standing = append(left.Standing, order)
		}
	}
	if c.Checks != nil && *c.Checks != d.Checks {
		left.Checks = c.Checks
	}
	if c.Inquiries != nil && *c.Inquiries != d.Inquiries {
		left.Inquiries = c.Inquiries
	}
	return left
}

// knows tells whether an account stands in the directory as a change would have it.
func (d *Directory) knows(owner *Participant, c AccountChange) bool {
	issuer := settlement.ParticipantID(0)
	if p, known := d.ByBIC(c.Issuer); known {
		issuer = p.ID
	} else if !c.Issuer.IsZero() {
		return false
	}
	id := d.AccountIn(owner.ID, c.Currency, c.Role, issuer)
	if id == 0 {
		return false
	}
	a := d.Accounts[id-1]
	return a.Line == c.Line && a.Maximum == c.Maximum && a.Grade == c.Grade && a.Ceiling == c.Ceiling && a.Bypass == c.Bypass && a.Saving.Kernel() == c.Saving.Kernel() &&
		a.Passes == c.Passes && a.Fee == c.Fee && a.Cap == c.Cap
}
