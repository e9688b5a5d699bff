package store

import (
	"encoding/binary"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"dragoman/messages"
	"dragoman/settlement"
)

// yardBatch and yardBanks are the same for all that are compared.
const (
	yardBatch = 256
	yardBanks = 1000
)

// BenchmarkKernelAgainstPlainLoop is what the kernel does in memory, beside the
// plainest double entry in bbolt that is any: a transfer under its random key and
// two balances, 256 transfers in a transaction. Both are measured in turns in the
// same run, so that the ratio says something on any machine.
func BenchmarkKernelAgainstPlainLoop(b *testing.B) {
	single, double := newYard(b, 1), newYard(b, 2)
	synced, unsynced := newPlainLoop(b, false), newPlainLoop(b, true)
	var took [4]time.Duration
	b.ResetTimer()
	for done := 0; done < b.N; done += yardBatch {
		for i, run := range []func() func(){single.batch, double.batch, synced.batch, unsynced.batch} {
			do := run()
			start := time.Now()
			do()
			took[i] += time.Since(start)
		}
	}
	batches := float64((b.N + yardBatch - 1) / yardBatch)
	rate := func(i int) float64 { return batches * yardBatch / took[i].Seconds() }
	b.ReportMetric(rate(0), "payments/s")
	b.ReportMetric(rate(1), "pvp/s")
	b.ReportMetric(rate(1)/rate(0), "pvp/single")
	b.ReportMetric(rate(0)/rate(2), "x-plain-loop")
	b.ReportMetric(rate(0)/rate(3), "x-plain-loop-without-fsync")
}

// yard is a kernel with rich banks.
type yard struct {
	engine     *settlement.Engine
	random     *rand.Rand
	currencies int
}

type nothingEnded struct{}

func (nothingEnded) Payment(settlement.PaymentID) (settlement.Payment, bool) {
	return settlement.Payment{}, false
}

func (nothingEnded) Message(settlement.MessageID) (settlement.Message, bool) {
	return settlement.Message{}, false
}

func (nothingEnded) Case(settlement.CaseID) (settlement.Case, bool) { return settlement.Case{}, false }

func newYard(b *testing.B, currencies int) *yard {
	b.Helper()
	y := &yard{engine: settlement.NewEngine(nothingEnded{}), random: rand.New(rand.NewPCG(1, 61)), currencies: currencies}
	for _, code := range []string{"USD", "EUR"} {
		for n := range yardBanks {
			id := y.engine.OpenAccount(settlement.ParticipantID(n+1), messages.MustCurrency(code), settlement.RoleWallet)
			y.engine.SetLine(id, 1<<50)
		}
	}
	y.engine.Finish()
	return y
}

// batch prepares a group and returns what applies it.
func (y *yard) batch() func() {
	var all [yardBatch]settlement.Instruction
	for i := range all {
		in := &all[i]
		binary.LittleEndian.PutUint64(in.Identity[:], y.random.Uint64())
		binary.LittleEndian.PutUint64(in.Identity[8:], y.random.Uint64())
		in.Kind, in.Band, in.Sender, in.Receiver = settlement.KindCustomer, settlement.BandNormal, 1, 2
		for c := range y.currencies {
			a := y.random.IntN(yardBanks)
			other := (a + 1 + y.random.IntN(yardBanks-1)) % yardBanks
			in.Legs = append(in.Legs, settlement.Leg{
				Debit: settlement.AccountID(c*yardBanks + a + 1), Credit: settlement.AccountID(c*yardBanks + other + 1), Amount: 1 + y.random.Int64N(1000),
			})
		}
	}
	return func() {
		for i := range all {
			m := settlement.Message{Sender: 1}
			copy(m.Digest[:], all[i].Identity[:])
			y.engine.Submit(m, all[i:i+1])
		}
		if entries := y.engine.Finish().Entries; len(entries) != yardBatch*y.currencies {
			panic("not everything settled")
		}
	}
}

// plainLoop is double entry as one would write it in an afternoon.
type plainLoop struct {
	b      *testing.B
	db     *bbolt.DB
	random *rand.Rand
}

func newPlainLoop(b *testing.B, noSync bool) *plainLoop {
	b.Helper()
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, &bbolt.Options{NoSync: noSync, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{"transfers", "balances"} {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return &plainLoop{b, db, rand.New(rand.NewPCG(1, 62))}
}

func (p *plainLoop) batch() func() {
	type transfer struct {
		uetr  [16]byte
		sides [2]uint32
		value [96]byte // sender, receiver, amount, references, time: about what a transfer has
	}
	var all [yardBatch]transfer
	for i := range all {
		t := &all[i]
		binary.LittleEndian.PutUint64(t.uetr[:], p.random.Uint64())
		binary.LittleEndian.PutUint64(t.uetr[8:], p.random.Uint64())
		t.sides[0] = p.random.Uint32N(yardBanks)
		t.sides[1] = (t.sides[0] + 1 + p.random.Uint32N(yardBanks-1)) % yardBanks
		binary.LittleEndian.PutUint64(t.value[:], 1+p.random.Uint64N(1000))
	}
	return func() {
		err := p.db.Update(func(tx *bbolt.Tx) error {
			transfers, balances := tx.Bucket([]byte("transfers")), tx.Bucket([]byte("balances"))
			for i := range all {
				t := &all[i]
				if transfers.Get(t.uetr[:]) != nil {
					continue // known
				}
				if err := transfers.Put(t.uetr[:], t.value[:]); err != nil {
					return err
				}
				amount := binary.LittleEndian.Uint64(t.value[:])
				for side, change := range []uint64{-amount, amount} {
					key := binary.BigEndian.AppendUint32(nil, t.sides[side])
					balance := uint64(1 << 50)
					if b := balances.Get(key); b != nil {
						balance = binary.BigEndian.Uint64(b)
					}
					if err := balances.Put(key, binary.BigEndian.AppendUint64(nil, balance+change)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			p.b.Fatal(err)
		}
	}
}
