package configs

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// Roles and words that rules depend on.
const (
	roleParticipant = "participant"
	roleIssuer      = "issuer"
	roleOperator    = "operator"
	roleCompliance  = "compliance"
)

// Validate checks every value and what values say together. The error is
// Problems: all of them, in the order of the file.
func (c *Config) Validate() error { return c.problems(map[string]bool{}).Err() }

// problems checks a Config of which some keys are known to be wrong.
func (c *Config) problems(said map[string]bool) Problems {
	k := &checker{config: c, said: said}
	k.values("", reflect.ValueOf(c).Elem())
	k.node()
	currencies, issuers := k.currencies()
	calendars := k.calendars(currencies)
	participants := k.participants(currencies, issuers)
	k.corridors(currencies, calendars, participants)
	k.netting(currencies)
	k.checks()
	k.standingOrders(currencies, participants)
	return k.problems
}

func (k *checker) node() {
	n := &k.config.Node
	if n.NATS.Listen != "" && n.NATS.URL != "" {
		k.fault("node.nats.listen", "belongs to the server inside this process, and url names others; leave one of them empty")
	}
	if n.NATS.Credentials != "" && n.NATS.URL == "" {
		k.fault("node.nats.credentials", "are for servers outside, and url names none")
	}
	if n.NATS.Replicas > 1 && n.NATS.URL == "" {
		k.fault("node.nats.replicas", "the server inside this process keeps 1 copy; url names no others")
	}
	if n.Limits.Timeouts.Answer <= n.Limits.Timeouts.Wait {
		k.fault("node.limits.timeouts.answer", "%v is not longer than wait, %v: a client that waits would be cut off", n.Limits.Timeouts.Answer, n.Limits.Timeouts.Wait)
	}
}

// unique finds values that are given twice.
type unique map[string]string

// taken gives the key where the value was before, or notes it.
func (u unique) taken(value, key string) (before string, yes bool) {
	if value == "" {
		return "", false
	}
	if before, yes = u[value]; !yes {
		u[value] = key
	}
	return before, yes
}

// institution makes BIC8 and the same with branch XXX one text.
func institution(bic string) string { return strings.TrimSuffix(bic, "XXX") }

func (k *checker) currencies() (codes unique, issuers map[string]bool) {
	codes, issuers = unique{}, map[string]bool{}
	for i, c := range k.config.Currencies {
		key := entry("currencies", i)
		if before, yes := codes.taken(c.Code, key); yes {
			k.fault(key+".code", "%s stands at %s already: a currency has one issuer", c.Code, before)
		}
		issuers[institution(c.Issuer)] = true
		banks, grades := unique{}, unique{}
		for j, o := range c.OperatingBanks {
			issuers[institution(o.Bank)] = true
			k.taken(banks, entry(key+".operating-banks", j), "bank", institution(o.Bank))
		}
		for j, g := range c.Grades {
			k.taken(grades, entry(key+".grades", j), "name", g.Name)
		}
	}
	return codes, issuers
}

func (k *checker) participants(currencies unique, issuers map[string]bool) unique {
	bics, keys := unique{}, unique{}
	operator := institution(k.config.Node.Operator)
	for i, p := range k.config.Participants {
		path := entry("participants", i)
		bic := institution(p.BIC)
		if before, yes := bics.taken(bic, path); yes {
			k.fault(path+".bic", "%s stands at %s already", p.BIC, before)
		}
		for j, key := range p.Keys {
			k.key(entry(path+".keys", j), key, bic == operator, issuers[bic], keys)
		}
		k.versions(path, p.Versions)
		wallets := unique{}
		for j, a := range p.Accounts {
			at := entry(path+".accounts", j) + ".currency"
			if before, yes := wallets.taken(a.Currency+institution(a.Issuer), at); yes {
				k.fault(at, "there is one %s already at %s", a.Currency, before)
			}
			k.knownCurrency(at, a.Currency, currencies)
			k.moneyOf(entry(path+".accounts", j), a)
		}
	}
	if k.complete("participants", ".bic") {
		if _, ok := bics[operator]; !ok && operator != "" && len(bics) > 0 {
			k.fault("node.operator", "%s is not among the participants; its people need keys there", k.config.Node.Operator)
		}
		for i, c := range k.config.Currencies {
			k.knownParticipant(entry("currencies", i)+".issuer", c.Issuer, bics)
			for j, o := range c.OperatingBanks {
				k.knownParticipant(entry(entry("currencies", i)+".operating-banks", j)+".bank", o.Bank, bics)
			}
		}
	}
	return bics
}

