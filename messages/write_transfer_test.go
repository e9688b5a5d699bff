package messages_test

import (
	"errors"
	"testing"

	"dragoman/messages"
)

var (
	sampleDate   = must(messages.ParseDate("2026-03-05"))
	sampleLEI    = must(messages.ParseLEI("5493001KJTIIGC8Y1R12"))
	sampleRate   = must(messages.ParseDecimal("1.0835"))
	otherAccount = messages.Account{Other: "ACC-2", Currency: "EUR"}
	debtorParty  = messages.Party{Name: "Erika Mustermann", Address: messages.Address{
		Street: "Marktstraße", Building: "7", PostCode: "50667", Town: "Köln", Country: "DE",
	}}
	creditorParty = messages.Party{Name: "Müller & Söhne", BIC: must(messages.ParseBIC("MUELDEFF")), LEI: sampleLEI}
)

const acceptedTime = "2026-03-04T16:59:59.123+01:00"

// sampleTimes are those that the version can hold.
func sampleTimes(id string) messages.SettlementTimes {
	times := messages.SettlementTimes{CLS: must(messages.ParseTimeOfDay("11:00:00"))}
	if versionOf(id) > 1 {
		times.Till = must(messages.ParseTimeOfDay("15:00:00"))
		times.From = must(messages.ParseTimeOfDay("09:00:00"))
		times.Reject = must(messages.ParseTimeOfDay("16:00:00"))
	}
	return times
}

func timesGiven(times messages.SettlementTimes) []given {
	return at("SttlmTmReq/", given{"CLSTm", times.CLS.String()}, given{"TillTm", times.Till.String()},
		given{"FrTm", times.From.String()}, given{"RjctTm", times.Reject.String()})
}

// sampleParties are those of a payment; asAgents names institutions for debtor
// and creditor.
func sampleParties(id string, asAgents bool) (messages.Parties, []given) {
	p := messages.Parties{
		UltimateDebtor: messages.Party{Name: "Ultimate A"}, Debtor: debtorParty, DebtorAccount: messages.Account{IBAN: ownIBAN},
		DebtorAgent: agent("BANKDEFF"), DebtorAgentAccount: nostro,
		PreviousAgents: []messages.Agent{agent("PREVDEFF")}, Intermediaries: []messages.Agent{agent("INTMDEFF"), agent("INTMFRPP")},
		CreditorAgent: messages.Agent{BIC: must(messages.ParseBIC("BANKFRPP")), Name: "Banque", MemberID: "30004",
			Address: messages.Address{Town: "Paris", Country: "FR"}},
		CreditorAgentAccount: otherAccount, Creditor: creditorParty, CreditorAccount: otherAccount, UltimateCreditor: messages.Party{Name: "Ultimate B"},
	}
	if versionOf(id) > 6 {
		p.PreviousAgents = append(p.PreviousAgents, agent("PREVFRPP"))
	}
	list := []given{
		accountAt("DbtrAcct", ownIBAN.String()), bicAt("DbtrAgt", "BANKDEFF"), accountAt("DbtrAgtAcct", "NOSTRO-7"),
		bicAt("PrvsInstgAgt1", "PREVDEFF"), bicAt("PrvsInstgAgt2", "PREVFRPP"), bicAt("PrvsInstgAgt", "PREVDEFF"),
		bicAt("IntrmyAgt1", "INTMDEFF"), bicAt("IntrmyAgt2", "INTMFRPP"), bicAt("CdtrAgt", "BANKFRPP"),
		{"CdtrAgt/FinInstnId/ClrSysMmbId/MmbId CdtrAgt/FinInstnId/CmbndId/ClrSysMmbId/Id", "30004"},
		{"CdtrAgt/FinInstnId/PstlAdr/TwnNm CdtrAgt/FinInstnId/CmbndId/PstlAdr/TwnNm", "Paris"},
		accountAt("CdtrAgtAcct", "ACC-2"), accountAt("CdtrAcct", "ACC-2"),
	}
	if asAgents {
		p.UltimateDebtor, p.UltimateCreditor = messages.Party{Agent: agent("ULTADEFF")}, messages.Party{}
		p.Debtor, p.Creditor = messages.Party{Agent: agent("BANKGB2L")}, messages.Party{Agent: agent("BANKUS33")}
		return p, append(list, bicAt("UltmtDbtr", "ULTADEFF"), bicAt("Dbtr", "BANKGB2L"), bicAt("Cdtr", "BANKUS33"))
	}
	p.InitiatingParty = messages.Party{Name: "Initiator"}
	return p, append(list, nameAt("UltmtDbtr", "Ultimate A"), nameAt("Dbtr", "Erika Mustermann"),
		given{"Dbtr/PstlAdr/TwnNm Dbtr/Pty/PstlAdr/TwnNm", "Köln"}, given{"Dbtr/PstlAdr/Ctry Dbtr/Pty/PstlAdr/Ctry", "DE"},
		nameAt("InitgPty", "Initiator"), nameAt("Cdtr", "Müller & Söhne"),
		given{under("Cdtr/", "Id/OrgId/AnyBIC Id/OrgId/BICOrBEI Id/OrgId/BIC Pty/Id/OrgId/AnyBIC"), "MUELDEFF"},
		given{"Cdtr/Id/OrgId/LEI Cdtr/Pty/Id/OrgId/LEI", sampleLEI.String()}, nameAt("UltmtCdtr", "Ultimate B"))
}

