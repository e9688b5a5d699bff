package store

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// State is where the books stand. It changes with every group, in the same
// transaction as the group's effects.
type State struct {
	Sequence uint64   // last group applied
	LogHash  [32]byte // running hash of the log up to there
	Before   [32]byte // the same without the last group, so that it can be checked alone
	Digest   [32]byte // running hash of all effects: equal books, equal digest
	Now      settlement.Moment
	Booked   settlement.Moment    // booking time: no later entry is booked before it
	Payment  settlement.PaymentID // last numbers given
	Message  settlement.MessageID
	Entry    settlement.EntryID
	Turn     uint64
	Identity uint64    // identities written
	Records  uint64    // records in the message log
	Root     tlog.Hash // of the message log
}

// Batch is all that one group of the log did.
type Batch struct {
	State     State // afterwards; Digest, Identity, Records and Root are filled in by Commit
	Changes   settlement.Changes
	Directory []byte // nil: unchanged
	Market    []MarketRow
	Doors     []byte   // up to where groups of each door are applied
	Keys      []byte   // chain of the signing keys; nil: unchanged
	Days      []byte   // where the settlement days stand; nil: unchanged
	Reign     []byte   // who leads, and by which rules; nil: unchanged
	Read      []Reader // how far mailboxes were read
	Life      string   // id of the life that the log begins here; empty: it goes on in that it has
	Records   []Record
	// Decisions, Pending and Quarantined are rows to write, or without a value to
	// take out.
	Decisions, Pending, Quarantined []Kept
}

// Books are the open file. Commits come from one goroutine; reads from any.
type Books struct {
	path  string
	db    atomic.Pointer[bbolt.DB] // another one after a compaction
	state atomic.Pointer[State]
	uetrs uetrIndex
	note  string // what was odd about the file when it was opened, and is sound

	mailboxes mailboxes
	lives     atomic.Pointer[[]Life]
	growth    *growth // of the goroutine that commits

	writing sync.Mutex // held while the file is written, or replaced
	copy    *copying   // of a compaction under way; nil: there is none
}

// prepare reads where the books stand, and makes empty ones if there are none.
func (b *Books) prepare() error {
	empty := false
	err := b.view(func(tx *bbolt.Tx) error {
		empty = tx.Bucket(bucketMeta) == nil
		if empty {
			return nil
		}
		for _, name := range buckets() {
			if tx.Bucket(name) == nil {
				return fmt.Errorf("%w: the bucket %s is missing", ErrCorrupt, name)
			}
		}
		state, err := stateIn(tx)
		b.state.Store(&state)
		return errors.Join(err, b.loadMailboxes(tx), b.loadLives(tx))
	})
	if err != nil || !empty {
		return err
	}
	b.state.Store(&State{Root: emptyRoot()})
	b.mailboxes.boxes = map[settlement.ParticipantID]mailbox{}
	b.lives.Store(&[]Life{})
	return b.update(func(tx *bbolt.Tx) error {
		for _, name := range buckets() {
			if _, err := tx.CreateBucket(name); err != nil {
				return fmt.Errorf("make bucket %s: %w", name, err)
			}
		}
		return nil
	})
}

// Close closes the file.
func (b *Books) Close() error {
	if b.db.Load().IsReadOnly() {
		return b.Abandon()
	}
	return errors.Join(b.SaveReaders(), b.Abandon())
}

// Abandon closes the file as the end of the process would: what stands nowhere but in
// memory is not saved.
func (b *Books) Abandon() error { return b.db.Load().Close() }

// State is where the books stand.
func (b *Books) State() State { return *b.state.Load() }

// Note is what was odd about the file when it was opened, though it is sound;
// empty: nothing.
func (b *Books) Note() string { return b.note }

// stateIn is where the books stand in a transaction, which may be older than
// State.
func stateIn(tx *bbolt.Tx) (State, error) {
	value, err := get(tx, bucketMeta, keyState)
	if err != nil {
		return State{}, err
	}
	if value == nil {
		return State{Root: emptyRoot()}, nil
	}
	return decodeState(value)
}

func encodeState(s State) []byte {
	w := wire.NewWriter()
	w.Uint(s.Sequence)
	for _, hash := range [][32]byte{s.LogHash, s.Before, s.Digest, s.Root} {
		w.Fixed(hash[:])
	}
	w.Int(int64(s.Now))
	w.Int(int64(s.Booked))
	for _, n := range []uint64{uint64(s.Payment), uint64(s.Message), uint64(s.Entry), s.Turn, s.Identity, s.Records} {
		w.Uint(n)
	}
	return w.Record()
}

