package gateway

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dragoman/routing"
	"dragoman/settlement"
)

// secret is a text that stands somewhere in a payment, a body or a decision, and
// who may read it.
type secret struct {
	text string
	may  []string // names of members
	of   string   // for the report
}

// isolation walks every route of the table as everybody and looks for what is
// somebody else's.
type isolation struct {
	*doorRig
	random  *rand.Rand
	secrets []secret
	sends   []sending
	known   map[string]map[string]bool // what a member has sent itself, by name and text
	uetrs   []string
	places  []string
	cursors []string
	quotes  []string
	asked   int
	refused int
	lines   int // of exports
}

var isolationBanks = testBanks[:3]

// TestIsolation: with traffic between all banks, no route gives anybody a byte of
// what is another's, whatever is guessed; what is another's is answered like what
// does not exist; and a route that is for others is refused.
func TestIsolation(t *testing.T) {
	seed := seedOf(t)
	w := &isolation{doorRig: openDoorRig(t, nil), random: rand.New(rand.NewPCG(seed, 1)), known: map[string]map[string]bool{}}
	w.pairs["stranger"] = w.authority.sign(testTemplate("stranger"))
	w.traffic()
	for _, name := range w.members() {
		for _, entry := range w.door.table() {
			w.walk(name, entry)
		}
		w.streams(name)
	}
	w.twins()
	w.replays()
	t.Logf("%d secrets, %d requests, %d of them refused by role, %d lines of exports", len(w.secrets), w.asked, w.refused, w.lines)
	lines, asked, refused := 500, 4000, 500
	if testing.Short() {
		lines, asked, refused = 100, 1500, 200
	}
	if w.lines < lines || len(w.secrets) < 600 || w.asked < asked || w.refused < refused {
		t.Error("the test shows less than it should")
	}
}

// members are everybody whose certificate the authority has signed.
func (w *isolation) members() []string {
	var names []string
	for _, m := range doorMembers {
		names = append(names, m.name)
	}
	return append(names, "stranger")
}

func (w *isolation) secret(of, text string, may ...string) {
	w.secrets = append(w.secrets, secret{text, may, of})
}

// traffic sends payments between all banks: settled, waiting, held and rejected
// ones, and decisions about them.
func (w *isolation) traffic() {
	for i, bank := range isolationBanks { // odd and in two parts, so that no balance is an amount
		w.issue(bank, fmt.Sprintf("%d.%d", 131313+i*20202, 71+i))
		w.issue(bank, "4444.44")
	}
	n := 1000 // so that no number is the beginning of another
	for range 4 {
		for _, from := range isolationBanks {
			for _, to := range append(slices.Clone(isolationBanks), "NOBDDEFFXXX") {
				if from != to {
					n++
					w.send(n, from, to)
				}
			}
		}
	}
	for i := range 12 { // more than there is money
		n++
		w.send(n, isolationBanks[2], isolationBanks[i%2])
	}
	w.decisions(n)
	w.limits()
	w.ownMessages()
	w.correspondence()
	w.covers()
	w.exchanges()
	w.standing()
	for _, s := range w.sends {
		w.guard(s)
	}
	w.post(testBanks[0], "/v1/messages", xmlContent, []byte("<broken>UNREADABLE-OF-A</broken>"))
	w.secret("an unreadable body", "UNREADABLE-OF-A", testBanks[0], "compliance", "compliance-2")
	for _, row := range w.accountRows() {
		if len(row.Posted) > len("1000.00") {
			w.secret("a balance of "+row.Owner.Full(), row.Posted, append(w.gatewayPeople(), w.namesOf(row.Owner.Full())...)...)
		}
	}
	for place := range w.node.Books.State().Sequence {
		w.places = append(w.places, fmt.Sprintf("%d.0", place+1))
	}
}

func (w *isolation) accountRows() []accountView {
	var found struct{ Accounts []accountView }
	if err := json.Unmarshal(w.get("operator", "/v1/accounts").body, &found); err != nil {
		w.t.Fatal(err)
	}
	return found.Accounts
}

