package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What banks say, as the lane feeds it to the kernel.

func (w *work) letter(o *Order) error {
	l, err := o.letter()
	if err != nil {
		return err
	}
	return w.receive(o, l)
}

// receive takes a letter in and has the kernel decide on it.
func (w *work) receive(o *Order, l *routing.Letter) error {
	record, err := w.received(o, l.Type, l.ID)
	if err != nil {
		return err
	}
	if len(l.Payments) == 1 {
		w.records[len(w.records)-1].UETR = l.Payments[0].UETR
	}
	sender, ok := w.directory.ByBIC(l.Sender)
	if !ok {
		return fmt.Errorf("sender %s is not in the directory", l.Sender)
	}
	m := settlement.Message{
		Place: w.place(), Sender: sender.ID, Identity: l.Identity, Digest: l.Digest, Record: record, Test: l.Test, Accept: sender.Acceptance,
	}
	if l.Test && w.try(m, l) {
		return nil
	}
	switch {
	case l.Refusal.Code != "" && l.Refusal.Code != codeNotSender && w.engine.Knows(m, w.plan(l, record)):
		// Its age, or rules that are new since, would refuse it; but it was answered
		// before, and a payment that has settled is never called rejected.
		w.submit(m, l)
	case l.Refusal.Code != "":
		w.engine.Reject(m, l.Refusal)
	case w.suppose.failed(w.at, l.Sender):
		w.fail(m, l)
	case messages.KindOf(l.Type) == "camt.056":
		w.engine.Recall(m, w.referencesOf(l))
	case messages.KindOf(l.Type) == "camt.025":
		w.engine.Hear(wordOf(m, l))
	case messages.KindOf(l.Type) == "camt.016", messages.KindOf(l.Type) == "camt.018":
		w.engine.Disclose(m)
	case messages.KindOf(l.Type) == "camt.060":
		if why := w.reportRefusal(l, sender); why.Code != "" {
			w.engine.Reject(m, why)
			return nil
		}
		w.engine.Disclose(m)
	case messages.KindOf(l.Type) == "pacs.028" && aboutRecalls(l):
		w.engine.InquireCases(m, w.referencesOf(l))
	case messages.KindOf(l.Type) == "pacs.028":
		w.engine.Inquire(m, w.referencesOf(l))
	case messages.KindOf(l.Type) == "camt.029", messages.KindOf(l.Type) == "camt.111", messages.KindOf(l.Type) == "acmt.024":
		w.engine.Answer(m, repliesOf(l))
	case messages.KindOf(l.Type) == "camt.110":
		w.engine.Investigate(m, settlement.Investigation{Target: w.referencesOf(l)[0]})
	case messages.KindOf(l.Type) == "acmt.023":
		w.engine.CheckAccounts(m, w.checksOf(l), w.directory.Checks.Rules())
	case messages.KindOf(l.Type) == "pacs.002":
		w.engine.Report(m, statementsOf(l))
	case w.controlling(m, l, sender):
	default:
		w.submit(m, l)
	}
	return nil
}

// submit has the kernel take in a message that brings payments. A quote belongs to
// the first payment that the kernel takes with it.
func (w *work) submit(m settlement.Message, l *routing.Letter) {
	instructions := w.plan(l, m.Record)
	w.engine.Submit(m, instructions)
	for i := range instructions {
		if quote := w.quoted[instructions[i].Identity]; quote != "" {
			w.useQuote(quote, instructions[i].Identity)
		}
	}
}

// plan turns the payments of a letter into instructions.
func (w *work) plan(l *routing.Letter, record uint64) []settlement.Instruction {
	instructions := make([]settlement.Instruction, len(l.Payments))
	planner := w.planner()
	clear(w.quoted)
	for i := range l.Payments {
		p := &l.Payments[i]
		in, facts := w.planOne(planner, l, p, record, instructions[:i])
		if in.Receiver == 0 {
			facts.To = p.To.String()
		}
		if in.Refusal.Code == "" {
			in.Refusal = w.twiceCovered(l, p)
		}
		if in.Refusal.Code == "" {
			in.Refusal = w.quoteOnce(in.Identity, facts.Passage)
		}
		if in.Refusal.Code == "" && in.Receiver != 0 {
			receiver, _ := w.directory.ByID(in.Receiver)
			var err error
			if facts.Definition, err = w.render(&facts, p, receiver); err != nil {
				in.Refusal = settlement.Reason{Code: "AG03", Text: "the receiver's message version cannot carry this payment"}
			}
		}
		if in.Diverts && in.Refusal.Code == "" {
			facts.Again = diversion(p)
		}
		in.Facts = facts.encode()
		w.pair(&in, p)
		w.name(&in, l, p)
		instructions[i] = in
	}
	return instructions
}

// planOne plans one payment, behind others of its message, and gathers what answers will need of it.
func (w *work) planOne(planner *routing.Planner, l *routing.Letter, p *routing.Payment, record uint64, before []settlement.Instruction) (settlement.Instruction, answerFacts) {
	if p.Kind == settlement.KindReturn {
		return w.planReturn(planner, l, p, record, before)
	}
	in, passage := planner.Plan(l, p)
	facts := factsOf(l, p, record)
	facts.Passage = passage
	return in, facts
}

// render tries whether a payment can be written for its receiver, and in which
// version.
func (w *work) render(f *answerFacts, p *routing.Payment, receiver *routing.Participant) (definition string, err error) {
	if p.Kind == settlement.KindReturn {
		return w.tryReturn(f, receiver)
	}
	return w.tryForward(f.Record, p, receiver, f.Passage)
}

// name gives a payment the other names by which questions may mean it.
func (w *work) name(in *settlement.Instruction, l *routing.Letter, p *routing.Payment) {
	if in.Kind.Liquidity() {
		return // nobody asks about them by these names
	}
	sender := l.Sender.Full()
	if p.Kind == settlement.KindReturn {
		// Of several returns of one payment the UETR alone means the first.
		in.Names = append(in.Names, returnReference(sender, l.ID, p.InstrID, p.EndToEndID))
		if p.UETRGiven {
			in.Names = append(in.Names, byUETR(sender, p.Kind, p.UETR))
		}
		return
	}
	if p.UETRGiven {
		in.Names = append(in.Names, byReferences(sender, p.Kind, l.ID, p.TxID, p.EndToEndID))
	} else {
		in.Names = append(in.Names, byUETR(sender, p.Kind, p.UETR))
	}
	if receiver, ok := w.directory.ByID(in.Receiver); ok {
		in.Names = append(in.Names, asReceived(receiver.BIC.Full(), p.UETR))
	}
	if p.Transaction == 0 {
		in.Names = append(in.Names, wholeMessage(sender, l.Type, l.ID))
	}
}
