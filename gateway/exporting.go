package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
	"dragoman/store/evidence"
)

// TypeExport is the type of the records of the message log that say who has taken
// what out of it, and why.
const TypeExport = "dragoman.export"

// ExportRequest is what somebody wants exported.
type ExportRequest struct {
	evidence.Query
	Reason string `json:"reason"`
	// Against is an earlier checkpoint that the caller kept: the export will prove that
	// the log only grew since.
	Against string `json:"against,omitempty"`
}

// Exported is what the record of an export holds.
type Exported struct {
	evidence.Query
	Reason string `json:"reason"`
	Key    string `json:"key"` // of who took it
}

// Export puts into the log that somebody takes messages out of it. It is on disk
// before anything is.
func (d *Desk) Export(ctx context.Context, caller Caller, q evidence.Query, reason string) (settlement.Place, error) {
	body, err := json.Marshal(Exported{q, reason, caller.Key})
	if err != nil {
		return settlement.Place{}, err
	}
	return d.appendRecord(ctx, OrderExport, caller, body)
}

// appendRecord puts an entry into the log that becomes a record and moves nothing.
func (d *Desk) appendRecord(ctx context.Context, kind OrderKind, caller Caller, body []byte) (settlement.Place, error) {
	order := Order{Kind: kind, From: caller.Participant, Key: caller.Key, Received: settlement.Moment(d.clock().UnixNano()), Payload: store.Pack(body)}
	if _, err := io.ReadFull(d.random, order.Nonce[:]); err != nil {
		return settlement.Place{}, fmt.Errorf("draw a nonce: %w", err)
	}
	return d.orders.Append(ctx, order)
}

// exporting is one export on its way.
type exporting struct {
	export evidence.Export
	source *exportSource
}

// prepareExport checks a request, records it, and fixes what will be exported.
func (n *Node) prepareExport(ctx context.Context, c Caller, request ExportRequest) (*exporting, error) {
	q := request.Query
	party, err := n.exportLog(c, &q)
	if err != nil {
		return nil, err
	}
	switch {
	case request.Reason == "" || len(request.Reason) > maxReason || strings.ContainsAny(request.Reason, "\r\n"):
		return nil, badRequest("reason must say why, on one line of at most %d bytes", maxReason)
	case q.From != nil && q.To != nil && q.To.Before(*q.From):
		return nil, badRequest("to lies before from")
	case n.signer == nil:
		return nil, refused(problemChange, "this gateway has no key to sign exports with; name one with node.checkpoints.key")
	}
	var earlier *evidence.Checkpoint
	if request.Against != "" {
		if earlier, err = evidence.UnverifiedCheckpoint([]byte(request.Against)); err != nil {
			return nil, badRequest("against is no checkpoint: %v", err)
		}
	}
	place, err := n.Desk.Export(ctx, c, q, request.Reason)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	if err := n.WaitFor(waiting, place.Sequence); err != nil {
		return nil, &requestError{problemBehind, "the export is recorded, but the books have not come so far; ask again", time.Second}
	}
	return n.fixExport(c, q, request.Reason, place, party, earlier)
}

// exportLog decides whose log is read: compliance may have any, everybody else its
// own alone.
func (n *Node) exportLog(c Caller, q *evidence.Query) (party settlement.ParticipantID, err error) {
	if !c.may(routing.RoleCompliance) {
		own := c.Participant.Full()
		if bic, err := messages.ParseBIC(q.Participant); q.Participant != "" && (err != nil || bic.Full() != own) {
			return 0, ErrNotAllowed
		}
		q.Participant = own
	}
	if q.UETR != "" {
		uetr, err := messages.ParseUETR(q.UETR)
		if err != nil {
			return 0, badRequest("%v", err)
		}
		q.UETR = uetr.String()
	}
	if q.Participant == "" {
		return 0, nil
	}
	bic, err := messages.ParseBIC(q.Participant)
	if err != nil {
		return 0, badRequest("participant: %v", err)
	}
	p, known := n.Directory().ByBIC(bic)
	if !known {
		return 0, notFound("%s takes no part here", bic)
	}
	q.Participant = p.BIC.Full()
	return p.ID, nil
}

