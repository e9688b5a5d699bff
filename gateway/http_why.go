package gateway

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Why is the answer to GET /v1/payments/{uetr}/why. A bank is told of what is its
// own: of accounts and payments of others it learns that they stand in the way, not
// which they are or what is on them.
type Why struct {
	UETR      string `json:"uetr,omitempty"`
	PaymentID string `json:"paymentId"`
	State     string `json:"state"`
	Binds     string `json:"binds"` // one of bindNames
	Text      string `json:"text"`  // the same for people
	Account   string `json:"account,omitempty"`
	Lacks     string `json:"lacks,omitempty"` // on the account, for this payment alone
	Currency  string `json:"currency,omitempty"`
	Behind    *Named `json:"behind,omitempty"` // what goes before it
	Until     string `json:"until,omitempty"`  // when something happens by itself
	// Needs is the least that frees it, on the account of its payer, if all else stays
	// as it is; none where no amount there does.
	Needs *Needs `json:"needs,omitempty"`
}

// Named is a payment.
type Named struct {
	UETR      string `json:"uetr,omitempty"`
	PaymentID string `json:"paymentId"`
}

// Needs is an amount that frees a payment, and what goes then.
type Needs struct {
	Account  string       `json:"account"`
	Currency string       `json:"currency"`
	Amount   string       `json:"amount"`
	Then     []QueueTotal `json:"then"` // the payment itself among it; of a bank's own
}

// bindNames are what binds a payment, as the API says it.
var bindNames = [...]string{
	settlement.BindsNothing: "nothing", settlement.BindsOrder: "order", settlement.BindsMoney: "liquidity", settlement.BindsRoom: "room",
	settlement.BindsTime: "its time", settlement.BindsWord: "confirmation", settlement.BindsHold: "compliance",
	settlement.BindsReservation: "reservation", settlement.BindsLimit: "limit", settlement.BindsCover: "its cover", settlement.BindsCap: "its cap", settlement.BindsCycle: "its netting cycle",
}

// explanation is an answer in the making.
type explanation struct {
	node    *Node
	caller  Caller
	engine  *settlement.Engine
	payment settlement.Payment
	found   settlement.Explanation
}

func (d *Door) why(w http.ResponseWriter, r *http.Request, c Caller) error {
	by, refusal := holderOf(d.node.Directory(), c.Participant, c.Key)
	if refusal != "" {
		return refused(problemForbidden, "%s", refusal)
	}
	p, err := d.node.paymentNamed(by, r.PathValue("uetr"), r.URL.Query().Get("paymentId"))
	if err != nil {
		return err
	}
	d.explaining.Lock() // the books' queues are read anew for it, which takes memory
	defer d.explaining.Unlock()
	x, err := d.node.explain(p, c)
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, x.view())
}

// explain asks a kernel of its own, made from the books.
func (n *Node) explain(p settlement.Payment, c Caller) (*explanation, error) {
	kernel, err := n.Books.Standing()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(kernel.Open, func(open settlement.Payment) bool { return open.ID == p.ID })
	if i >= 0 {
		if open := &kernel.Open[i]; open.State == settlement.StateHeld && !c.staff() {
			// To its bank it waits like any other: it is explained as if it did.
			kernel.LastTurn++
			open.State, open.Turn = outside(open, open.State), kernel.LastTurn
		}
		p = kernel.Open[i]
	}
	x := &explanation{node: n, caller: c, engine: settlement.Restore(bookArchive{n}, kernel), payment: p}
	x.found = x.engine.Why(p.ID)
	return x, nil
}

// bookArchive reads ended payments for a kernel that is not the lane's.
type bookArchive struct{ *Node }

// Payment is that of settlement.Archive.
func (a bookArchive) Payment(id settlement.PaymentID) (settlement.Payment, bool) {
	p, ok, err := a.Books.Payment(id)
	return p, ok && err == nil
}

// Message is that of settlement.Archive.
func (a bookArchive) Message(id settlement.MessageID) (settlement.Message, bool) {
	m, ok, err := a.Books.Message(id)
	return m, ok && err == nil
}

// Case is that of settlement.Archive.
func (a bookArchive) Case(id settlement.CaseID) (settlement.Case, bool) {
	c, ok, err := a.Books.Case(id)
	return c, ok && err == nil
}

func (x *explanation) view() Why {
	v := Why{UETR: uetrOf(&x.payment), PaymentID: x.node.receiptID(&x.payment), State: x.payment.State.String(), Binds: bindNames[x.found.Binds]}
	if x.found.Until != 0 {
		v.Until = timeOf(x.found.Until).Format(time.RFC3339Nano)
	}
	if x.found.Account != 0 && x.mine(x.found.Account) {
		v.Account, v.Currency = x.account(x.found.Account)
	}
	if behind, ok := x.engine.Payment(x.found.Behind); ok && (x.caller.staff() || x.sender(&behind) == x.caller.Participant) {
		v.Behind = &Named{uetrOf(&behind), x.node.receiptID(&behind)}
	}
	if x.found.Lacks > 0 && v.Account != "" {
		v.Lacks = x.amount(x.found.Account, x.found.Lacks)
	}
	if x.found.Frees && x.mine(x.found.Payer) {
		v.Needs = &Needs{Amount: x.amount(x.found.Payer, x.found.Least), Then: x.then()}
		v.Needs.Account, v.Needs.Currency = x.account(x.found.Payer)
	}
	v.Text = x.text(&v)
	return v
}

