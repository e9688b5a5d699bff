package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// told writes a timeline in short: states with their status, then messages.
func told(v paymentView) string {
	var words []string
	for _, step := range v.Steps {
		words = append(words, strings.TrimSpace(step.State+" "+step.Status+" "+step.Reason))
	}
	var kinds []string
	for _, m := range v.Messages {
		kinds = append(kinds, fmt.Sprintf("%s %.4s>%.4s", m.Type[:8], m.From, m.To))
	}
	return strings.Join(words, ", ") + " | " + strings.Join(kinds, ", ")
}

// TestTimeline: who sees what of a payment that waited, was held and settled.
func TestTimeline(t *testing.T) {
	r := openDoorRig(t, nil)
	r.pay(testBanks[0], testBanks[1], 1)
	id := settlement.PaymentID(r.timeline("operator", 1).Number)
	r.decide("compliance", Decision{Action: ActionHold, Payment: id, Reason: "looks odd"})
	for name, want := range map[string]string{
		testBanks[0]: "waiting PDNG | pacs.008 ALPH>, pacs.002 DRGM>ALPH",
		"operator":   "waiting PDNG, held PDNG | pacs.008 ALPH>, pacs.002 DRGM>ALPH",
	} {
		if got := told(r.timeline(name, 1)); got != want {
			t.Errorf("held, %s sees\n got %s\nwant %s", name, got, want)
		}
	}
	for _, name := range []string{testBanks[1], testBanks[2], "issuer"} {
		if a := r.get(name, "/v1/payments/"+testUETR(1)); a.StatusCode != 404 || a.problem() != "not-found" {
			t.Errorf("held, %s sees %s %s", name, a.Status, a.body)
		}
	}
	r.decide("compliance", Decision{Action: ActionRelease, Payment: id, Reason: "explained"})
	r.issue(testBanks[0], "2000000.00")
	for name, want := range map[string]string{
		testBanks[0]: "waiting PDNG, settled ACSC | pacs.008 ALPH>, pacs.002 DRGM>ALPH, pacs.008 ALPH>BETA, pacs.002 DRGM>ALPH",
		testBanks[1]: "settled ACSC | pacs.008 ALPH>BETA",
		"compliance": "waiting PDNG, held PDNG, waiting PDNG, settled ACSC | pacs.008 ALPH>, pacs.002 DRGM>ALPH, pacs.008 ALPH>BETA, pacs.002 DRGM>ALPH",
	} {
		if got := told(r.timeline(name, 1)); got != want {
			t.Errorf("settled, %s sees\n got %s\nwant %s", name, got, want)
		}
	}
	sent, received := r.timeline(testBanks[0], 1), r.timeline(testBanks[1], 1)
	if sent.MessageID != "MSG-1" || sent.Received == "" || sent.Amount != "1250000.50 CNY" || sent.EndToEndID != "E2E-1" || sent.Number != 0 {
		t.Errorf("the sender sees %+v", sent)
	}
	if received.MessageID != "" || received.Received != "" || received.Priority != "" || received.Amount != sent.Amount || received.ID != sent.ID {
		t.Errorf("the receiver sees %+v", received)
	}
	if a := r.get(testBanks[2], "/v1/payments/"+testUETR(1)); a.StatusCode != 404 {
		t.Errorf("settled, a third bank sees %s %s", a.Status, a.body)
	}
	r.contents(sent, received)
}

