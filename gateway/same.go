package gateway

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store"
)

// Differs lists what this lane knows otherwise than another that stands at the same
// place of the log: see settlement.Engine.Differs.
func (l *Lane) Differs(other *Lane) (all []string) {
	own, that := l.state, other.state
	for _, s := range []*store.State{&own, &that} {
		s.Digest, s.Root, s.Identity = [32]byte{}, tlog.Hash{}, 0 // the books fill them in
	}
	if own != that {
		all = append(all, fmt.Sprintf("state: %+v, not %+v", that, own))
	}
	for _, part := range []struct {
		what      string
		own, that any
	}{
		{"marks of doors", hex.EncodeToString(l.doors.encode()), hex.EncodeToString(other.doors.encode())},
		{"keys", l.keys, other.keys}, {"days", append(days{}, l.days...), append(days{}, other.days...)}, {"upcoming", l.upcoming.at, other.upcoming.at},
		{"requests", append(requests{}, l.requests...), append(requests{}, other.requests...)}, {"directory", l.directory, other.directory},
	} {
		own, err := json.Marshal(part.own)
		that, wrong := json.Marshal(part.that)
		if err != nil || wrong != nil || string(own) != string(that) {
			all = append(all, fmt.Sprintf("%s: %.300s, not %.300s", part.what, that, own))
		}
	}
	return append(all, l.engine.Differs(other.engine)...)
}

// Overlooked are the payments that wait though nothing keeps them.
func (l *Lane) Overlooked() []settlement.PaymentID { return l.engine.Overlooked() }
