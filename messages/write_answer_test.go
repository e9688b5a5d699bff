package messages_test

import (
	"iter"
	"slices"
	"strconv"
	"testing"

	"dragoman/messages"
)

func sampleBalance(amount string) messages.SystemBalance {
	return messages.SystemBalance{
		Type: "AVLB", Amount: money(amount), Status: "STLD", Payments: 12,
		ValueDate: moment("2026-03-04"), ProcessingDate: moment("2026-03-04T09:30:00Z"),
	}
}

func balanceSeen(b messages.SystemBalance, v messages.SystemBalanceView) []seen {
	return []seen{
		{"balance", b.Amount.String(), saidSigned(v.Signed())},
		{"balance currency", b.Amount.Currency().Code(), v.CurrencyCode()},
		{"balance type", b.Type, v.Type()},
		{"balance status", b.Status, v.Status()},
		{"value date", b.ValueDate.String(), v.ValueDateText()},
		{"processing date", b.ProcessingDate.String(), v.ProcessingDateText()},
		{"payments", strconv.Itoa(b.Payments), v.PaymentCountText()},
	}
}

func TestWriteAccountAnswer(t *testing.T) {
	eachVersion(t, "camt.004", 3, func(t *testing.T, id string) {
		a := messages.AccountAnswer{Answer: answerTo(t, "camt.003.001.07"), Accounts: []messages.AccountPosition{{
			Account:           ownAccount,
			Owner:             messages.Party{Name: "Bank B"},
			Servicer:          agent("CENTDEFF"),
			MultilateralLimit: messages.AccountLimit{Amount: money("EUR 500000.00"), Direction: messages.Debit},
			Balances:          []messages.SystemBalance{sampleBalance("EUR 1200000.05"), sampleBalance("EUR -0.01")},
			BilateralLimits: []messages.AccountLimit{{
				Counterparty: agent("BANKFRPP"), Amount: money("EUR 300.00"), Direction: messages.Credit,
				Balances: []messages.SystemBalance{sampleBalance("EUR 7.00")},
			}},
		}, {
			Account: nostro, Errors: []messages.QueryError{{Code: "T001", Description: "no such account"}},
		}}}
		raw, err := a.Write(id)
		v, ok := messages.ViewAccountAnswer(readWritten(t, id, raw, err))
		if !ok {
			t.Fatal("no view")
		}
		got := slices.Collect(v.Accounts())
		if len(got) != 2 {
			t.Fatalf("%d accounts, want 2", len(got))
		}
		p, want := got[0], a.Accounts[0]
		balances, limits := slices.Collect(p.Balances()), slices.Collect(p.BilateralLimits())
		fields := answerSeen(a.Answer, v.Group(), v.Query(), v.QueryName(), v.RequestType())
		fields = append(fields, []seen{
			{"account", ownIBAN.String(), p.Account().IBANText()},
			{"name", want.Account.Name, p.Name()},
			{"type", want.Account.Type, p.Type()},
			{"currency", want.Account.Currency, p.CurrencyCode()},
			{"owner", want.Owner.Name, p.Owner().Name()},
			{"servicer", "CENTDEFF", p.Servicer().BICText()},
			{"multilateral limit", "EUR 500000.00", said(p.MultilateralLimit().Amount())},
			{"multilateral limit direction", messages.Debit, p.MultilateralLimit().Direction()},
			{"counterparty", "BANKFRPP", limits[0].Counterparty().BICText()},
			{"bilateral limit", "EUR 300.00", said(limits[0].Amount())},
			{"bilateral limit direction", messages.Credit, limits[0].Direction()},
			{"bilateral balance", "EUR 7.00", saidSigned(head(limits[0].Balances()).Signed())},
			{"second account", "NOSTRO-7", got[1].Account().Other()},
		}...)
		for i, b := range want.Balances {
			fields = append(fields, balanceSeen(b, balances[i])...)
		}
		fields = append(fields, errorSeen(a.Accounts[1].Errors, slices.Collect(got[1].Errors()))...)
		compareSeen(t, id, fields)
	})
}

// The balances of a camt.004 are in the currency of their account: another one
// must not get lost.
func TestWriteAccountAnswerRefusesOtherCurrency(t *testing.T) {
	a := messages.AccountAnswer{Answer: answerTo(t, "camt.003.001.08"), Accounts: []messages.AccountPosition{{
		Account: ownAccount, Balances: []messages.SystemBalance{sampleBalance("USD 5.00")},
	}}}
	if raw, err := a.Write("camt.004.001.08"); err == nil {
		t.Errorf("written: %s", raw)
	}
}