func sampleSettlement() (messages.Settlement, []given) {
	return messages.Settlement{
			Method: "CLRG", Account: nostro, ClearingSystem: "TGT",
			InstructingReimbursementAgent: agent("REIADEFF"), InstructingReimbursementAccount: nostro,
			InstructedReimbursementAgent: agent("REIBDEFF"), InstructedReimbursementAccount: nostro,
			ThirdReimbursementAgent: agent("REICDEFF"), ThirdReimbursementAccount: nostro,
		}, at("GrpHdr/SttlmInf/", given{"SttlmMtd", "CLRG"}, accountAt("SttlmAcct", "NOSTRO-7"),
			given{"ClrSys/Cd ClrSys/ClrSysId ClrSys/Prtry", "TGT"},
			bicAt("InstgRmbrsmntAgt", "REIADEFF"), bicAt("InstdRmbrsmntAgt", "REIBDEFF"), bicAt("ThrdRmbrsmntAgt", "REICDEFF"),
			accountAt("ThrdRmbrsmntAgtAcct", "NOSTRO-7"))
}

func samplePaymentType() (messages.PaymentType, []given) {
	return messages.PaymentType{Priority: "HIGH", ServiceLevels: []string{"SDVA"}, LocalInstrument: "CORE"},
		at("PmtTpInf/", given{"InstrPrty", "HIGH"}, codeAt("SvcLvl", "SDVA"), codeAt("LclInstrm", "CORE"))
}

// samplePayment is the common part of a customer's and an institution's payment.
func samplePayment(id string, parties messages.Parties, partiesGiven []given) (messages.Payment, []given) {
	kind, kindGiven := samplePaymentType()
	times := sampleTimes(id)
	p := messages.Payment{
		InstructionID: "INSTR-1", EndToEndID: "E2E-1", TransactionID: "TX-1", UETR: sampleUETR, ClearingRef: "CLR-1",
		Type: kind, Amount: money("EUR 1000.55"), SettlementDate: sampleDate, Times: times,
		InstructingAgent: agent("SENDDEFF"), InstructedAgent: agent("RECVFRPP"), Parties: parties,
		Remittance: messages.Remittance{Unstructured: []string{"invoice 4711", "of 2026-02-28"}},
	}
	list := all([]given{
		{"PmtId/InstrId", "INSTR-1"}, {"PmtId/EndToEndId", "E2E-1"}, {"PmtId/TxId", "TX-1"},
		{"PmtId/UETR", sampleUETR}, {"PmtId/ClrSysRef", "CLR-1"},
		{"IntrBkSttlmAmt", "1000.55"}, {"IntrBkSttlmDt", "2026-03-05"},
		bicAt("InstgAgt", "SENDDEFF"), bicAt("InstdAgt", "RECVFRPP"), {"RmtInf/Ustrd", "invoice 4711"},
	}, kindGiven, timesGiven(times), partiesGiven)
	if versionOf(id) > 1 {
		p.Priority = "URGT"
		list = append(list, given{"SttlmPrty", "URGT"})
	}
	return p, list
}

func sampleTransfer(payments ...messages.Payment) (messages.CreditTransfer, []given) {
	settlement, settlementGiven := sampleSettlement()
	return messages.CreditTransfer{
			MessageID: "MSG-1", Created: createdTime, Sums: true, SettlementDate: sampleDate, Settlement: settlement,
			InstructingAgent: agent("SENDDEFF"), InstructedAgent: agent("RECVFRPP"), Payments: payments,
		}, append(settlementGiven, given{"GrpHdr/MsgId", "MSG-1"}, given{"GrpHdr/CreDtTm", createdTime.String()},
			given{"GrpHdr/NbOfTxs", "2"}, given{"GrpHdr/CtrlSum", "2001.1"}, given{"GrpHdr/TtlIntrBkSttlmAmt", "2001.10"},
			given{"GrpHdr/IntrBkSttlmDt", "2026-03-05"}, bicAt("GrpHdr/InstgAgt", "SENDDEFF"), bicAt("GrpHdr/InstdAgt", "RECVFRPP"))
}