// calendars checks what calendars say together. Their hours are judged where they
// are read.
func (k *checker) calendars(currencies unique) unique {
	names, taken := unique{}, unique{}
	for i, c := range k.config.Calendars {
		path := entry("calendars", i)
		if before, yes := names.taken(c.Name, path); yes {
			k.fault(path+".name", "%s stands at %s already", c.Name, before)
		}
		for j, code := range c.Currencies {
			at := entry(path+".currencies", j)
			if before, yes := taken.taken(code, at); yes {
				k.fault(at, "%s follows the calendar at %s already", code, before)
			}
			k.knownCurrency(at, code, currencies)
		}
		dates := unique{}
		for j, s := range c.SpecialDays {
			at := entry(path+".special-days", j)
			if before, yes := dates.taken(s.Date, at); yes {
				k.fault(at+".date", "%s stands at %s already", s.Date, before)
			}
		}
	}
	return names
}

// moneyOf wants issuer and grade of an account to be those of its currency.
func (k *checker) moneyOf(path string, a Account) {
	for _, c := range k.config.Currencies {
		if c.Code != a.Currency {
			continue
		}
		issues := func(o OperatingBank) bool { return institution(o.Bank) == institution(a.Issuer) }
		if a.Issuer != "" && !slices.ContainsFunc(c.OperatingBanks, issues) {
			k.fault(path+".issuer", "%s is not among the operating banks of %s", a.Issuer, c.Code)
		}
		if a.Grade != "" && !slices.ContainsFunc(c.Grades, func(g Grade) bool { return g.Name == a.Grade }) {
			k.fault(path+".grade", "%s is not among the grades of %s", a.Grade, c.Code)
		}
	}
}

// versions refuses two versions of one kind.
func (k *checker) versions(path string, versions []string) {
	kinds := unique{}
	for i, version := range versions {
		at := entry(path+".versions", i)
		if len(version) < len("pacs.008") {
			continue
		}
		if before, yes := kinds.taken(version[:len("pacs.008")], at); yes {
			k.fault(at, "%s: a version of %s stands at %s already", version, version[:len("pacs.008")], before)
		}
	}
}

// key checks one key. ours tells that it belongs to the gateway itself, issues
// that its participant issues a currency.
func (k *checker) key(path string, key Key, ours, issues bool, keys unique) {
	if key.Certificate == "" && key.Fingerprint == "" && key.NKey == "" {
		k.fault(path, "has neither a certificate nor a fingerprint nor an nkey")
	}
	if key.Certificate != "" && key.Fingerprint != "" {
		k.fault(path+".fingerprint", "is that of another certificate, or says it twice: give the certificate or its fingerprint")
	}
	k.taken(keys, path, "certificate", key.Certificate)
	k.taken(keys, path, "fingerprint", Fingerprint(key.Fingerprint))
	k.taken(keys, path, "nkey", key.NKey)
	for i, role := range key.Roles {
		at := entry(path+".roles", i)
		staff := role == roleOperator || role == roleCompliance
		switch {
		case slices.Contains(key.Roles[:i], role):
			k.fault(at, "%s stands here already", role)
		case staff && !ours:
			k.fault(at, "%s is for the gateway's own people: the participant node.operator", role)
		case role == roleIssuer && !issues:
			k.fault(at, "issuer is for participants that issue a currency")
		case (staff || role == roleIssuer) && key.Person == "":
			k.fault(path+".person", "is missing: for %s it must be known who holds the key", role)
		case role == roleParticipant && ours:
			k.fault(at, "the gateway itself sends no payments; its people are operator or compliance")
		}
	}
}

// taken refuses what names another key already.
func (k *checker) taken(keys unique, path, name, value string) {
	if before, yes := keys.taken(value, path); yes {
		k.fault(path+"."+name, "is given at %s already", before)
	}
}

