package store

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"dragoman/messages"
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
	Identity uint64 // identities written
	Records  uint64 // records in the message log
}

// Batch is all that one group of the log did.
type Batch struct {
	State     State // afterwards; Digest, Identity and Records are filled in by Commit
	Changes   settlement.Changes
	Directory []byte // nil: unchanged
	Records   []Record
}

// Books are the open file. Commits come from one goroutine; reads from any.
type Books struct {
	db    *bbolt.DB
	state atomic.Pointer[State]
	uetrs uetrIndex

	mailboxes mailboxes
}

// Settings of the file, measured for this load: pages of 8 KB waste less on 2 KB
// values than 4 KB ones; a large first mapping spares remapping under load.
const (
	pageSize    = 8192
	growBy      = 64 << 20
	firstMapped = 1 << 30
	lockWait    = 2 * time.Second
)

// Open opens the books in a file, or makes empty ones.
func Open(path string) (*Books, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: lockWait, PageSize: pageSize, FreelistType: bbolt.FreelistMapType, InitialMmapSize: firstMapped,
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("open books %s: another process has them open", path)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("open books %s: %w; the file and its folder must belong to the user that runs dragoman", path, err)
	case err != nil:
		return nil, fmt.Errorf("open books %s: %w: %w", path, ErrCorrupt, err)
	}
	db.AllocSize = growBy
	b := &Books{db: db, uetrs: uetrIndex{payments: map[messages.UETR][]settlement.PaymentID{}}}
	b.state.Store(&State{})
	if err := b.prepare(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return b, nil
}

func (b *Books) prepare() error {
	return b.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets() {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return fmt.Errorf("make bucket %s: %w", name, err)
			}
		}
		if err := b.loadMailboxes(tx); err != nil {
			return err
		}
		sealed := tx.Bucket(bucketMeta).Get(keyState)
		if sealed == nil {
			return nil
		}
		value, err := unseal(bucketMeta, keyState, sealed)
		if err != nil {
			return err
		}
		state, err := decodeState(value)
		b.state.Store(&state)
		return err
	})
}

// Close closes the file.
func (b *Books) Close() error { return errors.Join(b.SaveReaders(), b.db.Close()) }

// State is where the books stand.
func (b *Books) State() State { return *b.state.Load() }

func encodeState(s State) []byte {
	w := wire.NewWriter()
	w.Uint(s.Sequence)
	w.Fixed(s.LogHash[:])
	w.Fixed(s.Before[:])
	w.Fixed(s.Digest[:])
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
	books  *Books
	tx     *bbolt.Tx
	state  State
	digest [32]byte
	ends   map[settlement.ParticipantID]uint64 // last numbers given by this transaction
}

// put seals a value and adds it to the digest of effects.
func (c *commit) put(bucket, key, value []byte) error {
	h := sha256.New()
	_, _ = h.Write(c.digest[:])
	_, _ = h.Write(bucket)
	_, _ = h.Write(key)
	_, _ = h.Write(value)
	h.Sum(c.digest[:0])
	return c.keep(bucket, key, value)
}

// keep is put for what may differ between two nodes that agree.
func (c *commit) keep(bucket, key, value []byte) error {
	if err := c.tx.Bucket(bucket).Put(key, seal(value)); err != nil {
		return fmt.Errorf("write %s/%x: %w", bucket, key, err)
	}
	return nil
}

// Commit writes batches, in order, and their place in the log in one durable
// transaction. How many are written at once makes no difference to what stands
// in the books afterwards. After an error the books are as before, but what the
// kernel holds in memory is not: the process must stop.
func (b *Books) Commit(batches []Batch) (State, error) {
	state := b.State()
	ends, readers := map[settlement.ParticipantID]uint64{}, b.changedReaders()
	err := b.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketPayments, bucketMessages, bucketEntries, bucketIdentities, bucketRecords, bucketPayloads, bucketHashes} {
			tx.Bucket(name).FillPercent = 1 // keys only grow
		}
		for i := range batches {
			c := &commit{books: b, tx: tx, state: batches[i].State, digest: state.Digest, ends: ends}
			c.state.Identity, c.state.Records = state.Identity, state.Records
			if err := c.batch(&batches[i]); err != nil {
				return fmt.Errorf("group %d: %w", c.state.Sequence, err)
			}
			c.state.Digest = c.digest
			state = c.state
		}
		if err := putReaders(tx, readers); err != nil {
			return err
		}
		c := &commit{tx: tx}
		return c.keep(bucketMeta, keyState, encodeState(state))
	})
	if err != nil {
		return b.State(), fmt.Errorf("commit: %w", err)
	}
	b.state.Store(&state)
	b.savedReaders(readers)
	b.mailed(ends)
	b.uetrs.Lock()
	defer b.uetrs.Unlock()
	for i := range batches {
		for k := range batches[i].Changes.Payments {
			b.uetrs.add(&batches[i].Changes.Payments[k])
		}
	}
	return state, nil
}

