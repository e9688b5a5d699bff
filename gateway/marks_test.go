package gateway

import (
	"testing"

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
