package profile

// What CBPR+ demands and what it does not use, where the ISO schema leaves it
// open. Both follow from the samples: a minimal one holds nothing that may be
// left out, a maximal one everything that may be sent, but for the alternatives
// of choices.

// demanded is one row: the element at place has these below it.
func demanded(id, says string, action Action, kinds, places []string, paths ...string) Rule {
	return Rule{
		ID: id, Says: says, Action: action, Kinds: kinds, At: places, Check: needs(paths...),
		Reason: "CH21", Source: samplesMin,
	}
}

// shownBy adds a sample that breaks the rule to its sources.
func shownBy(sample string, rule Rule) Rule {
	rule.Source += "; " + sample
	return rule
}

func cbprRequired() []Rule {
	return []Rule{
		demanded("cbpr.required.ends", "a message names its instructing and instructed agent", Refuse,
			[]string{"pacs.002", "pacs.004", "pacs.008", "pacs.009"}, []string{"CdtTrfTxInf", "PmtRtr/TxInf", "TxInfAndSts"},
			"InstgAgt/FinInstnId/BICFI", "InstdAgt/FinInstnId/BICFI"),
		demanded("cbpr.required.instruction", "a transfer has an InstrId", Refuse,
			transfers, []string{"CdtTrfTxInf/PmtId"}, "InstrId"),
		shownBy(violations+"pacs_009_2026_invalid.xml",
			demanded("cbpr.required.uetr", "an institution's transfer has a UETR", Refuse,
				[]string{"pacs.009"}, []string{"CdtTrfTxInf/PmtId"}, "UETR")),
		demanded("cbpr.required.uetr.customer", "a customer transfer has a UETR", Warn,
			customerPayments, []string{"CdtTrfTxInf/PmtId"}, "UETR"),
		demanded("cbpr.required.date", "a transfer has a settlement date", Warn,
			transfers, []string{"CdtTrfTxInf"}, "IntrBkSttlmDt"),
		demanded("cbpr.required.instructed", "a customer transfer, also beneath a cover, has an instructed amount", Warn,
			[]string{"pacs.008", "pacs.009.cov"}, []string{"FIToFICstmrCdtTrf/CdtTrfTxInf", "UndrlygCstmrCdtTrf"}, "InstdAmt"),
		demanded("cbpr.required.stp", "an STP transfer has agents with a BIC and a creditor account", Refuse,
			[]string{"pacs.008.stp"}, []string{"CdtTrfTxInf"},
			"DbtrAgt/FinInstnId/BICFI", "CdtrAgt/FinInstnId/BICFI", "CdtrAcct"),
		demanded("cbpr.required.underlying", "a cover has the customer transfer that it covers", Refuse,
			[]string{"pacs.009.cov"}, []string{"CdtTrfTxInf"}, "UndrlygCstmrCdtTrf"),
		shownBy(violations+"pacs_002_2026_invalid.xml",
			demanded("cbpr.required.status", "a status report names the original payment and its status", Refuse,
				[]string{"pacs.002"}, []string{"TxInfAndSts"},
				"OrgnlGrpInf", "OrgnlEndToEndId", "OrgnlUETR", "TxSts")),
		demanded("cbpr.required.status.transaction", "a status report is about a transaction", Refuse,
			[]string{"pacs.002"}, []string{"FIToFIPmtStsRpt"}, "TxInfAndSts"),
		shownBy(violations+"pacs_004_2026_invalid.xml",
			demanded("cbpr.required.return", "a return names itself, the original payment, its own date, charge bearer, parties and reason", Refuse,
				[]string{"pacs.004"}, []string{"PmtRtr/TxInf"},
				"RtrId", "OrgnlEndToEndId", "OrgnlUETR", "IntrBkSttlmDt", "ChrgBr", "RtrChain", "RtrRsnInf/Rsn")),
		demanded("cbpr.required.return.instructed", "a return has a returned instructed amount", Warn,
			[]string{"pacs.004"}, []string{"PmtRtr/TxInf"}, "RtrdInstdAmt"),
		demanded("cbpr.required.creditor", "an initiation names the creditor", Refuse,
			[]string{"pain.001"}, []string{"CdtTrfTxInf"}, "Cdtr"),
		demanded("cbpr.required.sequence", "an account report has an electronic sequence number", Warn,
			[]string{"camt.052"}, []string{"Rpt"}, "ElctrncSeqNb"),
		demanded("cbpr.required.entry", "a notification has an entry", Refuse,
			[]string{"camt.054"}, []string{"Ntfctn"}, "Ntry"),
		demanded("cbpr.required.entry.reference", "an entry of a notification has a reference", Warn,
			[]string{"camt.054"}, []string{"Ntfctn/Ntry"}, "NtryRef"),
	}
}

// unused is one row: none of these elements is sent.
func unused(id, says string, kinds []string, places ...string) Rule {
	return Rule{
		ID: "cbpr.unused." + id, Says: says, Kinds: kinds, At: places, Check: absent,
		Reason: "CH17", Source: samplesMax,
	}
}

