package gateway

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Scenarios are texts that a payments officer can read. They are played by a real
// node: its own JetStream and books in a temporary folder, its clock turned by the
// text. testdata/scenarios/README says what the words mean.

// TestScenarios plays every file. Each ends with a clean audit and with books
// rebuilt from the log to the same digest.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "scenarios", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	actions, mails := 0, 0
	t.Run("all", func(t *testing.T) {
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				a, m := playScenario(t, file)
				actions, mails = actions+a, mails+m
			})
		}
	})
	t.Logf("%d files, %d actions, %d messages", len(files), actions, mails)
	const leastFiles, leastActions, leastMails = 34, 900, 800
	if len(files) < leastFiles || actions < leastActions || mails < leastMails {
		t.Errorf("want at least %d files, %d actions and %d messages", leastFiles, leastActions, leastMails)
	}
}

// stage is a scenario while it is played.
type stage struct {
	*hands
	t      *testing.T
	folder string
	node   *Node
	change routing.Change
	bics   map[string]messages.BIC // by the short name of the scenario

	sent      map[string]*sentMessage // by name
	payments  map[string]*sentPayment // by name
	quotes    map[string]string       // identifiers, by name
	delivered map[string][]byte       // the last message that a bank got, and the forwarded ones by payment name
	seen      uint64                  // records of the message log that have been looked at
	actions   int
	mails     int
}

// firstMoment is when scenarios begin: a Monday.
var firstMoment = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newStage(t *testing.T) *stage {
	s := &stage{
		hands: &hands{wall: firstMoment}, t: t, folder: t.TempDir(), bics: map[string]messages.BIC{},
		sent: map[string]*sentMessage{}, payments: map[string]*sentPayment{}, quotes: map[string]string{}, delivered: map[string][]byte{},
	}
	self := mustBIC(t, testGateway)
	s.bics["GATEWAY"] = self
	people := routing.Participant{BIC: self, Name: "Gateway"}
	for _, name := range []string{"operator-1", "operator-2", "compliance-1", "compliance-2"} {
		role := routing.Role(name[:len(name)-2])
		people.Keys = append(people.Keys, routing.Key{Fingerprint: name, Person: name, Roles: []routing.Role{role}})
	}
	s.change = routing.Change{Self: self, Participants: []routing.Participant{people}}
	return s
}

// playScenario plays one file and returns how much it did.
func playScenario(t *testing.T, file string) (actions, mails int) {
	s := newStage(t)
	s.play(file)
	return s.actions, s.mails
}

func (s *stage) play(file string) {
	t := s.t
	t.Helper()
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []scenarioLine
	number := 0
	for in := bufio.NewScanner(bytes.NewReader(script)); in.Scan(); {
		number++
		text, _, _ := strings.Cut(in.Text(), "#")
		if text = strings.TrimSpace(text); text != "" {
			lines = append(lines, scenarioLine{fmt.Sprintf("%s:%d", filepath.Base(file), number), text})
		}
	}
	for len(lines) > 0 {
		action := lines[0]
		lines = lines[1:]
		var want, parts []string
		for len(lines) > 0 && strings.HasPrefix(lines[0].text, "+ ") {
			parts = append(parts, lines[0].text[2:])
			lines = lines[1:]
		}
		for len(lines) > 0 && strings.HasPrefix(lines[0].text, ">") {
			want = append(want, strings.Join(strings.Fields(lines[0].text[1:]), " "))
			lines = lines[1:]
		}
		s.actions++
		got := s.act(action, words(action.text), parts)
		if !slices.Equal(sortedByBox(got), sortedByBox(want)) {
			t.Errorf("%s: %s\n got\n  > %s\nwant\n  > %s", action.place, action.text, strings.Join(sortedByBox(got), "\n  > "), strings.Join(sortedByBox(want), "\n  > "))
		}
	}
	s.end()
}

// scenarioLine is one line of a scenario and where it stands.
type scenarioLine struct{ place, text string }

// sortedByBox orders what was said by who heard it, and keeps the order in which
// each heard it.
func sortedByBox(said []string) []string {
	said = slices.Clone(said)
	slices.SortStableFunc(said, func(a, b string) int {
		boxA, _, _ := strings.Cut(a, " ")
		boxB, _, _ := strings.Cut(b, " ")
		return strings.Compare(boxA, boxB)
	})
	return said
}

// words splits a line at spaces outside quotes.
func words(text string) (all []string) {
	var word strings.Builder
	quoted, some := false, false
	for _, r := range text {
		switch {
		case r == '"':
			quoted, some = !quoted, true
		case r == ' ' && !quoted:
			if some {
				all = append(all, word.String())
			}
			word.Reset()
			some = false
		default:
			word.WriteRune(r)
			some = true
		}
	}
	if some {
		all = append(all, word.String())
	}
	return all
}

// fatal stops a scenario whose text makes no sense.
func (s *stage) fatal(place, format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("%s: %s", place, fmt.Sprintf(format, args...))
}

