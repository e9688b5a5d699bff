package gateway

import (
	"fmt"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// timed is a payment that may name the times between which it settles.
type timed interface {
	SettlementDateText() string
	FromTimeText() string
	TillTimeText() string
	RejectTimeText() string
}

// times reads the times of day that a payment names (SttlmTmReq) as moments on its
// settlement date: before FrTm it does not settle, and what has not settled by
// RjctTm or TillTm is rejected. A time without offset is UTC, a payment without
// date settles on the day on which it came. CLSTm is for the creditor agent.
func (f *facts) times(t timed, p *routing.Payment) {
	day := t.SettlementDateText()
	if day == "" {
		day = timeOf(f.letter.Received).Format(time.DateOnly)
	}
	moment := func(element, text string) settlement.Moment {
		if text == "" {
			return 0
		}
		at, err := onDay(day, text)
		if err != nil && p.Refusal.Code == "" {
			p.Refusal = settlement.Reason{Code: "CH16", Text: fmt.Sprintf("SttlmTmReq/%s: %v", element, err)}
		}
		return at
	}
	p.EarliestTime = moment("FrTm", t.FromTimeText())
	till, reject := moment("TillTm", t.TillTimeText()), moment("RjctTm", t.RejectTimeText())
	if p.RejectTime = reject; reject == 0 || till != 0 && till < reject {
		p.RejectTime = till
	}
	if p.RejectTime != 0 && p.EarliestTime >= p.RejectTime && p.Refusal.Code == "" {
		p.Refusal = settlement.Reason{Code: "CH16", Text: "SttlmTmReq: the payment would be rejected before it may settle"}
	}
}

// onDay is a time of day on a date; of the date its first ten characters count,
// and where the time has no offset it is UTC.
func onDay(date, text string) (settlement.Moment, error) {
	if len(date) < len(time.DateOnly) {
		return 0, fmt.Errorf("%q is no date", date)
	}
	at, err := messages.ParseDateTime(date[:len(time.DateOnly)] + "T" + text)
	if err != nil {
		return 0, err
	}
	moment, ok := bounded(at.TimeIn(time.UTC))
	if !ok {
		return 0, fmt.Errorf("%s is too far away", date)
	}
	return moment, nil
}
