package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// What is told of netting cycles: camt.088 to everybody in one, pacs.029 and what became
// of it to whoever issues the currency.

// Versions for those who have not said which they want.
const (
	defaultNetReport  = "camt.088.001.03"
	defaultSettlement = "pacs.029.001.02"
)

// Words of net reports.
const (
	netService = "DEFERRED-NET"
	netClosed  = "CYCLE"
	netFinal   = "FINAL"
)

// netting writes what is told of a cycle.
func (a *answer) netting() error {
	cycle := a.cycles[a.notice.Cycle]
	switch a.notice.Kind { //nolint:exhaustive // the caller has seen to that
	case settlement.NoticePosition:
		return a.netReport(&cycle)
	case settlement.NoticeNetting:
		return a.netRequest(&cycle)
	}
	id := nettingID(cycle.ID, a.notice.Final)
	version := a.version("pacs.029", "", defaultSettlement)
	return a.reportTo(version, messages.StatusReport{
		Original: messages.OriginalGroup{MessageID: id, MessageName: version}, GroupStatus: string(a.notice.Status), GroupReasons: reasons(a.notice.Reason),
	}, store.Record{Payment: a.notice.Payment})
}

// netReport tells one participant its position.
func (a *answer) netReport(cycle *settlement.Cycle) error {
	p := a.notice.Positions[0]
	amount, direction := p.Net(), "RECE"
	switch {
	case amount < 0:
		amount, direction = -amount, "PAYM"
	case amount == 0:
		direction = "NONE"
	}
	money, err := messages.NewMoney(amount, cycle.Currency)
	if err != nil {
		return err
	}
	date, err := messages.ParseDate(a.directory.SettlementDate(cycle.Currency, cycle.Closed).String())
	if err != nil {
		return err
	}
	self, to := messages.NettingParty{BIC: a.directory.Self}, messages.NettingParty{BIC: a.to.BIC}
	report := messages.NetReport{
		MessageID: a.id, Created: a.created(), CutOff: timeOfDay(cycle.Closed), Date: date, ValueDate: date,
		Type: netClosed, ServiceType: netService, Servicer: self, Page: messages.Page{Number: 1, Last: true}, Participant: to,
		Obligations: []messages.NetObligation{{
			ID: nettingID(cycle.ID, false), Amount: money, Direction: direction, Participant: to, Counterparty: self, TradeCount: int(p.Payments), //nolint:gosec // a count
		}},
	}
	if a.notice.Final {
		report.Type = netFinal
	}
	definition := a.version("camt.088", "", defaultNetReport)
	document, err := report.Write(definition)
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{})
}

// netRequest tells whoever issues the currency what is to move.
func (a *answer) netRequest(cycle *settlement.Cycle) error {
	id := nettingID(cycle.ID, a.notice.Final)
	request := messages.SettlementRequest{
		InstructionID: id, InstructionPriority: "HIGH", Priority: "URGT", Cycle: fmt.Sprintf("%s-%d", cycle.Currency.Code(), cycle.ID),
	}
	for i, p := range a.notice.Positions {
		direction, amount := "CRDT", p.Net()
		if amount < 0 {
			direction, amount = "DBIT", -amount
		}
		money, err := messages.NewMoney(amount, cycle.Currency)
		if err != nil {
			return err
		}
		account := a.directory.Accounts[p.Account-1]
		owner, _ := a.directory.ByID(account.Owner)
		request.Movements = append(request.Movements, messages.Movement{
			ID: fmt.Sprintf("%s-%d", id, i+1), Sequence: i + 1, Amount: money, Direction: direction,
			Participant: messages.Party{BIC: owner.BIC}, ParticipantAccount: messages.Account{Other: a.directory.AccountName(account), Currency: cycle.Currency.Code()},
		})
	}
	a.id = id
	definition := a.version("pacs.029", "", defaultSettlement)
	document, err := messages.MultilateralSettlement{MessageID: id, Created: a.created(), Requests: []messages.SettlementRequest{request}}.Write(definition)
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{})
}
