package moovconv

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"github.com/moov-io/iso20022/pkg/document"
	"github.com/moov-io/iso20022/pkg/head_v01"
	"github.com/moov-io/iso20022/pkg/head_v02"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// ErrNotValid says that a message has no valid part to turn into a struct.
var ErrNotValid = errors.New("moovconv: the part is absent or not valid")

// UnsupportedError says that moov-io/iso20022 has no struct for a message type.
type UnsupportedError struct {
	// ID is the message type, such as pacs.009.001.08.
	ID string
	// Versions are those that there are of the same message.
	Versions []string
}

func (e *UnsupportedError) Error() string {
	if len(e.Versions) == 0 {
		return fmt.Sprintf("moovconv: moov-io/iso20022 has no version of %s; it has %s", kindOf(e.ID), strings.Join(Supported(), ", "))
	}
	return fmt.Sprintf("moovconv: moov-io/iso20022 has no %s; it has %s", e.ID, strings.Join(e.Versions, ", "))
}

// kindOf cuts the variant and version off a message identifier.
func kindOf(id string) string { return id[:min(len(id), len("pacs.008"))] }

// Supported lists the message types that both we and moov-io/iso20022 have,
// headers included, sorted.
func Supported() []string {
	var ids []string
	for _, id := range schema.IDs() {
		if _, err := document.NewDocument(schema.NamespacePrefix + id); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// unsupported builds the error for a type.
func unsupported(id string) error {
	e := &UnsupportedError{ID: id}
	for _, other := range Supported() {
		if kindOf(other) == kindOf(id) {
			e.Versions = append(e.Versions, other)
		}
	}
	return e
}

// Document turns the Document of a message into moov's. The package's doc says
// what gets lost. The error is [ErrNotValid], an [*UnsupportedError], or says
// which value moov's structs cannot hold. The document's own Validate may refuse
// it: see the package's doc.
func Document(m *messages.Message) (document.Iso20022Document, error) {
	part := m.Document()
	form := messages.Canonical(part.Root)
	if form == nil {
		return nil, ErrNotValid
	}
	doc, err := document.NewDocument(part.Namespace)
	if err != nil {
		return nil, unsupported(part.ID)
	}
	if err := fill(doc, form); err != nil {
		return nil, err
	}
	return doc, nil
}

// As is the message inside the Document as moov's own struct, such as
// *pacs_v08.FIToFICustomerCreditTransferV08.
func As[T document.Iso20022Message](m *messages.Message) (T, error) {
	var none T
	doc, err := Document(m)
	if err != nil {
		return none, err
	}
	message, ok := doc.InspectMessage().(T)
	if !ok {
		return none, fmt.Errorf("moovconv: %s is a %T, not a %T", m.Document().ID, doc.InspectMessage(), none)
	}
	return message, nil
}

// Header turns the AppHdr of a message into moov's: a
// *head_v01.BusinessApplicationHeaderV01 or *head_v02.BusinessApplicationHeaderV02.
// Errors are as those of [Document].
func Header(m *messages.Message) (document.Iso20022Message, error) {
	part := m.Header()
	form := messages.Canonical(part.Root)
	if form == nil {
		return nil, ErrNotValid
	}
	var header document.Iso20022Message
	switch part.ID {
	case "head.001.001.01":
		header = &head_v01.BusinessApplicationHeaderV01{}
	case "head.001.001.02":
		header = &head_v02.BusinessApplicationHeaderV02{}
	default:
		return nil, unsupported(part.ID)
	}
	if err := fill(header, form); err != nil {
		return nil, err
	}
	return header, nil
}

func fill(into any, form []byte) error {
	if err := xml.Unmarshal(form, into); err != nil {
		return fmt.Errorf("moovconv: moov-io/iso20022 cannot hold the message: %w", err)
	}
	return nil
}
