package store

import (
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// Life is what a log lives when it was continued from a backup without what came
// behind that: numbers of mailboxes above its ends were given before to other messages,
// which are lost here.
type Life struct {
	ID       string
	Sequence uint64                              // of the group that begins it
	Ends     map[settlement.ParticipantID]uint64 // last numbers of mailboxes then; none: 0
}

// maxLives bounds what is remembered. Who has slept through more must begin its
// mailbox anew.
const maxLives = 64

// Lives are those of the log, the first one left out, which has no id.
func (b *Books) Lives() []Life { return *b.lives.Load() }

func (b *Books) loadLives(tx *bbolt.Tx) error {
	lives, err := livesIn(tx)
	b.lives.Store(&lives)
	return err
}

func livesIn(tx *bbolt.Tx) (lives []Life, err error) {
	if tx.Bucket(bucketMeta).Get(keyLives) == nil {
		return nil, nil
	}
	value, err := get(tx, bucketMeta, keyLives)
	if err != nil {
		return nil, err
	}
	r := wire.NewReader(value)
	for range min(r.Uint(), maxLives) {
		life := Life{ID: r.Text(), Sequence: r.Uint(), Ends: map[settlement.ParticipantID]uint64{}}
		for range r.Uint() {
			if r.Err() != nil {
				break
			}
			party := settlement.ParticipantID(r.Uint()) //nolint:gosec // written from a ParticipantID
			life.Ends[party] = r.Uint()
		}
		lives = append(lives, life)
	}
	if r.Err() != nil {
		return nil, corrupt("the lives of the log cannot be read: %v", r.Err())
	}
	return lives, nil
}

// life begins one: mailboxes end where they end before this group.
func (c *commit) life(batch *Batch) error {
	lives, err := livesIn(c.tx)
	if err != nil {
		return err
	}
	ends := map[settlement.ParticipantID]uint64{}
	c.books.mailboxes.Lock()
	for party, box := range c.books.mailboxes.boxes {
		ends[party] = box.last
	}
	c.books.mailboxes.Unlock()
	maps.Copy(ends, c.ends)
	lives = append(lives, Life{batch.Life, batch.State.Sequence, ends})
	lives = lives[max(0, len(lives)-maxLives):]
	w := wire.NewWriter()
	w.Uint(uint64(len(lives)))
	for _, life := range lives {
		w.Text(life.ID)
		w.Uint(life.Sequence)
		w.Uint(uint64(len(life.Ends)))
		for _, party := range slices.Sorted(maps.Keys(life.Ends)) {
			w.Uint(uint64(party))
			w.Uint(life.Ends[party])
		}
	}
	return c.put(bucketMeta, keyLives, w.Record())
}

// relive makes known that a commit has begun a life.
func (b *Books) relive(batches []Batch) error {
	if !slices.ContainsFunc(batches, func(batch Batch) bool { return batch.Life != "" }) {
		return nil
	}
	if err := b.view(b.loadLives); err != nil {
		return fmt.Errorf("read the lives of the log: %w", err)
	}
	return nil
}
