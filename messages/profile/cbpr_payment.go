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
			ID:    "cbpr.charges.difference",
			Says:  "where instructed and settlement amount are in one currency and differ, the charges are given",
			Kinds: []string{"pacs.008"}, At: []string{"CdtTrfTxInf"}, Check: differenceExplained,
			Reason: "CH21", Source: flowDifference + "; " + breaches + `01263.xml § <InstdAmt Ccy="EUR">1000.00<`,
		},
		{
			ID:    "cbpr.settlement.customer",
			Says:  "a customer transfer settles by account (INDA, INGA) or by cover (COVE)",
			Kinds: []string{"pacs.008"}, At: []string{"GrpHdr/SttlmInf/SttlmMtd"},
			Check: oneOf("INDA", "INGA", "COVE"), Reason: "CH16", Source: samplesAll + "; " + pairs + "*/*.mx.xml § COVE",
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
			Says:  "a return of less than the original amount has charges or additional information that say why",
			Kinds: []string{"pacs.004"}, At: []string{"PmtRtr/TxInf"}, Check: partialExplained,
			Reason: "CH21", Source: violations + `pacs_004_2026_invalid.xml § <RtrdIntrBkSttlmAmt Ccy="XAU">600.00<`,
		},
	}
}

func cbprInstructions() []Rule {
	return []Rule{
		{
			ID:    "cbpr.service.customer",
			Says:  "the service level of a customer transfer is not one of a recall (G002), of an institution's transfer (G004) or of an investigation (G006)",
			Kinds: []string{"pacs.008"}, At: serviceLevel, Check: noneOf("G002", "G004", "G006"), Reason: "FF04",
			Source: violations + "pacs_008_stp_2026_invalid.xml § <Cd>G002<; " + serviceLevels + ` § "G004": "Tracked Financial Institution Transfer."`,
		},
		{
			ID:    "cbpr.service.cover",
			Says:  "the service level of a cover is not one of a recall (G002) or of an investigation (G006)",
			Kinds: []string{"pacs.009.cov"}, At: serviceLevel, Check: noneOf("G002", "G006"), Reason: "FF04",
			Source: serviceLevels + ` § "G002": "Tracked Stop and Recall"`,
		},
		{
			ID:    "cbpr.service.institution",
			Says:  "the service level of an institution's transfer or an advice is not one of a customer transfer (G001, G003, G005, G007, G009), of a recall (G002) or of an investigation (G006)",
			Kinds: []string{"pacs.009.core", "pacs.009.adv"}, At: serviceLevel,
			Check: noneOf("G001", "G002", "G003", "G005", "G006", "G007", "G009"), Reason: "FF04",
			Source: violations + "pacs_009_2026_invalid.xml § <Cd>G001<; " + serviceLevels + ` § "G001": "Tracked Customer Credit Transfer."`,
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
			ID:    "cbpr.remittance.form",
			Says:  "remittance information is unstructured or structured, not both",
			Kinds: namedKinds, At: []string{"RmtInf"},
			Check: excludes("Ustrd", "Strd"), Reason: "RR07", Source: violations + "pacs_009_cov_2026_invalid.xml",
		},
		{
			ID:    "cbpr.remittance.related",
			Says:  "remittance information is in the message or referred to, not both",
			Kinds: []string{"pacs.008"}, At: []string{"CdtTrfTxInf"}, Check: excludes("RltdRmtInf", "RmtInf"),
			Reason: "RR07", Source: breaches + "01271.xml § <RltdRmtInf>; iso20022/cbpr/examples/y2026/pacs.008*.max.xml § <RltdRmtInf>",
		},
		{
			ID:    "cbpr.status.reason",
			Says:  "a rejection (RJCT) has a reason",
			Kinds: []string{"pacs.002"}, At: []string{"TxInfAndSts"},
			Check: rejectedNeedsReason, Reason: "CH21", Source: violations + "pacs_002_2026_invalid.xml",
		},
	}
}

// serviceLevel is the place of a transfer's service levels.
var serviceLevel = []string{"CdtTrfTxInf/PmtTpInf/SvcLvl/Cd"}

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
