package profile

// baseRules hold for every message of every bank.
func baseRules() []Rule {
	return []Rule{
		{
			ID:   "base.header.definition",
			Says: "MsgDefIdr of the header names the document that follows it",
			At:   []string{"AppHdr/MsgDefIdr"}, Check: namesDocument,
			Reason: "CH16", Source: designHeader,
		},
		{
			ID:   "base.header.from",
			Says: "the instructing agent is the header's From, where both have a BIC",
			At:   agentBICs("InstgAgt"), Kinds: []string{"pacs"}, Check: isHeaderBIC("Fr"),
			Reason: "AGNT", Source: flowCBPR,
		},
		{
			ID:   "base.header.to",
			Says: "the instructed agent is the header's To, where both have a BIC and the header is not for a copy (COPY, CODU)",
			At:   agentBICs("InstdAgt"), Kinds: []string{"pacs"}, Check: isHeaderBIC("To"),
			Reason: "AGNT", Source: flowCBPR,
		},
		{
			ID:   "base.count.group",
			Says: "NbOfTxs of the group header is the number of transactions in the message",
			At:   []string{"GrpHdr/NbOfTxs", "CtrlData/NbOfTxs"}, Check: countsTransactions,
			Reason: "AM19", Source: designLayers,
		},
		{
			ID:   "base.count.payment",
			Says: "NbOfTxs of a payment information is the number of its transactions",
			At:   []string{"PmtInf/NbOfTxs"}, Kinds: []string{"pain.001", "pain.008"}, Check: countsPayment,
			Reason: "AM20", Source: designLayers,
		},
		{
			ID:   "base.sum.group",
			Says: "CtrlSum of the group header is the sum of the transactions' amounts, whatever their currencies",
			At:   []string{"GrpHdr/CtrlSum"}, Check: sumsTransactions,
			Reason: "AM16", Source: designLayers,
		},
		{
			ID:   "base.sum.payment",
			Says: "CtrlSum of a payment information is the sum of its transactions' amounts, whatever their currencies",
			At:   []string{"PmtInf/CtrlSum"}, Kinds: []string{"pain.001", "pain.008"}, Check: sumsPayment,
			Reason: "AM17", Source: designLayers,
		},
		{
			ID:    "base.sum.settlement",
			Says:  "the total settlement amount is the sum of the settlement amounts, in one currency",
			At:    []string{"GrpHdr/TtlIntrBkSttlmAmt", "GrpHdr/TtlRtrdIntrBkSttlmAmt", "GrpHdr/TtlRvsdIntrBkSttlmAmt"},
			Check: sumsSettlement, Reason: "AM10", Source: designLayers,
		},
		{
			ID:    "base.bic",
			Says:  "a BIC has the form of ISO 9362 and a country that exists",
			Types: []string{"BICFI*Identifier", "BICIdentifier", "AnyBIC*Identifier"}, Check: validBIC,
			Reason: "RC05", Debtor: "RC06", Creditor: "RC07", Source: designLayers,
		},
		{
			ID:    "base.iban",
			Says:  "an IBAN has the length of its country and check digits that fit (mod 97)",
			Types: []string{"IBAN*Identifier"}, Check: validIBAN,
			Reason: "AC01", Debtor: "AC02", Creditor: "AC03", Source: designLayers,
		},
		{
			ID:    "base.iban.form",
			Says:  "an IBAN has letters and digits where its country has them (the samples of 2026 do not)",
			Types: []string{"IBAN*Identifier"}, Check: nationalIBAN, Action: Warn,
			Reason: "AC01", Debtor: "AC02", Creditor: "AC03", Source: samplesMin,
		},
		{
			ID:    "base.lei",
			Says:  "an LEI has check digits that fit (mod 97)",
			Types: []string{"LEIIdentifier"}, Check: validLEI,
			Reason: "BE15", Debtor: "BE16", Creditor: "BE17", Source: designLayers,
		},
		{
			ID:    "base.uetr",
			Says:  "a UETR is a UUID of version 4",
			Types: []string{"UUIDv4Identifier"}, Check: validUETR,
			Reason: "CH16", Source: designLayers,
		},
		{
			ID:    "base.country",
			Says:  "a country code is one of ISO 3166-1, or XK",
			Types: []string{"CountryCode"}, Check: validCountry,
			Reason: "BE09", Debtor: "BE10", Creditor: "BE11", Source: designLayers,
		},
		{
			ID:    "base.currency.known",
			Says:  "a currency is a code of ISO 4217, and one in use where the type says Active",
			Types: append([]string{"*CurrencyCode"}, amountTypes...), Check: knownCurrency,
			Reason: "AM11", Source: designPrecision,
		},
		{
			ID:    "base.currency.digits",
			Says:  "an amount is not finer than the minor unit of its currency; zeros at the end do not count",
			Types: moneyTypes, Check: fitsCurrency,
			Reason: "CH20", Source: designPrecision,
		},
		{
			ID:    "base.code",
			Says:  "a code of an external type is in the external code set (edition of May 2025); a set we do not hold is not checked",
			Types: []string{"External*Code"}, Check: externalCode,
			Reason: "CH16", Source: designLayers,
		},
	}
}

// agentBICs are the places of an agent of the message itself; the same names
// deeper down speak of other messages.
func agentBICs(agent string) []string {
	var places []string
	for _, holder := range []string{"GrpHdr", "CdtTrfTxInf", "DrctDbtTxInf", "CdtInstr", "TxInf", "TxInfAndSts"} {
		places = append(places, holder+"/"+agent+"/FinInstnId/BICFI")
	}
	return places
}
