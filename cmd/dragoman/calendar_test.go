package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/gateway"
)

// TestCalendarCommand: two operators give a currency a calendar whose day never ends
// for long, and everybody sees where it stands, also behind a restart.
func TestCalendarCommand(t *testing.T) {
	o := openOffice(t)
	o.do(exitOK, `calendar --as alpha`, "everything settles at any time")
	text, err := os.ReadFile(filepath.Join(o.folder, configName))
	if err != nil {
		t.Fatal(err)
	}
	const calendar = `calendars:
  - name: Round the clock
    zone: Asia/Kathmandu
    currencies: [CNY]
    open: "00:00"
    close: "24:00"

participants:`
	edited := filepath.Join(o.folder, "next.yaml")
	if err := os.WriteFile(edited, []byte(strings.Replace(string(text), "\nparticipants:", "\n"+calendar, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	change := o.asked(`apply --as operator-1 --reason "days" -f `+edited, "+ calendar Round the clock: time zone Asia/Kathmandu", "currencies CNY", "opens 00:00", "closes 24:00")
	o.do(exitOK, `approve --as operator-2 --reason "agreed" `+change, "carried out as")
	o.do(exitOK, `apply --as operator-1 --dry-run -f `+edited, "nothing to change")
	o.do(exitOK, `calendar --as alpha`, "CUSTOMERS UNTIL", "Round the clock", "CNY", "open", "18:15:00Z")
	if err := o.server.stop(); err != nil {
		t.Fatal(err)
	}
	o.serve()
	var found struct{ Calendars []gateway.CalendarView }
	if err := json.Unmarshal([]byte(o.do(exitOK, `calendar --as operator-1 --json`)), &found); err != nil || len(found.Calendars) != 1 || found.Calendars[0].Zone != "Asia/Kathmandu" {
		t.Errorf("%+v, %v", found, err)
	}
}
