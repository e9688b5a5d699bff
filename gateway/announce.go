package gateway

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// What the operator announces to participants: admi.004.

// defaultEvent is the admi.004 of those who have not said which they want.
const defaultEvent = "admi.004.001.02"

// Bounds of an announcement, of the first version of admi.004.
const (
	maxEventCode = 4
	maxEventText = 350
)

// fitsAnnouncement tells why an announcement cannot be made.
func (s *situation) fitsAnnouncement(d *Decision) string {
	alphanumeric := func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }
	if d.Event == "" || len(d.Event) > maxEventCode || slices.ContainsFunc([]rune(d.Event), func(r rune) bool { return !alphanumeric(r) }) {
		return fmt.Sprintf("event %q must be one to %d letters and digits, such as STDY or NOTE", d.Event, maxEventCode)
	}
	if d.Text == "" || utf8.RuneCountInString(d.Text) > maxEventText || slices.ContainsFunc([]rune(d.Text), func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fmt.Sprintf("the text must be one to %d characters that can be printed", maxEventText)
	}
	if _, known := s.directory.ByBIC(d.Bank); !d.Bank.IsZero() && !known {
		return fmt.Sprintf("%s is not in the directory", d.Bank)
	}
	return ""
}

// announce has everybody told, or the one that is named.
func (w *work) announce(o *Order, d *Decision) {
	var to []settlement.ParticipantID
	for i := range w.directory.Participants {
		p := &w.directory.Participants[i]
		if d.Bank.IsZero() && p.BIC != w.directory.Self || p.BIC == d.Bank {
			to = append(to, p.ID)
		}
	}
	self, _ := w.directory.ByBIC(o.From)
	m := settlement.Message{Place: w.place(), Sender: self.ID, Identity: identify("decision", fmt.Sprint(w.sequence), fmt.Sprint(w.order)), Digest: settlement.Digest(o.digest())}
	w.announced[w.engine.Announce(m, to)] = d
}

// event tells one participant of what is announced, or writes what the end of a
// settlement day brings.
func (a *answer) event() error {
	if day := a.closed[a.notice.Message]; day != nil {
		return a.dayStatements(day)
	}
	return a.tell(a.announced[a.notice.Message])
}

func (a *answer) tell(d *Decision) error {
	n := messages.EventNotification{Code: d.Event, Description: d.Text, Time: a.created()}
	if !d.Time.IsZero() {
		n.Time = dateTime(settlement.Moment(d.Time.UnixNano()))
	}
	definition := a.version("admi.004", "", defaultEvent)
	document, err := n.Write(definition)
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{})
}
