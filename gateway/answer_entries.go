package gateway

import (
	"fmt"
	"strconv"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// defaultAdvice is the camt.054 of those who have not said which they want.
const defaultAdvice = "camt.054.001.08"

// maxEntries bounds the entries of one message; more go into several.
const maxEntries = 1000

// advices are the notices of what this group booked on accounts whose owners are
// to be told: one for each account and so many entries.
func (w *work) advices(c settlement.Changes) (notices []settlement.Notice) {
	w.confirmed = confirmed(c.Payments)
	if w.directory.Advised() == nil && w.confirmed == nil {
		return nil
	}
	current := map[settlement.AccountID]*settlement.Notice{}
	counts := map[settlement.AccountID]int{}
	var order []*settlement.Notice
	for i := range c.Entries {
		e := &c.Entries[i]
		for _, account := range [...]settlement.AccountID{e.Debit, e.Credit} {
			if !w.advised(e, account) {
				continue
			}
			if counts[account]%maxEntries == 0 {
				current[account] = &settlement.Notice{
					Kind: settlement.NoticeAdvice, To: w.directory.Accounts[account-1].Owner, Account: account, Entries: [2]settlement.EntryID{e.ID, e.ID},
				}
				order = append(order, current[account])
			}
			current[account].Entries[1] = e.ID
			counts[account]++
		}
	}
	for _, n := range order {
		notices = append(notices, *n)
	}
	return notices
}

// confirmed are the issues and redemptions that banks asked for and issuers
// confirmed: the bank is told of the booking whatever it wants otherwise.
func confirmed(payments []settlement.Payment) (set map[settlement.PaymentID]bool) {
	for i := range payments {
		p := &payments[i]
		if (p.Kind == settlement.KindIssue || p.Kind == settlement.KindRedeem) && p.Confirm != 0 && p.State == settlement.StateSettled {
			if set == nil {
				set = map[settlement.PaymentID]bool{}
			}
			set[p.ID] = true
		}
	}
	return set
}

// advised tells whether the owner of an account is told of an entry.
func (w *work) advised(e *settlement.Entry, account settlement.AccountID) bool {
	if wanted := w.directory.Advised(); wanted != nil && wanted[account-1] {
		return true
	}
	return w.confirmed[e.Payment] && w.directory.Accounts[account-1].Role == settlement.RoleWallet
}

// advice tells the entries of one account in this group: camt.054.
func (a *answer) advice() error {
	account := a.directory.Accounts[a.notice.Account-1]
	entries := a.recent.entries[len(a.recent.entries)-1]
	first := entries[0].ID
	s := a.statementOf(account, a.id)
	s.Entries = a.templates.entriesAnew()
	r := store.Record{}
	for i := a.notice.Entries[0] - first; i <= a.notice.Entries[1]-first; i++ {
		e := &entries[i]
		if e.Debit != account.ID && e.Credit != account.ID || !a.advised(e, account.ID) {
			continue
		}
		entry, uetr, err := a.entry(e, account)
		if err != nil {
			return err
		}
		s.Entries = append(s.Entries, entry)
		r.Payment, r.UETR = e.Payment, uetr
	}
	if len(s.Entries) > 1 {
		r.Payment, r.UETR = 0, "" // it is about no single one
	}
	a.templates.entryRoom = s.Entries
	var err error
	if s.Totals, err = messages.TotalsOf(s.Entries); err != nil {
		return err
	}
	return a.reporting(a.version("camt.054", "", defaultAdvice), messages.Reporting{MessageID: a.id, Statements: []messages.Statement{s}}, r)
}

// reporting writes and sends a camt.052, 053 or 054.
func (a *answer) reporting(definition string, reporting messages.Reporting, r store.Record) error {
	reporting.Created = a.created()
	document := a.templates.reporting(a.templates.documentRoom[:0], reporting, definition)
	if document != nil {
		a.templates.documentRoom = document
	} else {
		var err error
		if document, err = reporting.Write(definition); err != nil {
			return err
		}
	}
	return a.send(definition, document, r)
}

// statementOf begins what is told of an account.
func (a *answer) statementOf(account routing.Account, id string) messages.Statement {
	owner, _ := a.directory.ByID(account.Owner)
	return messages.Statement{
		StatementID: id, Created: a.created(),
		Account: messages.Account{Other: a.directory.AccountName(account), Currency: account.Currency.Code()},
		Owner:   messages.Party{BIC: owner.BIC}, Servicer: messages.Agent{BIC: a.directory.Self},
	}
}

// entry tells an entry as the owner of one of its accounts sees it, with the
// references of the payment and its agents.
func (a *answer) entry(e *settlement.Entry, account routing.Account) (messages.Entry, string, error) {
	p, err := a.payment(e.Payment)
	if err != nil {
		return messages.Entry{}, "", err
	}
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return messages.Entry{}, "", err
	}
	minor := e.Amount
	if e.Debit == account.ID {
		minor = -minor
	}
	amount, err := messages.NewMoney(minor, account.Currency)
	if err != nil {
		return messages.Entry{}, "", err
	}
	booked := a.bookedAt(e.At)
	debtor, creditor := messages.Agent{BIC: a.ownerOf(e.Debit)}, messages.Agent{BIC: a.ownerOf(e.Credit)}
	references := messages.References{InstructionID: f.InstrID, EndToEndID: f.EndToEndID, TransactionID: f.TxID, UETR: f.UETR}
	if account.Owner == p.Sender {
		references.MessageID = f.MessageID // the other side knows another one
	}
	side := e.Of(account.ID)
	var why messages.Reason
	if p.Kind == settlement.KindReturn {
		why.Code = f.Why
	}
	return messages.Entry{
		Reference: strconv.FormatUint(side.Number, 10), Amount: amount, Status: "BOOK",
		Booked: messages.Moment{Time: booked}, ValueDate: messages.Moment{Time: booked},
		ServicerRef: fmt.Sprintf("DRGM-E%d", e.ID), Code: transactionCode(p.Kind, minor),
		Transactions: a.templates.transaction(messages.EntryTransaction{
			References: references, Amount: amount, DebtorAgent: debtor, CreditorAgent: creditor, ReturnReason: why,
		}),
	}, f.UETR, nil
}