// An answer and the reason why there is none exclude each other, and neither is
// no answer.
func TestWriteAnswerOrErrors(t *testing.T) {
	failed := answerTo(t, "camt.003.001.08")
	failed.Errors = []messages.QueryError{{Code: "X001", Description: "closed"}, {Code: "not an external code"}}
	accounts := []messages.AccountPosition{{Account: ownAccount}}
	if _, err := (messages.AccountAnswer{Answer: failed, Accounts: accounts}).Write("camt.004.001.10"); err == nil {
		t.Error("an answer with accounts and errors was written")
	}
	if _, err := (messages.AccountAnswer{Answer: answerTo(t, "camt.003.001.08")}).Write("camt.004.001.10"); err == nil {
		t.Error("an answer without accounts and errors was written")
	}
	if _, err := (messages.AccountAnswer{Answer: failed}).Write("camt.010.001.09"); err == nil {
		t.Error("accounts were written as limits")
	}
	for _, kind := range []string{"camt.004", "camt.006", "camt.010", "camt.017", "camt.019", "camt.047"} {
		eachVersion(t, kind, 1, func(t *testing.T, id string) {
			if kind == "camt.017" { // with its own, shorter codes
				failed.Errors = []messages.QueryError{{Code: "X020", Description: "closed"}, {Code: "Z9"}}
			}
			raw, err := failedAnswer(failed, id)
			m := readWritten(t, id, raw, err)
			compareSeen(t, id, errorSeen(failed.Errors, slices.Collect(answerErrors(m))))
		})
	}
}

func failedAnswer(a messages.Answer, id string) ([]byte, error) {
	switch messages.KindOf(id) {
	case "camt.004":
		return messages.AccountAnswer{Answer: a}.Write(id)
	case "camt.006":
		return messages.TransactionAnswer{Answer: a}.Write(id)
	case "camt.010":
		return messages.LimitAnswer{Answer: a}.Write(id)
	case "camt.017":
		return messages.RateAnswer{Answer: a}.Write(id)
	case "camt.019":
		return messages.BusinessDayAnswer{Answer: a}.Write(id)
	default:
		return messages.ReservationAnswer{Answer: a}.Write(id)
	}
}

func answerErrors(m *messages.Message) iter.Seq[messages.ErrorView] {
	account, _ := messages.ViewAccountAnswer(m)
	transaction, _ := messages.ViewTransactionAnswer(m)
	limit, _ := messages.ViewLimitAnswer(m)
	rate, _ := messages.ViewRateAnswer(m)
	day, _ := messages.ViewBusinessDayAnswer(m)
	reservation, _ := messages.ViewReservationAnswer(m)
	return func(yield func(messages.ErrorView) bool) {
		for _, all := range []iter.Seq[messages.ErrorView]{
			account.Errors(), transaction.Errors(), limit.Errors(), rate.Errors(), day.Errors(), reservation.Errors(),
		} {
			for e := range all {
				if !yield(e) {
					return
				}
			}
		}
	}
}

