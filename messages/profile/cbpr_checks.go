package profile

import (
	"slices"
	"strings"

	"dragoman/messages"
	"dragoman/messages/schema"
)

func versionOfRelease(x *Exam, at schema.Node) {
	id := at.Schema().ID()
	if want := cbprVersions[messageOf(id)]; want != "" && want != id {
		x.Fault(at, "this is %s; the 2026 release uses %s", id, want)
	}
}

// maxOnce bounds the names that atMostOne is given.
const maxOnce = 4

// atMostOne: no child of these names has a second of its name.
func atMostOne(names ...string) Check {
	return func(x *Exam, at schema.Node) {
		var seen, reported [maxOnce]bool
		for child := range at.Children() {
			i := slices.Index(names, child.Name())
			if i < 0 {
				continue
			}
			if seen[i] && !reported[i] {
				reported[i] = true
				x.Fault(child, "%s occurs again; it may occur once", names[i])
			}
			seen[i] = true
		}
	}
}

func noSlashes(x *Exam, at schema.Node) {
	slashes(x, at, at.Text())
}

// endToEndHead is how much of an EndToEndId an MT field can carry.
const endToEndHead = 16

func noSlashesInHead(x *Exam, at schema.Node) {
	text := at.Text()
	if len(text) >= endToEndHead {
		slashes(x, at, text[:endToEndHead])
	} else if strings.HasPrefix(text, "/") || strings.Contains(text, "//") {
		x.Fault(at, "%s begins with / or holds //", at.Name())
	}
}

func slashes(x *Exam, at schema.Node, text string) {
	if strings.HasPrefix(text, "/") || strings.HasSuffix(text, "/") || strings.Contains(text, "//") {
		x.Fault(at, "%s begins or ends with / or holds //", at.Name())
	}
}

// namesMessage: the value is one of the messages, an MX with any version.
func namesMessage(names ...string) Check {
	return func(x *Exam, at schema.Node) {
		text := at.Text()
		if slices.Contains(names, text) && strings.HasPrefix(text, "MT") {
			return
		}
		message, version, _ := strings.Cut(text, ".001.")
		if len(version) != 2 || strings.Trim(version, "0123456789") != "" || !slices.Contains(names, message) {
			x.Fault(at, "%s is %q; it may be one of %s", at.Name(), clip(text), strings.Join(names, ", "))
		}
	}
}

func repeatsGroupID(x *Exam, at schema.Node) {
	if id := x.Body().At("GrpHdr/MsgId"); id.Exists() && id.Text() != at.Text() {
		x.Fault(at, "PmtInfId is %q; MsgId is %q", clip(at.Text()), clip(id.Text()))
	}
}

func noMetal(x *Exam, at schema.Node) {
	currency, err := messages.ParseCurrency(at.Attr("Ccy"))
	if err == nil && currency.Kind() == messages.CurrencyMetal {
		x.Fault(at, "%s is in %s, a metal", at.Name(), currency)
	}
}

func chargesForCreditor(x *Exam, at schema.Node) {
	if at.Child("ChrgBr").Text() == "CRED" {
		missing(x, at, "ChrgsInf", " although the charge bearer is CRED; give zero charges as 0")
	}
}

func chargesForDebtor() Check {
	once := atMostOne("ChrgsInf")
	return func(x *Exam, at schema.Node) {
		if at.Child("ChrgBr").Text() == "DEBT" {
			once(x, at)
		}
	}
}

// differenceExplained compares what was instructed with what is settled.
func differenceExplained(x *Exam, at schema.Node) {
	for _, amounts := range [...][2]string{{"InstdAmt", "IntrBkSttlmAmt"}, {"RtrdInstdAmt", "RtrdIntrBkSttlmAmt"}} {
		order, alike := compareAmounts(at.Child(amounts[0]), at.Child(amounts[1]))
		if alike && order != 0 {
			missing(x, at, "ChrgsInf", " although "+amounts[0]+" and "+amounts[1]+" differ")
		}
	}
}

// compareAmounts orders two amounts; false unless both are there, can be read
// and are of one currency.
func compareAmounts(a, b schema.Node) (order int, alike bool) {
	if !a.Exists() || !b.Exists() {
		return 0, false
	}
	one, err := messages.ParseDecimal(a.Text())
	other, err2 := messages.ParseDecimal(b.Text())
	if err != nil || err2 != nil || a.Attr("Ccy") != b.Attr("Ccy") {
		return 0, false
	}
	return one.Cmp(other), true
}

func reimbursementWithCover(x *Exam, at schema.Node) {
	agents := at.Child("InstgRmbrsmntAgt").Exists() || at.Child("InstdRmbrsmntAgt").Exists()
	switch method := at.Child("SttlmMtd"); {
	case method.Text() == "COVE" && !agents:
		x.Fault(at, "SttlmMtd is COVE and there is no reimbursement agent")
	case method.Text() != "COVE" && agents:
		x.Fault(at, "there are reimbursement agents and SttlmMtd is %s", method.Text())
	}
}

