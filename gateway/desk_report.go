package gateway

import (
	"time"

	"dragoman/messages"
	"dragoman/messages/schema"
	"dragoman/routing"
	"dragoman/settlement"
)

// maxReports bounds the reports that one camt.060 may ask for.
const maxReports = 16

// reporting reads a question for reports or statements (camt.060).
func (f *facts) reporting() bool {
	v, ok := messages.ViewReportingRequest(f.message)
	if !ok {
		return false
	}
	f.letter.ID = v.Group().MessageID()
	for request := range v.Requests() {
		report, why := f.reportRequest(request)
		if len(f.letter.Reports) == maxReports {
			why = settlement.Reason{Code: "CH16", Text: "more than 16 reports are asked for in one message"}
		}
		if why.Code != "" {
			f.letter.Refusal = why
			return true
		}
		f.letter.Reports = append(f.letter.Reports, report)
	}
	return true
}

// reportRequest reads one request, or says why it cannot be answered whatever the
// books hold.
func (f *facts) reportRequest(r messages.ReportRequestView) (routing.Report, settlement.Reason) {
	report := routing.Report{ID: r.RequestID(), Type: r.MessageName(), Account: r.Account().Identification()}
	refusal := func(code, text string) (routing.Report, settlement.Reason) {
		return report, settlement.Reason{Code: code, Text: text}
	}
	switch kind := messages.KindOf(report.Type); {
	case !isReport(kind):
		return refusal("CH16", report.Type+" is not reported here: ask for camt.052, camt.053 or camt.054")
	case len(report.Type) > len(kind) && schema.Lookup(report.Type) == nil:
		return refusal("CH16", "version "+report.Type+" is not known here")
	case !f.ownBIC(r.Owner().BICText()):
		return refusal("DS0H", "the account is not the sender's")
	case r.Sequence().Exists():
		return refusal("CH17", "reports have no numbers here: name a period (RptgPrd) and leave out RptgSeq")
	case r.Child("ReqdTxTp").Exists():
		return refusal("CH17", "all booked entries are reported: leave out ReqdTxTp")
	case !r.Child("RptgPrd").Exists():
		return refusal("CH21", "a closed period (RptgPrd) is needed")
	case r.QueryType() != "ALLL":
		return refusal("CH16", "query type "+r.QueryType()+" is not answered here: ask for ALLL")
	}
	var ok bool
	if report.From, report.To, ok = period(r.Dates(), r.Times()); !ok {
		return refusal("DT01", "the period must have a beginning and a later end")
	}
	return report, settlement.Reason{}
}

// ownBIC tells whether text, where it is a BIC, is the sender's.
func (f *facts) ownBIC(text string) bool {
	bic, err := messages.ParseBIC(text)
	return err != nil || bic.Institution() == f.letter.Sender.Institution()
}

// period is the interval that dates and times of day name together: the first
// moment that belongs to it and the first that does not. Days begin at midnight
// in UTC where no offset is written; the last day belongs to the interval whole,
// unless a time ends it.
func period(dates, times messages.PeriodView) (from, to settlement.Moment, ok bool) {
	from, ok = moment(dates.FromText(), times.FromText(), 0)
	if !ok {
		return 0, 0, false
	}
	to, ok = moment(dates.ToText(), times.ToText(), 1)
	return from, to, ok && from < to
}

// moment is a time on a date or, without a time, midnight so many days later.
func moment(date, clock string, days int) (settlement.Moment, bool) {
	day, err := messages.ParseDate(date)
	if err != nil {
		return 0, false
	}
	if clock == "" {
		return bounded(day.StartIn(time.UTC).AddDate(0, 0, days))
	}
	t, err := messages.ParseTimeOfDay(clock)
	if err != nil {
		return 0, false
	}
	zone := time.UTC
	if minutes, known := t.Offset(); known {
		zone = time.FixedZone("", minutes*60)
	}
	return bounded(day.StartIn(zone).Add(t.SinceMidnight()))
}

// bounded is a time as a moment, which counts nanoseconds for some centuries.
func bounded(t time.Time) (settlement.Moment, bool) {
	return settlement.Moment(t.UnixNano()), t.Year() > 1970 && t.Year() < 2200
}
