package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"dragoman/routing"
	"dragoman/settlement"
)

// read decodes what a member is answered.
func (r *doorRig) read(name, path string, into any) {
	r.t.Helper()
	a := r.get(name, path)
	if a.StatusCode != 200 {
		r.t.Fatalf("%s %s: %s %s", name, path, a.Status, a.body)
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		r.t.Fatal(err)
	}
}

// queued is the queue as a member sees it: payment, what for, priority.
func (r *doorRig) queued(name, query string) string {
	r.t.Helper()
	var v QueueView
	r.read(name, "/v1/queue"+query, &v)
	var all []string
	for _, e := range v.Queue {
		all = append(all, fmt.Sprintf("%s %.4s>%.4s %s %s", e.UETR[len(e.UETR)-1:], e.Sender, e.Receiver, e.For, e.Priority))
	}
	for _, sum := range v.Totals {
		all = append(all, fmt.Sprintf("%.4s %d %s %s", sum.Sender, sum.Payments, sum.Amount, sum.Currency))
	}
	return strings.Join(all, ", ")
}

// TestQueue: who sees what of what waits; a hold is for the gateway's own people.
func TestQueue(t *testing.T) {
	r := openDoorRig(t, nil)
	for n := range 3 {
		r.pay(testBanks[0], testBanks[1], n+1)
	}
	r.pay(testBanks[1], testBanks[2], 4)
	hold := r.decision("compliance", Decision{Action: ActionHold, UETR: testUETR(2), Reason: "a list"})
	if hold.StatusCode != 200 {
		t.Fatalf("hold: %s %s", hold.Status, hold.body)
	}
	r.decided(testBanks[0], Decision{Action: ActionReprioritise, UETR: testUETR(3), Band: settlement.BandUrgent, Reason: "wages"})
	for _, c := range []struct{ name, query, want string }{
		{"operator", "", "3 ALPH>BETA liquidity urgent, 1 ALPH>BETA liquidity normal, 2 ALPH>BETA compliance normal, 4 BETA>GAMM liquidity normal, ALPH 3 3750001.50 CNY, BETA 1 1250000.50 CNY"},
		{"compliance", "?participant=BETATHBK", "4 BETA>GAMM liquidity normal, BETA 1 1250000.50 CNY"},
		{testBanks[0], "", "3 ALPH>BETA liquidity urgent, 1 ALPH>BETA liquidity normal, 2 ALPH>BETA liquidity normal, ALPH 3 3750001.50 CNY"},
		{testBanks[1], "", "4 BETA>GAMM liquidity normal, BETA 1 1250000.50 CNY"},
		{testBanks[2], "", ""}, {"issuer", "", ""},
		{testBanks[0], "?participant=BETATHBK", ""}, {"operator", "?currency=THB", ""},
	} {
		if got := r.queued(c.name, c.query); got != c.want {
			t.Errorf("%s%s sees\n got %s\nwant %s", c.name, c.query, got, c.want)
		}
	}
	var mine, held QueueView
	r.read(testBanks[0], "/v1/queue", &mine)
	r.read("operator", "/v1/queue?max=1", &held)
	if held.More != 3 || len(held.Queue) != 1 {
		t.Errorf("at most one: %+v", held)
	}
	for _, e := range mine.Queue {
		if a := r.get(testBanks[0], "/v1/payments/"+e.UETR); !bytes.Contains(a.body, []byte(e.PaymentID)) {
			t.Errorf("payment %s is not that of %s", e.PaymentID, a.body)
		}
	}
	if a := r.get("operator", "/v1/queue?max=x"); a.StatusCode != 400 {
		t.Errorf("a wrong number: %s", a.Status)
	}
}

