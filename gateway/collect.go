package gateway

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"dragoman/settlement"
)

// collector tells Prometheus how things stand, when it asks.
type collector struct {
	node  *Node
	clock func() time.Time

	applied, logEnd, lag, waiting, age, mailboxLast, mailboxLag, records, ready, free, leads, term, logFirst, snapshot, snapshotTime *prometheus.Desc
}

// askLog is how long a collection waits for the log's end.
const askLog = time.Second

func newCollector(n *Node, clock func() time.Time) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("dragoman_"+name, help, labels, nil)
	}
	return &collector{
		node: n, clock: clock,
		applied:      desc("applied_group", "Last group of the log that the books have applied."),
		logEnd:       desc("log_group", "Last group of the log; missing while the log does not answer."),
		logFirst:     desc("log_first_group", "First group of the log: what stood before is trimmed; missing while the log does not answer."),
		snapshot:     desc("snapshot_group", "Group at which the newest verified snapshot of the books stands; 0: there is none."),
		snapshotTime: desc("snapshot_verified_timestamp_seconds", "When it was verified, as seconds of the Unix epoch; 0: there is none."),
		lag:          desc("lag_groups", "Groups of the log that the books have not applied yet."),
		waiting:      desc("payments_waiting", "Payments that have not ended, by state and currency.", "state", "currency"),
		age:          desc("payments_waiting_oldest_seconds", "Since when the oldest of them has been there.", "state", "currency"),
		mailboxLast:  desc("mailbox_messages", "Messages that were put into a mailbox since the beginning.", "participant"),
		mailboxLag:   desc("mailbox_lag_messages", "Messages of a mailbox that are not acknowledged.", "participant"),
		records:      desc("records", "Records of the message log."),
		free:         desc("disk_free_bytes", "What may still be written to the disk of the data folder."),
		leads:        desc("leads", "1 if this node moves time and relays, 0 if another one does."),
		term:         desc("term", "Which term of a leader it is, counted over all nodes; 0 at a node alone."),
		ready:        desc("ready", "1 if the node is ready, 0 if /readyz names a reason."),
	}
}

// Describe is that of prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.applied, c.logEnd, c.lag, c.waiting, c.age, c.mailboxLast, c.mailboxLag, c.records, c.ready, c.free, c.leads, c.term, c.logFirst, c.snapshot, c.snapshotTime} {
		to <- d
	}
}

// Collect is that of prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	state := c.node.Books.State()
	gauge(c.applied, float64(state.Sequence))
	gauge(c.records, float64(state.Records))
	ctx, cancel := context.WithTimeout(context.Background(), askLog)
	defer cancel()
	if first, end, err := c.node.orders.Span(ctx); err == nil {
		gauge(c.logFirst, float64(first))
		gauge(c.logEnd, float64(end))
		gauge(c.lag, float64(max(end, state.Sequence)-state.Sequence))
	}
	now := settlement.Moment(c.clock().UnixNano())
	for key, w := range c.node.meter.waiting() {
		gauge(c.waiting, float64(w.payments), key.state.String(), key.currency.Code())
		gauge(c.age, max(0, time.Duration(now-w.oldest).Seconds()), key.state.String(), key.currency.Code())
	}
	for _, p := range c.node.Directory().Participants {
		end := c.node.Books.MailboxEnd(p.ID)
		gauge(c.mailboxLast, float64(end), p.BIC.Full())
		gauge(c.mailboxLag, float64(end-c.node.Books.Acknowledged(p.ID)), p.BIC.Full())
	}
	if free, err := freeSpace(c.node.folder); err == nil {
		gauge(c.free, float64(free))
	}
	if s := c.node.kept.last.Load(); s == nil {
		gauge(c.snapshot, 0)
		gauge(c.snapshotTime, 0)
	} else {
		gauge(c.snapshot, float64(s.Groups))
		gauge(c.snapshotTime, float64(s.Verified.Unix()))
	}
	leads, term := c.node.reigning()
	gauge(c.leads, leads)
	gauge(c.term, float64(term))
	ready := 1.0
	if len(c.node.Unready()) > 0 {
		ready = 0
	}
	gauge(c.ready, ready)
}
