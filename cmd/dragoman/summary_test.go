package main

import "testing"

// The one line of an answer says what became of the payment, and why, in words.
func TestSummary(t *testing.T) {
	status := func(inside string) string {
		return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10"><FIToFIPmtStsRpt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-01-01T00:00:00Z</CreDtTm></GrpHdr>` + inside + `</FIToFIPmtStsRpt></Document>`
	}
	const uetr = "f39efaae-7e3e-4dc5-b4a5-d14d6ae59b6b"
	for _, c := range []struct{ message, want string }{
		{status(`<OrgnlGrpInfAndSts><OrgnlMsgId>A</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>DS0H</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>`),
			"RJCT DS0H (Signer is not allowed to sign for this account)"},
		{status(`<OrgnlGrpInfAndSts><OrgnlMsgId>A</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts><TxInfAndSts><OrgnlUETR>` + uetr + `</OrgnlUETR><TxSts>ACSC</TxSts></TxInfAndSts>`),
			uetr + " ACSC"},
		{`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><Ntfctn><Ntry><Amt Ccy="CNY">250.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry><Ntry><Amt Ccy="CNY">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`,
			"-250.00 CNY +1.00 CNY"},
	} {
		if got := summary([]byte(c.message)); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}
