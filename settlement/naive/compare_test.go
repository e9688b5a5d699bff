package naive

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	s "dragoman/settlement"
)

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
