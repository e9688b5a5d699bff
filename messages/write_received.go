package messages

// Received writes a received agent, party or account under that name, with all
// that is said of it. Where this version of the message cannot hold all of it,
// that is an error: a payment's parties are carried whole or not at all.
//
// Some messages take a party alone and others a party or an agent; what was
// received is put into the form that is wanted.
func (w *Writer) Received(name string, n Node) {
	whole := n
	for _, choice := range [...]string{"Pty", "Agt", "OrgId", "FIId"} {
		whole = firstOr(whole, choice)
	}
	if !whole.Exists() {
		return
	}
	if t := whole.Type(); t != nil && t.Simple() {
		w.CopyAs(name, whole)
		return
	}
	w.Open(name)
	alternative := ""
	switch institution := whole.Child("FinInstnId").Exists(); {
	case institution && w.Has("Agt"):
		alternative = "Agt"
	case institution && w.Has("FIId"):
		alternative = "FIId"
	case !institution && w.Has("Pty"):
		alternative = "Pty"
	case !institution && w.Has("OrgId"):
		alternative = "OrgId"
	}
	if alternative != "" {
		w.CopyAs(alternative, whole)
	} else {
		for c := range whole.Children() {
			w.Copy(c)
		}
	}
	w.Close()
}

// reference writes OrgnlTxRef: what it can hold of a received payment, or of
// the OrgnlTxRef of a received message about one. What has no place or no valid
// value there is left out: the payment is named by its references, these are
// for a reader's convenience.
func (w *Writer) reference(n Node) {
	const name = "OrgnlTxRef"
	if !n.Exists() || !w.Has(name) {
		return
	}
	w.Open(name)
	for c := range n.Children() {
		switch c.Name() {
		case "Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr", "CdtrSchmeId":
			w.orderParty(c.Name(), Party{}, n)
		case "InstdAmt":
			w.try(func() {
				w.Open("Amt")
				w.Copy(c)
				w.Close()
			})
		default:
			w.fit(c.Name(), c)
		}
	}
	if group := n.Parent().Child("GrpHdr"); group.Exists() {
		w.inherited(n, group, "IntrBkSttlmDt", "SttlmInf", "PmtTpInf")
	}
	w.Close()
}

// inherited writes what the group header says for all its payments.
func (w *Writer) inherited(n, group Node, names ...string) {
	for _, name := range names {
		if !n.Child(name).Exists() {
			w.fit(name, group.Child(name))
		}
	}
}