// bookedAt writes a booking time once for all entries of a group.
func (a *answer) bookedAt(at settlement.Moment) messages.DateTime {
	if a.booked.IsZero() || a.bookedMoment != at {
		a.booked, a.bookedMoment = dateTime(at), at
	}
	return a.booked
}

func (a *answer) ownerOf(id settlement.AccountID) messages.BIC {
	owner, _ := a.directory.ByID(a.directory.Accounts[id-1].Owner)
	return owner.BIC
}

// transactionCode tells what was entered: the gateway's own word for it and, for
// customer transfers, the ISO bank transaction code.
func transactionCode(kind settlement.Kind, minor int64) messages.TransactionCode {
	code := messages.TransactionCode{Proprietary: kindNames[kind], Issuer: "DRAGOMAN"}
	if kind == settlement.KindCustomer {
		code.Domain, code.Family, code.Subfamily = "PMNT", "RCDT", "XBCT"
		if minor < 0 {
			code.Family = "ICDT"
		}
	}
	return code
}

// kindNames are the gateway's own transaction codes.
var kindNames = map[settlement.Kind]string{
	settlement.KindCustomer: "CUSTOMER", settlement.KindCore: "CORE", settlement.KindCover: "COVER", settlement.KindAdvice: "ADVICE",
	settlement.KindReturn: "RETURN", settlement.KindIssue: "ISSUE", settlement.KindRedeem: "REDEMPTION", settlement.KindTransfer: "LIQUIDITY",
	settlement.KindNet: "NETTING",
}

// dateTime writes a moment in UTC, to the millisecond.
func dateTime(at settlement.Moment) messages.DateTime {
	t, err := messages.NewDateTime(time.Unix(0, int64(at)).UTC().Truncate(time.Millisecond))
	if err != nil {
		panic(err) // a clock far outside any calendar
	}
	return t
}
