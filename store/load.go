package store

import (
	"errors"
	"fmt"
	"hash/maphash"
	"sync"

	"go.etcd.io/bbolt"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store/wire"
)

// What a start reads. Of every payment there ever was it must know the identity,
// and nothing else: those stand close together in a bucket of their own, so that
// a million of them are read in a fraction of a second.

// identityRow is how a payment, or a letter, is known again.
type identityRow struct {
	identity settlement.Identity
	uetr     messages.UETR // of a payment that has one
	number   uint64
	letter   bool
}

// Flags of a row, below its number.
const (
	rowLetter = 1 << iota
	rowUETR
	rowFlags = 2 // bits
)

// identity adds a row to those of the batch.
func (c *commit) identity(row identityRow) {
	if c.identities == nil {
		c.identities = wire.NewWriter()
		c.identities.Uint(c.state.Identity + 1)
	}
	c.state.Identity++
	flags := row.number << rowFlags
	if row.letter {
		flags |= rowLetter
	}
	if !row.uetr.IsZero() {
		flags |= rowUETR
	}
	c.identities.Uint(flags)
	c.identities.Fixed(row.identity[:])
	if !row.uetr.IsZero() {
		uetr := row.uetr.Bytes()
		c.identities.Fixed(uetr[:])
	}
}

// writeIdentities writes the rows of the batch as one value.
func (c *commit) writeIdentities() error {
	if c.identities == nil {
		return nil
	}
	value := c.identities.Record()
	c.identities = nil
	return c.put(bucketIdentities, key64(wire.NewReader(value).Uint()), value)
}

// eachIdentity walks the rows of one value, which begins with the number of the
// first.
func eachIdentity(value []byte, visit func(n uint64, row identityRow)) error {
	r := wire.NewReader(value)
	for n := r.Uint(); r.Rest() > 0; n++ {
		var row identityRow
		flags := r.Uint()
		row.number, row.letter = flags>>rowFlags, flags&rowLetter != 0
		r.Fixed(row.identity[:])
		if flags&rowUETR != 0 {
			var uetr [16]byte
			r.Fixed(uetr[:])
			var err error
			if row.uetr, err = messages.UETRFromBytes(uetr); err != nil {
				return err
			}
		}
		if r.Err() == nil {
			visit(n, row)
		}
	}
	return r.Err()
}

// Load is what a kernel needs to go on from where the books stand. It also fills
// the index of ByUETR.
func (b *Books) Load() (settlement.Books, error) {
	s := b.State()
	kernel := settlement.Books{
		Now: s.Now, Booked: s.Booked, LastPayment: s.Payment, LastMessage: s.Message, LastEntry: s.Entry, LastTurn: s.Turn,
		Identities: &settlement.Index{}, Letters: &settlement.Index{},
	}
	kernel.Identities.Reserve(int(s.Payment)) //nolint:gosec // far below 2^63
	err := b.view(func(tx *bbolt.Tx) error {
		return errors.Join(b.loadAccounts(tx, &kernel), b.loadControls(tx, &kernel), b.loadOpen(tx, &kernel), b.loadIdentities(tx, &kernel), b.loadCases(tx, &kernel), b.loadCycles(tx, &kernel))
	})
	return kernel, err
}

func (b *Books) loadAccounts(tx *bbolt.Tx, kernel *settlement.Books) error {
	return each(tx, bucketAccounts, func(key, value []byte) error {
		a, err := decodeAccount(settlement.AccountID(number32(key)), value)
		kernel.Accounts = append(kernel.Accounts, a)
		return err
	})
}

func (b *Books) loadOpen(tx *bbolt.Tx, kernel *settlement.Books) error {
	return each(tx, bucketOpen, func(key, _ []byte) error {
		value, err := get(tx, bucketPayments, key)
		if err == nil && value == nil {
			err = fmt.Errorf("%w: the payment is missing", ErrCorrupt)
		}
		if err != nil {
			return err
		}
		p, err := decodePayment(settlement.PaymentID(number64(key)), value)
		kernel.Open = append(kernel.Open, p)
		return err
	})
}

func (b *Books) loadIdentities(tx *bbolt.Tx, kernel *settlement.Books) error {
	b.uetrs.Lock()
	defer b.uetrs.Unlock()
	b.uetrs.index = settlement.Index{}             // a lane that starts again loads again
	b.uetrs.index.Reserve(int(kernel.LastPayment)) //nolint:gosec // far below 2^63
	filing := newFiling(kernel.Identities, &b.uetrs.index, int(min(kernel.LastPayment, filed)))
	err := each(tx, bucketIdentities, func(_, value []byte) error {
		return eachIdentity(value, func(_ uint64, row identityRow) {
			if row.letter {
				b.uetrs.letters.Add(row.identity.Key(), row.number)
				kernel.Letters.Add(row.identity.Key(), row.number)
				return
			}
			filing.add(row.identity.Key(), row.number)
			if !row.uetr.IsZero() {
				filing.found = append(filing.found, settlement.Filed{Key: b.uetrs.key(row.uetr), Number: row.number})
			}
		})
	})
	filing.flush()
	return err
}

