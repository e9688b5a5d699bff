package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"dragoman/routing"
)

// openapiDocument is openapi.yaml as a test reads it.
type openapiDocument struct {
	root     map[string]any
	compiler *jsonschema.Compiler

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema // by pointer
}

const openapiURL = "https://localhost/openapi.json"

var openapi = sync.OnceValue(func() *openapiDocument {
	text, err := OpenAPIJSON()
	if err != nil {
		panic(err)
	}
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	d := &openapiDocument{root: root.(map[string]any), compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(openapiURL, root); err != nil {
		panic(err)
	}
	return d
})

// at follows keys, and references on the way; the pointer is of what it comes to.
func (d *openapiDocument) at(pointer string, keys ...string) (any, string) {
	value, _ := d.follow(pointer)
	for _, key := range keys {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
		if value, pointer = d.follow(pointer); value == nil {
			return nil, ""
		}
	}
	return value, pointer
}

func (d *openapiDocument) follow(pointer string) (any, string) {
	var value any = d.root
	for _, key := range strings.Split(pointer, "/")[1:] {
		object, _ := value.(map[string]any)
		if value = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(key)]; value == nil {
			return nil, ""
		}
	}
	if object, ok := value.(map[string]any); ok {
		if reference, ok := object["$ref"].(string); ok && len(object) == 1 {
			return d.follow(strings.TrimPrefix(reference, "#"))
		}
	}
	return value, pointer
}

