package profile

// Where rules were taken from. Files are named below ../shared; a test looks
// each of them up, and the words behind "§" in them. We hold no document of
// SWIFT or of the CPMI: their rules are taken from the design notes and from
// samples, and only those are cited.
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
	// flowCharges names the three charge bearers.
	flowCharges = `design/payment-flow.md § Charges: DEBT, SHAR, CRED`

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

	// repository is where the samples and violations come from (MIT licence).
	// It carries the rules they obey; cited by file and rule number where no
	// sample shows the rule.
	repository = `github.com/phoughton/iso20022-cbpr-ur, commit f6a8d27, rules/y2026/`
)
