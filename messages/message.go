package messages

import (
	"fmt"

	"dragoman/messages/schema"
)

// The reader's own types, under the name by which other rooms know them.
type (
	// Node is one element of a message; see [schema.Node].
	Node = schema.Node
	// Part is the AppHdr or the Document of a message; see [schema.Part].
	Part = schema.Part
	// Fault is one reason to refuse a message; see [schema.Fault].
	Fault = schema.Fault
	// Options bound a [Read]; see [schema.Options].
	Options = schema.Options
)

// Message is what was read: the bytes as received, the AppHdr and the Document
// in them, and every fault found. It is never changed after Read.
type Message struct {
	raw              []byte
	header, document Part
	faults           []Fault
}

// Read checks raw against XML, our policies and the schemas, in one pass. What
// is wrong is in Faults; the parts that could be read can be viewed all the
// same. Whether header and document agree is for a profile to say. raw must not be changed afterwards.
func Read(raw []byte, opt Options) *Message {
	r := schema.Read(raw, opt)
	return &Message{raw: raw, header: r.Header, document: r.Document, faults: r.Faults}
}

// Raw is the input as it was received.
func (m *Message) Raw() []byte { return m.raw }

// Header is the business application header (head.001); absent in a bare Document.
func (m *Message) Header() Part { return m.header }

// Document is the business message; absent in a bare AppHdr.
func (m *Message) Document() Part { return m.document }

// Faults are the reasons to refuse the message, in the order found; none for a
// message that is valid by its schemas.
func (m *Message) Faults() []Fault { return m.faults }

// Valid tells whether nothing was found wrong.
func (m *Message) Valid() bool { return len(m.faults) == 0 }

// Fault builds a fault at a node of the message, for rules beyond the schema.
// reason is an ISO external status reason code.
func (m *Message) Fault(rule, reason string, at Node, format string, args ...any) Fault {
	return m.FaultBelow(rule, reason, at, "", format, args...)
}

// FaultBelow is Fault for something that is missing in a node: the path of the
// missing element, relative to the node, is added to the node's path.
func (m *Message) FaultBelow(rule, reason string, at Node, missing, format string, args ...any) Fault {
	offset := max(at.Offset(), 0)
	line, column := schema.Locate(m.raw, offset)
	path := at.Path()
	if missing != "" {
		path += "/" + missing
	}
	return Fault{Rule: rule, Path: path, Offset: offset, Line: line, Column: column, Reason: reason, Text: fmt.Sprintf(format, args...)}
}
