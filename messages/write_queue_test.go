package messages_test

import (
	"slices"
	"strconv"
	"testing"

	"dragoman/messages"
)

const sampleUETR = "eb6305c9-1f7f-49de-aed0-16487c27b42d"

// orderSample is a received customer credit transfer with all its parties.
func orderSample(t *testing.T) (messages.CustomerTransactionView, *messages.Message) {
	t.Helper()
	m := filled(t, "pacs.008.001.10", 3)
	v, ok := messages.ViewCustomerCreditTransfer(m)
	if !ok {
		t.Fatal("no view")
	}
	return head(v.Transactions()), m
}

func TestWriteTransactionAnswer(t *testing.T) {
	order, _ := orderSample(t)
	eachVersion(t, "camt.006", 3, func(t *testing.T, id string) {
		a := messages.TransactionAnswer{
			Answer: answerTo(t, "camt.005.001.08"), Page: messages.Page{Number: 2, Last: true},
			Transactions: []messages.TransactionReport{{
				Reference: longReference(),
				From:      messages.SystemMember{System: "TGT", Member: agent("BANKDEFF"), Account: ownAccount},
				To:        messages.SystemMember{System: "own", Member: agent("BANKFRPP"), Country: "FR"},
				Direction: messages.Debit,
				Payment: messages.QueuedPayment{
					MessageID: "MSG-1", EndToEndID: "E2E-1", TransactionID: "TX-1",
					Execution: moment("2026-03-04"), SettlementDate: moment("2026-03-05").Date,
					Statuses: []messages.QueueStatus{
						{Code: "PSTL", Time: moment("2026-03-04T09:00:00Z"), Reason: "LACK"},
						{Code: "STLD"}, {Code: "own status", Reason: "own reason"},
						{Code: "RJTD", Reason: "X1", Text: "because"},
					},
					InstructedAmount: money("USD 110.00"), Amount: money("EUR 100.00"),
					MessageName: "pacs.008.001.10", Priority: "HIGH", Type: "an own type",
					Processing:       messages.Period{From: createdTime},
					InstructingAgent: agent("BANKDEFF"), InstructedAgent: agent("BANKFRPP"),
					Debtor: messages.Party{Name: "Erika Mustermann"}, DebtorAgent: agent("BANKDEFF"),
					Order: order.Node,
				},
				Entry: messages.QueueEntry{
					Account: ownAccount, Amount: money("EUR 100.00"), Date: moment("2026-03-05"),
					Status: "BOOK", EntryID: "ENTRY-1", StatementID: "STMT-1",
				},
			}, {
				Reference: messages.PaymentReference{Proprietary: "unknown"}, Errors: []messages.QueryError{{Code: "T1", Description: "none"}},
			}},
		}
		raw, err := a.Write(id)
		v, ok := messages.ViewTransactionAnswer(readWritten(t, id, raw, err))
		got := slices.Collect(v.Transactions())
		if !ok || len(got) != 2 {
			t.Fatalf("%t: %d transactions, want 2", ok, len(got))
		}
		fields := answerSeen(a.Answer, v.Group(), v.Query(), v.QueryName(), v.RequestType())
		fields = append(fields, errorSeen(a.Transactions[1].Errors, slices.Collect(got[1].Errors()))...)
		fields = append(fields, referenceSeen(id, a.Transactions[0].Reference, got[0].Reference())...)
		fields = append(fields, reportSeen(got[0])...)
		fields = append(fields, paymentSeen(got[0].Payment(), order)...)
		compareSeen(t, id, append(fields, []seen{
			{"page", "2", v.Page().NumberText()},
			{"last", "true", strconv.FormatBool(v.Page().Last())},
			{"count", "2", v.CountText()},
			{"second", "unknown", got[1].Reference().Proprietary()},
		}...))
	})
}

func reportSeen(t messages.TransactionReportView) []seen {
	return []seen{
		{"from", "TGT", t.From().System().Code()},
		{"from member", "BANKDEFF", t.From().Member().BICText()},
		{"from account", ownIBAN.String(), t.From().Account().IBANText()},
		{"to", "own", t.To().System().Code()},
		{"to country", "FR", t.To().Country()},
		{"direction", messages.Debit, t.Direction()},
		{"entry account", ownIBAN.String(), t.EntryAccount().IBANText()},
		{"entry amount", "EUR 100.00", said(t.Entry().Amount())},
		{"entry date", "2026-03-05", t.Entry().DateText()},
		{"entry status", "BOOK", t.Entry().Status()},
		{"entry", "ENTRY-1", t.Entry().EntryID()},
		{"statement", "STMT-1", t.Entry().StatementID()},
	}
}

