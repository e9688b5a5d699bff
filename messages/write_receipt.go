package messages

// Receipt is a camt.025 for writing: what became of cash management messages.
type Receipt struct {
	MessageID   string
	Created     DateTime
	RequestType Node // of the request, as received; absent: not repeated
	Details     []ReceiptDetails
}

// ReceiptDetails tells what became of one message, or of one payment in it.
type ReceiptDetails struct {
	Original       OriginalQuery // Created is not written
	OriginatorName string        // who sent the message
	Payment        PaymentReference
	Handlings      []Handling
}

// Handling is what was done with a request, for writing.
type Handling struct {
	// Status is an external request status code, else proprietary; in camt.025
	// up to .05 any four characters.
	Status string
	// Reason is why; left out where the version has no element for it.
	Reason Reason
	// Description is for a person, at most 140 characters. Where the version has
	// no element for it, it follows the text of the reason.
	Description string
}

// ReceiptFor begins the receipt for a message that was received: m is the only
// one of which it tells.
func ReceiptFor(m *Message, handling ...Handling) Receipt {
	return Receipt{
		RequestType: first(bodyOf(m), "MsgHdr/ReqTp"),
		Details:     []ReceiptDetails{{Original: QueryIn(m), Handlings: handling}},
	}
}

// Write writes the receipt in that version of camt.025.
func (r Receipt) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.025")
	w.Open("MsgHdr")
	w.Text("MsgId", r.MessageID)
	w.Text("CreDtTm", r.Created.String())
	if r.RequestType.Exists() {
		w.CopyAs("ReqTp", r.RequestType)
	}
	w.Close()
	for i := range r.Details {
		w.receiptDetails(&r.Details[i])
	}
	w.Close()
	return w.Bytes()
}

func (w *Writer) receiptDetails(d *ReceiptDetails) {
	w.Open("RctDtls")
	w.Open("OrgnlMsgId")
	w.Text("MsgId", d.Original.MessageID)
	w.Text("MsgNmId", d.Original.MessageName)
	w.Text("OrgtrNm", d.OriginatorName)
	w.Close()
	w.PaymentReference("OrgnlPmtId", &d.Payment)
	for _, h := range d.Handlings {
		w.handling(h)
	}
	w.Close()
}

func (w *Writer) handling(h Handling) {
	w.Open("ReqHdlg")
	if w.Has("StsCd") {
		w.Text("StsCd", h.Status)
	} else {
		w.Code("Sts", h.Status)
	}
	if !w.Has("Desc") && h.Description != "" {
		if h.Reason.Text != "" {
			h.Reason.Text += " "
		}
		h.Reason.Text += h.Description
	}
	if w.Has("StsRsn") {
		w.Reason("StsRsn", h.Reason)
	}
	w.Maybe("Desc", h.Description)
	w.Close()
}
