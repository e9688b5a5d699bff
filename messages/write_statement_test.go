package messages_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"dragoman/messages"
)

var reportingKinds = []string{"camt.052", "camt.053", "camt.054"}

// eachReporting runs a test for every compiled version of the three kinds.
func eachReporting(t *testing.T, test func(t *testing.T, id string)) {
	t.Helper()
	for _, kind := range reportingKinds {
		eachVersion(t, kind, 14, test)
	}
}

// untilVersion is value in versions up to the given one, else nothing.
func untilVersion(id string, version int, value string) string {
	if versionOf(id) > version {
		return ""
	}
	return value
}

func sampleReporting(t *testing.T, id string) messages.Reporting {
	order, received := orderSample(t)
	credit := messages.CreditLine{Included: true, Type: "CRED", Amount: money("EUR 1000.00"), Date: moment("2026-03-04")}
	r := messages.Reporting{
		MessageID: "MSG-1", Created: createdTime, Recipient: messages.Party{Name: "Holding", BIC: must(messages.ParseBIC("BANKDEFF"))},
		Page: messages.Page{Number: 1, Last: true}, Query: messages.QueryIn(question(t, "camt.060.001.05")), Text: "of the message",
		Statements: []messages.Statement{{
			StatementID: "STMT-1", Page: messages.Page{Number: 2}, ElectronicSequence: 63, LegalSequence: 7,
			Created: createdTime, From: must(messages.ParseDateTime("2026-03-04T00:00:00+01:00")), To: createdTime,
			Copy: "DUPL", Source: "CAMT", Account: ownAccount, Owner: messages.Party{Name: "Bank B"},
			Servicer: messages.Agent{BIC: must(messages.ParseBIC("CENTDEFF")), Name: "Central Bank"}, RelatedAccount: nostro,
			Balances: []messages.Balance{
				{Type: "OPBD", Subtype: "INTM", Amount: money("EUR 999999999999999.99"), Date: moment("2026-03-04"), CreditLines: []messages.CreditLine{credit}},
				{Type: "an own balance", Amount: money("EUR -0.01"), Date: moment("2026-03-04T17:00:00Z"), Availability: []messages.Availability{
					{Date: moment("2026-03-06").Date, Amount: money("EUR -5.00")}, {Days: 2, Amount: money("EUR 6.00")},
				}},
				{Type: "CLBD", Amount: money("EUR 0.00"), Date: moment("2026-03-04")},
			},
			Entries: []messages.Entry{sampleEntry(messages.ReferencesIn(received, order.PaymentID()), order.Node), {
				Amount: money("EUR -0.50"), Reversal: true, Status: "BOOK", Code: messages.TransactionCode{Proprietary: "FEE", Issuer: "BANK"},
			}},
			Text: "of the statement",
		}},
	}
	if versionOf(id) >= 3 { // which demand an amount of each transaction
		r.Statements[0].Entries[0].Transactions[1].Amount = money("EUR 1.00")
	}
	r.Statements[0].Totals = must(messages.TotalsOf(r.Statements[0].Entries))
	return r
}

