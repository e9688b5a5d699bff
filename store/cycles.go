package store

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// Netting cycles, and what every account pays and gets in them.

func encodeCycle(c *settlement.Cycle) []byte {
	w := wire.NewWriter()
	w.Uint(uint64(c.Currency))
	w.Uint(uint64(c.State))
	for _, at := range []settlement.Moment{c.Opened, c.Closed, c.Ended, c.Until} {
		w.Int(int64(at))
	}
	w.Flag(c.Defer)
	w.Uint(uint64(c.Settlement))
	w.Uint(c.Left)
	return w.Record()
}

//nolint:gosec // every conversion undoes one of encodeCycle
func decodeCycle(id settlement.CycleID, b []byte) (settlement.Cycle, error) {
	r := wire.NewReader(b)
	c := settlement.Cycle{
		ID: id, Currency: settlement.Currency(r.Uint()), State: settlement.CycleState(r.Uint()),
		Opened: settlement.Moment(r.Int()), Closed: settlement.Moment(r.Int()), Ended: settlement.Moment(r.Int()), Until: settlement.Moment(r.Int()),
		Defer: r.Flag(), Settlement: settlement.PaymentID(r.Uint()), Left: r.Uint(),
	}
	if r.Err() == nil && (c.State < settlement.CycleOpen || c.State > settlement.CycleUnwound) {
		return c, fmt.Errorf("%w: cycle %d is in state %d", ErrCorrupt, id, c.State)
	}
	return c, r.Err()
}

func positionKey(p *settlement.Position) []byte {
	return binary.BigEndian.AppendUint32(key64(uint64(p.Cycle)), uint32(p.Account))
}

func encodePosition(p *settlement.Position) []byte {
	w := wire.NewWriter()
	w.Int(p.Pays)
	w.Int(p.Gets)
	w.Uint(p.Payments)
	return w.Record()
}

func decodePosition(key, value []byte) (settlement.Position, error) {
	r := wire.NewReader(value)
	p := settlement.Position{
		Cycle: settlement.CycleID(number64(key[:8])), Account: settlement.AccountID(number32(key[8:])),
		Pays: r.Int(), Gets: r.Int(), Payments: r.Uint(),
	}
	return p, r.Err()
}

func (c *commit) cycles(batch *Batch) error {
	for i := range batch.Changes.Cycles {
		one := &batch.Changes.Cycles[i]
		if err := c.put(bucketCycles, key64(uint64(one.ID)), encodeCycle(one)); err != nil {
			return err
		}
	}
	for i := range batch.Changes.Positions {
		one := &batch.Changes.Positions[i]
		if err := c.put(bucketPositions, positionKey(one), encodePosition(one)); err != nil {
			return err
		}
	}
	return nil
}

// loadCycles reads the cycles that have not ended: they are among the last.
func (b *Books) loadCycles(tx *bbolt.Tx, kernel *settlement.Books) error {
	err := cyclesDown(tx, 0, func(c settlement.Cycle) bool {
		kernel.Cycles.Last = max(kernel.Cycles.Last, c.ID)
		if !c.State.Ended() {
			kernel.Cycles.Live = append(kernel.Cycles.Live, c)
		}
		return true
	})
	for i := range kernel.Cycles.Live {
		if err != nil {
			return err
		}
		var some []settlement.Position
		some, err = positionsIn(tx, kernel.Cycles.Live[i].ID)
		kernel.Cycles.Positions = append(kernel.Cycles.Positions, some...)
	}
	return err
}

// cyclesDown visits the cycles from that number downwards (0: from the last), the
// latest first, until visit says no.
func cyclesDown(tx *bbolt.Tx, from settlement.CycleID, visit func(settlement.Cycle) bool) error {
	cursor := tx.Bucket(bucketCycles).Cursor()
	key, sealed := cursor.Last()
	for key != nil {
		id := settlement.CycleID(number64(key))
		if from == 0 || id <= from {
			value, err := unseal(bucketCycles, key, sealed)
			if err != nil {
				return err
			}
			c, err := decodeCycle(id, value)
			if err != nil {
				return fmt.Errorf("%w: cycle %d: %w", ErrCorrupt, id, err)
			}
			if !visit(c) {
				return nil
			}
		}
		key, sealed = cursor.Prev()
	}
	return nil
}

func positionsIn(tx *bbolt.Tx, id settlement.CycleID) (all []settlement.Position, err error) {
	cursor := tx.Bucket(bucketPositions).Cursor()
	for key, sealed := cursor.Seek(key64(uint64(id))); key != nil && number64(key[:8]) == uint64(id); key, sealed = cursor.Next() {
		value, err := unseal(bucketPositions, key, sealed)
		if err != nil {
			return nil, err
		}
		p, err := decodePosition(key, value)
		if err != nil {
			return nil, fmt.Errorf("%w: position %x: %w", ErrCorrupt, key, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// CyclesDown visits the netting cycles from that number downwards (0: from the last),
// the latest first and each with its positions, until visit says no.
func (b *Books) CyclesDown(from settlement.CycleID, visit func(settlement.Cycle, []settlement.Position) bool) error {
	return b.view(func(tx *bbolt.Tx) error {
		var failed error
		err := cyclesDown(tx, from, func(c settlement.Cycle) bool {
			positions, err := positionsIn(tx, c.ID)
			if err != nil {
				failed = err
				return false
			}
			return visit(c, positions)
		})
		if err == nil {
			err = failed
		}
		return err
	})
}

// cycles hands cycles and positions to the audit of the kernel.
func (a *auditor) cycles(kernel *settlement.Audit) {
	rows := a.scan(bucketCycles, func(key, value []byte) error {
		c, err := decodeCycle(settlement.CycleID(number64(key)), value)
		if err == nil {
			kernel.Cycle(c)
		}
		return err
	})
	a.counts = append(a.counts, Count{"netting cycles", rows})
	a.scan(bucketPositions, func(key, value []byte) error {
		p, err := decodePosition(key, value)
		if err == nil {
			kernel.Position(p)
		}
		return err
	})
}
