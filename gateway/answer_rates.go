package gateway

import (
	"slices"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/store"
)

// Questions for exchange rates (camt.016) and their answer (camt.017).

// changing reads a question for exchange rates.
func (f *facts) changing() bool {
	v, ok := messages.ViewRateQuery(f.message)
	if ok {
		f.letter.ID = v.Group().MessageID()
	}
	return ok
}

// defaultRates is the camt.017 of those who have not said which they want.
const defaultRates = "camt.017.001.04"

// maxRatesTold bounds the rates of one answer.
const maxRatesTold = 500

// exchangeRates answers a question for rates: of every pair of currencies that it
// means the best rate that stands for small amounts, or that there is none.
func (a *answer) exchangeRates(asked *ahead) error {
	question := asked.read()
	v, _ := messages.ViewRateQuery(question)
	told := messages.RateAnswer{Answer: messages.AnswerTo(question)}
	told.MessageID, told.Created = a.id, a.created()
	searches := slices.Collect(v.Pairs())
	best := map[[2]messages.Currency]int{} // where it stands in the answer
	for _, s := range a.market.All(a.engine.Now()) {
		pair := [2]messages.Currency{s.From, s.To}
		wanted := slices.ContainsFunc(searches, func(p messages.CurrencyPairView) bool {
			return slices.Contains([]string{"", s.From.Code()}, p.SourceCode()) && slices.Contains([]string{"", s.To.Code()}, p.TargetCode())
		})
		at, known := best[pair]
		switch rate := rateTold(&s); {
		case len(searches) > 0 && !wanted:
		case !known && len(told.Rates) < maxRatesTold:
			best[pair] = len(told.Rates)
			told.Rates = append(told.Rates, rate)
		case known && told.Rates[at].Rate.Cmp(rate.Rate) < 0:
			told.Rates[at] = rate
		}
	}
	if len(told.Rates) == 0 {
		told.Errors = []messages.QueryError{{Code: codeNotFound, Description: "no rate stands for these currencies"}}
	}
	definition := a.version("camt.017", question.Document().ID, defaultRates)
	document, err := told.Write(definition)
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{First: true})
}

func rateTold(s *routing.StandingRate) messages.Rate {
	return messages.Rate{Source: s.From, Target: s.To, Rate: s.Tiers[0].Rate, QuotedIn: s.To, Quoted: dateTime(s.Since)}
}