func sampleEntry(references messages.References, order messages.Node) messages.Entry {
	usd, eur := messages.MustCurrency("USD"), messages.MustCurrency("EUR")
	amounts := messages.AmountDetails{
		Instructed: messages.ExchangedAmount{Amount: money("USD 110.00"), Exchange: messages.Exchange{
			Source: usd, Target: eur, Unit: eur, Rate: must(messages.ParseDecimal("1.1")), ContractID: "C-1", Quoted: createdTime,
		}},
		Countervalue: messages.ExchangedAmount{Amount: money("EUR 100.00")},
	}
	charge := messages.EntryCharge{
		Amount: money("EUR 0.10"), Direction: messages.Debit, Included: true, Type: "COMM", Bearer: "SHAR", Agent: agent("BANKFRPP"),
	}
	return messages.Entry{
		Reference: "ENTRY-1", Amount: money("EUR 100.00"), Status: "BOOK", Booked: moment("2026-03-04"),
		ValueDate: moment("2026-03-05T00:00:00Z"), ServicerRef: "SREF-1",
		Code:         messages.TransactionCode{Domain: "PMNT", Family: "RCDT", Subfamily: "XBCT"},
		Availability: []messages.Availability{{Days: 1, Amount: money("EUR 100.00")}},
		Amounts:      amounts,
		Charges:      []messages.EntryCharge{charge, {Amount: money("EUR 0.20"), Type: "OWN1"}},
		Batch:        messages.Batch{MessageID: "BATCH-1", PaymentInformationID: "PI-1", Count: 2, Total: money("EUR -100.00")},
		Transactions: []messages.EntryTransaction{{
			References: messages.References{
				MessageID: "M-1", ServicerRef: "S-1", PaymentInformationID: "PI-1", InstructionID: "I-1", EndToEndID: "E-1",
				TransactionID: "T-1", UETR: sampleUETR, MandateID: "MND-1", ChequeNumber: "CHQ-1", ClearingRef: "CLR-1",
			},
			Amount: money("EUR -99.00"), Amounts: amounts, Charges: []messages.EntryCharge{charge},
			Code:   messages.TransactionCode{Domain: "PMNT", Family: "ICDT", Subfamily: "XBCT", Proprietary: "X"},
			Debtor: messages.Party{Name: "Debtor"}, UltimateDebtor: messages.Party{Name: "Ultimate debtor"},
			Creditor: messages.Party{Name: "Creditor"}, UltimateCreditor: messages.Party{Name: "Ultimate creditor"},
			DebtorAccount: nostro, CreditorAccount: ownAccount, DebtorAgent: agent("BANKDEFF"), CreditorAgent: agent("BANKFRPP"),
			InstructingAgent: agent("BANKGB2L"), InstructedAgent: agent("BANKUS33"),
			Purpose: "SALA", Remittance: []string{"line 1", "line 2"}, Accepted: createdTime,
			SettlementDate: moment("2026-03-05").Date, ReturnReason: messages.Reason{Code: "AC04", Text: "closed"}, Text: "of the transaction",
		}, {
			References: references, Order: order,
		}},
		Text: "of the entry",
	}
}

func TestWriteReporting(t *testing.T) {
	eachReporting(t, func(t *testing.T, id string) {
		r := sampleReporting(t, id)
		raw, err := r.Write(id)
		v, ok := messages.ViewReporting(readWritten(t, id, raw, err))
		if !ok || count(v.Statements()) != 1 {
			t.Fatalf("%t: %d statements, want 1", ok, count(v.Statements()))
		}
		compareSeen(t, id, []seen{
			{"message id", "MSG-1", v.Group().MessageID()},
			{"created", createdTime.String(), v.Group().CreatedText()},
			{"recipient", "Holding", v.Recipient().Name()},
			{"recipient's BIC", "BANKDEFF", v.Recipient().BICText()},
			{"page", "1", v.Page().NumberText()},
			{"last page", "true", strconv.FormatBool(v.Page().Last())},
			{"query", sinceVersion(id, 3, r.Query.MessageID), v.Query().MessageID()},
			{"query name", sinceVersion(id, 3, "camt.060.001.05"), v.Query().MessageName()},
			{"text", "of the message", v.Text()},
		})
		s := head(v.Statements())
		compareSeen(t, id, statementSeen(id, s))
		if messages.KindOf(id) != "camt.054" {
			compareSeen(t, id, balancesSeen(id, slices.Collect(s.Balances())))
		} else if s.Balance("CLBD").Exists() {
			t.Error("a notification holds balances")
		}
		entries := slices.Collect(s.Entries())
		if len(entries) != 2 {
			t.Fatalf("%d entries, want 2", len(entries))
		}
		compareSeen(t, id, entrySeen(id, entries[0]))
		compareSeen(t, id, []seen{
			{"second amount", "EUR -0.50", saidSigned(entries[1].Signed())},
			{"reversal", "true", strconv.FormatBool(entries[1].Reversal())},
			{"own code", "FEE BANK", entries[1].Code().Proprietary() + " " + entries[1].Code().Issuer()},
		})
		transactions := slices.Collect(entries[0].Transactions())
		if len(transactions) != 2 {
			t.Fatalf("%d transactions, want 2", len(transactions))
		}
		compareSeen(t, id, transactionSeen(id, transactions[0]))
		compareSeen(t, id, orderSeen(t, id, transactions[1]))
	})
}