func decodeState(value []byte) (State, error) {
	var s State
	r := wire.NewReader(value)
	s.Sequence = r.Uint()
	r.Fixed(s.LogHash[:])
	r.Fixed(s.Before[:])
	r.Fixed(s.Digest[:])
	r.Fixed(s.Root[:])
	s.Now, s.Booked = settlement.Moment(r.Int()), settlement.Moment(r.Int())
	s.Payment, s.Message, s.Entry = settlement.PaymentID(r.Uint()), settlement.MessageID(r.Uint()), settlement.EntryID(r.Uint())
	s.Turn, s.Identity, s.Records = r.Uint(), r.Uint(), r.Uint()
	if r.Err() != nil {
		return s, fmt.Errorf("%w: meta/state: %w", ErrCorrupt, r.Err())
	}
	return s, nil
}

// commit is one transaction of Commit.
type commit struct {
	books      *Books
	tx         *bbolt.Tx
	copy       *copying // is told what changes; nil: nobody is
	state      State
	effects    hash.Hash                           // of the digest before and all effects of the group
	ends       map[settlement.ParticipantID]uint64 // last numbers given by this transaction
	identities *wire.Writer                        // of the batch; nil: none so far
	sums       []sum                               // of this transaction; see summed
}

// put seals a value and adds it to the digest of the group's effects.
func (c *commit) put(bucket, key, value []byte) error {
	var lengths [12]byte                                        // so that no two sequences of effects are the same bytes
	binary.BigEndian.PutUint32(lengths[:], uint32(len(bucket))) //nolint:gosec // short
	binary.BigEndian.PutUint32(lengths[4:], uint32(len(key)))   //nolint:gosec // short
	binary.BigEndian.PutUint32(lengths[8:], uint32(len(value))) //nolint:gosec // at most a payload
	for _, part := range [][]byte{lengths[:], bucket, key, value} {
		_, _ = c.effects.Write(part)
	}
	if err := c.recount(bucket, key, value); err != nil {
		return err
	}
	return c.keep(bucket, key, value)
}

// drop takes a row out and adds that to the digest of the group's effects.
func (c *commit) drop(bucket, key []byte) error {
	var lengths [12]byte                                        // that of the value is one that no value has
	binary.BigEndian.PutUint32(lengths[:], uint32(len(bucket))) //nolint:gosec // short
	binary.BigEndian.PutUint32(lengths[4:], uint32(len(key)))   //nolint:gosec // short
	binary.BigEndian.PutUint32(lengths[8:], math.MaxUint32)
	for _, part := range [][]byte{lengths[:], bucket, key} {
		_, _ = c.effects.Write(part)
	}
	if err := c.recount(bucket, key, nil); err != nil {
		return err
	}
	return c.take(bucket, key)
}

// take takes a row out.
func (c *commit) take(bucket, key []byte) error {
	if err := c.tx.Bucket(bucket).Delete(key); err != nil {
		return fmt.Errorf("take out %s/%x: %w", bucket, key, err)
	}
	c.copy.changed(bucket, key)
	return nil
}

// keep is put for what may differ between two nodes that agree.
func (c *commit) keep(bucket, key, value []byte) error {
	if err := c.tx.Bucket(bucket).Put(key, seal(bucket, key, value)); err != nil {
		return fmt.Errorf("write %s/%x: %w", bucket, key, err)
	}
	c.copy.changed(bucket, key)
	return nil
}

