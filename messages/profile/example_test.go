package profile_test

import (
	"fmt"
	"os"
	"strings"

	"dragoman/messages"
	"dragoman/messages/profile"
)

// A message is read first; the profile then says what else is wrong with it.
func ExampleProfile_Check() {
	raw, err := os.ReadFile("testdata/samples/pacs.008.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	raw = []byte(strings.Replace(string(raw), "<ChrgBr>SHAR", "<ChrgBr>CRED", 1))

	m := messages.Read(raw, messages.Options{})
	cbpr, ok := profile.ByName("cbpr2026")
	if !ok {
		fmt.Println("no such profile")
		return
	}
	for _, fault := range cbpr.Check(m) {
		fmt.Println(fault.Rule, fault.Reason, "line", fault.Line)
		fmt.Println(fault.Path)
		fmt.Println(fault.Text)
	}
	// Output:
	// cbpr.charges.cred CH21 line 20
	// /Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/ChrgsInf
	// CdtTrfTxInf lacks ChrgsInf although the charge bearer is CRED; give zero charges as 0
}

// The tables can be read by a program, too.
func ExampleByName() {
	base, _ := profile.ByName("base")
	for _, rule := range base.Rules {
		if rule.Reason == "AM10" {
			fmt.Printf("%s: %s\n", rule.ID, rule.Says)
		}
	}
	// Output:
	// base.sum.settlement: the total settlement amount is the sum of the settlement amounts, in one currency
}
