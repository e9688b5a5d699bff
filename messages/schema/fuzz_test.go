package schema_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// addSeeds gives a fuzz target the hostile files and some valid messages.
func addSeeds(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(hostile, "*.xml"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no hostile files: %v", err)
	}
	for _, file := range files {
		f.Add(readFile(f, file))
	}
	for i, id := range []string{"head.001.001.02", "pacs.002.001.10", "pacs.009.001.08", "camt.053.001.08", "admi.002.001.01", "pain.001.001.09", "camt.029.001.09"} {
		w := &sample.Writer{Rand: rand.New(rand.NewPCG(1, uint64(i))), Form: sample.Random, Budget: 30, Indent: i%2 == 0}
		f.Add(w.Message(schema.Lookup(id)))
	}
}

// FuzzRead checks what holds of every text: no panic, the same answer twice,
// faults within bounds, nodes that lie where they say, and, of a valid one,
// that its parts are valid and the same when read alone.
func FuzzRead(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		kept := bytes.Clone(text)
		result := schema.Read(text, schema.Options{})
		if again := schema.Read(text, schema.Options{}); !reflect.DeepEqual(result.Faults, again.Faults) {
			t.Fatalf("two readings differ:\n%s\n%s", sentences(result.Faults), sentences(again.Faults))
		}
		if !bytes.Equal(kept, text) {
			t.Fatal("the reader changed its input")
		}
		if len(result.Faults) > schema.DefaultMaxFaults {
			t.Fatalf("%d faults", len(result.Faults))
		}
		for _, fault := range result.Faults {
			checkFault(t, text, fault)
		}
		walk(t, text, result)
		if len(result.Faults) == 0 {
			checkValid(t, text, result)
		}
	})
}

// checkValid checks what holds of a valid message.
func checkValid(t *testing.T, text []byte, result schema.Result) {
	t.Helper()
	for _, part := range []schema.Part{result.Header, result.Document} {
		if !part.Exists() {
			continue
		}
		if part.Faulty || part.ID == "" || !part.Root.Exists() {
			t.Fatalf("%+v of a valid message", part)
		}
		names := describe(t, part.Root)
		if len(part.Inherited) > 0 {
			continue // it cannot be read without what stands around it
		}
		alone := schema.Read(text[part.Start:part.End], schema.Options{})
		if len(alone.Faults) > 0 {
			t.Fatalf("valid in its envelope, not alone: %s", sentences(alone.Faults))
		}
		root := alone.Document.Root
		if !root.Exists() {
			root = alone.Header.Root
		}
		if got := describe(t, root); got != names {
			t.Fatalf("read alone it is\n%s\nnot\n%s", got, names)
		}
	}
}

// maxPaths bounds the nodes whose paths are followed: that takes as long as
// there are siblings.
const maxPaths = 200

// describe lists paths and values of a valid part, and checks them on the way.
func describe(t *testing.T, root schema.Node) string {
	t.Helper()
	var b strings.Builder
	count := 0
	for n := range root.Walk() {
		if count++; count > maxPaths {
			break
		}
		path := n.Path()
		if found := follow(root, path); found != n {
			t.Fatalf("%s leads to %s", path, found.Path())
		}
		if typ := n.Type(); typ != nil && typ.Simple() {
			if rule, text, ok := typ.CheckValue(n.Text()); !ok {
				t.Fatalf("%s: %s %s", path, rule, text)
			}
		}
		fmt.Fprintf(&b, "%s=%q %q\n", path, n.Text(), n.Attr("Ccy"))
	}
	return b.String()
}

// follow finds the node to which a path leads.
func follow(root schema.Node, path string) schema.Node {
	steps := strings.Split(path, "/")[2:]
	n := root
	for _, step := range steps {
		name, position, repeats := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		wanted := 1
		if repeats {
			wanted, _ = strconv.Atoi(position)
		}
		var found schema.Node
		for c := range n.Children() {
			if c.Name() == name {
				if wanted--; wanted == 0 {
					found = c
					break
				}
			}
		}
		n = found
	}
	return n
}

// FuzzWellFormed checks that what the reader finds well-formed encoding/xml can
// read to the end. It knows the names of an older edition of XML, so only texts
// in ASCII are compared.
func FuzzWellFormed(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, c := range text {
			if c >= 0x80 {
				return
			}
		}
		faults := schema.Read(text, schema.Options{}).Faults
		if len(faults) == schema.DefaultMaxFaults {
			return // not read to the end
		}
		for _, fault := range faults {
			if strings.HasPrefix(fault.Rule, "xml.") || strings.HasPrefix(fault.Rule, "policy.") {
				return
			}
		}
		if bytes.Contains(text, []byte("version=")) && !bytes.Contains(text, []byte(`version="1.0"`)) {
			return // it reads no other version
		}
		d := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("encoding/xml: %v; the reader: %s", err, sentences(faults))
			}
		}
	})
}
