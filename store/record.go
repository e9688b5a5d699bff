package store

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"dragoman/settlement"
)

// Record is one message that came or went, as the message log keeps it: what is
// known of it, and its bytes verbatim.
type Record struct {
	Number   uint64 // in the global log, from 0; given by Commit
	Out      bool   // it went out
	Sender   settlement.ParticipantID
	Receiver settlement.ParticipantID
	Type     string // message identifier; empty when unknown
	ID       string // the message's own identifier
	UETR     string // of its payment, if it is about one
	Payment  settlement.PaymentID
	Message  settlement.MessageID // the message that it is, or answers
	Place    settlement.Place     // where the log has what caused it
	At       settlement.Moment
	Mail     uint64   // number in the receiver's mailbox, from 1; 0: it is not mailed
	Salt     [16]byte // from the log, so that erased content cannot be guessed from its digest
	Digest   [32]byte // SHA-256 of salt and bytes

	Packed []byte // the bytes as Pack made them
}

// Seal fills in the digest and packs the bytes. It is pure, so that many records
// can be sealed at once.
func (r *Record) Seal(payload []byte) {
	h := sha256.New()
	_, _ = h.Write(r.Salt[:])
	_, _ = h.Write(payload)
	h.Sum(r.Digest[:0])
	r.Packed = Pack(payload)
}

// Leaf is what the Merkle trees hash: every field that must never change, in a
// form of its own that does not depend on how the record is stored.
func (r *Record) Leaf() []byte { return encodeRecord(r) }

func encodeRecord(r *Record) []byte {
	w := newRecord()
	w.flag(r.Out)
	w.uint(uint64(r.Sender))
	w.uint(uint64(r.Receiver))
	w.text(r.Type)
	w.text(r.ID)
	w.text(r.UETR)
	w.uint(uint64(r.Payment))
	w.uint(uint64(r.Message))
	w.uint(r.Place.Sequence)
	w.uint(uint64(r.Place.Order))
	w.int(int64(r.At))
	w.uint(r.Mail)
	w.fixed(r.Salt[:])
	w.fixed(r.Digest[:])
	return w.b
}

//nolint:gosec // every conversion undoes one of encodeRecord
func decodeRecord(number uint64, value []byte) (Record, error) {
	r := readRecord(value)
	rec := Record{Number: number, Out: r.flag(), Sender: settlement.ParticipantID(r.uint()), Receiver: settlement.ParticipantID(r.uint())}
	rec.Type, rec.ID, rec.UETR = r.text(), r.text(), r.text()
	rec.Payment, rec.Message = settlement.PaymentID(r.uint()), settlement.MessageID(r.uint())
	rec.Place = settlement.Place{Sequence: r.uint(), Order: uint32(r.uint())}
	rec.At, rec.Mail = settlement.Moment(r.int()), r.uint()
	r.fixed(rec.Salt[:])
	r.fixed(rec.Digest[:])
	return rec, r.err
}

// Codecs of packed bytes; the first byte names the codec, so that another can
// be added without touching what is there.
const codecZstd = 1

// maxPayload bounds what is unpacked: more than any body the gateway takes.
const maxPayload = 16 << 20

var (
	packer = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(err) // the options are constants
		}
		return e
	})
	unpacker = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxPayload))
		if err != nil {
			panic(err) // the options are constants
		}
		return d
	})
)

// Pack compresses bytes for the books.
func Pack(payload []byte) []byte {
	return packer().EncodeAll(payload, append(make([]byte, 0, len(payload)/2), codecZstd))
}

// Unpack undoes Pack.
func Unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 || packed[0] != codecZstd {
		return nil, errors.New("packed with an unknown codec")
	}
	payload, err := unpacker().DecodeAll(packed[1:], nil)
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return payload, nil
}
