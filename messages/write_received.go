package messages

// Received writes a received agent, party or account under that name, with all
// that is said of it. Where this version of the message cannot hold all of it,
// that is an error: a payment's parties are carried whole or not at all.
//
// Some messages take a party alone and others a party or an agent; some
// elements have other names in other versions. What was received is put into
// the form that is wanted.
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
	if alternative := w.alternative(whole); alternative != "" {
		w.carry(alternative, whole)
	} else {
		w.carryChildren(whole)
	}
	w.Close()
}

// alternative is the child of the open element in which a party or an agent
// stands; "" when it stands there itself.
func (w *Writer) alternative(n Node) string {
	names := [...]string{"Pty", "OrgId"}
	if n.Child("FinInstnId").Exists() {
		names = [...]string{"Agt", "FIId"}
	}
	for _, name := range names {
		if w.Has(name) {
			return name
		}
	}
	return ""
}

// carry writes a received element with everything in it.
func (w *Writer) carry(name string, n Node) {
	name = w.known(name)
	if (name == "Id" || name == "Prtry") && !w.Has(name) && w.Has("MmbId") {
		name = "MmbId" // of a clearing system, in first versions
	}
	if t := n.Type(); t == nil || t.Simple() {
		w.CopyAs(name, n)
		return
	}
	w.Open(name)
	w.carryChildren(n)
	w.Close()
}

// carryChildren takes an institution out of the element in which first versions
// combine what is said of it, or puts it in.
func (w *Writer) carryChildren(n Node) {
	for _, combined := range [...]string{"CmbndId", "NmAndAdr"} {
		if !w.Has(combined) {
			n = firstOr(n, combined)
		}
	}
	into := w.Has("CmbndId") && !w.holdsAll(n)
	if into {
		w.Open("CmbndId")
	}
	for c := range n.Children() {
		w.carry(c.Name(), c)
	}
	if into {
		w.Close()
	}
}

// holdsAll tells whether the open element is a choice that takes what stands in
// n as it is.
func (w *Writer) holdsAll(n Node) bool {
	children := 0
	for c := range n.Children() {
		if children++; children > 1 || !w.Has(c.Name()) {
			return false
		}
	}
	return true
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
