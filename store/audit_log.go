package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// log reads every record with its bytes and compares with it what is kept
// besides: the trees, the logs of the parties, the mailboxes, the payments.
func (a *auditor) log() {
	l := &logAudit{auditor: a, global: newTreeAudit("the message log", listID{&listHashes, 0}), parties: map[settlement.ParticipantID]*partyAudit{}}
	for n := range a.state.Records {
		a.step()
		if a.ctx.Err() != nil {
			return
		}
		r, _, err := readLogged(a.tx, n)
		if err != nil {
			a.find("%v", err)
			l.lost()
			continue
		}
		l.record(&r)
	}
	l.finish()
	a.count("records", a.rows(bucketRecords, func(_, _ []byte) error { return nil }), a.state.Records)
	if rows := a.rows(bucketPayloads, func(_, _ []byte) error { return nil }); rows != a.state.Records {
		a.find("there are %d payloads but %d records", rows, a.state.Records)
	}
}

// logAudit is the part of an audit that follows the message log.
type logAudit struct {
	*auditor
	global  *treeAudit
	parties map[settlement.ParticipantID]*partyAudit
	logged  settlement.Moment
}

// partyAudit is one participant's own log and mailbox.
type partyAudit struct {
	tree           *treeAudit
	numbers, mails *listAudit
}

func (l *logAudit) party(id settlement.ParticipantID) *partyAudit {
	if l.parties[id] == nil {
		l.parties[id] = &partyAudit{
			tree:    newTreeAudit(fmt.Sprintf("the message log of participant %d", id), listID{&listBranches, id}),
			numbers: newListAudit(fmt.Sprintf("the list of records of participant %d", id), listID{&listParties, id}),
			mails:   newListAudit(fmt.Sprintf("the mailbox of participant %d", id), listID{&listMails, id}),
		}
	}
	return l.parties[id]
}

// lost passes over a record that cannot be read: whatever is built of it and of
// those behind it cannot be compared.
func (l *logAudit) lost() {
	l.global.broken = true
	for _, party := range l.parties {
		party.tree.broken, party.numbers.broken, party.mails.broken = true, true, true
	}
}

func (l *logAudit) record(r *Record) {
	if r.Logged < l.logged {
		l.find("record %d is logged before record %d", r.Number, r.Number-1)
	}
	l.logged = r.Logged
	leaf := tlog.RecordHash(r.Leaf())
	l.global.add(l.auditor, leaf)
	for _, id := range parties(r) {
		party := l.party(id)
		party.numbers.add(l.auditor, key64(r.Number))
		party.tree.add(l.auditor, leaf)
	}
	if r.Mailed {
		mails := l.party(r.Receiver).mails
		if mails.add(l.auditor, key64(r.Number)); mails.list.size != r.Mail && !mails.broken {
			l.find("record %d is mail %d of participant %d, where %d is next", r.Number, r.Mail, r.Receiver, mails.list.size)
		}
	}
	if r.Payment != 0 {
		l.about(r)
	}
}

// about checks that a payment names the record that is about it.
func (l *logAudit) about(r *Record) {
	value, err := get(l.tx, bucketPayments, key64(uint64(r.Payment)))
	if value == nil || err != nil {
		l.find("record %d is about payment %d, which is not there: %v", r.Number, r.Payment, err)
		return
	}
	_, numbers, err := decodePaymentRow(r.Payment, value)
	if _, named := slices.BinarySearch(numbers, r.Number); err != nil || !named && len(numbers) < maxAbout {
		l.find("payment %d does not name record %d, which is about it: %v", r.Payment, r.Number, err)
	}
}

