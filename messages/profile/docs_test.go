package profile_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/messages/profile"
)

// TestDocs holds docs/profiles.md to the tables. After a change of a table run
//
//	go test ./messages/profile -run Docs -update
func TestDocs(t *testing.T) {
	compareWithFile(t, filepath.Join("..", "..", "docs", "profiles.md"), page(t))
}

func page(t *testing.T) string {
	var b strings.Builder
	b.WriteString(`# Profiles

Made from the tables in messages/profile; do not edit. ` + "`go test ./messages/profile -run Docs -update`" + ` makes it anew.

A profile is a list of rules. A rule looks at its places in the messages it is
for; a breach has an ISO external status reason and refuses the message, or only
warns. Sources are files of the data beside the project, with the words their
section begins with. *Reason* D and C are those below a debtor and a creditor.

A message is good when its schema finds no fault and its profile refuses nothing;
each says all it finds, also when the other has found something. ` + "`dragoman validate`" + `
shows both lists, the schema's first. [Departures](#departures-of-cbpr2026) says
what cbpr2026 is known not to cover.
`)
	shown := map[string]bool{}
	for _, name := range profile.Names() {
		p := named(t, name)
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n", p.Name, upper(p.Says))
		b.WriteString("| rule | says | for | where | reason | breach |\n|---|---|---|---|---|---|\n")
		for _, rule := range p.Rules {
			if !shown[rule.ID] {
				row(&b, rule)
			}
			shown[rule.ID] = true
		}
	}
	departures(t, &b)
	b.WriteString("\n## Sources\n\n| rule | taken from |\n|---|---|\n")
	listed := map[string]bool{}
	for _, name := range profile.Names() {
		for _, rule := range named(t, name).Rules {
			if !listed[rule.ID] {
				fmt.Fprintf(&b, "| %s | %s |\n", rule.ID, cell(rule.Source))
			}
			listed[rule.ID] = true
		}
	}
	return b.String()
}

func row(b *strings.Builder, rule profile.Rule) {
	places := "values of type " + strings.Join(rule.Types, ", ")
	if len(rule.Types) == 0 {
		places = strings.Join(rule.At, ", ")
	}
	reason := rule.Reason
	if rule.Debtor != "" {
		reason += ", D " + rule.Debtor + ", C " + rule.Creditor
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", rule.ID, cell(rule.Says), kindsOf(rule), cell(places), reason, rule.Action)
}

func kindsOf(rule profile.Rule) string {
	if len(rule.Kinds) == 0 {
		return "all"
	}
	return strings.Join(rule.Kinds, ", ")
}

// cell keeps Markdown from reading a star as emphasis or a bar as an end.
func cell(s string) string { return strings.NewReplacer("*", `\*`, "|", `\|`).Replace(s) }

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