func (w *isolation) gatewayPeople() []string {
	return []string{"operator", "operator-2", "compliance", "compliance-2"}
}

// namesOf are the members of a participant.
func (w *isolation) namesOf(bic string) (names []string) {
	for _, m := range doorMembers {
		if m.bic == bic {
			names = append(names, m.name)
		}
	}
	return names
}

// send sends the n-th payment, full of what only its parties may read.
func (w *isolation) send(n int, from, to string) {
	mark := fmt.Sprintf("%.4s%.4s%04d", from, to, n)
	amount := fmt.Sprintf("%d.%02d", 100000+(n-1000)*7, n%100)
	w.pay(from, to, n, "Silk Road Trading Company", "Debtor "+mark, "Chao Phraya Machinery Public Company", "Creditor "+mark,
		"6222020200112233445", "62220202"+mark, "1234567890", "ACC"+mark, "Rama IV Road", "Street "+mark, "1250000.50", amount)
	w.uetrs = append(w.uetrs, testUETR(n))
	w.sends = append(w.sends, sending{n, from, to, mark, amount})
}

// sending is a payment that was sent.
type sending struct {
	n                      int
	from, to, mark, amount string
}

// settled tells whether the n-th payment has; behind it stand its returns.
func (w *isolation) settled(n int) bool {
	w.t.Helper()
	var found struct{ Payments []paymentView }
	a := w.get("operator", "/v1/payments/"+testUETR(n))
	if err := json.Unmarshal(a.body, &found); err != nil || len(found.Payments) == 0 {
		w.t.Fatalf("the timeline of %s: %s %s", testUETR(n), a.Status, a.body)
	}
	return found.Payments[0].State == settlement.StateSettled.String()
}

// guard notes who may read what of a payment, as it stands when all is sent.
func (w *isolation) guard(s sending) {
	parties := []string{s.from}
	if w.settled(s.n) {
		parties = append(parties, s.to)
	}
	for _, text := range []string{"Debtor " + s.mark, "Creditor " + s.mark, "62220202" + s.mark, "ACC" + s.mark, "Street " + s.mark} {
		w.secret("content of "+s.mark, text, append(slices.Clone(parties), "compliance", "compliance-2")...)
	}
	for _, text := range []string{testUETR(s.n), fmt.Sprintf("MSG-%d", s.n), fmt.Sprintf("E2E-%d", s.n), fmt.Sprintf("TX-%d", s.n), s.amount} {
		w.secret("reference of "+s.mark, text, append(slices.Clone(parties), w.gatewayPeople()...)...)
	}
}

// decisions has banks and the gateway's own people decide about payments.
func (w *isolation) decisions(last int) {
	waiting := 0
	for n := last; n > 1000; n-- {
		v := w.timeline("operator", n)
		if v.State != settlement.StateWaiting.String() {
			continue
		}
		from := v.Sender.Full()
		reason := fmt.Sprintf("reason %.4s %d", from, n)
		switch waiting++; waiting % 3 {
		case 0:
			w.decide("compliance", Decision{Action: ActionHold, Payment: settlement.PaymentID(v.Number), Reason: reason})
			w.secret("a hold", reason, w.gatewayPeople()...)
		case 1:
			w.decide(from, Decision{Action: ActionReprioritise, Payment: settlement.PaymentID(v.Number), Band: settlement.BandHigh, Reason: reason})
			w.secret("a decision of "+from, reason, append(w.gatewayPeople(), from)...)
		}
	}
	if waiting < 4 {
		w.t.Errorf("only %d payments wait", waiting)
	}
	w.secret("a hold", `"state":"held"`, w.gatewayPeople()...)
	w.secret("a hold", `"for":"compliance"`, w.gatewayPeople()...)
	w.decided("operator", Decision{Action: ActionSuspend, Bank: mustBIC(w.t, testBanks[2]), Reason: "reason of a request"})
	w.secret("a request", "reason of a request", w.gatewayPeople()...)
}

