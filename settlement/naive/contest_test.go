package naive

import (
	"cmp"
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
		c.open(c.issuer(i), currency, s.RoleIssuance)
		for bank := range c.banks {
			c.open(s.ParticipantID(bank+1), currency, s.RoleWallet)
		}
	}
}

func (c *contest) open(owner s.ParticipantID, currency s.Currency, role s.Role) {
	c.engine.OpenAccount(owner, currency, role)
	c.model.openAccount(owner, currency, role)
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
		k.SetSaving(e.account, e.saving, false)
		m.setSaving(e.account, e.saving)
	case happenControl:
		if why, wanted := k.Control(e.control), m.control(e.control); why.Code != wanted.Code {
			panic(fmt.Sprintf("the kernel says %q to a control, the model %q", why.Code, wanted.Code))
		}
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
	c.model.finish()
	c.marks, c.wanted = append(c.marks, len(changes.Notices)), append(c.wanted, len(c.model.notices))
	c.seen.count(c.model, changes)
	c.books.keep(changes)
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

// sameNotices compares event by event. What one event tells is told in no order that
// the descriptions promise, but for what is said to one bank of one payment.
func (c *contest) sameNotices(got []s.Notice) error {
	from, wantedFrom := 0, 0
	for i, to := range c.marks {
		kernel := said(got[from:to])
		model := said(c.model.notices[wantedFrom:c.wanted[i]])
		from, wantedFrom = to, c.wanted[i]
		if !slices.Equal(kernel, model) {
			return fmt.Errorf("the group's event %d tells\n    %s\nin the model\n    %s", i+1,
				strings.Join(kernel, "\n    "), strings.Join(model, "\n    "))
		}
	}
	return nil
}

func said(notices []s.Notice) []string {
	var list []string
	notices = slices.Clone(notices)
	slices.SortStableFunc(notices, func(a, b s.Notice) int { return cmp.Compare(a.Payment, b.Payment) })
	for _, n := range notices {
		text := fmt.Sprintf("to %d of payment %d, message %d: %s %s %s%s", n.To, n.Payment, n.Message,
			noticeNames[n.Kind], n.Status, n.Reason.Code, n.Reason.Text)
		for _, o := range n.Outcomes {
			text += fmt.Sprintf(", %d: %d %s %s%s", o.Asked, o.Payment, o.Status, o.Reason.Code, o.Reason.Text)
		}
		list = append(list, text)
	}
	return list
}

func (c *contest) sameEntries(got []s.Entry) error {
	var kernel, model []string
	for _, e := range got {
		kernel = append(kernel, fmt.Sprintf("%d leg %d: %d to %d %d", e.Payment, e.Leg, e.Debit, e.Credit, e.Amount))
	}
	for _, e := range c.model.entries[len(c.model.entries)-min(len(c.model.entries), len(got)):] {
		model = append(model, fmt.Sprintf("%d leg %d: %d to %d %d", e.payment, e.leg, e.debit, e.credit, e.amount))
	}
	slices.Sort(kernel)
	slices.Sort(model)
	if len(c.books.entries) != len(c.model.entries) || !slices.Equal(kernel, model) {
		return fmt.Errorf("entries\n    %s\nin the model\n    %s", strings.Join(kernel, "\n    "), strings.Join(model, "\n    "))
	}
	return nil
}

func (c *contest) sameAccounts() error {
	for i, want := range c.model.accounts {
		id := s.AccountID(i + 1)
		a, _ := c.engine.Account(id)
		var entries uint64
		for _, e := range c.model.entries {
			if e.debit == id || e.credit == id {
				entries++
			}
		}
		kernel := fmt.Sprint(a.Posted, a.Reserved, a.Line, a.Entries)
		model := fmt.Sprint(c.model.posted(id), c.model.reserved(id), want.line, entries)
		if kernel != model {
			return fmt.Errorf("account %d has posted, reserved, line, entries %s, in the model %s", id, kernel, model)
		}
		if err := c.sameControls(id); err != nil {
			return err
		}
		var queue, wanted []s.PaymentID
		for _, p := range c.engine.Waiting(id) {
			queue = append(queue, p.ID)
		}
		for _, p := range c.model.queue(id) {
			wanted = append(wanted, p.id)
		}
		if !slices.Equal(queue, wanted) {
			return fmt.Errorf("for account %d wait %v, in the model %v", id, queue, wanted)
		}
	}
	return nil
}

func (c *contest) sameControls(id s.AccountID) error {
	var kernel, model []string
	for _, k := range c.engine.Controls(id) {
		kernel = append(kernel, fmt.Sprintf("kind %d band %d towards %d: %d left of %d", k.Kind, k.Band, k.Towards, k.Left(), k.Amount))
	}
	for _, m := range c.model.controls {
		if m.Account == id {
			model = append(model, fmt.Sprintf("kind %d band %d towards %d: %d left of %d", m.Kind, m.Band, m.Towards, c.model.remains(m), m.Amount))
		}
	}
	slices.Sort(kernel)
	slices.Sort(model)
	if !slices.Equal(kernel, model) {
		return fmt.Errorf("account %d controls\n    %s\nin the model\n    %s", id, strings.Join(kernel, "\n    "), strings.Join(model, "\n    "))
	}
	return nil
}

func (c *contest) samePayments() error {
	at, some := c.engine.NextDeadline()
	if p, wanted := c.model.next(); some != (p != nil) || at != wanted {
		return fmt.Errorf("the next deadline is %v %d, in the model %v %d", some, at, p != nil, wanted)
	}
	for _, want := range c.model.payments {
		p, ok := c.engine.Payment(want.id)
		var past []s.State
		for _, step := range p.Past {
			past = append(past, step.State)
		}
		kernel := fmt.Sprintf("%v %v %v %v %v %v %v", ok, p.State, p.Status, p.Reason, p.Band, p.Since, past)
		model := fmt.Sprintf("%v %v %v %v %v %v %v", true, want.state, want.status, want.reason, want.Band, want.since, want.past)
		if kernel != model {
			return fmt.Errorf("payment %d is %s, in the model %s", want.id, kernel, model)
		}
	}
	return nil
}
