package gateway

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/messages"
)

// TestEveryVersionThroughTheGateway writes a scenario that holds every version of
// every kind that banks send about payments, and plays it on a real node: transfers
// between banks on own account and as covers, status requests, recalls and reports.
// Each is answered in the version that belongs to it.
func TestEveryVersionThroughTheGateway(t *testing.T) {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	pair := func(request, kind string) string {
		version, ok := messages.AnswerVersion(request, kind)
		if !ok {
			t.Errorf("%s has no %s", request, kind)
		}
		return version
	}
	line("bank ALPHA ALPHCNBJ CNY\nbank BETA BETATHBK CNY\nbank GAMMA GAMMAEAD CNY\nissuer PBOC PBOCCNBJ CNY")
	line("corridor CNY settle\ncorridor CNY to GAMMA confirm\nissue ALPHA CNY 1000000.00")
	walked := map[string]int{}
	for _, version := range versionsOf("pacs.009") {
		for _, option := range []string{"", "cover"} {
			if option == "cover" && version == "pacs.009.001.01" {
				continue // it knows no covers
			}
			walked["pacs.009"]++
			name := fmt.Sprintf("n%s%s", strings.ReplaceAll(version, ".", ""), option)
			line("send %s ALPHA %s to BETA CNY 1.00 %s", name, version, option)
			line("  > ALPHA %s group ACSC %s ACSC\n  > BETA %s %s CNY 1.00\ncarries BETA %s", pair(version, "pacs.002"), name, version, name, name)
		}
	}
	for _, kind := range []string{"pacs.028", "camt.056", "pacs.002"} {
		for _, version := range versionsOf(kind) {
			for n, payment := range []string{"pacs.008.001.08", "pacs.008.001.07", "pacs.008.001.02", "pacs.009.001.08", "pacs.009.001.03"} {
				walked[kind]++
				aboutPayment(line, pair, version, payment, fmt.Sprintf("%s%d", strings.ReplaceAll(version, ".", ""), n))
			}
		}
	}
	file := filepath.Join(t.TempDir(), "versions.txt")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	actions, mails := playScenario(t, file)
	t.Logf("%v: %d actions, %d messages", walked, actions, mails)
	if walked["pacs.009"] < 20 || walked["pacs.028"] < 25 || walked["camt.056"] < 50 || walked["pacs.002"] < 50 {
		t.Error("some versions are missing")
	}
}

// aboutPayment writes what a message of that version does with a payment.
func aboutPayment(line func(string, ...any), pair func(string, string) string, version, payment, name string) {
	p, m, status := "p"+name, "m"+name, pair(payment, "pacs.002")
	switch messages.KindOf(version) {
	case "pacs.028":
		line("send %s BETA %s to ALPHA CNY 1000000.00\n  > BETA %s group PDNG %s PDNG", p, payment, status, p)
		line("ask %s BETA %s %s\n  > BETA %s %s PDNG", m, version, p, pair(version, "pacs.002"), p)
	case "camt.056":
		line("send %s BETA %s to ALPHA CNY 1000000.00\n  > BETA %s group PDNG %s PDNG", p, payment, status, p)
		line("recall %s BETA %s %s\n  > BETA %s %s RJCT DS02\n  > BETA %s CNCL %s ACCR", m, version, p, status, p, pair(version, "camt.029"), p)
	case "pacs.002":
		line("send %s ALPHA %s to GAMMA CNY 1.00\n  > ALPHA %s group ACSP %s ACSP\n  > GAMMA %s %s CNY 1.00", p, payment, status, p, payment, p)
		line("say %s GAMMA %s %s RJCT reason AC04", m, version, p)
		line("  > GAMMA %s %s RJCT AC04\n  > ALPHA %s %s RJCT AC04", pair(payment, "pacs.002"), p, status, p)
	}
}
