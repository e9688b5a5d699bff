package gateway

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// mix sends what banks send in a random order and in random groups of the log:
// payments, batches, copies, other content under a known identity, recalls, status
// requests, confirmations and refusals, while time passes.
type mix struct {
	*rig
	dice     *rand.Rand
	pending  []Order
	sent     []mixed // payment messages
	others   []mixed // recalls
	moment   settlement.Moment
	done     map[string]int
	messages int
}

// mixed is a message that was sent.
type mixed struct {
	from string
	raw  []byte
}

func newMix(t *testing.T, seed uint64) *mix {
	m := &mix{dice: rand.New(rand.NewPCG(seed, 7)), done: map[string]int{}, moment: settlement.Moment(1763889000e9)}
	m.rig = newRig(t, func(c *routing.Change) {
		c.Corridors[0].Patience = 120
		confirm := c.Corridors[0]
		confirm.From, confirm.Mode, confirm.Answer = mustBIC(t, "BETATHBKXXX"), routing.ConfirmThenSettle, 20
		c.Corridors = append(c.Corridors, confirm)
	})
	m.issue("ALPHCNBJXXX", "50.00")
	m.issue("BETATHBKXXX", "50.00")
	return m
}

func (m *mix) order(what, from string, raw []byte) {
	m.t.Helper()
	read := readLetter(raw, mustBIC(m.t, from), m.moment, m.directory)
	if read.unreadable != nil {
		m.t.Fatalf("%s: %s\n%s", what, read.unreadable.Text, raw)
	}
	m.done[what]++
	m.pending = append(m.pending, Order{Kind: OrderMessage, From: read.letter.Sender, Received: m.moment, Facts: encodeLetter(read.letter), Payload: store.Pack(raw)})
}

func (m *mix) flush() {
	if len(m.pending) > 0 {
		m.apply(m.pending...)
	}
	m.pending = nil
}

// payment makes a message of some payments; each has the UETR of its name.
func (m *mix) payment(from, to string, names ...string) []byte {
	m.t.Helper()
	m.messages++
	date, err := messages.ParseDate("2026-11-23")
	if err != nil {
		m.t.Fatal(err)
	}
	sender, receiver := messages.Agent{BIC: mustBIC(m.t, from)}, messages.Agent{BIC: mustBIC(m.t, to)}
	transfer := messages.CreditTransfer{
		MessageID: fmt.Sprintf("M-%d", m.messages), Created: testTime(m.t), Settlement: messages.Settlement{Method: "CLRG", ClearingSystem: "DRGM"},
		InstructingAgent: sender, InstructedAgent: receiver,
	}
	for i, name := range names {
		amount, err := messages.NewMoney(1+m.dice.Int64N(3000), messages.MustCurrency("CNY"))
		if err != nil {
			m.t.Fatal(err)
		}
		transfer.Payments = append(transfer.Payments, messages.Payment{
			InstructionID: fmt.Sprintf("I-%d-%d", m.messages, i), EndToEndID: "E-" + name, TransactionID: "T-" + name, UETR: uetrFrom(name), Amount: amount, SettlementDate: date,
			Priority: []string{"", "HIGH"}[m.dice.IntN(2)], ChargeBearer: "SHAR", Parties: customersOf(sender, receiver),
		})
	}
	raw, err := transfer.Write("pacs.008.001.08")
	if err != nil {
		m.t.Fatal(err)
	}
	return raw
}

func (m *mix) pick(all []mixed) mixed { return all[m.dice.IntN(len(all))] }

