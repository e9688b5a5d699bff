package main

import (
	"strings"

	"dragoman/messages"
)

// summary says in one line what a message is about.
func summary(raw []byte) string {
	m := messages.Read(raw, messages.Options{})
	var words []string
	for n := range m.Document().Root.Walk() {
		switch n.Name() {
		case "IntrBkSttlmAmt":
			words = append(words, n.Attr("Ccy")+" "+n.Text())
		case "GrpSts", "TxSts", "Conf", "TxCxlSts":
			words = append(words, n.Text())
		case "OrgnlUETR", "UETR", "RsnDesc":
			words = append(words, n.Text())
		case "Cd":
			if n.Parent().Name() == "Rsn" {
				words = append(words, n.Text())
			}
		}
	}
	return strings.Join(words, " ")
}
