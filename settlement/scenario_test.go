package settlement

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dragoman/messages"
)

// world drives an engine as the lane does, keeps what it hands over as the
// books do, and names things as a payments officer does.
type world struct {
	engine   *Engine
	payments map[PaymentID]Payment
	messages map[MessageID]Message
	accounts map[AccountID]Account
	controls []Control
	cases    map[CaseID]Case
	cycles   map[CycleID]Cycle
	staked   map[positionKey]Position
	entries  []Entry
	notices  []Notice // of the last group
	late     int      // words that came too late, so far

	ways map[Identity][]Way // that payments can take besides their first

	forgetful bool // it looks at everything whenever something may go together

	byName   map[string]AccountID // "ALPHA USD"
	banks    map[string]ParticipantID
	names    map[string]PaymentID
	identity map[string]Identity
	legs     map[PaymentID][]Leg // what each payment is to move, as the scenario said
	sequence uint64
}

func newWorld() *world {
	w := &world{
		payments: map[PaymentID]Payment{}, messages: map[MessageID]Message{}, accounts: map[AccountID]Account{}, cases: map[CaseID]Case{}, cycles: map[CycleID]Cycle{}, staked: map[positionKey]Position{}, ways: map[Identity][]Way{},
		byName: map[string]AccountID{}, banks: map[string]ParticipantID{}, names: map[string]PaymentID{}, identity: map[string]Identity{},
		legs: map[PaymentID][]Leg{},
	}
	w.engine = NewEngine(w)
	w.engine.Route(w.route)
	return w
}

func (w *world) Payment(id PaymentID) (Payment, bool) { p, ok := w.payments[id]; return p, ok }
func (w *world) Case(id CaseID) (Case, bool)          { c, ok := w.cases[id]; return c, ok }
func (w *world) Message(id MessageID) (Message, bool) { m, ok := w.messages[id]; return m, ok }

// keep ends a group and takes over what changed.
func (w *world) keep() {
	if w.forgetful {
		w.engine.proof.forget()
	}
	c := w.engine.Finish()
	for _, a := range c.Accounts {
		w.accounts[a.ID] = a
	}
	for _, one := range c.Controls {
		w.keepControl(one)
	}
	for _, p := range c.Payments {
		w.payments[p.ID] = p
	}
	for _, m := range c.Messages {
		w.messages[m.ID] = m
	}
	for _, k := range c.Cases {
		w.cases[k.ID] = k
	}
	for _, one := range c.Cycles {
		w.cycles[one.ID] = one
	}
	for _, p := range c.Positions {
		w.staked[positionKey{p.Cycle, p.Account}] = p
	}
	w.entries = append(w.entries, c.Entries...)
	w.notices = c.Notices
	w.late += c.Late
}

// audit is run after every scenario.
func (w *world) audit() []string {
	a := NewAudit()
	a.Controls(w.controls)
	w.auditCycles(a)
	for _, e := range w.entries {
		a.Entry(e)
	}
	for id := PaymentID(1); int(id) <= len(w.payments); id++ {
		a.Payment(w.payments[id])
		if p := w.payments[id]; p.Returns != 0 {
			original, known := w.payments[p.Returns]
			a.Return(p, original, known)
		}
		if p := w.payments[id]; p.ByCover() && p.State == StateSettled {
			cover, known := w.payments[p.CoveredBy]
			a.Cover(p, cover, known)
		}
	}
	for id := CaseID(1); int(id) <= len(w.cases); id++ {
		a.Case(w.cases[id], w.payments[w.cases[id].Payment])
	}
	a.CasesEnd()
	var accounts []Account
	for id := AccountID(1); int(id) <= len(w.accounts); id++ {
		accounts = append(accounts, w.accounts[id])
	}
	a.Accounts(accounts)
	return a.Findings()
}

func (w *world) bank(name string) ParticipantID {
	if w.banks[name] == 0 {
		w.banks[name] = ParticipantID(len(w.banks) + 1)
	}
	return w.banks[name]
}

func minor(text string) int64 {
	m, err := messages.ParseMoney(text, messages.MustCurrency("USD"))
	if err != nil {
		panic(err)
	}
	return m.Minor()
}

