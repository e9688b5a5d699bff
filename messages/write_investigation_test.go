package messages_test

import (
	"testing"

	"dragoman/messages"
)

// findings are one of each kind, with where it is to be found.
func findings() map[string]struct {
	finding messages.Finding
	given   []given
} {
	type sample = struct {
		finding messages.Finding
		given   []given
	}
	return map[string]sample{
		"DbtAuthstn": {messages.Finding{Debit: &messages.DebitDecision{Granted: true, Amount: money("EUR 1000.55"), Account: nostro, ValueDate: sampleDate, Reason: "agreed"}},
			[]given{{"DbtAuthstn", "true"}, {"AmtToDbt", "1000.55"}, accountAt("Acct", "NOSTRO-7"), {"ValDtToDbt", "2026-03-05"}, {"Rsn", "agreed"}}},
		"Conf": {messages.Finding{Booking: &messages.Booking{Amount: money("EUR -1000.55"), ExchangeRate: sampleRate, Account: nostro,
			Booked: moment("2026-03-04"), ValueDate: moment("2026-03-05"), References: messages.References{EndToEndID: "E2E-1", UETR: sampleUETR}, Reason: "booked"}},
			[]given{{"Amt", "1000.55"}, {"CdtDbtInd", "DBIT"}, {"XchgRate", "1.0835"}, accountAt("Acct", "NOSTRO-7"), {"BookgDt/Dt", "2026-03-04"},
				{"ValDt/Dt", "2026-03-05"}, {"Refs/EndToEndId", "E2E-1"}, {"Refs/UETR", sampleUETR}, {"Rsn", "booked"}}},
		"TxSts": {messages.Finding{PaymentStatus: "ACSC", PaymentReasons: sampleReasons("G000")},
			append(reasonGiven("StsRsnInf", "Sts", "G000"), given{"Sts/Cd", "ACSC"})},
		"RspnNrrtv": {messages.Finding{Narrative: "credited in full"}, []given{{"", "credited in full"}}},
	}
}

func writeInvestigationResponse(t *testing.T, id, kind string) ([]byte, []given, error) {
	sample := findings()[kind]
	r := messages.InvestigationResponseOn(filled(t, "camt.110.001.01", 3))
	request := r.Request
	sample.finding.Question, sample.finding.Reason, sample.finding.ReasonSubType = 7, "RQ01", "own type"
	sample.finding.Originator = asParty("BANKFRPP")
	r.MessageID, r.Status, r.StatusReason, r.NextResponder = "MSG-1", "CLSD", "own reason", asParty("NEXTFRPP")
	r.Findings = []messages.Finding{sample.finding}
	raw, err := r.Write(id)
	data := "InvstgtnRspn/InvstgtnData/"
	list := []given{{"InvstgtnRspn/MsgId", "MSG-1"}, {"InvstgtnRspn/RspndrInvstgtnId", request.Child("RspndrInvstgtnId").Text()},
		{"InvstgtnRspn/InvstgtnSts/Sts", "CLSD"}, codeAt("InvstgtnRspn/InvstgtnSts/StsRsn", "own reason"), partyBICAt("InvstgtnRspn/NxtRspndr", "NEXTFRPP"),
		{data + "OrgnlInvstgtnSeq", "7"}, codeAt(data+"OrgnlInvstgtnRsn", "RQ01"), codeAt(data+"OrgnlInvstgtnRsnSubTp", "own type"),
		partyBICAt(data+"RspnOrgtr", "BANKFRPP"),
		{"OrgnlInvstgtnReq/MsgId", request.Child("MsgId").Text()}, {"OrgnlInvstgtnReq/EIR", request.Child("EIR").Text()}}
	if kind == "RspnNrrtv" {
		return raw, append(list, given{data + "RspnData/RspnNrrtv", "credited in full"}), err
	}
	return raw, append(list, at(data+"RspnData/"+kind+"/", sample.given...)...), err
}

func TestWriteInvestigationResponse(t *testing.T) {
	for kind := range findings() {
		writing[messages.InvestigationResponseView]{"camt.111", 3, messages.ViewInvestigationResponse, responseFields(),
			func(id string) ([]byte, []given, error) { return writeInvestigationResponse(t, id, kind) }}.check(t)
	}
}

// Every question of a request is taken up, with its number and reason.
func TestInvestigationResponseOn(t *testing.T) {
	request := filled(t, "camt.110.001.02", 1)
	v, _ := messages.ViewInvestigationRequest(request)
	r := messages.InvestigationResponseOn(request)
	if n := count(v.Questions()); n == 0 || n != len(r.Findings) {
		t.Fatalf("%d questions, %d findings", n, len(r.Findings))
	}
	i := 0
	for q := range v.Questions() {
		f := r.Findings[i]
		if f.Reason != q.Reason() || f.ReasonSubType != q.ReasonSubType() || q.SequenceText() != "" && f.Question == 0 {
			t.Errorf("question %d: %+v", i, f)
		}
		i++
	}
	if r.ResponderID != v.ResponderID() || r.Request.Child("MsgId").Text() != v.MessageID() {
		t.Errorf("request: %q %q", r.ResponderID, r.Request.Child("MsgId").Text())
	}
}
