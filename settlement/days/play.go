package days

import (
	"encoding/binary"
	"time"

	"dragoman/settlement"
)

// Algorithm is how waiting payments are freed.
type Algorithm struct {
	Name   string
	saving settlement.Saving
	bypass bool
	// apart: each currency is looked at for itself, as published systems do, so that
	// payments of two currencies go only when both their legs are covered.
	apart bool
}

// Algorithms are those that are compared. Ours is the kernel as it is when owners
// choose nothing.
var Algorithms = []Algorithm{
	{Name: "strict FIFO", saving: settlement.SavingAlone},
	{Name: "bypass", saving: settlement.SavingAlone, bypass: true},
	{Name: "bilateral", saving: settlement.SavingPairs},
	{Name: "Bech-Soramäki", saving: settlement.SavingTogether, apart: true},
	{Name: "ours", saving: settlement.SavingTogether},
	{Name: "ours with bypass", saving: settlement.SavingTogether, bypass: true},
}

// Ours, the published one and bypass, by their places in Algorithms.
const (
	Bypass        = 1
	BechSoramaki  = 3
	Ours          = 4
	issuerOfMoney = settlement.ParticipantID(1 << 16)
)

// Play plays a day on the kernel, a group a minute, and measures it.
func Play(d *Day, a Algorithm) []Figures {
	s := &system{day: d, algorithm: a, measure: NewMeasure(0)}
	s.engine = settlement.NewEngine(s)
	s.open()
	for from := 0; from < len(d.Payments); {
		at := d.Payments[from].At
		s.engine.Begin(at)
		s.engine.Tick(at)
		to := from
		for ; to < len(d.Payments) && d.Payments[to].At == at; to++ {
			s.send(to)
		}
		s.finish(at)
		from = to
	}
	return s.measure.Figures(opening + settlement.Moment(length))
}

// system is a day under way.
type system struct {
	day       *Day
	algorithm Algorithm
	engine    *settlement.Engine
	measure   *Measure
	wallets   [][]settlement.AccountID // by currency and bank
}

// Payment, Message and Case: nobody asks for what has ended.
func (*system) Payment(settlement.PaymentID) (settlement.Payment, bool) {
	return settlement.Payment{}, false
}

func (*system) Message(settlement.MessageID) (settlement.Message, bool) {
	return settlement.Message{}, false
}

func (*system) Case(settlement.CaseID) (settlement.Case, bool) { return settlement.Case{}, false }

func (s *system) open() {
	at := opening - settlement.Moment(time.Minute)
	s.engine.Begin(at)
	identity := uint64(1 << 32)
	for c, currency := range s.day.Currencies {
		issuance := s.engine.OpenAccount(issuerOfMoney, currency, settlement.RoleIssuance)
		s.wallets = append(s.wallets, nil)
		for bank, money := range s.day.Holdings[c] {
			id := s.engine.OpenAccount(participant(bank), currency, settlement.RoleWallet)
			s.wallets[c] = append(s.wallets[c], id)
			s.engine.SetSaving(id, s.algorithm.saving, s.algorithm.bypass)
			if money > 0 {
				identity++
				s.engine.Decide(settlement.Message{Sender: issuerOfMoney}, settlement.Instruction{
					Identity: identify(identity), Kind: settlement.KindIssue, Sender: issuerOfMoney,
					Legs: []settlement.Leg{{Debit: issuance, Credit: id, Amount: money}},
				})
			}
		}
	}
	s.measure.Group(at, s.engine.Finish())
}

func participant(bank int) settlement.ParticipantID {
	return settlement.ParticipantID(bank + 1) //nolint:gosec // a few banks
}

func identify(n uint64) (i settlement.Identity) {
	binary.BigEndian.PutUint64(i[:], n*0x9e3779b97f4a7c15) // spread, for the index
	binary.BigEndian.PutUint64(i[8:], n)
	return i
}

// send has a bank send its payment.
func (s *system) send(n int) {
	p := &s.day.Payments[n]
	from, to := s.wallets[p.Currency], p.Receiver
	if p.Provider >= 0 {
		to = p.Provider
	}
	in := settlement.Instruction{
		Identity: identify(uint64(n) + 1), //nolint:gosec // a count
		Kind:     settlement.KindCustomer, Sender: participant(p.Sender), Receiver: participant(p.Receiver),
		Band: settlement.BandNormal, Legs: []settlement.Leg{{Debit: from[p.Sender], Credit: from[to], Amount: p.Amount}},
	}
	if p.Provider >= 0 {
		other := s.wallets[1-p.Currency]
		in.Legs = append(in.Legs, settlement.Leg{Debit: other[p.Provider], Credit: other[p.Receiver], Amount: p.Exchanged})
	}
	m := settlement.Message{Sender: in.Sender}
	binary.BigEndian.PutUint64(m.Digest[:], uint64(n)+1) //nolint:gosec // a count
	s.engine.Submit(m, []settlement.Instruction{in})
}

// finish ends a group. Where currencies are looked at apart, they are in turn, until
// neither moves any more.
func (s *system) finish(at settlement.Moment) {
	if !s.algorithm.apart {
		s.measure.Group(at, s.engine.Finish())
		return
	}
	for still, c := 0, 0; still < len(s.wallets); c = (c + 1) % len(s.wallets) {
		s.lookAt(c)
		changes := s.engine.Finish()
		s.measure.Group(at, changes)
		if still++; len(changes.Entries) > 0 {
			still = 0
		}
	}
}

// lookAt has the payments of one currency freed together, and no others.
func (s *system) lookAt(currency int) {
	for c, wallets := range s.wallets {
		saving := settlement.SavingAlone
		if c == currency {
			saving = s.algorithm.saving
		}
		for _, id := range wallets {
			s.engine.SetSaving(id, saving, s.algorithm.bypass)
		}
	}
}
