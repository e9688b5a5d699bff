package messages_test

import (
	"slices"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/messages/schema"
)

// sampleOriginal names an earlier payment, and repeats what a pacs.008 of the
// same time says of it.
func sampleOriginal(t *testing.T, id string) (messages.OriginalPayment, []given) {
	o := messages.OriginalPayment{
		Group:         messages.OriginalGroup{MessageID: "ORIG-1", MessageName: "pacs.008.001.08", Created: acceptedTime},
		InstructionID: "INSTR-1", EndToEndID: "E2E-1", TransactionID: "TX-1", UETR: sampleUETR, ClearingRef: "CLR-1",
		Amount: money("EUR 1000.55"), SettlementDate: sampleDate,
	}
	raw, _, err := writeCustomerTransfer(samePayment(id))
	if err != nil {
		t.Fatal(err)
	}
	v, _ := messages.ViewCustomerCreditTransfer(messages.Read(raw, messages.Options{}))
	o.Received = head(v.Transactions()).Node
	list := []given{
		{"OrgnlGrpInf/OrgnlMsgId", "ORIG-1"}, {"OrgnlGrpInf/OrgnlMsgNmId", "pacs.008.001.08"}, {"OrgnlGrpInf/OrgnlCreDtTm", acceptedTime},
		{"OrgnlInstrId", "INSTR-1"}, {"OrgnlEndToEndId", "E2E-1"}, {"OrgnlTxId", "TX-1"}, {"OrgnlUETR", sampleUETR},
		{"OrgnlClrSysRef", "CLR-1"}, {"OrgnlIntrBkSttlmAmt", "1000.55"}, {"OrgnlIntrBkSttlmDt", "2026-03-05"},
	}
	return o, append(list, at("OrgnlTxRef/", given{"IntrBkSttlmAmt", "1000.55"}, given{"Amt/InstdAmt", "1083.50"},
		given{"IntrBkSttlmDt", "2026-03-05"}, given{"SttlmInf/SttlmMtd", "CLRG"}, given{"PmtTpInf/InstrPrty", "HIGH"},
		nameAt("Dbtr", "Erika Mustermann"), accountAt("DbtrAcct", ownIBAN.String()), bicAt("DbtrAgt", "BANKDEFF"),
		bicAt("CdtrAgt", "BANKFRPP"), nameAt("Cdtr", "Müller & Söhne"), accountAt("CdtrAcct", "ACC-2"),
		given{"RmtInf/Ustrd", "invoice 4711"}, codeAt("Purp", "SALA"))...)
}

// samePayment is the version of pacs.008 whose parties and agents are those of
// a message about a payment.
func samePayment(id string) string {
	oldest, newest := "pacs.008.001.02", "pacs.008.001.14"
	switch s := schema.Lookup(id); {
	case s.TypeNamed("BranchAndFinancialInstitutionIdentification3") != nil:
		return "pacs.008.001.01"
	case s.TypeNamed("BranchAndFinancialInstitutionIdentification4") != nil:
		return oldest
	case s.TypeNamed("BranchAndFinancialInstitutionIdentification5") != nil:
		return "pacs.008.001.05"
	case s.TypeNamed("BranchAndFinancialInstitutionIdentification6") != nil:
		return "pacs.008.001.08"
	}
	return newest
}

func sampleReasons(reasons ...string) []messages.Reason {
	list := []messages.Reason{{Code: reasons[0], Text: "first line", Originator: messages.Party{Name: "Originator"}}}
	for _, r := range reasons[1:] {
		list = append(list, messages.Reason{Code: r})
	}
	return list
}

// reasonGiven is where sampleReasons stand; old begins the names in first versions.
func reasonGiven(place, old, reason string) []given {
	return at(place+"/", codeAt("Rsn", reason), codeAt(old+"Rsn", reason), given{"AddtlInf Addtl" + old + "RsnInf", "first line"},
		nameAt("Orgtr", "Originator"), nameAt(old+"Orgtr", "Originator"))
}

