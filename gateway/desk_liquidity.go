package gateway

import (
	"strings"

	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/routing"
	"dragoman/settlement"
)

// liquidity reads a transfer of a bank's own money (camt.050) or the answer of
// an issuer to one (camt.025).
func (f *facts) liquidity() bool {
	if v, ok := messages.ViewLiquidityCreditTransfer(f.message); ok {
		f.letter.ID = v.Group().MessageID()
		f.transfer(v)
		return true
	}
	if v, ok := messages.ViewReceipt(f.message); ok {
		f.letter.ID = v.Group().MessageID()
		f.receipt(v)
		return true
	}
	return false
}

// transfer gathers the facts of a camt.050. Its kind is found by the directory.
func (f *facts) transfer(v messages.LiquidityCreditTransferView) {
	id := v.PaymentID()
	p := routing.Payment{
		Kind: settlement.KindTransfer, Date: v.SettlementDateText(), Debtor: bicOf(v.Debtor()), Creditor: bicOf(v.Creditor()),
		DebitAccount: v.DebtorAccount().Identification(), CreditAccount: v.CreditorAccount().Identification(),
		InstrID: id.InstructionID(), EndToEndID: id.EndToEndID(), TxID: id.TransactionID(), UETR: id.UETRText(),
	}
	p.Amount, p.Refusal = transferAmount(v)
	sender := f.letter.Sender.Full()
	if p.UETRGiven = p.UETR != ""; p.UETRGiven {
		p.Identity = identify(sender, "camt.050", p.UETR)
	} else {
		p.Identity = identify(sender, "camt.050", f.letter.ID, p.TxID, p.EndToEndID)
		p.UETR = assigned(p.Identity)
	}
	f.letter.Payments = append(f.letter.Payments, p)
}

// transferAmount reads an amount whose currency may be implied by the accounts.
func transferAmount(v messages.LiquidityCreditTransferView) (messages.Money, settlement.Reason) {
	var implied messages.Currency
	for _, account := range []messages.AccountView{v.DebtorAccount(), v.CreditorAccount()} {
		if currency, ok := routing.CurrencyOfAccount(account.Identification()); ok {
			implied = currency
		} else if currency, err := messages.ParseCurrency(account.CurrencyCode()); err == nil {
			implied = currency
		}
	}
	if implied == 0 && v.Amount().CurrencyCode() == "" {
		return messages.Money{}, settlement.Reason{Code: "AM11", Text: "neither the amount nor an account says the currency"}
	}
	amount, err := v.Amount().MoneyIn(implied)
	if err != nil {
		return messages.Money{}, settlement.Reason{Code: "AM12", Text: err.Error()}
	}
	return amount, settlement.Reason{}
}

// The words of a camt.025, of the external request status codes.
const (
	wordAccepted = "ACPT"
	wordRejected = "RJCT"
	wordPending  = "PDNG"
	wordReceived = "RCVD"
)

// receipt gathers the facts of a camt.025: which of the gateway's own messages
// it answers, and how.
func (f *facts) receipt(v messages.ReceiptView) {
	answers := 0
	for details := range v.Details() {
		f.letter.Asked.OriginalID, f.letter.Asked.OriginalType = details.Original().MessageID(), details.Original().MessageName()
		for handling := range details.Handlings() {
			answers++
			f.letter.Verdict = routing.Verdict{Status: handling.Status(), Reason: whyNot(handling)}
		}
	}
	switch word := f.letter.Verdict.Status; {
	case answers != 1:
		f.letter.Refusal = settlement.Reason{Code: "CH16", Text: "one receipt must answer one request, once"}
	case word != wordAccepted && word != wordRejected && word != wordPending && word != wordReceived:
		f.letter.Refusal = settlement.Reason{Code: "CH16", Text: "status " + word + " is none of ACPT, RJCT, PDNG and RCVD"}
	}
}

// maxReasonText bounds what is kept of somebody's own words on a reason.
const maxReasonText = 105

// whyNot is the reason of a refusal. The first version has no element for a
// code, so that it stands at the beginning of the description.
func whyNot(h messages.HandlingView) settlement.Reason {
	if h.Status() != wordRejected {
		return settlement.Reason{}
	}
	why := settlement.Reason{Code: h.Reason().Code()}
	for text := range h.Reason().Text() {
		why.Text = text
		break
	}
	if why.Text == "" {
		why.Text = h.Description()
	}
	if why.Code == "" {
		if code, rest, _ := strings.Cut(why.Text, " "); codes.StatusReason(code).Known() {
			why.Code, why.Text = code, rest
		} else {
			why.Code = "NARR"
		}
	}
	why.Text = clipped(why.Text, maxReasonText)
	return why
}

// wordOf is what a camt.025 says to the kernel.
func wordOf(m settlement.Message, l *routing.Letter) settlement.Word {
	return settlement.Word{
		Message: m, Payment: askedPayment(l.Asked.OriginalID), Accept: l.Verdict.Status == wordAccepted,
		Later: l.Verdict.Status == wordPending || l.Verdict.Status == wordReceived, Reason: l.Verdict.Reason,
	}
}
