package gateway

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"dragoman/messages"
)

// DefaultRate is how many requests a participant may send in a second over all
// doors together when nothing else is set.
const DefaultRate = 5000

// Limiter counts requests, for each participant apart, over all doors.
type Limiter struct {
	perSecond int

	mu  sync.Mutex
	per map[messages.BIC]*rate.Limiter
}

// NewLimiter allows every participant that many requests a second, and as many at
// once.
func NewLimiter(perSecond int) *Limiter {
	if perSecond <= 0 {
		perSecond = DefaultRate
	}
	return &Limiter{perSecond: perSecond, per: map[messages.BIC]*rate.Limiter{}}
}

// Allow takes one request of a participant into account and tells whether it may
// go on; if not, how long to wait before the next.
func (l *Limiter) Allow(who messages.BIC, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	limiter := l.per[who]
	if limiter == nil {
		limiter = rate.NewLimiter(rate.Limit(l.perSecond), l.perSecond)
		l.per[who] = limiter
	}
	l.mu.Unlock()
	if limiter.AllowN(now, 1) {
		return 0, true
	}
	return time.Second / time.Duration(l.perSecond), false
}
