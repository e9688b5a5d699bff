package messages_test

import (
	"slices"
	"testing"

	"dragoman/messages"
)

func TestWriteRateAnswer(t *testing.T) {
	eur, usd := messages.MustCurrency("EUR"), messages.MustCurrency("USD")
	rate := must(messages.ParseDecimal("1.0834567891"))
	eachVersion(t, "camt.017", 2, func(t *testing.T, id string) {
		a := messages.RateAnswer{Answer: answerTo(t, "camt.003.001.08"), Rates: []messages.Rate{{
			Source: eur, Target: usd, Rate: rate, QuotedIn: usd, Quoted: createdTime,
			Lowest:  messages.RateLimit{Rate: must(messages.ParseDecimal("1.07"))},
			Highest: messages.RateLimit{Percent: must(messages.ParseDecimal("2.5"))},
		}, {
			Source: usd, Target: eur, Errors: []messages.QueryError{{Code: "X030", Description: "no rate"}},
		}}}
		raw, err := a.Write(id)
		v, ok := messages.ViewRateAnswer(readWritten(t, id, raw, err))
		rates := slices.Collect(v.Rates())
		if !ok || len(rates) != 2 {
			t.Fatalf("%t: %d rates, want 2", ok, len(rates))
		}
		fields := answerSeen(a.Answer, v.Group(), v.Query(), v.QueryName(), v.RequestType())
		fields = append(fields, errorSeen(a.Rates[1].Errors, slices.Collect(rates[1].Errors()))...)
		compareSeen(t, id, append(fields, []seen{
			{"source", "EUR", rates[0].Pair().SourceCode()},
			{"target", "USD", rates[0].Pair().TargetCode()},
			{"rate", "1.0834567891", must(rates[0].Rate()).String()},
			{"quoted in", "USD", rates[0].QuotedCode()},
			{"quoted", createdTime.String(), rates[0].QuotedText()},
			{"lowest", sinceVersion(id, 5, "1.07"), rates[0].Lowest().RateText()},
			{"highest", sinceVersion(id, 5, "2.5"), rates[0].Highest().PercentText()},
			{"second source", "USD", rates[1].Pair().SourceCode()},
		}...))
	})
}

func TestWriteBusinessDayAnswer(t *testing.T) {
	eachVersion(t, "camt.019", 1, func(t *testing.T, id string) {
		until := must(messages.ParseDateTime("2026-03-04T18:00:00+01:00"))
		a := messages.BusinessDayAnswer{Answer: answerTo(t, "camt.018.001.05"), Days: []messages.BusinessDay{{
			Systems: []messages.System{{Code: "TGT"}, {Country: "DE"}},
			Date:    moment("2026-03-04"), Status: "ACTV", StatusValidity: messages.Period{From: createdTime, To: until},
			Hours: []messages.SystemHours{{
				Currency: messages.MustCurrency("EUR"),
				Opens:    must(messages.ParseTimeOfDay("07:00:00")), Closes: must(messages.ParseTimeOfDay("18:00:00")),
				Events: []messages.SystemEvent{
					{Type: "ZCOT", Scheduled: createdTime, Effective: until, Start: createdTime, End: until},
					{Type: "an own event", Scheduled: createdTime},
				},
				Closures: []messages.SystemClosure{{Period: messages.Period{To: until}, Reason: "SMTN"}, {Reason: "own"}},
			}, {}},
		}, {
			Systems: []messages.System{{Code: "an unknown system"}}, Errors: []messages.QueryError{{Code: "T1", Description: "unknown"}},
		}}}
		raw, err := a.Write(id)
		v, ok := messages.ViewBusinessDayAnswer(readWritten(t, id, raw, err))
		days := slices.Collect(v.Days())
		if !ok || len(days) != 2 {
			t.Fatalf("%t: %d days, want 2", ok, len(days))
		}
		systems, hours := slices.Collect(days[0].Systems()), head(days[0].Hours())
		events, closures := slices.Collect(hours.Events()), slices.Collect(hours.Closures())
		fields := answerSeen(a.Answer, v.Group(), v.Query(), v.QueryName(), v.RequestType())
		fields = append(fields, errorSeen(a.Days[1].Errors, slices.Collect(days[1].Errors()))...)
		compareSeen(t, id, append(fields, []seen{
			{"system", "TGT", systems[0].Code()},
			{"country", "DE", systems[1].Country()},
			{"date", "2026-03-04", days[0].DateText()},
			{"status", "ACTV", days[0].Status()},
			{"status from", createdTime.String(), days[0].StatusValidity().FromText()},
			{"status to", until.String(), days[0].StatusValidity().ToText()},
			{"currency", "EUR", hours.CurrencyCode()},
			{"opens", "07:00:00", hours.Session().FromText()},
			{"closes", "18:00:00", hours.Session().ToText()},
			{"event", "ZCOT", events[0].Type()},
			{"scheduled", createdTime.String(), events[0].ScheduledText()},
			{"effective", until.String(), events[0].EffectiveText()},
			{"start", createdTime.String(), events[0].StartText()},
			{"end", until.String(), events[0].EndText()},
			{"own event", "an own event", events[1].Type()},
			{"closed until", until.String(), closures[0].Period().ToText()},
			{"closed from", "", closures[0].Period().FromText()},
			{"closure", "SMTN", closures[0].Reason()},
			{"own closure", "own", closures[1].Reason()},
			{"unknown system", "an unknown system", head(days[1].Systems()).Code()},
		}...))
	})
}
