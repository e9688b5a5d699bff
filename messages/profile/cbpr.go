package profile

import "slices"

// Kinds of messages to which whole tables are confined.
var (
	transfers = []string{"pacs.008", "pacs.009"}
	reports   = []string{"camt.052", "camt.053", "camt.054"}
)

// cbprRules are the CBPR+ usage rules of 2026, by topic. A rule that a valid
// sample breaks only warns: the samples are looser than the restricted schemas
// in what they leave out, and hold more than one may send together.
func cbprRules() []Rule {
	return slices.Concat(
		cbprHeader(), cbprReferences(), cbprAmounts(), cbprParties(),
		addressRules("cbpr", flowCBPRAddress, append([]string{"pacs.002"}, payments...),
			"an address is not of address lines alone", structured),
		cbprInstructions(), cbprReports(), cbprRequired(), cbprUnused(),
	)
}

// cbprVersions are the versions that the 2026 release uses. Where a kind is not
// listed no sample tells. Sources: examples/y2026 and, for the kinds without an
// example there, messages with swift.cbprplus.03 in mt-mx-pairs.
var cbprVersions = map[string]string{
	"head.001": "head.001.001.02",
	"pacs.002": "pacs.002.001.10",
	"pacs.003": "pacs.003.001.08",
	"pacs.004": "pacs.004.001.09",
	"pacs.008": "pacs.008.001.08",
	"pacs.009": "pacs.009.001.08",
	"pacs.010": "pacs.010.001.03",
	"pain.001": "pain.001.001.09",
	"camt.029": "camt.029.001.09",
	"camt.052": "camt.052.001.08",
	"camt.053": "camt.053.001.08",
	"camt.054": "camt.054.001.08",
	"camt.056": "camt.056.001.08",
	"camt.057": "camt.057.001.06",
	"camt.060": "camt.060.001.05",
	"camt.107": "camt.107.001.01",
	"camt.108": "camt.108.001.01",
	"camt.109": "camt.109.001.01",
}

func cbprHeader() []Rule {
	return []Rule{
		{
			ID:   "cbpr.version",
			Says: "header and document are of the version that the release uses",
			At:   []string{"AppHdr", "Document"}, Check: versionOfRelease,
			Reason: "AG03", Source: samplesAll + "; " + pairs + "*/*.mx.xml § swift.cbprplus.03",
		},
		{
			ID:   "cbpr.header.identifier",
			Says: "BizMsgIdr repeats the document's own identifier (MsgId, or Id of a case assignment)",
			At:   []string{"AppHdr/BizMsgIdr"}, Check: repeatsMessageID,
			Reason: "CH16", Source: flowCBPR,
		},
		{
			ID:   "cbpr.header.service",
			Says: "BizSvc is the service of this kind of message, at release 03",
			At:   []string{"AppHdr/BizSvc"}, Check: businessService,
			Kinds:  []string{"pacs.002", "pacs.004", "pacs.008", "pacs.009", "pain.001", "camt.052", "camt.053", "camt.054"},
			Reason: "CH16", Source: samplesMax + "; iso20022/messages/valid/head.001.001.02/01270.xml § swift.cbprplus.99",
		},
		{
			ID:   "cbpr.header.priority",
			Says: "the instruction priority is the header's Prty, where both are given",
			At:   []string{"CdtTrfTxInf/PmtTpInf/InstrPrty"}, Kinds: transfers, Check: repeatsHeader("Prty"),
			Reason: "CH16", Source: samplesMax,
		},
		{
			ID:   "cbpr.header.copy",
			Says: "the copy indicator of a report is the header's CpyDplct, where both are given",
			At:   []string{"Rpt/CpyDplctInd", "Stmt/CpyDplctInd", "Ntfctn/CpyDplctInd"}, Kinds: reports, Check: repeatsHeader("CpyDplct"),
			Reason: "CH16", Source: violations + "camt_052_2026_invalid.xml",
		},
		{
			ID:   "cbpr.header.ends",
			Says: "From and To of the header are institutions with a BIC",
			At:   []string{"AppHdr/Fr", "AppHdr/To"}, Check: needs("FIId/FinInstnId/BICFI"), Action: Warn,
			Reason: "RC05", Source: flowCBPR,
		},
		{
			ID:   "cbpr.header.service.given",
			Says: "the header has a BizSvc",
			At:   []string{"AppHdr"}, Check: needs("BizSvc"), Action: Warn,
			Reason: "CH21", Source: flowCBPR,
		},
	}
}

func cbprReferences() []Rule {
	return []Rule{
		{
			ID:    "cbpr.reference.slash",
			Says:  "an instruction's reference does not begin or end with / nor hold //",
			Kinds: []string{"pacs", "camt.052", "camt.053", "camt.054"},
			At:    []string{"PmtId/InstrId", "TxInf/OrgnlInstrId", "TxInfAndSts/OrgnlInstrId", "TxDtls/Refs/InstrId"},
			Check: noSlashes, Reason: "CH16", Source: flowCBPR,
		},
		{
			ID:    "cbpr.reference.endtoend",
			Says:  "the EndToEndId of an institution's transfer does not begin or end with / nor hold //",
			Kinds: []string{"pacs.009"}, At: []string{"PmtId/EndToEndId"},
			Check: noSlashes, Reason: "FF08", Source: flowCBPR,
		},
		{
			ID:    "cbpr.reference.status",
			Says:  "the original message of a status report is a message of ISO 20022 that exists, or an MT",
			Kinds: []string{"pacs.002"}, At: []string{"OrgnlGrpInf/OrgnlMsgNmId"}, Check: namesMessage,
			Reason: "CH16", Source: violations + "pacs_002_2026_invalid.xml § camt.999.001.01",
		},
		{
			ID:    "cbpr.reference.return",
			Says:  "the original message of a return is a message of ISO 20022 that exists, or an MT",
			Kinds: []string{"pacs.004"}, At: []string{"OrgnlGrpInf/OrgnlMsgNmId"}, Check: namesMessage,
			Reason: "CH16", Source: violations + "pacs_004_2026_invalid.xml § foo.123.456.78",
		},
		{
			ID:    "cbpr.reference.payment",
			Says:  "PmtInfId repeats the MsgId of the group header",
			Kinds: []string{"pain.001"}, At: []string{"PmtInf/PmtInfId"}, Check: repeatsGroupID,
			Reason: "CH16", Source: violations + "pain_001_2026_invalid.xml",
		},
		{
			ID:   "cbpr.charset.reference",
			Says: "references and identifications are of the FIN-X characters",
			At:   references, Check: within(finX),
			Reason: "RR10", Source: flowCBPR,
		},
		{
			ID:    "cbpr.charset.text",
			Says:  "names, addresses and other text are of printable Basic Latin: FIN-X and its further characters",
			Types: []string{"Max*Text"}, Check: within(printableLatin),
			Reason: "RR10", Source: flowCBPR,
		},
	}
}

// references are the elements whose text is a reference.
var references = []string{
	"AppHdr/BizMsgIdr", "GrpHdr/MsgId", "PmtInf/PmtInfId",
	"InstrId", "EndToEndId", "TxId", "ClrSysRef", "RtrId", "OrgnlMsgId",
	"OrgnlInstrId", "OrgnlEndToEndId", "OrgnlTxId", "OrgnlClrSysRef", "AcctSvcrRef", "NtryRef",
	"ClrSysMmbId/MmbId", "Id/Othr/Id",
}
