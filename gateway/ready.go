package gateway

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"

	"dragoman/settlement"
)

// What keeps a node from being ready. Each reason says what to do, for /readyz
// and for people.

// Bounds of readiness.
const (
	// diskNeeded is the free space below which a node is not ready: some 15 seconds
	// of full load, minutes of an ordinary day. Below it an operator must act.
	diskNeeded = 1 << 30
	// publishPatience is how long the log may take for one group.
	publishPatience = 5 * time.Second
	// lagAllowed is how many groups the books may be behind the log: less than a
	// second of work.
	lagAllowed = 1000
	// clockAllowed is how far the clock may be behind engine time.
	clockAllowed = 5 * time.Second
	// renewBefore is how long before its end a certificate is no longer ready.
	renewBefore = 24 * time.Hour
)

// Unready lists what keeps the node from being ready; nothing when it is.
func (n *Node) Unready() []string {
	var all []string
	if err := n.Failed(); err != nil {
		all = append(all, "no new orders are taken: "+err.Error())
	}
	all = append(all, n.logUnready()...)
	if n.embedded != nil {
		if err := n.embedded.Healthy(); err != nil {
			all = append(all, err.Error())
		}
	}
	all = append(all, diskUnready(n.folder, diskNeeded)...)
	all = append(all, clockUnready(n.clock(), n.Books.State().Now)...)
	if n.relay != nil {
		all = append(all, n.relay.Refused()...)
	}
	n.mu.Lock()
	checks := slices.Clone(n.checks)
	n.mu.Unlock()
	for _, check := range checks {
		all = append(all, check()...)
	}
	return all
}

// diskUnready looks at the disk of a folder.
func diskUnready(folder string, needed uint64) []string {
	free, err := freeSpace(folder)
	switch {
	case err != nil:
		return []string{"the data folder cannot be looked at: " + err.Error()}
	case free < needed:
		return []string{fmt.Sprintf("the disk of the data folder has only %d MiB free; make room before the log is full", free>>20)}
	}
	return nil
}

// clockUnready holds the clock against engine time, which is never ahead of it.
func clockUnready(now time.Time, engine settlement.Moment) []string {
	if ahead := time.Duration(int64(engine) - now.UnixNano()); ahead > clockAllowed {
		return []string{fmt.Sprintf("the clock is %s behind the time in the log; set it right", ahead.Round(time.Second))}
	}
	return nil
}

// also has Unready ask somebody else as well.
func (n *Node) also(check func() []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.checks = append(n.checks, check)
}

// logUnready looks at the log.
func (n *Node) logUnready() []string {
	if status := n.nc.Status(); status != nats.CONNECTED {
		return []string{fmt.Sprintf("the log's server is not connected: %s; nothing that was acknowledged is lost, and it is tried on", status)}
	}
	if since := n.meter.stuck(); !since.IsZero() && n.clock().Sub(since) > publishPatience {
		return []string{fmt.Sprintf("the log has not taken a group for %s; look at its disk", n.clock().Sub(since).Round(time.Second))}
	}
	ctx, cancel := context.WithTimeout(context.Background(), askLog)
	defer cancel()
	end, err := n.orders.End(ctx)
	if err != nil {
		return []string{"the log does not answer: " + err.Error()}
	}
	if applied := n.Books.State().Sequence; end > applied+lagAllowed {
		return []string{fmt.Sprintf("the books are %d groups behind the log and catch up", end-applied)}
	}
	return nil
}

// freeSpace is what the user may still write to the disk of a folder, in bytes.
func freeSpace(folder string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil //nolint:gosec // block sizes are positive
}

// unready is what keeps the door from being ready.
func (d *Door) unready() []string {
	var all []string
	until, fault := d.credentials.expires()
	if fault != nil {
		all = append(all, "the door's certificate files cannot be used, the old ones are shown on: "+fault.Error())
	}
	if left := until.Sub(d.clock()); left < renewBefore {
		all = append(all, fmt.Sprintf("the server's certificate ends at %s; renew its files, no restart is needed", until.UTC().Format(time.RFC3339)))
	}
	return all
}
