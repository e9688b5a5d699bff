package gateway

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"dragoman/settlement"
)

// metric is the value of a sample in the text format of Prometheus; empty when
// there is none.
func metric(text, sample string) string {
	if m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(sample) + ` (.*)$`).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// TestMetrics: what was done is counted, at the door and at the monitor, and no
// message's content is among it.
func TestMetrics(t *testing.T) {
	r := openDoorRig(t, nil)
	r.issue(testBanks[0], "2000000.00")
	r.pay(testBanks[0], testBanks[1], 1)
	r.pay(testBanks[0], testBanks[1], 2)  // waits
	r.pay(testBanks[0], "NOBDDEFFXXX", 3) // nobody
	r.post(testBanks[0], "/v1/messages", xmlContent, []byte("<broken"))
	r.get(testBanks[2], "/v1/payments/"+testUETR(1))
	if _, err := r.try(r.with(nil, false), "GET", "/healthz", nil, nil); err == nil {
		t.Error("somebody without certificate comes in")
	}
	eventually(t, "everything is applied", func() bool {
		a := r.get("operator", "/metrics")
		return metric(string(a.body), "dragoman_lag_groups") == "0" && metric(string(a.body), `dragoman_orders_total{kind="refused body"}`) == "1"
	})
	monitor, err := OpenMonitor(r.node, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = monitor.Serve() }()
	defer monitor.Close(context.Background()) //nolint:errcheck // a test's
	text := string(r.get("operator", "/metrics").body)
	plain := plainly(t, monitor, "/metrics")
	for sample, want := range map[string]string{
		"dragoman_payments_accepted_total":                                           "4",
		`dragoman_payments_ended_total{outcome="settled"}`:                           "2",
		`dragoman_payments_ended_total{outcome="rejected"}`:                          "1",
		`dragoman_payments_rejected_total{reason="CNOR"}`:                            "1",
		`dragoman_payments_waiting{currency="CNY",state="waiting"}`:                  "1",
		`dragoman_orders_total{kind="message"}`:                                      "3",
		`dragoman_mailbox_lag_messages{participant="` + testBanks[0] + `"}`:          "3",
		`dragoman_mailbox_lag_messages{participant="` + testBanks[1] + `"}`:          "1",
		`dragoman_http_requests_total{route="POST /v1/messages",status="202"}`:       "3",
		`dragoman_http_requests_total{route="POST /v1/messages",status="400"}`:       "1",
		`dragoman_http_requests_total{route="GET /v1/payments/{uetr}",status="404"}`: "1",
		`dragoman_handshakes_refused_total{cause="no certificate"}`:                  "1",
		"dragoman_ready":                 "1",
		"dragoman_applied_seconds_count": "4",
	} {
		for where, all := range map[string]string{"door": text, "monitor": plain} {
			if got := metric(all, sample); got != want {
				t.Errorf("%s: %s is %q, want %q", where, sample, got, want)
			}
		}
	}
	for _, sample := range []string{"dragoman_publish_seconds_count", "dragoman_commit_seconds_count", `dragoman_payments_waiting_oldest_seconds{currency="CNY",state="waiting"}`, "go_goroutines", "dragoman_disk_free_bytes", "dragoman_certificate_expires_seconds"} {
		if metric(text, sample) == "" {
			t.Errorf("%s is missing", sample)
		}
	}
	for _, secret := range []string{"Silk Road", "6222020200112233445", testUETR(1), "E2E-", "MSG-1"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics tell %q", secret)
		}
	}
	for _, name := range []string{testBanks[0], "issuer"} {
		if a := r.get(name, "/metrics"); a.StatusCode != 403 {
			t.Errorf("%s reads the metrics: %s", name, a.Status)
		}
	}
}

func plainly(t *testing.T, m *Monitor, path string) string {
	t.Helper()
	response, err := http.Get("http://" + m.Address() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s%d\n", body, response.StatusCode)
}

// TestReady: every reason not to be ready is told, with what to do.
func TestReady(t *testing.T) {
	r := openDoorRig(t, nil)
	monitor, err := OpenMonitor(r.node, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = monitor.Serve() }()
	defer monitor.Close(context.Background()) //nolint:errcheck // a test's
	if got := plainly(t, monitor, "/healthz"); got != "ok\n200\n" {
		t.Errorf("health: %q", got)
	}
	if got := plainly(t, monitor, "/readyz"); got != "ready\n200\n" {
		t.Errorf("at first: %q", got)
	}
	hangs := func(since time.Time) {
		r.node.meter.mu.Lock()
		defer r.node.meter.mu.Unlock()
		r.node.meter.publishing = since
	}
	ends := func(at time.Time) {
		r.door.credentials.mu.Lock()
		defer r.door.credentials.mu.Unlock()
		r.door.credentials.until = at
	}
	until, _ := r.door.credentials.expires()
	for _, test := range []struct {
		says          string
		breaks, mends func()
	}{
		{"the log has not taken a group for", func() { hangs(time.Now().Add(-time.Minute)) }, func() { hangs(time.Time{}) }},
		{"the server's certificate ends at", func() { ends(time.Now().Add(time.Hour)) }, func() { ends(until) }},
		{"no new orders are taken", func() { r.node.fail("a test", errNoCertificate) }, func() { r.node.failed.Store(nil); r.node.applied.open() }},
	} {
		test.breaks()
		if got := strings.Join(r.node.Unready(), "\n"); !strings.HasPrefix(got, test.says) || strings.Contains(got, "\n") {
			t.Errorf("it says %q, not %q", got, test.says)
		}
		test.mends()
		if got := r.node.Unready(); got != nil {
			t.Errorf("mended it says %q", got)
		}
	}
	now := time.Now()
	for got, says := range map[string]string{
		strings.Join(diskUnready("/nowhere", 0), ""):                                                                            "the data folder cannot be looked at",
		strings.Join(diskUnready(t.TempDir(), 1<<63), ""):                                                                       "the disk of the data folder has only",
		strings.Join(clockUnready(now, settlement.Moment(now.Add(time.Minute).UnixNano())), ""):                                 "the clock is 1m0s behind",
		"fine" + strings.Join(append(diskUnready(t.TempDir(), 0), clockUnready(now, settlement.Moment(now.UnixNano()))...), ""): "fine",
	} {
		if !strings.HasPrefix(got, says) || says == "fine" && got != says {
			t.Errorf("it says %q, not %q", got, says)
		}
	}
	hangs(time.Now().Add(-time.Minute))
	if got := plainly(t, monitor, "/readyz"); !strings.HasPrefix(got, "not ready\nthe log has not") || !strings.HasSuffix(got, "\n503\n") {
		t.Errorf("it says %q", got)
	}
	if a := r.get("operator", "/readyz"); a.StatusCode != 503 || !strings.HasPrefix(string(a.body), "not ready\nthe log has not") {
		t.Errorf("an operator reads %s %q", a.Status, a.body)
	}
	if text := string(r.get("operator", "/metrics").body); metric(text, "dragoman_ready") != "0" {
		t.Error("the metrics say that it is ready")
	}
	hangs(time.Time{})
	if a := r.get(testBanks[0], "/readyz"); a.StatusCode != 403 {
		t.Errorf("a bank reads %s %q", a.Status, a.body)
	}
}