// mine tells whether the caller may know what is on an account.
func (x *explanation) mine(id settlement.AccountID) bool {
	a := x.node.Directory().Accounts[id-1]
	owner, known := x.node.Directory().ByID(a.Owner)
	return x.caller.staff() || known && owner.BIC == x.caller.Participant
}

func (x *explanation) account(id settlement.AccountID) (name, currency string) {
	a := x.node.Directory().Accounts[id-1]
	return x.node.Directory().AccountName(a), a.Currency.Code()
}

func (x *explanation) amount(id settlement.AccountID, minor int64) string {
	return amountOf(minor, x.node.Directory().Accounts[id-1].Currency)
}

func (x *explanation) sender(p *settlement.Payment) messages.BIC {
	if sender, known := x.node.Directory().ByID(p.Sender); known {
		return sender.BIC
	}
	return messages.BIC{}
}

// then sums up what goes with the payment, by sender and currency of the amount
// that is paid.
func (x *explanation) then() []QueueTotal {
	all, sums := []QueueTotal{}, map[QueueTotal]int64{}
	counts := map[QueueTotal]int{}
	for _, id := range x.found.Freed {
		p, _ := x.engine.Payment(id)
		if sender := x.sender(&p); x.caller.staff() || sender == x.caller.Participant {
			key := QueueTotal{Sender: sender, Currency: x.node.Directory().Accounts[p.Legs[0].Debit-1].Currency.Code()}
			counts[key]++
			if sums[key] += p.Legs[0].Amount; sums[key] < 0 {
				sums[key] = math.MaxInt64
			}
		}
	}
	for key, sum := range sums {
		currency, _ := messages.ParseCurrency(key.Currency)
		key.Amount, key.Payments = amountOf(sum, currency), counts[key]
		all = append(all, key)
	}
	slices.SortFunc(all, func(a, b QueueTotal) int {
		return cmp.Or(cmp.Compare(a.Sender.String(), b.Sender.String()), cmp.Compare(a.Currency, b.Currency))
	})
	return all
}

// text says it for people.
func (x *explanation) text(v *Why) string {
	switch x.found.Binds {
	case settlement.BindsOrder:
		if v.Behind != nil {
			return fmt.Sprintf("payment %s goes before it%s", orElse(v.Behind.UETR, v.Behind.PaymentID), x.how(v))
		}
		return "a payment of another bank goes before it at an account that both need" + x.how(v)
	case settlement.BindsMoney:
		if v.Lacks != "" {
			return fmt.Sprintf("%s lacks %s %s%s", v.Account, v.Lacks, v.Currency, x.how(v))
		}
		return "another bank that takes part in it has not enough money" + x.how(v)
	case settlement.BindsReservation:
		if v.Lacks != "" {
			return fmt.Sprintf("%s keeps its money for payments of higher priority: %s %s are missing for this one%s", v.Account, v.Lacks, v.Currency, x.how(v))
		}
		return "another bank that takes part in it keeps its money for other payments" + x.how(v)
	case settlement.BindsLimit:
		if v.Lacks != "" {
			return fmt.Sprintf("%s has set a limit, which it exceeds by %s %s%s", v.Account, v.Lacks, v.Currency, x.how(v))
		}
		return "another bank that takes part in it has set a limit" + x.how(v)
	case settlement.BindsRoom:
		return "an account that is to get money cannot hold as much"
	case settlement.BindsTime:
		return "its earliest time has not come"
	case settlement.BindsWord:
		return "its receiver or issuer has not confirmed it yet"
	case settlement.BindsHold:
		return "compliance has stopped it"
	case settlement.BindsCover:
		return "its cover has not settled"
	case settlement.BindsCap:
		if v.Lacks != "" {
			return fmt.Sprintf("%s would owe %s %s more than its cap in the open netting cycle; what others pay it there makes room, and so does the next cycle", v.Account, v.Lacks, v.Currency)
		}
		return "its sender would owe more than its cap in the open netting cycle"
	case settlement.BindsCycle:
		return "it settles with its netting cycle"
	case settlement.BindsNothing:
	}
	if x.payment.State.Final() {
		return fmt.Sprintf("it does not wait: it is %s", x.payment.State)
	}
	return "nothing is lacking: it is being dealt with"
}

// how says what would free it.
func (x *explanation) how(v *Why) string {
	if v.Needs == nil {
		return "; no amount on the account of its payer alone frees it"
	}
	return fmt.Sprintf("; %s %s more on %s free it", v.Needs.Amount, v.Needs.Currency, v.Needs.Account)
}