// checks refuses policies that nobody knows.
func (k *checker) checks() {
	if names := k.config.Checks.Names; !slices.Contains([]string{"", "masked", "full", "none"}, names) {
		k.fault("checks.names", "%q is not allowed; allowed here: masked, full, none", names)
	}
	if answer := k.config.Checks.Answer; answer%time.Second != 0 {
		k.fault("checks.answer", "%v is not a whole number of seconds", answer)
	}
	if answer := k.config.Inquiries.Answer; answer%time.Second != 0 {
		k.fault("inquiries.answer", "%v is not a whole number of seconds", answer)
	}
}

func (k *checker) corridors(currencies, calendars, participants unique) {
	all := unique{}
	for i, c := range k.config.Corridors {
		path := entry("corridors", i)
		name := institution(c.From) + ">" + institution(c.To) + ">" + c.Currency + ">" + c.Into
		if k.said[path+".from"] || k.said[path+".to"] || k.said[path+".currency"] || k.said[path+".into"] {
			name = path // what it is cannot be told
		}
		if before, yes := all.taken(name, path); yes {
			k.fault(path, "the corridor at %s has the same from, to and currencies", before)
		}
		if c.From != "" && institution(c.From) == institution(c.To) {
			k.fault(path+".to", "is the sender itself")
		}
		if c.Patience%time.Second != 0 {
			k.fault(path+".patience", "%v is not a whole number of seconds", c.Patience)
		}
		if c.Answer%time.Second != 0 {
			k.fault(path+".answer", "%v is not a whole number of seconds", c.Answer)
		}
		k.knownCurrency(path+".currency", c.Currency, currencies)
		if _, known := calendars[c.Calendar]; !known && c.Calendar != "" && k.complete("calendars", ".name") {
			k.fault(path+".calendar", "%s is not among the calendars", c.Calendar)
		}
		if k.complete("participants", ".bic") {
			k.knownParticipant(path+".from", c.From, participants)
			k.knownParticipant(path+".to", c.To, participants)
		}
	}
}

func (k *checker) netting(currencies unique) {
	all := unique{}
	for i, n := range k.config.Netting {
		path := entry("netting", i)
		if before, yes := all.taken(n.Currency, path); yes {
			k.fault(path+".currency", "%s stands at %s already", n.Currency, before)
		}
		if n.Window%time.Second != 0 {
			k.fault(path+".window", "%v is not a whole number of seconds", n.Window)
		}
		k.knownCurrency(path+".currency", n.Currency, currencies)
	}
	for i, c := range k.config.Corridors {
		if _, known := all[c.Currency]; c.Mode == "deferred-net" && !known && k.complete("netting", ".currency") {
			k.fault(entry("corridors", i)+".mode", "there is no netting in %s", c.Currency)
		}
	}
}

func (k *checker) standingOrders(currencies, participants unique) {
	names := unique{}
	for i, o := range k.config.StandingOrders {
		path := entry("standing-orders", i)
		if before, yes := names.taken(o.Name, path); yes {
			k.fault(path+".name", "%s stands at %s already", o.Name, before)
		}
		if o.From != "" && institution(o.From) == institution(o.To) {
			k.fault(path+".to", "is where the money comes from")
		}
		k.knownCurrency(path+".currency", o.Currency, currencies)
		if k.complete("participants", ".bic") {
			k.knownParticipant(path+".from", o.From, participants)
			k.knownParticipant(path+".to", o.To, participants)
		}
	}
}

// complete tells that a list was read whole: no entry of it is lost or without
// its name. Otherwise what refers to it is not judged.
func (k *checker) complete(list, name string) bool {
	for key := range k.said {
		if strings.HasPrefix(key, list) && (!strings.Contains(key, ".") || strings.HasSuffix(key, name)) {
			return false
		}
	}
	return true
}

func (k *checker) knownCurrency(key, code string, currencies unique) {
	if _, ok := currencies[code]; !ok && code != "" && k.complete("currencies", ".code") {
		k.fault(key, "%s is not among the currencies", code)
	}
}

func (k *checker) knownParticipant(key, bic string, participants unique) {
	if _, ok := participants[institution(bic)]; !ok && bic != "" {
		k.fault(key, "%s is not among the participants", bic)
	}
}
