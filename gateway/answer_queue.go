package gateway

import (
	"slices"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// openFor are the payments of the sender that have not ended and that a question
// asks for.
func (w *work) openFor(l *routing.Letter, sender *routing.Participant) []settlement.Payment {
	return slices.DeleteFunc(w.engine.OpenOf(sender.ID), func(p settlement.Payment) bool {
		f, err := decodeFacts(p.Facts)
		return err != nil || f.MessageType == typeDecision || !slices.ContainsFunc(searches(l), func(s routing.Search) bool {
			return routing.Fits(s.UETRs, uetrOf(&p)) && routing.Fits(s.EndToEnds, f.EndToEndID) && routing.Fits(s.TxIDs, f.TxID) && routing.Fits(s.MessageIDs, f.MessageID) &&
				routing.Fits(s.Currencies, f.Currency.Code()) && routing.Fits(s.Priorities, isoPriorities[p.Band])
		})
	})
}

// isoPriorities are the bands as ISO 20022 says them.
var isoPriorities = [...]string{settlement.BandUrgent: "URGT", settlement.BandHigh: "HIGH", settlement.BandNormal: "NORM"}

// pendingSettlement is how a camt.006 says that a payment has not settled. That
// compliance holds one is not for outside.
const pendingSettlement = "PSTL"

// transactionAnswer tells of payments that have not ended.
func (a *answer) transactionAnswer(l *routing.Letter, head messages.Answer) messages.TransactionAnswer {
	answer := messages.TransactionAnswer{Answer: head}
	for _, p := range a.openFor(l, a.to) {
		f, _ := decodeFacts(p.Facts)
		report := messages.TransactionReport{
			Reference: messages.PaymentReference{UETR: f.UETR, TransactionID: f.TxID, Proprietary: first(f.EndToEndID, f.UETR)}, Direction: messages.Debit,
			From: messages.SystemMember{Member: messages.Agent{BIC: a.to.BIC}},
			Payment: messages.QueuedPayment{
				MessageID: f.MessageID, EndToEndID: f.EndToEndID, TransactionID: f.TxID, MessageName: f.MessageType, Priority: isoPriorities[p.Band],
				Amount: money(f.Amount, f.Currency), InstructingAgent: messages.Agent{BIC: a.to.BIC},
				Statuses: []messages.QueueStatus{{Code: pendingSettlement, Time: messages.Moment{Time: dateTime(p.Arrived)}}},
			},
		}
		if receiver, known := a.directory.ByID(p.Receiver); known {
			report.To.Member, report.Payment.InstructedAgent = messages.Agent{BIC: receiver.BIC}, messages.Agent{BIC: receiver.BIC}
		}
		if p.Reject != 0 {
			report.Payment.Processing.To = dateTime(p.Reject)
		}
		answer.Transactions = append(answer.Transactions, report)
	}
	if len(answer.Transactions) == 0 {
		answer.Errors = nothingFound
	}
	return answer
}
