package messages_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"dragoman/messages"
)

// A bank's message is read, and every reason to refuse it comes with its place.
func ExampleRead() {
	raw, err := os.ReadFile("testdata/pacs.008.001.08.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	m := messages.Read(raw, messages.Options{})
	fmt.Println(m.Document().ID, "valid:", m.Valid())

	m = messages.Read([]byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.025.001.05">
  <Rct>
    <MsgHdr><MsgId>RCPT-1</MsgId><CreDtTm>yesterday</CreDtTm></MsgHdr>
  </Rct>
</Document>`), messages.Options{})
	for _, f := range m.Faults() {
		fmt.Printf("%d:%d %s %s\n  %s\n  %s\n", f.Line, f.Column, f.Rule, f.Reason, f.Path, f.Text)
	}
	// Output:
	// pacs.008.001.08 valid: true
	// 3:43 schema.date-and-time DT01
	//   /Document/Rct/MsgHdr/CreDtTm
	//   CreDtTm: "yesterday" is not a valid date and time (such as 2026-11-23T14:30:00+01:00)
	// 4:3 schema.missing CH21
	//   /Document/Rct/RctDtls
	//   RctDtls is missing in Rct
}

// A view gives the fields of a message by their meaning, whatever its version.
func ExampleViewCustomerCreditTransfer() {
	raw, err := os.ReadFile("testdata/pacs.008.001.08.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	transfer, ok := messages.ViewCustomerCreditTransfer(messages.Read(raw, messages.Options{}))
	if !ok {
		fmt.Println("it is no pacs.008")
		return
	}
	for t := range transfer.Transactions() {
		amount, err := t.Amount().Money()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(amount, "from", t.Debtor().Name(), "to", t.Creditor().Name())
		fmt.Println("minor units:", amount.Minor())
		// What a view has no method for is reached by its path.
		fmt.Println("service level:", t.At("PmtTpInf/SvcLvl/Cd").Text())
	}
	// Output:
	// CNY 1250000.50 from Silk Road Trading Company to Chao Phraya Machinery Public Company
	// minor units: 125000050
	// service level: G001
}

// A received message is forwarded with a few fields changed; every other byte
// stays as it came.
func ExampleSplice() {
	raw, err := os.ReadFile("testdata/pacs.008.001.08.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	m := messages.Read(raw, messages.Options{})
	document := m.Document()
	transaction := document.Root.At("FIToFICstmrCdtTrf/CdtTrfTxInf")
	amount, err := messages.ParseMoney("5712503.11", messages.MustCurrency("THB"))
	if err != nil {
		fmt.Println(err)
		return
	}

	s := messages.NewSplice(m, document)
	s.Set(document.Root.At("FIToFICstmrCdtTrf/GrpHdr/MsgId"), "DRGM-FORWARD-1")
	s.SetAmount(transaction.Child("IntrBkSttlmAmt"), amount)
	s.Insert(transaction, "XchgRate", func(w *messages.Writer) { w.Text("XchgRate", "4.57") })
	out, err := s.Bytes()
	if err != nil {
		fmt.Println(err)
		return
	}
	before := strings.Split(string(raw[document.Start:document.End]), "\n")
	for i, line := range strings.Split(string(out), "\n") {
		if line != before[i] {
			fmt.Printf("line %d: %s\n", i+1, strings.TrimSpace(line))
		}
	}

	// What the schema does not allow is refused.
	s = messages.NewSplice(m, document)
	s.Delete(transaction.Child("ChrgBr"))
	_, err = s.Bytes()
	var invalid *messages.SpliceError
	fmt.Println(errors.As(err, &invalid), err)
	// Output:
	// line 4: <MsgId>DRGM-FORWARD-1</MsgId>
	// line 27: <IntrBkSttlmAmt Ccy="THB">5712503.11</IntrBkSttlmAmt>
	// line 29: <InstdAmt Ccy="CNY">1250000.50</InstdAmt><XchgRate>4.57</XchgRate>
	// true splice: the outcome is not valid: /Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/ChrgBr: ChrgBr is missing in CdtTrfTxInf
}

// A writer takes the order of elements from the schema and refuses what it does
// not allow.
func ExampleWriter() {
	w := messages.NewWriter("camt.025.001.05")
	w.Open("Rct")
	w.Open("RctDtls")
	w.Open("OrgnlMsgId")
	w.Text("MsgId", "LIQ-7")
	w.Close()
	w.Open("ReqHdlg")
	w.Text("Desc", "Settled & booked")
	w.Text("StsCd", "ACSC")
	w.Close()
	w.Close()
	w.Open("MsgHdr")
	w.Text("MsgId", "RCPT-1")
	w.Close()
	w.Close()
	out, err := w.Bytes()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(out))

	w = messages.NewWriter("camt.025.001.05")
	w.Open("Rct")
	w.Close()
	_, err = w.Bytes()
	fmt.Println(err)
	// Output:
	// <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.025.001.05"><Rct><MsgHdr><MsgId>RCPT-1</MsgId></MsgHdr><RctDtls><OrgnlMsgId><MsgId>LIQ-7</MsgId></OrgnlMsgId><ReqHdlg><StsCd>ACSC</StsCd><Desc>Settled &amp; booked</Desc></ReqHdlg></RctDtls></Rct></Document>
	// write /Document/Rct/MsgHdr: it is missing in Rct
}

// A status report is written from plain values.
func ExampleStatusReport() {
	created, err := messages.ParseDateTime("2026-11-23T09:30:16Z")
	if err != nil {
		fmt.Println(err)
		return
	}
	report := messages.StatusReport{
		MessageID: "DRGM-STATUS-1", Created: created,
		Original: messages.OriginalGroup{MessageID: "DRGM-20261123-000001", MessageName: "pacs.008.001.08"},
		Transactions: []messages.TransactionStatus{{
			Original: messages.OriginalPayment{EndToEndID: "INV-2026-0815"}, Status: "RJCT",
			Reasons: []messages.Reason{{Code: "AC04", Text: "The creditor's account is closed."}},
		}},
	}
	out, err := report.Write("pacs.002.001.10")
	if err != nil {
		fmt.Println(err)
		return
	}
	m := messages.Read(out, messages.Options{})
	fmt.Println(m.Document().ID, "valid:", m.Valid())
	fmt.Println(m.Document().Root.At("FIToFIPmtStsRpt/TxInfAndSts/StsRsnInf/Rsn/Cd").Text())
	// Output:
	// pacs.002.001.10 valid: true
	// AC04
}
