package main

import (
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"dragoman/configs"
	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/messages/schema"
	"dragoman/routing"
	"dragoman/settlement"
)

// firstChange turns a configuration into the change that makes the directory of
// an empty log: participants with the fingerprints of their certificates,
// issuance accounts, wallets, calendars, corridors and standing orders. The error is configs.Problems: all
// of them, with their lines.
//
// Certificates must be good for clients at that time and issued under
// node.https.client-ca. The zero time leaves their period unchecked: for a
// comparison with a directory that exists.
func firstChange(c *configs.Config, at time.Time) (routing.Change, error) {
	t := &translation{config: c, at: at}
	t.readAuthorities()
	t.change.Self = t.bic("node.operator", c.Node.Operator)
	for i, p := range c.Participants {
		t.participant(entryOf("participants", i), p)
	}
	for i, currency := range c.Currencies {
		path := entryOf("currencies", i)
		t.account(path+".code", path+".issuer", "", configs.Account{Currency: currency.Code, CreditLine: "0"}, currency.Issuer, settlement.RoleIssuance)
		t.change.Accounts[i].Ceiling = t.amount(path+".ceiling", currency.Ceiling, t.change.Accounts[i].Currency)
		t.grades(path+".grades", currency)
	}
	for i, p := range c.Participants {
		for j, a := range p.Accounts {
			if a.Issuer == "" {
				path := entryOf(entryOf("participants", i)+".accounts", j)
				t.account(path+".currency", "", path+".credit-line", a, p.BIC, settlement.RoleWallet)
			}
		}
	}
	for i, currency := range c.Currencies {
		t.operatingBanks(entryOf("currencies", i)+".operating-banks", currency)
	}
	for i, p := range c.Participants {
		for j, a := range p.Accounts {
			if a.Issuer != "" {
				path := entryOf(entryOf("participants", i)+".accounts", j)
				t.account(path+".currency", "", path+".credit-line", a, p.BIC, settlement.RoleWallet)
			}
		}
	}
	for i, calendar := range c.Calendars {
		t.calendar(entryOf("calendars", i), calendar)
	}
	for i, n := range c.Netting {
		t.netting(entryOf("netting", i), n)
	}
	for i, corridor := range c.Corridors {
		t.corridor(entryOf("corridors", i), corridor)
	}
	if c.Checks != (configs.Checks{}) {
		t.change.Checks = &routing.Checks{Hourly: c.Checks.Hourly, Answer: int64(c.Checks.Answer / time.Second), Names: routing.Names(c.Checks.Names)}
	}
	if c.Inquiries != (configs.Inquiries{}) {
		t.change.Inquiries = &routing.Inquiries{Answer: int64(c.Inquiries.Answer / time.Second)}
	}
	for i, order := range c.StandingOrders {
		t.standing(entryOf("standing-orders", i), order)
	}
	if err := t.problems.Err(); err != nil {
		return routing.Change{}, err
	}
	if _, err := (&routing.Directory{}).Apply(t.change); err != nil {
		return routing.Change{}, configs.Problems{c.Problem("", "%v", err)}
	}
	return t.change, nil
}

// translation is a change in the making. Values that are wrong are noted and
// left empty; a change with problems is never used.
type translation struct {
	config      *configs.Config
	at          time.Time
	authorities []*x509.Certificate
	change      routing.Change
	problems    configs.Problems
}

// entryOf names an entry of a list as configs does.
func entryOf(list string, index int) string { return fmt.Sprintf("%s[%d]", list, index) }

func (t *translation) fault(key, format string, args ...any) {
	t.problems = append(t.problems, t.config.Problem(key, format, args...))
}

func (t *translation) readAuthorities() {
	path := t.config.Node.HTTPS.ClientCA
	authorities, err := readCertificates(t.config.Path(path))
	if err != nil {
		t.fault("node.https.client-ca", "%s: %v", path, err)
	}
	t.authorities = authorities
}

// bic reads a BIC, that of a participant where it may be empty.
func (t *translation) bic(key, text string) messages.BIC {
	if text == "" {
		return messages.BIC{}
	}
	bic, err := messages.ParseBIC(text)
	if err != nil {
		t.fault(key, "%v", err)
	}
	return bic
}

func (t *translation) currency(key, code string) messages.Currency {
	currency, err := messages.ParseCurrency(code)
	switch {
	case err != nil:
		t.fault(key, "%v", err)
	case !currency.Active():
		t.fault(key, "%s (%s) was withdrawn in %s", code, currency.Name(), currency.Withdrawn())
	default:
		if _, ok := currency.Exponent(); !ok {
			t.fault(key, "%s (%s) has no minor unit: no money is counted in it", code, currency.Name())
		}
	}
	return currency
}