func (c *commit) batch(batch *Batch) error {
	for _, write := range []func(*Batch) error{c.accounts, c.payments, c.messages, c.records} {
		if err := write(batch); err != nil {
			return err
		}
	}
	if batch.Directory != nil {
		return c.put(bucketMeta, keyDirectory, batch.Directory)
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
	for _, p := range batch.Changes.Payments {
		key := key64(uint64(p.ID))
		if c.tx.Bucket(bucketPayments).Get(key) == nil {
			if err := c.identity(p.Identity, uint64(p.ID), false); err != nil {
				return err
			}
		}
		if err := c.put(bucketPayments, key, encodePayment(p)); err != nil {
			return err
		}
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
		if err := c.identity(l.Identity, uint64(l.Message), true); err != nil {
			return err
		}
	}
	return nil
}

// identity adds to the list from which the kernel's index is built at start.
func (c *commit) identity(identity settlement.Identity, number uint64, letter bool) error {
	c.state.Identity++
	w := wire.NewWriter()
	w.Fixed(identity[:])
	w.Uint(number)
	w.Flag(letter)
	return c.put(bucketIdentities, key64(c.state.Identity), w.Record())
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
	err = b.db.View(func(tx *bbolt.Tx) error {
		value, err := get(tx, bucketPayments, key64(uint64(id)))
		if value == nil || err != nil {
			return err
		}
		ok = true
		p, err = decodePayment(id, value)
		return err
	})
	return p, ok && err == nil, err
}

// Message is a message as it was accepted; false when there is none of that number.
func (b *Books) Message(id settlement.MessageID) (m settlement.Message, ok bool, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		value, err := get(tx, bucketMessages, key64(uint64(id)))
		if value == nil || err != nil {
			return err
		}
		ok = true
		m, err = decodeMessage(id, value)
		return err
	})
	return m, ok && err == nil, err
}

// Directory is the directory as the lane last gave it; nil when there is none.
func (b *Books) Directory() (directory []byte, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		value, err := get(tx, bucketMeta, keyDirectory)
		directory = append([]byte(nil), value...)
		return err
	})
	return directory, err
}

// Load is what a kernel needs to go on from where the books stand.
func (b *Books) Load() (settlement.Books, error) {
	s := b.State()
	kernel := settlement.Books{Now: s.Now, Booked: s.Booked, LastPayment: s.Payment, LastMessage: s.Message, LastEntry: s.Entry, LastTurn: s.Turn}
	identities, letters := map[settlement.Identity]settlement.PaymentID{}, map[settlement.Identity]settlement.MessageID{}
	err := b.db.View(func(tx *bbolt.Tx) error {
		return errors.Join(
			each(tx, bucketAccounts, func(key, value []byte) error {
				a, err := decodeAccount(settlement.AccountID(number32(key)), value)
				kernel.Accounts = append(kernel.Accounts, a)
				return err
			}),
			each(tx, bucketPayments, func(key, value []byte) error {
				p, err := decodePayment(settlement.PaymentID(number64(key)), value)
				b.uetrs.add(&p)
				if !p.State.Final() {
					kernel.Open = append(kernel.Open, p)
				}
				return err
			}),
			each(tx, bucketIdentities, func(_, value []byte) error {
				r := wire.NewReader(value)
				var identity settlement.Identity
				r.Fixed(identity[:])
				number, letter := r.Uint(), r.Flag()
				if letter {
					letters[identity] = settlement.MessageID(number)
				} else {
					identities[identity] = settlement.PaymentID(number)
				}
				return r.Err()
			}),
		)
	})
	kernel.Identities, kernel.Letters = maps.All(identities), maps.All(letters)
	return kernel, err
}