// contents reads the messages that the two timelines name.
func (r *doorRig) contents(sent, received paymentView) {
	r.t.Helper()
	for i, m := range sent.Messages {
		path := fmt.Sprintf("/v1/messages/%d", m.Record)
		a := r.get(testBanks[0], path)
		if m := messages.Read(a.body, messages.Options{}); a.StatusCode != 200 || !m.Valid() || a.Header.Get("Content-Type") != xmlContent {
			r.t.Errorf("message %d: %s %s", i, a.Status, a.body)
		}
		want := 404
		if m.Record == received.Messages[0].Record {
			want = 200
		}
		for name, status := range map[string]int{testBanks[1]: want, testBanks[2]: 404, "operator": 403} {
			if a := r.get(name, path); a.StatusCode != status {
				r.t.Errorf("message %d for %s: %s", i, name, a.Status)
			}
		}
	}
	if a := r.get(testBanks[0], fmt.Sprintf("/v1/messages/%d", sent.Messages[0].Record)); !bytes.Equal(a.body, letter(r.t, testBanks[0], testBanks[1], 1)) {
		r.t.Error("the message is not what was sent")
	}
	// What compliance reads of others is a record itself.
	before := r.node.Books.State().Records
	if a := r.get("compliance", fmt.Sprintf("/v1/messages/%d", sent.Messages[0].Record)); a.StatusCode != 200 {
		r.t.Errorf("for compliance: %s %s", a.Status, a.body)
	}
	end, err := r.node.orders.End(context.Background())
	if err == nil {
		err = r.node.WaitFor(context.Background(), end)
	}
	record, payload, wrong := r.node.Books.Record(before)
	var viewing Viewing
	if err != nil || wrong != nil || record.Type != TypeView || json.Unmarshal(payload, &viewing) != nil || viewing.Record != sent.Messages[0].Record {
		r.t.Errorf("the view is not recorded: %v %v %+v %s", err, wrong, record, payload)
	}
	if viewing.Key != Fingerprint(r.pairs["compliance"].Certificate[0]) {
		r.t.Errorf("the view names %s", viewing.Key)
	}
}

