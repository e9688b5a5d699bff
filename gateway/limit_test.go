package gateway

import (
	"testing"
	"time"
)

// TestLimiterCountsEachParticipantApart: one bank's flood is not another's.
func TestLimiterCountsEachParticipantApart(t *testing.T) {
	l, now := NewLimiter(3), time.Unix(1000, 0)
	alpha, beta := mustBIC(t, testBanks[0]), mustBIC(t, testBanks[1])
	passed := 0
	for range 10 {
		if _, ok := l.Allow(alpha, now); ok {
			passed++
		}
	}
	if wait, ok := l.Allow(alpha, now); passed != 3 || ok || wait <= 0 {
		t.Errorf("%d of 10 passed, then %v %v", passed, wait, ok)
	}
	if _, ok := l.Allow(beta, now); !ok {
		t.Error("another participant is held up")
	}
	if _, ok := l.Allow(alpha, now.Add(time.Second)); !ok {
		t.Error("a second later it is still held up")
	}
}
