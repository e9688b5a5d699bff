package simulation

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// check holds what the banks know against each other, against the books and against
// the log.
func (p *play) check(r *Result) error {
	audit := make(chan audited, 1)
	go func(b *store.Books) {
		report, err := gateway.Audit(context.Background(), b, nil)
		audit <- audited{report.Findings, err}
	}(p.node.books)
	for _, f := range p.families {
		p.checkFamily(f)
	}
	p.checkDays()
	p.checkApprovals()
	p.checkDecided()
	if err := p.checkControls(); err != nil {
		return err
	}
	if err := p.checkReplay(); err != nil {
		return err
	}
	if err := p.checkBooks(r); err != nil {
		return err
	}
	found := <-audit
	for _, f := range found.findings {
		p.violation("", "audit: %s", f)
	}
	return found.err
}

// audited is what an audit has found.
type audited struct {
	findings []string
	err      error
}

func (p *play) checkLetter(l *letter) {
	switch {
	case l.kind == kindMalformed:
		if !l.refused || l.receipts > 0 {
			p.violation(l.id, "a malformed message must be refused at the door")
		}
		return
	case l.refused:
		p.violation(l.id, "it was refused at the door")
		return
	case l.receipts == 0:
		p.violation(l.id, "it has no receipt")
		return
	case l.kind == kindRecall:
		p.checkRecall(l)
	case l.kind == kindInvestigation || l.kind == kindCheck:
		p.checkAsked(l)
	case l.kind.answeredOnce():
		p.checkOnce(l)
	case l.kind == kindQuestion && (l.about.replies < 1 || l.about.replies > l.arrived):
		p.violation(l.id, "the question arrived %d times and has %d answers", l.arrived, l.about.replies)
		return
	}
	p.traffic[l.kind.String()]++
	for _, a := range l.answers {
		if a.times > l.arrived {
			p.violation(l.id, "it arrived %d times and was answered %d times", l.arrived, a.times)
		}
	}
	for _, pay := range l.payments {
		p.checkPayment(pay)
	}
}

// checkRecall wants one answer to a recall, and before it that it is passed on, if it
// was: what was taken back never settled, and what its receiver says comes through.
func (p *play) checkRecall(l *letter) {
	pay := l.about.payments[0]
	last := pay.told[len(pay.told)-1]
	want := []string{"RJCR"}
	switch {
	case last == status{"RJCT", settlement.ReasonCancelled}:
		want = []string{"CNCL"}
	case last.code == "ACSC" && slices.Contains(l.resolved, passedOn) && pay.granted:
		want = []string{passedOn, "CNCL"}
	case last.code == "ACSC" && slices.Contains(l.resolved, passedOn):
		want = []string{passedOn, "RJCR"}
	}
	if !slices.Equal(l.resolved, want) {
		p.violation(l.id, "the payment came to %v and its recall to %v, not %v", last, l.resolved, want)
	}
}

// checkPayment wants one final answer to a payment, and everything else to fit that.
func (p *play) checkPayment(pay *payment) {
	l := pay.letter
	finals := 0
	for i, s := range pay.told {
		if pay.final(s) && (i == 0 || s != pay.told[i-1]) {
			finals++
		}
	}
	if finals != 1 {
		p.violation(l.id, "payment %s has %d final answers: %v", pay.id, finals, pay.told)
		return
	}
	last := pay.last()
	p.checkReturns(pay)
	want := map[kind][]string{kindConflict: {"DUPL"}, kindForged: {"DS0H"}, kindUnknown: {"CNOR"}}[l.kind]
	if want != nil && !slices.Contains(append(want, "AG10", "AG11", "CNOR"), last.reason) {
		p.violation(l.id, "%s: it came to %s %s", l.kind, last.code, last.reason)
	}
	p.checkForwards(pay)
	p.checkCharges(pay)
}

// checkBooks holds every balance against what was told.
func (p *play) checkBooks(r *Result) error {
	b := p.node.books
	p.standingOrders(p.moves)
	issued, err := p.issued(b, r)
	if err != nil {
		return err
	}
	directory := p.node.lane.Directory()
	accounts, err := b.Accounts()
	for _, a := range accounts {
		owner, _ := directory.ByID(a.Owner)
		name := owner.BIC.String() + a.Currency.Code()
		if want := p.moved[name] + issued[a.ID]; a.Role != settlement.RoleIssuance && a.Posted != want {
			p.violation("", "account %s holds %d; by what was told it is %d", name, a.Posted, want)
		}
		if a.Reserved != 0 {
			p.violation("", "account %s has %d reserved and nothing is open", name, a.Reserved)
		}
	}
	return err
}

