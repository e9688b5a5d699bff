package profile

// limited returns the rules with what is known of their limits.
func limited(rules []Rule) []Rule {
	for i := range rules {
		rules[i].Limits = limits[rules[i].ID]
	}
	return rules
}

// limitSoftened is why base.code only warns in cbpr2026.
const limitSoftened = "warns, though base and cpmi refuse: the samples of 2026 fill coded elements with placeholders (EXTx)"

// limits are kept apart from the tables, which must read as a rulebook. Files
// without a folder are in iso20022/cbpr/violations; minimal and maximal samples
// are those of iso20022/cbpr/examples.
var limits = map[string]string{
	"base.iban.form": "warns: camt.052.min.xml of 2026 has an IBAN whose bank is of digits where its country has letters",

	"cpmi.code":         "warns: the schemas offer words beside every code, and the note does not forbid them",
	"cpmi.account":      "warns: the minimal samples of CBPR+ have no accounts",
	"cpmi.account.iban": "warns: another number may have the form of an IBAN by chance",

	"cbpr.version": "kinds without a sample of 2026 are held to the version of the MT-MX pairs with a service of " +
		"release 03 listed above as without samples; other kinds are not checked",
	"cbpr.header.service": "03 is the release of every sample of 2026, and of 2025; another is refused until a sample " +
		"shows it; the kinds not named are not checked",
	"cbpr.header.priority": "no sample breaks it: HIGH stands in header and instruction alike, NORM in the headers of " +
		"messages without instruction priority",
	"cbpr.header.ends":          "warns: the minimal samples leave From and To empty",
	"cbpr.header.service.given": "warns: the minimal samples have no service",
	"cbpr.reference.slash": "the note says references; samples show it of InstrId and OrgnlInstrId only, and EndToEndId, which is the " +
		"customer's, TxId and the clearing system's reference are not held to it",
	"cbpr.reference.endtoend": "no sample breaks it",
	"cbpr.reference.status":   "which messages a status report may name is not known; samples show only that camt.999.001.01 is none",
	"cbpr.reference.return":   "which messages a return may name is not known; samples show only that foo.123.456.78 is none",
	"cbpr.charset.reference":  "no sample breaks it; the note names no elements",
	"cbpr.charset.text": "wider than the note, which says FIN-X: text other than references may hold all of printable " +
		"Basic Latin, as mail and web addresses do; no sample decides",
	"cbpr.single":       "no sample breaks it",
	"cbpr.amount.metal": "samples show gold (XAU); the other three are taken to be alike",
	"cbpr.charges.difference": "not checked for returns, which no sample shows, nor whether the charges add up to the " +
		"difference: they may be in other currencies",
	"cbpr.settlement.customer":      "no sample breaks it",
	"cbpr.settlement.account":       "no sample breaks it",
	"cbpr.settlement.advice":        "no sample of 2026 breaks it; iso20022/messages/valid/pacs.009.001.08/01289.xml, an advice of 2025, has INDA",
	"cbpr.settlement.reimbursement": "warns: the maximal samples of pacs.008 have reimbursement agents beside INDA",
	"cbpr.return.part": "how a return of part is to be marked is not known; the sample that breaks it has neither charges " +
		"nor additional information",
	"cbpr.agent.bic": "warns, though the note says that a BIC excludes name and address: the maximal samples have all three",
	"cbpr.service.customer": "follows from what the code set says each code is for; which of the rest CBPR+ uses is not " +
		"known",
	"cbpr.service.cover":       "as cbpr.service.customer; G001 and G004 both fit a cover, of which samples show G001",
	"cbpr.service.institution": "as cbpr.service.customer",
	"cbpr.instruction.hold":    "which other codes exclude each other is not known",
	"cbpr.remittance.related":  "the maximal sample of pain.001 has both, so it is for pacs.008 only",
	"cbpr.report.booked":       "samples show it of camt.054 only",
	"cbpr.report.interest":     "samples show it of camt.052 only",

	"cbpr.required.uetr.customer": "warns: pacs_008_2026_valid.xml and two more have none",
	"cbpr.required.date":          "warns: pacs_008_2026_valid.xml and three more have none",
	"cbpr.required.instructed":    "warns: pacs_008_2026_valid.xml and two more have none; new in the minimal samples of 2026",
	"cbpr.required.return":        "RtrId is new in the minimal sample of 2026",
	"cbpr.required.return.instructed": "warns: returns of MT 202 and 205 in the MT-MX pairs have none; new in the minimal " +
		"sample of 2026",
	"cbpr.required.sequence":        "warns: camt_052_2026_valid.xml has none; new in the minimal sample of 2026",
	"cbpr.required.entry.reference": "warns: camt_054_2026_valid.xml has none",
	"cbpr.unused.return":            "the maximal sample of 2025 has MndtRltdInf, that of 2026 has not",
	"cbpr.unused.agent": "the maximal samples of 2025 have BrnchId of the creditor agent (pacs.004, pacs.008, pacs.009.cov, " +
		"pain.001) and BrnchId, Othr and AdrTp of the charges account agent (pain.001); those of 2026, which hold else " +
		"whatever those of 2025 do, have none of them",
	"cbpr.unused.location":      "the maximal samples of 2025 have it, those of 2026 have not",
	"cbpr.unused.original":      "warns: pacs_002_2026_valid.xml has it",
	"cbpr.unused.supplementary": "warns: it is what others agreed on, which a gateway carries as it came; no sample has it",
}
