package simulation

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Deferred net settlement: payments of one currency add up until two operators close the
// cycle. Who owes has a while to find the money; what cannot settle then waits for the
// next cycle or, in runs with an odd seed, is refused.

const (
	// netted is the currency whose payments add up.
	netted    = "SGD"
	netWindow = 12      // seconds
	netCap    = 400_000 // what half of the banks may owe in a cycle, minor units
)

// nets gives the currency its netting.
func nets(c *routing.Change, seed uint64) {
	n := routing.Netting{Currency: messages.MustCurrency(netted), Window: netWindow}
	if seed%2 == 1 {
		n.Short = routing.ShortRefused
	}
	c.Netting = append(c.Netting, n)
	for i := range c.Accounts {
		if a := &c.Accounts[i]; a.Currency == n.Currency && a.Role == settlement.RoleWallet && i%2 == 0 {
			a.Cap = netCap
		}
	}
}

// cycle is what was told of a cycle: when it closed and, where the end of its window took
// something out, what was left.
type cycle struct {
	reports   [2]map[string]int64 // camt.088, by participant: what it gets, below zero what it owes
	movements [2]map[string]int64 // pacs.029, to the issuer
	outcomes  []string            // pacs.002, to the issuer
}

// finalCycle is the number in a cycle of what was told when its window had ended.
const finalCycle = 1

// cycleCalled is the cycle of that name, and which of the two times it is about.
func (p *play) cycleCalled(id string) (c *cycle, final int) {
	name, last := strings.CutSuffix(id, "-F")
	if last {
		final = finalCycle
	}
	if p.cycles[name] == nil {
		p.cycles[name] = &cycle{}
	}
	return p.cycles[name], final
}

// closeCycles has operators close the cycle, again and again.
func (p *play) closeCycles() {
	if p.faults.healed {
		return
	}
	p.after(p.between(time.Second, 6*time.Second), p.closeCycles)
	p.closeCycle()
}

func (p *play) closeCycle() {
	d := gateway.Decision{Action: gateway.ActionCloseCycle, Currency: netted, Reason: "the simulation closes it"}
	p.node.decide(gatewayBIC, "operator-1", "operator-2", d, func() {})
}

// netReport takes a camt.088: what the bank owes or is owed.
func (b *bank) netReport(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewNetReport(read)
	for o := range v.Obligations() {
		c, final := b.cycleCalled(o.ID())
		if v.Type() == "FINAL" {
			final = finalCycle
		}
		money, err := o.Amount().Money()
		b.no(err)
		net := map[string]int64{"RECE": 1, "PAYM": -1}[o.Direction()] * money.Minor()
		b.noted(m, &c.reports[final], b.bic.String(), net)
		b.traffic["net report "+v.Type()]++
	}
}

// netRequest takes a pacs.029: what moves because of a cycle. It comes to nothing.
func (b *bank) netRequest(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewMultilateralSettlement(read)
	c, final := b.cycleCalled(v.Group().MessageID())
	sum := int64(0)
	for r := range v.Requests() {
		for one := range r.Movements() {
			money, err := one.Amount().Money()
			b.no(err)
			net := map[string]int64{"CRDT": 1, "DBIT": -1}[one.Direction()] * money.Minor()
			sum += net
			b.noted(m, &c.movements[final], bicOf(one.Participant().BICText()).String(), net)
		}
	}
	if sum != 0 || b.bic != b.reader(issuerOf(netted)).bic {
		b.violation("", "%s: the movements in mail %d come to %d", b.bic, m.Number, sum)
	}
}

// noted keeps what was told of one participant's position, which happens once.
func (b *bank) noted(m *gateway.Mail, by *map[string]int64, who string, net int64) {
	if _, twice := (*by)[who]; twice {
		b.violation("", "%s: mail %d tells the position of %s again", b.bic, m.Number, who)
	}
	if *by == nil {
		*by = map[string]int64{}
	}
	(*by)[who] = net
}

// netOutcome takes what became of a cycle; false: the message is about none.
func (b *bank) netOutcome(id string, s status) bool {
	if name := strings.TrimSuffix(id, "-F"); b.cycles[name] == nil {
		return false
	}
	c, final := b.cycleCalled(id)
	c.outcomes = append(c.outcomes, fmt.Sprint(final, s.code))
	b.traffic["cycle "+s.code]++
	return true
}

// checkCycles holds what participants were told of their positions against what the
// issuer was told, and both against the payments that have settled in a cycle.
func (p *play) checkCycles(settled map[string]map[string]int64) {
	for name := range settled {
		if p.cycles[name] == nil {
			p.violation("", "payments have settled in cycle %s, of which nobody heard", name)
		}
	}
	zero := func(_ string, net int64) bool { return net == 0 }
	for _, name := range slices.Sorted(maps.Keys(p.cycles)) {
		c := p.cycles[name]
		last := 0
		if c.reports[finalCycle] != nil || c.movements[finalCycle] != nil {
			last = finalCycle
		}
		for i := range last + 1 {
			maps.DeleteFunc(c.reports[i], zero)
			maps.DeleteFunc(c.movements[i], zero)
			if !maps.Equal(c.reports[i], c.movements[i]) {
				p.violation("", "cycle %s: participants were told %v, the issuer %v", name, c.reports[i], c.movements[i])
			}
		}
		is := settled[name]
		maps.DeleteFunc(is, zero)
		if want := c.movements[last]; !maps.Equal(is, want) {
			p.violation("", "cycle %s: the payments that have settled in it come to %v, the issuer was told %v (%v)", name, is, want, c.outcomes)
		}
		if len(c.movements[last]) > 0 && !slices.Contains(c.outcomes, fmt.Sprint(last, "ACSC")) {
			p.violation("", "cycle %s: it came to %v", name, c.outcomes)
		}
	}
}

// inCycle adds a payment that has settled to what has settled in its cycle.
func (p *play) inCycle(settled map[string]map[string]int64, pay *settlement.Payment) {
	if pay.Cycle == 0 || pay.Kind == settlement.KindNet || pay.State != settlement.StateSettled && pay.State != settlement.StateDelivered {
		return
	}
	name := fmt.Sprintf("DRGM-C%d", pay.Cycle)
	if settled[name] == nil {
		settled[name] = map[string]int64{}
	}
	directory := p.node.lane.Directory()
	owner := func(id settlement.AccountID) string {
		party, _ := directory.ByID(directory.Accounts[id-1].Owner)
		return party.BIC.String()
	}
	leg := pay.Legs[0]
	settled[name][owner(leg.Debit)] -= leg.Amount
	settled[name][owner(leg.Credit)] += leg.Amount
}

func issuerOf(code string) string {
	for _, currency := range currencies {
		if currency.code == code {
			return currency.issuer
		}
	}
	panic(code)
}
