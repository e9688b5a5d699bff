package messages_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// corpusShare is every file of the corpus; with -short only one in each ten, and
// how many.
func corpusShare(tb testing.TB, random *rand.Rand) (files []corpusFile, oneIn int) {
	tb.Helper()
	all := corpusFiles(tb, corpusFolders...)
	if !testing.Short() {
		return all, 1
	}
	oneIn = 10
	for i := random.IntN(oneIn); i < len(all); i += oneIn {
		files = append(files, all[i])
	}
	return files, oneIn
}

// addedDeclarations are what a splice adds to a root's start tag.
var addedDeclarations = regexp.MustCompile(`^( xmlns(:[^\s="]+)?="[^"]*")+$`)

// Splicing nothing gives the same bytes, but for the namespaces of an envelope,
// and says the same.
func TestSpliceNothingOfTheCorpus(t *testing.T) {
	random, same, added := seeded(t), 0, 0
	files, oneIn := corpusShare(t, random)
	for _, file := range files {
		for _, part := range file.parts() {
			styled := restyle(t, random, part)
			again := messages.Read([]byte(styled), messages.Options{})
			for _, m := range []*messages.Message{file.message, again} {
				part := partOf(m, part.ID)
				out := bareText(t, m, part)
				raw := string(m.Raw()[part.Start:part.End])
				at, more := 1+len(part.Root.QName()), len(out)-len(raw)
				if more == 0 {
					same++
				} else if added++; more < 0 || len(part.Inherited) == 0 || !addedDeclarations.MatchString(out[at:at+more]) {
					t.Fatalf("%s: %.300s\nhas become\n%.300s", file.path, raw, out)
				}
				if out[:at]+out[at+more:] != raw {
					t.Fatalf("%s: %.300s\nhas become\n%.300s", file.path, raw, out)
				}
			}
		}
	}
	t.Logf("%d parts identical, %d with added declarations", same, added)
	if same < 1000/oneIn || added < 300/oneIn {
		t.Errorf("want at least %d and %d", 1000/oneIn, 300/oneIn)
	}
}

// bareText is the part by itself.
func bareText(tb testing.TB, m *messages.Message, part messages.Part) string {
	tb.Helper()
	out, err := messages.NewSplice(m, part).Bytes()
	if err != nil {
		tb.Fatalf("splice nothing: %v", err)
	}
	_, after := readPart(tb, string(out))
	if messages.Digest(after.Root) != messages.Digest(part.Root) {
		tb.Fatalf("by itself it says something else:\n%.500s", out)
	}
	return string(out)
}

// maxEdited bounds the messages that are edited in many places: a larger one
// shows no more and takes longer.
const maxEdited = 48 << 10

