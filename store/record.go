package store

import (
	"bytes"
	"crypto/sha256"
	"errors"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// Record is one message that came or went, as the message log keeps it: what is
// known of it, and its bytes verbatim.
type Record struct {
	Number   uint64 // in the global log, from 0; given by Commit
	Out      bool   // it went out
	Sender   settlement.ParticipantID
	Receiver settlement.ParticipantID
	From     string // BIC of the sender; who an outsider cannot number, but name
	To       string // BIC of the receiver; empty: the gateway itself
	Key      string // what the sender showed: fingerprint of the certificate, or NKEY
	Type     string // message identifier; empty when unknown
	ID       string // the message's own identifier
	UETR     string // of its payment, if it is about one
	Payment  settlement.PaymentID
	Message  settlement.MessageID // the message that it is, or answers
	Place    settlement.Place     // where the log has what caused it
	At       settlement.Moment    // when it came or was written
	Logged   settlement.Moment    // time of its group; never before that of a record before it
	Mailed   bool                 // it goes to the receiver's mailbox
	Mail     uint64               // its number there, from 1; given by Commit
	First    bool                 // it is the first answer to Message
	Salt     [16]byte             // from the log, so that erased content cannot be guessed from its digest
	Digest   [32]byte             // SHA-256 of salt and bytes

	Packed  []byte // the bytes as Pack made them
	Payload []byte // the bytes themselves, while the record is new; the books do not use them
	own     bool   // nobody else has Packed: the checksum may be put behind it in place
}

// Seal fills in the digest and packs the bytes. It is pure, so that many records
// can be sealed at once.
func (r *Record) Seal(payload []byte) {
	r.SealPacked(payload, Pack(payload))
	r.own = true
}

// SealPacked is Seal for bytes that are packed already.
func (r *Record) SealPacked(payload, packed []byte) {
	r.Digest, r.Packed = DigestOf(r.Salt, payload), packed
}

// DigestOf is the digest of a record with that salt and those bytes.
func DigestOf(salt [16]byte, payload []byte) (digest [32]byte) {
	h := sha256.New()
	_, _ = h.Write(salt[:])
	_, _ = h.Write(payload)
	h.Sum(digest[:0])
	return digest
}

// Leaf is what the Merkle trees hash: every field that must never change, in a
// form of its own that does not depend on how the record is stored.
func (r *Record) Leaf() []byte { return encodeRecord(r) }

// DecodeLeaf undoes Leaf; the number of the record is not in it. A leaf that Leaf
// would not write as it stands is refused: one record has one leaf.
func DecodeLeaf(leaf []byte) (Record, error) {
	r, err := decodeRecord(0, leaf)
	if err == nil && !bytes.Equal(r.Leaf(), leaf) {
		err = errors.New("the leaf is not in canonical form")
	}
	return r, err
}

func encodeRecord(r *Record) []byte {
	w := wire.NewWriter()
	w.Flag(r.Out)
	w.Uint(uint64(r.Sender))
	w.Uint(uint64(r.Receiver))
	w.Text(r.From)
	w.Text(r.To)
	w.Text(r.Key)
	w.Text(r.Type)
	w.Text(r.ID)
	w.Text(r.UETR)
	w.Uint(uint64(r.Payment))
	w.Uint(uint64(r.Message))
	w.Uint(r.Place.Sequence)
	w.Uint(uint64(r.Place.Order))
	w.Int(int64(r.At))
	w.Int(int64(r.Logged))
	w.Uint(r.Mail)
	w.Fixed(r.Salt[:])
	w.Fixed(r.Digest[:])
	return w.Record()
}

//nolint:gosec // every conversion undoes one of encodeRecord
func decodeRecord(number uint64, value []byte) (Record, error) {
	r := wire.NewReader(value)
	rec := Record{Number: number, Out: r.Flag(), Sender: settlement.ParticipantID(r.Uint()), Receiver: settlement.ParticipantID(r.Uint())}
	rec.From, rec.To, rec.Key = r.Text(), r.Text(), r.Text()
	rec.Type, rec.ID, rec.UETR = r.Text(), r.Text(), r.Text()
	rec.Payment, rec.Message = settlement.PaymentID(r.Uint()), settlement.MessageID(r.Uint())
	rec.Place = settlement.Place{Sequence: r.Uint(), Order: uint32(r.Uint())}
	rec.At, rec.Logged, rec.Mail = settlement.Moment(r.Int()), settlement.Moment(r.Int()), r.Uint()
	rec.Mailed = rec.Mail > 0
	r.Fixed(rec.Salt[:])
	r.Fixed(rec.Digest[:])
	return rec, r.Err()
}