func writeStatusReport(t *testing.T, id, group string) ([]byte, []given, error) {
	original, originalGiven := sampleOriginal(t, id)
	s := messages.TransactionStatus{
		StatusID: "STS-1", Original: original, Status: "RJCT", Reasons: sampleReasons("AC04", "own reason"),
		Charges:  []messages.Charge{{Amount: money("EUR 2.50"), Agent: agent("BANKDEFF")}},
		Accepted: acceptedTime, Processed: moment("2026-03-06"), SettlementDate: sampleDate, ServicerRef: "SVC-1", ClearingRef: "CLR-2",
		InstructingAgent: agent("RECVFRPP"), InstructedAgent: agent("SENDDEFF"),
	}
	r := messages.StatusReport{
		MessageID: "MSG-1", Created: createdTime, InstructingAgent: agent("RECVFRPP"), InstructedAgent: agent("SENDDEFF"),
		Query:    messages.OriginalQuery{MessageID: "QUERY-1", MessageName: "pacs.028.001.03"},
		Original: original.Group, OriginalCount: 3, GroupStatus: group, Transactions: []messages.TransactionStatus{s, s},
	}
	list := all([]given{{"GrpHdr/MsgId", "MSG-1"}, {"GrpHdr/CreDtTm", createdTime.String()}, {"GrpHdr/OrgnlBizQry/MsgId", "QUERY-1"},
		bicAt("GrpHdr/InstgAgt", "RECVFRPP"), bicAt("GrpHdr/InstdAgt", "SENDDEFF")},
		at("TxInfAndSts/", all(originalGiven[3:], reasonGiven("StsRsnInf", "Sts", "AC04"), []given{
			{"StsId", "STS-1"}, {"TxSts", "RJCT"}, {"ChrgsInf/Amt ChrgsInf/ChrgsAmt", "2.50"}, {"AccptncDtTm", acceptedTime},
			{"PrcgDt/Dt", "2026-03-06"}, {"FctvIntrBkSttlmDt/Dt", "2026-03-05"}, {"AcctSvcrRef", "SVC-1"}, {"ClrSysRef", "CLR-2"},
			bicAt("InstgAgt", "RECVFRPP"), bicAt("InstdAgt", "SENDDEFF"),
		})...))
	if group == "" {
		list = append(list, at("TxInfAndSts/", originalGiven[:3]...)...)
	} else {
		r.GroupReasons = sampleReasons("NARR")
		list = all(list, reasonGiven("OrgnlGrpInfAndSts/StsRsnInf", "Sts", "NARR"), []given{
			{"OrgnlGrpInfAndSts/OrgnlMsgId", "ORIG-1"}, {"OrgnlGrpInfAndSts/OrgnlMsgNmId", "pacs.008.001.08"},
			{"OrgnlGrpInfAndSts/OrgnlNbOfTxs", "3"}, {"OrgnlGrpInfAndSts/GrpSts", group}})
	}
	raw, err := r.Write(id)
	return raw, list, err
}

func TestWriteStatusReport(t *testing.T) {
	for _, group := range []string{"", "PART"} {
		writing[messages.StatusReportView]{"pacs.002", 15, messages.ViewStatusReport, statusFields(),
			func(id string) ([]byte, []given, error) { return writeStatusReport(t, id, group) }}.check(t)
	}
}

// sentAs is the status that a version carries in the place of one that it has
// no code for.
var sentAs = map[string]string{"ACWP": "ACSP", "ACCC": "ACSC", "BLCK": "PDNG"}

// Every published status is written in every version: as it is where the
// version's code set has it, as the next lower one with the true one in words
// where it has not, and refused where there is none.
func TestWriteEveryStatus(t *testing.T) {
	ids := kindIDs("pacs.002")
	same, lower, refused := 0, 0, 0
	for _, id := range ids {
		for _, place := range []string{"TxInfAndSts/TxSts", "OrgnlGrpInfAndSts/GrpSts"} {
			admitted := admittedStatuses(id, place)
			for _, status := range publishedStatuses() {
				raw, err := oneStatus(id, place, status)
				want := status
				if !slices.Contains(admitted, status) {
					want = sentAs[status]
				}
				if want == "" || !slices.Contains(admitted, want) {
					if err == nil && isEnumerated(id, place) {
						t.Errorf("%s: %s %s was written", id, place, status)
					}
					refused++
					continue
				}
				if err != nil {
					t.Errorf("%s: %s %s: %v", id, place, status, err)
					continue
				}
				got, note := statusIn(t, id, raw, place)
				switch {
				case got != want:
					t.Errorf("%s: %s %s: written as %q, want %q", id, place, status, got, want)
				case want == status && note == "":
					same++
				case want != status && note == "Status "+status:
					lower++
				default:
					t.Errorf("%s: %s %s as %s: note %q", id, place, status, got, note)
				}
			}
		}
	}
	t.Logf("%d versions: %d statuses as they are, %d as lower ones, %d not in the version", len(ids), same, lower, refused)
	if len(ids) < 15 || same < 250 || lower < 40 {
		t.Errorf("want 15 versions, 250 statuses and 40 lower ones")
	}
}

