package profile

import (
	"strings"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// printableLatin is what FIN-X and the further characters of names and texts
// amount to together: U+0020 to U+007E.
var printableLatin = newAlphabet("printable Basic Latin", ` /-?:().,'+!#$%&*=^_{|}~";<>@[\]`+"`")

// finX is the alphabet of references. Source: design/payment-flow.md names it;
// its characters are those of MT fields in format x.
var finX = newAlphabet("FIN-X (letters, digits, /-?:().,'+ and space)", ` /-?:().,'+`)

func noReturnCodeWord(x *Exam, at schema.Node) {
	for _, word := range []string{"/RETN/", "/REJT/"} {
		if strings.HasPrefix(at.Text(), word) {
			x.Fault(at, "%s begins with %s: send a pacs.004 or pacs.002", at.Name(), word)
		}
	}
}

// proprietary: reported wherever it stands.
func proprietary(x *Exam, at schema.Node) {
	x.Fault(at, "%s is proprietary; use a code of the external code set", x.Parent().Name())
}

func hasOffset(x *Exam, at schema.Node) {
	_, clock, dated := strings.Cut(at.Text(), "T")
	if dated && !strings.HasSuffix(clock, "Z") && !strings.ContainsAny(clock, "+-") {
		x.Fault(at, "%s has no offset from UTC", at.Name())
	}
}

// needsInVersion: the element is there if the message's version has it.
func needsInVersion(name string) Check {
	return func(x *Exam, at schema.Node) {
		if declared, _ := at.Type().Element(name); declared != nil {
			missing(x, at, name, "")
		}
	}
}

func ratePresent(x *Exam, at schema.Node) {
	instructed := at.Child("InstdAmt")
	if instructed.Exists() && instructed.Attr("Ccy") != at.Child("IntrBkSttlmAmt").Attr("Ccy") {
		missing(x, at, "XchgRate", " although the currencies of InstdAmt and IntrBkSttlmAmt differ")
	}
}

func notAnIBAN(x *Exam, at schema.Node) {
	if _, err := messages.ParseIBAN(at.Text()); err == nil {
		x.Fault(at, "the account number is an IBAN and belongs into IBAN")
	}
}
