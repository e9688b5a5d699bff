package gateway

import "dragoman/messages"

// What is written without any request of a bank's own: positions and what is to move when
// a netting cycle closes (camt.088, pacs.029), and charges besides the amount (camt.105).
// What cannot be written stops everybody, so whatever banks put into their payments goes
// through these as well.

// netted is a payment for the open cycle. Now and then that closes, and the next begins.
func (s *stand) netted(version string) ([]byte, error) {
	return s.netting(version, alphaBank, betaBank)
}

func (s *stand) nettedBack(version string) ([]byte, error) {
	return s.netting(version, betaBank, alphaBank)
}

func (s *stand) netting(version, from, to string) ([]byte, error) {
	if s.n%3 == 2 {
		if _, open := s.lane.engine.OpenCycle(messages.MustCurrency("CNY")); open {
			s.both("operator-1", "operator-2", Decision{Action: ActionCloseCycle, Currency: "CNY"})
			s.closes()
		}
	}
	p := s.payment(version)
	p.InstructedAgent = s.bank(to)
	p.Parties = customersOf(s.bank(from), s.bank(to))
	if messages.KindOf(version) == "pacs.009" {
		p.Parties = messages.Parties{Debtor: asParty(s.bank(from).BIC), Creditor: asParty(s.bank(to).BIC)}
	}
	t := s.transferOf(p)
	t.InstructingAgent, t.InstructedAgent = s.bank(from), s.bank(to)
	return t.Write(version)
}

// closes wants positions to be told when a cycle closes, and counts what is.
func (s *stand) closes() {
	s.t.Helper()
	told := 0
	for _, l := range s.letters() {
		switch kind := messages.KindOf(l.record.Type); kind {
		case "camt.088", "pacs.029":
			told++
			s.passed[kind]++
		}
	}
	if told < 2 {
		s.t.Fatalf("a cycle has closed, and %d are told of it", told)
	}
}

// charged is a payment into another currency whose sender pays the provider's fee besides
// the amount.
func (s *stand) charged(version string) ([]byte, error) {
	p := s.payment(version)
	p.ChargeBearer, p.Parties.CreditorAccount.Currency = "DEBT", "USD"
	return s.transferOf(p).Write(version)
}
