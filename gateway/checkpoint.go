package gateway

import (
	"net/http"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
	"dragoman/store/evidence"
)

// seesAll tells whether the caller may know how large everybody's log is.
func (c Caller) seesAll() bool { return c.may(routing.RoleOperator) || c.may(routing.RoleCompliance) }

// checkpoint says how the logs stand now, with the participants' own ones that the
// caller may know of, and signs that.
func (n *Node) checkpoint(c Caller) (*evidence.Checkpoint, store.Stand, []byte, error) {
	if n.signer == nil {
		return nil, store.Stand{}, nil, refused(problemChange, "this gateway has no key for checkpoints; name one with node.checkpoints.key")
	}
	directory := n.Directory()
	var parties []settlement.ParticipantID
	for i := range directory.Participants {
		if p := &directory.Participants[i]; c.seesAll() || p.BIC == c.Participant {
			parties = append(parties, p.ID)
		}
	}
	stand, err := n.Books.Stand(parties)
	if err != nil {
		return nil, stand, nil, err
	}
	s := &stand.State
	point := &evidence.Checkpoint{
		Origin: n.signer.Name(), Size: s.Records, Root: s.Root, Orders: s.Sequence, LogHash: s.LogHash, Books: s.Digest,
		Time: time.Unix(0, int64(s.Booked)), Engine: time.Unix(0, int64(s.Now)),
	}
	for _, party := range parties {
		p, _ := directory.ByID(party)
		head := stand.Heads[party]
		point.Heads = append(point.Heads, evidence.Head{BIC: p.BIC.Full(), Size: head.Size, Root: head.Root})
	}
	signed, err := point.Sign(n.signer)
	return point, stand, signed, err
}

// getCheckpoint answers with a signed checkpoint of this moment.
func (d *Door) getCheckpoint(w http.ResponseWriter, _ *http.Request, c Caller) error {
	_, _, signed, err := d.node.checkpoint(c)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", textContent)
	_, err = w.Write(signed)
	return err
}

// namedLog finds a log that the caller may see by its name, as it stands now.
func (n *Node) namedLog(name string, c Caller) (*store.Log, error) {
	if name == evidence.GlobalLog {
		return n.Books.GlobalLog(n.Books.State().Records), nil
	}
	bic, err := messages.ParseBIC(name)
	if err != nil {
		return nil, badRequest("log must be %s or a BIC", evidence.GlobalLog)
	}
	p, known := n.Directory().ByBIC(bic)
	if !known || !c.seesAll() && p.BIC != c.Participant {
		return nil, notFound("there is no log of %s that is yours", name)
	}
	stand, err := n.Books.Stand([]settlement.ParticipantID{p.ID})
	return n.Books.PartyLog(p.ID, stand.Heads[p.ID].Size), err
}

// getConsistency proves that a log of one size is the beginning of the log of
// another size.
func (d *Door) getConsistency(w http.ResponseWriter, r *http.Request, c Caller) error {
	query := r.URL.Query()
	name := query.Get("log")
	log, err := d.node.namedLog(name, c)
	if err != nil {
		return err
	}
	from, errFrom := strconv.ParseUint(query.Get("from"), 10, 63)
	to, errTo := strconv.ParseUint(query.Get("to"), 10, 63)
	if errFrom != nil || errTo != nil || from > to {
		return badRequest("from and to must be sizes of the log, as checkpoints give them, from not above to")
	}
	if to > log.Size() {
		return refused(problemChange, "the log %s has %d records, not %d: it is shorter than it was said to be", name, log.Size(), to)
	}
	proof, err := evidence.ProveConsistency(name, from, to, log)
	if err != nil {
		return err
	}
	if proof.Hashes == nil {
		proof.Hashes = []tlog.Hash{}
	}
	return reply(w, http.StatusOK, proof)
}
