package settlement

import (
	"encoding/binary"

	"dragoman/messages"
)

// ParticipantID numbers participants in the order in which the log named them.
type ParticipantID uint32

// AccountID numbers accounts in the order in which the log opened them.
type AccountID uint32

// PaymentID numbers payments in the order in which the log brought them: it is
// arrival order, and monotone so that the books write it cheaply.
type PaymentID uint64

// MessageID numbers the messages that brought payments, as PaymentID does.
type MessageID uint64

// EntryID numbers entries without a gap.
type EntryID uint64

// Identity tells payments apart: a digest of (instructing agent, kind, UETR),
// or of (instructing agent, message id, transaction id) where the message has
// no UETR. The instructing agent is part of it, so that nobody can take
// another's identity.
type Identity [16]byte

// Key is what an [Index] files the identity under.
func (i Identity) Key() uint64 { return binary.BigEndian.Uint64(i[:]) }

// Digest is the SHA-256 of a canonical document: what "the same message" means.
type Digest [32]byte

// Place is where the log holds an order: the sequence of its group and its
// position inside.
type Place struct {
	Sequence uint64
	Order    uint32
}

// Moment is engine time: nanoseconds since 1970 in UTC. It moves only by ticks.
type Moment int64

// Kind is what a payment is, as far as the kernel must know.
type Kind uint8

// The kinds of payments. Cover and advice share their UETR with another
// payment, so the kind is part of a payment's identity.
const (
	KindCustomer Kind = iota + 1 // pacs.008
	KindCore                     // pacs.009
	KindCover                    // pacs.009 with its underlying customer transfer
	KindAdvice                   // pacs.009 that settles elsewhere
	KindReturn                   // pacs.004
	KindIssue                    // camt.050 out of an issuance account
	KindRedeem                   // camt.050 into an issuance account
	KindTransfer                 // camt.050 from wallet to wallet
	KindNet                      // the positions of a netting cycle
)

// Currency is an ISO 4217 currency.
type Currency = messages.Currency

// Liquidity tells that a bank's own money moves (camt.050), or what it owes or is owed
// of a netting cycle: no payment of a customer's, and nothing that limits bound.
func (k Kind) Liquidity() bool {
	return k == KindIssue || k == KindRedeem || k == KindTransfer || k == KindNet
}

// waits tells whether a payment of that kind queues when the money is not there.
// Liquidity transfers, issues and redemptions do not: they move money that is there,
// and must not stand in the way of the payments that wait for more.
func (k Kind) waits() bool { return !k.Liquidity() || k == KindNet }
