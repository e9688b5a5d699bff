package main

import (
	"strings"

	"dragoman/messages"
	"dragoman/messages/codes"
)

// summary says in one line what a message is about: amounts, with a sign where they
// were booked, statuses, reasons with their meaning and text, and UETRs.
func summary(raw []byte) string {
	m := messages.Read(raw, messages.Options{})
	var said []string
	single := false // the status of a payment is told, which says more than that of the message
	for n := range m.Document().Root.Walk() {
		single = single || n.Name() == "TxSts"
	}
	for n := range m.Document().Root.Walk() {
		switch n.Name() {
		case "IntrBkSttlmAmt":
			said = append(said, n.Text()+" "+n.Attr("Ccy"))
		case "Ntry":
			said = append(said, entryAmount(n))
		case "GrpSts":
			if !single {
				said = append(said, n.Text())
			}
		case "TxSts", "Conf", "TxCxlSts", "OrgnlUETR", "UETR", "RsnDesc":
			said = append(said, n.Text())
		case "AddtlInf":
			if n.Parent().Name() == "StsRsnInf" {
				said = append(said, n.Text())
			}
		case "Cd":
			if n.Parent().Name() == "Rsn" {
				said = append(said, words(n.Text(), meaningOf(n.Text())))
			}
		}
	}
	return words(said...)
}

// entryAmount is the amount of an entry with its sign.
func entryAmount(entry messages.Node) string {
	sign := "+"
	if strings.HasPrefix(entry.Child("CdtDbtInd").Text(), "DBIT") {
		sign = "-"
	}
	amount := entry.Child("Amt")
	return sign + amount.Text() + " " + amount.Attr("Ccy")
}

// meaningOf is what a reason means, in brackets; nothing for one that is not known.
func meaningOf(code string) string {
	if meaning := codes.StatusReason(code).Meaning(); meaning != "" {
		return "(" + strings.TrimSuffix(meaning, ".") + ")"
	}
	return ""
}
