package profile

import (
	"path"
	"slices"
	"strings"
	"sync"

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
	text := at.Text()
	if strings.HasPrefix(text, "/") || strings.HasSuffix(text, "/") || strings.Contains(text, "//") {
		x.Fault(at, "%s begins or ends with / or holds //", at.Name())
	}
}

// knownMessages are the messages compiled in, without variant and version.
var knownMessages = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for _, id := range schema.IDs() {
		known[messageOf(id)] = true
	}
	return known
})

// Forms of names: of an MT with what tells its use (MT202COV), and the variant
// and version of an MX.
const (
	formMT      = "MT[0-9][0-9][0-9]*"
	formVersion = ".[0-9][0-9][0-9].[0-9][0-9]"
)

// namesMessage: the value is an MT or a message that exists, in any version.
func namesMessage(x *Exam, at schema.Node) {
	text := at.Text()
	message := messageOf(text)
	if matches(formMT, text) || knownMessages()[message] && matches(formVersion, text[len(message):]) {
		return
	}
	x.Fault(at, "%s is %q, which names no message", at.Name(), clip(text))
}

// matches tells whether text has the form, whose errors a test would find.
func matches(form, text string) bool {
	matched, err := path.Match(form, text)
	return err == nil && matched
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

// differenceExplained compares what was instructed with what is settled.
func differenceExplained(x *Exam, at schema.Node) {
	if order, alike := compareAmounts(at.Child("InstdAmt"), at.Child("IntrBkSttlmAmt")); alike && order != 0 {
		missing(x, at, "ChrgsInf", " although InstdAmt and IntrBkSttlmAmt differ")
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

func partialExplained(x *Exam, at schema.Node) {
	order, alike := compareAmounts(at.Child("RtrdIntrBkSttlmAmt"), at.Child("OrgnlIntrBkSttlmAmt"))
	if !alike || order >= 0 || at.Child("ChrgsInf").Exists() {
		return
	}
	for reason := range at.All("RtrRsnInf") {
		if reason.Child("AddtlInf").Exists() {
			return
		}
	}
	x.FaultBelow(at, "RtrRsnInf/AddtlInf", "less than the original amount is returned, and neither charges nor additional information say why")
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