func TestWriteLimitAnswer(t *testing.T) {
	eachVersion(t, "camt.010", 2, func(t *testing.T, id string) {
		full := messages.LimitReport{
			ID: messages.LimitID{
				System: messages.System{Code: "TGT"}, Counterparty: agent("BANKFRPP"), Type: "BILI",
				Owner: agent("BANKDEFF"), Account: ownAccount,
			},
			Amount: money("EUR 1000.00"), Direction: messages.Debit, Status: "ENAB", Start: moment("2026-03-04"),
			Used: money("EUR 250.00"), UsedDirection: messages.Credit, UsedPercent: "25", Remaining: money("EUR 750.00"),
		}
		a := messages.LimitAnswer{
			Answer:  answerTo(t, "camt.009.001.08"),
			Current: []messages.LimitReport{full, {ID: messages.LimitID{System: messages.System{Country: "DE"}, Type: "own type"}, Errors: []messages.QueryError{{Code: "T1"}}}},
			Default: []messages.LimitReport{{ID: messages.LimitID{Type: "MULT"}, Amount: money("JPY 5000")}},
		}
		raw, err := a.Write(id)
		v, ok := messages.ViewLimitAnswer(readWritten(t, id, raw, err))
		current, defaults := slices.Collect(v.Current()), slices.Collect(v.Default())
		if !ok || len(current) != 2 || len(defaults) != 1 {
			t.Fatalf("%t: %d and %d limits, want 2 and 1", ok, len(current), len(defaults))
		}
		l := current[0]
		fields := answerSeen(a.Answer, v.Group(), v.Query(), v.QueryName(), v.RequestType())
		fields = append(fields, errorSeen(a.Current[1].Errors, slices.Collect(current[1].Errors()))...)
		compareSeen(t, id, append(fields, []seen{
			{"system", "TGT", l.ID().System().Code()},
			{"counterparty", "BANKFRPP", l.ID().Counterparty().BICText()},
			{"type", "BILI", l.ID().Type()},
			{"owner", "BANKDEFF", l.ID().Owner().BICText()},
			{"account", ownIBAN.String(), l.ID().Account().IBANText()},
			{"amount", "EUR 1000.00", said(l.Amount())},
			{"direction", messages.Debit, l.Direction()},
			{"status", "ENAB", l.Status()},
			{"start", "2026-03-04", l.StartText()},
			{"used", "EUR 250.00", said(l.Used())},
			{"used direction", messages.Credit, l.UsedDirection()},
			{"used percent", "25", l.UsedPercentText()},
			{"remaining", "EUR 750.00", said(l.Remaining())},
			{"second system", "DE", current[1].ID().System().Country()},
			{"second type", "own type", current[1].ID().Type()},
			{"default", "JPY 5000", said(defaults[0].Amount())},
		}...))
	})
}

func TestWriteReservationAnswer(t *testing.T) {
	eachVersion(t, "camt.047", 3, func(t *testing.T, id string) {
		a := messages.ReservationAnswer{
			Answer: answerTo(t, "camt.046.001.05"),
			Current: []messages.ReservationReport{{
				ID: messages.ReservationID{
					ReservationID: "RES-1", System: messages.System{Code: "an own system"}, Type: "HPAR",
					Owner: agent("BANKDEFF"), Account: nostro,
				},
				Amount: money("EUR 5000.00"), Status: "ENAB", Start: moment("2026-03-04T08:00:00+01:00"),
			}},
			Default: []messages.ReservationReport{{
				ID: messages.ReservationID{Type: "own"}, Errors: []messages.QueryError{{Code: "T1", Description: "none"}},
			}},
		}
		raw, err := a.Write(id)
		v, ok := messages.ViewReservationAnswer(readWritten(t, id, raw, err))
		current, defaults := slices.Collect(v.Current()), slices.Collect(v.Default())
		if !ok || len(current) != 1 || len(defaults) != 1 {
			t.Fatalf("%t: %d and %d reservations, want 1 and 1", ok, len(current), len(defaults))
		}
		r := current[0]
		fields := answerSeen(a.Answer, v.Group(), v.Query(), v.QueryName(), v.RequestType())
		fields = append(fields, errorSeen(a.Default[0].Errors, slices.Collect(defaults[0].Errors()))...)
		compareSeen(t, id, append(fields, []seen{
			{"reservation", "RES-1", r.ID().ReservationID()},
			{"system", "an own system", r.ID().System().Code()},
			{"type", "HPAR", r.ID().Type()},
			{"owner", "BANKDEFF", r.ID().Owner().BICText()},
			{"account", "NOSTRO-7", r.ID().Account().Other()},
			{"amount", "EUR 5000.00", said(r.Amount())},
			{"status", "ENAB", r.Status()},
			{"start", "2026-03-04T08:00:00+01:00", r.StartText()},
			{"default type", "own", defaults[0].ID().Type()},
		}...))
	})
}

func TestWriteNoLimitsAndReservations(t *testing.T) {
	raw, err := messages.LimitAnswer{Answer: answerTo(t, "camt.009.001.08")}.Write("camt.010.001.09")
	v, _ := messages.ViewLimitAnswer(readWritten(t, "camt.010.001.09", raw, err))
	raw, err = messages.ReservationAnswer{Answer: answerTo(t, "camt.046.001.08")}.Write("camt.047.001.08")
	r, _ := messages.ViewReservationAnswer(readWritten(t, "camt.047.001.08", raw, err))
	if n := count(v.Current()) + count(v.Default()) + count(r.Current()) + count(r.Default()); n != 0 {
		t.Errorf("%d limits and reservations, want none", n)
	}
}
