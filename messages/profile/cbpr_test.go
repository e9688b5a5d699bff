package profile_test

import (
	"slices"
	"testing"
)

func TestNamesOfMessages(t *testing.T) {
	for _, test := range []struct {
		name string
		good bool
	}{
		{"pacs.008.001.08", true},
		{"pacs.009.001.11", true},
		{"camt.053.001.99", true}, // a version to come
		{"MT103", true},
		{"MT199", true},
		{"MT202COV", true},
		{"camt.999.001.01", false},
		{"foo.123.456.78", false},
		{"pacs.008", false},
		{"pacs.008.001", false},
		{"pacs.008.001.8", false},
		{"pacs.008.001.080", false},
		{"PACS.008.001.08", false},
		{"pacs.008.001.\u0660\u0668", false}, // digits, but not ours
		{"MT", false},
		{"MT1O3", false},
		{"mt103", false},
		{"103", false},
		{".", false},
		{"..", false},
		{"[", false},
	} {
		m := changed(t, "pacs.002", "<OrgnlMsgNmId>pacs.008.001.08<", "<OrgnlMsgNmId>"+test.name+"<")
		got := ids(named(t, "cbpr2026").Check(m))
		if slices.Contains(got, "cbpr.reference.status") == test.good || test.good && len(got) > 0 {
			t.Errorf("%q names a message: %v; refused for %v", test.name, test.good, got)
		}
	}
}

func TestPartialReturn(t *testing.T) {
	const original, charges = `<OrgnlIntrBkSttlmAmt Ccy="EUR">1000.00<`, `<ChrgsInf><Amt Ccy="EUR">100.00</Amt><Agt><FinInstnId><BICFI>PRVSFRPPXXX</BICFI></FinInstnId></Agt></ChrgsInf>`
	part := []string{original, `<OrgnlIntrBkSttlmAmt Ccy="EUR">1100.00<`}
	for _, test := range []struct {
		name string
		edit []string
		want []string
	}{
		{"part, unexplained", part, []string{"cbpr.return.part"}},
		{"explained by charges", append([]string{"<ChrgBr>SHAR</ChrgBr>", "<ChrgBr>SHAR</ChrgBr>" + charges}, part...), nil},
		{"explained in words", append([]string{"</Rsn>", "</Rsn><AddtlInf>PART</AddtlInf>"}, part...), nil},
		{"more than the original is no part", []string{original, `<OrgnlIntrBkSttlmAmt Ccy="EUR">900.00<`}, nil},
		{"another currency cannot be compared", []string{original, `<OrgnlIntrBkSttlmAmt Ccy="USD">1100.00<`}, nil},
		{"nor can what is no amount", []string{original, `<OrgnlIntrBkSttlmAmt Ccy="EUR">1e9<`}, nil},
	} {
		if got := ids(named(t, "cbpr2026").Check(changed(t, "pacs.004", test.edit...))); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
