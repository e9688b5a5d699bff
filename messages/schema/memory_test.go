package schema_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// The bounds: three times a valid message and 64 KB, eight times any other text
// and 1 MB; see checkMemory.

// skipShort leaves a test out of the runs under the race detector: it has
// nothing that runs at the same time.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("not in short runs")
	}
}

// particles are all particles of a schema, each once.
func particles(s *schema.Schema) []*schema.Particle {
	all := []*schema.Particle{s.Root()}
	seen := map[*schema.Type]bool{nil: true}
	for i := 0; i < len(all); i++ {
		t := all[i].Type
		if seen[t] {
			continue
		}
		seen[t] = true
		for k := range t.Slots {
			for j := range t.Slots[k].Alternatives {
				all = append(all, &t.Slots[k].Alternatives[j])
			}
		}
	}
	return all
}

// shortest is the element as p declares it in the fewest bytes.
func shortest(w *sample.Writer, p *schema.Particle) string {
	if p.Type.Simple() && !p.Type.AttrRequired {
		for _, v := range []string{"", "0", "1"} {
			if _, _, ok := p.Type.CheckValue(v); ok {
				return selfClosed("<" + p.Name + ">" + v + "</" + p.Name + ">")
			}
		}
	}
	return selfClosed(w.Element(p))
}

// selfClosed writes an element without content as one tag.
func selfClosed(element string) string {
	open, end, _ := strings.Cut(element, "></")
	if open[1:]+">" == end {
		return open + "/>"
	}
	return element
}

// TestShortestElement shows the size of span to be small enough: no element of
// any schema takes fewer bytes than a third of it.
func TestShortestElement(t *testing.T) {
	const least = 5 // of which 14 bytes of span are 2.8 times as much
	w := &sample.Writer{Rand: rand.New(rand.NewPCG(1, 1))}
	shortestYet := strings.Repeat(" ", 100)
	count := 0
	for _, id := range schema.IDs() {
		for _, p := range particles(schema.Lookup(id)) {
			// A name of more than three letters makes a longer element.
			if p.Any || len(p.Name)+len("</>") > len(shortestYet) {
				continue
			}
			count++
			if text := shortest(w, p); len(text) < len(shortestYet) {
				shortestYet = text
			}
		}
	}
	t.Logf("%d particles; the shortest element is %s", count, shortestYet)
	if len(shortestYet) < least || count == 0 {
		t.Errorf("%s has fewer than %d bytes", shortestYet, least)
	}
}

// reach writes a valid message of s in which p stands, and gives its node.
func reach(s *schema.Schema, p *schema.Particle) (text string, n schema.Node, ok bool) {
	for seed := range uint64(40) {
		w := sample.Writer{Rand: rand.New(rand.NewPCG(seed, 1)), Form: sample.Random, Budget: 40, Toward: func(q *schema.Particle) bool { return q == p }}
		text := w.Message(s)
		for n := range schema.Read(text, schema.Options{}).Document.Root.Walk() {
			if n.Particle() == p {
				return string(text), n, true
			}
		}
	}
	return "", schema.Node{}, false
}

// TestMemoryDense measures rows of the shortest elements that repeat without
// limit, plain and with values that must be decoded.
func TestMemoryDense(t *testing.T) {
	skipShort(t)
	w := &sample.Writer{Rand: rand.New(rand.NewPCG(1, 1))}
	done := map[string]bool{}
	count := 0
	for _, id := range schema.IDs() {
		s := schema.Lookup(id)
		for _, p := range particles(s) {
			if p.Any || p.Max != schema.Unbounded || len(p.Name) > 6 || done[p.Name+p.Type.Name] {
				continue
			}
			element := shortest(w, p)
			if len(element) > 16 {
				continue
			}
			done[p.Name+p.Type.Name] = true
			text, n, ok := reach(s, p)
			if !ok {
				continue
			}
			count++
			for _, piece := range []string{element, decoded(element)} {
				at := n.Offset()
				dense := text[:at] + strings.Repeat(piece, megabyte/4/len(piece)) + text[at:]
				if !checkMemory(t, id+" "+piece, []byte(dense)) {
					t.Errorf("%s: a row of %s is not valid", id, piece)
				}
			}
		}
	}
	t.Logf("%d kinds of element", count)
	if count < 10 {
		t.Errorf("%d kinds of element, wanted 10", count)
	}
}