func paymentSeen(p messages.QueuedPaymentView, order messages.CustomerTransactionView) []seen {
	statuses := slices.Collect(p.Statuses())
	if len(statuses) != 4 {
		return []seen{{"statuses", "4", strconv.Itoa(len(statuses))}}
	}
	return []seen{
		{"message id", "MSG-1", p.MessageID()},
		{"end to end", "E2E-1", p.EndToEndID()},
		{"transaction", "TX-1", p.TransactionID()},
		{"execution", "2026-03-04", p.ExecutionDateText()},
		{"settlement date", "2026-03-05", p.SettlementDateText()},
		{"status", "PSTL", statuses[0].Code()},
		{"status time", "2026-03-04T09:00:00Z", statuses[0].DateText()},
		{"status reason", "LACK", head(statuses[0].Reasons())},
		{"pending", "false", strconv.FormatBool(statuses[0].Final())},
		{"final", "true", strconv.FormatBool(statuses[1].Final())},
		{"own status", "own status", statuses[2].Code()},
		{"own reason", "own reason", head(statuses[2].Reasons())},
		{"rejection", "X1", head(statuses[3].Reasons())},
		{"rejection text", "because", statuses[3].ReasonText()},
		{"instructed amount", "USD 110.00", said(p.InstructedAmount())},
		{"amount", "EUR 100.00", said(p.Amount())},
		{"method", "pacs.008.001.10", p.Method()},
		{"priority", "HIGH", p.Priority()},
		{"type", "an own type", p.Type()},
		{"processing from", createdTime.String(), p.ProcessingTime().FromText()},
		{"processing to", "", p.ProcessingTime().ToText()},
		{"instructing agent", "BANKDEFF", p.Parties().InstructingAgent().BICText()},
		{"debtor", "Erika Mustermann", p.Parties().Debtor().Name()},
		{"debtor agent", "BANKDEFF", p.Parties().DebtorAgent().BICText()},
		{"ultimate debtor of the order", order.UltimateDebtor().Name(), p.Parties().UltimateDebtor().Name()},
		{"creditor of the order", order.Creditor().Name(), p.Parties().Creditor().Name()},
		{"creditor agent of the order", order.CreditorAgent().BICText(), p.Parties().CreditorAgent().BICText()},
		{"intermediary of the order", head(order.Intermediaries()).BICText(), head(p.Parties().Intermediaries()).BICText()},
	}
}

func longReference() messages.PaymentReference {
	return messages.PaymentReference{
		TransactionID: "TX-1", UETR: sampleUETR, EndToEndID: "E2E-1", Amount: money("EUR 100.00"),
		SettlementDate: moment("2026-03-05").Date, InstructingAgent: agent("BANKDEFF"), InstructedAgent: agent("BANKFRPP"),
	}
}

func referenceSeen(id string, want messages.PaymentReference, got messages.PaymentReferenceView) []seen {
	amount, err := got.Amount().MoneyIn(want.Amount.Currency())
	queue, position := got.Queue()
	return []seen{
		{"reference: transaction", want.TransactionID, got.TransactionID()},
		{"reference: UETR", want.UETR, got.UETRText()},
		{"reference: end to end", want.EndToEndID, got.EndToEndID()},
		{"reference: amount in " + id, want.Amount.String(), saidSigned(amount, err)},
		{"reference: date", want.SettlementDate.String(), got.SettlementDateText()},
		{"reference: instructing agent", want.InstructingAgent.BIC.String(), got.InstructingAgent().BICText()},
		{"reference: instructed agent", want.InstructedAgent.BIC.String(), got.InstructedAgent().BICText()},
		{"reference: queue", want.Queue, queue},
		{"reference: position", want.Position, position},
	}
}

