package gateway

import (
	"fmt"
	"time"

	"dragoman/settlement"
	"dragoman/store"
)

// A backup holds every message of every participant, which operators do not read
// otherwise. So one operator alone takes none: two permit that the key of the one who
// asked takes backups, for a time that is long enough for those of every night.

// maxPermit bounds that time.
const maxPermit = 31 * 24 * time.Hour

// fitsPermit wants an end of a permission that has not come and is not too far.
func (s *situation) fitsPermit(d *Decision) string {
	now := timeOf(max(s.now, s.at))
	switch {
	case !d.Time.After(now):
		return "say until when backups may be taken; that time must not have come"
	case d.Time.Sub(now) > maxPermit:
		return fmt.Sprintf("backups are permitted for %d days at most", maxPermit/(24*time.Hour))
	}
	return ""
}

// permitted tells whether two operators have permitted that a key takes backups now.
func (n *Node) permitted(c Caller, now time.Time) (found bool, err error) {
	before := settlement.Place{Sequence: n.Books.State().Sequence + 1}
	err = n.Books.Decisions(before, func(row store.Kept) bool {
		r, wrong := decodeDecision(row.Value)
		if err = wrong; err != nil {
			return false
		}
		d := &r.Decision
		found = d.Action == ActionBackup && r.Outcome == OutcomeDone && r.Participant == c.Participant && r.Key == c.Key && now.Before(d.Time)
		return !found && now.Sub(r.At) < maxPermit+requestLife
	})
	return found, err
}
