package store

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// Group is where the books stood after one group of the log.
type Group struct {
	Sequence uint64
	LogHash  [32]byte // running hash of the log up to there
	Digest   [32]byte // running hash of all effects
	Booked   settlement.Moment
	Payment  settlement.PaymentID
	Message  settlement.MessageID
	Entry    settlement.EntryID
	Identity uint64
	Records  uint64
}

func encodeGroup(s *State) []byte {
	w := wire.NewWriter()
	w.Fixed(s.LogHash[:])
	w.Fixed(s.Digest[:])
	w.Int(int64(s.Booked))
	for _, n := range []uint64{uint64(s.Payment), uint64(s.Message), uint64(s.Entry), s.Identity, s.Records} {
		w.Uint(n)
	}
	return w.Record()
}

func decodeGroup(key, value []byte) (Group, error) {
	g := Group{Sequence: binary.BigEndian.Uint64(key)}
	r := wire.NewReader(value)
	r.Fixed(g.LogHash[:])
	r.Fixed(g.Digest[:])
	g.Booked = settlement.Moment(r.Int())
	g.Payment, g.Message, g.Entry = settlement.PaymentID(r.Uint()), settlement.MessageID(r.Uint()), settlement.EntryID(r.Uint())
	g.Identity, g.Records = r.Uint(), r.Uint()
	return g, r.Err()
}

// groupIn is one group's row; false when there is none.
func groupIn(tx *bbolt.Tx, sequence uint64) (g Group, ok bool, err error) {
	key := key64(sequence)
	value, err := get(tx, bucketGroups, key)
	if value == nil || err != nil {
		return g, false, err
	}
	if g, err = decodeGroup(key, value); err != nil {
		return g, false, fmt.Errorf("%w: groups/%x: %w", ErrCorrupt, key, err)
	}
	return g, true, nil
}

// Group is where the books stood after that group of the log; false when they
// never came there.
func (b *Books) Group(sequence uint64) (g Group, ok bool, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		g, ok, err = groupIn(tx, sequence)
		return err
	})
	return g, ok, err
}
