package gateway

import (
	"net/http"
	"time"

	"dragoman/routing"
)

// CalendarView is where one calendar stands, in the answer to GET /v1/calendars.
type CalendarView struct {
	Name       string        `json:"name"`
	Zone       string        `json:"zone"`
	Currencies []string      `json:"currencies"`
	Phase      routing.Phase `json:"phase"`
	// Date is the day that is open, or that opens next; the times are its own.
	Date           routing.Date `json:"date"`
	Opens          time.Time    `json:"opens"`
	CustomerCutOff time.Time    `json:"customerCutOff"`
	BankCutOff     time.Time    `json:"bankCutOff"`
	Closes         time.Time    `json:"closes"`
}

func (d *Door) calendars(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	all, err := loadDays(d.node.Books)
	if err != nil {
		return err
	}
	directory, views := d.node.Directory(), []CalendarView{}
	for _, state := range all {
		t, known := directory.Timetable(state.Calendar)
		if !known {
			continue
		}
		day, open := t.Day(dayInUse(t, state))
		if !open {
			continue // it has come to its end
		}
		v := CalendarView{
			Name: t.Name, Zone: t.Zone, Currencies: []string{}, Phase: state.Phase, Date: day.Date,
			Opens: timeOf(day.Open), CustomerCutOff: timeOf(day.Customer), BankCutOff: timeOf(day.Bank), Closes: timeOf(day.Close),
		}
		for _, currency := range directory.CurrenciesOf(t) {
			v.Currencies = append(v.Currencies, currency.Code())
		}
		views = append(views, v)
	}
	return reply(w, http.StatusOK, map[string]any{"calendars": views})
}