// finish compares the ends of everything with what the records give, and finds
// rows that no record accounts for.
func (l *logAudit) finish() {
	l.global.end(l.auditor)
	if !l.global.broken && l.global.tree.root() != l.state.Root {
		l.find("the root of the message log is %s but the state says %s", l.global.tree.root(), l.state.Root)
	}
	rows := map[*listKind]uint64{&listHashes: l.global.list.rows()}
	for _, id := range slices.Sorted(maps.Keys(l.parties)) {
		party := l.parties[id]
		for _, list := range []*listAudit{&party.tree.listAudit, party.numbers, party.mails} {
			list.end(l.auditor)
			rows[list.list.kind] += list.list.rows()
		}
		switch end, err := mailboxEndIn(l.tx, id); {
		case party.mails.broken:
		case err != nil:
			l.find("the mailbox of participant %d: %v", id, err)
		case end != party.mails.list.size:
			l.find("the mailbox of participant %d ends at %d but the log has %d messages for it", id, end, party.mails.list.size)
		}
	}
	for _, kind := range []*listKind{&listHashes, &listBranches, &listParties, &listMails} {
		if got := l.scan(kind.bucket, func(_, _ []byte) error { return nil }); got != rows[kind] && !l.global.broken {
			l.find("%s has %d rows but the records give %d", kind.bucket, got, rows[kind])
		}
	}
	l.tails()
}

// tails finds ends of lists that nobody has.
func (l *logAudit) tails() {
	l.scan(bucketTails, func(key, value []byte) error {
		if len(key) != 5 || len(value) < 8 {
			return errors.New("it is no end of a list")
		}
		_, known := l.parties[settlement.ParticipantID(number32(key[1:]))]
		if global := key[0] == listHashes.tail && number32(key[1:]) == 0; !global && !known && number64(value) > 0 && !l.global.broken {
			return errors.New("no record belongs to that list")
		}
		return nil
	})
	l.scan(bucketMailboxes, func(key, value []byte) error {
		party := l.parties[settlement.ParticipantID(number32(key))]
		if r := wire.NewReader(value); (party == nil || r.Uint() != party.mails.list.size || r.Err() != nil) && !l.global.broken {
			return errors.New("the mailbox does not end there")
		}
		return nil
	})
}

// listAudit builds a list anew from the records and compares it, row by row,
// with the stored one.
type listAudit struct {
	name   string
	list   *list
	broken bool // a difference was found: what follows differs, too
}

func newListAudit(name string, id listID) *listAudit {
	return &listAudit{name: name, list: &list{listID: id}}
}

// rows is how many full rows the list has.
func (l *list) rows() uint64 { return l.size / l.kind.perRow }

func (l *listAudit) add(a *auditor, item []byte) {
	l.list.add(item)
	l.compare(a)
}

// compare takes the rows that have filled up.
func (l *listAudit) compare(a *auditor) {
	first := l.list.rows() - uint64(len(l.list.full))
	for i, want := range l.list.full {
		row := first + uint64(i)
		got, err := get(a.tx, l.list.kind.bucket, l.list.rowKey(row))
		if (err != nil || !bytes.Equal(got, want)) && !l.broken {
			l.broken = true
			a.find("%s: row %d is not that of its records: %v", l.name, row, orDiffers(err))
		}
	}
	l.list.full = nil
}

// end compares the size and the last row.
func (l *listAudit) end(a *auditor) {
	size, tail, err := l.list.end(a.tx)
	if (err != nil || size != l.list.size || !bytes.Equal(tail, l.list.tail)) && !l.broken {
		l.broken = true
		a.find("%s has %d items and an end that is not that of its %d records: %v", l.name, size, l.list.size, orDiffers(err))
	}
}

// orDiffers says that something differs where no error says more.
func orDiffers(err error) error {
	if err == nil {
		return errors.New("it differs")
	}
	return err
}

// treeAudit is listAudit for the hashes of a Merkle tree.
type treeAudit struct {
	listAudit
	tree *growingTree
}

func newTreeAudit(name string, id listID) *treeAudit {
	hashes := newListAudit(name, id)
	return &treeAudit{*hashes, &growingTree{hashes: hashes.list}}
}

func (t *treeAudit) add(a *auditor, leaf tlog.Hash) {
	t.tree.add(leaf)
	t.compare(a)
}
