package gateway

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"dragoman/messages"
)

// Limits bound what clients of the HTTPS door may cost.
type Limits struct {
	Body     int64 // longest request body, bytes
	Requests int   // of one participant under way at once
	Waits    int   // of them, how many may wait for messages

	Header time.Duration // to send the headers, and for the handshake
	Whole  time.Duration // to send the whole request
	Answer time.Duration // to take the whole answer
	Idle   time.Duration // between two requests
	Wait   time.Duration // longest wait for a message
}

// Bounds that no configuration changes.
const (
	// maxHeader is for headers and for the bodies of requests that are no messages.
	maxHeader = 16 << 10
	// strangers is how many requests a second those may make together whom the
	// directory does not know. They are only told so.
	strangers = 100
	// overloaded is when to come again, where no better time is known.
	overloaded = time.Second
)

// quotas count what each participant has under way. There are as many as the
// directory has participants.
type quotas struct {
	limits    Limits
	rate      *Limiter // of all doors together
	strangers *rate.Limiter

	mu sync.Mutex
	of map[messages.BIC]*quota
}

type quota struct {
	requests atomic.Int64
	waits    atomic.Int64
}

func newQuotas(l Limits, limiter *Limiter) *quotas {
	if limiter == nil {
		limiter = NewLimiter(DefaultRate)
	}
	return &quotas{limits: l, rate: limiter, strangers: rate.NewLimiter(strangers, strangers), of: map[messages.BIC]*quota{}}
}

func (q *quotas) quota(bic messages.BIC) *quota {
	q.mu.Lock()
	defer q.mu.Unlock()
	one := q.of[bic]
	if one == nil {
		one = &quota{}
		q.of[bic] = one
	}
	return one
}

// stranger lets in one who is only to be told that nobody knows it.
func (q *quotas) stranger(now time.Time) error {
	if !q.strangers.AllowN(now, 1) {
		return tooMany(overloaded, "too many requests with certificates that nobody knows")
	}
	return nil
}

// enter lets a request in, or says when to come again. leave ends it.
func (q *quotas) enter(bic messages.BIC, now time.Time, waits bool) (leave func(), err error) {
	if delay, ok := q.rate.Allow(bic, now); !ok {
		return nil, tooMany(delay, "more than %d requests in a second", q.rate.perSecond)
	}
	one := q.quota(bic)
	if one.requests.Add(1) > int64(q.limits.Requests) {
		one.requests.Add(-1)
		return nil, tooMany(overloaded, "more than %d requests under way at once", q.limits.Requests)
	}
	if !waits {
		return func() { one.requests.Add(-1) }, nil
	}
	if one.waits.Add(1) > int64(q.limits.Waits) {
		one.waits.Add(-1)
		one.requests.Add(-1)
		return nil, tooMany(overloaded, "more than %d requests that wait for messages at once", q.limits.Waits)
	}
	return func() {
		one.waits.Add(-1)
		one.requests.Add(-1)
	}, nil
}
