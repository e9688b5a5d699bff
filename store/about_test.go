package store

import (
	"slices"
	"testing"

	"dragoman/settlement"
)

// TestPaymentRecords: a payment names the records that are about it, those of
// the group that changed it and later ones, up to the bound.
func TestPaymentRecords(t *testing.T) {
	b := newBank(t, 3)
	const payments = 40
	for n := range payments {
		b.step(n)
	}
	want := map[settlement.PaymentID][]uint64{}
	b.mentions(want, payments, 300)
	long := settlement.PaymentID(7)
	for range maxAbout {
		number := b.books.State().Records
		b.commit([]Record{statusRecord(long)})
		want[long] = append(want[long], number)
	}
	want[long] = want[long][:maxAbout]
	// What changes a payment later keeps the list.
	b.engine.Tick(b.engine.Now() + 1000)
	b.commit(nil)
	state := b.books.State()
	b.close()
	b.open()
	changed := 0
	for id := settlement.PaymentID(1); id <= payments; id++ {
		got, err := b.books.PaymentRecords(id)
		if err != nil || !slices.Equal(got, want[id]) {
			t.Errorf("payment %d: %v, %v, want %v", id, err, got, want[id])
		}
		p, _, err := b.books.Payment(id)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Past) > 0 {
			changed++
		}
	}
	if b.books.State() != state || changed < 5 {
		t.Errorf("%d payments changed their state later", changed)
	}
	t.Logf("%d payments, %d of them changed later", payments, changed)
	if findings, err := b.books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	b.close()
}

// mentions commits records about payments that do not change.
func (b *bank) mentions(want map[settlement.PaymentID][]uint64, payments, groups int) {
	for range groups {
		var records []Record
		for range 1 + b.random.IntN(4) {
			id := settlement.PaymentID(1 + b.random.IntN(payments))
			want[id] = append(want[id], b.books.State().Records+uint64(len(records)))
			records = append(records, statusRecord(id))
		}
		b.commit(records)
	}
}

func statusRecord(id settlement.PaymentID) Record {
	r := Record{Sender: 2, Receiver: 3, Type: "pacs.002.001.10", Payment: id, Out: true}
	r.Seal([]byte("status"))
	return r
}