func statementSeen(id string, s messages.StatementView) []seen {
	totals := s.Totals()
	return []seen{
		{"statement", "STMT-1", s.StatementID()},
		{"statement page", sinceVersion(id, 3, "2"), s.Page().NumberText()},
		{"statement's last page", strconv.FormatBool(versionOf(id) < 3), strconv.FormatBool(s.Page().Last())},
		{"electronic sequence", "63", s.ElectronicSequenceText()},
		{"legal sequence", "7", s.LegalSequenceText()},
		{"statement created", createdTime.String(), s.CreatedText()},
		{"from", "2026-03-04T00:00:00+01:00", s.Period().FromText()},
		{"to", createdTime.String(), s.Period().ToText()},
		{"copy", "DUPL", s.Copy()},
		{"source", sinceVersion(id, 2, "CAMT"), s.Source()},
		{"account", ownIBAN.String(), s.Account().IBANText()},
		{"account type", "CACC", s.AccountType()},
		{"account currency", "EUR", s.Account().CurrencyCode()},
		{"account name", "Settlement", s.Account().Name()},
		{"owner", "Bank B", s.Owner().Name()},
		{"servicer", "CENTDEFF Central Bank", s.Servicer().BICText() + " " + s.Servicer().Name()},
		{"related account", "NOSTRO-7", s.RelatedAccount().Other()},
		{"count", "2", totals.CountText()},
		{"sum", "100.50", totals.SumText()},
		{"net", "99.50 CRDT", totals.NetText() + " " + totals.NetDirection()},
		{"credits", "1 100.00", totals.CreditCountText() + " " + totals.CreditSumText()},
		{"debits", "1 0.50", totals.DebitCountText() + " " + totals.DebitSumText()},
		{"statement text", "of the statement", s.Text()},
	}
}

func balancesSeen(id string, all []messages.BalanceView) []seen {
	if len(all) != 3 {
		return []seen{{"balances", "3", strconv.Itoa(len(all))}}
	}
	line, available := head(all[0].CreditLines()), slices.Collect(all[1].Availability())
	return []seen{
		{"opening", "OPBD EUR 999999999999999.99", all[0].Type() + " " + saidSigned(all[0].Signed())},
		{"subtype", sinceVersion(id, 2, "INTM"), all[0].Subtype()},
		{"opening date", "2026-03-04", all[0].DateText()},
		{"credit line", "EUR 1000.00 true", said(line.Amount()) + " " + strconv.FormatBool(line.Included())},
		{"credit line type", sinceVersion(id, 7, "CRED"), line.Type()},
		{"credit line date", sinceVersion(id, 7, "2026-03-04"), line.DateText()},
		{"own balance", "an own balance EUR -0.01", all[1].Type() + " " + saidSigned(all[1].Signed())},
		{"own balance date", "2026-03-04T17:00:00Z", all[1].DateText()},
		{"available", "2026-03-06 EUR -5.00", available[0].DateText() + " " + saidSigned(available[0].Signed())},
		{"available later", "2 EUR 6.00", available[1].DaysText() + " " + saidSigned(available[1].Signed())},
		{"closing", "CLBD EUR 0.00 CRDT", all[2].Type() + " " + saidSigned(all[2].Signed()) + " " + all[2].Direction()},
	}
}

func entrySeen(id string, e messages.EntryView) []seen {
	batch := head(e.Batches())
	charges := slices.Collect(e.Charges())
	code := e.Code()
	return append(append(amountsSeen(e.Amounts(), ""), chargeSeen(id, charges[0])...), []seen{
		{"reference", sinceVersion(id, 2, "ENTRY-1"), e.Reference()},
		{"amount", "EUR 100.00 CRDT", saidSigned(e.Signed()) + " " + e.Direction()},
		{"reversal", "false", strconv.FormatBool(e.Reversal())},
		{"status", "BOOK", e.Status()},
		{"booked", "2026-03-04", e.BookedText()},
		{"value date", "2026-03-05T00:00:00Z", e.ValueDateText()},
		{"servicer ref", "SREF-1", e.ServicerRef()},
		{"code", "PMNT RCDT XBCT", strings.Join([]string{code.Domain(), code.Family(), code.Subfamily()}, " ")},
		{"available", "EUR 100.00", saidSigned(head(e.Availability()).Signed())},
		{"second charge", "EUR 0.20 OWN1", said(charges[1].Amount()) + " " + charges[1].Type()},
		{"batch", "BATCH-1 PI-1 2", batch.MessageID() + " " + batch.PaymentInformationID() + " " + batch.CountText()},
		{"batch total", sinceVersion(id, 2, "EUR 100.00"), said(batch.Total())},
		{"batch direction", sinceVersion(id, 2, messages.Debit), batch.Direction()},
		{"text", "of the entry", e.Text()},
	}...)
}

func amountsSeen(a messages.AmountDetailsView, moved string) []seen {
	x := a.Instructed().Exchange()
	return []seen{
		{"instructed", "USD 110.00", said(a.Instructed().Amount())},
		{"moved", moved, said(a.Transaction().Amount())},
		{"countervalue", "EUR 100.00", said(a.Countervalue().Amount())},
		{"exchange", "USD EUR EUR 1.1 C-1", strings.Join([]string{x.SourceCode(), x.TargetCode(), x.UnitCode(), must(x.Rate()).String(), x.ContractID()}, " ")},
		{"quoted", createdTime.String(), x.QuotedText()},
	}
}