// limits has every bank set a limit and a reservation that nobody else may know.
func (w *isolation) limits() {
	for i, bank := range isolationBanks {
		amount, reason := fmt.Sprintf("77%d3377.1%d", i, i), fmt.Sprintf("limit of %.4s", bank)
		w.decide(bank, Decision{Action: ActionLimit, Currency: "CNY", Bank: mustBIC(w.t, isolationBanks[(i+1)%len(isolationBanks)]), Amount: amount, Reason: reason})
		w.decide(bank, Decision{Action: ActionReserve, Currency: "CNY", Band: settlement.BandUrgent, Amount: "0.1" + strconv.Itoa(i), Reason: reason})
		for _, text := range []string{amount, reason} {
			w.secret("a limit of "+bank, text, append(w.gatewayPeople(), bank)...)
		}
	}
}

// variants is how often each member asks each route; fewer are enough for the race
// detector.
func variants() int {
	if testing.Short() {
		return 8
	}
	return 30
}

// walk asks one route in many ways as one member.
func (w *isolation) walk(name string, entry route) {
	method, path, _ := strings.Cut(entry.pattern, " ")
	roles := w.rolesOf(name)
	allowed := slices.ContainsFunc(entry.roles, func(role routing.Role) bool { return slices.Contains(roles, role) })
	if strings.HasSuffix(path, "/stream") && allowed {
		return // see streams
	}
	if method == http.MethodPost && (allowed && slices.Contains(w.gatewayPeople(), name) || path == "/v1/messages") {
		return // they would change what is asked of; for messages see replays
	}
	times := variants()
	if name == "stranger" {
		times = 2 // who is unknown may not ask often, and waits when it has; see below
	}
	for range times {
		address := w.fill(path)
		var body []byte
		headers := map[string]string{}
		if method == http.MethodPost {
			body, headers["Content-Type"] = w.body(path), jsonContent
		} else if parameters := w.parameters(entry.pattern); len(parameters) > 0 {
			address += "?" + parameters.Encode()
		}
		a := w.ask(name, method, address, headers, body)
		if name == "stranger" {
			eventually(w.t, "the stranger may ask again", func() bool {
				if a.StatusCode == http.StatusTooManyRequests {
					a = w.ask(name, method, address, headers, body)
				}
				return a.StatusCode != http.StatusTooManyRequests
			})
		}
		switch {
		case name == "stranger" && (a.StatusCode != http.StatusForbidden || a.problem() != "unknown-certificate"):
			w.t.Errorf("a stranger: %s %s: %s %s", method, address, a.Status, a.body)
		case !allowed && a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusNotFound:
			w.t.Errorf("%s may not %s %s: %s %s", name, method, address, a.Status, a.body)
		case !allowed:
			w.refused++
		}
		w.learn(&a)
	}
}

func (w *isolation) rolesOf(name string) []routing.Role {
	for _, m := range doorMembers {
		if m.name == name {
			return m.roles
		}
	}
	return nil
}

// ask asks as a member and looks for what is another's in the answer.
func (w *isolation) ask(name, method, address string, headers map[string]string, body []byte) answered {
	w.t.Helper()
	w.asked++
	w.sent(name, method+" "+address+" "+string(body))
	a := w.do(name, method, address, headers, body)
	if a.StatusCode >= http.StatusInternalServerError && a.problem() != "not-yet" {
		w.t.Errorf("%s: %s %s: %s %s", name, method, address, a.Status, a.body)
	}
	w.look(name, method+" "+address, a.body)
	if a.Header.Get("Content-Type") == zipContent {
		w.unpack(name, method+" "+address, a.body)
	}
	for header, values := range a.Header {
		w.look(name, method+" "+address+" "+header, []byte(strings.Join(values, " ")))
	}
	return a
}

