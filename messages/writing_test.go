package messages_test

import (
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// given is a value that was given to a writer, and the paths below the body of
// the message at one of which it is to be found.
type given struct{ paths, want string }

// holds tells whether the version has an element at one of the paths.
func holds(id, paths string) bool {
	at := schema.Lookup(id).Root().Type
	if messages.KindOf(id) != "head.001" {
		at = at.Slots[0].Alternatives[0].Type
	}
	for path := range strings.FieldsSeq(paths) {
		if holdsPath(at, strings.Split(path, "/")) {
			return true
		}
	}
	return false
}

func holdsPath(t *schema.Type, names []string) bool {
	if len(names) == 0 {
		return true
	}
	p, _ := t.Element(names[0])
	return p != nil && holdsPath(p.Type, names[1:])
}

// writing is how a kind of message is written and viewed.
type writing[V any] struct {
	kind     string
	versions int // at least
	view     func(*messages.Message) (V, bool)
	fields   []field[V]
	// write writes a message in which everything that the version can hold is
	// given, and says what that was.
	write func(id string) ([]byte, []given, error)
}

// check writes the kind in every version: the outcome must be valid by our
// reader and by xmllint, hold each value that the version has a place for, and
// be viewed as it was written.
func (w writing[V]) check(t *testing.T) {
	t.Helper()
	values := 0
	eachVersion(t, w.kind, w.versions, func(t *testing.T, id string) {
		raw, list, err := w.write(id)
		if err != nil {
			t.Fatal(err)
		}
		m := messages.Read(raw, messages.Options{})
		body, part := bodyOf(m, w.kind)
		if !m.Valid() || part.ID != id {
			t.Fatalf("read as %q: %v\n%s", part.ID, m.Faults(), raw)
		}
		lintWritten(t, id, raw)
		for _, g := range list {
			want := g.want
			if !holds(id, g.paths) {
				want = ""
			}
			if got := find(body, g.paths).Text(); got != want {
				t.Errorf("%s: %q, want %q", g.paths, got, want)
			}
			if want != "" {
				values++
			}
		}
		values += compare(t, w.kind, id, m, w.view, w.fields, nil)
	})
	t.Logf("%s: %d values compared", w.kind, values)
	if values < 10*w.versions {
		t.Errorf("%d values compared", values)
	}
}

// at puts a prefix before the paths of all values.
func at(prefix string, list ...given) []given {
	for i := range list {
		list[i].paths = under(prefix, list[i].paths)
	}
	return list
}

// all joins lists of values.
func all(lists ...[]given) (joined []given) {
	for _, list := range lists {
		joined = append(joined, list...)
	}
	return joined
}

const bicPaths = "FinInstnId/BICFI FinInstnId/BIC FinInstnId/CmbndId/BIC"

func bicAt(place, bic string) given { return given{under(place+"/", bicPaths), bic} }

func nameAt(place, name string) given {
	return given{under(place+"/", "Nm Pty/Nm OrgId/Nm"), name}
}

func accountAt(place, account string) given {
	return given{under(place+"/", "Id/IBAN Id/Othr/Id Id/PrtryAcct/Id IBAN Othr/Id"), account}
}

func codeAt(place, code string) given {
	return given{under(place+"/", "Cd Prtry/Id Prtry") + " " + place, code}
}