// open opens an account on first use; each currency has an issuer of its name. Of
// USD@BANK, claims that an operating bank issues, that bank has the issuance account.
func (w *world) open(bank, asset string) AccountID {
	currency, operating, claims := strings.Cut(asset, "@")
	switch {
	case bank == "NETTING":
		return w.openAs(bank, asset, RoleNetting, 0)
	case bank == "HOUSE":
		return w.openAs(bank, asset, RoleRounding, 0)
	case bank == "ISSUER":
		return w.openAs(bank, asset, RoleIssuance, 0)
	case claims && bank == operating:
		return w.openAs(bank, currency+"@"+operating, RoleIssuance, w.bank(operating))
	case claims:
		return w.openAs(bank, currency+"@"+operating, RoleWallet, w.bank(operating))
	}
	return w.openAs(bank, asset, RoleWallet, 0)
}

func (w *world) openAs(bank, asset string, role Role, issuer ParticipantID) AccountID {
	name := bank + " " + asset
	if role == RoleReserve {
		name += " reserve"
	}
	if w.byName[name] == 0 {
		currency, _, _ := strings.Cut(asset, "@")
		w.byName[name] = w.engine.OpenAccountOf(w.bank(bank), messages.MustCurrency(currency), role, issuer)
	}
	return w.byName[name]
}

// issuerOf is who issues an asset.
func issuerOf(asset string) string {
	if _, operating, claims := strings.Cut(asset, "@"); claims {
		return operating
	}
	return "ISSUER"
}

// movement moves money of an asset. What an operating bank issues it sets aside, and what
// comes back to it it gets back.
func (w *world) movement(from, to, asset string, amount int64) []Leg {
	legs := []Leg{{w.open(from, asset), w.open(to, asset), amount}}
	currency, operating, claims := strings.Cut(asset, "@")
	if !claims {
		return legs
	}
	wallet, reserve := w.open(operating, currency), w.openAs(operating, currency, RoleReserve, 0)
	switch operating {
	case from:
		legs = append(legs, Leg{wallet, reserve, amount})
	case to:
		legs = append(legs, Leg{reserve, wallet, amount})
	}
	return legs
}

func (w *world) submit(name, sender string, in Instruction, content string) {
	w.sequence++
	w.identity[name] = in.Identity
	known := len(w.payments)
	w.legs[PaymentID(known+1)] = slices.Clone(in.Legs)
	w.engine.Submit(Message{Place: Place{Sequence: w.sequence}, Sender: w.bank(sender), Digest: sha256.Sum256([]byte(content))}, []Instruction{in})
	w.keep()
	if len(w.payments) > known {
		if _, again := w.names[name]; !again {
			w.names[name] = PaymentID(len(w.payments))
		}
	}
}

// standing moves a bank's own money, at once or not at all.
func (w *world) standing(f []string) {
	w.sequence++
	identity := identityOf(f[0], fmt.Sprint("standing", w.sequence))
	legs := []Leg{{w.open(f[0], f[2]), w.open(f[1], f[2]), minor(f[3])}}
	w.legs[PaymentID(len(w.payments)+1)] = slices.Clone(legs)
	w.engine.Decide(Message{Sender: w.bank(f[0]), Identity: identity, Digest: digestOf(identity)}, Instruction{
		Identity: identity, Kind: KindTransfer, Sender: w.bank(f[0]), Band: BandUrgent, Legs: legs,
	})
}

func identityOf(sender, name string) Identity {
	sum := sha256.Sum256([]byte(sender + "/" + name))
	return Identity(sum[:16])
}

var bands = map[string]Band{"urgent": BandUrgent, "high": BandHigh, "normal": BandNormal}

// pay NAME FROM TO CURRENCY AMOUNT [and FROM TO CURRENCY AMOUNT]… [urgent|high|normal]
// [until T] [confirm BANK] [hold]
func (w *world) pay(f []string) string {
	w.submit(f[0], f[1], w.instruction(f[:5], f[5:]), strings.Join(f, " "))
	return w.answer()
}

func (w *world) instruction(f, rest []string) Instruction {
	name, from, to, currency := f[0], f[1], f[2], f[3]
	in := Instruction{
		Identity: identityOf(from, name), Kind: KindCustomer, Sender: w.bank(from), Receiver: w.bank(to), Band: BandNormal,
		Legs: []Leg{{w.open(from, currency), w.open(to, currency), minor(f[4])}},
	}
	for i, word := range rest {
		switch word {
		case "urgent", "high", "normal":
			in.Band = bands[word]
		case "and": // and FROM TO CURRENCY AMOUNT: another leg of the same payment
			in.Legs = append(in.Legs, Leg{w.open(rest[i+1], rest[i+3]), w.open(rest[i+2], rest[i+3]), minor(rest[i+4])})
			in.Receiver = w.bank(rest[i+2])
		case "until":
			in.Reject = moment(rest[i+1])
		case "from":
			in.Earliest = moment(rest[i+1])
		case "confirm":
			in.Confirm = w.bank(rest[i+1])
		case "within":
			in.Answer = time.Duration(moment(rest[i+1]))
		case "diverts":
			in.Diverts = true
		case "at-once":
			in.AtOnce = true
		case "net":
			in.Net = true
			w.open("NETTING", currency)
		case "name":
			in.Names = append(in.Names, identityOf(from, rest[i+1]))
		case "hold":
			in.Hold = true
		case "refuse":
			in.Refusal = Reason{Code: rest[i+1]}
		}
	}
	return in
}

