package gateway

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"dragoman/settlement"
)

// TestLimitsByDecision: a bank sets, changes and removes limits and reservations of
// its own account, and puts its payments in order; nobody sees or changes another's.
func TestLimitsByDecision(t *testing.T) {
	r := openDoorRig(t, nil)
	alpha, beta := testBanks[0], testBanks[1]
	r.issue(alpha, "5000.00")
	decide := func(name, body string, status int, says string) {
		t.Helper()
		if a := r.post(name, "/v1/decisions", jsonContent, []byte(body)); a.StatusCode != status || !strings.Contains(string(a.body), says) {
			t.Errorf("%s %s: %s %s, want %d and %q", name, body, a.Status, a.body, status, says)
		}
	}
	decide(alpha, `{"action":"limit","bank":"`+beta+`","currency":"CNY","amount":"100.00","reason":"test"}`, 200, "carried out")
	decide(alpha, `{"action":"limit","currency":"CNY","amount":"200.00","reason":"test"}`, 200, "all others")
	decide(alpha, `{"action":"reserve","currency":"CNY","priority":"high","amount":"30.00","reason":"test"}`, 200, "high")
	for _, refused := range []struct{ name, body, says string }{
		{alpha, `{"action":"limit","currency":"CNY","reason":"test"}`, "name an amount"},
		{alpha, `{"action":"limit","currency":"CNY","amount":"1.00","remove":true,"reason":"test"}`, "not both"},
		{alpha, `{"action":"limit","bank":"NOBDDEFFXXX","currency":"CNY","amount":"1.00","reason":"test"}`, "has no account"},
		{alpha, `{"action":"limit","account":"BETATHBK-CNY-W","currency":"CNY","amount":"1.00","reason":"test"}`, "not the sender's"},
		{alpha, `{"action":"limit","currency":"CNY","amount":"1e5","reason":"test"}`, "want digits"},
		{alpha, `{"action":"reserve","currency":"CNY","priority":"normal","amount":"1.00","reason":"test"}`, "urgent or for high"},
		{alpha, `{"action":"reserve","currency":"CNY","priority":"urgent","remove":true,"reason":"test"}`, "no such limit or reservation"},
		{"operator", `{"action":"limit","currency":"CNY","amount":"1.00","reason":"test"}`, "needs the role participant"},
	} {
		a := r.post(refused.name, "/v1/decisions", jsonContent, []byte(refused.body))
		if a.StatusCode < 400 || !strings.Contains(string(a.body), refused.says) {
			t.Errorf("%s: %s %s, want %q", refused.body, a.Status, a.body, refused.says)
		}
	}
	limits := func(name string) (v LimitsView) {
		t.Helper()
		if err := json.Unmarshal(r.get(name, "/v1/accounts/"+testWallet+"/limits").body, &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	want := `[{BETATHBK 100.00 0.00 100.00} { 200.00 0.00 200.00}] [{high 30.00 30.00}]`
	for _, name := range []string{alpha, "operator", "compliance"} {
		if v := limits(name); fmt.Sprint(v.Limits, v.Reservations) != want {
			t.Errorf("%s sees %v, want %s", name, v, want)
		}
	}
	for _, name := range []string{beta, "issuer"} {
		if a := r.get(name, "/v1/accounts/"+testWallet+"/limits"); a.StatusCode != 404 {
			t.Errorf("%s sees the limits of another: %s", name, a.body)
		}
	}
	r.pay(alpha, beta, 1, "1250000.50", "300.00")
	r.pay(alpha, beta, 2, "1250000.50", "150.00")
	first, second := r.timeline(alpha, 1), r.timeline(alpha, 2)
	if first.State != settlement.StateWaiting.String() || second.State != settlement.StateWaiting.String() {
		t.Fatalf("the payments are %s and %s", first.State, second.State)
	}
	decide(alpha, `{"action":"reorder","put":"front","uetr":"`+testUETR(2)+`","reason":"test"}`, 200, "to the front")
	decide(beta, `{"action":"reorder","put":"front","uetr":"`+testUETR(1)+`","reason":"test"}`, 404, "no payment")
	decide(alpha, `{"action":"reorder","put":"up","uetr":"`+testUETR(1)+`","reason":"test"}`, 422, "to the front or to the back")
	decide(alpha, `{"action":"limit","bank":"`+beta+`","currency":"CNY","amount":"160.00","reason":"test"}`, 200, "carried out")
	if v := r.timeline(alpha, 2); v.State != settlement.StateSettled.String() {
		t.Errorf("the one that was put first is %s", v.State)
	}
	if v := r.timeline(alpha, 1); v.State != settlement.StateWaiting.String() {
		t.Errorf("the other one is %s", v.State)
	}
	decide(alpha, `{"action":"limit","bank":"`+beta+`","currency":"CNY","remove":true,"reason":"test"}`, 200, "carried out")
	decide(alpha, `{"action":"limit","currency":"CNY","remove":true,"reason":"test"}`, 200, "carried out")
	if v := r.timeline(alpha, 1); v.State != settlement.StateSettled.String() {
		t.Errorf("without limits it is %s", v.State)
	}
}
