package messages

import "strings"

// HeaderView is the business application header, head.001.
type HeaderView struct{ Node }

// ViewHeader views the header of m; false when there is none that could be read.
func ViewHeader(m *Message) (HeaderView, bool) {
	return HeaderView{m.header.Root}, m.header.Root.Exists()
}

// From is who sends the message.
func (h HeaderView) From() PartyView { return PartyView{h.Child("Fr")} }

// To is who receives the message.
func (h HeaderView) To() PartyView { return PartyView{h.Child("To")} }

// MessageID is the sender's identifier of the business message.
func (h HeaderView) MessageID() string { return h.Child("BizMsgIdr").Text() }

// Definition is the message identifier of the document, such as pacs.008.001.08.
func (h HeaderView) Definition() string { return h.Child("MsgDefIdr").Text() }

// Service is the business service, such as swift.cbprplus.03.
func (h HeaderView) Service() string { return h.Child("BizSvc").Text() }

// CreatedText is when the header was created, as received.
func (h HeaderView) CreatedText() string { return h.Child("CreDt").Text() }

// Copy is CODU, COPY or DUPL when the message is a copy or a duplicate.
func (h HeaderView) Copy() string { return h.Child("CpyDplct").Text() }

// PossibleDuplicate tells that the message may have been sent before.
func (h HeaderView) PossibleDuplicate() bool { return isTrue(h.Child("PssblDplct")) }

// Priority is the header's processing priority.
func (h HeaderView) Priority() string { return h.Child("Prty").Text() }

// Practice names the usage guidelines that the message follows, and the
// registry that holds them.
func (h HeaderView) Practice() (registry, practice string) {
	n := h.Child("MktPrctc")
	return n.Child("Regy").Text(), n.Child("Id").Text()
}

// ProcessedText is the business processing date, as received.
func (h HeaderView) ProcessedText() string { return h.Child("BizPrcgDt").Text() }

// Signature is the sender's digital signature.
func (h HeaderView) Signature() Node { return h.Child("Sgntr") }

// Related is the header of the message to which this one answers.
func (h HeaderView) Related() HeaderView { return HeaderView{h.Child("Rltd")} }

// isAdvice tells whether the business service is that of an advice: CBPR+
// sends pacs.009 ADV under swift.cbprplus.adv.
func (h HeaderView) isAdvice() bool { return strings.Contains(h.Service(), ".adv.") }
