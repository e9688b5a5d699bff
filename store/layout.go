package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// The file. Numbers in keys are big endian, so that byte order is their order;
// all but a few small buckets only ever grow at their end.
//
//	meta/state          State: place in the log, hash, time, counters, digest
//	directory/current   the directory, as the lane gave it: too large for a page that
//	                    every commit writes
//	meta/keys           changes of the key that signs checkpoints, if there were any
//	meta/days           where the settlement days stand, if there are calendars
//	meta/reign          who leads, and by which rules, if several nodes apply the log
//	meta/lives          where the log was continued from a backup alone, if it was
//	meta/sums           what the rows of some buckets come to; see sums.go
//	meta/doors          up to where the groups of each door are applied
//	accounts/<id 4>     Account
//	controls/<account 4><kind 1><band 1><towards 4>  Control: a limit or a reservation
//	payments/<id 8>     Payment
//	messages/<id 8>     Message
//	entries/<id 8>      Entry
//	cases/<id 8>        Case: what a bank asked another
//	cycles/<id 8>       Cycle: a netting cycle
//	positions/<cycle 8><account 4>  Position: what the account pays and gets in it
//	marks/<account 4><booking time 8>  number of every so-many-th entry of the account
//	open/<id 8>         nothing: the payment of that number has not ended
//	identities/<n 8>    identities of a group, the n-th and those behind it: of each
//	                    its digest, the payment's UETR, and the number of the payment
//	                    or letter; all that a start must read for every payment
//	groups/<sequence 8> where the books stood after that group of the log
//	records/<n 8>       one message that came or went: what is known of it
//	payloads/<n 8>      its bytes, compressed
//	hashes/<0 4><row 8>       list: the Merkle tree over all records, as tlog stores it
//	parties/<party 4><row 8>  list: numbers of the party's records
//	branches/<party 4><row 8> list: the Merkle tree over the party's records
//	mails/<party 4><row 8>    list: numbers of the records in the party's mailbox
//	tails/<kind 1><party 4>   size of a list, and its last row while that is not full
//	mailboxes/<party 4> last number given in the party's mailbox
//	readers/<party 4>   up to where the mailbox is acknowledged
//	answers/<message 8> number of the record that answered a message first
//	decisions/<place 12> who decided what in that entry, why, and what came of it
//	pending/<place 12>  a request that waits for a second person
//	quarantined/<place 12> an entry that could not be applied and was taken out
//	market/<key>        a rate that stands, or a quote, as the lane gave it
//
// Every value ends with the CRC-32C of bucket, key and value.
var (
	bucketMeta       = []byte("meta")
	bucketDirectory  = []byte("directory")
	bucketAccounts   = []byte("accounts")
	bucketControls   = []byte("controls")
	bucketPayments   = []byte("payments")
	bucketMessages   = []byte("messages")
	bucketEntries    = []byte("entries")
	bucketCases      = []byte("cases")
	bucketCycles     = []byte("cycles")
	bucketPositions  = []byte("positions")
	bucketMarks      = []byte("marks")
	bucketOpen       = []byte("open")
	bucketIdentities = []byte("identities")
	bucketGroups     = []byte("groups")
	bucketRecords    = []byte("records")
	bucketPayloads   = []byte("payloads")
	bucketHashes     = []byte("hashes")
	bucketParties    = []byte("parties")
	bucketBranches   = []byte("branches")
	bucketMails      = []byte("mails")
	bucketTails      = []byte("tails")
	bucketMailboxes  = []byte("mailboxes")
	bucketReaders    = []byte("readers")
	bucketAnswers    = []byte("answers")
	bucketDecisions  = []byte("decisions")
	bucketPending    = []byte("pending")

	bucketQuarantined = []byte("quarantined")
	bucketMarket      = []byte("market")

	keyState     = []byte("state")
	keyDirectory = []byte("current")
	keyDoors     = []byte("doors")
	keyKeys      = []byte("keys")
	keyDays      = []byte("days")
	keyReign     = []byte("reign")
	keyLives     = []byte("lives")
	keySums      = []byte("sums")
)

func buckets() [][]byte {
	return [][]byte{
		bucketMeta, bucketDirectory, bucketAccounts, bucketControls, bucketPayments, bucketMessages, bucketEntries, bucketCases, bucketMarks, bucketOpen, bucketIdentities, bucketGroups,
		bucketRecords, bucketPayloads, bucketHashes, bucketParties, bucketBranches, bucketMails, bucketTails, bucketMailboxes, bucketReaders, bucketAnswers,
		bucketDecisions, bucketPending, bucketQuarantined, bucketMarket, bucketCycles, bucketPositions,
	}
}

// growing are the buckets whose keys only ever grow, as a whole or for each participant
// or account: their pages are filled up. Where the rows of one meet those of the next, a
// page is split again now and then; half of every page would be empty otherwise.
func growing() [][]byte {
	return [][]byte{
		bucketPayments, bucketMessages, bucketEntries, bucketIdentities, bucketGroups, bucketRecords, bucketPayloads, bucketHashes,
		bucketParties, bucketBranches, bucketMails, bucketMarks, bucketAnswers, bucketDecisions,
	}
}

func key64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func key32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func key3264(party uint32, n uint64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(make([]byte, 0, 12), party), n)
}

func number64(key []byte) uint64 { return binary.BigEndian.Uint64(key) }

func number32(key []byte) uint32 { return binary.BigEndian.Uint32(key) }

// ErrCorrupt is wrapped by every finding of damage in the file.
var ErrCorrupt = errors.New("the books are damaged")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const checksumSize = 4

// checksum covers the place as well, so that a value that stands where it does
// not belong is found.
func checksum(bucket, key, value []byte) uint32 {
	return crc32.Update(crc32.Update(crc32.Checksum(bucket, castagnoli), castagnoli, key), castagnoli, value)
}

// seal puts the checksum behind a value.
func seal(bucket, key, value []byte) []byte {
	return binary.BigEndian.AppendUint32(value, checksum(bucket, key, value))
}

// unseal takes the checksum off and checks it.
func unseal(bucket, key, sealed []byte) ([]byte, error) {
	n := len(sealed) - checksumSize
	if n < 0 || binary.BigEndian.Uint32(sealed[n:]) != checksum(bucket, key, sealed[:n]) {
		return nil, fmt.Errorf("%w: the checksum of %s/%x does not fit", ErrCorrupt, bucket, key)
	}
	return sealed[:n], nil
}
