package gateway

import (
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Questions for settlement days (camt.018) and their answer (camt.019).

// daily reads a question for settlement days.
func (f *facts) daily() bool {
	v, ok := messages.ViewBusinessDayQuery(f.message)
	if ok {
		f.letter.ID = v.Group().MessageID()
	}
	return ok
}

// defaultDays is the camt.019 of those who have not said which they want.
const defaultDays = "camt.019.001.07"

// maxDaysTold bounds the days of one answer.
const maxDaysTold = 500

// businessDays answers a question for settlement days: every calendar and date that
// it means, or that none is known.
func (a *answer) businessDays(asked *ahead) error {
	question := asked.read()
	v, _ := messages.ViewBusinessDayQuery(question)
	told := messages.BusinessDayAnswer{Answer: messages.AnswerTo(question)}
	told.MessageID, told.Created = a.id, a.created()
	searches := slices.Collect(v.Searches())
	if len(searches) == 0 {
		searches = append(searches, messages.BusinessDaySearchView{})
	}
	for _, search := range searches {
		for _, state := range a.days {
			t, ok := a.directory.Timetable(state.Calendar)
			if !ok || !meant(search, t, a.directory.CurrenciesOf(t)) || len(told.Days) == maxDaysTold {
				continue
			}
			date, err := routing.ParseDate(first(search.DateText(), dayInUse(t, state).String()))
			if err == nil {
				told.Days = append(told.Days, a.dayOf(t, state, date))
			}
		}
	}
	if len(told.Days) == 0 {
		told.Errors = []messages.QueryError{{Code: "X050", Description: "no calendar, or no date, fits the question"}}
	}
	definition := a.version("camt.019", question.Document().ID, defaultDays)
	document, err := told.Write(definition)
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{First: true})
}

// meant tells whether a search means a calendar: by its name or by its currencies.
func meant(search messages.BusinessDaySearchView, t *routing.Timetable, currencies []messages.Currency) bool {
	named, fits := false, false
	for system := range search.Systems() {
		named, fits = true, fits || system.Code() == t.Name
	}
	if named && !fits {
		return false
	}
	named, fits = false, false
	for code := range search.CurrencyCodes() {
		named = true
		fits = fits || slices.ContainsFunc(currencies, func(c messages.Currency) bool { return c.Code() == code })
	}
	return fits || !named
}

// dayInUse is the date whose day is open, or opens next.
func dayInUse(t *routing.Timetable, state routing.BusinessDay) routing.Date {
	if next, _, ok := t.Next(state); ok && state.Phase == routing.PhaseClosed {
		return next.Date
	}
	return state.Date
}

// Statuses of systems (SystemStatus2Code).
const (
	systemActive  = "ACTV"
	systemClosing = "CLSG"
	systemClosed  = "CLSD"
)

// dayOf tells of one day of a calendar. Of days that have not come nothing is said
// but when they open and close.
func (a *answer) dayOf(t *routing.Timetable, state routing.BusinessDay, date routing.Date) messages.BusinessDay {
	told := messages.BusinessDay{Systems: []messages.System{{Code: t.Name}}}
	told.Date.Date, _ = messages.ParseDate(date.String())
	day, open := t.Day(date)
	switch {
	case !open || date < state.Date || date == state.Date && state.Phase == routing.PhaseClosed:
		told.Status = systemClosed
	case date == state.Date && state.Phase == routing.PhaseBank:
		told.Status = systemClosing
	case date == state.Date:
		told.Status = systemActive
	}
	if !open {
		return told
	}
	for _, currency := range a.directory.CurrenciesOf(t) {
		told.Hours = append(told.Hours, messages.SystemHours{
			Currency: currency, Opens: timeOfDay(day.Open), Closes: timeOfDay(day.Close),
			Events: []messages.SystemEvent{
				{Type: string(codes.SystemEventTypeSTDY), Scheduled: dateTime(day.Open)},
				{Type: string(codes.SystemEventTypeCUSC), Scheduled: dateTime(day.Customer)},
				{Type: string(codes.SystemEventTypeIBKC), Scheduled: dateTime(day.Bank)},
				{Type: string(codes.SystemEventTypeSYSC), Scheduled: dateTime(day.Close)},
			},
		})
	}
	return told
}

func timeOfDay(at settlement.Moment) messages.TimeOfDay {
	t, err := messages.ParseTimeOfDay(time.Unix(0, int64(at)).UTC().Format("15:04:05Z"))
	if err != nil {
		panic(err) // every moment has a time of day
	}
	return t
}