// act carries out one line and gives what came of it: what banks heard, each line
// beginning with the bank.
func (s *stage) act(at scenarioLine, f, parts []string) (said []string) {
	s.t.Helper()
	if s.describe(at, f) {
		return nil
	}
	if s.node == nil {
		s.start()
	}
	switch f[0] {
	case "send":
		said = s.receive(at, s.write(at, f[1:], parts))
	case "return":
		said = s.receive(at, s.returns(at, f[1:], parts))
	case "again":
		said = s.receive(at, s.repeatOf(at, f[1:]))
	case "recall", "ask", "say":
		said = s.receive(at, s.about(at, f))
	case "rates":
		said = s.receive(at, s.rates(at, f[1:]))
	case "days":
		said = s.receive(at, s.days(at, f[1:]))
	case "limit", "unlimit", "reserve", "unreserve", "move", "cancel", "query":
		said = s.receive(at, s.controls(at, f))
	case "investigate", "check", "answer":
		said = s.receive(at, s.correspond(at, f))
	case "body":
		said = s.receive(at, &sentMessage{name: f[1], from: s.bic(at, f[1]), raw: []byte(f[2])})
	case "issue", "redeem":
		s.money(at, f)
	case "rate":
		s.rate(at, f[1:])
	case "quote":
		s.quote(at, f[1:])
	case "suspend", "resume":
		s.both(at, "operator-1", "operator-2", s.change.Self, Decision{Action: Action(f[0]), Bank: s.bic(at, f[1])})
	case "stands": // stands BANK STANDING; stands BANK STANDING refused TEXT
		s.stands(at, f[1:])
	case "apply":
		s.apply(at, f[1:])
	case "close-cycle":
		s.both(at, "operator-1", "operator-2", s.change.Self, Decision{Action: ActionCloseCycle, Currency: f[1]})
	case "hold", "release", "refuse":
		s.comply(at, f)
	case "accept-time":
		s.both(at, "operator-1", "operator-2", s.change.Self, Decision{Action: ActionAcceptTime, Time: s.now()})
	case "wait":
		s.wait(at, f[1])
	case "jump":
		d, err := time.ParseDuration(f[1])
		if err != nil {
			s.fatal(at.place, "%v", err)
		}
		s.jump(d)
	case "restart":
		s.restart()
	case "shows", "lacks", "attempts", "history", "carries", "balance", "holds", "state", "ready":
		s.look(at, f)
		return nil
	default:
		s.fatal(at.place, "there is no word %q", f[0])
	}
	return append(said, s.mailed()...)
}

func (s *stage) start() {
	s.t.Helper()
	n, err := Start(context.Background(), Settings{Folder: s.folder, Clock: s.now, Timer: s.hands, Log: zap.NewNop(), First: s.change})
	if err != nil {
		s.t.Fatal(err)
	}
	s.node = n
	applyAll(s.t, n)
}

func (s *stage) restart() {
	s.t.Helper()
	applyAll(s.t, s.node)
	before := s.node.Books.State()
	if err := s.node.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.start()
	if s.node.Books.State() != before {
		s.t.Errorf("after a restart: %+v, was %+v", s.node.Books.State(), before)
	}
}

// end checks the books and the log of a scenario.
func (s *stage) end() {
	s.t.Helper()
	if s.node == nil {
		s.start()
	}
	checkBooks(s.t, s.node, s.folder)
}

// wait lets time pass and whatever is due happen.
func (s *stage) wait(at scenarioLine, text string) {
	s.t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	s.turn(d)
	for until := settlement.Moment(s.now().UnixNano()); ; {
		if err := s.node.orders.Tick(context.Background()); err != nil {
			s.t.Fatal(err)
		}
		applyAll(s.t, s.node)
		if now := s.node.Books.State().Now; now+settlement.Moment(tickEvery) > until || len(s.node.time.Unready()) > 0 {
			return
		}
	}
}

// receive brings a message to the desk.
func (s *stage) receive(at scenarioLine, m *sentMessage) (said []string) {
	s.t.Helper()
	receipt, err := s.node.Desk.Receive(context.Background(), Caller{Participant: m.from, Key: "key of " + m.from.String()}, m.raw)
	var unreadable *Unreadable
	switch {
	case errors.As(err, &unreadable):
		read := messages.Read(unreadable.Answer, messages.Options{})
		if !read.Valid() || messages.KindOf(read.Document().ID) != "admi.002" {
			s.t.Errorf("%s: the refusal is no admi.002: %v", at.place, read.Faults())
		}
		said = append(said, fmt.Sprintf("%s at the door admi.002 %s", s.short(m.from), unreadable.Fault.Reason))
		s.delivered[s.short(m.from)] = unreadable.Answer
	case err != nil:
		s.fatal(at.place, "%v", err)
	case receipt.Applied:
		said = append(said, s.short(m.from)+" has its first receipt")
	}
	applyAll(s.t, s.node)
	return said
}

func (s *stage) bic(at scenarioLine, short string) messages.BIC {
	s.t.Helper()
	if bic, ok := s.bics[short]; ok {
		return bic
	}
	bic, err := messages.ParseBIC(short)
	if err != nil {
		s.fatal(at.place, "there is no bank %q", short)
	}
	return bic
}

func (s *stage) short(bic messages.BIC) string {
	for short, known := range s.bics {
		if known.Institution() == bic.Institution() {
			return short
		}
	}
	return bic.String()
}

func (s *stage) account(at scenarioLine, bank, currency string) settlement.Account {
	s.t.Helper()
	p, ok := s.node.Directory().ByBIC(s.bic(at, bank))
	if !ok {
		s.fatal(at.place, "%s takes no part", bank)
	}
	role := settlement.RoleWallet
	if strings.HasSuffix(at.text, " rounding") {
		role = settlement.RoleRounding
	}
	id := s.node.Directory().AccountOf(p.ID, messages.MustCurrency(currency), role)
	all, err := s.node.Books.Accounts()
	if err != nil || id == 0 {
		s.fatal(at.place, "%s has no account in %s: %v", bank, currency, err)
	}
	return all[id-1]
}