func (t *translation) participant(path string, p configs.Participant) {
	made := routing.Participant{
		BIC: t.bic(path+".bic", p.BIC), Name: p.Name, Standing: routing.Standing(p.Standing),
		Advice: p.Advice, Acceptance: p.Acceptance, Statement: p.Statement, Provider: p.Provider,
	}
	if p.LEI != "" {
		var err error
		if made.LEI, err = messages.ParseLEI(p.LEI); err != nil {
			t.fault(path+".lei", "%v", err)
		}
	}
	for i, version := range p.Versions {
		if schema.Lookup(version) == nil {
			t.fault(entryOf(path+".versions", i), "%s is no message version that this gateway knows%s", version, knownVersions(kindOf(version)))
			continue
		}
		if made.Versions == nil {
			made.Versions = map[string]string{}
		}
		made.Versions[kindOf(version)] = version
	}
	for i, k := range p.Keys {
		made.Keys = append(made.Keys, t.key(entryOf(path+".keys", i), k, made.BIC))
	}
	t.change.Participants = append(t.change.Participants, made)
}

// kindOf is what the versions of a message have in common: pacs.008.
func kindOf(version string) string { return version[:min(len("pacs.008"), len(version))] }

// knownVersions lists what may stand instead.
func knownVersions(kind string) string {
	var known []string
	for _, id := range schema.IDs() {
		if kindOf(id) == kind {
			known = append(known, id)
		}
	}
	if known == nil {
		return "; 'dragoman schema' lists them"
	}
	return "; it knows " + strings.Join(known, ", ")
}

func (t *translation) key(path string, k configs.Key, holder messages.BIC) routing.Key {
	made := routing.Key{Fingerprint: configs.Fingerprint(k.Fingerprint), NKey: k.NKey, Person: k.Person}
	for _, role := range k.Roles {
		made.Roles = append(made.Roles, routing.Role(role))
	}
	if k.Certificate != "" {
		made.Fingerprint = t.certificate(path+".certificate", k.Certificate, holder)
	}
	return made
}

// certificate reads a participant's certificate and gives its fingerprint.
func (t *translation) certificate(key, path string, holder messages.BIC) string {
	chain, err := readCertificates(t.config.Path(path))
	if err != nil {
		t.fault(key, "%s: %v", path, err)
		return ""
	}
	at := t.at
	if at.IsZero() {
		at = chain[0].NotBefore
	}
	if named, ok := participantOf(chain[0]); ok && named != holder && !holder.IsZero() {
		t.fault(key, "%s: names %s, and this is %s", path, named, holder)
	}
	if len(t.authorities) > 0 {
		if err := verifyClient(chain, t.authorities, at); err != nil {
			t.fault(key, "%s: %v", path, err)
		}
	}
	return fingerprint(chain[0].Raw)
}

// amount reads an amount in minor units; none is 0.
func (t *translation) amount(key, text string, currency messages.Currency) int64 {
	if _, ok := currency.Exponent(); !ok || text == "" {
		return 0
	}
	money, err := messages.ParseMoney(text, currency)
	if err != nil {
		t.fault(key, "%v", err)
	}
	return money.Minor()
}

// account adds an account of an owner. The keys say where currency, owner and
// credit line stand; that of the owner is empty where it is judged elsewhere.
func (t *translation) account(currencyKey, ownerKey, lineKey string, a configs.Account, owner string, role settlement.Role) {
	made := routing.AccountChange{Role: role, Currency: t.currency(currencyKey, a.Currency)}
	made.Issuer, made.Grade = t.bic(strings.TrimSuffix(lineKey, "credit-line")+"issuer", a.Issuer), a.Grade
	made.Saving, made.Bypass, made.Passes = routing.Saving(a.Saving), a.Bypass, a.Correspondent
	if ownerKey != "" {
		made.Owner = t.bic(ownerKey, owner)
	} else {
		made.Owner, _ = messages.ParseBIC(owner)
	}
	if _, ok := made.Currency.Exponent(); ok && a.CreditLine != "" {
		made.Line = t.amount(lineKey, a.CreditLine, made.Currency)
		made.Maximum = t.amount(strings.TrimSuffix(lineKey, "credit-line")+"maximum", a.Maximum, made.Currency)
		made.Fee = t.amount(strings.TrimSuffix(lineKey, "credit-line")+"fee", a.Fee, made.Currency)
		made.Cap = t.amount(strings.TrimSuffix(lineKey, "credit-line")+"net-debit-cap", a.NetDebitCap, made.Currency)
	}
	t.change.Accounts = append(t.change.Accounts, made)
}

