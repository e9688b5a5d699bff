package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dragoman/configs"
)

// Where the node's part of the reference configuration begins and ends.
const (
	nodeBegins = "# node is this process."
	nodeEnds   = "\ncurrencies:\n"
)

const exampleHeader = `# A gateway made by 'dragoman init': banks, issuers and people are invented.
# Paths that are not absolute begin at the folder of this file.

`

const exampleCorridors = `
corridors:
  # Real-time gross: settled first, delivered then. What waits is rejected after
  # its patience. One for a pair of banks counts before these, for example
  # {from: A, to: B, currency: CNY, mode: confirm-then-settle, patience: 20s}.
`

const exampleExchange = `  # Payments that arrive in another currency, by the rates of providers.
`

// exampleConfig writes the configuration: the node as in the reference, with its
// comments, and the participants.
func exampleConfig(all []member) ([]byte, error) {
	start, end := strings.Index(configs.Reference(), nodeBegins), strings.Index(configs.Reference(), nodeEnds)
	if start < 0 || end < start {
		return nil, errors.New("the reference configuration has no node before its currencies")
	}
	var b bytes.Buffer
	b.WriteString(exampleHeader + configs.Reference()[start:end] + nodeEnds)
	for _, a := range assets() {
		fmt.Fprintf(&b, "  - {code: %s, issuer: %s, name: %s}\n", a.code, a.issuerBIC, a.name)
	}
	b.WriteString("\nparticipants:\n")
	for i, m := range all {
		writeMember(&b, m, i == 0 || all[i-1].bic != m.bic)
	}
	b.WriteString(exampleCorridors)
	for _, a := range assets() {
		fmt.Fprintf(&b, "  - {currency: %s, mode: settle-then-deliver, profile: base, patience: 4h}\n", a.code)
	}
	b.WriteString(exampleExchange)
	for _, a := range assets() {
		for _, into := range assets() {
			if a != into {
				fmt.Fprintf(&b, "  - {currency: %s, into: %s, mode: settle-then-deliver, profile: base, patience: 10m}\n", a.code, into.code)
			}
		}
	}
	return b.Bytes(), nil
}

// writeMember writes a participant, or one more key of the one before.
func writeMember(b *bytes.Buffer, m member, first bool) {
	if first {
		fmt.Fprintf(b, "  - bic: %s\n    name: %s\n    keys:\n", m.bic, quoted(m.name))
	}
	roles := m.role
	if m.issues != "" {
		roles = "participant, issuer"
	}
	fmt.Fprintf(b, "      - certificate: certs/%s/cert.pem\n        roles: [%s]\n", m.folder, roles)
	if m.nkey != "" {
		fmt.Fprintf(b, "        nkey: %s\n", m.nkey)
	}
	if m.person != "" {
		fmt.Fprintf(b, "        person: %s\n", m.person)
	}
	if len(m.accounts) > 0 {
		b.WriteString("    advice: true\n")
		if m.provider {
			b.WriteString("    provider: true\n")
		}
		b.WriteString("    accounts:\n")
	}
	for _, a := range m.accounts {
		fmt.Fprintf(b, "      - {currency: %s", a.Currency)
		if a.CreditLine != "" {
			fmt.Fprintf(b, ", credit-line: %q", a.CreditLine)
		}
		b.WriteString("}\n")
	}
}

// quoted writes a text in double quotes: a string of JSON is one of YAML.
func quoted(text string) string {
	b, _ := json.Marshal(text) //nolint:errchkjson // a string is always written
	return string(b)
}
