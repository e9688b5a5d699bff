package naive

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	s "dragoman/settlement"
)

// contest plays one history to the kernel and to the model.
type contest struct {
	*world
	engine *s.Engine
	model  *model
	books  books
	marks  []int // for each event of the group: how many notices there were behind it
	wanted []int // likewise of the model
	seen   *coverage
}

// play plays events and tells the first difference. A kernel that panics differs.
func play(w *world, events []event, seen *coverage) (different error) {
	c := &contest{world: w, model: &model{answering: map[s.MessageID]bool{}}, seen: seen}
	c.books.open()
	c.engine = s.NewEngine(&c.books)
	c.model.kernel = func(id s.PaymentID) s.State {
		p, _ := c.engine.Payment(id)
		return p.State
	}
	defer func() {
		if why := recover(); why != nil {
			if broken, ok := why.(*s.Broken); ok {
				why = broken.Text
			}
			different = fmt.Errorf("panic: %v", why)
		}
	}()
	c.openAccounts()
	for i := range events {
		if err := c.event(&events[i]); err != nil {
			return fmt.Errorf("at event %d: %w", i+1, err)
		}
		if !events[i].finish && i < len(events)-1 {
			continue
		}
		if err := c.finish(events[i].restart); err != nil {
			return fmt.Errorf("in the group that ends with event %d: %w", i+1, err)
		}
	}
	if findings := c.books.audit(); len(findings) > 0 {
		return fmt.Errorf("the audit finds: %s", strings.Join(findings, "; "))
	}
	return nil
}

func (c *contest) openAccounts() {
	c.engine.Begin(0)
	for i, currency := range c.currencies {
		c.open(c.issuer(i), currency, s.RoleIssuance, 0)
		for bank := range c.banks {
			c.open(s.ParticipantID(bank+1), currency, s.RoleWallet, 0)
		}
	}
	for _, a := range c.claims() {
		c.open(a.owner, c.currencies[0], a.role, a.issuer)
	}
}

func (c *contest) open(owner s.ParticipantID, currency s.Currency, role s.Role, issuer s.ParticipantID) {
	c.engine.OpenAccountOf(owner, currency, role, issuer)
	c.model.openAccount(owner, currency, role, issuer)
}

// event does one thing to both. What they return must be equal.
func (c *contest) event(e *event) error {
	var id s.PaymentID
	var p *payment
	if len(e.targets) > 0 {
		ref := reference(e.targets[0])
		found, known := c.engine.Lookup(ref)
		if p, _ = c.model.find(ref); p != nil {
			id = p.id
		}
		if known != (p != nil) || found.ID != id {
			return fmt.Errorf("%d is payment %d, in the model %d", e.targets[0], found.ID, id)
		}
	}
	kernel, model := true, true
	if p != nil {
		kernel, model = c.byNumber(e, id, p)
	}
	if kernel != model {
		return fmt.Errorf("%v: the kernel says %v, the model %v", e, kernel, model)
	}
	c.byMessage(e, id, p)
	if c.model.odd != "" {
		return fmt.Errorf("%v: %s", e, c.model.odd)
	}
	c.marks = append(c.marks, c.engine.Told())
	c.wanted = append(c.wanted, len(c.model.notices))
	return nil
}

func (c *contest) byNumber(e *event, id s.PaymentID, p *payment) (kernel, model bool) {
	k, m := c.engine, c.model
	switch e.what {
	case happenConfirm:
		return k.Confirm(id, e.who, e.yes, e.why), m.confirm(p, e.who, e.yes, e.why)
	case happenHold:
		return k.Hold(id), m.hold(p)
	case happenRelease:
		return k.Release(id), m.release(p)
	case happenRefuse:
		return k.Refuse(id, e.why), m.end(p, s.EventRefuse, e.why)
	case happenCancel:
		return k.Cancel(id, e.why), m.end(p, s.EventCancel, e.why)
	case happenReorder:
		return k.Reorder(id, e.front), m.reorder(p, e.front)
	case happenReprioritise:
		return k.Reprioritise(id, e.band), m.reprioritise(p, e.band)
	}
	return true, true
}

