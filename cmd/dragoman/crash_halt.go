package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// A gateway that lives and does nothing any more would have a proof wait for ever: whoever
// sends is turned away and comes again.

// haltWords are what a gateway says when its lane has stopped.
const haltWords = "the lane has stopped before an entry that it cannot apply"

// haltPatience is how long a lane may stand still: a blow may come meanwhile, and the start
// behind it find everything well.
const haltPatience = 15 * time.Second

// errHalted is wrapped by what ends a proof whose gateway does not go on.
var errHalted = errors.New("the gateway does not go on")

// hear notes that a lane has stopped.
func (l *lastLine) hear(b []byte) {
	for line := range bytes.Lines(b) {
		if bytes.Contains(line, []byte(haltWords)) {
			l.halted = string(bytes.TrimSpace(line))
		}
	}
}

// forget is when a process starts.
func (l *lastLine) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.halted = ""
}

func (l *lastLine) halt() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.halted
}

// watchLane waits until the lane of the gateway stands still and stays so, or ctx ends.
func (r *crashRun) watchLane(ctx context.Context) error {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	seen, since := "", time.Time{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-look.C:
			switch halted := r.server.complaints.halt(); {
			case halted != seen:
				seen, since = halted, now
			case halted != "" && now.Sub(since) > haltPatience:
				return fmt.Errorf("%w: %s", errHalted, halted)
			}
		}
	}
}