// filed is how many payments are filed at once at a start: 32 MB for a moment.
const filed = 1 << 19

// filing files payments by identity and by UETR, many at once and both at a time.
type filing struct {
	identities, uetrs *settlement.Index
	known, found      []settlement.Filed
	rooms             [2][]settlement.Filed
}

func newFiling(identities, uetrs *settlement.Index, most int) *filing {
	rows := func() []settlement.Filed { return make([]settlement.Filed, 0, most) }
	return &filing{identities: identities, uetrs: uetrs, known: rows(), found: rows(), rooms: [2][]settlement.Filed{rows(), rows()}}
}

func (f *filing) add(identity, number uint64) {
	if len(f.known) == filed {
		f.flush()
	}
	f.known = append(f.known, settlement.Filed{Key: identity, Number: number})
}

func (f *filing) flush() {
	var both sync.WaitGroup
	both.Go(func() { f.identities.AddAll(f.known, f.rooms[0], 0) })
	f.uetrs.AddAll(f.found, f.rooms[1], maxPerUETR)
	both.Wait()
	f.known, f.found = f.known[:0], f.found[:0]
}

// ByUETR finds the payments of a UETR, in the order of their arrival. A UETR can
// name several: a transfer and its cover, or the legs of a chain.
func (b *Books) ByUETR(uetr messages.UETR) (found []settlement.PaymentID, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		for _, id := range b.uetrs.candidates(uetr) {
			value, err := get(tx, bucketPayments, key64(uint64(id)))
			if err != nil {
				return err
			}
			p, err := decodePayment(id, value)
			if err != nil {
				return fmt.Errorf("%w: payment %d: %w", ErrCorrupt, id, err)
			}
			if p.UETR == uetr {
				found = append(found, id)
			}
		}
		return nil
	})
	return found, err
}

// Sent finds a message with the sender and content of m that was applied before:
// by the UETR of its first payment or, where it carries none, by its identity.
func (b *Books) Sent(m settlement.Message, uetr messages.UETR) (first settlement.Message, found bool, err error) {
	payments, letters := b.uetrs.sent(uetr, m.Letter())
	if len(payments)+len(letters) == 0 {
		return first, false, nil
	}
	err = b.view(func(tx *bbolt.Tx) error {
		for _, id := range payments {
			value, err := get(tx, bucketPayments, key64(uint64(id)))
			if err != nil {
				return err
			}
			p, err := decodePayment(id, value)
			if err != nil {
				return fmt.Errorf("%w: payment %d: %w", ErrCorrupt, id, err)
			}
			if p.Sender == m.Sender && p.Digest == m.Digest {
				letters = append(letters, p.Message)
			}
		}
		for _, id := range letters {
			value, err := get(tx, bucketMessages, key64(uint64(id)))
			if err != nil {
				return err
			}
			known, err := decodeMessage(id, value)
			if err != nil {
				return fmt.Errorf("%w: message %d: %w", ErrCorrupt, id, err)
			}
			if known.Sender == m.Sender && known.Digest == m.Digest {
				first, found = known, true
				return nil
			}
		}
		return nil
	})
	return first, found, err
}

// sent are the payments of a UETR and the messages of an identity.
func (x *uetrIndex) sent(uetr messages.UETR, letter settlement.Identity) (payments []settlement.PaymentID, letters []settlement.MessageID) {
	x.RLock()
	defer x.RUnlock()
	if !uetr.IsZero() {
		for id := range x.index.Candidates(x.key(uetr)) {
			payments = append(payments, settlement.PaymentID(id))
		}
	}
	for id := range x.letters.Candidates(letter.Key()) {
		letters = append(letters, settlement.MessageID(id))
	}
	return payments, letters
}

// uetrIndex finds payments by UETR. It lives in memory: as random keys in the
// file it would be the bottleneck of every commit.
type uetrIndex struct {
	sync.RWMutex
	index   settlement.Index
	letters settlement.Index // messages that carry no payment, by identity
	seed    maphash.Seed     // banks choose UETRs; what they hash to they cannot choose
}

// maxPerUETR bounds the payments that are found by one UETR: a bank that sends
// thousands under the same one must not slow down the others.
const maxPerUETR = 1000

func (x *uetrIndex) key(uetr messages.UETR) uint64 {
	b := uetr.Bytes()
	var h maphash.Hash
	h.SetSeed(x.seed)
	_, _ = h.Write(b[:])
	return h.Sum64()
}

// add takes in a payment when it is first seen.
func (x *uetrIndex) add(id settlement.PaymentID, uetr messages.UETR) {
	if uetr.IsZero() {
		return
	}
	key, n := x.key(uetr), 0
	for range x.index.Candidates(key) {
		if n++; n == maxPerUETR {
			return
		}
	}
	x.index.Add(key, uint64(id))
}

func (x *uetrIndex) candidates(uetr messages.UETR) (ids []settlement.PaymentID) {
	x.RLock()
	defer x.RUnlock()
	for id := range x.index.Candidates(x.key(uetr)) {
		ids = append(ids, settlement.PaymentID(id))
	}
	return ids
}
