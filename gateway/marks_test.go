package gateway

import (
	"testing"
	"time"

	"dragoman/settlement"
)

// TestCopiesOfGroupsAreAppliedOnce: a group that stands in the log twice, at once
// or long after, moves money once; groups of another door or epoch with the same
// number are others.
func TestCopiesOfGroupsAreAppliedOnce(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "9000000.00")
	r.expect("")
	copies := 0
	write := func(door string, epoch, number uint64, n int, want string) {
		t.Helper()
		g := Group{Door: door, Epoch: epoch, Number: number, At: settlement.Moment(1763889000e9 + int64(len(r.log))*1e9), Orders: []Order{r.order("ALPHCNBJXXX", samplePayment(t, uetr(n)...))}}
		r.log = append(r.log, Entry{Sequence: uint64(len(r.log) + 1), Data: g.Encode()})
		if err := r.lane.Apply(r.log[len(r.log)-1:]); err != nil {
			t.Fatal(err)
		}
		if want == "" {
			copies++
		}
		r.expect(want)
	}
	settled := "BETA pacs.008 1250000.50, ALPH pacs.002 ACSC ACSC"
	write("a", 1, 1, 1, settled)
	write("a", 1, 1, 1, "") // at once
	write("a", 1, 2, 2, settled)
	write("a", 1, 1, 1, "") // after the next
	write("a", 2, 1, 3, settled)
	write("a", 1, 2, 2, "") // after its door has started again
	write("b", 1, 1, 4, settled)
	if err := r.books.Close(); err != nil {
		t.Fatal(err)
	}
	r.open()
	write("a", 2, 1, 3, "") // after the lane has started again
	write("a", 2, 4, 5, settled)
	write("a", 2, 3, 6, "") // given up by its door, which went on
	t.Logf("%d copies", copies)
	r.rebuild()
}

// TestTheFirstCopyHasThePlace: when the log has a group twice, its orders stand where it
// stands first, for there they are applied.
func TestTheFirstCopyHasThePlace(t *testing.T) {
	var log [][]byte
	read := func(sequence uint64) ([]byte, error) { return log[sequence-1], nil }
	clock := func() time.Time { return time.Unix(1763889000, 0) }
	b, other := NewBinder("a", 1, clock, nil, 0), NewBinder("b", 1, clock, nil, 0)
	for _, c := range []struct {
		copies, between int
		again           bool
		want            uint64
	}{{1, 0, false, 1}, {1, 2, true, 2}, {2, 0, true, 3}, {3, 1, true, 5}, {1, 0, true, 10}} {
		_, data, _ := b.Bind([]Order{{Kind: OrderMessage, Received: 1}})
		for i := range c.copies {
			for range c.between * min(i, 1) {
				_, foreign, _ := other.Bind([]Order{{Kind: OrderMessage, Received: 1}})
				log = append(log, foreign)
			}
			log = append(log, data)
		}
		if at, err := b.Stands(uint64(len(log)), c.again, read); err != nil || at != c.want {
			t.Errorf("%+v: it stands at %d of %d (%v)", c, at, len(log), err)
		}
	}
}

// TestDoorMarksAreBounded: the last ones are kept.
func TestDoorMarksAreBounded(t *testing.T) {
	var m doorMarks
	for epoch := range uint64(3 * maxDoorMarks) {
		m = m.with(&Group{Door: "a", Epoch: epoch, Number: 7})
	}
	if len(m) != maxDoorMarks || !m.repeated(&Group{Door: "a", Epoch: 3*maxDoorMarks - 1, Number: 7}) || m.repeated(&Group{Door: "a", Epoch: 3*maxDoorMarks - 1, Number: 8}) {
		t.Errorf("%d marks: %v", len(m), m)
	}
	if again := m.with(&Group{}); len(again) != len(m) {
		t.Error("a group that could not be read leaves a mark")
	}
}
