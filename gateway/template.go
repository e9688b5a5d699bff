package gateway

import (
	"bytes"

	"dragoman/messages"
)

// Headers, and the report on a single payment that nothing is wrong with, are by
// far the most frequent of what the gateway writes. The writers of the message
// layer write each form of them once, with marks for what differs; afterwards the
// marks are replaced. What comes out is byte for byte what the writers write.

// template is a document with holes.
type template struct {
	parts [][]byte // one more than holes
	holes []int    // which value stands between two parts
}

// newTemplate cuts a document at its marks; nil when one of them is missing.
func newTemplate(document []byte, marks []string) *template {
	t, seen := &template{}, make([]bool, len(marks))
	for {
		at, hole := len(document), -1
		for i, mark := range marks {
			if n := bytes.Index(document[:at], []byte(mark)); n >= 0 {
				at, hole = n, i
			}
		}
		t.parts = append(t.parts, document[:at])
		if hole < 0 {
			break
		}
		t.holes, seen[hole] = append(t.holes, hole), true
		document = document[at+len(marks[hole]):]
	}
	for i := range seen {
		if !seen[i] {
			return nil
		}
	}
	return t
}

// fill appends the document with those values.
func (t *template) fill(b []byte, values []string) []byte {
	for i, hole := range t.holes {
		b = append(append(b, t.parts[i]...), values[hole]...)
	}
	return append(b, t.parts[len(t.parts)-1]...)
}

// maxPlain is the length of the references that templates take (Max35Text).
const maxPlain = 35

// plain tells that a reference is written as it is; others are left to the
// writers.
func plain(v string) bool {
	for i := range len(v) {
		if c := v[i]; c <= ' ' || c > '~' || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' {
			return false
		}
	}
	return len(v) > 0 && len(v) <= maxPlain
}

// templates are those that have been made so far.
type templates struct {
	headers map[headerForm]*template // nil: this form cannot be cut
	reports map[reportForm]*template
	entries map[entryForm]*template
	// Room for the parts of one message, which are copied when they are put together.
	headerRoom, documentRoom []byte
	// Room for the entries of one message before they are written: each is some
	// kilobytes, most of them empty.
	entryRoom       []messages.Entry
	transactionRoom []messages.EntryTransaction
}

// maxTemplates bounds either kind; then they are made anew.
const maxTemplates = 20_000

func newTemplates() *templates {
	return &templates{headers: map[headerForm]*template{}, reports: map[reportForm]*template{}, entries: map[entryForm]*template{}}
}

// headerForm is what headers of one form have in common.
type headerForm struct {
	from, to            messages.BIC
	version, definition string
	service             string
}

// header writes a header as [messages.Header] does.
func (t *templates) header(b []byte, f headerForm, id string, created messages.DateTime) ([]byte, error) {
	h := messages.Header{From: messages.Agent{BIC: f.from}, To: messages.Agent{BIC: f.to}, MessageID: id, Definition: f.definition, Service: f.service, Created: created}
	values := [2]string{id, created.String()}
	if !plain(id) {
		written, err := h.Write(f.version)
		return append(b, written...), err
	}
	made, known := t.headers[f]
	if !known {
		marked := h
		marked.MessageID, marked.Created = markID, markCreated()
		if written, err := marked.Write(f.version); err == nil {
			made = newTemplate(written, []string{markID, markCreated().String()})
		}
		if len(t.headers) >= maxTemplates {
			clear(t.headers)
		}
		t.headers[f] = made
	}
	if made == nil {
		written, err := h.Write(f.version)
		return append(b, written...), err
	}
	return made.fill(b, values[:]), nil
}

// reportForm is what reports of one form have in common.
type reportForm struct {
	from, to                messages.BIC
	definition, name        string // of the report, and of the message that it is about
	group, status           string
	count                   int
	instruction, id, unique bool // which references there are beside the end-to-end one
}

