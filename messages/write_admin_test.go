package messages_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dragoman/messages"
)

func writeIdentificationReport(id string) ([]byte, []given, error) {
	subject := messages.Subject{Party: creditorParty, Account: messages.Account{IBAN: ownIBAN, Alias: "+49-1", AliasType: "TELE"}, Agent: agent("BANKDEFF")}
	raw, err := messages.IdentificationReport{
		MessageID: "MSG-1", Created: createdTime, Creator: asParty("CREADEFF"), FirstAgent: agent("FRSTDEFF"), Assigner: asParty("RECVFRPP"), Assignee: asParty("SENDDEFF"),
		RequestID: "REQ-1", RequestCreated: acceptedTime, RequestAgent: agent("FRSTFRPP"),
		Verdicts: []messages.Verdict{{VerificationID: "VER-1", Verified: true, Reason: "AC01", Original: subject, Updated: subject}, {VerificationID: "VER-2"}},
	}.Write(id)
	subjectGiven := func(place string) []given {
		return at(place+"/", nameAt("Pty", "Müller & Söhne"), accountAt("Acct", ownIBAN.String()), given{"Acct/Prxy/Id", "+49-1"},
			codeAt("Acct/Prxy/Tp", "TELE"), bicAt("Agt", "BANKDEFF"))
	}
	return raw, all(at("Assgnmt/", given{"MsgId", "MSG-1"}, given{"CreDtTm", createdTime.String()}, partyBICAt("Cretr", "CREADEFF"),
		bicAt("FrstAgt", "FRSTDEFF"), partyBICAt("Assgnr", "RECVFRPP"), partyBICAt("Assgne", "SENDDEFF")),
		at("OrgnlAssgnmt/", given{"MsgId", "REQ-1"}, given{"CreDtTm", acceptedTime}, bicAt("FrstAgt", "FRSTFRPP")),
		[]given{{"Rpt/OrgnlId", "VER-1"}, {"Rpt/Vrfctn", "true"}, codeAt("Rpt/Rsn", "AC01")},
		subjectGiven("Rpt/OrgnlPtyAndAcctId"), subjectGiven("Rpt/UpdtdPtyAndAcctId")), err
}

func TestWriteIdentificationReport(t *testing.T) {
	writing[messages.IdentificationReportView]{"acmt.024", 3, messages.ViewIdentificationReport, identificationReportFields(), writeIdentificationReport}.check(t)
}

func writeRejection(id string) ([]byte, []given, error) {
	raw, err := messages.Rejection{Reference: "REF-1", Code: "FF01", Rejected: createdTime, Location: "line 7", Description: "not closed", Additional: "more"}.Write(id)
	return raw, []given{{"RltdRef/Ref", "REF-1"}, {"Rsn/RjctgPtyRsn", "FF01"}, {"Rsn/RjctnDtTm", createdTime.String()},
		{"Rsn/ErrLctn", "line 7"}, {"Rsn/RsnDesc", "not closed"}, {"Rsn/AddtlData", "more"}}, err
}

func TestWriteRejection(t *testing.T) {
	writing[messages.RejectionView]{"admi.002", 1, messages.ViewRejection, rejectionFields(), writeRejection}.check(t)
}

