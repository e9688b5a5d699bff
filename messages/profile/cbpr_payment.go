package profile

func cbprAmounts() []Rule {
	return []Rule{
		{
			ID:    "cbpr.single",
			Says:  "a message holds one transaction",
			Kinds: []string{"pacs.002", "pacs.004", "pacs.008", "pacs.009", "pain.001"},
			At:    []string{"FIToFICstmrCdtTrf", "FICdtTrf", "PmtRtr", "FIToFIPmtStsRpt", "CstmrCdtTrfInitn", "CstmrCdtTrfInitn/PmtInf"},
			Check: atMostOne("CdtTrfTxInf", "TxInf", "TxInfAndSts", "PmtInf"), Reason: "AM18", Source: samplesAll,
		},
		{
			ID:    "cbpr.amount.metal",
			Says:  "settlement is not in gold, silver, palladium or platinum",
			Kinds: []string{"pacs"},
			At:    []string{"IntrBkSttlmAmt", "OrgnlIntrBkSttlmAmt", "RtrdIntrBkSttlmAmt"},
			Check: noMetal, Reason: "AM03", Source: violations + "pacs_004_2026_invalid.xml",
		},
		{
			ID:    "cbpr.charges.bearer",
			Says:  "the charge bearer is DEBT, SHAR or CRED",
			Kinds: namedKinds, At: []string{"CdtTrfTxInf/ChrgBr", "TxInf/ChrgBr", "PmtInf/ChrgBr"},
			Check: oneOf("DEBT", "SHAR", "CRED"), Reason: "BE19", Source: flowCharges,
		},
		{
			ID:    "cbpr.charges.cred",
			Says:  "with charge bearer CRED the charges are given, be they zero",
			Kinds: []string{"pacs.004", "pacs.008"}, At: []string{"CdtTrfTxInf", "TxInf"},
			Check: chargesForCreditor, Reason: "CH21", Source: flowCBPR,
		},
		{
			ID:    "cbpr.charges.debt",
			Says:  "with charge bearer DEBT charges are given at most once",
			Kinds: []string{"pacs.008"}, At: []string{"CdtTrfTxInf"},
			Check: chargesForDebtor(), Reason: "CH17", Source: repository + "pacs_008.py R23",
		},
		{
			ID:    "cbpr.charges.difference",
			Says:  "where instructed and settlement amount are in one currency and differ, the charges are given",
			Kinds: []string{"pacs.004", "pacs.008"}, At: []string{"CdtTrfTxInf", "TxInf"},
			Check: differenceExplained, Reason: "CH21", Source: repository + "pacs_008.py R30, pacs_004.py R22",
		},
		{
			ID:    "cbpr.settlement.customer",
			Says:  "a customer transfer settles by account (INDA, INGA) or by cover (COVE)",
			Kinds: []string{"pacs.008"}, At: []string{"GrpHdr/SttlmInf/SttlmMtd"},
			Check: oneOf("INDA", "INGA", "COVE"), Reason: "CH16", Source: pairs + "*/*.mx.xml § COVE",
		},
		{
			ID:    "cbpr.settlement.account",
			Says:  "an institution's transfer, a cover and a return settle by account (INDA, INGA)",
			Kinds: []string{"pacs.004", "pacs.009.core", "pacs.009.cov"}, At: []string{"GrpHdr/SttlmInf/SttlmMtd"},
			Check: oneOf("INDA", "INGA"), Reason: "CH16", Source: samplesAll,
		},
		{
			ID:    "cbpr.settlement.advice",
			Says:  "an advice settles by cover (COVE)",
			Kinds: []string{"pacs.009.adv"}, At: []string{"GrpHdr/SttlmInf/SttlmMtd"},
			Check: oneOf("COVE"), Reason: "CH16", Source: samplesAll,
		},
		{
			ID:    "cbpr.settlement.reimbursement",
			Says:  "reimbursement agents are given with settlement by cover, and then only",
			Kinds: []string{"pacs.008"}, At: []string{"GrpHdr/SttlmInf"}, Action: Warn,
			Check: reimbursementWithCover, Reason: "CH16", Source: pairs + "*/*.mx.xml § COVE",
		},
		{
			ID:    "cbpr.return.once",
			Says:  "original settlement amount and date stand once, beside the references or in the original transaction",
			Kinds: []string{"pacs.004"}, At: []string{"PmtRtr/TxInf"},
			Check: originalOnce, Reason: "CH17", Source: violations + "pacs_004_2026_invalid.xml",
		},
		{
			ID:    "cbpr.return.part",
			Says:  "a return of less than the original amount says PART in the additional information",
			Kinds: []string{"pacs.004"}, At: []string{"PmtRtr/TxInf"},
			Check: partialMarked, Reason: "CH21", Source: violations + "pacs_004_2026_invalid.xml",
		},
	}
}

// gpiOthers are the gpi service levels; each kind of message has one of its
// own, which is left out of its list.
func gpiOthers(own string) []string {
	var others []string
	for _, code := range []string{"G001", "G002", "G003", "G004", "G005", "G006", "G007", "G009"} {
		if code != own {
			others = append(others, code)
		}
	}
	return others
}

