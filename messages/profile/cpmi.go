package profile

// payments are the messages that move money or give it back; payments to which
// customers are parties are customerPayments.
var (
	payments         = []string{"pacs.003", "pacs.004", "pacs.008", "pacs.009", "pacs.010", "pain.001"}
	interbank        = []string{"pacs.004", "pacs.008", "pacs.009"}
	customerPayments = []string{"pacs.008", "pain.001"}
)

// cpmiRules are the twelve harmonised data requirements in the order of the
// design note, as far as one message can show them: 1 message, 2 codes,
// 3 characters, 4 times, 5 UETR, 6 amounts, 7 accounts, 8 institutions,
// 9 entities, 10 persons, 11 addresses, 12 remittance.
func cpmiRules() []Rule {
	rules := []Rule{
		{
			ID:    "cpmi.message",
			Says:  "a return is a pacs.004 and a reject a pacs.002, not a payment with the MT code words /RETN/ or /REJT/",
			Kinds: []string{"pacs.008", "pacs.009"}, At: []string{"InstrForNxtAgt/InstrInf", "InstrForCdtrAgt/InstrInf"},
			Check: noReturnCodeWord, Reason: "AG03", Source: pairs + "mt2mx/mt2mx_103_pasc004.mt.txt § /RETN/",
		},
		{
			ID:    "cpmi.code",
			Says:  "a purpose, service level or reason is given as a published code, not in words of one's own",
			Kinds: payments, At: []string{"Purp/Prtry", "CtgyPurp/Prtry", "SvcLvl/Prtry", "RtrRsnInf/Rsn/Prtry"},
			Check: proprietary, Reason: "CH16", Action: Warn, Source: flowCPMI,
		},
		{
			ID:    "cpmi.charset",
			Says:  "text is of printable Basic Latin",
			Types: []string{"Max*Text"}, Check: within(printableLatin), Reason: "RR10", Source: flowCPMI,
		},
		{
			ID:    "cpmi.time",
			Says:  "a time of day has its offset from UTC, or Z",
			Types: []string{"ISODateTime"}, Check: hasOffset, Reason: "DT01", Source: flowCPMI,
		},
		{
			ID:    "cpmi.uetr.payment",
			Says:  "a payment has a UETR, where its version has the element",
			Kinds: []string{"pacs.003", "pacs.008", "pacs.009", "pacs.010"}, At: []string{"PmtId"},
			Check: needsInVersion("UETR"), Reason: "CH21", Source: flowCPMI,
		},
		{
			ID:    "cpmi.uetr.return",
			Says:  "a return has the UETR of the original payment, where its version has the element",
			Kinds: []string{"pacs.004"}, At: []string{"TxInf"},
			Check: needsInVersion("OrgnlUETR"), Reason: "CH21", Source: flowCPMI,
		},
		{
			ID:    "cpmi.amount.rate",
			Says:  "where instructed and settlement currency differ, the exchange rate is given",
			Kinds: []string{"pacs.008"}, At: []string{"CdtTrfTxInf"},
			Check: ratePresent, Reason: "CH21", Source: flowCPMI,
		},
		{
			ID:    "cpmi.amount.instructed",
			Says:  "where charges are given, the instructed amount is given too",
			Kinds: []string{"pacs.008"}, At: []string{"CdtTrfTxInf"},
			Check: needsBeside("ChrgsInf", "InstdAmt"), Reason: "CH21", Source: flowCPMI,
		},
		{
			ID:    "cpmi.account",
			Says:  "debtor and creditor have an account",
			Kinds: []string{"pacs.008"}, At: []string{"CdtTrfTxInf"},
			Check: needs("DbtrAcct", "CdtrAcct"), Reason: "AC01", Action: Warn, Source: flowCPMI,
		},
		{
			ID:    "cpmi.account.iban",
			Says:  "an IBAN stands in IBAN, not in another account number",
			Kinds: payments, At: []string{"DbtrAcct/Id/Othr/Id", "CdtrAcct/Id/Othr/Id"},
			Check: notAnIBAN, Reason: "AC01", Debtor: "AC02", Creditor: "AC03", Action: Warn, Source: flowCPMI,
		},
		{
			ID:    "cpmi.institution",
			Says:  "a financial institution has a BIC or an LEI",
			Kinds: interbank, At: []string{"FinInstnId"},
			Check: anyOf("BICFI", "BIC", "LEI"), Reason: "RC05", Debtor: "RC06", Creditor: "RC07", Source: flowCPMI,
		},
		{
			ID:    "cpmi.entity",
			Says:  "an organisation is identified by BIC, LEI or another number",
			Kinds: payments, At: []string{"Id/OrgId"},
			Check: anyOf("AnyBIC", "BICOrBEI", "LEI", "Othr"), Reason: "BE15", Debtor: "BE16", Creditor: "BE17", Source: flowCPMI,
		},
		{
			ID:    "cpmi.person",
			Says:  "a person is identified by date and place of birth or by a number",
			Kinds: payments, At: []string{"Id/PrvtId"},
			Check: anyOf("DtAndPlcOfBirth", "Othr"), Reason: "BE15", Debtor: "BE16", Creditor: "BE17", Source: flowCPMI,
		},
		{
			ID:    "cpmi.party",
			Says:  "debtor and creditor have a name, or are known by BIC or LEI",
			Kinds: customerPayments, At: []string{"CdtTrfTxInf/Dbtr", "PmtInf/Dbtr", "CdtTrfTxInf/Cdtr"},
			Check:  anyOf("Nm", "Id/OrgId/AnyBIC", "Id/OrgId/BICOrBEI", "Id/OrgId/LEI"),
			Reason: "BE21", Debtor: "BE08", Creditor: "BE22", Source: flowCPMI,
		},
	}
	rules = append(rules, addressRules("cpmi", flowCPMI, payments,
		"in a message made on or after 14 November 2026 an address is not of address lines alone", structuredInTime)...)
	return append(rules, Rule{
		ID:    "cpmi.remittance",
		Says:  "remittance information is not empty",
		Kinds: payments, At: []string{"RmtInf"},
		Check: anyOf("Ustrd", "Strd"), Reason: "RR07", Source: flowCPMI,
	})
}