func cbprUnused() []Rule {
	warned := unused("original", "a status report does not repeat the original transaction", []string{"pacs.002"},
		"TxInfAndSts/OrgnlTxRef")
	warned.Action = Warn
	supplementary := unused("supplementary", "there is no supplementary data", namedKinds, "SplmtryData")
	supplementary.Action = Warn
	return []Rule{
		unused("group", "what can differ by transaction is not in the group header", transfers,
			"GrpHdr/BtchBookg", "GrpHdr/CtrlSum", "GrpHdr/TtlIntrBkSttlmAmt", "GrpHdr/IntrBkSttlmDt",
			"GrpHdr/PmtTpInf", "GrpHdr/InstgAgt", "GrpHdr/InstdAgt"),
		unused("group.return", "a return has no group data beyond identification and settlement", []string{"pacs.004"},
			"GrpHdr/Authstn", "GrpHdr/BtchBookg", "GrpHdr/CtrlSum", "GrpHdr/GrpRtr", "GrpHdr/TtlRtrdIntrBkSttlmAmt",
			"GrpHdr/IntrBkSttlmDt", "GrpHdr/InstgAgt", "GrpHdr/InstdAgt", "PmtRtr/OrgnlGrpInf"),
		unused("group.status", "a status report has no group status and no agents of the group", []string{"pacs.002"},
			"GrpHdr/InstgAgt", "GrpHdr/InstdAgt", "FIToFIPmtStsRpt/OrgnlGrpInfAndSts"),
		unused("group.initiation", "an initiation has no sums and no batch booking", []string{"pain.001"},
			"GrpHdr/CtrlSum", "PmtInf/BtchBookg", "PmtInf/NbOfTxs", "PmtInf/CtrlSum"),
		unused("clearing", "settlement is not by a clearing system", []string{"pacs.004", "pacs.008", "pacs.009"},
			"SttlmInf/ClrSys"),
		unused("reimbursement", "returns, institutions' transfers and covers have no reimbursement agents",
			[]string{"pacs.004", "pacs.009.core", "pacs.009.cov"},
			"GrpHdr/SttlmInf/InstgRmbrsmntAgt", "GrpHdr/SttlmInf/InstgRmbrsmntAgtAcct",
			"GrpHdr/SttlmInf/InstdRmbrsmntAgt", "GrpHdr/SttlmInf/InstdRmbrsmntAgtAcct",
			"GrpHdr/SttlmInf/ThrdRmbrsmntAgt", "GrpHdr/SttlmInf/ThrdRmbrsmntAgtAcct"),
		unused("reimbursement.advice", "an advice has no settlement account and no third reimbursement agent", []string{"pacs.009.adv"},
			"GrpHdr/SttlmInf/SttlmAcct", "GrpHdr/SttlmInf/ThrdRmbrsmntAgt", "GrpHdr/SttlmInf/ThrdRmbrsmntAgtAcct"),
		unused("transfer", "a customer transfer has no acceptance time, pooling date or tax", []string{"pacs.008"},
			"CdtTrfTxInf/AccptncDtTm", "CdtTrfTxInf/PoolgAdjstmntDt", "CdtTrfTxInf/Tax"),
		unused("ultimate", "an institution's transfer has no ultimate parties of its own", []string{"pacs.009"},
			"FICdtTrf/CdtTrfTxInf/UltmtDbtr", "FICdtTrf/CdtTrfTxInf/UltmtCdtr"),
		unused("underlying", "the transfer beneath a cover has no tax and no coded instruction", []string{"pacs.009.cov"},
			"UndrlygCstmrCdtTrf/Tax", "UndrlygCstmrCdtTrf/InstrForCdtrAgt/Cd"),
		unused("instruction", "an instruction for the next agent has no code", transfers,
			"InstrForNxtAgt/Cd"),
		unused("status", "a status has no identification, charges, acceptance time or servicer's reference", []string{"pacs.002"},
			"TxInfAndSts/StsId", "TxInfAndSts/ChrgsInf", "TxInfAndSts/AccptncDtTm", "TxInfAndSts/AcctSvcrRef"),
		unused("return", "a return has no compensation and no mandate", []string{"pacs.004"},
			"PmtRtr/TxInf/CompstnAmt", "OrgnlTxRef/MndtRltdInf"),
		unused("agent", "an agent has no other identification, no branch and no address type", append([]string{"pacs.002"}, namedKinds...),
			"FinInstnId/Othr", "BrnchId", "FinInstnId/PstlAdr/AdrTp"),
		unused("ends", "instructing, instructed and forwarding agent are given by BIC, not by name", append([]string{"pacs.002"}, namedKinds...),
			"InstgAgt/FinInstnId/Nm", "InstgAgt/FinInstnId/PstlAdr",
			"InstdAgt/FinInstnId/Nm", "InstdAgt/FinInstnId/PstlAdr",
			"FwdgAgt/FinInstnId/Nm", "FwdgAgt/FinInstnId/PstlAdr"),
		unused("contact", "a party has no contact details and no address type", append([]string{"pacs.002"}, namedKinds...),
			below(payParties, "CtctDtls", "PstlAdr/AdrTp")...),
		unused("location", "remittance advice is not sent to a postal address", []string{"pacs.008", "pain.001"},
			"RmtLctnDtls/PstlAdr"),
		unused("report", "a report has no message pagination, and of the account owner no contact details", []string{"camt.052", "camt.054"},
			"GrpHdr/MsgPgntn", "GrpHdr/MsgRcpt/CtryOfRes", "Acct/Ownr/CtctDtls"),
		warned,
		supplementary,
	}
}

// below appends each of the paths to each of the places.
func below(places []string, paths ...string) []string {
	var all []string
	for _, place := range places {
		for _, path := range paths {
			all = append(all, place+"/"+path)
		}
	}
	return all
}
