package gateway

import (
	"strings"
	"testing"

	"dragoman/messages"
)

// A payment that is cut at its identifier and time is byte for byte what the
// splice makes of it; what is not that simple is left to the splice.
func TestForwardAsIsIsWhatTheSpliceMakes(t *testing.T) {
	sample := string(samplePayment(t))
	document := sample[strings.Index(sample, "<Document"):]
	const ours = `xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"`
	envelope := func(declarations, document string) string {
		return `<e:Envelope xmlns:e="urn:swift:xsd:envelope" ` + declarations + `>` + document + `</e:Envelope>`
	}
	quick, left := 0, 0
	created := (&work{at: 1763889000123e6}).created()
	for _, c := range []struct {
		text   string
		wanted string
		quick  bool
	}{
		{sample, "", true},
		{sample, "pacs.008.001.08", true},
		{sample, "pacs.008.001.10", false},
		{document, "", true},
		{`<Envelope xmlns="urn:swift:xsd:envelope">` + document + "</Envelope>", "", true},
		{strings.ReplaceAll(document, "\n", "\r\n"), "", true},
		{strings.Replace(document, "<MsgId>", "<MsgId><!-- ours -->", 1), "", true},
		{strings.Replace(document, "<MsgId>DRGM-20261123-000001", "<MsgId><![CDATA[A&B]]>", 1), "", true},
		{envelope("", document), "", false},
		{envelope(ours, strings.Replace(document, " "+ours, "", 1)), "", false},
		{strings.ReplaceAll(strings.Replace(document, "xmlns=", "xmlns:p=", 1), "<", "<p:"), "", false}, // broken: </ becomes <p:/
		{strings.NewReplacer("xmlns=", "xmlns:p=", "</", "</p:", "<", "<p:").Replace(document), "", true},
		{strings.Replace(document, "        <UETR>8a562c67-ca16-48ba-b074-65581be6f011</UETR>\n", "", 1), "", false},
	} {
		m := messages.Read([]byte(c.text), messages.Options{})
		f, ok := forwardAsIs(m, c.wanted)
		if ok != c.quick {
			t.Errorf("quick is %v, want %v: %.200s %v", ok, c.quick, c.text, m.Faults())
		}
		if !ok {
			left++
			continue
		}
		quick++
		want, definition, err := forward(m, passing{uetr: "8a562c67-ca16-48ba-b074-65581be6f012"}, c.wanted, "DRGM-1", created)
		if got := f.document(nil, "DRGM-1", created); err != nil || string(got) != string(want) || f.definition != definition {
			t.Errorf("%v\n got %s\nwant %s", err, got, want)
		}
	}
	t.Logf("%d cut, %d left to the splice", quick, left)
}
