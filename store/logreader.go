package store

import (
	"fmt"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
)

// Log reads the message log, the global one or that of a participant, as far as it
// had come at one moment: what stands in it never changes. Every call is a short
// transaction of its own, so that a slow reader keeps nobody from writing.
type Log struct {
	books *Books
	party settlement.ParticipantID // 0: the global one
	size  uint64
}

// Stand is where the books and the logs stand in one transaction.
type Stand struct {
	State State
	Heads map[settlement.ParticipantID]Head // of the logs of those who were asked for
}

// Stand reads the heads of the logs of some participants with the state.
func (b *Books) Stand(parties []settlement.ParticipantID) (s Stand, err error) {
	s.Heads = map[settlement.ParticipantID]Head{}
	err = b.view(func(tx *bbolt.Tx) error {
		if s.State, err = stateIn(tx); err != nil {
			return err
		}
		for _, party := range parties {
			size, err := partySize(tx, party)
			if err != nil {
				return err
			}
			if s.Heads[party], err = treeHead(partyTree(tx, party), size); err != nil {
				return err
			}
		}
		return nil
	})
	return s, err
}

// GlobalLog is the log of everything up to a size.
func (b *Books) GlobalLog(size uint64) *Log { return &Log{b, 0, size} }

// PartyLog is a participant's own log up to a size.
func (b *Books) PartyLog(party settlement.ParticipantID, size uint64) *Log {
	return &Log{b, party, size}
}

// Size is how many records the log has.
func (l *Log) Size() uint64 { return l.size }

// ReadHashes is what tlog asks for.
func (l *Log) ReadHashes(indexes []int64) (hashes []tlog.Hash, err error) {
	err = l.books.view(func(tx *bbolt.Tx) error {
		t := globalTree(tx)
		if l.party != 0 {
			t = partyTree(tx, l.party)
		}
		hashes, err = t.ReadHashes(indexes)
		return err
	})
	return hashes, err
}

// Root is the root of its beginning of that size.
func (l *Log) Root(size uint64) (tlog.Hash, error) {
	return tlog.TreeHash(int64(size), l) //nolint:gosec // far below 2^63
}

// numbers are the global numbers of records at positions from one on.
func (l *Log) numbers(tx *bbolt.Tx, from uint64, most int) ([]uint64, error) {
	numbers := make([]uint64, 0, most)
	if l.party == 0 {
		for n := from; n < l.size && len(numbers) < most; n++ {
			numbers = append(numbers, n)
		}
		return numbers, nil
	}
	items, err := listID{&listParties, l.party}.from(tx, from, most)
	for _, item := range items {
		if uint64(len(numbers))+from < l.size {
			numbers = append(numbers, number64(item))
		}
	}
	return numbers, err
}

// LogRecord is one record at its position in a log.
type LogRecord struct {
	Position uint64
	Record   Record
	Payload  []byte // nil where it was not asked for
}

// Bounds of one transaction of Read.
const (
	readRecords = 256
	readBytes   = 8 << 20
)

// Read reads the records from a position on, as many as a short transaction may:
// none when the log ends there. Payloads, which are the greater part, only if they
// are wanted.
func (l *Log) Read(from uint64, payloads bool) (records []LogRecord, err error) {
	err = l.books.view(func(tx *bbolt.Tx) error {
		numbers, err := l.numbers(tx, from, readRecords)
		if err != nil {
			return err
		}
		size := 0
		for i, number := range numbers {
			one := LogRecord{Position: from + uint64(i)}
			if payloads {
				one.Record, one.Payload, err = readLogged(tx, number)
			} else {
				one.Record, err = recordIn(tx, number)
			}
			if err != nil {
				return fmt.Errorf("read position %d of the log: %w", one.Position, err)
			}
			records = append(records, one)
			if size += len(one.Payload); size > readBytes {
				break
			}
		}
		return nil
	})
	return records, err
}

// Search finds the first position whose record was logged at or after a time; the
// size when none was. Log times never go back.
func (l *Log) Search(at settlement.Moment) (position uint64, err error) {
	err = l.books.view(func(tx *bbolt.Tx) error {
		low, high := uint64(0), l.size
		for low < high {
			middle := (low + high) / 2
			numbers, err := l.numbers(tx, middle, 1)
			if err != nil || len(numbers) == 0 {
				return fmt.Errorf("%w: the log lacks position %d: %w", ErrCorrupt, middle, err)
			}
			r, err := recordIn(tx, numbers[0])
			if err != nil {
				return err
			}
			if r.Logged < at {
				low = middle + 1
			} else {
				high = middle
			}
		}
		position = low
		return nil
	})
	return position, err
}
