package messages_test

import (
	"iter"
	"strconv"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// field is one accessor of a view, with where its value stands: in the first of
// its places that is there, at the first of its paths that is there. Places are
// below the body of the message, none means the body itself. Only says in which
// versions there is a value: "" all, "08-" from 08 on, "-07", "02-06", "03".
type field[V any] struct {
	places, paths string // separated by spaces
	only          string
	get           func(V) string
}

func (f field[V]) want(body messages.Node) string {
	place := body
	if f.places != "" {
		place = find(body, f.places)
	}
	if attribute, ok := strings.CutPrefix(f.paths, "@"); ok {
		return place.Attr(attribute)
	}
	return find(place, f.paths).Text()
}

// find is the first of the paths that leads to an element.
func find(n messages.Node, paths string) messages.Node {
	for path := range strings.FieldsSeq(paths) {
		if path == "." {
			return n
		}
		if found := n.At(path); found.Exists() {
			return found
		}
	}
	return messages.Node{}
}

// textField is a field with its value in one of the paths below the body.
func textField[V any](paths, only string, get func(V) string) field[V] {
	return field[V]{"", paths, only, get}
}

// agentField is the BIC of an agent.
func agentField[V any](places, only string, get func(V) messages.AgentView) field[V] {
	return field[V]{places, "FinInstnId/BICFI FinInstnId/BIC FinInstnId/CmbndId/BIC", only,
		func(v V) string { return get(v).BICText() }}
}

// partyField is the name of a party, or of an agent in its place.
func partyField[V any](places, only string, get func(V) messages.PartyView) field[V] {
	return field[V]{places, "Pty/Nm OrgId/Nm Nm Agt/FinInstnId/Nm FIId/FinInstnId/Nm FinInstnId/Nm FinInstnId/CmbndId/Nm FinInstnId/NmAndAdr/Nm",
		only, func(v V) string { return get(v).Name() }}
}

// accountField is the identification of an account.
func accountField[V any](places, only string, get func(V) messages.AccountView) field[V] {
	return field[V]{places, "Id/IBAN Id/Othr/Id Id/PrtryAcct/Id Id/BBAN Id/UPIC IBAN Othr/Id", only,
		func(v V) string { return get(v).Identification() }}
}

// amountFields are the decimal and the currency of an amount.
func amountFields[V any](places, only string, get func(V) messages.AmountView) []field[V] {
	return []field[V]{
		{places, ".", only, func(v V) string { return get(v).Text() }},
		{places, "@Ccy", only, func(v V) string { return get(v).CurrencyCode() }},
	}
}

// codeField is a code, or a proprietary text in its place.
func codeField[V any](place, only string, get func(V) string) field[V] {
	return field[V]{place, "Cd Prtry/Id Prtry .", only, get}
}

// reasonFields are the code, the first line and who gave a reason.
func reasonFields[V any](place, only string, get func(V) messages.ReasonView) []field[V] {
	return []field[V]{
		{place, "Rsn/Cd StsRsn/Cd RtrRsn/Cd RvslRsn/Cd", only, func(v V) string { return get(v).Code() }},
		{place, "Rsn/Prtry StsRsn/Prtry RtrRsn/Prtry RvslRsn/Prtry", only, func(v V) string { return get(v).Proprietary() }},
		{place, "AddtlInf AddtlStsRsnInf AddtlRtrRsnInf AddtlRvslRsnInf", only, func(v V) string { return head(get(v).Text()) }},
		{place, "Orgtr/Nm StsOrgtr/Nm RtrOrgtr/Nm RvslOrgtr/Nm", only, func(v V) string { return get(v).Originator().Name() }},
	}
}

// through gives fields of a part of V the form of fields of V.
func through[V, P any](part func(V) P, fields ...field[P]) (all []field[V]) {
	for _, f := range fields {
		all = append(all, field[V]{f.places, f.paths, f.only, func(v V) string { return f.get(part(v)) }})
	}
	return all
}

// in tells whether the version has the field.
func (f field[V]) in(id string) bool {
	version := id[strings.LastIndexByte(id, '.')+1:]
	from, to, open := strings.Cut(f.only, "-")
	switch {
	case f.only == "":
		return true
	case !open:
		return version == f.only
	}
	return version >= from && (to == "" || version <= to)
}

// head is the first of a sequence, or the zero value.
func head[T any](all iter.Seq[T]) (none T) {
	for v := range all {
		return v
	}
	return none
}

// count is the length of a sequence.
func count[T any](all iter.Seq[T]) (n int) {
	for range all {
		n++
	}
	return n
}

// bodyOf is what the paths of a kind of message start at: the header, or the
// message in the document.
func bodyOf(m *messages.Message, kind string) (body messages.Node, part messages.Part) {
	if kind == "head.001" {
		return m.Header().Root, m.Header()
	}
	return head(m.Document().Root.Children()), m.Document()
}

// rounds are enough for every alternative of the choices that views know.
const rounds = 24

// walk compares the fields of a view with the elements at their paths, in
// filled and in bare messages of every compiled version of the kind. versions is how many must at least be there.
func walk[V any](t *testing.T, kind string, versions int, view func(*messages.Message) (V, bool), fields []field[V]) {
	t.Helper()
	walkRounds(t, kind, versions, rounds, view, fields)
}

// walkRounds is walk for kinds with choices inside choices, which take more
// rounds until each alternative was there.
func walkRounds[V any](t *testing.T, kind string, versions, rounds int, view func(*messages.Message) (V, bool), fields []field[V]) {
	t.Helper()
	if testing.Short() {
		t.Skip("every version is walked without -short; nothing here runs at once")
	}
	ids := kindIDs(kind)
	compared := 0
	for _, id := range ids {
		seen := make([]bool, len(fields))
		for round := range rounds {
			compared += compare(t, kind, id+" round "+strconv.Itoa(round), filled(t, id, round), view, fields, seen)
		}
		for round := range 3 {
			compared += compare(t, kind, id+" bare, round "+strconv.Itoa(round), bare(t, id, round), view, fields, nil)
		}
		for i, f := range fields {
			if seen[i] != f.in(id) {
				t.Errorf("%s: %s: %s: found: %t, but said to be in %q", id, f.places, f.paths, seen[i], f.only)
			}
		}
	}
	t.Logf("%s: %d versions, %d fields, %d values compared", kind, len(ids), len(fields), compared)
	if len(ids) < versions {
		t.Errorf("%d versions of %s are compiled in, want %d", len(ids), kind, versions)
	}
	other := "camt.054.001.08"
	if kind == "camt.054" {
		other = "camt.060.001.05"
	}
	if _, ok := view(filled(t, other, 0)); ok {
		t.Errorf("a %s is viewed as %s", other, kind)
	}
}

func kindIDs(kind string) (ids []string) {
	for _, id := range schema.IDs() {
		if messages.KindOf(id) == kind {
			ids = append(ids, id)
		}
	}
	return ids
}

// compare counts the values that were there.
func compare[V any](t *testing.T, kind, name string, m *messages.Message, view func(*messages.Message) (V, bool), fields []field[V], seen []bool) (compared int) {
	t.Helper()
	v, ok := view(m)
	if !ok {
		t.Errorf("%s: no view", name)
		return 0
	}
	body, _ := bodyOf(m, kind)
	for i, f := range fields {
		want, got := f.want(body), f.get(v)
		if got != want && (got != "false" || want != "") {
			t.Errorf("%s: %s: %s: %q, want %q", name, f.places, f.paths, got, want)
		}
		if want != "" {
			compared++
			if seen != nil {
				seen[i] = true
			}
		}
	}
	return compared
}

// walkCorpus does the same for real messages; least is how many there must be.
func walkCorpus[V any](t *testing.T, kind string, least int, view func(*messages.Message) (V, bool), fields []field[V]) {
	t.Helper()
	n, compared := 0, 0
	for _, f := range corpusFiles(t, "messages/valid", "cbpr/examples") {
		_, part := bodyOf(f.message, kind)
		if messages.KindOf(part.ID) != kind || part.Faulty {
			continue
		}
		n++
		compared += compare(t, kind, f.path, f.message, view, fields, nil)
	}
	t.Logf("%s: %d messages of the corpus, %d values compared", kind, n, compared)
	if n < least || n > 0 && compared == 0 {
		t.Errorf("%d messages of %s in the corpus, %d values; want %d messages", n, kind, compared, least)
	}
}

// flagField is a yes or no that is "yes" only where the message says so.
func flagField[V any](paths, only string, get func(V) bool) field[V] {
	return field[V]{"", paths, only, func(v V) string { return strconv.FormatBool(get(v)) }}
}

// under puts a prefix before each path.
func under(prefix, paths string) string {
	all := strings.Fields(paths)
	for i := range all {
		all[i] = prefix + all[i]
	}
	return strings.Join(all, " ")
}

// beforeEach puts each place before one path.
func beforeEach(places, path string) string {
	all := strings.Fields(places)
	for i := range all {
		all[i] += path
	}
	return strings.Join(all, " ")
}