// Commit writes batches, in order, and their place in the log in one durable
// transaction. How many are written at once makes no difference to what stands
// in the books afterwards. After an error the books are as before, but what the
// kernel holds in memory is not: the process must stop.
func (b *Books) Commit(batches []Batch) (State, error) {
	state := b.State()
	ends, readers := map[settlement.ParticipantID]uint64{}, b.changedReaders()
	err := b.update(func(tx *bbolt.Tx) error {
		sums, err := sumsIn(tx)
		if err != nil {
			return err
		}
		for _, name := range growing() {
			tx.Bucket(name).FillPercent = 1
		}
		for i := range batches {
			c := &commit{books: b, tx: tx, copy: b.copy, state: batches[i].State, effects: sha256.New(), ends: ends, sums: sums}
			_, _ = c.effects.Write(state.Digest[:])
			c.state.Identity, c.state.Records = state.Identity, state.Records
			if err := c.batch(&batches[i]); err != nil {
				return fmt.Errorf("group %d: %w", c.state.Sequence, err)
			}
			c.effects.Sum(c.state.Digest[:0])
			state = c.state
			if err := c.keep(bucketGroups, key64(state.Sequence), encodeGroup(&state)); err != nil {
				return err
			}
		}
		c := &commit{books: b, tx: tx, copy: b.copy, sums: sums}
		global, err := c.tree(listID{&listHashes, 0}, state.Records)
		if err != nil {
			return err
		}
		state.Root = global.root()
		if err := c.flush(); err != nil {
			return err
		}
		read(batches, readers, ends, b)
		if err := c.readers(readers); err != nil {
			return err
		}
		if err := c.keepSums(); err != nil {
			return err
		}
		return c.keep(bucketMeta, keyState, encodeState(state))
	})
	if err != nil {
		b.growth = newGrowth()
		return b.State(), fmt.Errorf("commit: %w", err)
	}
	b.learn(batches)
	b.state.Store(&state)
	b.mailed(ends)
	b.haveRead(batches)
	b.savedReaders(readers)
	return state, b.relive(batches)
}

// learn files what batches brought under its UETR.
func (b *Books) learn(batches []Batch) {
	known := b.State().Payment
	b.uetrs.Lock()
	defer b.uetrs.Unlock()
	for i := range batches {
		for k := range batches[i].Changes.Payments {
			if p := &batches[i].Changes.Payments[k]; p.ID > known {
				b.uetrs.add(p.ID, p.UETR)
			}
		}
		for _, letter := range batches[i].Changes.Letters {
			b.uetrs.letters.Add(letter.Identity.Key(), uint64(letter.Message))
		}
		known = batches[i].State.Payment
	}
}

func (c *commit) batch(batch *Batch) error {
	if batch.Life != "" {
		if err := c.life(batch); err != nil {
			return err
		}
	}
	for _, write := range []func(*Batch) error{c.accounts, c.controls, c.payments, c.messages, c.cases, c.cycles, c.records, c.decisions, c.market} {
		if err := write(batch); err != nil {
			return err
		}
	}
	if err := c.writeIdentities(); err != nil {
		return err
	}
	if batch.Keys != nil {
		if err := c.put(bucketMeta, keyKeys, batch.Keys); err != nil {
			return err
		}
	}
	if batch.Reign != nil {
		if err := c.put(bucketMeta, keyReign, batch.Reign); err != nil {
			return err
		}
	}
	if batch.Days != nil {
		if err := c.put(bucketMeta, keyDays, batch.Days); err != nil {
			return err
		}
	}
	if batch.Doors != nil {
		if err := c.put(bucketMeta, keyDoors, batch.Doors); err != nil {
			return err
		}
	}
	if batch.Directory != nil {
		return c.put(bucketDirectory, keyDirectory, batch.Directory)
	}
	return nil
}

func (c *commit) accounts(batch *Batch) error {
	for _, a := range batch.Changes.Accounts {
		if err := c.put(bucketAccounts, key32(uint32(a.ID)), encodeAccount(a)); err != nil {
			return err
		}
	}
	for _, e := range batch.Changes.Entries {
		if err := c.put(bucketEntries, key64(uint64(e.ID)), encodeEntry(e)); err != nil {
			return err
		}
		if err := c.marks(&e); err != nil {
			return err
		}
	}
	return nil
}

func (c *commit) payments(batch *Batch) error {
	about := c.about(batch)
	for i := range batch.Changes.Payments {
		p := &batch.Changes.Payments[i]
		key := key64(uint64(p.ID))
		value, err := get(c.tx, bucketPayments, key)
		if err != nil {
			return err
		}
		var before []uint64
		if value == nil {
			c.identity(identityRow{p.Identity, p.UETR, uint64(p.ID), false})
			for i, name := range p.Names {
				if p.Files(i) {
					c.identity(identityRow{identity: name, number: uint64(p.ID)})
				}
			}
		} else if _, before, err = decodePaymentRow(p.ID, value); err != nil {
			return fmt.Errorf("%w: payment %d: %w", ErrCorrupt, p.ID, err)
		}
		if err := c.open(key, p.State.Final(), value != nil); err != nil {
			return err
		}
		if err := c.paymentRow(p, before, about[p.ID]); err != nil {
			return err
		}
		delete(about, p.ID)
	}
	return c.asked(batch, about)
}

