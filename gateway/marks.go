package gateway

import (
	"fmt"
	"slices"

	"dragoman/store"
	"dragoman/store/wire"
)

// doorMark is the last group that the lane has applied of one door in one of its
// epochs. A door sends a group again and again until the log has answered, and the
// log recognises a copy for seconds only: what arrives later, or after a
// group that followed it, stands in the log twice. The lane applies it once.
type doorMark struct {
	door   string
	epoch  uint64
	number uint64
}

// doorMarks are kept in the order in which their doors wrote last. They depend on
// the log alone.
type doorMarks []doorMark

// maxDoorMarks bounds the epochs that are remembered: a copy of a group comes
// while its door lives or from what was on the way when it ended, not from many
// starts ago.
const maxDoorMarks = 64

// repeated tells whether a group has been applied, or was given up by its door
// for one behind it.
func (m doorMarks) repeated(g *Group) bool {
	i := m.find(g)
	return i >= 0 && g.Number <= m[i].number
}

func (m doorMarks) find(g *Group) int {
	return slices.IndexFunc(m, func(d doorMark) bool { return d.door == g.Door && d.epoch == g.Epoch })
}

// with are the marks after a group.
func (m doorMarks) with(g *Group) doorMarks {
	if g.Door == "" {
		return m // it could not be read
	}
	next, number := slices.Clone(m), g.Number
	if i := next.find(g); i >= 0 {
		number = max(number, next[i].number)
		next = slices.Delete(next, i, i+1)
	}
	next = append(next, doorMark{g.Door, g.Epoch, number})
	return next[max(0, len(next)-maxDoorMarks):]
}

func (m doorMarks) encode() []byte {
	w := wire.NewWriter()
	w.Uint(uint64(len(m)))
	for _, d := range m {
		w.Text(d.door)
		w.Uint(d.epoch)
		w.Uint(d.number)
	}
	return w.Record()
}

// loadDoorMarks reads them from the books.
func loadDoorMarks(books *store.Books) (m doorMarks, err error) {
	encoded, err := books.Doors()
	if err != nil || len(encoded) == 0 {
		return nil, err
	}
	r := wire.NewReader(encoded)
	for range min(r.Uint(), maxDoorMarks) {
		m = append(m, doorMark{r.Text(), r.Uint(), r.Uint()})
	}
	if r.Err() != nil {
		return nil, fmt.Errorf("read the marks of doors in the books: %w", r.Err())
	}
	return m, nil
}
