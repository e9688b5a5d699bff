package profile

// Parties and agents. A customer party has a type PartyIdentification, an agent
// a FinInstnId.

// payParties are customers in a payment, also in the payment beneath a cover.
var payParties = []string{
	"CdtTrfTxInf/UltmtDbtr", "CdtTrfTxInf/InitgPty", "CdtTrfTxInf/Dbtr", "CdtTrfTxInf/Cdtr", "CdtTrfTxInf/UltmtCdtr",
	"UndrlygCstmrCdtTrf/UltmtDbtr", "UndrlygCstmrCdtTrf/InitgPty", "UndrlygCstmrCdtTrf/Dbtr",
	"UndrlygCstmrCdtTrf/Cdtr", "UndrlygCstmrCdtTrf/UltmtCdtr",
	"UltmtDbtr/Pty", "InitgPty/Pty", "Dbtr/Pty", "Cdtr/Pty", "UltmtCdtr/Pty",
	"PmtInf/Dbtr", "PmtInf/UltmtDbtr", "StsRsnInf/Orgtr", "RtrRsnInf/Orgtr",
}

// endParties are those of them who pay and are paid.
var endParties = []string{
	"FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr", "FIToFICstmrCdtTrf/CdtTrfTxInf/Cdtr",
	"UndrlygCstmrCdtTrf/Dbtr", "UndrlygCstmrCdtTrf/Cdtr",
	"Dbtr/Pty", "Cdtr/Pty",
}

// namedKinds are the messages to whose parties and agents the rules on names
// and addresses apply.
var namedKinds = []string{"pacs.004", "pacs.008", "pacs.009", "pain.001"}

func cbprParties() []Rule {
	return []Rule{
		{
			ID:    "cbpr.party.named",
			Says:  "a party with a postal address has a name",
			Kinds: append([]string{"pacs.002"}, namedKinds...),
			At:    append([]string{"GrpHdr/InitgPty", "Strd/Invcr", "Strd/Invcee", "GrnshmtRmt/Grnshee", "GrnshmtRmt/GrnshmtAdmstr"}, payParties...),
			Check: needsBeside("PstlAdr", "Nm"), Reason: "BE21", Debtor: "BE08", Creditor: "BE22",
			Source: violations + "pacs_008_2026_invalid.xml",
		},
		{
			ID:    "cbpr.party.owner",
			Says:  "an account owner with a postal address has a name",
			Kinds: reports, At: []string{"Acct/Ownr"},
			Check: needsBeside("PstlAdr", "Nm"), Reason: "BE21",
			Source: violations + "camt_052_2026_invalid.xml",
		},
		{
			ID:    "cbpr.party.known",
			Says:  "debtor, creditor and the originator of a status or return have a name or an AnyBIC",
			Kinds: []string{"pacs.002", "pacs.004", "pacs.008", "pacs.009.cov"},
			At:    append([]string{"StsRsnInf/Orgtr", "RtrRsnInf/Orgtr"}, endParties...),
			Check: needsUnless("Id/OrgId/AnyBIC", "Nm"), Reason: "BE21", Debtor: "BE08", Creditor: "BE22",
			Source: violations + "pacs_009_cov_2026_invalid.xml",
		},
		{
			ID:    "cbpr.party.bic",
			Says:  "a debtor or creditor with an AnyBIC has neither name nor postal address",
			Kinds: []string{"pacs.004", "pacs.008", "pacs.009.cov"},
			At: []string{
				"CdtTrfTxInf/Dbtr", "CdtTrfTxInf/Cdtr", "UndrlygCstmrCdtTrf/Dbtr", "UndrlygCstmrCdtTrf/Cdtr",
				"RtrChain/Dbtr/Pty", "RtrChain/Cdtr/Pty",
			},
			Check: excludes("Id/OrgId/AnyBIC", "Nm", "PstlAdr"), Reason: "CH17",
			Source: violations + "pacs_008_2026_invalid.xml",
		},
		{
			ID:    "cbpr.agent.address",
			Says:  "an agent has name and postal address together or neither",
			Kinds: namedKinds, At: []string{"FinInstnId"},
			Check: together("Nm", "PstlAdr"), Reason: "RC02", Debtor: "RC03", Creditor: "RC04",
			Source: violations + "pacs_009_2026_invalid.xml",
		},
		{
			ID:    "cbpr.agent.bic",
			Says:  "an agent with a BIC needs neither name nor postal address; the BIC prevails",
			Kinds: namedKinds, At: []string{"FinInstnId"}, Action: Warn,
			Check: excludes("BICFI", "Nm", "PstlAdr"), Reason: "CH17", Source: flowCBPR,
		},
	}
}
