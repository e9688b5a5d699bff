package messages_test

import (
	"fmt"

	"dragoman/messages"
)

// debit02 is a direct debit between institutions of 2016, debit06 one of 2024;
// one view reads both.
const (
	debit02 = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.010.001.02"><FIDrctDbt>
<GrpHdr><MsgId>DD-2016</MsgId><CreDtTm>2016-11-21T09:00:00</CreDtTm><NbOfTxs>1</NbOfTxs></GrpHdr>
<CdtInstr><CdtId>CREDIT-1</CdtId><Cdtr><FinInstnId><BICFI>BANKFRPP</BICFI></FinInstnId></Cdtr>
<DrctDbtTxInf><PmtId><EndToEndId>FEES-1</EndToEndId><TxId>TX-1</TxId></PmtId><IntrBkSttlmAmt Ccy="EUR">120.00</IntrBkSttlmAmt>
<Dbtr><FinInstnId><BICFI>BANKDEFF</BICFI></FinInstnId></Dbtr></DrctDbtTxInf></CdtInstr></FIDrctDbt></Document>`
	debit06 = `<x:Document xmlns:x="urn:iso:std:iso:20022:tech:xsd:pacs.010.001.06"><x:FIDrctDbt>
<x:GrpHdr><x:MsgId>DD-2024</x:MsgId><x:CreDtTm>2024-11-21T09:00:00+01:00</x:CreDtTm><x:NbOfTxs>1</x:NbOfTxs></x:GrpHdr>
<x:CdtInstr><x:CdtId>CREDIT-2</x:CdtId><x:IntrBkSttlmDt>2024-11-22</x:IntrBkSttlmDt>
<x:Cdtr><x:FinInstnId><x:BICFI>BANKFRPP</x:BICFI></x:FinInstnId></x:Cdtr>
<x:DrctDbtTxInf><x:PmtId><x:EndToEndId>FEES-2</x:EndToEndId><x:UETR>eb6305c9-1f7f-49de-aed0-16487c27b42d</x:UETR></x:PmtId>
<x:IntrBkSttlmAmt Ccy="EUR">80.5</x:IntrBkSttlmAmt><x:Dbtr><x:FinInstnId><x:BICFI>BANKDEFF</x:BICFI></x:FinInstnId></x:Dbtr>
</x:DrctDbtTxInf></x:CdtInstr></x:FIDrctDbt></x:Document>`
)

// A view reads a kind of message in all its versions. What a version does not
// have is empty.
func ExampleViewInstitutionDirectDebit() {
	for _, raw := range []string{debit02, debit06} {
		m := messages.Read([]byte(raw), messages.Options{})
		debits, ok := messages.ViewInstitutionDirectDebit(m)
		if !ok || !m.Valid() {
			fmt.Println(m.Faults())
			return
		}
		for credit := range debits.Credits() {
			for debit := range credit.Transactions() {
				amount, err := debit.Amount().Money()
				if err != nil {
					fmt.Println(err)
					return
				}
				fmt.Println(debit.PaymentID().EndToEndID(), amount, "from", debit.Debtor().BICText(), "to", credit.Creditor().BICText())
				fmt.Printf("settles %q, UETR %q\n", debit.SettlementDateText(), debit.PaymentID().UETRText())
			}
		}
	}
	// Output:
	// FEES-1 EUR 120.00 from BANKDEFF to BANKFRPP
	// settles "", UETR ""
	// FEES-2 EUR 80.50 from BANKDEFF to BANKFRPP
	// settles "2024-11-22", UETR "eb6305c9-1f7f-49de-aed0-16487c27b42d"
}

const recall = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq>
<Assgnmt><Id>RECALL-1</Id><Assgnr><Agt><FinInstnId><BICFI>BANKDEFF</BICFI></FinInstnId></Agt></Assgnr>
<Assgne><Agt><FinInstnId><BICFI>BANKFRPP</BICFI></FinInstnId></Agt></Assgne><CreDtTm>2026-03-04T10:00:00+01:00</CreDtTm></Assgnmt>
<Undrlyg><TxInf><CxlId>CXL-1</CxlId><Case><Id>CASE-1</Id><Cretr><Agt><FinInstnId><BICFI>BANKDEFF</BICFI></FinInstnId></Agt></Cretr></Case>
<OrgnlGrpInf><OrgnlMsgId>MSG-1</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf><OrgnlEndToEndId>E2E-1</OrgnlEndToEndId>
<OrgnlUETR>eb6305c9-1f7f-49de-aed0-16487c27b42d</OrgnlUETR><CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>`

// A recall is refused: the answer names case and payment as the recall does,
// and is written in the version that belongs to it.
func ExampleResolutionOn() {
	m := messages.Read([]byte(recall), messages.Options{})
	created, err := messages.ParseDateTime("2026-03-04T11:00:00Z")
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := messages.ResolutionOn(m)
	answer.AssignmentID, answer.Created = "ANSWER-1", created
	answer.Refused(messages.Reason{Code: "ARDT"}) // returned already

	id, _ := messages.AnswerVersion(m.Document().ID, "camt.029")
	out, err := answer.Write(id)
	if err != nil {
		fmt.Println(err)
		return
	}
	resolution, _ := messages.ViewResolution(messages.Read(out, messages.Options{}))
	for payment := range resolution.Transactions() {
		for reason := range payment.Reasons() {
			fmt.Println(id, resolution.Confirmation(), payment.Case().ID(), payment.OriginalUETRText(), payment.Status(), reason.Code())
		}
	}
	fmt.Println("to", resolution.Assignee().BICText())
	// Output:
	// camt.029.001.09 RJCR CASE-1 eb6305c9-1f7f-49de-aed0-16487c27b42d RJCR ARDT
	// to BANKDEFF
}

// A customer's payment is written from plain values; without its amount it is
// not written at all.
func ExampleCreditTransfer() {
	created, _ := messages.ParseDateTime("2026-03-04T10:00:00+01:00")
	sender, _ := messages.ParseBIC("BANKDEFF")
	receiver, _ := messages.ParseBIC("BANKFRPP")
	amount, err := messages.ParseMoney("1000.00", messages.MustCurrency("EUR"))
	if err != nil {
		fmt.Println(err)
		return
	}
	transfer := messages.CreditTransfer{
		MessageID: "MSG-1", Created: created, Settlement: messages.Settlement{Method: "CLRG", ClearingSystem: "TGT"},
		InstructingAgent: messages.Agent{BIC: sender}, InstructedAgent: messages.Agent{BIC: receiver},
		Payments: []messages.Payment{{
			EndToEndID: "E2E-1", UETR: "eb6305c9-1f7f-49de-aed0-16487c27b42d", Amount: amount, ChargeBearer: "SHAR",
			Parties: messages.Parties{
				Debtor: messages.Party{Name: "Erika Mustermann"}, DebtorAgent: messages.Agent{BIC: sender},
				CreditorAgent: messages.Agent{BIC: receiver}, Creditor: messages.Party{Name: "Jean Dupont"},
			},
		}},
	}
	out, err := transfer.Write("pacs.008.001.08")
	fmt.Println(len(out) > 0, err)
	transfer.Payments[0].Amount = messages.Money{}
	_, err = transfer.Write("pacs.008.001.08")
	fmt.Println(err)
	// Output:
	// true <nil>
	// write /Document/FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmAmt: it is missing in CdtTrfTxInf
}

// A message that cannot be read is rejected with the place of its first fault.
func ExampleRejectionOf() {
	m := messages.Read([]byte("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.028.001.03\">\n<Wrong/></Document>"), messages.Options{})
	rejection := messages.RejectionOf(m)
	fmt.Println(rejection.Reference, rejection.Code)
	fmt.Println(rejection.Location)
	out, err := rejection.Write("admi.002.001.01")
	fmt.Println(len(out) > 0, err)
	// Output:
	// NOTPROVIDED CH17
	// line 2, column 1: /Document/Wrong
	// true <nil>
}

// Versions are paired by the maintenance release of ISO 20022.
func ExampleAnswerVersion() {
	for _, kind := range []string{"pacs.002", "pacs.004", "camt.056", "camt.025"} {
		fmt.Println(messages.AnswerVersion("pacs.008.001.08", kind))
	}
	// Output:
	// pacs.002.001.10 true
	// pacs.004.001.09 true
	// camt.056.001.08 true
	//  false
}