// Marks of a report, each of the type of what it stands for.
const (
	markOriginal    = "@@ORIGINAL.MESSAGE@@"
	markInstruction = "@@ORIGINAL.INSTRUCTION@@"
	markEndToEnd    = "@@ORIGINAL.END.TO.END@@"
	markTransaction = "@@ORIGINAL.TRANSACTION@@"
	markUETR        = "deadbeef-dead-4bee-8dea-deadbeefdead"
)

// report appends the report on one payment as [messages.StatusReport] writes it; nil
// when it is one for the writers.
func (t *templates) report(b []byte, r *messages.StatusReport, definition string) []byte {
	if !simple(r) {
		return nil
	}
	o := &r.Transactions[0].Original
	f := reportForm{
		r.InstructingAgent.BIC, r.InstructedAgent.BIC, definition, r.Original.MessageName, r.GroupStatus, r.Transactions[0].Status, r.OriginalCount,
		o.InstructionID != "", o.TransactionID != "", o.UETR != "",
	}
	values := []string{r.MessageID, r.Created.String(), r.Original.MessageID, o.EndToEndID}
	for _, v := range []string{o.InstructionID, o.TransactionID, o.UETR} {
		if v != "" {
			values = append(values, v)
		}
	}
	for _, v := range []string{r.MessageID, r.Original.MessageID, o.EndToEndID, orElse(o.InstructionID, "-"), orElse(o.TransactionID, "-")} {
		if !plain(v) {
			return nil
		}
	}
	if _, err := messages.ParseUETR(o.UETR); err != nil && o.UETR != "" {
		return nil
	}
	made, known := t.reports[f]
	if !known {
		made = reportTemplate(*r, &f)
		if len(t.reports) >= maxTemplates {
			clear(t.reports)
		}
		t.reports[f] = made
	}
	if made == nil {
		return nil
	}
	return made.fill(b, values)
}

// simple tells that a report says nothing but the status of one payment, by its
// references.
func simple(r *messages.StatusReport) bool {
	if len(r.Transactions) != 1 || len(r.GroupReasons) > 0 {
		return false
	}
	t := r.Transactions[0]
	if len(t.Reasons) > 0 || len(t.Charges) > 0 || t.Original.Group != r.Original {
		return false
	}
	o := messages.OriginalPayment{
		Group: t.Original.Group, InstructionID: t.Original.InstructionID, EndToEndID: t.Original.EndToEndID,
		TransactionID: t.Original.TransactionID, UETR: t.Original.UETR,
	}
	said := t.StatusID + t.Accepted + t.ServicerRef + t.ClearingRef + r.Original.Created + r.Query.MessageID + r.Query.MessageName + r.Query.Created
	return said == "" && t.Original == o && t.Processed.IsZero() && t.SettlementDate == messages.Date{} &&
		t.InstructingAgent.IsZero() && t.InstructedAgent.IsZero() &&
		r.InstructingAgent == messages.Agent{BIC: r.InstructingAgent.BIC} && r.InstructedAgent == messages.Agent{BIC: r.InstructedAgent.BIC}
}

// reportTemplate has a report of that form written with marks.
func reportTemplate(r messages.StatusReport, f *reportForm) *template {
	r.MessageID, r.Created = markID, markCreated()
	r.Original.MessageID = markOriginal
	transaction := r.Transactions[0]
	o := &transaction.Original
	marks := []string{markID, markCreated().String(), markOriginal, markEndToEnd}
	o.Group.MessageID, o.EndToEndID = markOriginal, markEndToEnd
	for _, reference := range []struct {
		there bool
		field *string
		mark  string
	}{{f.instruction, &o.InstructionID, markInstruction}, {f.id, &o.TransactionID, markTransaction}, {f.unique, &o.UETR, markUETR}} {
		if reference.there {
			*reference.field = reference.mark
			marks = append(marks, reference.mark)
		}
	}
	r.Transactions = []messages.TransactionStatus{transaction}
	document, err := r.Write(f.definition)
	if err != nil {
		return nil
	}
	return newTemplate(document, marks)
}
