package gateway

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// TestMarketOverNATS: a provider stands by a rate and a bank has it quoted, as over
// HTTPS; what does not fit is answered with the same problems.
func TestMarketOverNATS(t *testing.T) {
	r := newNATSRig(t)
	usd := messages.MustCurrency("USD")
	provider, _ := r.node.Directory().ByBIC(mustBIC(t, testBanks[1]))
	changed := *provider
	changed.Provider = true
	changeAt(t, r.node, routing.Change{
		Participants: []routing.Participant{changed},
		Accounts:     []routing.AccountChange{{Owner: provider.BIC, Currency: usd, Role: settlement.RoleWallet}},
	})
	bank, changer := r.connect(testBanks[0]), r.connect(testBanks[1])
	ask := func(nc *nats.Conn, kind, body string) (status, reply string) {
		t.Helper()
		m := nats.NewMsg("messages")
		m.Header.Set(HeaderRequest, kind)
		m.Data = []byte(body)
		answer, err := nc.RequestMsg(m, testPatience)
		if err != nil {
			t.Fatal(err)
		}
		return answer.Header.Get(headerStatus), string(answer.Data)
	}
	const rates = `{"rates":[{"from":"CNY","to":"USD","tiers":[{"rate":"0.14"}]}],"validSeconds":600}`
	const quote = `{"from":"CNY","to":"USD","amount":"100.00","side":"source"}`
	for _, c := range []struct {
		nc                       *nats.Conn
		kind, body, status, says string
	}{
		{bank, "quotes", quote, "422", "nobody changes"},
		{bank, "rates", rates, "403", "no provider"},
		{changer, "rates", rates, "202", `"place"`},
		{changer, "rates", strings.Replace(rates, `"0.14"`, `"-1"`, 1), "400", "not above zero"},
		{changer, "rates", strings.Replace(rates, `"validSeconds"`, `"for"`, 1), "400", "unknown field"},
		{bank, "quotes", strings.Replace(quote, "source", "both", 1), "400", "side is source"},
		{bank, "prices", quote, "400", "rates or quotes"},
	} {
		if status, says := ask(c.nc, c.kind, c.body); status != c.status || !strings.Contains(says, c.says) {
			t.Errorf("%s %s: %s %s, want %s %s", c.kind, c.body, status, says, c.status, c.says)
		}
	}
	var made QuotesView
	status, says := ask(bank, "quotes", quote)
	if err := json.Unmarshal([]byte(says), &made); err != nil || status != "201" || len(made.Quotes) != 1 || made.Quotes[0].Arrives != "14.00" {
		t.Errorf("%s %s", status, says)
	}
}
