package messages_test

import (
	"testing"

	"dragoman/messages"
)

func asParty(bic string) messages.Party { return messages.Party{Agent: agent(bic)} }

// partyBICAt is the BIC of a party, or of an agent in its place, or the BIC that
// stands for it in the first version.
func partyBICAt(place, bic string) given {
	return given{under(place+"/Agt/", bicPaths) + " " + place, bic}
}

func sampleCase() (messages.Case, func(place string) []given) {
	return messages.Case{ID: "CASE-1", Creator: asParty("CASEDEFF"), Reopened: true}, func(place string) []given {
		return at(place+"/", given{"Id", "CASE-1"}, partyBICAt("Cretr", "CASEDEFF"), given{"ReopCaseIndctn", "true"})
	}
}

func assignmentGiven() []given {
	return at("Assgnmt/", given{"Id", "ASG-1"}, partyBICAt("Assgnr", "SENDDEFF"), partyBICAt("Assgne", "RECVFRPP"), given{"CreDtTm", createdTime.String()})
}

// writeCancellationRequest asks for a whole message or for two payments of it.
func writeCancellationRequest(t *testing.T, id string, whole bool) ([]byte, []given, error) {
	original, originalGiven := sampleOriginal(t, id)
	theCase, caseGiven := sampleCase()
	r := messages.CancellationRequest{
		AssignmentID: "ASG-1", Assigner: asParty("SENDDEFF"), Assignee: asParty("RECVFRPP"), Created: createdTime, Case: theCase,
	}
	list := all(assignmentGiven(), caseGiven("Case"))
	if whole {
		r.Groups = []messages.GroupCancellation{{CancellationID: "GRP-1", Case: theCase, Original: original.Group, Whole: true, Reasons: sampleReasons("CUST")}}
		list = all(list, at("Undrlyg/OrgnlGrpInfAndCxl/", all([]given{{"GrpCxlId", "GRP-1"}, {"OrgnlMsgId", "ORIG-1"}, {"GrpCxl", "true"}},
			caseGiven("Case"), reasonGiven("CxlRsnInf", "Cxl", "CUST"))...))
	} else {
		c := messages.Cancellation{CancellationID: "CXL-1", Case: theCase, Original: original, Assigner: agent("SENDDEFF"), Assignee: agent("RECVFRPP"),
			Reasons: sampleReasons("DUPL", "own reason")}
		r.Payments, r.Counted, r.Sums = []messages.Cancellation{c, c}, true, true
		list = all(list, []given{{"CtrlData/NbOfTxs", "2"}, {"CtrlData/CtrlSum", "2001.1"}},
			at("Undrlyg/TxInf/", all(originalGiven, caseGiven("Case"), reasonGiven("CxlRsnInf", "Cxl", "DUPL"),
				[]given{{"CxlId", "CXL-1"}, bicAt("Assgnr", "SENDDEFF"), bicAt("Assgne", "RECVFRPP")})...))
	}
	raw, err := r.Write(id)
	return raw, list, err
}

func TestWriteCancellationRequest(t *testing.T) {
	writing[messages.CancellationRequestView]{"camt.056", 12, messages.ViewCancellationRequest, cancellationFields(),
		func(id string) ([]byte, []given, error) { return writeCancellationRequest(t, id, false) }}.check(t)
	writing[messages.CancellationRequestView]{"camt.056", 12, messages.ViewCancellationRequest, nil,
		func(id string) ([]byte, []given, error) { return writeCancellationRequest(t, id, true) }}.check(t)
}

// writeResolution refuses the recall of a whole message or of two payments of it.
func writeResolution(t *testing.T, id string, whole bool) ([]byte, []given, error) {
	original, originalGiven := sampleOriginal(t, id)
	theCase, caseGiven := sampleCase()
	r := messages.Resolution{AssignmentID: "ASG-1", Assigner: asParty("SENDDEFF"), Assignee: asParty("RECVFRPP"), Created: createdTime, Case: theCase}
	list := all(assignmentGiven(), caseGiven("RslvdCase"))
	if whole && versionOf(id) > 1 {
		r.Groups = []messages.GroupCancellationStatus{{CancellationID: "GRP-1", Case: theCase, Original: original.Group}}
		list = all(list, at("CxlDtls/OrgnlGrpInfAndSts/", append(caseGiven("RslvdCase"), given{"OrgnlGrpCxlId", "GRP-1"}, given{"OrgnlMsgId", "ORIG-1"},
			given{"GrpCxlSts", "RJCR"}, codeAt("CxlStsRsnInf/Rsn", "LEGL"))...))
	} else {
		s := messages.CancellationStatus{
			StatusID: "STS-1", Case: theCase, Original: original,
			Outcome:  messages.Outcome{EndToEndID: "E2E-2", TransactionID: "TX-2", UETR: sampleUETR, Amount: money("EUR 997.50"), SettlementDate: sampleDate, ClearingChannel: "RTGS"},
			Assigner: asParty("SENDDEFF"), Assignee: asParty("RECVFRPP"),
		}
		r.Payments = []messages.CancellationStatus{s, s}
		list = all(list, []given{{"Sts/RjctdCxl/RsnCd", "LEGL"}, {"Sts/RjctdCxl/Rsn", "first line"}},
			at("CxlDtls/TxInfAndSts/", all(originalGiven, caseGiven("RslvdCase"), []given{
				{"CxlStsId", "STS-1"}, {"TxCxlSts", "RJCR"}, codeAt("CxlStsRsnInf/Rsn", "LEGL"), {"CxlStsRsnInf/AddtlInf", "first line"},
				partyBICAt("Assgnr", "SENDDEFF"), partyBICAt("Assgne", "RECVFRPP"),
				{"RsltnRltdInf/EndToEndId", "E2E-2"}, {"RsltnRltdInf/TxId", "TX-2"}, {"RsltnRltdInf/UETR", sampleUETR},
				{"RsltnRltdInf/IntrBkSttlmAmt", "997.50"}, {"RsltnRltdInf/IntrBkSttlmDt", "2026-03-05"}, {"RsltnRltdInf/ClrChanl", "RTGS"},
			})...))
	}
	if versionOf(id) > 1 {
		list = append(list, given{"Sts/Conf", "RJCR"})
	}
	r.Refused(messages.Reason{Code: "LEGL", Text: "first line"})
	raw, err := r.Write(id)
	return raw, list, err
}

