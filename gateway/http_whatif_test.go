package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhatIfWhileServing: an operator asks a gateway that serves how the day goes on;
// nothing of it is kept and no copy stays behind. A bank may not ask.
func TestWhatIfWhileServing(t *testing.T) {
	r := openDoorRig(t, nil)
	var sent Receipt
	if err := json.Unmarshal(r.post(testBanks[0], "/v1/messages", xmlContent, samplePayment(t, uetr(1)...)).body, &sent); err != nil {
		t.Fatal(err)
	}
	r.get("operator", "/v1/accounts?after="+sent.Place)
	stood := r.node.Books.State()
	ask := func(name, body string) (answered, WhatIfLine) {
		a := r.post(name, "/v1/whatif", jsonContent, []byte(body))
		lines := bytes.Split(bytes.TrimSpace(a.body), []byte("\n"))
		var last WhatIfLine
		if err := json.Unmarshal(lines[len(lines)-1], &last); a.StatusCode == http.StatusOK && err != nil {
			t.Errorf("%s: the last line is %s (%v)", a.Status, lines[len(lines)-1], err)
		}
		return a, last
	}
	if a, l := ask("operator", `{}`); l.WhatIf == nil || !l.WhatIf.Same || l.WhatIf.AsItIsDigest != l.WhatIf.ChangedDigest {
		t.Errorf("unchanged: %s %s", a.Status, a.body)
	}
	more := `{"balances":[{"bank":"` + testBanks[0] + `","currency":"CNY","amount":"12.50"}]}`
	if a, l := ask("operator", more); l.WhatIf == nil || l.WhatIf.Same {
		t.Errorf("more money: %s %s", a.Status, a.body)
	}
	if a, l := ask("operator", `{"until":"2020-01-01T00:00:00Z"}`); !strings.Contains(l.Problem, "already") {
		t.Errorf("until a time that has passed: %s %s", a.Status, a.body)
	}
	for body, status := range map[string]int{
		`{"fails":["NOBODYXX"]}`: http.StatusBadRequest, `{"saving":"much"}`: http.StatusBadRequest, `{"expect":"monday"}`: http.StatusBadRequest,
		`{"lines":[{"bank":"` + testBanks[0] + `","currency":"CNY","amount":"-1.00"}]}`: http.StatusBadRequest,
	} {
		if a, _ := ask("operator", body); a.StatusCode != status {
			t.Errorf("%s: %s %s", body, a.Status, a.body)
		}
	}
	for _, name := range []string{testBanks[0], "issuer", "compliance"} {
		if a, _ := ask(name, `{}`); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s is answered %s", name, a.Status)
		}
	}
	if now := r.node.Books.State(); now.Payment != stood.Payment || now.Entry != stood.Entry {
		t.Errorf("the books have moved from %+v to %+v", stood, now)
	}
	if left, err := filepath.Glob(filepath.Join(r.node.folder, snapshotNames)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