func writeCustomerTransfer(id string) ([]byte, []given, error) {
	parties, partiesGiven := sampleParties(id, false)
	p, list := samplePayment(id, parties, partiesGiven)
	p.Accepted, p.InstructedAmount, p.ExchangeRate = acceptedTime, money("USD 1083.50"), sampleRate
	p.ChargeBearer, p.Purpose, p.Type.CategoryPurpose = "SHAR", "SALA", "SALA"
	p.Charges = []messages.Charge{{Amount: money("EUR 2.50"), Agent: agent("BANKDEFF"), Type: "DISC"}}
	list = append(list, given{"AccptncDtTm AddtlDtTm/AccptncDtTm", acceptedTime}, given{"InstdAmt", "1083.50"},
		given{"XchgRate", "1.0835"}, given{"ChrgBr", "SHAR"}, codeAt("Purp", "SALA"), codeAt("PmtTpInf/CtgyPurp", "SALA"),
		given{"ChrgsInf/Amt ChrgsInf/ChrgsAmt", "2.50"}, bicAt("ChrgsInf/Agt", "BANKDEFF"), bicAt("ChrgsInf/ChrgsPty", "BANKDEFF"),
		codeAt("ChrgsInf/Tp", "DISC"))
	if versionOf(id) >= 13 {
		p.Quote = messages.Quote{ID: sampleUETR, UnitCurrency: "EUR", QuotedCurrency: "USD", Rate: sampleRate}
		list = append(list, at("AgrdRate/", given{"QtId", sampleUETR}, given{"UnitCcy", "EUR"}, given{"QtdCcy", "USD"}, given{"PreAgrdXchgRate", "1.0835"})...)
	}
	transfer, group := sampleTransfer(p, p)
	raw, err := transfer.Write(id)
	return raw, all(group, at("CdtTrfTxInf/", list...)), err
}

func TestWriteCustomerCreditTransfer(t *testing.T) {
	writing[messages.CustomerCreditTransferView]{"pacs.008", 14, messages.ViewCustomerCreditTransfer, customerTransferFields(), writeCustomerTransfer}.check(t)
}

// writeInstitutionTransfer writes a pacs.009 CORE, or COV.
func writeInstitutionTransfer(id string, cover bool) ([]byte, []given, error) {
	parties, partiesGiven := sampleParties(id, true)
	p, list := samplePayment(id, parties, partiesGiven)
	if versionOf(id) >= 8 {
		p.Purpose = "INTC"
		list = append(list, codeAt("Purp", "INTC"))
	}
	if cover {
		customers, customersGiven := sampleParties(id, false)
		p.Underlying = &messages.Payment{
			EndToEndID: "E2E-2", UETR: sampleUETR, Parties: customers, InstructedAmount: money("USD 1083.50"), Purpose: "SALA",
			Remittance: messages.Remittance{Unstructured: []string{"invoice 4712"}},
		}
		list = all(list, at("UndrlygCstmrCdtTrf/", append(customersGiven, given{"PmtId/EndToEndId", "E2E-2"}, given{"PmtId/UETR", sampleUETR},
			given{"InstdAmt", "1083.50"}, codeAt("Purp", "SALA"), given{"RmtInf/Ustrd", "invoice 4712"})...))
	}
	transfer, group := sampleTransfer(p, p)
	raw, err := transfer.Write(id)
	return raw, all(group, at("CdtTrfTxInf/", list...)), err
}

func TestWriteInstitutionCreditTransfer(t *testing.T) {
	writing[messages.InstitutionCreditTransferView]{"pacs.009", 13, messages.ViewInstitutionCreditTransfer, institutionTransferFields(),
		func(id string) ([]byte, []given, error) { return writeInstitutionTransfer(id, false) }}.check(t)
}

// The first version has no cover; all others have.
func TestWriteCover(t *testing.T) {
	writing[messages.InstitutionCreditTransferView]{"pacs.009", 13, messages.ViewInstitutionCreditTransfer, institutionTransferFields(),
		func(id string) ([]byte, []given, error) { return writeInstitutionTransfer(id, versionOf(id) > 1) }}.check(t)
	if _, _, err := writeInstitutionTransfer("pacs.009.001.01", true); !isWriteError(err, "schema.unexpected") {
		t.Errorf("a cover in the first version: %v", err)
	}
}

func isWriteError(err error, rule string) bool {
	var refused *messages.WriteError
	return errors.As(err, &refused) && refused.Rule == rule
}

// The variant is told by the cover and by the header's business service.
func TestVariants(t *testing.T) {
	for _, test := range []struct {
		service string
		cover   bool
		want    messages.Variant
	}{
		{"swift.cbprplus.04", false, messages.VariantCore},
		{"swift.cbprplus.cov.04", true, messages.VariantCover},
		{"swift.cbprplus.adv.04", false, messages.VariantAdvice},
	} {
		document, _, err := writeInstitutionTransfer("pacs.009.001.08", test.cover)
		if err != nil {
			t.Fatal(err)
		}
		header := must(messages.Header{From: agent("SENDDEFF"), To: agent("RECVFRPP"), MessageID: "MSG-1",
			Definition: "pacs.009.001.08", Service: test.service, Created: createdTime}.Write("head.001.001.02"))
		m := messages.Read(messages.Envelope(header, document), messages.Options{})
		v, ok := messages.ViewInstitutionCreditTransfer(m)
		if !ok || !m.Valid() || v.Variant() != test.want || v.Variant().String() == "" {
			t.Errorf("%s: %v, want %v (%v)", test.service, v.Variant(), test.want, m.Faults())
		}
	}
}