// TestDecisionsAndApprovals over HTTPS: what waits is seen by those who may approve
// it, what was decided by the gateway's people and by the own ones; an attempt to
// approve one's own request is answered and stands on record.
func TestDecisionsAndApprovals(t *testing.T) {
	r := openDoorRig(t, nil)
	asked := r.decided("issuer", Decision{Action: ActionIssue, Bank: mustBIC(t, testBanks[0]), Currency: "CNY", Amount: "7.00", Reason: "opening"})
	if asked.Outcome != OutcomeRequested || asked.What != "issue 7.00 CNY to "+mustBIC(t, testBanks[0]).String() || asked.Expires.IsZero() {
		t.Errorf("asked: %+v", asked)
	}
	approve := Decision{Action: ActionApprove, Request: asked.ID, Reason: "me again"}
	if a := r.decision("issuer", approve); a.StatusCode != 409 || a.problem() != "decision-refused" || !strings.Contains(string(a.body), "cannot approve it") {
		t.Errorf("one's own: %s %s", a.Status, a.body)
	}
	for name, want := range map[string]string{"issuer": "no", "issuer-2": "yes", "operator": "", "compliance": ""} {
		var v ApprovalsView
		r.read(name, "/v1/approvals", &v)
		got := ""
		for _, one := range v.Approvals {
			got += map[bool]string{true: "yes", false: "no"}[one.MayApprove]
		}
		if got != want {
			t.Errorf("%s sees approvals %q, want %q", name, got, want)
		}
	}
	if a := r.decision("operator", approve); a.StatusCode != 409 {
		t.Errorf("another role: %s %s", a.Status, a.body)
	}
	if done := r.decided("issuer-2", Decision{Action: ActionApprove, Request: asked.ID, Reason: "seen"}); done.Outcome != OutcomeDone {
		t.Errorf("approved: %+v", done)
	}
	if a := r.decision("issuer-2", Decision{Action: ActionDecline, Request: "99.0", Reason: "x"}); a.StatusCode != 404 {
		t.Errorf("no request: %s", a.Status)
	}
	list := func(name, query string) (all []string) {
		t.Helper()
		var v DecisionsView
		r.read(name, "/v1/decisions"+query, &v)
		for _, d := range v.Decisions {
			all = append(all, fmt.Sprintf("%s: %s, %s", d.Person, d.Action, d.Outcome))
			if d.Reason == "" || d.At.IsZero() || (d.Outcome == OutcomeRefused) != (d.Why != "") {
				t.Errorf("%+v", d)
			}
		}
		return all
	}
	want := "issuer-2: approve, carried out|operator: approve, refused|issuer: approve, refused|issuer: issue, carried out"
	for name, want := range map[string]string{
		"operator": want, "compliance": want, "issuer": strings.Replace(want, "operator: approve, refused|", "", 1), testBanks[0]: "",
	} {
		if got := strings.Join(list(name, ""), "|"); got != want {
			t.Errorf("%s sees\n got %s\nwant %s", name, got, want)
		}
	}
	for query, want := range map[string]int{"?action=issue": 1, "?outcome=refused": 2, "?person=issuer": 2, "?max=1": 1, "?before=" + asked.ID: 0} {
		if got := list("operator", query); len(got) != want {
			t.Errorf("%s: %v", query, got)
		}
	}
	if body := r.get("operator", "/v1/decisions").body; bytes.Contains(body, []byte(r.caller("issuer").Key)) {
		t.Error("the list names keys")
	}
}