// TestPaymentList: filters and pages.
func TestPaymentList(t *testing.T) {
	r := openDoorRig(t, nil)
	const payments = 24
	r.issue(testBanks[0], "1300000.00")
	r.issue(testBanks[2], "1300000.00")
	start := time.Now().UTC().Format(time.RFC3339)
	for n := range payments {
		from, to := testBanks[n%3], testBanks[(n+1+n/3%2)%3]
		if n >= payments-6 { // more than it has
			from, to = testBanks[0], testBanks[1+n%2]
		}
		r.pay(from, to, n+1)
	}
	list := func(name, query string) (numbers []int) {
		t.Helper()
		for cursor := ""; ; {
			var page struct {
				Payments []paymentView
				Next     string
			}
			a := r.get(name, "/v1/payments?max=3"+query+cursor)
			if err := json.Unmarshal(a.body, &page); a.StatusCode != 200 || err != nil || len(page.Payments) > 3 {
				t.Fatalf("%s %s: %s %s", name, query, a.Status, a.body)
			}
			for _, p := range page.Payments {
				var n int
				if _, err := fmt.Sscanf(p.EndToEndID, "E2E-%d", &n); err != nil {
					continue // money that was issued
				}
				numbers = append(numbers, n)
			}
			if page.Next == "" {
				return numbers
			}
			cursor = "&cursor=" + page.Next
		}
	}
	want := func(keep func(n int, from, to, state string) bool) (numbers []int) {
		for n := payments; n > 0; n-- {
			v := r.timeline("operator", n)
			if keep(n, v.Sender.Full(), mustBIC(t, v.Receiver).Full(), v.State) {
				numbers = append(numbers, n)
			}
		}
		return numbers
	}
	a, b, c := testBanks[0], testBanks[1], testBanks[2]
	own := func(_ int, from, to, state string) bool { return from == a || to == a && state == "settled" }
	counted := 0
	for _, test := range []struct {
		name, query string
		keep        func(n int, from, to, state string) bool
	}{
		{a, "", own},
		{a, "&participant=" + a, own},
		{a, "&direction=out", func(_ int, from, _, _ string) bool { return from == a }},
		{a, "&direction=in", func(_ int, _, to, state string) bool { return to == a && state == "settled" }},
		{a, "&state=waiting", func(_ int, from, _, state string) bool { return from == a && state == "waiting" }},
		{a, "&status=ACSC", func(n int, from, to, state string) bool { return own(n, from, to, state) && state == "settled" }},
		{a, "&counterparty=" + b, func(n int, from, to, state string) bool { return own(n, from, to, state) && (from == b || to == b) }},
		{a, "&counterparty=ZZZZDEFF", func(int, string, string, string) bool { return false }},
		{a, "&currency=CNY", own},
		{a, "&currency=THB", func(int, string, string, string) bool { return false }},
		{a, "&endToEndId=E2E-7", func(n int, from, to, state string) bool { return n == 7 && own(n, from, to, state) }},
		{a, "&messageId=MSG-7", func(n int, from, _, _ string) bool { return n == 7 && from == a }},
		{a, "&uetr=" + testUETR(4), func(n int, from, to, state string) bool { return n == 4 && own(n, from, to, state) }},
		{a, "&direction=out&from=" + start, func(_ int, from, _, _ string) bool { return from == a }},
		{a, "&direction=out&to=" + start, func(int, string, string, string) bool { return false }},
		{"operator", "", func(int, string, string, string) bool { return true }},
		{"operator", "&participant=" + c, func(_ int, from, to, _ string) bool { return from == c || to == c }},
		{"operator", "&participant=" + c + "&direction=in", func(_ int, _, to, _ string) bool { return to == c }},
		{"operator", "&to=" + start, func(int, string, string, string) bool { return false }},
		{"compliance", "&from=" + start, func(int, string, string, string) bool { return true }},
	} {
		got, expected := list(test.name, test.query), want(test.keep)
		if !slices.Equal(got, expected) {
			t.Errorf("%s %s: %v, want %v", test.name, test.query, got, expected)
		}
		if counted += len(got); strings.Contains(test.query, "waiting") && len(got) == 0 {
			t.Error("nothing waits, so this test shows less than it should")
		}
	}
	t.Logf("%d payments listed", counted)
	if counted < 100 {
		t.Errorf("only %d payments were listed", counted)
	}
	for query, problem := range map[string]string{
		"state=held": "bad-request", "state=lost": "bad-request", "max=0": "bad-request", "max=1001": "bad-request", "cursor=!": "bad-request", "from=yesterday": "bad-request",
		"stat=waiting": "bad-request", "max=1&max=2": "bad-request", "participant=" + b: "not-allowed", "currency=XYZ": "bad-request", "counterparty=1": "bad-request",
		"direction=up": "bad-request", "uetr=1": "bad-request", "after=soon": "bad-request",
	} {
		if answer := r.get(a, "/v1/payments?"+query); answer.problem() != problem {
			t.Errorf("%s: %s %s", query, answer.Status, answer.body)
		}
	}
	if answer := r.get("operator", "/v1/payments?direction=in"); answer.problem() != "bad-request" {
		t.Errorf("whose direction? %s", answer.body)
	}
}

// TestReadYourWrites: a read behind a receipt sees what the receipt is for; one
// behind a place that never comes is told so.
func TestReadYourWrites(t *testing.T) {
	r := openDoorRig(t, nil)
	r.issue(testBanks[0], "90000000.00")
	for n := range 30 {
		a := r.post(testBanks[0], "/v1/messages", xmlContent, letter(t, testBanks[0], testBanks[1], n+1))
		var receipt Receipt
		if err := json.Unmarshal(a.body, &receipt); err != nil {
			t.Fatal(err)
		}
		after := "?after=" + url.QueryEscape(receipt.Place)
		if n%2 == 0 {
			after = "" // what is not there yet is looked for once more
		}
		if a := r.get(testBanks[0], "/v1/payments/"+testUETR(n+1)+after); a.StatusCode != 200 {
			t.Errorf("payment %d: %s %s", n, a.Status, a.body)
		}
	}
	end, err := r.node.orders.End(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if a := r.get(testBanks[0], fmt.Sprintf("/v1/accounts?after=%d.0", end+1000)); a.StatusCode != 503 || a.problem() != "not-yet" || a.Header.Get("Retry-After") != "1" {
		t.Errorf("a place that never comes: %s %s", a.Status, a.body)
	}
}
