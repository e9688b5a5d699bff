package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dragoman/store"
)

// yardsticks are what this machine can do at this hour, on the file system of the
// run: figures of the gateway mean something only beside them. They are measured
// before and after the load.
type yardsticks struct {
	syncs   []time.Duration // a write of 4 KB and its sync
	single  []time.Duration // a bbolt commit of one double entry
	grouped []time.Duration // a bbolt commit of as many as the load has in flight
	group   int
}

// yardstickTime is how long each of them is measured each time.
const yardstickTime = 700 * time.Millisecond

func (y *yardsticks) measure(ctx context.Context, folder string, inFlight int) error {
	below, err := os.MkdirTemp(folder, "yardstick-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(below) //nolint:errcheck // what is left goes with the folder
	if err := y.sync(ctx, filepath.Join(below, "sync")); err != nil {
		return fmt.Errorf("measure the disk: %w", err)
	}
	y.group = min(inFlight, benchSenders)
	for _, m := range []struct {
		name  string
		group int
		into  *[]time.Duration
	}{{"single", 1, &y.single}, {"grouped", y.group, &y.grouped}} {
		taken, err := store.MeasureCommits(filepath.Join(below, m.name), m.group, deadline(ctx, yardstickTime))
		if err != nil {
			return fmt.Errorf("measure commits: %w", err)
		}
		*m.into = append(*m.into, taken...)
	}
	return ctx.Err()
}

// deadline makes a clock that ends after so long: it gives the time since it was
// made, and whether to go on.
func deadline(ctx context.Context, d time.Duration) func() (time.Duration, bool) {
	start := time.Now()
	return func() (time.Duration, bool) {
		now := time.Since(start)
		return now, now < d && ctx.Err() == nil
	}
}

func (y *yardsticks) sync(ctx context.Context, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // a file of no use
	page := make([]byte, 4096)
	clock := deadline(ctx, yardstickTime)
	for before, ok := clock(); ok; {
		if _, err := f.Write(page); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		var now time.Duration
		now, ok = clock()
		y.syncs = append(y.syncs, now-before)
		before = now
	}
	return nil
}

// perSecond is how many a second, from what each took.
func perSecond(taken []time.Duration, each int) float64 {
	total := time.Duration(0)
	for _, d := range taken {
		total += d
	}
	if total == 0 {
		return 0
	}
	return float64(len(taken)*each) / total.Seconds()
}

func median(taken []time.Duration) time.Duration {
	if len(taken) == 0 {
		return 0
	}
	sorted := slices.Clone(taken)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