func publishedStatuses() (all []string) {
	for code := range must2(codes.ForType("ExternalPaymentTransactionStatus1Code")).Codes() {
		all = append(all, code)
	}
	for code := range must2(codes.ForType("ExternalPaymentGroupStatus1Code")).Codes() {
		if !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	return all
}

func must2[V any](v V, ok bool) V {
	if !ok {
		panic("not there")
	}
	return v
}

func statusType(id, place string) *schema.Type {
	t := schema.Lookup(id).Root().Type.Slots[0].Alternatives[0].Type
	holder, name, _ := strings.Cut(place, "/")
	of, _ := t.Element(holder)
	p, _ := of.Type.Element(name)
	return p.Type
}

func isEnumerated(id, place string) bool { return len(statusType(id, place).Enumeration) > 0 }

// admittedStatuses are those that the schema lists, or that are published for
// its type.
func admittedStatuses(id, place string) []string {
	t := statusType(id, place)
	if len(t.Enumeration) > 0 {
		return t.Enumeration
	}
	var published []string
	for code := range must2(codes.ForType(t.Name)).Codes() {
		published = append(published, code)
	}
	return published
}

func oneStatus(id, place, status string) ([]byte, error) {
	r := messages.StatusReport{
		MessageID: "MSG-1", Created: createdTime,
		Original: messages.OriginalGroup{MessageID: "ORIG-1", MessageName: "pacs.008.001.08"},
	}
	if place == "TxInfAndSts/TxSts" {
		r.Transactions = []messages.TransactionStatus{{Original: messages.OriginalPayment{EndToEndID: "E2E-1"}, Status: status}}
	} else {
		r.GroupStatus = status
	}
	return r.Write(id)
}

// statusIn is the status and the text of the reason beside it.
func statusIn(t *testing.T, id string, raw []byte, place string) (status, note string) {
	t.Helper()
	m := messages.Read(raw, messages.Options{})
	if !m.Valid() {
		t.Fatalf("%s: %v", id, m.Faults())
	}
	body, _ := bodyOf(m, "pacs.002")
	holder, name, _ := strings.Cut(place, "/")
	of := body.At(holder)
	return of.Child(name).Text(), find(of, "StsRsnInf/AddtlInf StsRsnInf/AddtlStsRsnInf").Text()
}

func writeStatusRequest(t *testing.T, id string) ([]byte, []given, error) {
	original, originalGiven := sampleOriginal(t, id)
	raw, err := messages.StatusRequest{
		MessageID: "MSG-1", Created: createdTime, InstructingAgent: agent("SENDDEFF"), InstructedAgent: agent("RECVFRPP"),
		Groups: []messages.OriginalGroup{original.Group},
		Payments: []messages.RequestedPayment{{
			RequestID: "REQ-1", Original: original, Accepted: acceptedTime, ClearingRef: "CLR-2",
			InstructingAgent: agent("SENDDEFF"), InstructedAgent: agent("RECVFRPP"),
		}},
	}.Write(id)
	return raw, all([]given{{"GrpHdr/MsgId", "MSG-1"}, {"GrpHdr/CreDtTm", createdTime.String()},
		bicAt("GrpHdr/InstgAgt", "SENDDEFF"), bicAt("GrpHdr/InstdAgt", "RECVFRPP"), {"OrgnlGrpInf/OrgnlMsgId", "ORIG-1"}},
		at("TxInf/", append(originalGiven, given{"StsReqId", "REQ-1"}, given{"AccptncDtTm", acceptedTime}, given{"ClrSysRef", "CLR-2"},
			bicAt("InstgAgt", "SENDDEFF"), bicAt("InstdAgt", "RECVFRPP"))...)), err
}

func TestWriteStatusRequest(t *testing.T) {
	writing[messages.StatusRequestView]{"pacs.028", 7, messages.ViewStatusRequest, statusRequestFields(),
		func(id string) ([]byte, []given, error) { return writeStatusRequest(t, id) }}.check(t)
}