// operatingBanks are those that issue claims on themselves; their wallets stand before.
func (t *translation) operatingBanks(path string, c configs.Currency) {
	currency, err := messages.ParseCurrency(c.Code)
	if err != nil {
		return // told with the currency itself
	}
	for i, o := range c.OperatingBanks {
		bank := t.bic(entryOf(path, i)+".bank", o.Bank)
		t.change.Accounts = append(t.change.Accounts, routing.AccountChange{
			Owner: bank, Issuer: bank, Currency: currency, Role: settlement.RoleIssuance, Ceiling: t.amount(entryOf(path, i)+".ceiling", o.Ceiling, currency),
		})
	}
}

func (t *translation) grades(path string, c configs.Currency) {
	currency, err := messages.ParseCurrency(c.Code)
	if err != nil {
		return // told with the currency itself
	}
	for i, g := range c.Grades {
		t.change.Grades = append(t.change.Grades, routing.Grade{
			Currency: currency, Name: g.Name, Holding: t.amount(entryOf(path, i)+".holding", g.Holding, currency), Payment: t.amount(entryOf(path, i)+".payment", g.Payment, currency),
		})
	}
}

// unless leaves out what holds anyway.
func unless[T ~string](text string, usual T) T {
	if text == string(usual) {
		return ""
	}
	return T(text)
}

func (t *translation) corridor(path string, c configs.Corridor) {
	var into messages.Currency
	if c.Into != "" {
		into = t.currency(path+".into", c.Into)
	}
	t.change.Corridors = append(t.change.Corridors, routing.Corridor{
		Into: into,
		From: t.bic(path+".from", c.From), To: t.bic(path+".to", c.To), Currency: t.currency(path+".currency", c.Currency),
		Mode: routing.Mode(c.Mode), Profile: c.Profile, Patience: int64(c.Patience / time.Second),
		Answer: int64(c.Answer / time.Second), AtOnce: c.AtOnce,
		Maximum: t.amount(path+".maximum", c.Maximum, t.currency(path+".currency", c.Currency)), Refusal: unless(c.RefusalReason, routing.DefaultRefusal),
		Issuer: t.bic(path+".issuer", c.Issuer),
		Rail:   unless(c.Rail, routing.RailLedger), Priority: unless(c.Priority, "NORM"), Calendar: c.Calendar,
		CustomerCutOff: routing.TimeOfDay(c.CustomerCutOff), BankCutOff: routing.TimeOfDay(c.BankCutOff), Late: unless(c.Late, routing.LateByPriority), CarryOver: c.CarryOver,
	})
}

func (t *translation) calendar(path string, c configs.Calendar) {
	made := routing.Calendar{
		Name: c.Name, Zone: c.Zone, Open: routing.TimeOfDay(c.Open), Close: routing.TimeOfDay(c.Close), Weekly: c.WeeklyClosed,
		CustomerCutOff: routing.TimeOfDay(c.CustomerCutOff), BankCutOff: routing.TimeOfDay(c.BankCutOff),
	}
	var err error
	if made.Offsets, err = gateway.ZoneOffsets(c.Zone); err != nil {
		t.fault(path+".zone", "%v", err)
	}
	for i, code := range c.Currencies {
		made.Currencies = append(made.Currencies, t.currency(entryOf(path+".currencies", i), code))
	}
	for i, text := range c.Holidays {
		made.Holidays = append(made.Holidays, t.date(entryOf(path+".holidays", i), text))
	}
	for i, s := range c.SpecialDays {
		date := t.date(entryOf(path+".special-days", i)+".date", s.Date)
		made.Special = append(made.Special, routing.SpecialDay{Date: date, Open: routing.TimeOfDay(s.Open), Close: routing.TimeOfDay(s.Close)})
	}
	t.change.Calendars = append(t.change.Calendars, made)
}

func (t *translation) date(key, text string) routing.Date {
	date, err := routing.ParseDate(text)
	if err != nil {
		t.fault(key, "%v", err)
	}
	return date
}

func (t *translation) netting(path string, n configs.Netting) {
	made := routing.Netting{Currency: t.currency(path+".currency", n.Currency), Window: int64(n.Window / time.Second), Short: unless(n.Short, routing.ShortDeferred)}
	for _, at := range n.Closes {
		made.Closes = append(made.Closes, routing.TimeOfDay(at))
	}
	t.change.Netting = append(t.change.Netting, made)
}

func (t *translation) standing(path string, o configs.StandingOrder) {
	made := routing.StandingOrder{
		Name: o.Name, From: t.bic(path+".from", o.From), To: t.bic(path+".to", o.To), Currency: t.currency(path+".currency", o.Currency), UpTo: o.UpTo,
	}
	made.Amount = t.amount(path+".amount", o.Amount, made.Currency)
	t.change.Standing = append(t.change.Standing, made)
}