// askIssuer asks for an issue or a redemption, which the issuer must confirm.
func (w *world) askIssuer(f []string) string {
	issuer, kind := issuerOf(f[3]), KindIssue
	legs := w.movement(issuer, f[2], f[3], minor(f[4]))
	if f[0] == "redeem" {
		legs, kind = w.movement(f[2], issuer, f[3], minor(f[4])), KindRedeem
	}
	in := Instruction{
		Identity: identityOf(f[2], f[1]), Kind: kind, Sender: w.bank(f[2]), Receiver: w.bank(issuer), Confirm: w.bank(issuer), Legs: legs,
	}
	if len(f) > 6 {
		in.Reject = moment(f[6])
	}
	w.submit(f[1], f[2], in, strings.Join(f, " "))
	return strings.TrimSpace(w.answer() + " " + w.told())
}

func moment(text string) Moment {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err)
	}
	return Moment(n)
}

// answer is what the last group told the sender first: a status, a conflict or
// a repetition of the first answer.
func (w *world) answer() string {
	for _, n := range w.notices {
		if n.Kind == NoticeGroup || n.Kind == NoticeRepeat {
			p := w.payments[w.messages[n.Message].First]
			return strings.TrimSpace(string(p.Status) + " " + p.Reason.Code)
		}
	}
	return ""
}

// told lists the notices of the last group: kind, receiver, payment, status.
func (w *world) told() string {
	kinds := map[NoticeKind]string{NoticeStatus: "status", NoticeForward: "forward", NoticeRepeat: "repeat", NoticeOutcome: "outcome", NoticeCase: "case", NoticeCaseAnswer: "said"}
	var all []string
	for _, n := range w.notices {
		if len(n.Outcomes) > 0 {
			all = append(all, w.outcomes(n))
		}
		if n.Cycle != 0 {
			all = append(all, w.cycleWords(n))
			continue
		}
		if kinds[n.Kind] == "" {
			continue
		}
		words := []string{kinds[n.Kind], w.bankName(n.To)}
		if name := w.nameOf(n.Payment); name != "" {
			words = append(words, name)
		}
		if n.Status != "" {
			words = append(words, string(n.Status))
		}
		if n.Reason.Code != "" {
			words = append(words, n.Reason.Code)
		}
		all = append(all, strings.Join(words, " "))
	}
	return strings.Join(all, ", ")
}

