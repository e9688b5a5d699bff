package gateway

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// meter counts what a node does, for Prometheus. Counters begin at 0 with the
// process; what is known of the state is asked when it is collected. Participants
// are named by BIC; nothing else of a message goes here but its currency and ISO
// reason codes.
type meter struct {
	registry *prometheus.Registry

	accepted  prometheus.Counter
	ended     *prometheus.CounterVec // by outcome
	rejected  *prometheus.CounterVec // by reason
	late      prometheus.Counter
	orders    *prometheus.CounterVec // by kind
	groups    prometheus.Counter
	publish   prometheus.Histogram
	commit    prometheus.Histogram
	committed prometheus.Histogram // from the door to the books

	requests   *prometheus.CounterVec   // by route and status
	answered   *prometheus.HistogramVec // by route
	handshakes *prometheus.CounterVec   // refused, by cause

	mu         sync.Mutex
	open       map[settlement.PaymentID]openPayment
	last       settlement.PaymentID
	publishing time.Time // since when a group is being written; zero: none is
}

// openPayment is what is counted of a payment that has not ended.
type openPayment struct {
	state    settlement.State
	currency messages.Currency
	received settlement.Moment
}

// Bounds of the histograms: from a quarter of a millisecond to 8 seconds.
const (
	firstBucket = 0.00025
	buckets     = 16
)

func newMeter() *meter {
	times := prometheus.ExponentialBuckets(firstBucket, 2, buckets)
	histogram := func(name, help string) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: times})
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &meter{
		registry:  prometheus.NewRegistry(),
		accepted:  prometheus.NewCounter(prometheus.CounterOpts{Name: "dragoman_payments_accepted_total", Help: "Payments taken into the books."}),
		ended:     counter("dragoman_payments_ended_total", "Payments that have ended, by outcome.", "outcome"),
		rejected:  counter("dragoman_payments_rejected_total", "Payments rejected, by ISO 20022 reason.", "reason"),
		late:      prometheus.NewCounter(prometheus.CounterOpts{Name: "dragoman_late_acceptances_total", Help: "Acceptances of payments whose time to be confirmed was up (AB05)."}),
		orders:    counter("dragoman_orders_total", "Orders written to the log, by kind.", "kind"),
		groups:    prometheus.NewCounter(prometheus.CounterOpts{Name: "dragoman_groups_total", Help: "Groups of orders written to the log."}),
		publish:   histogram("dragoman_publish_seconds", "How long the log took to have a group on disk."),
		commit:    histogram("dragoman_commit_seconds", "How long a commit of the books took."),
		committed: histogram("dragoman_applied_seconds", "From the receipt of a message at the door until the books had it."),

		requests:   counter("dragoman_http_requests_total", "Requests at the HTTPS door, by route and status.", "route", "status"),
		answered:   prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "dragoman_http_seconds", Help: "How long requests took that did not wait for messages.", Buckets: times}, []string{"route"}),
		handshakes: counter("dragoman_handshakes_refused_total", "Handshakes refused at the HTTPS door, by cause.", "cause"),

		open: map[settlement.PaymentID]openPayment{},
	}
	m.registry.MustRegister(
		m.accepted, m.ended, m.rejected, m.late, m.orders, m.groups, m.publish, m.commit, m.committed, m.requests, m.answered, m.handshakes,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// start takes in what the books hold when the node starts.
func (m *meter) start(books *store.Books) error {
	open, err := books.Open()
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = books.State().Payment
	for i := range open {
		m.open[open[i].ID] = openOf(&open[i])
	}
	return nil
}

func openOf(p *settlement.Payment) openPayment {
	o := openPayment{state: p.State, received: p.Arrived}
	if f, err := decodeFacts(p.Facts); err == nil {
		o.currency, o.received = f.Currency, f.Received
	}
	return o
}

// applied counts what a commit has brought into the books.
func (m *meter) applied(batches []store.Batch, took time.Duration, now settlement.Moment) {
	if m == nil {
		return
	}
	m.commit.Observe(took.Seconds())
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range batches {
		m.late.Add(float64(batches[i].Changes.Late))
		changed := batches[i].Changes.Payments
		for k := range changed {
			m.payment(&changed[k], now)
		}
	}
}

func (m *meter) payment(p *settlement.Payment, now settlement.Moment) {
	if p.ID > m.last {
		m.last = p.ID
		m.accepted.Inc()
		if o := openOf(p); o.received > 0 && now > o.received {
			m.committed.Observe(time.Duration(now - o.received).Seconds())
		}
	}
	if !p.State.Final() {
		m.open[p.ID] = openOf(p)
		return
	}
	delete(m.open, p.ID)
	m.ended.WithLabelValues(p.State.String()).Inc()
	if p.Reason.Code != "" && p.State != settlement.StateSettled {
		m.rejected.WithLabelValues(p.Reason.Code).Inc()
	}
}

// publishes notes that a group is being written to the log; the function that it
// returns notes the end.
func (m *meter) publishes(orders []Order, clock func() time.Time) (done func(error)) {
	if m == nil {
		return func(error) {}
	}
	start := clock()
	m.mu.Lock()
	m.publishing = start
	m.mu.Unlock()
	return func(err error) {
		m.mu.Lock()
		m.publishing = time.Time{}
		m.mu.Unlock()
		if err != nil {
			return
		}
		m.publish.Observe(clock().Sub(start).Seconds())
		m.groups.Inc()
		for i := range orders {
			m.orders.WithLabelValues(orders[i].Kind.String()).Inc()
		}
	}
}

// stuck is since when a group is being written to the log; the zero time when
// none is.
func (m *meter) stuck() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.publishing
}

// waiting is what waits in one state and currency.
type waiting struct {
	payments int
	oldest   settlement.Moment
}

type waitingKey struct {
	state    settlement.State
	currency messages.Currency
}

func (m *meter) waiting() map[waitingKey]waiting {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := map[waitingKey]waiting{}
	for _, o := range m.open {
		key := waitingKey{o.state, o.currency}
		w := all[key]
		if w.payments++; w.oldest == 0 || o.received < w.oldest {
			w.oldest = o.received
		}
		all[key] = w
	}
	return all
}

// request counts one request. Those that waited for messages say nothing of speed.
func (m *meter) request(route string, status int, waited bool, took time.Duration) {
	if status == 0 {
		status = http.StatusOK
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	if !waited {
		m.answered.WithLabelValues(route).Observe(took.Seconds())
	}
}

func (m *meter) handshake(cause string) { m.handshakes.WithLabelValues(cause).Inc() }

// certificate has the end of the door's certificate collected; a second door of the
// same node shows the same.
func (m *meter) certificate(until func() time.Time) {
	_ = m.registry.Register(prometheus.NewGaugeFunc( // refused when it is there already
		prometheus.GaugeOpts{Name: "dragoman_certificate_expires_seconds", Help: "When the door's certificate ends, in seconds since 1970."},
		func() float64 { return float64(until().Unix()) },
	))
}
