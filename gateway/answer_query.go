package gateway

import (
	"slices"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Answers to questions about a bank's own accounts, as they stand when the question
// is applied.

// disclosed answers a question: for statements, or for how accounts stand.
func (a *answer) disclosed() error {
	m, err := a.message(a.notice.Message)
	if err != nil {
		return err
	}
	asked := a.ahead[m.Record] // a question is answered in its own group
	if !isQuery(messages.KindOf(asked.letter.Type)) {
		return a.statements()
	}
	definition, head := a.answerTo(said{kind: asked.letter.Type, id: reference(asked.letter.ID)})
	head.Query, head.RequestType = messages.QueryIn(asked.read()), messages.AnswerTo(asked.read()).RequestType
	var document []byte
	switch messages.KindOf(definition) {
	case "camt.004":
		document, err = a.accountAnswer(asked.letter, head).Write(definition)
	case "camt.006":
		document, err = a.transactionAnswer(asked.letter, head).Write(definition)
	case "camt.010":
		document, err = a.limitAnswer(asked.letter, head).Write(definition)
	case "camt.047":
		document, err = a.reservationAnswer(asked.letter, head).Write(definition)
	}
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{First: true})
}

// nothingFound is the error of an answer that would hold nothing.
var nothingFound = []messages.QueryError{{Code: codeNotFound, Description: "there is nothing of that kind"}}

// wallets are the accounts of the sender that are asked for.
func (a *answer) wallets(l *routing.Letter) (all []routing.Account) {
	for _, account := range a.directory.Accounts {
		if account.Owner == a.to.ID && account.Role == settlement.RoleWallet && slices.ContainsFunc(searches(l), func(s routing.Search) bool {
			return routing.Fits(s.Accounts, a.directory.AccountName(account)) && routing.Fits(s.Currencies, account.Currency.Code())
		}) {
			all = append(all, account)
		}
	}
	return all
}

// searches are those of a question; one that names none asks for all.
func searches(l *routing.Letter) []routing.Search {
	if len(l.Searches) == 0 {
		return make([]routing.Search, 1)
	}
	return l.Searches
}

// money is an amount in the currency of an account; what is used of limits may be
// below zero.
func money(minor int64, currency messages.Currency) messages.Money {
	m, err := messages.NewMoney(minor, currency)
	if err != nil {
		panic(err) // no account holds as much
	}
	return m
}

func (a *answer) isoAccount(account routing.Account) messages.Account {
	return messages.Account{Other: a.directory.AccountName(account), Currency: account.Currency.Code()}
}

// accountAnswer tells balances and limits. What is booked and what may be spent are
// the balances.
func (a *answer) accountAnswer(l *routing.Letter, head messages.Answer) messages.AccountAnswer {
	answer := messages.AccountAnswer{Answer: head}
	now := messages.Moment{Time: dateTime(a.engine.Now())}
	for _, account := range a.wallets(l) {
		stands, _ := a.engine.Account(account.ID)
		p := messages.AccountPosition{
			Account: a.isoAccount(account), Owner: messages.Party{BIC: a.to.BIC}, Servicer: messages.Agent{BIC: a.directory.Self},
		}
		for _, b := range []struct {
			kind   string
			amount int64
		}{{"BOOK", stands.Posted}, {"AVLB", stands.Available()}} {
			p.Balances = append(p.Balances, messages.SystemBalance{Type: b.kind, Amount: money(b.amount, account.Currency), Status: "STLD", ValueDate: now, ProcessingDate: now})
		}
		for _, c := range a.engine.Controls(account.ID) {
			limit := messages.AccountLimit{Amount: money(c.Amount, account.Currency), Direction: messages.Debit}
			switch c.Kind {
			case settlement.ControlMultilateral:
				p.MultilateralLimit = limit
			case settlement.ControlBilateral:
				limit.Counterparty = messages.Agent{BIC: a.ownerOf(c.Towards)}
				limit.Balances = []messages.SystemBalance{{Type: "LRLD", Amount: money(c.Left(), account.Currency), Status: "STLD", ValueDate: now}}
				p.BilateralLimits = append(p.BilateralLimits, limit)
			case settlement.ControlReservation:
			}
		}
		answer.Accounts = append(answer.Accounts, p)
	}
	if len(answer.Accounts) == 0 {
		answer.Errors = nothingFound
	}
	return answer
}

// enabled is the status of limits and reservations that hold.
const enabled = "ENAB"

func (a *answer) limitAnswer(l *routing.Letter, head messages.Answer) messages.LimitAnswer {
	answer := messages.LimitAnswer{Answer: head}
	for _, account := range a.wallets(l) {
		for _, c := range a.engine.Controls(account.ID) {
			id := messages.LimitID{Type: limitMultilateral, Owner: messages.Agent{BIC: a.to.BIC}, Account: a.isoAccount(account)}
			towards := ""
			switch c.Kind {
			case settlement.ControlReservation:
				continue
			case settlement.ControlBilateral:
				id.Type, id.Counterparty = limitBilateral, messages.Agent{BIC: a.ownerOf(c.Towards)}
				towards = id.Counterparty.BIC.Full()
			case settlement.ControlMultilateral:
			}
			if slices.ContainsFunc(searches(l), func(s routing.Search) bool { return routing.Fits(s.Types, id.Type) && routing.Fits(s.Towards, towards) }) {
				answer.Current = append(answer.Current, limitReport(id, &c, account.Currency))
			}
		}
	}
	if len(answer.Current) == 0 {
		answer.Errors = nothingFound
	}
	return answer
}

// limitReport tells a limit, what is used of it and what is left. What came in
// beyond what was paid is a credit; what is above the limit since it was lowered
// leaves nothing.
func limitReport(id messages.LimitID, c *settlement.Control, currency messages.Currency) messages.LimitReport {
	used := c.Used + c.Promised
	report := messages.LimitReport{
		ID: id, Amount: money(c.Amount, currency), Direction: messages.Debit, Status: enabled, Used: money(max(used, -used), currency), UsedDirection: messages.Debit,
		Remaining: money(max(c.Left(), 0), currency),
	}
	if used < 0 {
		report.UsedDirection = messages.Credit
	}
	return report
}

func (a *answer) reservationAnswer(l *routing.Letter, head messages.Answer) messages.ReservationAnswer {
	answer := messages.ReservationAnswer{Answer: head}
	for _, account := range a.wallets(l) {
		for _, c := range a.engine.Controls(account.ID) {
			id := messages.ReservationID{Type: reservationUrgent, Owner: messages.Agent{BIC: a.to.BIC}, Account: a.isoAccount(account)}
			if c.Band == settlement.BandHigh {
				id.Type = reservationHigh
			}
			if c.Kind == settlement.ControlReservation && slices.ContainsFunc(searches(l), func(s routing.Search) bool { return routing.Fits(s.Types, id.Type) }) {
				answer.Current = append(answer.Current, messages.ReservationReport{ID: id, Amount: money(c.Left(), account.Currency), Status: enabled})
			}
		}
	}
	if len(answer.Current) == 0 {
		answer.Errors = nothingFound
	}
	return answer
}