// outcomes are what a question or a word came to.
func (w *world) outcomes(n Notice) string {
	words := []string{map[NoticeKind]string{NoticeResolved: "resolved", NoticeAnswer: "answer", NoticeCaseRefused: "unasked", NoticeMisdirected: "misdirected"}[n.Kind], w.bankName(n.To)}
	for _, o := range n.Outcomes {
		words = append(words, w.nameOf(o.Payment), string(o.Status), o.Reason.Code)
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// nameOf is how the scenario calls a payment; none for 0.
func (w *world) nameOf(id PaymentID) string {
	var found string
	for name, known := range w.names {
		if id != 0 && known == id && (found == "" || name < found) {
			found = name
		}
	}
	return found
}

func (w *world) bankName(id ParticipantID) string {
	for name, known := range w.banks {
		if known == id {
			return name
		}
	}
	return "?"
}

// line carries out one line of a scenario. "-> X" states what must come of it.
func (w *world) line(text string) (got string, err error) {
	f := strings.Fields(text)
	switch f[0] {
	case "issue": // issue BANK CURRENCY AMOUNT
		issuer, name := issuerOf(f[2]), fmt.Sprintf("issue%d", w.sequence)
		legs := w.movement(issuer, f[1], f[2], minor(f[3]))
		w.submit(name, issuer, Instruction{Identity: identityOf(issuer, name), Kind: KindIssue, Sender: w.bank(issuer), Legs: legs}, text+name)
		return w.told(), nil
	case "standing": // standing FROM TO CURRENCY AMOUNT: as ordered for the opening of a day
		w.standing(f[1:])
	case "line": // line BANK CURRENCY AMOUNT
		w.engine.SetLine(w.open(f[1], f[2]), minor(f[3]))
		w.keep()
		return w.told(), nil
	case "saving": // saving BANK CURRENCY together|pairs|alone [bypass]
		saving := map[string]Saving{"together": SavingTogether, "pairs": SavingPairs, "alone": SavingAlone}[f[3]]
		w.engine.SetSaving(w.open(f[1], f[2]), saving, len(f) > 4)
		w.keep()
		return w.told(), nil
	case "ceiling": // ceiling BANK CURRENCY AMOUNT
		w.engine.SetCeiling(w.open(f[1], f[2]), minor(f[3]))
		w.keep()
		return w.told(), nil
	case "pay":
		return w.pay(f[1:]), nil
	case "return": // return NAME FROM TO CURRENCY AMOUNT of PAYMENT [options as of pay]
		return w.giveBack(f[1:]), nil
	case "try":
		return w.tryOut(f[1:]), nil
	case "cover", "covered", "advise": // cover NAME FROM TO CURRENCY AMOUNT pair PAIR [options]
		return w.pair(f), nil
	case "ask", "redeem": // ask NAME BANK CURRENCY AMOUNT [until T]: money from the issuer, or back to it
		return w.askIssuer(f), nil
	case "transfer": // transfer NAME FROM TO CURRENCY AMOUNT
		in := Instruction{Identity: identityOf(f[2], f[1]), Kind: KindTransfer, Sender: w.bank(f[2]), Receiver: w.bank(f[3]), Legs: []Leg{{w.open(f[2], f[4]), w.open(f[3], f[4]), minor(f[5])}}}
		w.submit(f[1], f[2], in, text)
		return w.answer(), nil
	case "word": // word NAME by BANK yes|CODE
		w.sequence++
		w.engine.Hear(Word{
			Message: Message{Sender: w.bank(f[3]), Identity: identityOf(f[3], text)}, Payment: w.names[f[1]], Accept: f[4] == "yes", Reason: Reason{Code: f[4]},
		})
	case "recall": // recall NAME… by BANK
		sender, targets := w.targets(f[1:])
		w.engine.Recall(Message{Sender: w.bank(sender), Identity: identityOf(sender, text)}, targets)
	case "inquire": // inquire NAME… by BANK
		sender, targets := w.targets(f[1:])
		w.engine.Inquire(Message{Sender: w.bank(sender), Identity: identityOf(sender, text)}, targets)
	case "bar": // bar BANK sending|receiving
		codes := map[string]string{f[2]: "AG10"}
		w.engine.Bar(w.bank(f[1]), codes["sending"], strings.Replace(codes["receiving"], "10", "11", 1))
	case "suspend": // suspend BANK
		w.engine.Exclude(w.bank(f[1]))
	case "late": // how many accepted too late
		return fmt.Sprint(w.late), nil
	case "close": // close CURRENCY opens MOMENT [carry]
		w.engine.EndDay(func(p *Payment) Closing {
			currency := w.engine.accounts[p.Legs[0].Debit-1].Currency.Code()
			return Closing{Concerned: currency == f[1], Opens: moment(f[3]), Carried: f[len(f)-1] == "carry"}
		})
	case "optimise": // optimise CURRENCY…
		var currencies []Currency
		for _, code := range f[1:] {
			currencies = append(currencies, messages.MustCurrency(code))
		}
		w.engine.Optimise(currencies)
	case "deadline":
		if at, some := w.engine.NextDeadline(); some {
			return fmt.Sprint(at), nil
		}
		return "none", nil
	case "tick":
		w.engine.Tick(moment(f[1]))
	case "confirm", "decline", "mumble": // confirm NAME by BANK [attempt N] [reason CODE]
		say := map[string]Say{"confirm": SayYes, "decline": SayNo, "mumble": SayNothing}[f[0]]
		w.engine.Report(Message{Sender: w.bank(f[3]), Identity: identityOf(f[3], text)}, []Statement{w.statement(f, say)})
	case "hold":
		w.engine.Hold(w.names[f[1]])
	case "release":
		w.engine.Release(w.names[f[1]])
	case "refuse":
		w.engine.Refuse(w.names[f[1]], Reason{Code: f[2]})
	case "reprioritise":
		w.engine.Reprioritise(w.names[f[1]], bands[f[2]])
	case "balance": // balance BANK CURRENCY
		a, _ := w.engine.Account(w.open(f[1], f[2]))
		m, err := messages.NewMoney(max(a.Posted, 0), messages.MustCurrency("USD"))
		return m.Amount(), err
	case "available": // available BANK CURRENCY
		a, _ := w.engine.Account(w.open(f[1], f[2]))
		m, err := messages.NewMoney(max(a.Available(), 0), messages.MustCurrency("USD"))
		return m.Amount(), err
	case "attempts": // attempts NAME: why each that is dead has ended
		p, _ := w.engine.Payment(w.names[f[1]])
		var reasons []string
		for _, one := range p.Attempts {
			reasons = append(reasons, one.Reason.Code)
		}
		return strings.Join(reasons, " "), nil
	case "state":
		p, _ := w.engine.Payment(w.names[f[1]])
		return strings.TrimSpace(p.State.String() + " " + p.Reason.Code), nil
	case "waiting": // waiting BANK CURRENCY
		var names []string
		for _, p := range w.engine.Waiting(w.open(f[1], f[2])) {
			for name, id := range w.names {
				if id == p.ID {
					names = append(names, name)
				}
			}
		}
		return strings.Join(names, " "), nil
	default:
		if w.cycleLine(f) || w.divertLine(f) {
			break
		}
		if got, known := w.controlLine(f); known {
			return got, nil
		}
		if !w.caseWord(f, text) {
			return "", fmt.Errorf("unknown word %q", f[0])
		}
	}
	w.keep()
	return w.told(), nil
}

// targets reads "NAME… by BANK".
func (w *world) targets(f []string) (sender string, targets []Reference) {
	by := slices.Index(f, "by")
	sender = f[by+1]
	for _, name := range f[:by] {
		identity, known := w.identity[name]
		if !known {
			identity = identityOf(sender, name) // perhaps another name
		}
		targets = append(targets, Reference{Names: []Identity{identity}})
	}
	return sender, targets
}

func TestScenarios(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "scenarios", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { playFile(t, file) })
	}
}

