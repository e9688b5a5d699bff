package gateway

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// testPatience is how long a test waits for what should come at once. Only a test
// that fails waits for it, so it is far more than a busy machine takes.
const testPatience = 2 * time.Minute

// share is how many of so many repetitions are played: a quarter of them in short
// runs, which are those under the race detector.
func share(all int) int {
	if testing.Short() {
		return all / 4
	}
	return all
}

// seedOf is the seed of what a test draws: the same in every run, so that a verdict
// on a change is not one of chance. DRAGOMAN_SEED takes others.
func seedOf(tb testing.TB) uint64 {
	tb.Helper()
	seed := uint64(1)
	if text := os.Getenv("DRAGOMAN_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			tb.Fatal(err)
		}
	}
	tb.Logf("DRAGOMAN_SEED=%d", seed)
	return seed
}