// fixExport takes the checkpoint that the export will be proven against, and finds
// the range.
func (n *Node) fixExport(c Caller, q evidence.Query, reason string, place settlement.Place, party settlement.ParticipantID, earlier *evidence.Checkpoint) (*exporting, error) {
	point, stand, signed, err := n.checkpoint(c)
	if err != nil {
		return nil, err
	}
	log := n.Books.GlobalLog(stand.State.Records)
	if party != 0 {
		log = n.Books.PartyLog(party, stand.Heads[party].Size)
	}
	source := &exportSource{log: log, query: q, from: 0, to: log.Size()}
	if q.From != nil {
		if source.from, err = log.Search(settlement.Moment(q.From.UnixNano())); err != nil {
			return nil, err
		}
	}
	if q.To != nil {
		if source.to, err = log.Search(settlement.Moment(q.To.UnixNano())); err != nil {
			return nil, err
		}
	}
	if q.UETR != "" {
		if source.brought, err = n.brought(q.UETR); err != nil {
			return nil, err
		}
	}
	e := &exporting{source: source}
	e.export = evidence.Export{
		Manifest: evidence.Manifest{
			Made: n.clock().UTC(), By: c.Participant.Full(), Key: c.Key, Reason: reason, Place: placeText(place), Query: q, Complete: q.Whole(),
		},
		Checkpoint: point, Signed: signed, Signer: n.signer,
	}
	if e.export.Keys, err = n.Books.Keys(); err != nil {
		return nil, err
	}
	if earlier != nil {
		e.export.Consistency, err = n.consistency(earlier, point, c)
	}
	return e, err
}

// consistency proves what can be proven of an earlier checkpoint: every log that
// both name and that has grown.
func (n *Node) consistency(earlier, now *evidence.Checkpoint, c Caller) (proofs []evidence.Consistency, err error) {
	heads := append([]evidence.Head{{BIC: evidence.GlobalLog, Size: earlier.Size}}, earlier.Heads...)
	for _, before := range heads {
		after, both := now.Head(before.BIC)
		if !both || after.Size <= before.Size {
			continue
		}
		log, err := n.namedLog(before.BIC, c)
		if err != nil {
			return nil, err
		}
		proof, err := evidence.ProveConsistency(before.BIC, before.Size, after.Size, log)
		if err != nil {
			return nil, err
		}
		proofs = append(proofs, proof)
	}
	return proofs, nil
}

// brought are the numbers of the records that brought the payments of a UETR: a
// message with many payments has no UETR of its own.
func (n *Node) brought(text string) (map[settlement.Place]bool, error) {
	uetr, err := messages.ParseUETR(text)
	if err != nil {
		return nil, err
	}
	ids, err := n.Books.ByUETR(uetr)
	if err != nil {
		return nil, err
	}
	places := map[settlement.Place]bool{}
	for _, id := range ids {
		p, ok, err := n.Books.Payment(id)
		if err != nil || !ok {
			return nil, err
		}
		places[p.Place] = true
	}
	return places, nil
}

// exportSource hands over the records of an export.
type exportSource struct {
	log      *store.Log
	query    evidence.Query
	from, to uint64 // positions: the range, without its neighbours
	brought  map[settlement.Place]bool
}

// Hashes is what evidence asks for.
func (s *exportSource) Hashes() tlog.HashReader { return s.log }

// Records is what evidence asks for. A filter hides the neighbours: the export then
// claims no range.
func (s *exportSource) Records(payloads bool) iter.Seq2[evidence.Logged, error] {
	first, end := s.from, s.to
	if s.query.Whole() {
		if first > 0 {
			first--
		}
		end = min(end+1, s.log.Size())
	}
	return func(yield func(evidence.Logged, error) bool) {
		for at := first; at < end; {
			records, err := s.log.Read(at, payloads)
			if err == nil && len(records) == 0 {
				err = fmt.Errorf("%w: the log ends at position %d, not %d", store.ErrCorrupt, at, end)
			}
			if err != nil {
				yield(evidence.Logged{}, err)
				return
			}
			for i := range records {
				if records[i].Position >= end {
					break
				}
				if one, ok := s.take(&records[i]); ok && !yield(one, nil) {
					return
				}
			}
			at = records[len(records)-1].Position + 1
		}
	}
}

func (s *exportSource) take(r *store.LogRecord) (evidence.Logged, bool) {
	one := evidence.Logged{Position: r.Position, Record: r.Record, Payload: r.Payload}
	switch {
	case r.Position < s.from:
		one.Outside, one.Payload = evidence.OutsideBefore, nil
	case r.Position >= s.to:
		one.Outside, one.Payload = evidence.OutsideAfter, nil
	default:
		return one, s.matches(&r.Record)
	}
	return one, true
}

func (s *exportSource) matches(r *store.Record) bool {
	if kind := s.query.Type; kind != "" && r.Type != kind && !strings.HasPrefix(r.Type, kind+".") {
		return false
	}
	return s.query.UETR == "" || r.UETR == s.query.UETR || !r.Out && r.UETR == "" && s.brought[r.Place]
}