// TestDecisionsThatTheDoorRefuses before they cost an entry of the log.
func TestDecisionsThatTheDoorRefuses(t *testing.T) {
	r := openDoorRig(t, nil)
	r.pay(testBanks[0], testBanks[1], 1)
	before := r.node.Books.State().Sequence
	bank := mustBIC(t, testBanks[0])
	tried := 0
	for _, c := range []struct {
		name   string
		d      Decision
		status int
		words  string
	}{
		{"issuer", Decision{Action: "dance", Reason: "x"}, 400, "there is no action"},
		{"issuer", Decision{Action: ActionIssue, Bank: bank, Currency: "CNY", Amount: "1.00"}, 400, "needs a reason"},
		{"issuer", Decision{Action: ActionIssue, Bank: bank, Currency: "CNY", Amount: "1.00", Reason: "two\nlines"}, 400, "one line"},
		{"issuer", Decision{Action: ActionIssue, Bank: bank, Currency: "CNY", Amount: "1.00", Reason: strings.Repeat("x", 501)}, 400, "longer than 500"},
		{"operator", Decision{Action: ActionIssue, Bank: bank, Currency: "CNY", Amount: "1.00", Reason: "x"}, 403, "needs the role issuer"},
		{testBanks[0], Decision{Action: ActionRelease, UETR: testUETR(1), Reason: "x"}, 403, "needs the role compliance"},
		{"issuer", Decision{Action: ActionIssue, Bank: bank, Currency: "THB", Amount: "1.00", Reason: "x"}, 422, "nobody issues THB"},
		{"issuer", Decision{Action: ActionIssue, Bank: bank, Currency: "CNY", Amount: "-1.00", Reason: "x"}, 422, "is not an amount of CNY above zero"},
		{"issuer", Decision{Action: ActionIssue, Bank: bank, Currency: "CNY", Amount: "1.001", Reason: "x"}, 422, "is not an amount of CNY above zero"},
		{"issuer", Decision{Action: ActionRedeem, Bank: bank, Currency: "CNY", Amount: "1.00", Reason: "x"}, 422, "has only 0.00 CNY"},
		{"compliance", Decision{Action: ActionRelease, UETR: testUETR(1), Reason: "x"}, 422, "the payment is waiting"},
		{"compliance", Decision{Action: ActionHold, UETR: testUETR(9), Reason: "x"}, 404, "no payment"},
		{"compliance", Decision{Action: ActionHold, UETR: "what", Reason: "x"}, 400, "uetr"},
		{testBanks[1], Decision{Action: ActionCancel, UETR: testUETR(1), Reason: "not mine"}, 404, "no payment"},
		{"operator", Decision{Action: ActionSuspend, Bank: mustBIC(t, testGateway), Reason: "x"}, 422, "the gateway itself"},
		{"operator", Decision{Action: ActionResume, Bank: bank, Reason: "x"}, 422, "is active already"},
		{"operator", Decision{Action: ActionApply, Change: &routing.Change{}, Reason: "x"}, 422, "it changes nothing"},
		{"operator", Decision{Action: ActionQuarantine, Place: "1.0", Reason: "x"}, 422, "stands before no entry"},
	} {
		tried++
		if a := r.decision(c.name, c.d); a.StatusCode != c.status || !strings.Contains(string(a.body), c.words) {
			t.Errorf("%s %s: %s %s", c.name, c.d.Action, a.Status, a.body)
		}
	}
	if after := r.node.Books.State().Sequence; after != before {
		t.Errorf("%d groups were written", after-before)
	}
	t.Logf("%d decisions refused at the door", tried)
}

// TestUETRThatNamesSeveral payments: the payment id of the receipt says which.
func TestUETRThatNamesSeveral(t *testing.T) {
	r := openDoorRig(t, nil)
	first := r.pay(testBanks[0], testBanks[1], 1)
	second := r.pay(testBanks[1], testBanks[2], 1) // the same UETR, of another sender
	a := r.decision("compliance", Decision{Action: ActionHold, UETR: testUETR(1), Reason: "which?"})
	for _, receipt := range []Receipt{first, second} {
		if a.StatusCode != 422 || !strings.Contains(string(a.body), receipt.Payments[0].ID) {
			t.Errorf("%s: %s %s", receipt.Payments[0].ID, a.Status, a.body)
		}
	}
	r.decided("compliance", Decision{Action: ActionHold, UETR: testUETR(1), PaymentID: second.Payments[0].ID, Reason: "that one"})
	if got, want := r.queued("compliance", ""), "1 ALPH>BETA liquidity normal, 1 BETA>GAMM compliance normal, ALPH 1 1250000.50 CNY, BETA 1 1250000.50 CNY"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	// Each sender names its own by the UETR alone.
	r.decided(testBanks[0], Decision{Action: ActionCancel, UETR: testUETR(1), Reason: "mine"})
}

