package simulation

import (
	"slices"
	"time"

	"dragoman/gateway"
)

// journal is the log's server as its contract has it: what it has answered is on
// disk; what it has not answered may be there or not; the same group under the same
// id stands there once, as long as the server remembers it.
type journal struct {
	*world
	groups    [][]byte          // synced
	pending   []pendingGroup    // written, not synced
	ids       map[string]uint64 // sequence by id
	down      bool
	long      bool   // no heavy fault comes any more that needs the whole log
	forgotten uint64 // up to this
	begins    uint64 // sequence of the first group that it still has; 0: it has all
	lives     int
	arrived   func() // tells the gateway that there is more
	kept      func(group []byte)
}

type pendingGroup struct {
	id     string
	data   []byte
	answer func(sequence uint64)
}

// publish sends a group to the server; answer hears its sequence, or is never
// called.
func (j *journal) publish(id string, data []byte, answer func(sequence uint64)) {
	if j.faults.strikes(LogLost) {
		return
	}
	j.after(j.between(fastest, slowest), func() { j.take(id, data, answer) })
}

func (j *journal) take(id string, data []byte, answer func(sequence uint64)) {
	switch {
	case j.down:
		return
	case j.ids[id] != 0:
		j.reply(j.ids[id], answer)
		return
	case slices.ContainsFunc(j.pending, func(p pendingGroup) bool { return p.id == id }):
		return // answered when it is synced
	}
	j.pending = append(j.pending, pendingGroup{id, data, answer})
	if j.faults.strikes(LogRestarted) {
		j.restart()
		return
	}
	life := j.lives
	j.after(j.between(300*time.Microsecond, 3*time.Millisecond), func() {
		if j.lives == life {
			j.sync()
		}
	})
}

// sync has the first pending group on disk.
func (j *journal) sync() {
	p := j.pending[0]
	j.pending = j.pending[1:]
	j.keep(p)
	j.reply(uint64(len(j.groups)), p.answer)
	j.arrived()
}

func (j *journal) keep(p pendingGroup) {
	j.groups = append(j.groups, p.data)
	j.kept(p.data)
	j.ids[p.id] = uint64(len(j.groups))
}

func (j *journal) reply(sequence uint64, answer func(uint64)) {
	if j.faults.strikes(LogUnheard) {
		return
	}
	j.after(j.between(fastest, slowest), func() { answer(sequence) })
}

// restart loses what was not synced, or its end: the disk may have had some of it.
func (j *journal) restart() {
	kept := j.random.IntN(len(j.pending) + 1)
	j.note("", "the log restarts: of %d groups that it had not synced it has %d", len(j.pending), kept)
	for _, p := range j.pending[:kept] {
		j.keep(p)
	}
	j.pending = nil
	if j.faults.strikes(LogForgot) {
		j.ids = map[string]uint64{}
	}
	j.lives++
	j.down = true
	j.after(j.between(50*time.Millisecond, 2*time.Second), func() {
		j.down = false
		j.arrived()
	})
}

// forget has the log's server give up what the gateway has applied, but for some: no
// older books are found any more that need it. The follower has had it.
func (j *journal) forget(applied uint64) {
	if !j.long {
		return
	}
	for ; j.forgotten+stillKept < applied; j.forgotten++ {
		j.groups[j.forgotten] = nil
	}
}

// stillKept is how many groups the log keeps that are applied: what the gateway may
// read again.
const stillKept = 2000

// entries are the groups behind one and up to another.
func (j *journal) entries(behind, end uint64) (all []gateway.Entry) {
	for s := max(behind+1, j.begins); s <= end; s++ {
		all = append(all, gateway.Entry{Sequence: s, Data: j.groups[s-1]})
	}
	return all
}

func (j *journal) read(sequence uint64) ([]byte, error) { return j.groups[sequence-1], nil }
