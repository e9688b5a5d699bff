package messages

import "slices"

// Parts of a received transaction that are repeated in a message of another
// kind or version: what has no place there, or no valid value, is left out.

// orderAgent writes an agent or, where none is given, that of a received order.
func (w *Writer) orderAgent(name string, a Agent, order Node) {
	if !a.IsZero() {
		w.Agent(name, a)
		return
	}
	w.fit(name, order.Child(name))
}

// orderAccount writes an account or, where none is given, that of a received
// order.
func (w *Writer) orderAccount(name string, a Account, order Node) {
	if !a.IsZero() {
		w.Account(name, a)
		return
	}
	w.fit(name, order.Child(name))
}

// orderParty writes a party or, where none is given, that of a received order,
// which may be an agent.
func (w *Writer) orderParty(name string, p Party, order Node) {
	if !p.IsZero() {
		w.Party(name, p)
		return
	}
	n := firstOr(firstOr(order.Child(name), "Pty"), "Agt")
	if !n.Exists() {
		return
	}
	w.try(func() {
		w.Open(name)
		switch {
		case !w.Has("Pty"):
			w.fitChildren(n)
		case n.Child("FinInstnId").Exists():
			w.fit("Agt", n)
		default:
			w.fit("Pty", n)
		}
		w.Close()
	})
}

// orderPart repeats a part of a received order; of its children, each fits as a
// whole or is left out.
func (w *Writer) orderPart(name string, order Node) {
	if n := order.Child(name); n.Exists() {
		w.try(func() { w.CopyMatching(name, n) })
	}
}

// fit writes a received element under that name, with what of it fits at any
// depth.
func (w *Writer) fit(name string, n Node) {
	if !n.Exists() || n.Wildcard() || !w.Has(name) {
		return
	}
	w.try(func() {
		if n.Type().Simple() {
			w.CopyAs(name, n)
			return
		}
		w.Open(name)
		w.fitChildren(n)
		w.Close()
	})
}

func (w *Writer) fitChildren(n Node) {
	combined := w.Has("CmbndId") && !n.Child("CmbndId").Exists()
	if combined { // see Writer.institution
		w.Open("CmbndId")
	}
	for c := range n.Children() {
		w.fit(w.known(c.Name()), c)
	}
	if combined {
		w.Close()
	}
}

// renamed are the names that one element has in different versions.
var renamed = [...][]string{
	{"BICFI", "BIC"},
	{"AnyBIC", "BICOrBEI", "BIC"},
	{"Othr", "PrtryAcct", "PrtryId"},
}

// known is the name that an element has in the version that is written.
func (w *Writer) known(name string) string {
	if w.Has(name) {
		return name
	}
	for _, names := range renamed {
		if slices.Contains(names, name) {
			for _, other := range names {
				if w.Has(other) {
					return other
				}
			}
		}
	}
	return name
}
