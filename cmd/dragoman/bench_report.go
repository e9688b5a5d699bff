package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"text/tabwriter"
	"time"

	"dragoman/configs"
)

// benchReport are the figures of a run, as --json prints them.
type benchReport struct {
	Door         string  `json:"door"`
	Accounts     int     `json:"accounts"`
	MessageBytes int     `json:"message_bytes"`
	Processors   int     `json:"processors"`
	Payments     int64   `json:"payments"`
	InFlight     int     `json:"in_flight"`
	Rate         int     `json:"rate,omitempty"` // asked for; 0 in a closed loop
	Seconds      float64 `json:"seconds"`
	Accepted     float64 `json:"accepted_per_s"`
	Settled      float64 `json:"settled_per_s"`
	P50          float64 `json:"p50_ms"`
	P99          float64 `json:"p99_ms"`
	P999         float64 `json:"p999_ms"`
	Max          float64 `json:"max_ms"`

	Memory       float64 `json:"max_rss_mb"`    // RssAnon and RssShmem of the serving process
	Mapped       float64 `json:"mapped_rss_mb"` // RssFile beside it
	Written      float64 `json:"bytes_written_per_payment"`
	CPU          float64 `json:"cpu_us_per_payment"` // of the serving process
	SystemCPU    float64 `json:"cpu_system_us_per_payment"`
	GeneratorCPU float64 `json:"generator_cpu_us_per_payment"`

	benchSpace

	Gateway gatewayTimes `json:"gateway"`

	Syncs        float64 `json:"fsync_per_s"`
	Commit       float64 `json:"bbolt_commit_p50_ms"`
	Commits      float64 `json:"bbolt_payments_per_s"` // so many in one commit as the load has in flight
	CommitGroup  int     `json:"bbolt_group"`
	P50ToCommit  float64 `json:"p50_to_bbolt_commit"`
	RateToCommit float64 `json:"settled_to_bbolt_payments"`

	Rejected    int64    `json:"rejected"`
	Delivered   int64    `json:"delivered"`
	Other       int64    `json:"other_messages"`
	Wrong       int64    `json:"wrong"` // answers or deliveries too many, or of a kind that must not be
	Differences []string `json:"settings_that_differ"`
	Audit       []string `json:"audit_findings"`
	Books       string   `json:"books"`

	words string
}

