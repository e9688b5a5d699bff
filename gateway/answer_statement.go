package gateway

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// maxStatementEntries bounds the entries that one camt.060 is answered with:
// they are written while the log is applied, and nothing else is meanwhile.
const maxStatementEntries = 10 * maxEntries

// reportRefusal finds why a camt.060 is not answered: an account that is not the
// sender's, a period that has not ended, more than fits into an answer.
func (w *work) reportRefusal(l *routing.Letter, sender *routing.Participant) settlement.Reason {
	var entries uint64
	for i := range l.Reports {
		report := &l.Reports[i]
		if report.To > w.engine.Booking() {
			return settlement.Reason{Code: "DT04", Text: "the period has not ended: its entries can still change"}
		}
		accounts, why := w.directory.AccountsFor(report.Account, sender)
		if why.Code != "" {
			return why
		}
		for _, account := range accounts {
			opening, closing, err := w.interval(account.ID, report.From, report.To)
			if err != nil {
				panic(err) // damaged books stop the lane
			}
			entries += closing.Number - opening.Number
		}
	}
	if entries > maxStatementEntries {
		return settlement.Reason{Code: "X030", Text: fmt.Sprintf("%d entries are too many for one answer of at most %d: ask for shorter periods", entries, maxStatementEntries)}
	}
	return settlement.Reason{}
}

// interval is how an account stood before a period and at its end.
func (w *work) interval(account settlement.AccountID, from, to settlement.Moment) (opening, closing settlement.Side, err error) {
	stood := func(before settlement.Moment) (side settlement.Side, err error) {
		err = w.back(account, before, func(e settlement.Entry) bool {
			side = e.Of(account)
			return false
		})
		return side, err
	}
	if opening, err = stood(from); err == nil {
		closing, err = stood(to)
	}
	return opening, closing, err
}

// back visits the entries of an account that are booked before that time, the
// newest first, as long as visit wants: those that memory keeps because they may
// not be committed yet, then those in the books below them.
func (w *work) back(account settlement.AccountID, before settlement.Moment, visit func(settlement.Entry) bool) error {
	below := settlement.EntryID(math.MaxInt64)
	for _, group := range slices.Backward(w.recent.entries) {
		below = group[0].ID
		for _, e := range slices.Backward(group) {
			if (e.Debit == account || e.Credit == account) && e.At < before && !visit(e) {
				return nil
			}
		}
	}
	return w.books.Back(account, below, before, visit)
}

// statements answers a camt.018 with days, a camt.016 with rates, and a camt.060 with what it asks for, page
// by page. The first page
// is the answer that is known again; the others follow it in the message log.
func (a *answer) statements() error {
	m, err := a.message(a.notice.Message)
	if err != nil {
		return err
	}
	asked := a.ahead[m.Record] // a question is answered in its own group
	switch messages.KindOf(asked.letter.Type) {
	case "camt.016":
		return a.exchangeRates(asked)
	case "camt.018":
		return a.businessDays(asked)
	}
	l, question := asked.letter, messages.QueryIn(asked.read())
	parts := 0
	for i := range l.Reports {
		report := &l.Reports[i]
		accounts, _ := a.directory.AccountsFor(report.Account, a.to)
		for _, account := range accounts {
			pages, err := a.pages(account, report)
			if err != nil {
				return err
			}
			for n := range pages {
				part := *a
				if parts > 0 {
					part.id = fmt.Sprintf("%s-%d", a.id, parts)
				}
				reporting := messages.Reporting{MessageID: part.id, Query: question, Statements: pages[n : n+1]}
				if len(pages) > 1 {
					reporting.Page = pages[n].Page
				}
				if err := part.reporting(a.reportVersion(report.Type, l.Type), reporting, store.Record{First: parts == 0}); err != nil {
					return err
				}
				parts++
			}
		}
	}
	return nil
}

// reportVersion is the version in which a report is written: the one that was
// asked for by name, else as for every answer.
func (a *answer) reportVersion(wanted, request string) string {
	kind := messages.KindOf(wanted)
	if len(wanted) > len(kind) {
		return wanted
	}
	return a.version(kind, request, kind+".001.08")
}

// pages is the statement of an account for a period, cut into pages. It adds up:
// opening balance and entries are the closing balance.
func (a *answer) pages(account routing.Account, report *routing.Report) ([]messages.Statement, error) {
	opening, closing, err := a.interval(account.ID, report.From, report.To)
	if err != nil {
		return nil, err
	}
	s := a.statementOf(account, first(report.ID, a.id))
	s.From, s.To = dateTime(report.From), dateTime(report.To)
	for _, b := range []struct {
		kind string
		side settlement.Side
		at   messages.DateTime
	}{{"OPBD", opening, s.From}, {"CLBD", closing, s.To}} {
		amount, err := messages.NewMoney(b.side.Balance, account.Currency)
		if err != nil {
			return nil, err
		}
		s.Balances = append(s.Balances, messages.Balance{Type: b.kind, Amount: amount, Date: messages.Moment{Time: b.at}})
	}
	var broken error
	err = a.back(account.ID, report.To, func(e settlement.Entry) bool {
		if e.At < report.From || broken != nil {
			return false
		}
		var entry messages.Entry
		entry, _, broken = a.entry(&e, account)
		s.Entries = append(s.Entries, entry)
		return true
	})
	if err = errors.Join(err, broken); err != nil {
		return nil, err
	}
	slices.Reverse(s.Entries)
	if s.Totals, err = messages.TotalsOf(s.Entries); err != nil {
		return nil, err
	}
	return s.Pages(maxEntries)
}

// isReport tells whether a message is a report, statement or notification.
func isReport(definition string) bool {
	kind := messages.KindOf(definition)
	return kind == "camt.052" || kind == "camt.053" || kind == "camt.054"
}
