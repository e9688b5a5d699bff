package routing

import "dragoman/messages"

// setCalendar adds a calendar, or replaces the one of its name.
func (d *Directory) setCalendar(c Calendar) error {
	if _, err := timetable(c); err != nil {
		return err
	}
	for i := range d.Calendars {
		if d.Calendars[i].Name == c.Name {
			d.Calendars[i] = c
			return nil
		}
	}
	if len(d.Calendars) == maxCalendars {
		return refuse("there are %d calendars already", maxCalendars)
	}
	d.Calendars = append(d.Calendars, c)
	return nil
}

// maxCalendars bounds the phases that a moment may bring: there are not as many
// currencies.
const maxCalendars = 200

// indexCalendars makes the calendars ready to be asked.
func (d *Directory) indexCalendars() {
	d.timetables, d.calendarOf = map[string]*Timetable{}, map[messages.Currency]*Timetable{}
	for _, c := range d.Calendars {
		t, err := timetable(c)
		if err != nil {
			continue // Apply admits none such
		}
		d.timetables[c.Name] = t
		for _, currency := range c.Currencies {
			d.calendarOf[currency] = t
		}
	}
}

// checkCalendars finds what calendars and corridors do not say together.
func (d *Directory) checkCalendars() error {
	taken := map[messages.Currency]string{}
	for _, c := range d.Calendars {
		for _, currency := range c.Currencies {
			if other := taken[currency]; other != "" {
				return refuse("%s follows the calendars %s and %s", currency.Code(), other, c.Name)
			}
			taken[currency] = c.Name
		}
	}
	for i := range d.Corridors {
		c := &d.Corridors[i]
		t, follows := d.TimetableOf(c)
		switch {
		case !follows && c.Calendar != "":
			return refuse("corridor %s: there is no calendar %s", c.Currency, c.Calendar)
		case !follows && (c.CustomerCutOff != "" || c.BankCutOff != ""):
			return refuse("corridor %s: a cut-off needs a calendar, its own or that of its currency", c.Currency)
		case !follows:
			continue
		}
		_, wrong := t.cutOff(c.CustomerCutOff, 0)
		_, wrongToo := t.cutOff(c.BankCutOff, 0)
		if wrong || wrongToo {
			return refuse("corridor %s: a cut-off is a time between opening and close of %s, such as 17:00", c.Currency, t.Name)
		}
	}
	return nil
}
