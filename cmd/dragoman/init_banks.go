package main

import (
	"fmt"
	"strconv"
	"strings"

	"dragoman/configs"
	"dragoman/messages"
)

// gatewayBIC is the gateway of the example; no such BIC is issued.
const gatewayBIC = "DRGMHKHHXXX"

// member is a participant of a folder that init makes, or one of the people of
// the gateway itself.
type member struct {
	bic      messages.BIC
	name     string // of the participant
	person   string // empty for banks
	folder   string // of its certificate, below certs
	role     string
	nats     bool   // it may come by NATS as well
	nkey     string // public part of its NKEY then
	issues   string // currency; empty for others
	provider bool   // it may stand by exchange rates
	accounts []configs.Account
}

// asset is a digital currency of the example.
type asset struct{ code, name, issuerBIC, issuer, line string }

// folder is that of the certificate of one of the issuer's two people, 1 or 2.
func (a asset) folder(person int) string {
	return folderOf(fmt.Sprintf("%s %d", a.issuer, person), messages.BIC{})
}

// assets are the digital currencies of the example, with the credit line of
// banks at home in them. BICs of the example are invented.
func assets() []asset {
	return []asset{
		{"CNY", "digital yuan", "EYUACNBJ", "Yuan Issuer", "5000000.00"},
		{"THB", "digital baht", "EBAHTHBK", "Baht Issuer", "25000000.00"},
		{"AED", "digital dirham", "EDIRAEAD", "Dirham Issuer", "2500000.00"},
	}
}

func exampleBanks() []string {
	return []string{
		"JADECNBJ=Jade Bank", "PEONCNSH=Peony Bank", "ORCHTHBK=Orchid Bank", "TEAKTHBK=Teak Bank",
		"FALCAEAD=Falcon Bank", "DUNEAEAD=Dune Bank", "LOTUHKHH=Lotus Bank", "HARBHKHH=Harbour Bank",
	}
}

// exampleProvider is the bank of the example that changes money.
const exampleProvider = "HARBHKHH"

// members makes the participants of an example with those banks, each BIC=NAME.
// The people of the gateway come first, two of each role, and every issuer has two,
// for four eyes.
func members(banks []string) ([]member, error) {
	gateway, err := messages.ParseBIC(gatewayBIC)
	if err != nil {
		return nil, err
	}
	var all []member
	for _, role := range []string{"operator", "compliance"} {
		for i := range 2 {
			person := fmt.Sprintf("%s%s %d", strings.ToUpper(role[:1]), role[1:], i+1)
			all = append(all, member{bic: gateway, name: "Dragoman", person: person, folder: folderOf(person, gateway), role: role})
		}
	}
	for _, a := range assets() {
		bic, err := messages.ParseBIC(a.issuerBIC)
		if err != nil {
			return nil, err
		}
		for i := range 2 {
			all = append(all, member{bic: bic, name: a.issuer, person: fmt.Sprintf("Officer %d", i+1), folder: a.folder(i + 1), role: "issuer", issues: a.code, nats: i == 0})
		}
	}
	for _, text := range banks {
		bank, err := parseBank(text)
		if err != nil {
			return nil, err
		}
		for _, other := range all {
			if other.bic == bank.bic || other.folder == bank.folder {
				return nil, wrongInit("--bank %s: BIC or folder certs/%s is that of %s already", text, bank.folder, other.name)
			}
		}
		all = append(all, bank)
	}
	return all, nil
}

// maxCommonName is the length of a certificate's common name (X.520, ub-common-name).
const maxCommonName = 64

// parseBank reads BIC=NAME. A bank has a wallet in every currency, and a credit
// line in that of its own country.
func parseBank(text string) (member, error) {
	code, name, _ := strings.Cut(text, "=")
	bic, err := messages.ParseBIC(code)
	switch {
	case err != nil:
		return member{}, wrongInit("--bank %s: %v; write BIC=NAME", text, err)
	case name == "" || len(name) > maxCommonName || strings.TrimSpace(name) != name || !strconv.CanBackquote(name) || strings.ContainsRune(name, '\t'):
		return member{}, wrongInit("--bank %s: a name has 1 to %d bytes on one line; write BIC=NAME", text, maxCommonName)
	}
	bank := member{bic: bic, name: name, folder: folderOf(name, bic), role: "participant", nats: true, provider: bic.Institution().String() == exampleProvider}
	for _, a := range assets() {
		account := configs.Account{Currency: a.code}
		if strings.HasPrefix(a.code, bic.Country().String()) {
			account.CreditLine = a.line
		}
		bank.accounts = append(bank.accounts, account)
	}
	return bank, nil
}

// folderOf makes a folder name that every shell takes as it is: Jade Bank has
// jade-bank, and a name without Latin letters its BIC.
func folderOf(name string, bic messages.BIC) string {
	folder := strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
	if folder == "" {
		folder = strings.ToLower(bic.String())
	}
	return folder
}