func TestWriteResolution(t *testing.T) {
	writing[messages.ResolutionView]{"camt.029", 13, messages.ViewResolution, resolutionFields(),
		func(id string) ([]byte, []given, error) { return writeResolution(t, id, false) }}.check(t)
	writing[messages.ResolutionView]{"camt.029", 13, messages.ViewResolution, nil,
		func(id string) ([]byte, []given, error) { return writeResolution(t, id, true) }}.check(t)
}

// The outcomes of a recall, in all versions that name payments: cancelled,
// refused, and forwarded with and without a case.
func TestResolutions(t *testing.T) {
	theCase := messages.Case{ID: "CASE-1", Creator: asParty("CASEDEFF")}
	refuse := func(r *messages.Resolution) { r.Refused(messages.Reason{Code: "LEGL"}) }
	tests := []struct {
		name           string
		of             messages.Case
		resolve        func(*messages.Resolution)
		confirmed, old string // old: until .07, where FTNA is not listed
		status, reason string
	}{
		{"cancelled", theCase, (*messages.Resolution).Cancelled, "CNCL", "CNCL", "ACCR", ""},
		{"refused", theCase, refuse, "RJCR", "RJCR", "RJCR", "LEGL"},
		{"forwarded in a case", theCase, (*messages.Resolution).Forwarded, "PDCR", "PDCR", "PDCR", ""},
		{"forwarded without", messages.Case{}, (*messages.Resolution).Forwarded, "FTNA", "PDCR", "PDCR", ""},
	}
	n := 0
	for _, id := range kindIDs("camt.029")[1:] {
		for _, test := range tests {
			r := messages.Resolution{AssignmentID: "ASG-1", Assigner: asParty("SENDDEFF"), Assignee: asParty("RECVFRPP"), Created: createdTime,
				Payments: []messages.CancellationStatus{{Case: test.of, Original: messages.OriginalPayment{EndToEndID: "E2E-1"}}}}
			test.resolve(&r)
			m := messages.Read(must(r.Write(id)), messages.Options{})
			v, _ := messages.ViewResolution(m)
			payment, want := head(v.Transactions()), test.confirmed
			if versionOf(id) < 8 {
				want = test.old
			}
			if v.Confirmation() != want || payment.Status() != test.status || head(payment.Reasons()).Code() != test.reason || !m.Valid() {
				t.Errorf("%s %s: %s %s %s, want %s", id, test.name, v.Confirmation(), payment.Status(), head(payment.Reasons()).Code(), want)
			}
			n++
		}
	}
	t.Logf("%d resolutions", n)
	if n < 48 {
		t.Errorf("%d resolutions, want 48", n)
	}
}

// The first version says of a recall that it is cancelled or, with one of three
// reasons, that it is not; it cannot say more.
func TestFirstResolution(t *testing.T) {
	r := messages.Resolution{AssignmentID: "ASG-1", Assigner: asParty("SENDDEFF"), Assignee: asParty("RECVFRPP"), Created: createdTime,
		Case:     messages.Case{ID: "CASE-1", Creator: asParty("CASEDEFF")},
		Payments: []messages.CancellationStatus{{Original: messages.OriginalPayment{EndToEndID: "E2E-1"}}}}
	const id = "camt.029.001.01"
	r.Cancelled()
	if _, err := r.Write(id); err != nil {
		t.Error(err)
	}
	r.Refused()
	if _, err := r.Write(id); !isWriteError(err, "schema.missing") {
		t.Errorf("a refusal without reason: %v", err)
	}
	r.Refused(messages.Reason{Code: "NOAS"})
	if _, err := r.Write(id); !isWriteError(err, "schema.enumeration") {
		t.Errorf("a refusal with a reason of later versions: %v", err)
	}
	r.Forwarded()
	if _, err := r.Write(id); !isWriteError(err, "schema.enumeration") {
		t.Errorf("a recall that is passed on: %v", err)
	}
}
