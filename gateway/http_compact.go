package gateway

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.uber.org/zap"

	"dragoman/store"
)

// CompactLine is one line of the answer to POST /v1/compactions: how far it is or, on the
// last line, what it gained or why it could not go on.
type CompactLine struct {
	Done       uint64          `json:"done,omitempty"`
	Of         uint64          `json:"of,omitempty"`
	Compaction *CompactionView `json:"compaction,omitempty"`
	Problem    string          `json:"problem,omitempty"`
}

// CompactionView is what a compaction has done.
type CompactionView struct {
	Before uint64 `json:"before"` // bytes of the file
	After  uint64 `json:"after"`
	Rows   uint64 `json:"rows"`             // copied
	Took   int64  `json:"milliseconds"`     // all of it
	Held   int64  `json:"heldMicroseconds"` // of that, commits waited
}

// CompactBooks compacts books and measures it. tell, which may be nil, is told how far it
// is, never while commits wait.
func CompactBooks(ctx context.Context, books *store.Books, clock func() time.Time, tell func(done, of uint64)) (v CompactionView, err error) {
	begun := clock()
	var held time.Time
	v.Before = books.Size()
	err = books.Compact(ctx, func(at store.Compacting) {
		v.Rows = at.Done
		switch {
		case at.Held:
			held = clock()
		case !held.IsZero():
			v.Held = clock().Sub(held).Microseconds()
		case tell != nil:
			tell(at.Done, at.Of)
		}
	})
	v.After, v.Took = books.Size(), clock().Sub(begun).Milliseconds()
	return v, err
}

// compact compacts the books while the gateway serves, and tells now and then how far it
// is. Commits wait for the last rows and the renaming only.
func (d *Door) compact(w http.ResponseWriter, r *http.Request, c Caller) error {
	n := d.node
	if err := n.alone(r.Context()); err != nil {
		return err
	}
	defer func() { <-n.copying }()
	if err := n.room(n.Books.Size()); err != nil {
		return err
	}
	w.Header().Set("Content-Type", linesContent)
	lines := &lineWriter{w: w, control: http.NewResponseController(w), clock: d.clock}
	v, err := CompactBooks(r.Context(), n.Books, d.clock, func(done, of uint64) { lines.now(CompactLine{Done: done, Of: of}) })
	switch {
	case err == nil:
		n.log.Info("books: compacted", zap.Stringer("by", c.Participant), zap.Uint64("before", v.Before), zap.Uint64("after", v.After), zap.Int64("held-microseconds", v.Held))
		lines.write(CompactLine{Compaction: &v})
	case r.Context().Err() == nil:
		n.log.Error("a compaction failed", zap.Error(err))
		problem := "something went wrong inside; the operator's log has the cause"
		if errors.Is(err, store.ErrCorrupt) {
			problem = "the books are damaged, and are as they were: look with 'dragoman audit'"
		}
		lines.write(CompactLine{Problem: problem})
	}
	return nil
}
