// Package wire writes and reads small binary records: field by field, in a fixed
// order, behind a version byte. A new field goes at the end under a new version;
// old versions stay readable.
//
// It knows nothing of what the fields mean. Read [Writer] first.
package wire

import (
	"encoding/binary"
	"errors"
)

// Version opens every record.
const Version = 1

// ErrShort says that a record ends too early or is of an unknown version.
var ErrShort = errors.New("the record is too short or of an unknown version")

// Writer appends fields to a record.
type Writer struct{ b []byte }

// NewWriter begins a record.
func NewWriter() *Writer { return NewWriterOf(256) }

// NewWriterOf begins a record that will have about so many bytes.
func NewWriterOf(size int) *Writer { return &Writer{b: append(make([]byte, 0, size), Version)} }

// Record is what was written.
func (w *Writer) Record() []byte { return w.b }

// Uint writes a number of one to ten bytes.
func (w *Writer) Uint(v uint64) { w.b = binary.AppendUvarint(w.b, v) }

// Int writes a signed number of one to ten bytes.
func (w *Writer) Int(v int64) { w.b = binary.AppendVarint(w.b, v) }

// Fixed writes bytes whose number the reader knows.
func (w *Writer) Fixed(v []byte) { w.b = append(w.b, v...) }

// Text writes a string behind its length.
func (w *Writer) Text(v string) {
	w.Uint(uint64(len(v)))
	w.b = append(w.b, v...)
}

// Bytes writes bytes behind their number.
func (w *Writer) Bytes(v []byte) {
	w.Uint(uint64(len(v)))
	w.b = append(w.b, v...)
}

// Flag writes a yes or no.
func (w *Writer) Flag(v bool) {
	if v {
		w.Uint(1)
	} else {
		w.Uint(0)
	}
}

// Reader reads what Writer wrote. The first error stands; later reads give
// zeros, so that a record is read whole and Err asked once.
type Reader struct {
	b   []byte
	err error
}

// NewReader begins to read a record.
func NewReader(record []byte) *Reader {
	if len(record) == 0 || record[0] != Version {
		return &Reader{err: ErrShort}
	}
	return &Reader{b: record[1:]}
}

// Err is the first error.
func (r *Reader) Err() error { return r.err }

// Rest is how many bytes are still to be read.
func (r *Reader) Rest() int { return len(r.b) }

func (r *Reader) fail() { r.b, r.err = nil, ErrShort }

// Uint reads what Uint wrote.
func (r *Reader) Uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// Int reads what Int wrote.
func (r *Reader) Int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

// Fixed fills to.
func (r *Reader) Fixed(to []byte) {
	if len(r.b) < len(to) {
		r.fail()
		return
	}
	r.b = r.b[copy(to, r.b):]
}

// Bytes reads what Bytes wrote; it is a window on the record.
func (r *Reader) Bytes() []byte {
	n := r.Uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

// Text reads what Text wrote.
func (r *Reader) Text() string { return string(r.Bytes()) }

// Flag reads what Flag wrote.
func (r *Reader) Flag() bool { return r.Uint() == 1 }
