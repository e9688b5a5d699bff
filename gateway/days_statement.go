package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// defaultStatement is the camt.053 of those who have not said which they want.
const defaultStatement = "camt.053.001.08"

// closedDay is a day of which statements are written: everything that was booked from
// one close to the next.
type closedDay struct {
	currencies []messages.Currency
	date       routing.Date
	from, to   settlement.Moment
}

// closeStatements has the statement of a day written to those whose profile asks for
// it. Nothing can be booked any more before the moment at which it ends.
func (w *work) closeStatements(t *routing.Timetable, day routing.BusinessDay, at settlement.Moment) {
	to := w.holders(t.Currencies, func(p *routing.Participant) bool { return p.Statement })
	if len(to) == 0 {
		return
	}
	m := w.messageOfDay(day.Calendar, day.Date.String(), "statement")
	w.closed[w.engine.Announce(m, to)] = &closedDay{t.Currencies, day.Date, day.Closed, at}
}

// dayStatements writes the camt.053 of a day for each of a participant's accounts.
func (a *answer) dayStatements(day *closedDay) error {
	id, parts := a.id, 0
	for _, account := range a.accountsIn(a.to, day.currencies) {
		report := &routing.Report{ID: fmt.Sprintf("DRGM-%s-%d", day.date, account.ID), From: day.from, To: day.to}
		opening, closing, err := a.interval(account.ID, report.From, report.To)
		if err != nil {
			return err
		}
		if closing.Number-opening.Number > maxStatementEntries {
			if err := a.tooManyEntries(account, day); err != nil {
				return err
			}
			continue
		}
		pages, err := a.pages(account, report)
		if err != nil {
			return err
		}
		for n := range pages {
			part := *a
			part.id = fmt.Sprintf("%s-%d", id, parts)
			reporting := messages.Reporting{MessageID: part.id, Statements: pages[n : n+1]}
			if len(pages) > 1 {
				reporting.Page = pages[n].Page
			}
			if err := part.reporting(a.version("camt.053", "", defaultStatement), reporting, store.Record{}); err != nil {
				return err
			}
			parts++
		}
	}
	return nil
}

// tooManyEntries tells of a statement that is too long to be written while the log is
// applied, and how to have it.
func (a *answer) tooManyEntries(account routing.Account, day *closedDay) error {
	part := *a
	part.id = fmt.Sprintf("%s-A%d", a.id, account.ID)
	return part.tell(&Decision{
		Event: string(codes.SystemEventTypeSYSC), Time: timeOf(day.to),
		Text: fmt.Sprintf("the statement of %s for %s has more than %d entries: ask for parts of it with camt.060", a.directory.AccountName(account), day.date, maxStatementEntries),
	})
}
