package routing

import (
	"slices"

	"dragoman/settlement"
)

// Standing is where a participant stands in its life with the gateway.
type Standing string

// Standings of a participant. One that has applied takes no part yet, and one that
// is closed none any more and never again. What is open when a standing ends a part
// ends with it: with AG10 what the bank sends, with AG11 what it would receive.
// Returns are the other way round: a bank that may only receive gives back what it
// got, and one that may only send gets back what it sent.
const (
	StandingApplied     Standing = "applied"
	StandingActive      Standing = "active"
	StandingSendOnly    Standing = "send-only"
	StandingReceiveOnly Standing = "receive-only"
	StandingSuspended   Standing = "suspended"
	StandingClosed      Standing = "closed"
)

// Standings are all, in the order of a life.
var Standings = []Standing{StandingApplied, StandingActive, StandingSendOnly, StandingReceiveOnly, StandingSuspended, StandingClosed}

// Known tells that it is one of them.
func (s Standing) Known() bool { return slices.Contains(Standings, s) }

// Sends tells that payments are accepted from it.
func (s Standing) Sends() bool { return s == StandingActive || s == StandingSendOnly }

// Receives tells that payments are accepted for it.
func (s Standing) Receives() bool { return s == StandingActive || s == StandingReceiveOnly }

// TakesPart tells that it sends or receives: it may move its own money, and give and
// get back.
func (s Standing) TakesPart() bool { return s.Sends() || s.Receives() }

// registered tells that it is one of those who are known to others.
func (s Standing) registered() bool { return s != StandingApplied && s != StandingClosed }

// NoSender is the ISO reason why nothing is accepted from it: it is not registered,
// or suspended from sending.
func (s Standing) NoSender() string {
	if s.registered() {
		return "AG10"
	}
	return "DNOR"
}

// NoReceiver is the ISO reason why nothing is accepted for it.
func (s Standing) NoReceiver() string {
	if s.registered() {
		return "AG11"
	}
	return "CNOR"
}

// mayNotSend is the ISO reason why a participant may not send a payment; empty: it
// may. Own money and what goes back move as long as it takes part at all.
func mayNotSend(sender *Participant, p *Payment) string {
	own := p.Kind == settlement.KindReturn || p.Kind.Liquidity()
	if sender.Standing.Sends() || own && sender.Standing.TakesPart() {
		return ""
	}
	return sender.Standing.NoSender()
}

// LeadsTo tells whether a participant of this standing can get the next one. Nobody
// goes back to having applied, an applicant becomes active or is closed, and what is
// closed stays closed.
func (s Standing) LeadsTo(next Standing) bool {
	switch {
	case s == next:
		return true
	case !next.Known() || next == StandingApplied || s == StandingClosed:
		return false
	case s == StandingApplied:
		return next == StandingActive || next == StandingClosed
	}
	return true
}