// effect is what a payment that has settled has moved.
func (p *payment) effect(add func(owner, currency string, minor int64)) {
	from := p.letter.from.bic.String()
	pass := func(from, to, currency string, minor int64) {
		add(from, currency, -minor)
		add(to, currency, minor)
	}
	switch {
	case p.bare():
	case p.use == useIssue:
		add(from, p.currency, p.minor)
	case p.use == useRedeem:
		add(from, p.currency, -p.minor)
	case p.into != "":
		pass(from, p.through, p.currency, p.minor+p.besides())
		pass(p.through, p.to.bic.String(), p.into, p.arrived)
		pass(p.through, bicOf(gatewayBIC).String(), p.into, p.left())
	case p.returns != nil && p.returns.into != "":
		pass(from, p.returns.through, p.currency, p.minor)
		pass(p.returns.through, p.to.bic.String(), p.returns.currency, p.arrived)
	default:
		pass(from, p.to.bic.String(), p.currency, p.minor)
	}
}

// issued is what each account got from its issuer; on the way it counts the states
// that payments have been in.
func (p *play) issued(b *store.Books, r *Result) (map[settlement.AccountID]int64, error) {
	issued, cycles := map[settlement.AccountID]int64{}, map[string]map[string]int64{}
	err := b.PaymentsDown(b.State().Payment, func(pay *settlement.Payment) bool {
		for _, step := range pay.Past {
			r.States[step.State.String()]++
		}
		r.States[pay.State.String()]++
		p.inCycle(cycles, pay)
		if !pay.State.Final() {
			p.violation(uetrOf(pay), "in the end it is %s", pay.State)
		}
		if pay.Kind == settlement.KindIssue && pay.Confirm == 0 && pay.State == settlement.StateSettled {
			issued[pay.Legs[0].Credit] += pay.Legs[0].Amount
		}
		return true
	})
	p.checkCycles(cycles)
	return issued, err
}

func uetrOf(p *settlement.Payment) string { return p.UETR.String() }

// number is a payment's number in the books.
func (n *node) number(uetr string) (settlement.PaymentID, bool) {
	u, err := messages.ParseUETR(uetr)
	if err != nil || !n.up {
		return 0, false
	}
	found, err := n.books.ByUETR(u)
	return slices.Max(append(found, 0)), err == nil && len(found) > 0
}

// sound reads damaged books from end to end: what is wrong with them is found, and
// they are taken away; or the damage is where nothing is.
func (n *node) sound() error {
	findings, err := n.audit()
	if err != nil && !errors.Is(err, store.ErrCorrupt) {
		return err
	}
	if err == nil && len(findings) == 0 {
		n.note("", "nothing is wrong with the books")
		return nil
	}
	n.note("", "the books are damaged: %v %v", err, findings)
	return n.setAside()
}

func (n *node) audit() ([]string, error) {
	b, err := store.OpenUnsynced(n.path())
	if err != nil {
		return nil, err
	}
	defer b.Abandon() //nolint:errcheck // it is only read
	if err = b.Check(); err != nil {
		return nil, err
	}
	if err = gateway.Follows(b.State(), uint64(len(n.journal.groups)), n.journal.read); err != nil {
		return []string{err.Error()}, nil
	}
	report, err := gateway.Audit(context.Background(), b, nil)
	return report.Findings, err
}

func copyFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // its own file
	if err != nil {
		return err
	}
	defer in.Close()          //nolint:errcheck // only read
	out, err := os.Create(to) //nolint:gosec // its own file
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// digest tells runs apart: the log, the books and everything that banks have read.
func (p *play) digest() string {
	h := sha256.New()
	state := p.node.books.State()
	h.Write(state.LogHash[:])
	h.Write(state.Digest[:])
	for _, b := range p.banks {
		for _, digest := range b.seen {
			h.Write(digest[:])
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
