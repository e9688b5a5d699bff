package messages_test

import (
	"testing"

	"dragoman/messages"
)

// touch reads every field of a view, and counts those that were there.
func touch[V any](view func(*messages.Message) (V, bool), fields []field[V]) func(*messages.Message) int {
	return func(m *messages.Message) (n int) {
		if v, ok := view(m); ok {
			for _, f := range fields {
				if f.get(v) != "" {
					n++
				}
			}
		}
		return n
	}
}

func touchAll() []func(*messages.Message) int {
	return []func(*messages.Message) int{
		touch(messages.ViewStatusReport, statusFields()), touch(messages.ViewDirectDebit, directDebitFields()),
		touch(messages.ViewReturn, returnFields()), touch(messages.ViewReversal, reversalFields()),
		touch(messages.ViewCustomerCreditTransfer, customerTransferFields()), touch(messages.ViewInstitutionCreditTransfer, institutionTransferFields()),
		touch(messages.ViewInstitutionDirectDebit, institutionDebitFields()), touch(messages.ViewStatusRequest, statusRequestFields()),
		touch(messages.ViewMultilateralSettlement, multilateralFields()), touch(messages.ViewNetReport, netReportFields()),
		touch(messages.ViewResolution, resolutionFields()), touch(messages.ViewCancellationRequest, cancellationFields()),
		touch(messages.ViewInvestigationResponse, responseFields()), touch(messages.ViewInvestigationRequest, investigationRequestFields()),
		touch(messages.ViewChargesNotification, chargesFields()), touch(messages.ViewIdentificationReport, identificationReportFields()),
		touch(messages.ViewRejection, rejectionFields()), touch(messages.ViewEventNotification, eventFields()), touch(messages.ViewHeader, headerFields()),
	}
}

type writer interface {
	Write(id string) ([]byte, error)
}

// answersTo begins every answer to a message and fills in what it lacks.
func answersTo(m *messages.Message) map[string]writer {
	report, recall, resolution := messages.StatusReportOn(m), messages.CancellationOf(m), messages.ResolutionOn(m)
	returned, _ := messages.ReturnOf(m)
	question, receipt, rejection := messages.StatusRequestOn(m), messages.AcknowledgementOf(m), messages.RejectionOf(m)
	response, verdict := messages.InvestigationResponseOn(m), messages.IdentificationReportOn(m)
	report.MessageID, report.Created, report.GroupStatus = "MSG-1", createdTime, "RJCT"
	returned.MessageID, returned.Created, returned.Settlement.Method = "MSG-1", createdTime, "CLRG"
	question.MessageID, question.Created = "MSG-1", createdTime
	recall.AssignmentID, recall.Created = "MSG-1", createdTime
	resolution.AssignmentID, resolution.Created = "MSG-1", createdTime
	resolution.Forwarded()
	response.MessageID, response.Status = "MSG-1", "CLSD"
	for i := range response.Findings {
		response.Findings[i].Narrative = "none"
	}
	verdict.MessageID, verdict.Created = "MSG-1", createdTime
	receipt.MessageID, receipt.Receipts[0].Status = "MSG-1", "RCVD"
	return map[string]writer{
		"pacs.002": report, "pacs.004": returned, "pacs.028": question, "camt.056": recall, "camt.029": resolution,
		"camt.111": response, "acmt.024": verdict, "admi.002": rejection, "admi.007": receipt,
	}
}

// answerAll writes every answer in the oldest, a middle and the newest version:
// what comes out is valid or an error.
func answerAll(t *testing.T, name string, m *messages.Message, written map[string]int) {
	t.Helper()
	for kind, answer := range answersTo(m) {
		ids := kindIDs(kind)
		for _, id := range []string{ids[0], ids[len(ids)/2], ids[len(ids)-1]} {
			raw, err := answer.Write(id)
			if err != nil {
				continue
			}
			written[kind]++
			if read := messages.Read(raw, messages.Options{}); !read.Valid() {
				t.Errorf("%s: answered by an invalid %s: %v\n%s", name, id, read.Faults(), raw)
			}
		}
	}
}

// Views and answers of messages that are not valid, or that break off anywhere,
// give what is there; none panics, none lets anything invalid out.
func TestViewsOfBrokenMessages(t *testing.T) {
	touches, n, fields, written := touchAll(), 0, 0, map[string]int{}
	each := func(name string, m *messages.Message) {
		n++
		for _, touch := range touches {
			fields += touch(m)
		}
		answerAll(t, name, m, written)
	}
	for _, kind := range []string{"pacs.002", "pacs.003", "pacs.004", "pacs.008", "pacs.009", "pacs.010", "pacs.028", "camt.029", "camt.056", "camt.110", "acmt.023"} {
		ids := kindIDs(kind)
		for _, id := range []string{ids[0], ids[len(ids)-1]} {
			raw := filled(t, id, 1).Raw()
			const cuts = 12
			for i := range cuts {
				each(id+" cut", messages.Read(raw[:len(raw)*i/cuts], messages.Options{}))
			}
			for i := range cuts { // a piece is missing
				at := len(raw) * i / cuts
				each(id+" with a hole", messages.Read(append(append([]byte{}, raw[:at]...), raw[min(at+len(raw)/20, len(raw)):]...), messages.Options{}))
			}
		}
	}
	for _, f := range corpusFiles(t, "messages/invalid", "cbpr/violations") {
		each(f.path, f.message)
	}
	t.Logf("%d broken messages, %d fields, answers written: %v", n, fields, written)
	if n < 690 || fields < 15000 || len(written) < 9 {
		t.Errorf("want 690 messages, 15,000 fields and answers of 9 kinds")
	}
}
