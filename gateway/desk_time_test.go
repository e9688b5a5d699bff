package gateway

import (
	"testing"
	"time"

	"dragoman/settlement"
)

// TestSettlementTimes: times of day become moments on the settlement date, in
// their own offset or else in UTC, and the soonest end counts.
func TestSettlementTimes(t *testing.T) {
	at := func(text string) settlement.Moment {
		if text == "" {
			return 0
		}
		m, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return settlement.Moment(m.UnixNano())
	}
	cases := []struct{ times, earliest, reject, refusal string }{
		{"<RjctTm>17:00:00Z</RjctTm>", "", "2026-11-23T17:00:00Z", ""},
		{"<RjctTm>17:00:00</RjctTm>", "", "2026-11-23T17:00:00Z", ""},
		{"<RjctTm>01:00:00+08:00</RjctTm>", "", "2026-11-22T17:00:00Z", ""},
		{"<RjctTm>24:00:00Z</RjctTm>", "", "2026-11-24T00:00:00Z", ""},
		{"<TillTm>16:30:00Z</TillTm>", "", "2026-11-23T16:30:00Z", ""},
		{"<TillTm>16:30:00Z</TillTm><RjctTm>17:00:00Z</RjctTm>", "", "2026-11-23T16:30:00Z", ""},
		{"<TillTm>18:30:00Z</TillTm><RjctTm>17:00:00Z</RjctTm>", "", "2026-11-23T17:00:00Z", ""},
		{"<FrTm>10:00:00.5Z</FrTm>", "2026-11-23T10:00:00.5Z", "", ""},
		{"<FrTm>10:00:00Z</FrTm><RjctTm>17:00:00Z</RjctTm>", "2026-11-23T10:00:00Z", "2026-11-23T17:00:00Z", ""},
		{"<FrTm>17:00:00Z</FrTm><RjctTm>17:00:00Z</RjctTm>", "2026-11-23T17:00:00Z", "2026-11-23T17:00:00Z", "CH16"},
		{"<CLSTm>10:00:00Z</CLSTm>", "", "", ""},
	}
	const end = "</IntrBkSttlmDt>"
	for _, c := range cases {
		raw := samplePayment(t, end, end+"<SttlmTmReq>"+c.times+"</SttlmTmReq>")
		read := readLetter(raw, mustBIC(t, testBanks[0]), at("2026-11-23T09:00:00Z"), newRig(t).directory)
		p := read.letter.Payments[0]
		if p.EarliestTime != at(c.earliest) || p.RejectTime != at(c.reject) || p.Refusal.Code != c.refusal {
			t.Errorf("%s: from %v until %v, refused %q", c.times, timeOf(p.EarliestTime), timeOf(p.RejectTime), p.Refusal)
		}
	}
	t.Logf("%d cases", len(cases))
}
