package settlement

// Case checks what holds of a case by itself and beside its payment; cases come in
// the order of their numbers, behind the payments.
func (a *Audit) Case(c Case, p Payment) {
	a.cases++
	switch {
	case c.ID != a.cases:
		a.find("case %d stands where case %d must", c.ID, a.cases)
		a.cases = c.ID
	case c.Kind < CaseRecall || c.Kind > CaseCheck || c.State < CaseOpen || c.State > CaseExpired:
		a.find("case %d is of kind %d in state %d, which does not exist", c.ID, c.Kind, c.State)
		return
	}
	if c.Since < c.Opened || c.Asker == c.Asked || c.Asked == 0 {
		a.find("case %d was opened at %d, changed at %d, and %d asks %d", c.ID, c.Opened, c.Since, c.Asker, c.Asked)
	}
	answered := c.State == CaseGranted || c.State == CaseRefused || c.State == CaseClosed
	if answered && c.Said.Message == 0 || (c.Said.Message == 0) != (c.Said.Turn == 0) || c.State == CaseExpired && c.Until == 0 {
		a.find("case %d is %s with %d replies", c.ID, c.State, c.Said.Turn)
	}
	if (c.Kind == CaseCheck) == (c.Payment != 0) {
		a.find("case %d of kind %d is about payment %d", c.ID, c.Kind, c.Payment)
		return
	}
	if c.Payment == 0 {
		return
	}
	parties := c.Asker == p.Sender && c.Asked == p.Receiver || c.Kind == CaseInvestigation && c.Asker == p.Receiver && c.Asked == p.Sender
	if !parties || p.State != StateSettled {
		a.find("case %d is about payment %d, which is %s and not between participants %d and %d", c.ID, p.ID, p.State, c.Asker, c.Asked)
	}
	listed := 0
	for _, id := range p.Cases {
		if id == c.ID {
			listed++
		}
	}
	if listed != 1 {
		a.find("case %d is listed %d times by payment %d", c.ID, listed, p.ID)
	}
	a.listed++
}

// about checks what was said and asked about a payment since it settled, or was
// delivered.
func (a *Audit) about(p *Payment) {
	a.named += len(p.Cases)
	said := len(p.Credits) > 0 && p.State != StateDelivered // of an advice its receiver may say so, too
	if p.State != StateSettled && (said || len(p.Cases) > 0) {
		a.find("payment %d is %s, and %d statements and %d cases are about its settlement", p.ID, p.State, len(p.Credits), len(p.Cases))
	}
	rank, at := 0, p.Since
	for _, c := range p.Credits {
		if c.At < at {
			a.find("payment %d: %s was said at %d, before what came before it", p.ID, c.Status, c.At)
		}
		at = c.At
		if !c.Passed {
			continue
		}
		if creditRank[c.Status] < max(rank, 1) || creditRank[c.Status] == rank && rank != creditRank[StatusBlocked] {
			a.find("payment %d: %s was passed on out of turn", p.ID, c.Status)
		}
		rank = creditRank[c.Status]
	}
}

// CasesEnd compares the cases that payments name with those that there are.
func (a *Audit) CasesEnd() {
	if a.named != a.listed {
		a.find("payments name %d cases but there are %d about payments", a.named, a.listed)
	}
}