// about makes a message of the sender, or for a word of the receiver, of one that
// was sent.
func (m *mix) about(what string, of mixed) (raw []byte) {
	m.t.Helper()
	m.messages++
	id, sent := fmt.Sprintf("M-%d", m.messages), messages.Read(of.raw, messages.Options{})
	var err error
	switch what {
	case "recall":
		r := messages.CancellationOf(sent)
		r.AssignmentID, r.Created, r.Case = id, testTime(m.t), messages.Case{ID: "C-" + id, Creator: messages.Party{Agent: messages.Agent{BIC: mustBIC(m.t, of.from)}}}
		raw, err = r.Write("camt.056.001.08")
	case "status request":
		r := messages.StatusRequestOn(sent)
		r.MessageID, r.Created = id, testTime(m.t)
		raw, err = r.Write("pacs.028.001.03")
	default:
		r := messages.StatusReportOn(sent)
		r.MessageID, r.Created = id, testTime(m.t)
		for i := range r.Transactions {
			if r.Transactions[i].Status = "ACSP"; m.dice.IntN(3) == 0 {
				r.Transactions[i].Status, r.Transactions[i].Reasons = "RJCT", []messages.Reason{{Code: "AC04"}}
			}
		}
		raw, err = r.Write("pacs.002.001.10")
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return raw
}

// step does one thing.
func (m *mix) step(n int) {
	m.t.Helper()
	from, to := "ALPHCNBJXXX", "BETATHBKXXX"
	if m.dice.IntN(2) == 0 {
		from, to = to, from
	}
	what := m.dice.IntN(12)
	if len(m.sent) == 0 {
		what = 0
	}
	switch what {
	case 0, 1, 2:
		names := []string{fmt.Sprintf("%d-a", n)}
		for k := m.dice.IntN(4); k > 0; k-- {
			names = append(names, fmt.Sprintf("%d-%d", n, m.dice.IntN(4))) // one may come twice
		}
		m.sent = append(m.sent, mixed{from, m.payment(from, to, names...)})
		m.order("payments", from, m.sent[len(m.sent)-1].raw)
	case 3, 4:
		of := m.pick(m.sent)
		m.order("copies", of.from, of.raw)
	case 5:
		m.sent = append(m.sent, mixed{from, m.payment(from, to, fmt.Sprintf("%d-a", m.dice.IntN(n)))})
		m.order("other content", from, m.sent[len(m.sent)-1].raw)
	case 6, 7:
		of := m.pick(m.sent)
		m.others = append(m.others, mixed{of.from, m.about("recall", of)})
		m.order("recalls", of.from, m.others[len(m.others)-1].raw)
	case 8:
		if len(m.others) > 0 {
			of := m.pick(m.others)
			m.order("copies of recalls", of.from, of.raw)
		}
	case 9:
		of := m.pick(m.sent)
		m.order("status requests", of.from, m.about("status request", of))
	case 10:
		if of := m.pick(m.sent); of.from != "ALPHCNBJXXX" {
			m.order("words", "ALPHCNBJXXX", m.about("word", of))
		}
	case 11:
		m.tick(settlement.Moment(m.dice.Int64N(30e9)))
	}
	if m.dice.IntN(3) == 0 {
		m.flush()
	}
}

func (m *mix) tick(d settlement.Moment) {
	m.moment += d
	m.pending = append(m.pending, Order{Kind: OrderTick, Received: m.moment})
}

// heardOf are the statuses that a payment's sender heard of it unasked, each message
// once, in order, and how often the payment was forwarded.
type heardOf struct {
	statuses  []string
	forwarded map[string]bool // message identifiers
}

// heard reads all mailboxes.
func (m *mix) heard() map[settlement.PaymentID]*heardOf {
	m.t.Helper()
	all, seen := map[settlement.PaymentID]*heardOf{}, map[string]bool{}
	of := func(id settlement.PaymentID) *heardOf {
		if all[id] == nil {
			all[id] = &heardOf{forwarded: map[string]bool{}}
		}
		return all[id]
	}
	for _, mail := range m.letters() {
		r := mail.record
		if messages.KindOf(r.Type) == "pacs.008" {
			of(r.Payment).forwarded[fmt.Sprintf("%s %d", r.ID, r.Mail)] = true
			continue
		}
		message, ok, err := m.books.Message(r.Message)
		if err != nil || !ok {
			m.t.Fatalf("message %d: %v", r.Message, err)
		}
		if messages.KindOf(r.Type) != "pacs.002" || message.Count == 0 || message.Sender != r.Receiver || seen[r.ID] {
			continue
		}
		seen[r.ID] = true
		v, _ := messages.ViewStatusReport(mail.message)
		id, n := r.Payment, 0
		for t := range v.Transactions() {
			if r.Payment == 0 {
				id = message.First + settlement.PaymentID(n)
			}
			of(id).statuses = append(of(id).statuses, t.Status())
			n++
		}
		if r.Payment == 0 && n != message.Count {
			m.t.Errorf("%s answers %d of %d payments", r.ID, n, message.Count)
		}
	}
	return all
}

// check wants exactly one final answer for every payment, as the last thing that
// its sender hears, and the payment to go to its receiver once at most.
func (m *mix) check(finals map[string]int) {
	m.t.Helper()
	all := m.heard()
	for id := settlement.PaymentID(1); ; id++ {
		p, ok, err := m.books.Payment(id)
		if err != nil {
			m.t.Fatal(err)
		}
		if !ok {
			return
		}
		if p.Kind != settlement.KindCustomer {
			continue
		}
		heard := all[id]
		if heard == nil || len(heard.statuses) == 0 {
			m.t.Errorf("payment %d is %s and its sender heard nothing", id, p.State)
			continue
		}
		final := 0
		for _, status := range heard.statuses {
			if status == "ACSC" || status == "RJCT" {
				final++
			}
		}
		last := heard.statuses[len(heard.statuses)-1]
		if final != 1 || last != string(p.Status) || !p.State.Final() {
			m.t.Errorf("payment %d is %s: its sender heard %v", id, p.State, heard.statuses)
		}
		if len(heard.forwarded) > 1 || p.State == settlement.StateSettled && len(heard.forwarded) != 1 {
			m.t.Errorf("payment %d is %s and was forwarded %d times", id, p.State, len(heard.forwarded))
		}
		finals[p.State.String()]++
	}
}

// TestAnswersHoweverOrdersAreGrouped: whatever banks send and however the log
// groups it, each payment's sender has exactly one final answer, its receiver has
// the payment once at most, and the books are a function of the log.
func TestAnswersHoweverOrdersAreGrouped(t *testing.T) {
	const steps = 80
	seeds := share(60)
	finals, done := map[string]int{}, map[string]int{}
	for seed := range uint64(seeds) {
		m := newMix(t, seed)
		for n := range steps {
			m.step(n + 1)
		}
		for range 5 { // more than any corridor's patience
			m.tick(60e9)
		}
		m.flush()
		m.check(finals)
		m.rebuild()
		for what, n := range m.done {
			done[what] += n
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%v: %v", done, finals)
	if len(done) != 7 || slices.Min(slices.Collect(maps.Values(done))) < share(100) || slices.Min(slices.Collect(maps.Values(finals))) < share(100) || len(finals) != 3 {
		t.Errorf("too little was done: %v, %v", done, finals)
	}
}
