package store

import (
	"encoding/binary"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// Limits and reservations that owners have set to their accounts.

func controlKey(c *settlement.Control) []byte {
	key := append(key32(uint32(c.Account)), byte(c.Kind), byte(c.Band))
	return binary.BigEndian.AppendUint32(key, uint32(c.Towards))
}

func encodeControl(c *settlement.Control) []byte {
	w := wire.NewWriter()
	w.Int(c.Amount)
	w.Int(c.Used)
	w.Int(c.Promised)
	w.Int(c.Stood)
	w.Uint(uint64(c.Since))
	return w.Record()
}

func decodeControl(key, value []byte) (settlement.Control, error) {
	r := wire.NewReader(value)
	c := settlement.Control{
		Account: settlement.AccountID(number32(key[:4])), Kind: settlement.ControlKind(key[4]), Band: settlement.Band(key[5]), Towards: settlement.AccountID(number32(key[6:])),
		Amount: r.Int(), Used: r.Int(), Promised: r.Int(), Stood: r.Int(), Since: settlement.EntryID(r.Uint()),
	}
	return c, r.Err()
}

func (c *commit) controls(batch *Batch) error {
	for i := range batch.Changes.Controls {
		one := &batch.Changes.Controls[i]
		write := func() error { return c.put(bucketControls, controlKey(one), encodeControl(one)) }
		if one.Gone {
			write = func() error { return c.drop(bucketControls, controlKey(one)) }
		}
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func controlsIn(tx *bbolt.Tx) (all []settlement.Control, err error) {
	err = each(tx, bucketControls, func(key, value []byte) error {
		c, err := decodeControl(key, value)
		all = append(all, c)
		return err
	})
	return all, err
}

func (b *Books) loadControls(tx *bbolt.Tx, kernel *settlement.Books) (err error) {
	kernel.Controls, err = controlsIn(tx)
	return err
}

// Controls are the limits and reservations of all accounts, as an account lists
// them.
func (b *Books) Controls() (all []settlement.Control, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		all, err = controlsIn(tx)
		return err
	})
	return all, err
}

// controls hands the limits and reservations to the audit of the kernel.
func (a *auditor) controls(kernel *settlement.Audit) {
	var all []settlement.Control
	rows := a.scan(bucketControls, func(key, value []byte) error {
		c, err := decodeControl(key, value)
		all = append(all, c)
		return err
	})
	a.counts = append(a.counts, Count{"limits and reservations", rows})
	kernel.Controls(all)
}