// unpack looks into a zip, and into what is encoded in its lines of JSON.
func (w *isolation) unpack(name, where string, packed []byte) {
	w.t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			w.t.Fatal(err)
		}
		text, err := io.ReadAll(content)
		if err != nil {
			w.t.Fatal(err)
		}
		w.look(name, where+" "+file.Name, text)
		for line := range bytes.Lines(text) {
			var values map[string]any
			if json.Unmarshal(line, &values) != nil {
				continue
			}
			w.lines++
			for key, value := range values {
				word, _ := value.(string)
				w.look(name, where+" "+file.Name+" "+key, []byte(word))
				if decoded, err := base64.StdEncoding.DecodeString(word); err == nil {
					w.look(name, where+" "+file.Name+" "+key, decoded)
				}
			}
		}
	}
}

// sent notes what a member has said itself: that its participant hears it again
// gives nothing away.
func (w *isolation) sent(name, text string) {
	if decoded, err := url.QueryUnescape(text); err == nil {
		text += decoded
	}
	for _, one := range w.colleagues(name) {
		if w.known[one] == nil {
			w.known[one] = map[string]bool{}
		}
		for i := range w.secrets {
			if strings.Contains(text, w.secrets[i].text) {
				w.known[one][w.secrets[i].text] = true
			}
		}
	}
}

// colleagues are the members of the participant of a member.
func (w *isolation) colleagues(name string) []string {
	for _, m := range doorMembers {
		if m.name == name {
			return w.namesOf(m.bic)
		}
	}
	return []string{name}
}

// look looks for secrets of others.
func (w *isolation) look(name, where string, text []byte) {
	w.t.Helper()
	for i := range w.secrets {
		s := &w.secrets[i]
		if bytes.Contains(text, []byte(s.text)) && !slices.Contains(s.may, name) && !w.known[name][s.text] {
			w.t.Errorf("%s reads %q (%s) in the answer to %s:\n%.500s", name, s.text, s.of, where, text)
		}
	}
}

// learn takes in cursors, so that others can try them.
func (w *isolation) learn(a *answered) {
	var page struct{ Next string }
	if json.Unmarshal(a.body, &page) == nil && page.Next != "" {
		w.cursors = append(w.cursors, page.Next)
	}
}

// fill fills in the parameters of a path.
func (w *isolation) fill(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = url.PathEscape(orElse(w.value(strings.Trim(part, "{}")), "0"))
		}
	}
	return strings.Join(parts, "/")
}

// parameters are some of those that the document knows for a route.
func (w *isolation) parameters(pattern string) url.Values {
	values := url.Values{}
	list, _ := openapi().at(openapi().operation(pattern), "parameters")
	all, _ := list.([]any)
	for _, one := range all {
		object := one.(map[string]any)
		if reference, ok := object["$ref"].(string); ok {
			target, _ := openapi().follow(strings.TrimPrefix(reference, "#"))
			object = target.(map[string]any)
		}
		if name := object["name"].(string); object["in"] == "query" && w.random.IntN(3) == 0 {
			if text := w.value(name); text != "" {
				values.Set(name, text)
			}
		}
	}
	return values
}

func pick[T any](w *isolation, from []T) T { return from[w.random.IntN(len(from))] }