func (c *contest) byMessage(e *event, id s.PaymentID, p *payment) {
	k, m, msg := c.engine, c.model, e.message()
	var refs []s.Reference
	for asked, t := range e.targets {
		ref := reference(t)
		ref.Asked = asked
		refs = append(refs, ref)
	}
	pays := slices.Clone(e.pays)
	for i := range pays {
		pays[i].Digest = msg.Digest
		if e.returns != nil && e.returns[i] != 0 {
			c.giveBack(&pays[i], e.returns[i])
		}
	}
	switch e.what {
	case happenLine:
		k.SetLine(e.account, e.line)
		m.setLine(e.account, e.line)
	case happenSaving:
		k.SetSaving(e.account, e.saving, e.yes)
		m.setSaving(e.account, e.saving, e.yes)
	case happenCeiling:
		k.SetCeiling(e.account, e.line)
		m.setCeiling(e.account, e.line)
	case happenControl:
		if why, wanted := k.Control(e.control), m.control(e.control); why.Code != wanted.Code {
			panic(fmt.Sprintf("the kernel says %q to a control, the model %q", why.Code, wanted.Code))
		}
	case happenEndDay:
		currency := c.currencies[e.line]
		k.EndDay(func(p *s.Payment) s.Closing {
			a, _ := k.Account(p.Legs[0].Debit)
			return s.Closing{Concerned: a.Currency == currency, Opens: e.at, Carried: e.yes}
		})
		m.endDay(currency, e.at, e.yes)
	case happenDay:
		k.BeginDay(c.currencies[e.at])
		m.beginDay(c.currencies[e.at])
	case happenSubmit:
		k.Submit(msg, pays)
		m.submit(msg, pays)
	case happenTry:
		k.Try(msg, pays)
		m.try(msg, pays)
	case happenDecide:
		k.Decide(msg, pays[0])
		m.decide(msg, pays[0])
	case happenRecall:
		k.Recall(msg, refs)
		m.recall(msg, refs)
	case happenInquire:
		k.Inquire(msg, refs)
		m.inquire(msg, refs)
	case happenReport:
		statements := e.statements(refs)
		k.Report(msg, statements)
		m.report(msg, statements)
	case happenHear:
		k.Hear(s.Word{Message: msg, Payment: id, Accept: e.yes, Later: e.later, Reason: e.why})
		m.hear(msg, p, e.yes, e.later, e.why)
	case happenExclude:
		k.Exclude(e.who)
		m.exclude(e.who)
	case happenTick:
		k.Tick(e.at)
		m.tick(e.at)
	case happenReject:
		k.Reject(msg, e.why)
		m.reject(msg, e.why)
	case happenAcknowledge:
		k.Acknowledge(msg)
		m.acknowledge(msg)
	case happenAnnounce:
		k.Announce(msg, []s.ParticipantID{e.who, e.who + 1})
		m.announce(msg, []s.ParticipantID{e.who, e.who + 1})
	case happenDisclose:
		k.Disclose(msg)
		m.disclose(msg)
	}
}

// giveBack makes a return out of an instruction: its money goes back the way that the
// original came. An odd amount stands for all of it.
func (c *contest) giveBack(in *s.Instruction, label int) {
	in.Kind, in.Returns, in.Returned = s.KindReturn, 1<<40, in.Legs[0].Amount
	original, known := c.model.find(reference(label))
	if !known {
		return
	}
	if in.Returns = original.id; len(original.Legs) == 0 {
		return
	}
	leg := original.Legs[0]
	if in.Returned%2 == 1 {
		in.Returned = max(broughtTo(original, leg.Credit), 1)
	}
	in.Legs = []s.Leg{{Debit: leg.Credit, Credit: leg.Debit, Amount: in.Returned}}
}

func (e *event) statements(refs []s.Reference) []s.Statement {
	var list []s.Statement
	for i, r := range refs {
		st := s.Statement{Target: r, Says: e.says[i]}
		if st.Says == s.SayNo {
			st.Reason = e.why
		}
		list = append(list, st)
	}
	return list
}

// finish ends the group on both sides and compares what came of it.
func (c *contest) finish(restart bool) error {
	changes := c.engine.Finish()
	c.books.keep(changes)
	c.model.finish()
	if c.model.odd != "" {
		return errors.New(c.model.odd)
	}
	c.marks, c.wanted = append(c.marks, len(changes.Notices)), append(c.wanted, len(c.model.notices))
	c.seen.count(c.model, changes)
	if err := c.sameNotices(changes.Notices); err != nil {
		return err
	}
	if err := c.sameEntries(changes.Entries); err != nil {
		return err
	}
	if err := c.sameAccounts(); err != nil {
		return err
	}
	if err := c.samePayments(); err != nil {
		return err
	}
	c.marks, c.wanted, c.model.notices = nil, nil, nil
	if restart {
		c.seen.restarts++
		c.engine = c.books.restore(c.engine)
	}
	c.engine.Begin(c.model.now)
	return nil
}
