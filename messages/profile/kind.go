package profile

import (
	"strings"

	"dragoman/messages"
)

// Kind names a message for the rules: its business area, the message, and the
// variant where one message serves several business services.
type Kind struct {
	Area    string // pacs
	Message string // pacs.009
	Variant string // pacs.009.cov; equal to Message where there are no variants
}

// Is tells whether the kind is the named area, message or variant.
func (k Kind) Is(name string) bool {
	return name == k.Variant || name == k.Message || name == k.Area
}

// in tells whether any of the names fits; no names fit everything.
func (k Kind) in(names []string) bool {
	for _, name := range names {
		if k.Is(name) {
			return true
		}
	}
	return len(names) == 0
}

// KindOf tells what a message is. The variant follows from what the message
// carries and, where that does not tell, from the header's business service: a
// pacs.009 with an underlying customer transfer is a cover, whatever its header
// says. Without a service, a pacs.009 that settles by cover is an advice. A bare
// AppHdr is head.001.
func KindOf(m *messages.Message) Kind {
	id := m.Document().ID
	if !m.Document().Exists() {
		id = m.Header().ID
	}
	k := kindNamed(messageOf(id))
	service := m.Header().Root.Child("BizSvc").Text()
	switch k.Message {
	case "pacs.008":
		if strings.Contains(service, ".stp.") {
			k.Variant = "pacs.008.stp"
		}
	case "pacs.009":
		k.Variant = "pacs.009.core"
		switch {
		case isCover(m), strings.Contains(service, ".cov."):
			k.Variant = "pacs.009.cov"
		case strings.Contains(service, ".adv."), service == "" && settlesByCover(m):
			k.Variant = "pacs.009.adv"
		}
	}
	return k
}

func isCover(m *messages.Message) bool {
	for transaction := range m.Document().Root.At("FICdtTrf").All("CdtTrfTxInf") {
		if transaction.Child("UndrlygCstmrCdtTrf").Exists() {
			return true
		}
	}
	return false
}

func settlesByCover(m *messages.Message) bool {
	return m.Document().Root.At("FICdtTrf/GrpHdr/SttlmInf/SttlmMtd").Text() == "COVE"
}

func kindNamed(message string) Kind {
	area, _, _ := strings.Cut(message, ".")
	return Kind{Area: area, Message: message, Variant: message}
}

// messageOf cuts the version off an identifier: pacs.008.001.08 is pacs.008.
func messageOf(id string) string {
	dot := strings.IndexByte(id, '.')
	if dot < 0 {
		return ""
	}
	end := strings.IndexByte(id[dot+1:], '.')
	if end < 0 {
		return ""
	}
	return id[:dot+1+end]
}