func (b *bench) report(books auditedBooks, space benchSpace, times gatewayTimes, differences []string) *benchReport {
	l := b.ledger
	all := &histogram{}
	for i := range b.latencies {
		all.merge(&b.latencies[i])
	}
	first, last := l.firstSend.Load(), l.lastAnswer.Load()
	seconds := time.Duration(last - first).Seconds()
	n := float64(max(l.settled.Load()+l.rejected.Load(), 1))
	r := &benchReport{
		Door: b.door, Accounts: b.accounts, MessageBytes: len(b.templates.pairs[0].raw), Processors: runtime.NumCPU(),
		Payments: l.sent.Load(), InFlight: b.inFlight, Rate: b.rate, Seconds: seconds,
		Accepted: float64(l.accepted.Load()) / max(seconds, 1e-9), Settled: float64(l.settled.Load()) / max(seconds, 1e-9),
		P50: milliseconds(all.quantile(500)), P99: milliseconds(all.quantile(990)), P999: milliseconds(all.quantile(999)), Max: milliseconds(all.most),
		Memory: float64(b.watch.most) / 1e6, Mapped: float64(b.watch.mapped) / 1e6, Written: float64(b.watch.use.written) / n,
		CPU: float64(b.watch.use.cpu.Microseconds()) / n, SystemCPU: float64(b.watch.use.system.Microseconds()) / n, GeneratorCPU: float64(b.watch.own.Microseconds()) / n,
		benchSpace: space, Gateway: times, Syncs: perSecond(b.machine.syncs, 1), Commit: milliseconds(median(b.machine.single)),
		Commits: perSecond(b.machine.grouped, b.machine.group), CommitGroup: b.machine.group,
		Rejected: l.rejected.Load(), Delivered: l.delivered.Load(), Other: l.other.Load(), Wrong: l.wrong.Load(),
		Differences: append([]string{}, differences...), Audit: append([]string{}, books.findings...), Books: books.String(), words: l.words,
	}
	if r.Commit > 0 {
		r.P50ToCommit = r.P50 / r.Commit
	}
	if r.Commits > 0 {
		r.RateToCommit = r.Settled / r.Commits
	}
	return r
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// good tells that nothing was lost, doubled or made.
func (r *benchReport) good() bool {
	return r.Payments > 0 && len(r.Audit) == 0 && r.Wrong == 0 && r.Rejected == 0 && r.Delivered == r.Payments
}

func (r *benchReport) print(asJSON bool, std streams) error {
	if asJSON {
		return json.NewEncoder(std.out).Encode(r)
	}
	loop := fmt.Sprintf("closed loop, %d in flight", r.InFlight)
	if r.Rate > 0 {
		loop = fmt.Sprintf("open loop, %d a second wanted", r.Rate)
	}
	say(std.out, "%d payments of %d bytes between %d banks through %s: %s, %d processors\n\n", r.Payments, r.MessageBytes, r.Accounts, r.Door, loop, r.Processors)
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"accepted", fmt.Sprintf("%.0f/s over %.2f s", r.Accepted, r.Seconds)},
		{"settled", fmt.Sprintf("%.0f/s", r.Settled)},
		{"send to final answer", fmt.Sprintf("p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.2f ms", r.P50, r.P99, r.P999, r.Max)},
		{"of that, on average", fmt.Sprintf("%.2f ms until the log has a group, %.2f ms until the books have it; a commit %.2f ms", r.Gateway.Publish, r.Gateway.Applied, r.Gateway.Commit)},
		{"processor", fmt.Sprintf("%.0f µs a payment in the gateway, %.0f of them in the system; %.0f in the generator", r.CPU, r.SystemCPU, r.GeneratorCPU)},
		{"memory", fmt.Sprintf("%.0f MB at most, and %.0f MB of mapped files", r.Memory, r.Mapped)},
		{"written to disk", fmt.Sprintf("%.0f bytes a payment", r.Written)},
		{"kept on disk", r.kept()},
		{"", ""},
		{"this machine: syncs", fmt.Sprintf("%.0f/s", r.Syncs)},
		{"bbolt, one double entry a commit", fmt.Sprintf("%.3f ms; the p50 above is %.1f times that", r.Commit, r.P50ToCommit)},
		{fmt.Sprintf("bbolt, %d double entries a commit", r.CommitGroup), fmt.Sprintf("%.0f/s; settled is %.2f of that", r.Commits, r.RateToCommit)},
		{"", ""},
		{"books", r.Books},
	} {
		say(table, "%s\t%s\n", row[0], row[1])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(r.Differences) == 0 {
		say(std.out, "every setting is serve's default\n")
	}
	for _, d := range r.Differences {
		say(std.out, "differs from serve's default: %s\n", d)
	}
	r.verdict(std)
	return nil
}

func (r *benchReport) verdict(std streams) {
	switch {
	case r.Payments == 0:
		say(std.out, "nothing was sent within the time: give it a longer --duration\n")
	case r.Wrong > 0 || r.Rejected > 0 || r.Delivered != r.Payments:
		say(std.out, "of %d payments %d were rejected and %d delivered; %d messages were wrong: %s\n", r.Payments, r.Rejected, r.Delivered, r.Wrong, r.words)
	default:
		say(std.out, "every payment has one answer and one delivery\n")
	}
	for _, finding := range r.Audit {
		say(std.out, "  %s\n", finding)
	}
	if len(r.Audit) > 0 {
		say(std.out, "the audit found %d faults\n", len(r.Audit))
	} else {
		say(std.out, "the audit is clean\n")
	}
}

// differsFromDefaults lists the settings of a configuration's node that are not
// the defaults. Where the node listens is none of them: the benchmark lets the
// system choose a free port.
func differsFromDefaults(path string) ([]string, error) {
	config, err := configs.Load(path)
	if err != nil {
		return nil, err
	}
	defaults := configs.Default()
	return differences("node", reflect.ValueOf(config.Node), reflect.ValueOf(defaults.Node)), nil
}

func differences(path string, is, normal reflect.Value) (found []string) {
	if is.Kind() != reflect.Struct {
		if reflect.DeepEqual(is.Interface(), normal.Interface()) {
			return nil
		}
		return []string{fmt.Sprintf("%s is %v, not %v", path, is.Interface(), normal.Interface())}
	}
	for i := range is.NumField() {
		found = append(found, differences(path+"."+is.Type().Field(i).Tag.Get("yaml"), is.Field(i), normal.Field(i))...)
	}
	return found
}
