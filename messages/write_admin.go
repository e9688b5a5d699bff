package messages

import (
	"fmt"
	"strings"
)

// Rejection is an admi.002 for writing: a message could not be read at all.
type Rejection struct {
	Reference   string // identifier of the message that is rejected
	Code        string // the rejecting party's code of the reason
	Rejected    DateTime
	Location    string // where in the message; at most 350 characters
	Description string // at most 350 characters
	Additional  string // at most 20,000 characters
}

// notProvided stands where a message that cannot be read has no identifier and
// the schema wants one.
const notProvided = "NOTPROVIDED"

// The lengths that admi.002 allows, in characters.
const (
	maxReference  = 35
	maxLocation   = 350
	maxAdditional = 20000
)

// RejectionOf begins the rejection of a message by its first fault: its reason,
// place and text. The other faults are listed under Additional. Rejected is to
// be filled in.
func RejectionOf(m *Message) Rejection {
	r := Rejection{Reference: notProvided, Code: notProvided}
	header, _ := ViewHeader(m)
	for _, id := range []string{header.MessageID(), message{bodyOf(m)}.Group().MessageID()} {
		if id != "" {
			r.Reference = cut(id, maxReference)
			break
		}
	}
	faults := m.Faults()
	if len(faults) == 0 {
		return r
	}
	if faults[0].Reason != "" {
		r.Code = cut(faults[0].Reason, maxReference)
	}
	r.Location = cut(location(faults[0]), maxLocation)
	r.Description = cut(faults[0].Text, maxLocation)
	var more strings.Builder
	for _, f := range faults[1:] {
		fmt.Fprintf(&more, "%s: %s: %s\n", f.Reason, location(f), f.Text)
	}
	r.Additional = cut(strings.TrimRight(more.String(), "\n"), maxAdditional)
	return r
}

func location(f Fault) string {
	return fmt.Sprintf("line %d, column %d: %s", f.Line, f.Column, f.Path)
}

// cut is text, or as many characters from its beginning. What XML forbids in a
// text that was itself no XML is left out.
func cut(text string, size int) string {
	text = printable(text)
	count := 0
	for i := range text {
		if count == size {
			return text[:i]
		}
		count++
	}
	return text
}

func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\uFFFD' || r < ' ' && r != '\t' && r != '\n' || r == '\uFFFE' || r == '\uFFFF' {
			return '?'
		}
		return r
	}, text)
}

// Write writes the rejection in that version of admi.002.
func (r Rejection) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("admi.002")
	w.Open("RltdRef")
	w.Text("Ref", r.Reference)
	w.Close()
	w.Open("Rsn")
	w.Text("RjctgPtyRsn", r.Code)
	w.Text("RjctnDtTm", r.Rejected.String())
	w.Text("ErrLctn", r.Location)
	w.Text("RsnDesc", r.Description)
	w.Text("AddtlData", r.Additional)
	w.Close()
	w.Close()
	return w.Bytes()
}

// EventNotification is an admi.004 for writing: something happened in the
// system, such as the start of a business day.
type EventNotification struct {
	Code        string // the system's own, at most four letters and digits
	Parameters  []string
	Description string // at most 350 characters in .01, 1,000 in .02
	Time        DateTime
}

// Write writes the notification in that version of admi.004.
func (n EventNotification) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("admi.004")
	w.Open("EvtInf")
	w.Text("EvtCd", n.Code)
	for _, parameter := range n.Parameters {
		w.Text("EvtParam", parameter)
	}
	w.Text("EvtDesc", n.Description)
	w.Text("EvtTm", n.Time.String())
	w.Close()
	w.Close()
	return w.Bytes()
}

// Acknowledgement is an admi.007 for writing: messages were received, and how
// they are handled.
type Acknowledgement struct {
	MessageID string
	Created   DateTime
	Receipts  []Acknowledged
}

// Acknowledged is one message that was received, for writing.
type Acknowledged struct {
	Reference   string
	MessageName string // message identifier, such as pacs.008.001.08
	Issuer      BIC    // who gave the reference
	Status      string // the receiver's own, at most four letters and digits
	Decided     DateTime
	Description string // at most 140 characters
}

// AcknowledgementOf begins the receipt for a message, whose status is to be
// filled in. It is named by its header, else by its group header.
func AcknowledgementOf(m *Message) Acknowledgement {
	header, _ := ViewHeader(m)
	receipt := Acknowledged{Reference: header.MessageID(), MessageName: m.document.ID}
	if receipt.Reference == "" {
		receipt.Reference = message{bodyOf(m)}.Group().MessageID()
	}
	if bic, err := ParseBIC(header.From().BICText()); err == nil {
		receipt.Issuer = bic
	}
	return Acknowledgement{Receipts: []Acknowledged{receipt}}
}

// Write writes the receipt in that version of admi.007.
func (a Acknowledgement) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("admi.007")
	w.Open("MsgId")
	w.Text("MsgId", a.MessageID)
	w.Text("CreDtTm", a.Created.String())
	w.Close()
	for i := range a.Receipts {
		r := &a.Receipts[i]
		w.Open("Rpt")
		w.Open("RltdRef")
		w.Text("Ref", r.Reference)
		w.Text("MsgNm", r.MessageName)
		if !r.Issuer.IsZero() {
			w.Open("RefIssr")
			w.Open("Id")
			w.Text("AnyBIC", r.Issuer.String())
			w.Close()
			w.Close()
		}
		w.Close()
		w.Open("ReqHdlg")
		w.Text("StsCd", r.Status)
		w.Text("StsDtTm", r.Decided.String())
		w.Text("Desc", r.Description)
		w.Close()
		w.Close()
	}
	w.Close()
	return w.Bytes()
}