// TestDirectoryOverHTTPS: an operator asks for a change, another sees what it would
// do and approves it; certificates come and go with it, without a restart.
func TestDirectoryOverHTTPS(t *testing.T) {
	r := openDoorRig(t, nil)
	var v DirectoryView
	r.read("operator", "/v1/directory", &v)
	if a := r.get(testBanks[0], "/v1/directory"); a.StatusCode != 403 {
		t.Errorf("a bank reads the directory: %s", a.Status)
	}
	// A bank gets a second certificate; its first is revoked.
	pair := r.authority.sign(testTemplate("renewed"))
	p, _ := v.Directory.Ready().ByBIC(mustBIC(t, testBanks[0]))
	changed := *p
	changed.Keys = []routing.Key{{Fingerprint: Fingerprint(pair.Certificate[0]), Roles: []routing.Role{routing.RoleParticipant}}}
	changed.Name = "Alpha Bank"
	request := DirectoryRequest{Change: routing.Change{Participants: []routing.Participant{changed}}, Reason: "renewal", Digest: v.Digest}
	send := func() answered {
		body, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		return r.post("operator", "/v1/directory", jsonContent, body)
	}
	request.Digest = "00"
	if a := send(); a.StatusCode != 422 || !strings.Contains(string(a.body), "has changed since") {
		t.Errorf("made for another: %s %s", a.Status, a.body)
	}
	request.Digest = v.Digest
	var asked DecisionAnswer
	if a := send(); a.StatusCode != 200 || json.Unmarshal(a.body, &asked) != nil || asked.Outcome != OutcomeRequested {
		t.Fatalf("asked: %s %s", a.Status, a.body)
	}
	if a := r.get(testBanks[0], "/v1/accounts"); a.StatusCode != 200 {
		t.Errorf("before the approval: %s", a.Status)
	}
	var waiting ApprovalsView
	r.read("operator-2", "/v1/approvals", &waiting)
	var lines []string
	for _, change := range waiting.Approvals[0].Changes {
		lines = append(lines, change.String())
	}
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "~ participant "+mustBIC(t, testBanks[0]).String()+": name ") || !strings.Contains(lines[1], "- ") || !strings.Contains(lines[2], "+ ") {
		t.Errorf("the second operator sees %q", lines)
	}
	if done := r.decided("operator-2", Decision{Action: ActionApprove, Request: asked.ID, Reason: "seen"}); done.Outcome != OutcomeDone {
		t.Errorf("approved: %+v", done)
	}
	if a := r.get(testBanks[0], "/v1/accounts"); a.StatusCode != 403 {
		t.Errorf("the revoked certificate: %s %s", a.Status, a.body)
	}
	if a, err := r.try(r.with(&pair, false), "GET", "/v1/accounts", nil, nil); err != nil || a.StatusCode != 200 {
		t.Errorf("the new certificate: %v %s", err, a.body)
	}
	r.replays()
}

// TestReadDecisions: every decision can be summed up and read back.
func TestReadDecisions(t *testing.T) {
	for _, action := range allActions() {
		d := Decision{Action: action, UETR: "U", Bank: mustBIC(t, testBanks[0]), Amount: "1", Currency: "CNY", Place: "1.0", Request: "2.0", Subject: "list"}
		if text := d.What(); !strings.HasPrefix(text, string(action)+" ") {
			t.Errorf("%s is summed up as %q", action, text)
		}
		record := DecisionRecord{ID: "17.3", Decision: d, Outcome: OutcomeDone}
		value, err := record.encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeDecision(value)
		if err != nil || back.place != (settlement.Place{Sequence: 17, Order: 3}) || back.Decision.What() != d.What() {
			t.Errorf("%s comes back as %+v, %v", action, back, err)
		}
	}
	for _, text := range []string{"", "1", "1.", ".1", "01.0", "1.0.0", "1.00", "-1.0", "1.4294967296", " 1.0", "1.0 "} {
		if p, ok := parsePlace(text); ok {
			t.Errorf("%q is read as %v", text, p)
		}
	}
}
