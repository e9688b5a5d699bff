package gateway

import (
	"bytes"

	"dragoman/messages"
)

// Entries are what a camt.052, 053 or 054 has many of, and differ in a few values:
// the writers write each form of them once.

// entryForm is what entries of one form have in common.
type entryForm struct {
	definition                                 string
	currency                                   messages.Currency
	debit                                      bool
	code                                       messages.TransactionCode
	debtor, creditor                           messages.BIC
	message, instruction, id, endToEnd, unique bool // which references there are
	leg                                        bool // its agents are named too
}

// Marks of an entry, each of the type of what it stands for.
const (
	markReference = "@@ENTRY.REFERENCE@@"
	markServicer  = "@@ENTRY.SERVICER@@"
	markMinor     = 987654321098 // minor units
)

// reporting appends what [messages.Reporting] writes; nil when it is one for the
// writers.
func (t *templates) reporting(b []byte, r messages.Reporting, definition string) []byte {
	if len(r.Statements) != 1 || len(r.Statements[0].Entries) == 0 {
		return nil
	}
	s := r.Statements[0]
	all := s.Entries
	s.Entries = all[:1]
	r.Statements = []messages.Statement{s}
	document, err := r.Write(definition)
	if err != nil {
		return nil
	}
	before, entry, after := cutEntry(document)
	if entry == nil {
		return nil
	}
	b = append(append(b, before...), entry...)
	for i := range all[1:] {
		if b = t.entry(b, &all[1+i], definition); b == nil {
			return nil
		}
	}
	return append(b, after...)
}

// cutEntry cuts a document round its one entry; nothing when it has another number
// of them.
func cutEntry(document []byte) (before, entry, after []byte) {
	const open, end = "<Ntry>", "</Ntry>"
	from, to := bytes.Index(document, []byte(open)), bytes.LastIndex(document, []byte(end))
	if from < 0 || to < from || bytes.Count(document, []byte(open)) != 1 {
		return nil, nil, nil
	}
	to += len(end)
	return document[:from], document[from:to], document[to:]
}

// entry appends an entry; nil when it is one for the writers.
func (t *templates) entry(b []byte, e *messages.Entry, definition string) []byte {
	if !simpleEntry(e) {
		return nil
	}
	x := &e.Transactions[0]
	refs := &x.References
	f := entryForm{
		definition, e.Amount.Currency(), e.Amount.Sign() < 0, e.Code, x.DebtorAgent.BIC, x.CreditorAgent.BIC,
		refs.MessageID != "", refs.InstructionID != "", refs.TransactionID != "", refs.EndToEndID != "", refs.UETR != "", !x.InstructingAgent.IsZero(),
	}
	magnitude := e.Amount
	if f.debit {
		var err error
		if magnitude, err = messages.NewMoney(-e.Amount.Minor(), f.currency); err != nil {
			return nil
		}
	}
	values := append(make([]string, 0, 9), e.Reference, magnitude.Amount(), e.Booked.Time.String(), e.ServicerRef)
	for _, v := range []string{refs.MessageID, refs.InstructionID, refs.TransactionID, refs.EndToEndID} {
		if v != "" {
			if !plain(v) {
				return nil
			}
			values = append(values, v)
		}
	}
	if refs.UETR != "" {
		if _, err := messages.ParseUETR(refs.UETR); err != nil {
			return nil
		}
		values = append(values, refs.UETR)
	}
	made, known := t.entries[f]
	if !known {
		made = entryTemplate(*e, &f)
		if len(t.entries) >= maxTemplates {
			clear(t.entries)
		}
		t.entries[f] = made
	}
	if made == nil {
		return nil
	}
	return made.fill(b, values)
}