// open keeps the list of payments that have not ended. It follows from the
// payments, so the digest need not cover it.
func (c *commit) open(key []byte, final, known bool) error {
	switch {
	case !final:
		return c.keep(bucketOpen, key, nil)
	case known:
		return c.take(bucketOpen, key)
	}
	return nil
}

func (c *commit) messages(batch *Batch) error {
	for _, m := range batch.Changes.Messages {
		if err := c.put(bucketMessages, key64(uint64(m.ID)), encodeMessage(m)); err != nil {
			return err
		}
	}
	for _, l := range batch.Changes.Letters {
		c.identity(identityRow{identity: l.Identity, number: uint64(l.Message), letter: true})
	}
	return nil
}

// get reads one value; nil when there is none.
func get(tx *bbolt.Tx, bucket, key []byte) ([]byte, error) {
	sealed := tx.Bucket(bucket).Get(key)
	if sealed == nil {
		return nil, nil
	}
	return unseal(bucket, key, sealed)
}

// each walks a bucket in the order of its keys.
func each(tx *bbolt.Tx, bucket []byte, visit func(key, value []byte) error) error {
	return tx.Bucket(bucket).ForEach(func(key, sealed []byte) error {
		value, err := unseal(bucket, key, sealed)
		if err != nil {
			return err
		}
		if err := visit(key, value); err != nil {
			return fmt.Errorf("%s/%x: %w", bucket, key, err)
		}
		return nil
	})
}

// Payment is a payment as last changed; false when there is none of that number.
func (b *Books) Payment(id settlement.PaymentID) (p settlement.Payment, ok bool, err error) {
	last := b.State().Payment // before the transaction: it has them all
	err = b.view(func(tx *bbolt.Tx) error {
		if p, ok, err = paymentIn(tx, id); !ok && err == nil && id > 0 && id <= last {
			return corrupt("payment %d of %d is missing", id, last)
		}
		return err
	})
	return p, ok && err == nil, err
}

func paymentIn(tx *bbolt.Tx, id settlement.PaymentID) (p settlement.Payment, ok bool, err error) {
	value, err := get(tx, bucketPayments, key64(uint64(id)))
	if value == nil || err != nil {
		return p, false, err
	}
	p, err = decodePayment(id, value)
	return p, true, err
}

// Message is a message as it was accepted; false when there is none of that number.
func (b *Books) Message(id settlement.MessageID) (m settlement.Message, ok bool, err error) {
	last := b.State().Message // before the transaction: it has them all
	err = b.view(func(tx *bbolt.Tx) error {
		if m, ok, err = messageIn(tx, id); !ok && err == nil && id > 0 && id <= last {
			return corrupt("message %d of %d is missing", id, last)
		}
		return err
	})
	return m, ok && err == nil, err
}

func messageIn(tx *bbolt.Tx, id settlement.MessageID) (m settlement.Message, ok bool, err error) {
	value, err := get(tx, bucketMessages, key64(uint64(id)))
	if value == nil || err != nil {
		return m, false, err
	}
	m, err = decodeMessage(id, value)
	return m, true, err
}

// Directory is the directory as the lane last gave it; nil when there is none.
func (b *Books) Directory() (directory []byte, err error) {
	return b.value(bucketDirectory, keyDirectory)
}

// Keys is the chain of the signing keys; empty when there was only one.
func (b *Books) Keys() (chain []byte, err error) { return b.value(bucketMeta, keyKeys) }

// Doors says up to where the groups of each door are applied, as the lane last
// gave it; nil before the first.
func (b *Books) Doors() (doors []byte, err error) { return b.value(bucketMeta, keyDoors) }

// Reign says who leads and by which rules, as the lane last gave it; nil before anybody
// did.
func (b *Books) Reign() (reign []byte, err error) { return b.value(bucketMeta, keyReign) }

// Days says where the settlement days stand, as the lane last gave it; nil before
// there was any.
func (b *Books) Days() (days []byte, err error) { return b.value(bucketMeta, keyDays) }

func (b *Books) value(bucket, key []byte) (kept []byte, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		value, err := get(tx, bucket, key)
		kept = append([]byte(nil), value...)
		return err
	})
	return kept, err
}