// value is a value for a parameter: often one that means something to somebody,
// sometimes nonsense.
func (w *isolation) value(name string) string {
	if w.random.IntN(12) == 0 {
		return pick(w, []string{"", "0", "-1", "x", "%00", "../..", strings.Repeat("9", 30), "' or 1=1"})
	}
	bic := pick(w, append(slices.Clone(isolationBanks), testGateway, "PBOCCNBJXXX", "NOBDDEFFXXX"))
	number := strconv.Itoa(w.random.IntN(int(w.node.Books.State().Records) + 10))
	switch name {
	case "uetr":
		return pick(w, w.uetrs)
	case "record", "from", "Last-Event-ID":
		return number
	case "id": // of a request for approval, or of a quote
		return pick(w, [][]string{w.places, w.quotes}[w.random.IntN(2)])
	case "before", "after":
		return pick(w, w.places)
	case "cursor":
		return pick(w, append(w.cursors, cursorText(settlement.PaymentID(w.random.IntN(60)))))
	case "participant", "counterparty", "bank":
		return bic
	case "account":
		return pick(w, []string{"ALPHCNBJ-CNY-W", "BETATHBK-CNY-W", "GAMMAEAD-CNY-W", "PBOCCNBJ-CNY-I"})
	case "state":
		return pick(w, []string{"waiting", "held", "settled", "rejected"})
	case "status":
		return pick(w, []string{"ACSC", "PDNG", "RJCT"})
	case "currency":
		return "CNY"
	case "direction":
		return pick(w, []string{"in", "out"})
	case "action":
		return pick(w, []string{"hold", "issue", "reprioritise"})
	case "outcome":
		return pick(w, []string{"carried out", "requested"})
	case "max":
		return pick(w, []string{"1", "3", "1000"})
	case "wait":
		return "0s"
	case "endToEndId":
		return fmt.Sprintf("E2E-%d", 1001+w.random.IntN(30))
	case "messageId":
		return fmt.Sprintf("MSG-%d", 1001+w.random.IntN(30))
	case "person":
		return pick(w, w.members())
	}
	return number
}

// body is the body of a request of a member that is not the gateway's own.
func (w *isolation) body(path string) []byte {
	switch path {
	case "/v1/mailbox/ack":
		return fmt.Appendf(nil, `{"upTo":%d}`, 1+w.random.IntN(1000))
	case "/v1/decisions":
		if w.random.IntN(4) == 0 { // of another's account
			return fmt.Appendf(nil, `{"action":%q,"account":%q,"currency":"CNY","priority":"high","amount":"1.00","reason":"a guess"}`, pick(w, []string{"limit", "reserve"}), "PBOCCNBJ-CNY-I")
		}
		return fmt.Appendf(nil, `{"action":%q,"uetr":%q,"priority":"high","reason":"a guess"}`, pick(w, []string{"cancel", "hold", "release", "refuse", "reprioritise"}), w.foreign())
	case "/v1/exports":
		request := map[string]string{"reason": "a guess"}
		for _, name := range []string{"participant", "uetr"} {
			if value := w.value(name); value != "" && w.random.IntN(2) == 0 {
				request[name] = value
			}
		}
		body, err := json.Marshal(request)
		if err != nil {
			w.t.Fatal(err)
		}
		return body
	case "/v1/approvals/{id}":
		return []byte(`{"approve":false,"reason":"a guess"}`)
	}
	return fmt.Appendf(nil, `{"uetr":%q,"place":%q}`, pick(w, w.uetrs), pick(w, w.places))
}

// foreign is a UETR that nobody has, or that somebody has.
func (w *isolation) foreign() string { return pick(w, append(w.uetrs, testUETR(9999))) }

// streams reads what the stream of a mailbox gives at once.
func (w *isolation) streams(name string) {
	for _, from := range []uint64{0, 1, 7} {
		ctx, cancel := context.WithCancel(context.Background())
		request, err := http.NewRequestWithContext(ctx, "GET", "https://"+w.door.Address()+"/v1/mailbox/stream?from="+strconv.FormatUint(from, 10), nil)
		if err != nil {
			w.t.Fatal(err)
		}
		w.asked++
		response, err := w.client(name).Do(request)
		if err != nil {
			w.t.Fatal(err)
		}
		body, err := streamed(response, w.lastFrom(name, from))
		_ = response.Body.Close()
		cancel()
		w.look(name, "the stream", body)
		if err != nil {
			w.t.Errorf("the stream of %s from %d: %v", name, from, err)
		}
		if bank := slices.Contains(isolationBanks, name); bank && !bytes.Contains(body, []byte("data: ")) && from == 1 {
			w.t.Errorf("the stream of %s is empty", name)
		}
	}
}

// lastFrom is the number of the last message that a stream gives a member at once; 0
// when there is none.
func (w *isolation) lastFrom(name string, from uint64) uint64 {
	if !slices.Contains(w.rolesOf(name), routing.RoleParticipant) {
		return 0
	}
	party := w.party(w.caller(name).Participant.Full())
	if from == 0 {
		from = w.node.Books.Acknowledged(party) + 1
	}
	if last := w.node.Books.MailboxEnd(party); last >= from {
		return last
	}
	return 0
}

