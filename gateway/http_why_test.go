package gateway

import (
	"fmt"
	"strings"
	"testing"
)

// explained is why a payment waits, as a member is told: what binds it, what is
// behind it, and what frees it.
func (r *doorRig) explained(name string, n int) string {
	r.t.Helper()
	var v Why
	r.read(name, "/v1/payments/"+testUETR(n)+"/why", &v)
	if v.Text == "" || v.UETR != testUETR(n) {
		r.t.Errorf("%+v", v)
	}
	words := []string{v.State, v.Binds, v.Account, v.Lacks}
	if v.Behind != nil {
		words = append(words, "behind "+v.Behind.UETR[len(v.Behind.UETR)-1:])
	}
	if v.Needs != nil {
		words = append(words, "needs "+v.Needs.Amount)
		for _, sum := range v.Needs.Then {
			words = append(words, fmt.Sprintf("%.4s %d %s", sum.Sender, sum.Payments, sum.Amount))
		}
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// TestWhy: a bank hears what binds its payments and what would free them; others
// are told nothing, and a hold stays inside.
func TestWhy(t *testing.T) {
	r := openDoorRig(t, nil)
	for n := range 3 {
		r.pay(testBanks[0], testBanks[1], n+1) // 1,250,000.50 each
	}
	r.pay(testBanks[1], testBanks[2], 4)
	expect := func(name string, n int, want string) {
		t.Helper()
		if got := r.explained(name, n); got != want {
			t.Errorf("%s of %d hears\n got %s\nwant %s", name, n, got, want)
		}
	}
	account := "ALPHCNBJ-CNY-W"
	expect(testBanks[0], 1, "waiting liquidity "+account+" 1250000.50 needs 1250000.50 ALPH 1 1250000.50")
	expect("operator", 1, "waiting liquidity "+account+" 1250000.50 needs 1250000.50 ALPH 1 1250000.50 BETA 1 1250000.50")
	expect(testBanks[0], 3, "waiting order "+account+" behind 1 needs 3750001.50 ALPH 3 3750001.50")
	r.decided("compliance", Decision{Action: ActionHold, UETR: testUETR(2), Reason: "a list"})
	expect("compliance", 2, "held compliance")
	expect(testBanks[0], 2, "waiting order "+account+" behind 1 needs 3750001.50 ALPH 3 3750001.50")
	expect(testBanks[0], 3, "waiting order "+account+" behind 1 needs 2500001.00 ALPH 2 2500001.00")
	for _, other := range []string{testBanks[1], testBanks[2], "issuer"} {
		if a := r.get(other, "/v1/payments/"+testUETR(1)+"/why"); a.StatusCode != 404 {
			t.Errorf("%s: %s %s", other, a.Status, a.body)
		}
	}
	r.issue(testBanks[0], "1250000.49")
	expect(testBanks[0], 1, "waiting liquidity "+account+" 0.01 needs 0.01 ALPH 1 1250000.50")
	r.issue(testBanks[0], "0.01")
	expect(testBanks[0], 1, "settled nothing")
}
