package store

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
)

// What a start checks reads the end of the books, where damage is most likely
// and matters first; the rest is read by the scrubber while the gateway serves,
// and all of it by an audit.
const (
	checkedGroups  = 1000
	checkedRecords = 10_000 // of those groups, so that large ones do not delay a start
)

// Check is what a start must know before it goes on with the books: the state
// and the last groups' row agree, money of every currency sums to nothing, the
// message log has the root that was stored, and every value that the last groups
// wrote has its checksum. An error wraps ErrCorrupt and names the place.
func (b *Books) Check() error {
	return b.view(func(tx *bbolt.Tx) error {
		state, err := stateIn(tx)
		if err != nil {
			return err
		}
		for _, check := range []func(*bbolt.Tx, *State) error{checkState, checkMoney, checkRoot, checkGroups} {
			if err := check(tx, &state); err != nil {
				return err
			}
		}
		return nil
	})
}

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

// span is a run of keys without a gap: numbers from first up to before end.
type span struct {
	bucket     []byte
	first, end uint64
}

// spans are the keys that the groups behind one have written, up to a state.
func spans(behind *Group, s *State) []span {
	return []span{
		{bucketGroups, behind.Sequence + 1, s.Sequence + 1},
		{bucketPayments, uint64(behind.Payment) + 1, uint64(s.Payment) + 1},
		{bucketMessages, uint64(behind.Message) + 1, uint64(s.Message) + 1},
		{bucketEntries, uint64(behind.Entry) + 1, uint64(s.Entry) + 1},
		{bucketRecords, behind.Records, s.Records},
		{bucketPayloads, behind.Records, s.Records},
	}
}

// checkState compares the state with the row of its group and with the last key
// of every bucket that is numbered without a gap.
func checkState(tx *bbolt.Tx, s *State) error {
	if s.Sequence > 0 {
		g, ok, err := groupIn(tx, s.Sequence)
		if err != nil {
			return err
		}
		if !ok || g.LogHash != s.LogHash || g.Digest != s.Digest {
			return corrupt("the state and the row of group %d do not agree", s.Sequence)
		}
	}
	for _, all := range spans(&Group{}, s) {
		key, _ := tx.Bucket(all.bucket).Cursor().Last()
		switch {
		case key == nil && all.end > all.first:
			return corrupt("%s is empty but the state says it ends with number %d", all.bucket, all.end-1)
		case key != nil && number64(key)+1 != all.end:
			return corrupt("%s ends with number %d but the state says %d", all.bucket, number64(key), all.end-1)
		}
	}
	return nil
}

// checkMoney sums what every account of a currency holds: an issuance account
// owes what the others have.
func checkMoney(tx *bbolt.Tx, _ *State) error {
	sums := map[settlement.Currency]int64{}
	err := each(tx, bucketAccounts, func(key, value []byte) error {
		a, err := decodeAccount(settlement.AccountID(number32(key)), value)
		sums[a.Currency] += a.Posted
		return err
	})
	for _, currency := range slices.SortedFunc(maps.Keys(sums), cmp.Compare) {
		if sums[currency] != 0 && err == nil {
			err = corrupt("the accounts in %s hold %d minor units more than was issued", currency, sums[currency])
		}
	}
	return err
}

// checkRoot computes the root of the message log from the hashes of its largest
// subtrees.
func checkRoot(tx *bbolt.Tx, s *State) error {
	head, err := treeHead(globalTree(tx), s.Records)
	if err == nil && head.Root != s.Root {
		err = corrupt("the message log of %d records has root %s but the state says %s", s.Records, head.Root, s.Root)
	}
	return err
}

// checkGroups reads everything that the last groups numbered.
func checkGroups(tx *bbolt.Tx, s *State) error {
	behind, err := lastGroups(tx, s)
	if err != nil {
		return err
	}
	for _, written := range spans(&behind, s) {
		for n := written.first; n < written.end; n++ {
			value, err := get(tx, written.bucket, key64(n))
			if err != nil {
				return err
			}
			if value == nil {
				return corrupt("%s/%x is missing", written.bucket, key64(n))
			}
		}
	}
	return checkLeaves(tx, behind.Records, s.Records)
}

// lastGroups is the group behind which the checked ones lie.
func lastGroups(tx *bbolt.Tx, s *State) (Group, error) {
	for sequence := max(s.Sequence, checkedGroups) - checkedGroups; sequence < s.Sequence; sequence++ {
		g, ok, err := groupIn(tx, sequence)
		if err != nil {
			return g, err
		}
		if !ok && sequence > 0 {
			return g, corrupt("the row of group %d is missing", sequence)
		}
		if s.Records-g.Records <= checkedRecords {
			return g, nil
		}
	}
	return Group{Sequence: s.Sequence, Payment: s.Payment, Message: s.Message, Entry: s.Entry, Records: s.Records}, nil
}

// checkLeaves compares the hashes of the records with those in the tree.
func checkLeaves(tx *bbolt.Tx, from, to uint64) error {
	global := globalTree(tx)
	for n := from; n < to; n++ {
		value, err := get(tx, bucketRecords, key64(n))
		if err != nil {
			return err
		}
		want := tlog.RecordHash(value)
		got, err := global.leaf(n)
		if err != nil {
			return err
		}
		if string(got) != string(want[:]) {
			return corrupt("record %d is not the one in the Merkle tree", n)
		}
	}
	return nil
}