func cbprInstructions() []Rule {
	return []Rule{
		{
			ID:    "cbpr.service.customer",
			Says:  "the gpi service level of a customer transfer and of its cover is G001",
			Kinds: []string{"pacs.008", "pacs.009.cov"}, At: []string{"CdtTrfTxInf/PmtTpInf/SvcLvl/Cd"},
			Check: noneOf(gpiOthers("G001")...), Reason: "FF04", Source: violations + "pacs_008_stp_2026_invalid.xml",
		},
		{
			ID:    "cbpr.service.institution",
			Says:  "the gpi service level of an institution's transfer and of an advice is G004",
			Kinds: []string{"pacs.009.core", "pacs.009.adv"}, At: []string{"CdtTrfTxInf/PmtTpInf/SvcLvl/Cd"},
			Check: noneOf(gpiOthers("G004")...), Reason: "FF04", Source: violations + "pacs_009_2026_invalid.xml",
		},
		{
			ID:    "cbpr.instruction.once",
			Says:  "each code is used once among the instructions for the creditor agent",
			Kinds: customerOrBank, At: []string{"CdtTrfTxInf/InstrForCdtrAgt/Cd"},
			Check: codeOnce, Reason: "CH16", Source: violations + "pacs_009_2026_invalid.xml",
		},
		{
			ID:    "cbpr.instruction.hold",
			Says:  "HOLD does not go with CHQB",
			Kinds: customerPayments, At: []string{"CdtTrfTxInf/InstrForCdtrAgt/Cd"},
			Check: codeNotWith("HOLD", "CHQB"), Reason: "CH16", Source: violations + "pacs_008_2026_invalid.xml",
		},
		{
			ID:    "cbpr.instruction.phone",
			Says:  "TELB does not go with PHOB",
			Kinds: customerPayments, At: []string{"CdtTrfTxInf/InstrForCdtrAgt/Cd"},
			Check: codeNotWith("TELB", "PHOB"), Reason: "CH16", Source: repository + "pacs_008.py R10",
		},
		{
			ID:    "cbpr.remittance.form",
			Says:  "remittance information is unstructured or structured, not both",
			Kinds: namedKinds, At: []string{"RmtInf"},
			Check: excludes("Ustrd", "Strd"), Reason: "RR07", Source: violations + "pacs_009_cov_2026_invalid.xml",
		},
		{
			ID:    "cbpr.remittance.related",
			Says:  "remittance information is in the message or referred to, not both",
			Kinds: []string{"pacs.008"}, At: []string{"CdtTrfTxInf"},
			Check: excludes("RltdRmtInf", "RmtInf"), Reason: "RR07", Source: repository + "pacs_008.py R27",
		},
		{
			ID:    "cbpr.remittance.length",
			Says:  "structured remittance information has at most 9,000 characters of content",
			Kinds: append([]string{"camt.052"}, namedKinds...), At: []string{"RmtInf"},
			Check: shortRemittance, Reason: "RR07", Source: repository + "pacs_008.py R63",
		},
		{
			ID:    "cbpr.status.reason",
			Says:  "a rejection (RJCT) has a reason",
			Kinds: []string{"pacs.002"}, At: []string{"TxInfAndSts"},
			Check: rejectedNeedsReason, Reason: "CH21", Source: violations + "pacs_002_2026_invalid.xml",
		},
		{
			ID:    "cbpr.status.date",
			Says:  "a rejection (RJCT) has no effective settlement date",
			Kinds: []string{"pacs.002"}, At: []string{"TxInfAndSts/FctvIntrBkSttlmDt"},
			Check: notRejected, Reason: "CH17", Source: repository + "pacs_002.py R10",
		},
	}
}

// customerOrBank are the transfers that hold instructions for the creditor agent.
var customerOrBank = []string{"pacs.008", "pacs.009", "pain.001"}

func cbprReports() []Rule {
	return []Rule{
		{
			ID:    "cbpr.report.page",
			Says:  "pages are numbered from one",
			Kinds: reports, At: []string{"RptPgntn/PgNb", "StmtPgntn/PgNb", "NtfctnPgntn/PgNb"},
			Check: positive, Reason: "CH16", Source: violations + "camt_054_2026_invalid.xml",
		},
		{
			ID:    "cbpr.report.booked",
			Says:  "a booked entry (BOOK) has a booking date or a value date",
			Kinds: []string{"camt.054"}, At: []string{"Ntfctn/Ntry"},
			Check: bookedHasDate, Reason: "DT01", Source: violations + "camt_054_2026_invalid.xml",
		},
		{
			ID:    "cbpr.report.interest",
			Says:  "total interest and tax is the sum of the records",
			Kinds: []string{"camt.052"}, At: []string{"TxDtls/Intrst/TtlIntrstAndTaxAmt"},
			Check: sumsInterest, Reason: "AM10", Source: violations + "camt_052_2026_invalid.xml",
		},
	}
}
