package codes

import (
	"strings"
	"testing"
)

// TestText walks codes.txt as tables_gen.go says it lies, without the published
// sets beside: names, index and body of every set must agree.
func TestText(t *testing.T) {
	if strings.Contains(text, "\r") {
		t.Error("codes.txt: the checkout changed its line ends")
	}
	count := 0
	for number, r := range rows[1:] {
		if previous := rows[number]; r.typeName <= previous.typeName {
			t.Errorf("%s stands after %s", r.typeName, previous.typeName)
		}
		if heading := text[:r.index]; !strings.HasSuffix(heading, "\n"+r.name+"\n") {
			t.Errorf("%s: its name is not above its index", r.name)
		}
		if r.name != "External"+r.typeName+"1Code" {
			t.Errorf("%s is the type of %s", r.typeName, r.name)
		}
		if r.codes == 0 || r.index+r.codes*r.record()+1 != r.body {
			t.Errorf("%s: %d index records of %d bytes at %d, body at %d", r.name, r.codes, r.record(), r.index, r.body)
			continue
		}
		body := text[r.body:]
		for i := range r.codes {
			line := r.code(i) + " " + r.meaning(i) + "\n"
			if !strings.HasPrefix(body, line) {
				t.Fatalf("%s: line %d of the body is not %q", r.name, i, line)
			}
			body = body[len(line):]
			count++
		}
		if !strings.HasPrefix(body, "\n") {
			t.Errorf("%s: the body goes on after its last code", r.name)
		}
	}
	t.Logf("%d sets, %d codes", len(rows)-1, count)
	if len(rows)-1 < 128 || count < 3084 {
		t.Errorf("%d sets and %d codes, want at least 128 and 3084", len(rows)-1, count)
	}
}
