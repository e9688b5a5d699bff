package profile_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"dragoman/messages/profile"
)

// sampled are the messages of which the release has samples; TestExamplesPass
// compares them with the files.
var sampled = []string{"camt.052", "camt.054", "pacs.002", "pacs.004", "pacs.008", "pacs.009", "pain.001"}

// departures lists where cbpr2026 differs from CBPR+ or is incomplete, as far as
// is known.
func departures(t *testing.T, b *strings.Builder) {
	rules := named(t, "cbpr2026").Rules
	b.WriteString(`
## Departures of cbpr2026

CBPR+ is published by SWIFT; no document of it is held here. The rules are taken
from design notes and from samples, so they are what those show and no more: a
message that passes may still break a rule of CBPR+ that none of them shows.
Whether a cover belongs to a payment, whether a BIC is connected, and whatever else
one message cannot show, is not checked.

### Kinds

A message of another kind, or of a kind without samples, is held to few rules
beyond base.

| message | version | samples of 2026 | rules that name it |
|---|---|---|---|
`)
	for _, message := range slices.Sorted(maps.Keys(profile.Versions)) {
		if message == "head.001" {
			continue
		}
		has := "none"
		if slices.Contains(sampled, message) {
			has = "yes"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %d |\n", message, profile.Versions[message], has, naming(rules, message))
	}
	limitTables(b, rules)
}

// naming counts the rules for some kinds, of which the message is one.
func naming(rules []profile.Rule, message string) (count int) {
	area, _, _ := strings.Cut(message, ".")
	for _, rule := range rules {
		if slices.ContainsFunc(rule.Kinds, func(kind string) bool {
			return kind == area || kind == message || strings.HasPrefix(kind, message+".")
		}) {
			count++
		}
	}
	return count
}

func limitTables(b *strings.Builder, rules []profile.Rule) {
	b.WriteString(`
### Rules

In the order of the rule table. Files without a folder are in
iso20022/cbpr/violations; minimal and maximal samples are those of
iso20022/cbpr/examples. The rules that only warn say why.

| rule | breach | what is known of its limits |
|---|---|---|
`)
	for _, rule := range rules {
		if rule.Limits != "" {
			fmt.Fprintf(b, "| %s | %s | %s |\n", rule.ID, rule.Action, cell(rule.Limits))
		}
	}
	b.WriteString(`
### By samples only

These refuse, and no note and no violating sample shows why: they rest on what no
sample holds (*unused*, the lists of codes) or every one holds (*required*). The
maximal samples hold whatever may be sent, but for the alternatives of choices; the
minimal ones hold nothing that may be left out. Where the samples of 2025 differ,
the table above says so; what the samples of 2025 are refused for is pinned in
messages/profile/testdata/y2025.txt.

| rule | for | says |
|---|---|---|
`)
	for _, rule := range rules {
		if rule.Action == profile.Refuse && bySamplesOnly(rule) {
			fmt.Fprintf(b, "| %s | %s | %s |\n", rule.ID, kindsOf(rule), cell(rule.Says))
		}
	}
}

// bySamplesOnly tells whether a rule is not shown by a note or a violation.
func bySamplesOnly(rule profile.Rule) bool {
	for _, source := range sources(rule) {
		if !strings.HasPrefix(source, "iso20022/cbpr/examples/") && !strings.HasPrefix(source, "iso20022/mt-mx-pairs/") {
			return false
		}
	}
	return true
}