// decoded writes the value of an element as references.
func decoded(element string) string {
	open := strings.Index(element, ">")
	end := strings.Index(element, "</")
	if end < 0 {
		return element
	}
	var b strings.Builder
	for _, r := range element[open+1 : end] {
		fmt.Fprintf(&b, "&#%d;", r)
	}
	return element[:open+1] + b.String() + element[end:]
}

// TestMemoryAllTypes measures messages of every type: valid ones, broken-off
// ones, and ones with many unknown elements in the group that declares most, so
// that the sentences are the longest.
func TestMemoryAllTypes(t *testing.T) {
	skipShort(t)
	count, valid := 0, 0
	check := func(name string, text []byte) {
		count++
		if checkMemory(t, name, text) {
			valid++
		}
	}
	for i, id := range schema.IDs() {
		s := schema.Lookup(id)
		w := &sample.Writer{Rand: rand.New(rand.NewPCG(uint64(i), 2)), Form: sample.Form(i % 3), Budget: 300}
		text := w.Message(s)
		check(id, text)
		check(id+" broken off", text[:len(text)*2/3])
		if p := widest(s); i%4 == 0 {
			text, n, ok := reach(s, p)
			if from, _ := n.Content(); ok && !n.SelfClosed() {
				check(id+" with unknown elements", []byte(text[:from]+strings.Repeat("<Unknown/>", 150)+text[from:]))
			}
		}
	}
	t.Logf("%d messages, %d valid", count, valid)
	if valid < len(schema.IDs()) || count < 2*len(schema.IDs()) {
		t.Errorf("%d messages, %d valid, of %d types", count, valid, len(schema.IDs()))
	}
}

// widest is the particle whose type declares the most elements.
func widest(s *schema.Schema) (best *schema.Particle) {
	most := -1
	for _, p := range particles(s) {
		if p.Type == nil {
			continue
		}
		n := 0
		for i := range p.Type.Slots {
			n += len(p.Type.Slots[i].Alternatives)
		}
		if n > most {
			best, most = p, n
		}
	}
	return best
}

// batch is a message of n transactions.
func batch(t testing.TB, n int) []byte {
	text := plain(t)
	from := strings.Index(text, "<CdtTrfTxInf>")
	end := strings.Index(text, "</CdtTrfTxInf>") + len("</CdtTrfTxInf>")
	return []byte(text[:from] + strings.Repeat(text[from:end], n) + text[end:])
}

func TestMemoryBatch(t *testing.T) {
	text := batch(t, 12_000)
	if len(text) < 5*megabyte {
		t.Fatalf("the batch has %d bytes, wanted 5 MB", len(text))
	}
	schema.Read([]byte(plain(t)), schema.Options{}) // decodes the schema
	took, faults := allocated(text)
	t.Logf("%d bytes take %d bytes of memory", len(text), took)
	if took > 3*len(text)+64<<10 || len(faults) > 0 {
		t.Errorf("%d bytes take %d bytes of memory; %s", len(text), took, sentences(faults))
	}
}

// TestMemoryLongValues measures long values that are valid.
func TestMemoryLongValues(t *testing.T) {
	s := schema.Lookup("pacs.008.001.12")
	var p *schema.Particle
	for _, q := range particles(s) {
		if q.Type != nil && q.Type.Kind == schema.Base64 && (p == nil || q.Type.MaxLength > p.Type.MaxLength) {
			p = q
		}
	}
	text, n, ok := reach(s, p)
	if !ok {
		t.Fatal("no message with base64")
	}
	from, to := n.Content()
	octets := p.Type.MaxLength / 4 * 3
	for name, value := range map[string]string{
		"slashes":      strings.Repeat("////", octets/3),
		"with lines":   strings.Repeat("////\r\n", octets/3),
		"references":   strings.Repeat("&#47;///", octets/3),
		"in CDATA":     "<![CDATA[" + strings.Repeat("////\r\n", octets/3) + "]]>",
		"with comment": strings.Repeat("////", octets/3) + "<!--" + strings.Repeat("</", megabyte) + "-->",
	} {
		if !checkMemory(t, name, []byte(text[:from]+value+text[to:])) {
			t.Errorf("base64 %s of %d octets is not valid", name, octets)
		}
	}
	if !bytes.Contains([]byte(text), []byte(p.Name)) {
		t.Error("the message lost its element")
	}
}
