package simulation

import "time"

// network carries messages between banks and the gateway.
type network struct {
	*world
	cut map[int]time.Duration // by bank: until when it is cut off
}

const (
	fastest, slowest = 200 * time.Microsecond, 5 * time.Millisecond
	cutFor           = 4 * time.Second
)

// carry brings something from or to a bank, or not.
func (n *network) carry(bank int, deliver func()) {
	if n.faults.strikes(NetCut) {
		n.cut[bank] = n.now + n.between(time.Second, cutFor)
		n.note("", "bank %d is cut off", bank)
	}
	if n.now < n.cut[bank] || n.faults.strikes(NetLost) {
		return
	}
	n.after(n.takes(), deliver)
	if n.faults.strikes(NetDoubled) {
		n.after(n.takes(), deliver)
	}
}

func (n *network) takes() time.Duration {
	if n.faults.strikes(NetSlow) {
		return n.between(100*time.Millisecond, 3*time.Second)
	}
	return n.between(fastest, slowest)
}
