package messages_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dragoman/messages"
)

// seen is one field: what was given to a writer (empty where the version has no
// element for it), and what the view of the written message says.
type seen struct{ field, want, got string }

func compareSeen(t *testing.T, id string, fields []seen) {
	t.Helper()
	for _, f := range fields {
		if f.got != f.want {
			t.Errorf("%s: %s: %q, want %q", id, f.field, f.got, f.want)
		}
	}
}

// versionOf is the last number of a message identifier.
func versionOf(id string) int {
	n, _ := strconv.Atoi(id[strings.LastIndexByte(id, '.')+1:])
	return n
}

// since is value in versions from the given one on, else nothing.
func sinceVersion(id string, version int, value string) string {
	if versionOf(id) < version {
		return ""
	}
	return value
}

// readWritten reads what a writer wrote; it must be valid by our reader and by
// xmllint, which is one process for each call.
func readWritten(t *testing.T, id string, raw []byte, err error) *messages.Message {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	m := messages.Read(raw, messages.Options{})
	for _, f := range m.Faults() {
		t.Errorf("%s: %s: %s", id, f.Path, f.Text)
	}
	if m.Document().ID != id {
		t.Errorf("%s: written as %s", id, m.Document().ID)
	}
	lintWritten(t, id, raw)
	return m
}

// lintWritten has xmllint validate a message that was written, where it and the
// schemas are.
func lintWritten(t *testing.T, id string, raw []byte) {
	t.Helper()
	xsd := filepath.Join("..", "..", "shared", "iso20022", "xsd", id+".xsd")
	lint, err := exec.LookPath("xmllint")
	if err == nil {
		_, err = os.Stat(xsd)
	}
	if err != nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatalf("xmllint and the schemas are required: %v", err)
		}
		t.Logf("not compared with libxml2: %v", err)
		return // what else the test compares needs neither
	}
	run := exec.CommandContext(t.Context(), lint, "--noout", "--schema", xsd, "-")
	run.Stdin = bytes.NewReader(raw)
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%s: xmllint: %v: %s\n%s", id, err, out, raw)
	}
}

// eachVersion runs a test for every compiled version of a kind.
func eachVersion(t *testing.T, kind string, versions int, test func(t *testing.T, id string)) {
	t.Helper()
	ids := kindIDs(kind)
	for _, id := range ids {
		t.Run(id, func(t *testing.T) { test(t, id) })
	}
	t.Logf("%s: %d versions", kind, len(ids))
	if len(ids) < versions {
		t.Errorf("%d versions of %s are compiled in, want %d", len(ids), kind, versions)
	}
}

// must is for values that are written in the test itself.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

func money(amount string) messages.Money {
	currency, decimal, _ := strings.Cut(amount, " ")
	ccy := must(messages.ParseCurrency(currency))
	if unsigned, negative := strings.CutPrefix(decimal, "-"); negative {
		m := must(messages.ParseMoney(unsigned, ccy))
		return must(messages.NewMoney(-m.Minor(), ccy))
	}
	return must(messages.ParseMoney(decimal, ccy))
}

func moment(text string) messages.Moment {
	if strings.Contains(text, "T") {
		return messages.Moment{Time: must(messages.ParseDateTime(text))}
	}
	return messages.Moment{Date: must(messages.ParseDate(text))}
}

func agent(bic string) messages.Agent {
	return messages.Agent{BIC: must(messages.ParseBIC(bic))}
}

// said is the amount of a view as it is printed with its currency.
func said(a messages.AmountView) string {
	if !a.Exists() {
		return ""
	}
	m, err := a.Money()
	if err != nil {
		return err.Error()
	}
	return m.String()
}

func saidSigned(m messages.Money, err error) string {
	if err != nil {
		return err.Error()
	}
	return m.String()
}

var (
	createdTime = must(messages.ParseDateTime("2026-03-04T17:00:00+01:00"))
	ownIBAN     = must(messages.ParseIBAN("DE89370400440532013000"))
	ownAccount  = messages.Account{IBAN: ownIBAN, Type: "CACC", Currency: "EUR", Name: "Settlement"}
	nostro      = messages.Account{Other: "NOSTRO-7", Currency: "EUR"}
)

// question is a query as it was received.
func question(t *testing.T, id string) *messages.Message {
	t.Helper()
	return filled(t, id, 1)
}

// answerSeen compares what every answer says of the question.
func answerSeen(a messages.Answer, group messages.GroupView, query messages.OriginalQueryView, name, request string) []seen {
	want := a.RequestType.At("Enqry").Text() + a.RequestType.At("PmtCtrl").Text() + a.RequestType.At("Prtry/Id").Text()
	return []seen{
		{"message id", a.MessageID, group.MessageID()},
		{"created", a.Created.String(), group.CreatedText()},
		{"query message id", a.Query.MessageID, query.MessageID()},
		{"query message name", a.Query.MessageName, query.MessageName()},
		{"query created", a.Query.Created, query.CreatedText()},
		{"query name", a.QueryName, name},
		{"request type", want, request},
	}
}

func answerTo(t *testing.T, id string) messages.Answer {
	a := messages.AnswerTo(question(t, id))
	if a.Query.MessageID == "" || a.Query.MessageName != id || !a.RequestType.Exists() {
		t.Fatalf("answer to %s: %+v", id, a.Query)
	}
	a.MessageID, a.Created, a.QueryName = "ANSWER-1", createdTime, "QUERY-1"
	return a
}

func errorSeen(errors []messages.QueryError, views []messages.ErrorView) (all []seen) {
	if len(errors) != len(views) {
		return []seen{{"errors", strconv.Itoa(len(errors)), strconv.Itoa(len(views))}}
	}
	for i, e := range errors {
		all = append(all, seen{"error", e.Code + " " + e.Description, views[i].Code() + " " + views[i].Description()})
	}
	return all
}