// One edit leaves every byte outside the element as it was, and the same value
// leaves what the message says.
func TestSpliceEditsOfTheCorpus(t *testing.T) {
	const perMessage = 30
	c := corpusSplices{T: t, random: seeded(t), counts: map[string]int{}}
	files, oneIn := corpusShare(t, c.random)
	for _, file := range files {
		for _, part := range file.parts() {
			text := bareText(t, file.message, part)
			if len(text) > maxEdited {
				continue
			}
			if c.random.IntN(2) == 0 {
				styled := messages.Read([]byte(restyle(t, c.random, part)), messages.Options{})
				text = bareText(t, styled, partOf(styled, part.ID))
			}
			c.message(file.path, text, perMessage)
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	t.Logf("%+v", c.counts)
	for name, least := range map[string]int{"set": 6000, "set amount": 500, "replace": 10000, "delete": 4000, "delete refused": 6000, "insert": 4000, "only": 20} {
		if least /= oneIn; c.counts[name] < least {
			t.Errorf("%d times %s, want at least %d", c.counts[name], name, least)
		}
	}
}

// corpusSplices carries edits out on messages, one at a time.
type corpusSplices struct {
	*testing.T
	random *rand.Rand
	counts map[string]int
	path   string
	text   string
	m      *messages.Message
	part   messages.Part
}

func (c *corpusSplices) message(path, text string, most int) {
	c.path, c.text = path, text
	c.m, c.part = readPart(c, text)
	var nodes []messages.Node
	for n := range c.part.Root.Walk() {
		nodes = append(nodes, n)
	}
	for k, i := range c.random.Perm(len(nodes)) {
		if t := nodes[i].Type(); k < most || t != nil && t.AttrName != "" {
			c.edits(nodes[i], i)
		}
	}
}

func (c *corpusSplices) splice(edit func(*messages.Splice)) (string, error) {
	s := messages.NewSplice(c.m, c.part)
	edit(s)
	out, err := s.Bytes()
	return string(out), err
}

func (c *corpusSplices) edits(n messages.Node, i int) {
	if t := n.Type(); t != nil && t.Simple() && !n.SelfClosed() {
		from, to := n.Content()
		out, err := c.splice(func(s *messages.Splice) { s.Set(n, n.Text()) })
		c.exactly("set", n, out, err, c.text[:from]+string(schema.AppendText(nil, n.Text()))+c.text[to:])
		c.says("set", n, out)
		c.amount(n)
	}
	if !n.Parent().Exists() {
		return
	}
	if !losesOnCopy(n) {
		out, err := c.splice(func(s *messages.Splice) { s.Replace(n, func(w *messages.Writer) { w.Copy(n) }) })
		from := n.Offset()
		c.around("replace", n, out, err, c.text[:from], c.text[from+len(n.Raw()):])
		c.says("replace", n, out)
	}
	c.deleted(n, i)
	c.only(n)
}

// losesOnCopy tells whether something in the element is empty: a writer leaves
// out what is.
func losesOnCopy(n messages.Node) bool {
	for e := range n.Walk() {
		if _, leaf := first(e.Children()); e.Type() != nil && leaf && e.Text() == "" {
			return true
		}
	}
	return false
}

func first(children func(func(messages.Node) bool)) (n messages.Node, none bool) {
	for c := range children {
		return c, false
	}
	return n, true
}

func (c *corpusSplices) exactly(what string, n messages.Node, out string, err error, want string) {
	c.counts[what]++
	if err != nil || out != want {
		c.Fatalf("%s: %s %s: %v; the outcome is\n%s\nand should be\n%s", c.path, what, n.Path(), err, out, want)
	}
}

func (c *corpusSplices) around(what string, n messages.Node, out string, err error, before, after string) {
	c.counts[what]++
	if err != nil || len(out) < len(before)+len(after) || !strings.HasPrefix(out, before) || !strings.HasSuffix(out, after) {
		c.Fatalf("%s: %s %s: %v; bytes outside it have changed:\n%s", c.path, what, n.Path(), err, out)
	}
}

// says checks that a message says what the one before the edit says.
func (c *corpusSplices) says(what string, n messages.Node, out string) {
	_, part := readPart(c, out)
	if messages.Digest(part.Root) != messages.Digest(c.part.Root) {
		c.Fatalf("%s: after %s %s it says something else:\n%s\n%s", c.path, what, n.Path(), messages.Canonical(c.part.Root), messages.Canonical(part.Root))
	}
}

func (c *corpusSplices) amount(n messages.Node) {
	if n.Type().AttrName == "" {
		return
	}
	m, err := messages.AmountView{Node: n}.Money()
	if err != nil {
		return // gold, or digits that the currency does not have
	}
	out, err := c.splice(func(s *messages.Splice) { s.SetAmount(n, m) })
	from := n.Offset()
	c.around("set amount", n, out, err, c.text[:from], c.text[from+len(n.Raw()):])
	_, part := readPart(c, out)
	for again := range part.Root.Walk() {
		if again.Offset() != from {
			continue
		}
		if got, err := (messages.AmountView{Node: again}).Money(); err != nil || got != m {
			c.Fatalf("%s: %s is %v (%v), want %v", c.path, n.Path(), got, err, m)
		}
	}
}

// deleted deletes the element and inserts it again.
func (c *corpusSplices) deleted(n messages.Node, i int) {
	from, to := n.Offset(), n.Offset()+len(n.Raw())
	out, err := c.splice(func(s *messages.Splice) { s.Delete(n) })
	if alike := siblingsLike(n); !mayGo(n, len(alike)) {
		var invalid *messages.SpliceError
		if c.counts["delete refused"]++; !errors.As(err, &invalid) || out != "" {
			c.Fatalf("%s: delete %s: %v, want a SpliceError", c.path, n.Path(), err)
		}
		return
	} else if c.exactly("delete", n, out, err, c.text[:from]+c.text[to:]); alike[len(alike)-1] != n || losesOnCopy(n) || n.Wildcard() {
		return
	}
	m, part := readPart(c, out)
	parent, k := messages.Node{}, 0
	for e := range part.Root.Walk() {
		if k < i && e.Offset() == n.Parent().Offset() {
			parent = e
		}
		k++
	}
	s := messages.NewSplice(m, part)
	s.Insert(parent, n.Name(), func(w *messages.Writer) { w.Copy(n) })
	again, err := s.Bytes()
	c.counts["insert"]++
	if err != nil || !insertion(out, string(again)) {
		c.Fatalf("%s: insert %s: %v\n%s\n%s", c.path, n.Path(), err, out, again)
	}
	c.says("delete and insert", n, string(again))
}

func siblingsLike(n messages.Node) (alike []messages.Node) {
	for sibling := range n.Parent().Children() {
		if sibling.Particle() == n.Particle() {
			alike = append(alike, sibling)
		}
	}
	return alike
}

// mayGo tells whether the schema allows one of the elements of n's name less.
func mayGo(n messages.Node, number int) bool {
	if number > 1 {
		return number > int(n.Particle().Min)
	}
	for _, slot := range n.Parent().Type().Slots {
		for k := range slot.Alternatives {
			if &slot.Alternatives[k] == n.Particle() {
				return slot.Optional
			}
		}
	}
	return false
}

// insertion tells whether after is before with something put in at one place.
func insertion(before, after string) bool {
	i := 0
	for i < len(before) && i < len(after) && before[i] == after[i] {
		i++
	}
	return len(after) > len(before) && strings.HasSuffix(after, before[i:])
}

func (c *corpusSplices) only(n messages.Node) {
	alike := siblingsLike(n)
	if len(alike) < 2 || n.Particle().Min > 1 {
		return
	}
	out, err := c.splice(func(s *messages.Splice) { s.Only(n) })
	last := alike[len(alike)-1]
	c.exactly("only", n, out, err, c.text[:alike[0].Offset()]+string(n.Raw())+c.text[last.Offset()+len(last.Raw()):])
}

// A relabelled document is valid in its new version or refused, and foreign
// content says what it said.
func TestSpliceRelabelOfTheCorpus(t *testing.T) {
	random, valid, refused := seeded(t), 0, 0
	files, oneIn := corpusShare(t, random)
	for _, file := range files {
		for _, part := range file.parts() {
			if bytes.Contains(part.Root.Raw(), []byte(":type")) {
				continue // the other parser does not resolve names in values
			}
			styled := messages.Read([]byte(restyle(t, random, part)), messages.Options{})
			for _, id := range kindIDs(messages.KindOf(part.ID)) {
				for _, m := range []*messages.Message{file.message, styled} {
					from := partOf(m, part.ID)
					s := messages.NewSplice(m, from)
					s.Relabel(id)
					out, err := s.Bytes()
					var invalid *messages.SpliceError
					if errors.As(err, &invalid) {
						refused++
						continue
					}
					if err != nil {
						t.Fatalf("%s to %s: %v", file.path, id, err)
					}
					valid++
					if _, to := readPart(t, string(out)); to.ID != id {
						t.Fatalf("%s: it is %s, not %s", file.path, to.ID, id)
					}
					if m == file.message {
						sameMeaning(t, bareText(t, m, from), string(out))
					}
				}
			}
			if t.Failed() {
				t.Fatal(file.path)
			}
		}
	}
	t.Logf("%d relabelled, %d refused", valid, refused)
	if valid < 2500/oneIn || refused < 2500/oneIn {
		t.Errorf("want at least %d of each", 2500/oneIn)
	}
}