func chargeSeen(id string, c messages.EntryChargeView) []seen {
	return []seen{
		{"charge", "EUR 0.10 COMM SHAR BANKFRPP", strings.Join([]string{said(c.Amount()), c.Type(), c.Bearer(), c.Agent().BICText()}, " ")},
		{"charge direction", sinceVersion(id, 2, messages.Debit), c.Direction()},
		{"charge included", strconv.FormatBool(versionOf(id) >= 4), strconv.FormatBool(c.Included())},
	}
}

func transactionSeen(id string, v messages.EntryTransactionView) []seen {
	r, code := v.References(), v.Code()
	return slices.Concat(amountsSeen(v.Amounts(), untilVersion(id, 2, "EUR 99.00")), chargeSeen(id, head(v.Charges())), []seen{
		{"references", "M-1 S-1 I-1 E-1 T-1 MND-1 CHQ-1 CLR-1", strings.Join([]string{
			r.MessageID(), r.ServicerRef(), r.InstructionID(), r.EndToEndID(), r.TransactionID(), r.MandateID(), r.ChequeNumber(), r.ClearingSystemRef(),
		}, " ")},
		{"payment information", sinceVersion(id, 2, "PI-1"), r.PaymentInformationID()},
		{"UETR", sinceVersion(id, 8, sampleUETR), r.UETRText()},
		{"amount", "EUR 99.00", said(v.Amount())},
		{"direction", sinceVersion(id, 3, messages.Debit), v.Direction()},
		{"code", "PMNT ICDT XBCT X", strings.Join([]string{code.Domain(), code.Family(), code.Subfamily(), code.Proprietary()}, " ")},
		{"debtor", "Debtor", v.Debtor().Name()},
		{"ultimate debtor", "Ultimate debtor", v.UltimateDebtor().Name()},
		{"creditor", "Creditor", v.Creditor().Name()},
		{"ultimate creditor", "Ultimate creditor", v.UltimateCreditor().Name()},
		{"debtor account", "NOSTRO-7", v.DebtorAccount().Other()},
		{"creditor account", ownIBAN.String(), v.CreditorAccount().IBANText()},
		{"debtor agent", "BANKDEFF", v.DebtorAgent().BICText()},
		{"creditor agent", "BANKFRPP", v.CreditorAgent().BICText()},
		{"instructing agent", sinceVersion(id, 7, "BANKGB2L"), v.InstructingAgent().BICText()},
		{"instructed agent", sinceVersion(id, 7, "BANKUS33"), v.InstructedAgent().BICText()},
		{"purpose", "SALA", v.Purpose()},
		{"remittance", "line 1|line 2", strings.Join(slices.Collect(v.Remittance().Unstructured()), "|")},
		{"accepted", createdTime.String(), v.AcceptedText()},
		{"settlement date", "2026-03-05", v.SettlementDateText()},
		{"return reason", "AC04 closed", v.ReturnReason().Code() + v.ReturnReason().Proprietary() + " " + head(v.ReturnReason().Text())},
		{"text", "of the transaction", v.Text()},
	})
}

// orderSeen compares a transaction that repeats a received order.
func orderSeen(t *testing.T, id string, v messages.EntryTransactionView) []seen {
	order, received := orderSample(t)
	transfer, _ := messages.ViewCustomerCreditTransfer(received)
	r, p := v.References(), order.PaymentID()
	return []seen{
		{"order: message", transfer.Group().MessageID(), r.MessageID()},
		{"order: end to end", p.EndToEndID(), r.EndToEndID()},
		{"order: UETR", sinceVersion(id, 8, p.UETRText()), r.UETRText()},
		{"order: debtor", order.Debtor().Name(), v.Debtor().Name()},
		{"order: debtor account", order.DebtorAccount().Identification(), v.DebtorAccount().Identification()},
		{"order: creditor", order.Creditor().Name(), v.Creditor().Name()},
		{"order: creditor account", order.CreditorAccount().Identification(), v.CreditorAccount().Identification()},
		{"order: debtor agent", order.DebtorAgent().BICText(), v.DebtorAgent().BICText()},
		{"order: creditor agent", order.CreditorAgent().BICText(), v.CreditorAgent().BICText()},
		{"order: intermediary", head(order.Intermediaries()).BICText(), head(v.Intermediaries()).BICText()},
		{"order: purpose", order.Purpose(), v.Purpose()},
		{"order: remittance", head(order.Remittance().Unstructured()), head(v.Remittance().Unstructured())},
	}
}
