package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestTimelineShowsWhatCameAfter: a payment is shown with what came back of it, what
// the creditor agent said of the credit, and what its parties asked each other; its
// return, with what it gives back and why.
func TestTimelineShowsWhatCameAfter(t *testing.T) {
	const told = `[{"paymentId":"aa","uetr":"8a562c67-ca16-48ba-b074-65581be60001","messageType":"pacs.008.001.08","messageId":"M-1","endToEndId":"E-1",
		"sender":"ALPHCNBJ","receiver":"BETATHBK","amount":"100.00 CNY","state":"settled","status":"ACSC","since":"T1","place":"7.0","returns":["bb"],"returned":"60.00 CNY","left":"40.00 CNY",
		"steps":[{"state":"waiting","status":"PDNG","since":"T0"},{"state":"settled","status":"ACSC","since":"T1"}],
		"credits":[{"status":"BLCK","reason":"NARR","text":"a name to look at","at":"T2","passedOn":true},{"status":"ACWP","at":"T3","passedOn":false}],
		"cases":[{"caseId":"DRGM-C1","kind":"recall","from":"ALPHCNBJ","to":"BETATHBK","state":"refused","reason":"CUST","opened":"T4","since":"T5"}],
		"messages":[{"record":3,"messageType":"pacs.008.001.08","from":"ALPHCNBJ","at":"T0","digest":"0123456789abcdef0123","size":9,"place":"7.0"}]},
		{"paymentId":"bb","messageType":"pacs.004.001.09","sender":"BETATHBK","receiver":"ALPHCNBJ","amount":"60.00 CNY","state":"settled","returnOf":"aa","returnReason":"AC04",
		"steps":[{"state":"settled","status":"ACSC","since":"T6"}]}]`
	var all []timeline
	if err := json.Unmarshal([]byte(told), &all); err != nil {
		t.Fatal(err)
	}
	var shown []string
	for i := range all {
		var out strings.Builder
		if err := all[i].show(streams{out: &out}); err != nil {
			t.Fatal(err)
		}
		shown = append(shown, strings.Join(strings.Fields(out.String()), " "))
	}
	for i, wanted := range [][]string{
		{
			"payment aa", "end-to-end E-1", "returned 60.00 CNY left 40.00 CNY", "T0 waiting PDNG T1 settled ACSC", "AT CREDIT REASON PASSED ON T2 BLCK NARR a name to look at yes T3 ACWP no",
			"SINCE CASE KIND FROM TO STATE T5 DRGM-C1 recall ALPHCNBJ BETATHBK refused", "T0 pacs.008.001.08 ALPHCNBJ the gateway 3 0123456789abcdef…",
		},
		{"payment bb", "return of aa reason AC04", "T6 settled ACSC"},
	} {
		for _, want := range wanted {
			if !strings.Contains(shown[i], want) {
				t.Errorf("payment %d does not show %q:\n%s", i, want, shown[i])
			}
		}
	}
	if strings.Contains(shown[1], "CREDIT") || strings.Contains(shown[1], "CASE") || strings.Contains(shown[1], "returned") {
		t.Errorf("of a return of which nothing was said it shows\n%s", shown[1])
	}
}