func TestWriteReceipt(t *testing.T) {
	eachVersion(t, "camt.025", 3, func(t *testing.T, id string) {
		newer, old := versionOf(id) >= 8, versionOf(id) < 8
		r := messages.ReceiptFor(question(t, "camt.008.001.11"), messages.Handling{
			Status: "REJT", Description: "no such payment",
			Reason: messages.Reason{Code: "NARR", Text: "see contract", Originator: messages.Party{Name: "System"}},
		}, messages.Handling{Status: "A123"})
		r.MessageID, r.Created = "RECEIPT-1", createdTime
		r.Details[0].OriginatorName, r.Details[0].Payment = "Bank B", longReference()
		raw, err := r.Write(id)
		v, ok := messages.ViewReceipt(readWritten(t, id, raw, err))
		details := slices.Collect(v.Details())
		if !ok || len(details) != 1 || count(details[0].Handlings()) != 2 {
			t.Fatalf("%t: %d details", ok, len(details))
		}
		d := details[0]
		handlings := slices.Collect(d.Handlings())
		h := handlings[0]
		reason, text, originator := "NARR", "see contract", "System"
		description := "no such payment"
		switch {
		case old:
			reason, text, originator = "", "", ""
		case newer && versionOf(id) == 8: // no Desc
			text, description = "see contract no such payment", ""
		}
		fields := referenceSeen(id, r.Details[0].Payment, d.Payment())
		compareSeen(t, id, append(fields, []seen{
			{"message id", "RECEIPT-1", v.Group().MessageID()},
			{"created", createdTime.String(), v.Group().CreatedText()},
			{"request type", r.RequestType.At("PmtCtrl").Text() + r.RequestType.At("Enqry").Text() + r.RequestType.At("Prtry/Id").Text(), v.RequestType()},
			{"original", r.Details[0].Original.MessageID, d.Original().MessageID()},
			{"original name", "camt.008.001.11", d.Original().MessageName()},
			{"originator", "Bank B", d.OriginatorName()},
			{"status", "REJT", h.Status()},
			{"second status", "A123", handlings[1].Status()},
			{"reason", reason, h.Reason().Code()},
			{"reason text", text, head(h.Reason().Text())},
			{"reason originator", originator, h.Reason().Originator().Name()},
			{"description", description, h.Description()},
		}...))
	})
}

// Each form of a payment reference, in the oldest and the newest version.
func TestWritePaymentReference(t *testing.T) {
	short := longReference()
	short.Amount, short.InstructedAgent = messages.Money{}, messages.Agent{}
	tests := []struct {
		name  string
		given messages.PaymentReference
		old   string // the element that is written in camt.025.001.05
		new   string // and in .09
	}{
		{"long", longReference(), "LngBizId", "LngBizId"},
		{"short", short, "ShrtBizId", "ShrtBizId"},
		{"UETR and transaction", messages.PaymentReference{UETR: sampleUETR, TransactionID: "TX-1"}, "TxId", "UETR"},
		{"transaction", messages.PaymentReference{TransactionID: "TX-1", Queue: "Q"}, "TxId", "TxId"},
		{"queue", messages.PaymentReference{Queue: "Q", Position: "12", Proprietary: "P"}, "QId", "QId"},
		{"proprietary", messages.PaymentReference{Proprietary: "P"}, "PrtryId", "PrtryId"},
		{"nothing", messages.PaymentReference{}, "", ""},
	}
	for _, test := range tests {
		for id, want := range map[string]string{"camt.025.001.05": test.old, "camt.025.001.09": test.new} {
			r := messages.Receipt{MessageID: "R", Details: []messages.ReceiptDetails{{
				Original: messages.OriginalQuery{MessageID: "M"}, Payment: test.given,
			}}}
			raw, err := r.Write(id)
			m := readWritten(t, id, raw, err)
			if got := head(head(m.Document().Root.Children()).At("RctDtls/OrgnlPmtId").Children()).Name(); got != want {
				t.Errorf("%s in %s: %q, want %q", test.name, id, got, want)
			}
		}
	}
}

func TestWriteLiquidityCreditTransfer(t *testing.T) {
	eachVersion(t, "camt.050", 3, func(t *testing.T, id string) {
		l := messages.LiquidityCreditTransfer{
			MessageID: "LIQ-1", Created: createdTime, InstructionID: "I-1", EndToEndID: "E-1", TransactionID: "T-1", UETR: sampleUETR,
			Creditor: agent("BANKFRPP"), CreditorAccount: nostro, Amount: money("EUR 12345678901234.56"),
			Debtor: agent("BANKDEFF"), DebtorAccount: ownAccount, SettlementDate: moment("2026-03-05").Date,
		}
		raw, err := l.Write(id)
		v, ok := messages.ViewLiquidityCreditTransfer(readWritten(t, id, raw, err))
		if !ok {
			t.Fatal("no view")
		}
		compareSeen(t, id, []seen{
			{"message id", "LIQ-1", v.Group().MessageID()},
			{"created", createdTime.String(), v.Group().CreatedText()},
			{"instruction", "I-1", v.PaymentID().InstructionID()},
			{"end to end", "E-1", v.PaymentID().EndToEndID()},
			{"transaction", "T-1", v.PaymentID().TransactionID()},
			{"UETR", sampleUETR, v.PaymentID().UETRText()},
			{"creditor", "BANKFRPP", v.Creditor().BICText()},
			{"creditor account", "NOSTRO-7", v.CreditorAccount().Other()},
			{"amount", "EUR 12345678901234.56", said(v.Amount())},
			{"debtor", "BANKDEFF", v.Debtor().BICText()},
			{"debtor account", ownIBAN.String(), v.DebtorAccount().IBANText()},
			{"debtor account name", "Settlement", v.DebtorAccount().Name()},
			{"settlement date", "2026-03-05", v.SettlementDateText()},
		})
	})
}
