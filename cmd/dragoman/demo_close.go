package main

import (
	"context"
	"fmt"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/routing"
)

// close has the day of a currency end: the operators give it a calendar, and declare
// a holiday, which closes the day that is open.
func (d *demo) close(ctx context.Context) error {
	from, to, code := d.banks[3], d.banks[4], assets()[1].code
	d.step("The day closes: what has not settled is refused, and %s has its statement", from.name)
	day := routing.Calendar{Name: "Baht day", Zone: "Asia/Bangkok", Open: "00:00", Close: "24:00", Currencies: []messages.Currency{messages.MustCurrency(code)}}
	if err := d.changeDays(ctx, day, from); err != nil {
		return err
	}
	if _, err := d.outcome(ctx, from, d.payment("pacs.008.001.08", from, to, "DEMO-NIGHT", code, 90_000_000_00), "DEMO-NIGHT", 1); err != nil {
		return err
	}
	if err := d.at(ctx, from, "calendar"); err != nil {
		return err
	}
	today, err := d.today(ctx)
	if err != nil {
		return err
	}
	day.Holidays = []routing.Date{today, today + 1} // it may be midnight
	if err := d.changeDays(ctx, day, from); err != nil {
		return err
	}
	status, err := d.told(ctx, "DEMO-NIGHT", 2)
	if err != nil {
		return err
	}
	account := fmt.Sprintf("%s-%s-W", from.bic, code)
	statement, err := d.delivered(ctx, account)
	if err != nil {
		return err
	}
	say(d.std.out, "  not enough money when the day closes: %s\n", status)
	say(d.std.out, "  camt.053 of %s: %s\n", account, closingOf(statement))
	if status != "PDNG, RJCT TM01" {
		d.wrong = append(d.wrong, "a payment that had not settled when its day closed came to "+status)
	}
	return nil
}

// changeDays has two operators change a calendar, and the bank want statements.
func (d *demo) changeDays(ctx context.Context, day routing.Calendar, bank demoBank) error {
	first, err := d.client("operator-1")
	if err != nil {
		return err
	}
	second, err := d.client("operator-2")
	if err != nil {
		return err
	}
	var view gateway.DirectoryView
	if _, err := first.call(ctx, "GET", "/v1/directory", jsonBody, nil, &view); err != nil {
		return err
	}
	member, _ := view.Directory.Ready().ByBIC(bank.bic)
	asking := *member
	asking.Statement = true
	change := routing.Change{Participants: []routing.Participant{asking}, Calendars: []routing.Calendar{day}}
	var asked gateway.DecisionAnswer
	if _, err := first.post(ctx, "/v1/directory", gateway.DirectoryRequest{Change: change, Reason: "the end of the demonstration", Digest: view.Digest}, &asked); err != nil {
		return err
	}
	_, err = second.approve(ctx, asked.ID, true, "seen and agreed")
	return err
}

// today is the date of the day that is open.
func (d *demo) today(ctx context.Context) (routing.Date, error) {
	c, err := d.client("operator-1")
	if err != nil {
		return 0, err
	}
	var found struct{ Calendars []gateway.CalendarView }
	if _, err := c.call(ctx, "GET", "/v1/calendars", jsonBody, nil, &found); err != nil {
		return 0, err
	}
	if len(found.Calendars) != 1 {
		return 0, fmt.Errorf("%d calendars, want one", len(found.Calendars))
	}
	return found.Calendars[0].Date, nil
}

// closingOf is the balance with which a statement ends.
func closingOf(raw []byte) string {
	v, _ := messages.ViewStatement(messages.Read(raw, messages.Options{}))
	for statement := range v.Statements() {
		amount := statement.Balance("CLBD").Amount()
		return fmt.Sprintf("it closes with %s %s", amount.Text(), amount.CurrencyCode())
	}
	return "it has no closing balance"
}
