package routing

import (
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Letter is what the desk read of a message: the parsed fields that decisions
// depend on. It stands in the log beside the message's bytes, so that a reader
// that reads better one day changes no decision of the past.
type Letter struct {
	Sender   messages.BIC // whose certificate brought it
	Test     bool         // it only tries: what would become of it is answered, and nothing moves
	Type     string       // message identifier, such as pacs.008.001.08
	ID       string       // MsgId
	Identity settlement.Identity
	Digest   settlement.Digest // of the canonical document
	Received settlement.Moment // door time
	Refusal  settlement.Reason // why the whole message is refused; empty code: it is not
	Payments []Payment
	Asked    Asked   // the request that an answer of an issuer is about
	Verdict  Verdict // of an answer: what the one who was asked says
	// Questions are the payments that a status request, a recall or a status report
	// is about, in its order.
	Questions []Question
	Reports   []Report         // that are asked for
	Controls  []ControlRequest // limits and reservations that are set or removed
	Searches  []Search         // what a question asks for; none: all
}

// Verdict is what somebody says of a payment that waits for its word.
type Verdict struct {
	Status string // ISO external request or payment status, such as ACPT or RJCT
	Reason settlement.Reason
}

// Question names one earlier payment and says what is asked or told of it.
type Question struct {
	Asked                        // what an answer repeats
	Names  []settlement.Identity // under which the payment may be known
	Says   settlement.Say        // of a report or an answer
	Reason settlement.Reason     // of a report or an answer; or why the change cannot be made
	Change QueueChange           // of a payment that waits
	Status string                // of a report: as it was said

	Whole   bool                  // all payments of the message are meant
	Final   bool                  // of an answer: nothing more will come
	Cases   []settlement.Identity // by which a case can be named
	Account Holder                // of a check: who holds the account
}

// Holder is how a check of an account names who holds it: that bank, else the one
// whose accounts begin so, else the one that the message is for.
type Holder struct {
	Bank     messages.BIC
	IBAN     string // country and first characters of the national number
	Assignee messages.BIC
}

// Report asks for the entries of an account between two moments: the first
// belongs to the interval, the last does not.
type Report struct {
	ID       string // the asker's reference
	Type     string // message identifier or kind that is asked for: camt.052, 053 or 054
	Account  string // its name; empty: all accounts of the asker
	From, To settlement.Moment
}

// Asked are the references of a question that its answer must carry.
type Asked struct {
	OriginalID   string // message identifier of the original message
	OriginalType string
	UETR         string
	EndToEndID   string
	TxID         string
	InstrID      string
}

// Payment are the facts of one payment of a letter.
type Payment struct {
	Identity settlement.Identity
	Kind     settlement.Kind
	From     messages.BIC // instructing agent
	To       messages.BIC // instructed agent
	Debtor   messages.BIC // agent whose account is debited: the debtor agent, or in pacs.009 the debtor
	Creditor messages.BIC // agent whose account is credited
	Amount   messages.Money
	Priority string // URGT, HIGH, NORM or empty
	// EarliestTime is when it may settle first, RejectTime when it is rejected if it
	// has not; 0: not said.
	EarliestTime settlement.Moment
	RejectTime   settlement.Moment
	Date         string            // interbank settlement date, as received
	Refusal      settlement.Reason // what the desk found wrong with it
	InstrID      string
	EndToEndID   string
	TxID         string
	UETR         string // as received, or as the desk assigned it
	UETRGiven    bool   // the message had it
	Transaction  int    // position in the message, from 0

	// Quote is the exchange that the payment names, Bound the least rate that it
	// accepts (0: any), Into the currency of the creditor's account where it is said.
	Quote string
	Bound messages.Decimal
	Into  messages.Currency
	// Bearer is who bears charges: DEBT, SHAR, CRED or SLEV; empty for banks' own
	// payments. Service is the service level.
	Bearer, Service string

	// DebitAccount and CreditAccount are named in liquidity transfers; see AccountName.
	DebitAccount, CreditAccount string

	Covered bool // its money moves by a payment of its own, its cover

	// Of a return: the payment that goes back as the returning bank names it, its
	// amount where that is said, and why it goes back.
	Original       Asked
	OriginalAmount messages.Money
	Why            settlement.Reason
}

// Plan turns one payment of a letter into an instruction for the kernel: legs,
// or the reason why it cannot be carried out. Of a payment that does not arrive as
// it was sent, it also says what becomes of it on the way. For cut-offs the door's time
// counts, for all else engine time.
func (p *Planner) Plan(l *Letter, pay *Payment) (settlement.Instruction, *Passage) {
	in := settlement.Instruction{Identity: pay.Identity, Kind: pay.Kind, Digest: l.Digest, Band: bandOf(pay.Priority), Earliest: pay.EarliestTime, Reject: pay.RejectTime}
	if uetr, err := messages.ParseUETR(pay.UETR); err == nil {
		in.UETR = uetr
	}
	sender, ok := p.ByBIC(l.Sender)
	if !ok {
		in.Refusal = settlement.Reason{Code: "DNOR"}
		return in, nil
	}
	in.Sender = sender.ID
	if pay.Kind == settlement.KindTransfer {
		return p.planTransfer(sender, l, pay, p.Now, in), nil
	}
	if in.Refusal = p.firstRefusal(sender, l, pay); in.Refusal.Code != "" {
		return in, nil
	}
	if pay.Covered || pay.Kind == settlement.KindAdvice {
		return p.planBare(sender, pay, p.Now, in), nil
	}
	receiver, _ := p.ByBIC(pay.To)
	if pay.exchanges(p.Directory, sender, receiver) {
		return p.planExchange(sender, receiver, l, pay, in)
	}
	return p.planPlain(sender, receiver, l, pay, in)
}

// planPlain plans a payment that arrives in the currency in which it is sent.
func (p *Planner) planPlain(sender, receiver *Participant, l *Letter, pay *Payment, in settlement.Instruction) (settlement.Instruction, *Passage) {
	currency := pay.Amount.Currency()
	corridor, direct := p.Corridor(sender.BIC, receiver.BIC, currency)
	debit, credit := p.wallets(&corridor, sender.ID, receiver.ID)
	var passage *Passage
	in.Diverts = direct && corridor.Mode == ConfirmThenSettle && p.passing(currency)
	if direct && debit != 0 && p.tried([]settlement.Leg{{Debit: debit, Credit: credit}}) {
		direct = false
	}
	if !direct && p.noRoute(true, false, sender, receiver, currency).Code == "" {
		var route *Route
		if route, passage = p.correspondent(sender, receiver, pay); route != nil {
			corridor, in.Legs, direct, debit = route.Corridor, route.Legs, true, route.Legs[0].Debit
			in.Diverts = true
		}
	}
	if in.Refusal = p.noRoute(direct, debit == 0, sender, receiver, currency); in.Refusal.Code != "" {
		return in, nil
	}
	if issuer, _ := p.ByID(p.Accounts[debit-1].Issuer); corridor.Mode == DeferredNet && issuer != nil {
		in.Refusal = settlement.Reason{Code: "AC09", Text: "only money of the currency's own issuer is netted"}
		return in, nil
	}
	if in.Refusal = p.tooMuch(&corridor, debit, pay.Amount); in.Refusal.Code != "" {
		in.Legs = nil
		return in, nil
	}
	if in.Legs == nil {
		in.Legs = []settlement.Leg{{Debit: debit, Credit: credit, Amount: pay.Amount.Minor()}}
	}
	if p.govern(&corridor, l, pay, &in); in.Refusal.Code != "" {
		in.Legs = nil
	}
	return in, passage
}

// govern has a payment settle as its corridor and the calendars of its currencies say,
// and wait no longer than it may.
func (p *Planner) govern(c *Corridor, l *Letter, pay *Payment, in *settlement.Instruction) {
	if pay.Priority == "" {
		in.Band = bandOf(c.Priority)
	}
	if p.onItsDays(c, pay, orNow(l.Received, p.Now), in); in.Refusal.Code != "" {
		return
	}
	receiver, _ := p.ByBIC(pay.To)
	in.Receiver, in.AtOnce = receiver.ID, c.AtOnce
	in.Net = c.Mode == DeferredNet
	if c.Mode == ConfirmThenSettle {
		in.Confirm, in.Answer = receiver.ID, c.answer()
	}
	patience := time.Duration(c.Patience) * time.Second
	if c.Into != 0 && patience == 0 {
		patience = DefaultQuote // a rate is not promised for ever
	}
	if until := max(p.Now, in.Earliest) + settlement.Moment(patience); patience > 0 && (in.Reject == 0 || until < in.Reject) {
		in.Reject = until
	}
}

// maxDaysMoved bounds how often the calendars of two currencies move a payment on
// before it has a day that both have.
const maxDaysMoved = 30

// onItsDays is onItsDay for the calendars of both currencies: the first day on which
// both are open.
func (d *Directory) onItsDays(c *Corridor, pay *Payment, received settlement.Moment, in *settlement.Instruction) {
	d.onItsDay(c, pay, received, in)
	if c.Into == 0 || c.Calendar != "" {
		return
	}
	other := *c
	other.Currency = c.Into
	for range maxDaysMoved {
		before := in.Earliest
		for _, one := range []*Corridor{&other, c} {
			if d.onItsDay(one, pay, received, in); in.Refusal.Code != "" {
				return
			}
		}
		if in.Earliest == before {
			return
		}
	}
	in.Refusal = settlement.Reason{Code: "TM01", Text: "the calendars of the two currencies have no day in common"}
}

// orNow is when the door took a letter; what no door took comes now.
func orNow(received, now settlement.Moment) settlement.Moment {
	if received == 0 {
		return now
	}
	return received
}

func (c *Corridor) answer() time.Duration {
	if c.Answer == 0 {
		return DefaultAnswer
	}
	return time.Duration(c.Answer) * time.Second
}

// noRoute finds why there is no way from one participant to the other in a
// currency: nobody issues it, nobody has agreed to carry it between the two, or
// one of them does not hold it, or they hold what different issuers owe.
func (d *Directory) noRoute(corridor, apart bool, sender, receiver *Participant, currency messages.Currency) settlement.Reason {
	_, issued := d.Issuance(currency)
	switch code := currency.Code(); {
	case !issued:
		return settlement.Reason{Code: "AM03", Text: "nobody issues " + code + " here"}
	case sender.ID == receiver.ID:
		return settlement.Reason{Code: "AG12"}
	case !corridor:
		return settlement.Reason{Code: "RC15", Text: "no corridor carries " + code + " from the sender to the receiver"}
	case !d.holds(sender.ID, currency):
		return settlement.Reason{Code: "AC09", Text: "the sender has no account in " + code}
	case !d.holds(receiver.ID, currency):
		return settlement.Reason{Code: "AC09", Text: "the receiver has no account in " + code}
	case apart:
		return settlement.Reason{Code: "AC09", Text: "sender and receiver hold no " + code + " of one issuer that is carried between them"}
	}
	return settlement.Reason{}
}

// tooMuch finds why an amount is above what the corridor carries or the sender may
// pay at once.
func (d *Directory) tooMuch(corridor *Corridor, debit settlement.AccountID, amount messages.Money) settlement.Reason {
	own := d.Accounts[debit-1].Maximum
	grade := d.Grade(d.Accounts[debit-1])
	switch {
	case corridor.Maximum > 0 && amount.Minor() > corridor.Maximum:
		return settlement.Reason{Code: "AM13", Text: "the corridor carries at most " + minor(corridor.Maximum, amount.Currency())}
	case own > 0 && amount.Minor() > own:
		return settlement.Reason{Code: "AM14", Text: "the sender's account pays at most " + minor(own, amount.Currency())}
	case grade.Payment > 0 && amount.Minor() > grade.Payment:
		return settlement.Reason{Code: "AM14", Text: "a wallet of grade " + grade.Name + " pays at most " + minor(grade.Payment, amount.Currency())}
	}
	return settlement.Reason{}
}

// firstRefusal finds why a payment is refused before any account is looked at.
func (d *Directory) firstRefusal(sender *Participant, l *Letter, p *Payment) settlement.Reason {
	if why := wrongItself(sender, l, p); why.Code != "" {
		return why
	}
	receiver, known := d.ByBIC(p.To)
	switch {
	case p.To.IsZero():
		return settlement.Reason{Code: "RC04", Text: "the instructed agent is missing"}
	case !known:
		return settlement.Reason{Code: "CNOR"}
	case !receiver.Standing.Receives():
		return settlement.Reason{Code: receiver.Standing.NoReceiver()}
	}
	return settlement.Reason{}
}

// wrongItself finds what is wrong with a payment whoever is to receive it.
func wrongItself(sender *Participant, l *Letter, p *Payment) settlement.Reason {
	switch {
	case l.Refusal.Code != "":
		return l.Refusal
	case p.Refusal.Code != "":
		return p.Refusal
	case mayNotSend(sender, p) != "":
		return settlement.Reason{Code: mayNotSend(sender, p)}
	case p.Amount.Sign() <= 0:
		return settlement.Reason{Code: "AM01"}
	}
	return settlement.Reason{}
}

// bandOf maps ISO settlement and instruction priorities to queue bands.
func bandOf(priority string) settlement.Band {
	switch priority {
	case "URGT":
		return settlement.BandUrgent
	case "HIGH":
		return settlement.BandHigh
	}
	return settlement.BandNormal
}