// streamed reads a stream up to its last message; what is no stream, to its end.
func streamed(response *http.Response, last uint64) (body []byte, err error) {
	if response.StatusCode != http.StatusOK {
		return io.ReadAll(response.Body)
	}
	for lines := bufio.NewReader(response.Body); last > 0; {
		line, err := lines.ReadBytes('\n')
		if body = append(body, line...); err != nil {
			return body, err
		}
		if bytes.HasPrefix(line, []byte("data: ")) && bytes.Contains(body, fmt.Appendf(nil, "id: %d\n", last)) {
			return body, nil
		}
	}
	return body, nil
}

// twins asks for what is another's and for what does not exist: the answers must
// be the same but for what was asked.
func (w *isolation) twins() {
	records := int(w.node.Books.State().Records)
	for _, name := range isolationBanks {
		for _, uetr := range w.uetrs {
			if a := w.ask(name, "GET", "/v1/payments/"+uetr, nil, nil); a.StatusCode == http.StatusNotFound {
				b := w.ask(name, "GET", "/v1/payments/"+testUETR(9999), nil, nil)
				w.same(name, a, uetr, b, testUETR(9999))
			}
			a := w.ask(name, "GET", "/v1/payments?uetr="+uetr, nil, nil)
			if a.StatusCode != http.StatusOK {
				w.t.Errorf("%s: %s %s", name, a.Status, a.body)
			}
		}
		for record := 0; record < records; record += 31 - variants() { // each of them, or a part
			path := fmt.Sprintf("/v1/messages/%d", record)
			if a := w.ask(name, "GET", path, nil, nil); a.StatusCode == http.StatusNotFound {
				b := w.ask(name, "GET", fmt.Sprintf("/v1/messages/%d", records+1000), nil, nil)
				w.same(name, a, fmt.Sprintf("record %d ", record), b, fmt.Sprintf("record %d ", records+1000))
			}
		}
	}
}

func (w *isolation) same(name string, a answered, askedA string, b answered, askedB string) {
	w.t.Helper()
	one, other := strings.ReplaceAll(string(a.body), askedA, "*"), strings.ReplaceAll(string(b.body), askedB, "*")
	if a.StatusCode != b.StatusCode || one != other {
		w.t.Errorf("%s can tell what is another's from what is not: %s %s, %s %s", name, a.Status, a.body, b.Status, b.body)
	}
}

// replays sends what others have sent as one's own: what comes back tells no more
// than what was sent.
func (w *isolation) replays() {
	for i, name := range isolationBanks {
		before := w.node.Books.MailboxEnd(w.party(isolationBanks[(i+1)%3]))
		var stolen []byte
		for n := range uint64(w.node.Books.State().Records) {
			r, payload, err := w.node.Books.Record(n)
			if err != nil {
				w.t.Fatal(err)
			}
			if r.Sender == w.party(isolationBanks[(i+1)%3]) && !r.Out && strings.HasPrefix(r.Type, "pacs.008") {
				stolen = payload
			}
		}
		a := w.ask(name, "POST", "/v1/messages", map[string]string{"Content-Type": xmlContent}, stolen)
		var receipt Receipt
		if err := json.Unmarshal(a.body, &receipt); err != nil || a.StatusCode != http.StatusAccepted {
			w.t.Errorf("%s sends what another has sent: %s %s", name, a.Status, a.body)
		}
		answer := w.ask(name, "GET", "/v1/mailbox?max=1000&from=1&after="+receipt.Place, nil, nil)
		if !strings.Contains(string(answer.body), "DS0H") {
			w.t.Errorf("%s is not told that the message is another's", name)
		}
		if end := w.node.Books.MailboxEnd(w.party(isolationBanks[(i+1)%3])); end != before {
			w.t.Errorf("the named bank hears of it: %d messages, %d before", end, before)
		}
	}
}