// Whatever was received can be rejected: the rejection is valid itself.
func TestRejectionOf(t *testing.T) {
	long := strings.Repeat("ä", 400)
	for _, test := range []struct{ name, raw, reference string }{
		{"nothing", "", "NOTPROVIDED"},
		{"no XML", "\x00\x01\xff<", "NOTPROVIDED"},
		{"unknown type", `<Document xmlns="urn:unknown"/>`, "NOTPROVIDED"},
		{"long names", "<" + long + " xmlns='" + long + "'><" + long + "/></" + long + ">", "NOTPROVIDED"},
		{"forbidden characters", "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:admi.002.001.01'>\x0b<x>\ufffe</x></Document>", "NOTPROVIDED"},
		{"an identifier", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.028.001.03"><FIToFIPmtStsReq><GrpHdr><MsgId>MSG-7</MsgId></GrpHdr></FIToFIPmtStsReq></Document>`, "MSG-7"},
		{"many faults", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.028.001.03"><FIToFIPmtStsReq>` + strings.Repeat("<Foreign/>", 400) + `</FIToFIPmtStsReq></Document>`, "NOTPROVIDED"},
	} {
		m := messages.Read([]byte(test.raw), messages.Options{MaxFaults: 1000})
		if m.Valid() {
			t.Fatalf("%s is valid", test.name)
		}
		r := messages.RejectionOf(m)
		r.Rejected = createdTime
		raw, err := r.Write("admi.002.001.01")
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		read := messages.Read(raw, messages.Options{})
		v, _ := messages.ViewRejection(read)
		if !read.Valid() || v.Reference() != test.reference || v.Description() == "" || !strings.HasPrefix(v.Location(), "line ") {
			t.Errorf("%s: %s\n%v", test.name, raw, read.Faults())
		}
		if n := utf8.RuneCountInString(v.Additional()); len(m.Faults()) > 1 && n == 0 || n > 20000 {
			t.Errorf("%s: %d faults in %d characters", test.name, len(m.Faults()), n)
		}
	}
}

func writeEvent(id string) ([]byte, []given, error) {
	raw, err := messages.EventNotification{Code: "SODA", Parameters: []string{"2026-03-05", "EUR"}, Description: "day begins", Time: createdTime}.Write(id)
	return raw, []given{{"EvtInf/EvtCd", "SODA"}, {"EvtInf/EvtParam", "2026-03-05"}, {"EvtInf/EvtDesc", "day begins"}, {"EvtInf/EvtTm", createdTime.String()}}, err
}

func TestWriteEventNotification(t *testing.T) {
	for _, id := range kindIDs("admi.004") {
		raw, list, err := writeEvent(id)
		m := readWritten(t, id, raw, err)
		body, _ := bodyOf(m, "admi.004")
		for _, g := range list {
			if got := find(body, g.paths).Text(); got != g.want {
				t.Errorf("%s: %s: %q, want %q", id, g.paths, got, g.want)
			}
		}
		if n := compare(t, "admi.004", id, m, messages.ViewEventNotification, eventFields(), nil); n != len(list) {
			t.Errorf("%s: %d values, want %d", id, n, len(list))
		}
	}
}

func TestWriteAcknowledgement(t *testing.T) {
	const id = "admi.007.001.01"
	raw, err := messages.Acknowledgement{MessageID: "MSG-1", Created: createdTime, Receipts: []messages.Acknowledged{
		{Reference: "REF-1", MessageName: "pacs.008.001.08", Issuer: must(messages.ParseBIC("SENDDEFF")), Status: "RCVD", Decided: createdTime, Description: "durable"},
		{Reference: "REF-2", Status: "RJCT"},
	}}.Write(id)
	v, _ := messages.ViewAcknowledgement(readWritten(t, id, raw, err))
	r := head(v.Receipts())
	compareSeen(t, id, []seen{
		{"message id", "MSG-1", v.Group().MessageID()}, {"created", createdTime.String(), v.Group().CreatedText()},
		{"reference", "REF-1", r.Reference()}, {"message name", "pacs.008.001.08", r.MessageName()}, {"issuer", "SENDDEFF", r.Issuer()},
		{"status", "RCVD", r.Status()}, {"decided", createdTime.String(), r.StatusText()}, {"description", "durable", r.Description()},
	})
	if n := count(v.Receipts()); n != 2 {
		t.Errorf("%d receipts, want 2", n)
	}
}

func writeHeader(t *testing.T, id string) ([]byte, []given, error) {
	received, _ := messages.ViewHeader(filled(t, id, 2))
	h := messages.Header{
		From: agent("SENDDEFF"), To: messages.Agent{BIC: must(messages.ParseBIC("RECVFRPP")), Name: "Banque"}, MessageID: "MSG-1",
		Definition: "pacs.008.001.08", Service: "swift.cbprplus.04", Created: createdTime, Copy: "DUPL", PossibleDuplicate: true, Priority: "HIGH",
		Registry: "registry", Practice: "practice", Processed: createdTime, Related: received.Node,
	}
	created := createdTime.String()
	if id == "head.001.001.01" {
		created = "2026-03-04T16:00:00Z"
	}
	raw, err := h.Write(id)
	return raw, []given{bicAt("Fr/FIId", "SENDDEFF"), bicAt("To/FIId", "RECVFRPP"), {"To/FIId/FinInstnId/Nm", "Banque"}, {"BizMsgIdr", "MSG-1"},
		{"MsgDefIdr", "pacs.008.001.08"}, {"BizSvc", "swift.cbprplus.04"}, {"CreDt", created}, {"CpyDplct", "DUPL"}, {"PssblDplct", "true"},
		{"Prty", "HIGH"}, {"MktPrctc/Regy", "registry"}, {"MktPrctc/Id", "practice"}, {"BizPrcgDt", createdTime.String()},
		{"Rltd/BizMsgIdr", received.MessageID()}, {"Rltd/MsgDefIdr", received.Definition()}}, err
}

func TestWriteHeader(t *testing.T) {
	writing[messages.HeaderView]{"head.001", 4, messages.ViewHeader, headerFields(),
		func(id string) ([]byte, []given, error) { return writeHeader(t, id) }}.check(t)
}

// The header of an answer goes back to the sender, whoever that is, and repeats
// what it answers, in every version.
func TestHeaderTo(t *testing.T) {
	for _, id := range kindIDs("head.001") {
		for round := range 4 {
			received, _ := messages.ViewHeader(filled(t, id, round))
			h := messages.HeaderTo(received)
			h.MessageID, h.Definition, h.Created = "MSG-2", "pacs.002.001.10", createdTime
			raw, err := h.Write(id)
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			m := messages.Read(raw, messages.Options{})
			v, _ := messages.ViewHeader(m)
			if !m.Valid() || v.From().Name() != received.To().Name() || v.To().BICText() != received.From().BICText() || v.Related().MessageID() != received.MessageID() {
				t.Errorf("%s round %d: %s", id, round, raw)
			}
		}
	}
}
