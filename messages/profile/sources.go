package profile

// Where rules were taken from. Files are named below ../shared; a test looks
// each of them up, and the words behind "§" in them. Several are separated by a
// semicolon. We hold no document of SWIFT or of the CPMI: their rules are taken
// from the design notes and from samples, and only those are cited.
const (
	// designLayers lists the business checks every message gets.
	designLayers = `design/iso20022.md § business checks`
	// designHeader is the rule that MsgDefIdr equals the Document's namespace.
	designHeader = "design/iso20022.md § `MsgDefIdr` must equal the Document's"
	// designPrecision is the rule on amounts and ISO 4217 exponents.
	designPrecision = `design/iso20022.md § int64 minor units with the currency's exponent`
	// flowCPMI lists the twelve harmonised requirements.
	flowCPMI = `design/payment-flow.md § CPMI requirements as rules`
	// flowCBPRAddress is the design note on the forms of addresses.
	flowCBPRAddress = `design/payment-flow.md § hybrid: at most two AdrLine`
	// flowCBPR lists the header, character, agent, charge and reference rules.
	flowCBPR = `design/payment-flow.md § CBPR+ header`
	// flowCharges names the three charge bearers, flowDifference what charges
	// explain.
	flowCharges    = `design/payment-flow.md § Charges: DEBT, SHAR, CRED`
	flowDifference = `design/payment-flow.md § debtor amount − charges`

	// samplesMax fill every element that CBPR+ has; what they never hold, nor
	// any CBPR+ message in mt-mx-pairs and messages, is not used.
	samplesMax = `iso20022/cbpr/examples/y2026/*.max.xml`
	// samplesMin hold what CBPR+ demands and nothing else.
	samplesMin = `iso20022/cbpr/examples/y2026/*.min.xml`
	// samplesAll are both.
	samplesAll = `iso20022/cbpr/examples/y2026/*.xml`
	// violations hold deliberate breaches beside a sample without.
	violations = `iso20022/cbpr/violations/`
	// pairs are MT messages with their CBPR+ counterparts.
	pairs = `iso20022/mt-mx-pairs/`
	// breaches are violations of 2025 among the collected messages: INDEX.tsv
	// beside them says where each comes from, 01263.xml from a file
	// pacs_008_2025_invalid.xml, 01271.xml from pacs_008_stp_2025_invalid.xml.
	breaches = `iso20022/messages/invalid/pacs.008.001.08/`
	// serviceLevels says what each service level is for.
	serviceLevels = `iso20022/code_sets/external_service_level_code.json`
)
