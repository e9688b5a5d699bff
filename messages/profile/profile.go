package profile

import (
	"slices"
	"strings"
	"sync"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// Profile is a named list of rules. It is safe for concurrent use.
type Profile struct {
	Name  string
	Says  string // what it is for, in one sentence
	Rules []Rule

	programs programs
}

// Verdict is what a profile finds.
type Verdict struct {
	Refusals []schema.Fault // reasons to refuse the message, in document order
	Warnings []schema.Fault // advice, in document order
}

// MaxFaults bounds the refusals, and likewise the warnings, that one message is
// told of: as many as the reader reports. A batch in which every transaction is
// wrong is known to be wrong long before.
const MaxFaults = schema.DefaultMaxFaults

// Names lists the profiles, the least demanding first.
func Names() []string {
	var names []string
	for _, p := range profiles() {
		names = append(names, p.Name)
	}
	return names
}

// ByName returns a profile; false when there is none of that name.
func ByName(name string) (*Profile, bool) {
	for _, p := range profiles() {
		if p.Name == name {
			return p, true
		}
	}
	return nil, false
}

// Check returns the refusals of Examine, without looking for warnings.
func (p *Profile) Check(m *messages.Message) []schema.Fault {
	return p.examine(m, false).Refusals
}

// Examine holds a message against the profile. Faults of the schema are the
// message's own (Message.Faults) and not repeated here; parts of an unknown
// type are passed over. Of a message at which the reader gave up nothing is
// said: what would be missing from it may only not have been read.
func (p *Profile) Examine(m *messages.Message) Verdict {
	return p.examine(m, true)
}

func (p *Profile) examine(m *messages.Message, advise bool) Verdict {
	if givenUp(m.Faults()) {
		return Verdict{}
	}
	x := &Exam{message: m, kind: KindOf(m), advise: advise}
	x.path = x.pathRoom[:0]
	p.run(x, m.Header().Root)
	p.run(x, m.Document().Root)
	return Verdict{Refusals: x.refusals.faults(m.Raw()), Warnings: x.warnings.faults(m.Raw())}
}

// givenUp tells whether a message is not XML, or not XML that is accepted, or has
// more faults than the reader tells of.
func givenUp(faults []schema.Fault) bool {
	for i := range faults {
		if strings.HasPrefix(faults[i].Rule, "xml.") || strings.HasPrefix(faults[i].Rule, "policy.") {
			return true
		}
	}
	return len(faults) >= schema.DefaultMaxFaults
}

func (p *Profile) run(x *Exam, root schema.Node) {
	if !root.Exists() {
		return
	}
	program := p.programs.get(p.Rules, root.Schema(), x.kind)
	x.apply(program.root, root)
	x.visit(program, root)
}

var profiles = sync.OnceValue(func() []*Profile {
	base, cpmi, cbpr := limited(baseRules()), limited(cpmiRules()), limited(cbprRules())
	return []*Profile{
		{
			Name:  "base",
			Says:  "what every ISO 20022 message must obey beyond its schema",
			Rules: base,
		},
		{
			Name:  "cpmi",
			Says:  "base, and the twelve CPMI harmonised data requirements",
			Rules: slices.Concat(base, cpmi),
		},
		{
			Name: "cbpr2026",
			Says: "base, and the CBPR+ usage rules of the 2026 release; " +
				"a code outside the external code sets only warns, since the samples of the release carry placeholders",
			Rules: slices.Concat(softened(base, "base.code", limitSoftened), cbpr),
		},
	}
})

// softened returns the rules with one of them as a warning, and the reason.
func softened(rules []Rule, id, reason string) []Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		if rules[i].ID == id {
			rules[i].Action, rules[i].Limits = Warn, reason
		}
	}
	return rules
}