func playFile(t *testing.T, file string) {
	script, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld()
	number := 0
	for in := bufio.NewScanner(bytes.NewReader(script)); in.Scan(); {
		number++
		text, _, _ := strings.Cut(in.Text(), "#")
		if strings.TrimSpace(text) == "" {
			continue
		}
		do, want, stated := strings.Cut(text, "->")
		got, err := w.line(strings.TrimSpace(do))
		if err != nil {
			t.Fatalf("%s:%d: %v", file, number, err)
		}
		if want = strings.TrimSpace(want); stated && got != want {
			t.Errorf("%s:%d: %s\n got %q\nwant %q", file, number, strings.TrimSpace(do), got, want)
		}
	}
	if findings := w.audit(); len(findings) > 0 {
		t.Errorf("audit:\n%s", strings.Join(findings, "\n"))
	}
}

// TestEveryPair walks every state and event: what is not in the table must not
// happen, a final state never changes, and no row stands twice.
func TestEveryPair(t *testing.T) {
	seen := map[[2]int]bool{}
	for _, row := range machine {
		key := [2]int{int(row.from), int(row.event)}
		if seen[key] {
			t.Errorf("%s on %s stands twice", row.from, row.event)
		}
		seen[key] = true
		if row.from.Final() {
			t.Errorf("%s is final but leads to %s", row.from, row.to)
		}
	}
	walked := 0
	for from := StateNone; from <= StateDiverted; from++ {
		for event := EventRefuse; event < eventCount; event++ {
			walked++
			if row := lookup(from, event); (row != nil) != seen[[2]int{int(from), int(event)}] {
				t.Errorf("lookup(%s, %s) disagrees with the table", from, event)
			}
		}
	}
	t.Logf("%d pairs, %d rows", walked, len(machine))
	if want := 13 * 18; walked != want {
		t.Errorf("%d pairs walked, want %d", walked, want)
	}
}

// TestSameEventsSameOutcome plays every scenario twice.
func TestSameEventsSameOutcome(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("testdata", "scenarios", "*.txt"))
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		play := func() *world {
			w := newWorld()
			for line := range strings.Lines(string(b)) {
				text, _, _ := strings.Cut(line, "#")
				do, _, _ := strings.Cut(text, "->")
				if do = strings.TrimSpace(do); do != "" {
					if _, err := w.line(do); err != nil {
						t.Fatal(err)
					}
				}
			}
			return w
		}
		a, b2 := play(), play()
		if !slices.Equal(a.entries, b2.entries) || fmt.Sprint(a.accounts) != fmt.Sprint(b2.accounts) {
			t.Errorf("%s: two runs differ", file)
		}
	}
}
