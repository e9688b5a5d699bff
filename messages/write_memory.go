package messages

import "sync"

// scratch is the memory of a Writer that is done, for the next one: a statement
// of a thousand entries grows past a megabyte, and a gateway writes many.
type scratch struct {
	buf, spare []byte
	open       []openElement
	pieces     []piece
}

var scratches sync.Pool

// maxScratch bounds what is kept for the next Writer, in bytes of its largest
// part: a few of the largest statements.
const maxScratch = 8 << 20

func newScratch() *scratch {
	if s, ok := scratches.Get().(*scratch); ok {
		return s
	}
	return &scratch{
		buf:    make([]byte, 0, 4096),
		open:   make([]openElement, 0, usualWriteDepth),
		pieces: make([]piece, 0, 4*usualWriteDepth),
	}
}

// release gives the memory back: what was written is lost.
func (w *Writer) release() {
	s := w.scratch
	if s == nil {
		return
	}
	*s = scratch{w.buf[:0], w.spare[:0], w.open[:0], w.pieces[:0]}
	w.scratch, w.buf, w.spare, w.open, w.pieces = nil, nil, nil, nil, nil
	if cap(s.buf) <= maxScratch {
		scratches.Put(s)
	}
}
