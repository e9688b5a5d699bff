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
	Reports   []Report // that are asked for
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
	Says   settlement.Say        // of a report
	Reason settlement.Reason     // of a report's refusal
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

	// DebitAccount and CreditAccount are named in liquidity transfers; see AccountName.
	DebitAccount, CreditAccount string

	// Of a return: the payment that goes back as the returning bank names it, its
	// amount where that is said, and why it goes back.
	Original       Asked
	OriginalAmount messages.Money
	Why            settlement.Reason
}

// Plan turns one payment of a letter into an instruction for the kernel: legs,
// or the reason why it cannot be carried out. The same directory, letter and
// time always give the same plan. For cut-offs the door's time counts, for all else
// engine time.
func (d *Directory) Plan(l *Letter, p *Payment, now settlement.Moment) settlement.Instruction {
	in := settlement.Instruction{Identity: p.Identity, Kind: p.Kind, Digest: l.Digest, Band: bandOf(p.Priority), Earliest: p.EarliestTime, Reject: p.RejectTime}
	if uetr, err := messages.ParseUETR(p.UETR); err == nil {
		in.UETR = uetr
	}
	sender, ok := d.ByBIC(l.Sender)
	if !ok {
		in.Refusal = settlement.Reason{Code: "DNOR"}
		return in
	}
	in.Sender = sender.ID
	if p.Kind == settlement.KindTransfer {
		return d.planTransfer(sender, l, p, now, in)
	}
	if in.Refusal = d.firstRefusal(sender, l, p); in.Refusal.Code != "" {
		return in
	}
	receiver, _ := d.ByBIC(p.To)
	corridor, ok := d.Corridor(sender.BIC, receiver.BIC, p.Amount.Currency())
	debit, credit := d.wallets(&corridor, sender.ID, receiver.ID)
	if in.Refusal = d.noRoute(ok, debit == 0, sender, receiver, p.Amount.Currency()); in.Refusal.Code != "" {
		return in
	}
	if in.Refusal = d.tooMuch(&corridor, debit, p.Amount); in.Refusal.Code != "" {
		return in
	}
	if p.Priority == "" {
		in.Band = bandOf(corridor.Priority)
	}
	if d.onItsDay(&corridor, p, orNow(l.Received, now), &in); in.Refusal.Code != "" {
		return in
	}
	in.Receiver, in.AtOnce = receiver.ID, corridor.AtOnce
	in.Legs = []settlement.Leg{{Debit: debit, Credit: credit, Amount: p.Amount.Minor()}}
	if corridor.Mode == ConfirmThenSettle {
		in.Confirm, in.Answer = receiver.ID, corridor.answer()
	}
	if corridor.Patience > 0 {
		until := max(now, in.Earliest) + settlement.Moment(time.Duration(corridor.Patience)*time.Second)
		if in.Reject == 0 || until < in.Reject {
			in.Reject = until
		}
	}
	return in
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
	case receiver.Standing != StandingActive:
		return settlement.Reason{Code: "AG11"}
	case p.Kind == settlement.KindAdvice:
		return settlement.Reason{Code: "AG03", Text: "an advice is of a payment that settles elsewhere: send it to the receiver's agent itself"}
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
	case sender.Standing != StandingActive:
		return settlement.Reason{Code: "AG10"}
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