func originalOnce(x *Exam, at schema.Node) {
	for _, names := range [...][2]string{{"OrgnlIntrBkSttlmAmt", "IntrBkSttlmAmt"}, {"OrgnlIntrBkSttlmDt", "IntrBkSttlmDt"}} {
		again := at.Child("OrgnlTxRef").Child(names[1])
		if at.Child(names[0]).Exists() && again.Exists() {
			x.Fault(again, "%s is given in %s already", names[1], names[0])
		}
	}
}

func partialMarked(x *Exam, at schema.Node) {
	order, alike := compareAmounts(at.Child("RtrdIntrBkSttlmAmt"), at.Child("OrgnlIntrBkSttlmAmt"))
	if !alike || order >= 0 {
		return
	}
	for reason := range at.All("RtrRsnInf") {
		for line := range reason.All("AddtlInf") {
			if line.Text() == "PART" {
				return
			}
		}
	}
	x.FaultBelow(at, "RtrRsnInf/AddtlInf", "less than the original amount is returned and no AddtlInf is PART")
}

func codeOnce(x *Exam, at schema.Node) {
	if earlierInstruction(x, at, at.Text()) {
		x.Fault(at, "%s is given twice", clip(at.Text()))
	}
}

// earlierInstruction tells whether an instruction before at has the code.
func earlierInstruction(x *Exam, at schema.Node, code string) bool {
	for other := range x.Ancestor(2).All("InstrForCdtrAgt") {
		if cd := other.Child("Cd"); cd.Offset() < at.Offset() && cd.Exists() && cd.Text() == code {
			return true
		}
	}
	return false
}

// codeNotWith: the code does not stand in one transaction with the other.
func codeNotWith(code, other string) Check {
	return func(x *Exam, at schema.Node) {
		if at.Text() != code {
			return
		}
		for instruction := range x.Ancestor(2).All("InstrForCdtrAgt") {
			if instruction.Child("Cd").Text() == other {
				x.Fault(at, "%s does not go with %s", code, other)
				return
			}
		}
	}
}

// maxRemittance bounds the content of all Strd together, in characters.
const maxRemittance = 9000

func shortRemittance(x *Exam, at schema.Node) {
	length := 0
	for structured := range at.All("Strd") {
		for n := range structured.Walk() {
			length += len([]rune(n.Text()))
		}
	}
	if length > maxRemittance {
		x.Fault(at, "structured remittance information has %d characters; at most %d", length, maxRemittance)
	}
}

func rejectedNeedsReason(x *Exam, at schema.Node) {
	if at.Child("TxSts").Text() != "RJCT" {
		return
	}
	for information := range at.All("StsRsnInf") {
		if information.Child("Rsn").Exists() {
			return
		}
	}
	x.FaultBelow(at, "StsRsnInf/Rsn", "the transaction is rejected and no reason is given")
}

func notRejected(x *Exam, at schema.Node) {
	if x.Parent().Child("TxSts").Text() == "RJCT" {
		x.Fault(at, "the transaction is rejected and has a settlement date")
	}
}

func positive(x *Exam, at schema.Node) {
	if strings.Trim(at.Text(), "0") == "" {
		x.Fault(at, "%s is zero", at.Name())
	}
}

func bookedHasDate(x *Exam, at schema.Node) {
	if at.At("Sts/Cd").Text() == "BOOK" && !at.Child("BookgDt").Exists() && !at.Child("ValDt").Exists() {
		x.Fault(at, "the entry is booked and has neither BookgDt nor ValDt")
	}
}

func sumsInterest(x *Exam, at schema.Node) {
	var t total
	for record := range x.Parent().All("Rcrd") {
		t.add(record.Child("Amt"))
	}
	isSum(x, at, &t)
}

// ibanCountries are the countries of CBPR+ STP whose agents pay among each
// other by IBAN; domesticCouples are pairs that count as one country.
const ibanCountries = " AT BE BG BV CY CZ DE DK EE ES FI FR GB GF GI GP GR HR HU IE IS IT LI LT LU LV MQ MT NL NO PL PM PT RE RO SE SI SJ SK "

var domesticCouples = [...]string{" IT VA ", " FR MC ", " ES AD ", " IT SM "}

func ibanBetweenIBANCountries(x *Exam, at schema.Node) {
	from, to := countryOf(at.Child("DbtrAgt")), countryOf(at.Child("CdtrAgt"))
	among := func(countries string) bool {
		return strings.Contains(countries, from) && strings.Contains(countries, to)
	}
	if from == "" || to == "" || !among(ibanCountries) && !slices.ContainsFunc(domesticCouples[:], among) {
		return
	}
	for _, path := range [...]string{"Dbtr/Nm", "DbtrAcct/Id/IBAN", "Cdtr/Nm", "CdtrAcct/Id/IBAN"} {
		missing(x, at, path, " between agents in"+from+"and"+to)
	}
}

// countryOf is the country in an agent's BIC between spaces, or nothing.
func countryOf(agent schema.Node) string {
	bic, err := messages.ParseBIC(agent.At("FinInstnId/BICFI").Text())
	if err != nil {
		return ""
	}
	return " " + bic.Country().String() + " "
}