// validate holds JSON against the schema at a pointer.
func (d *openapiDocument) validate(pointer string, body []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	schema := d.schemas[pointer]
	if schema == nil {
		var err error
		if schema, err = d.compiler.Compile(openapiURL + "#" + strings.ReplaceAll(strings.ReplaceAll(pointer, "{", "%7B"), "}", "%7D")); err != nil {
			return err
		}
		d.schemas[pointer] = schema
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// operation is the pointer of what the document says of a route.
func (d *openapiDocument) operation(pattern string) string {
	method, path, _ := strings.Cut(pattern, " ")
	_, pointer := d.at("", "paths", path, strings.ToLower(method))
	return pointer
}

// answer holds one answer against the document.
func (d *openapiDocument) answer(pattern string, a answered) error {
	operation := d.operation(pattern)
	if operation == "" {
		return fmt.Errorf("%s is not in openapi.yaml", pattern)
	}
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("%s: Content-Type %q: %w", pattern, a.Header.Get("Content-Type"), err)
	}
	_, response := d.at(operation, "responses", fmt.Sprint(a.StatusCode))
	if response == "" || kind == "application/problem+json" && a.StatusCode != http.StatusBadRequest {
		if a.StatusCode < 400 {
			return fmt.Errorf("%s: openapi.yaml knows no answer %d", pattern, a.StatusCode)
		}
		_, response = d.at(operation, "responses", "default")
	}
	_, content := d.at(response, "content", kind)
	if content == "" {
		return fmt.Errorf("%s %d: openapi.yaml knows no answer of type %s: %s", pattern, a.StatusCode, kind, a.body)
	}
	if !strings.HasSuffix(kind, "json") {
		return nil
	}
	_, schema := d.at(content, "schema")
	bodies := [][]byte{a.body}
	if kind == linesContent {
		bodies = bytes.Split(bytes.TrimSpace(a.body), []byte("\n"))
	}
	for _, body := range bodies {
		if err := d.validate(schema, body); err != nil {
			return fmt.Errorf("%s %d: %w\n%s", pattern, a.StatusCode, err, body)
		}
	}
	return nil
}

// request holds the body of a request that was taken against the document.
func (d *openapiDocument) request(pattern string, kind string, body []byte) error {
	_, schema := d.at(d.operation(pattern), "requestBody", "content", kind, "schema")
	if _, wanted := d.at(d.operation(pattern), "requestBody"); wanted == "" && len(body) == 0 {
		return nil
	}
	if schema == "" {
		return fmt.Errorf("%s: openapi.yaml knows no body of type %q", pattern, kind)
	}
	if kind != jsonContent {
		return nil
	}
	if err := d.validate(schema, body); err != nil {
		return fmt.Errorf("the body of %s: %w\n%s", pattern, err, body)
	}
	return nil
}

// TestOpenAPI: every route of the table is in the document and the reverse, with
// the same summary and roles; every schema can be used.
func TestOpenAPI(t *testing.T) {
	d := openapi()
	routes := map[string]bool{}
	for _, entry := range (&Door{}).table() {
		routes[entry.pattern] = true
		pointer := d.operation(entry.pattern)
		if pointer == "" {
			t.Errorf("%s is not in openapi.yaml", entry.pattern)
			continue
		}
		value, _ := d.follow(pointer)
		said := value.(map[string]any)
		if said["summary"] != entry.summary {
			t.Errorf("%s: summary %q, in the table %q", entry.pattern, said["summary"], entry.summary)
		}
		var roles []routing.Role
		for _, role := range said["x-roles"].([]any) {
			roles = append(roles, routing.Role(role.(string)))
		}
		if !slices.Equal(roles, entry.roles) {
			t.Errorf("%s: roles %v, in the table %v", entry.pattern, roles, entry.roles)
		}
		if _, ok := d.at(pointer, "responses", "default"); ok == "" {
			t.Errorf("%s says nothing of problems", entry.pattern)
		}
		for _, part := range strings.Split(entry.pattern, "/") {
			if name := strings.Trim(part, "{}"); name != part && !strings.Contains(fmt.Sprint(said["parameters"]), "name:"+name) {
				t.Errorf("%s: parameter %s is not described", entry.pattern, name)
			}
		}
	}
	ids := map[any]bool{}
	for path, item := range d.root["paths"].(map[string]any) {
		for method, operation := range item.(map[string]any) {
			if pattern := strings.ToUpper(method) + " " + path; !routes[pattern] {
				t.Errorf("%s is in openapi.yaml and not in the table", pattern)
			}
			if id := operation.(map[string]any)["operationId"]; id == nil || ids[id] {
				t.Errorf("%s %s: operationId %v", method, path, id)
			} else {
				ids[id] = true
			}
		}
	}
	schemas := d.root["components"].(map[string]any)["schemas"].(map[string]any)
	for name := range schemas {
		if _, err := d.compiler.Compile(openapiURL + "#/components/schemas/" + name); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
	}
	t.Logf("%d routes, %d schemas", len(routes), len(schemas))
	if len(routes) < 20 || len(schemas) < 30 {
		t.Errorf("only %d routes and %d schemas", len(routes), len(schemas))
	}
	if err := d.validate("/components/schemas/Problem", []byte(`{"type":"/v1/problems#x","title":"t","status":400,"detail":"d","more":1}`)); err == nil {
		t.Error("a problem with a member that is not described is let through")
	}
	if err := d.validate("/components/schemas/Time", []byte(`"yesterday"`)); err == nil {
		t.Error("a time that is none is let through")
	}
}

// TestAnswersFitOpenAPI asks every route for something that it gives; the rig holds
// every answer and every body that was taken against the document.
func TestAnswersFitOpenAPI(t *testing.T) {
	r := openDoorRig(t, nil)
	r.issue(testBanks[0], "1300000.00")
	receipt := r.pay(testBanks[0], testBanks[1], 1)
	r.pay(testBanks[0], testBanks[1], 2)
	again := r.do(testBanks[0], "POST", "/v1/messages", map[string]string{"Content-Type": xmlContent, "Accept": xmlContent}, letter(t, testBanks[0], testBanks[1], 1))
	if again.StatusCode != 200 {
		t.Errorf("the same again: %s %s", again.Status, again.body)
	}
	r.post(testBanks[0], "/v1/messages", xmlContent, []byte("<broken"))
	requested := r.ask(r.post("operator", "/v1/decisions", jsonContent, []byte(`{"action":"suspend","bank":"`+testBanks[2]+`","reason":"test"}`)))
	record := r.timeline(testBanks[0], 1).Messages[0].Record
	directory := r.get("operator", "/v1/directory")
	r.post(testBanks[0], "/v1/decisions", jsonContent, []byte(`{"action":"limit","bank":"`+testBanks[1]+`","currency":"CNY","amount":"9000000.00","reason":"test"}`))
	r.post(testBanks[0], "/v1/decisions", jsonContent, []byte(`{"action":"limit","currency":"CNY","amount":"9000000.00","reason":"test"}`))
	r.post(testBanks[0], "/v1/decisions", jsonContent, []byte(`{"action":"reserve","priority":"urgent","currency":"CNY","amount":"5.00","reason":"test"}`))
	for _, ask := range []struct{ name, path string }{
		{testBanks[0], "/v1/accounts/" + testWallet + "/limits"}, {"operator", "/v1/accounts/" + testWallet + "/limits"},
		{"issuer", "/healthz"}, {"operator", "/readyz"}, {"operator", "/metrics"}, {"issuer", "/v1/openapi.yaml"}, {"issuer", "/v1/openapi.json"}, {"issuer", "/v1/problems"},
		{testBanks[1], "/v1/mailbox"}, {testBanks[0], "/v1/payments?state=waiting"}, {"operator", "/v1/payments"}, {"compliance", "/v1/payments/" + testUETR(2)},
		{testBanks[1], "/v1/payments/" + testUETR(1)}, {testBanks[0], fmt.Sprintf("/v1/messages/%d", record)}, {"compliance", fmt.Sprintf("/v1/messages/%d", record)},
		{testBanks[0], "/v1/accounts?after=" + receipt.Place}, {"compliance", "/v1/accounts"}, {"issuer", "/v1/outstanding"}, {testBanks[2], "/v1/participants"},
		{testBanks[0], "/v1/queue"}, {testBanks[0], "/v1/calendars"}, {testBanks[0], "/v1/cycles"}, {"operator", "/v1/cycles?max=1"}, {"compliance", "/v1/queue"}, {"operator", "/v1/decisions"}, {"issuer", "/v1/decisions"}, {"operator-2", "/v1/approvals"}, {"operator", "/v1/poison"},
		{testBanks[0], "/v1/payments/" + testUETR(2) + "/why"}, {"operator", "/v1/payments/" + testUETR(1) + "/why"},
	} {
		if a := r.get(ask.name, ask.path); a.StatusCode != 200 {
			t.Errorf("%s: %s %s", ask.path, a.Status, a.body)
		}
	}
	r.post(testBanks[1], "/v1/rates", jsonContent, []byte(`{"rates":[{"from":"CNY","to":"USD","tiers":[{"upTo":"5.00","rate":"0.1","fee":"0.50"},{"rate":"0.14"}]}],"validSeconds":600}`))
	var quotes QuotesView
	quoted := r.post(testBanks[0], "/v1/quotes", jsonContent, []byte(`{"from":"CNY","to":"USD","amount":"100.00","side":"source","receiver":"`+testBanks[2]+`"}`))
	if err := json.Unmarshal(quoted.body, &quotes); err != nil || len(quotes.Quotes) != 1 || quotes.Quotes[0].Arrives != "14.00" {
		t.Fatalf("%s %s", quoted.Status, quoted.body)
	}
	for _, ask := range []struct {
		name   string
		status int
	}{{testBanks[0], 200}, {"operator", 200}, {testBanks[1], 404}, {testBanks[2], 404}} {
		if a := r.get(ask.name, "/v1/quotes/"+quotes.Quotes[0].ID); a.StatusCode != ask.status {
			t.Errorf("%s asks for a quote: %s %s", ask.name, a.Status, a.body)
		}
	}
	if a := r.get(testBanks[0], "/v1/routes?from="+testBanks[0]+"&to="+testBanks[2]+"&currency=CNY&into=USD&amount=100.00"); a.StatusCode != 200 || !strings.Contains(string(a.body), `"taken":true`) {
		t.Errorf("routes: %s %s", a.Status, a.body)
	}
	if a := r.get(testBanks[1], "/v1/routes?from="+testBanks[0]+"&to="+testBanks[2]+"&currency=CNY&amount=100.00"); a.StatusCode != 403 {
		t.Errorf("routes of another: %s %s", a.Status, a.body)
	}
	if a := r.get(testBanks[2], "/v1/rates"); !strings.Contains(string(a.body), `"upTo":"5.00","rate":"0.1","fee":"0.50"`) {
		t.Errorf("rates: %s", a.body)
	}
	r.post(testBanks[1], "/v1/mailbox/ack", jsonContent, []byte(`{"upTo":1}`))
	r.do("compliance", "POST", "/v1/audit", nil, nil)
	r.do("operator", "POST", "/v1/compactions", nil, nil)
	r.post("operator", "/v1/whatif", jsonContent, []byte(`{"balances":[{"bank":"`+testBanks[0]+`","currency":"CNY","amount":"-5.00"}],"saving":"alone"}`))
	r.get(testBanks[0], "/v1/checkpoint")
	r.get(testBanks[0], "/v1/checkpoint/keys")
	r.decide("operator", Decision{Action: ActionBackup, Time: time.Now().Add(time.Hour), Reason: "test"})
	r.do("operator", "POST", "/v1/backups", nil, nil)
	r.get("operator", "/v1/checkpoint/consistency?log=global&from=1&to=3")
	r.post("compliance", "/v1/exports", jsonContent, []byte(`{"reason":"test","from":"2026-01-01T00:00:00Z","participant":"`+testBanks[0]+`"}`))
	r.post("operator-2", "/v1/approvals/"+requested, jsonContent, []byte(`{"approve":false,"reason":"test"}`))
	var d struct{ Digest string }
	if err := json.Unmarshal(directory.body, &d); err != nil {
		t.Fatal(err)
	}
	change := `{"change":{"participants":[{"bic":"NEWBDEFFXXX","name":"New Bank","keys":[]}]},"reason":"test","digest":"` + d.Digest + `"}`
	r.ask(r.post("operator", "/v1/directory", jsonContent, []byte(change)))
	if a := r.get("operator-2", "/v1/approvals"); !strings.Contains(string(a.body), "NEWBDEFF") {
		t.Errorf("approvals: %s", a.body)
	}
	pair := r.pairs[testBanks[0]]
	next, stop := r.openStream(r.with(&pair, false), nil)
	if _, ok := next(); !ok {
		t.Error("the stream is empty")
	}
	stop()
	for _, entry := range r.door.table() {
		if entry.pattern != "GET /v1/mailbox/stream" && r.fitted[entry.pattern] == 0 {
			t.Errorf("%s was never answered well", entry.pattern)
		}
	}
	t.Logf("%d routes answered well", len(r.fitted))
}

// ask is the id of what was just decided.
func (r *doorRig) ask(a answered) string {
	r.t.Helper()
	var decided DecisionAnswer
	if err := json.Unmarshal(a.body, &decided); err != nil || a.StatusCode != 200 {
		r.t.Fatalf("%s %s", a.Status, a.body)
	}
	return decided.ID
}