// simpleEntry tells that an entry says nothing but what entryForm and its marks
// know of: one transaction, booked at one time, with its references and agents.
func simpleEntry(e *messages.Entry) bool {
	if e.Reversal || e.Status != "BOOK" || e.Text != "" || len(e.Availability) > 0 || len(e.Charges) > 0 || len(e.Transactions) != 1 ||
		e.Amounts != (messages.AmountDetails{}) || e.Batch != (messages.Batch{}) || e.Booked != e.ValueDate || e.Booked.Date != (messages.Date{}) ||
		!plain(e.Reference) || !plain(e.ServicerRef) {
		return false
	}
	x := e.Transactions[0]
	r := x.References
	known := messages.References{MessageID: r.MessageID, InstructionID: r.InstructionID, EndToEndID: r.EndToEndID, TransactionID: r.TransactionID, UETR: r.UETR}
	debtor, creditor := messages.Agent{BIC: x.DebtorAgent.BIC}, messages.Agent{BIC: x.CreditorAgent.BIC}
	return r == known && x.Amount == e.Amount && x.DebtorAgent == debtor && x.CreditorAgent == creditor && (x.InstructingAgent == debtor && x.InstructedAgent == creditor || x.InstructingAgent.IsZero() && x.InstructedAgent.IsZero()) &&
		x.Amounts == (messages.AmountDetails{}) && x.Code == (messages.TransactionCode{}) && len(x.Charges)+len(x.Remittance) == 0 &&
		x.Debtor.IsZero() && x.UltimateDebtor.IsZero() && x.Creditor.IsZero() && x.UltimateCreditor.IsZero() &&
		x.DebtorAccount == (messages.Account{}) && x.CreditorAccount == (messages.Account{}) && x.Purpose+x.Text == "" &&
		x.Accepted == (messages.DateTime{}) && x.SettlementDate == (messages.Date{}) && x.ReturnReason == (messages.Reason{}) && !x.Order.Exists()
}

// entryTemplate has an entry of that form written with marks.
func entryTemplate(e messages.Entry, f *entryForm) *template {
	minor := int64(markMinor)
	if f.debit {
		minor = -minor
	}
	amount, err := messages.NewMoney(minor, f.currency)
	if err != nil {
		return nil
	}
	magnitude, err := messages.NewMoney(markMinor, f.currency)
	if err != nil {
		return nil
	}
	created := markCreated()
	e.Reference, e.Amount, e.ServicerRef = markReference, amount, markServicer
	e.Booked, e.ValueDate = messages.Moment{Time: created}, messages.Moment{Time: created}
	x := e.Transactions[0]
	x.Amount = amount
	marks := []string{markReference, magnitude.Amount(), created.String(), markServicer}
	for _, reference := range []struct {
		there bool
		field *string
		mark  string
	}{
		{f.message, &x.References.MessageID, markOriginal}, {f.instruction, &x.References.InstructionID, markInstruction},
		{f.id, &x.References.TransactionID, markTransaction}, {f.endToEnd, &x.References.EndToEndID, markEndToEnd}, {f.unique, &x.References.UETR, markUETR},
	} {
		if reference.there {
			*reference.field = reference.mark
			marks = append(marks, reference.mark)
		}
	}
	e.Transactions = []messages.EntryTransaction{x}
	statement := messages.Statement{StatementID: "MARKED", Created: created, Account: messages.Account{Other: "MARKED"}, Entries: []messages.Entry{e}}
	document, err := messages.Reporting{MessageID: "MARKED", Created: created, Statements: []messages.Statement{statement}}.Write(f.definition)
	if err != nil {
		return nil
	}
	_, entry, _ := cutEntry(document)
	if entry == nil {
		return nil
	}
	return newTemplate(entry, marks)
}

// maxEntryRoom bounds the entries whose room is used again.
const maxEntryRoom = 2000

// entriesAnew begins the entries of the next message; those of the one before are
// no longer good.
func (t *templates) entriesAnew() []messages.Entry {
	if cap(t.entryRoom) > maxEntryRoom || cap(t.transactionRoom) > maxEntryRoom {
		t.entryRoom, t.transactionRoom = nil, nil
	}
	t.transactionRoom = t.transactionRoom[:0]
	return t.entryRoom[:0]
}

// transaction gives the one transaction of an entry its room.
func (t *templates) transaction(x messages.EntryTransaction) []messages.EntryTransaction {
	t.transactionRoom = append(t.transactionRoom, x)
	n := len(t.transactionRoom)
	return t.transactionRoom[n-1 : n : n]
}
