package settlement

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// history draws orders of every kind, one line of a scenario each: payments and
// exchanges, money of issuers and of an operating bank, returns and recalls, covers and
// advices, words of those who must confirm, limits and reservations, the order of
// queues, savings, compliance, days and the lives of participants.
type history struct {
	*world
	random *rand.Rand
	names  []string // of payments
	drawn  int      // lines of the beginning
	said   int      // messages about payments, so that no two are the same
	plain  bool     // nothing is drawn whose outcome depends on what is looked at first
}

var (
	historyBanks  = []string{"ALPHA", "BETA", "GAMMA", "DELTA"}
	historyAssets = []string{"USD", "USD", "EUR", "EUR", "USD@ALPHA"} // ALPHA issues claims on itself
)

// draws are the orders, and how often each is drawn.
var draws = []struct {
	weight int
	order  func(h *history) string
}{
	{26, (*history).payment},
	{12, (*history).exchange},
	{10, (*history).money},
	{8, (*history).giveBack},
	{5, (*history).covers},
	{7, (*history).cycle},
	{10, (*history).word},
	{6, (*history).request},
	{5, (*history).compliance},
	{9, (*history).place},
	{10, (*history).bound},
	{4, (*history).choice},
	{6, (*history).day},
	{1, (*history).life},
}

// event draws the next line; in the beginning most banks get money.
func (h *history) event() string {
	if n := h.drawn; n < 3*len(historyBanks) {
		h.drawn++
		if bank, asset := historyBanks[n%len(historyBanks)], []string{"USD", "EUR", "USD@ALPHA"}[n/len(historyBanks)]; bank != issuerOf(asset) && !h.chance(4) {
			return fmt.Sprintf("issue %s %s %s", bank, asset, h.amount(200))
		}
	}
	all := 0
	for _, d := range draws {
		all += d.weight
	}
	n := h.random.IntN(all)
	for _, d := range draws {
		if n -= d.weight; n < 0 {
			return d.order(h)
		}
	}
	return "tick 0"
}

func (h *history) pick(of ...string) string { return of[h.random.IntN(len(of))] }

func (h *history) chance(one int) bool { return h.random.IntN(one) == 0 }

// two are banks between which money of an asset can move, and the asset.
func (h *history) two() (from, to, asset string) {
	return h.twoOf(h.pick(historyAssets...))
}

func (h *history) twoOf(asset string) (from, to, _ string) {
	banks := historyBanks
	if strings.Contains(asset, "@") {
		banks = banks[1:] // who issues it has none
	}
	from = h.pick(banks...)
	for to = from; to == from; {
		to = h.pick(banks...)
	}
	return from, to, asset
}

func (h *history) amount(below int) string {
	return fmt.Sprintf("%d.%02d", h.random.IntN(below), 1+h.random.IntN(99))
}

// soon is a moment a little ahead, or just past.
func (h *history) soon(within int64) int64 {
	return int64(h.engine.Now()) + h.random.Int64N(within) - 2
}

func (h *history) fresh() string {
	h.names = append(h.names, fmt.Sprintf("p%d", len(h.names)))
	return h.names[len(h.names)-1]
}

// known is a payment that may be there, mostly one of the last.
func (h *history) known() string {
	switch {
	case len(h.names) == 0 || h.chance(20):
		return "nobody"
	case h.chance(2):
		return h.pick(h.names...)
	}
	return h.names[max(0, len(h.names)-1-h.random.IntN(8))]
}

// payment is one of a leg or more, some on the same accounts.
func (h *history) payment() string {
	from, to, asset := h.two()
	name := ""
	if len(h.names) > 0 && h.chance(10) {
		name = h.known()
	} else {
		name = h.fresh()
	}
	text := fmt.Sprintf("pay %s %s %s %s %s", name, from, to, asset, h.amount(100))
	for h.chance(4) {
		payer, payee, other := h.two()
		text += fmt.Sprintf(" and %s %s %s %s", payer, payee, other, h.amount(60))
	}
	text += h.conditions(to)
	if h.chance(10) {
		text += fmt.Sprintf(" name a%d", h.random.IntN(5))
	}
	return text + h.detours(name, from, to)
}

// cycle is about payments that settle net.
func (h *history) cycle() string {
	from, to, _ := h.twoOf("USD")
	return h.cycleEvent(h.fresh(), from, to)
}

// detours gives a payment other ways now and then: through somebody else, for another
// amount.
func (h *history) detours(name, from, to string) string {
	if h.plain || !h.chance(3) || h.world.names[name] != 0 {
		return ""
	}
	for range 1 + h.random.IntN(3) {
		through := h.pick(slices.DeleteFunc(slices.Clone(historyBanks), func(b string) bool { return b == from || b == to })...)
		text := fmt.Sprintf("way %s %s %s %s %s and %s %s %s %s", name, from, through, h.pick("USD", "EUR"), h.amount(60), through, to, h.pick("USD", "EUR"), h.amount(60))
		if h.chance(3) {
			text += fmt.Sprintf(" confirm %s within %d", to, 1+h.random.Int64N(20))
		}
		if h.chance(2) {
			text += fmt.Sprintf(" until %d", h.soon(80))
		}
		h.divertLine(strings.Fields(text))
	}
	within := fmt.Sprintf(" confirm %s within %d", to, 1+h.random.Int64N(5))
	return " diverts" + h.pick("", within, within, fmt.Sprintf(" until %d", h.soon(10)+3))
}

// exchange is a payment through a provider into the other currency: what is sold at a
// rate, the provider's charge, what rounding leaves over, and what is bought.
func (h *history) exchange() string {
	from, via, _ := h.twoOf("USD")
	to := via
	for to == via || to == from {
		to = h.pick(historyBanks...)
	}
	sold, rate := 1+h.random.Int64N(9000), 1+h.random.Int64N(2500) // thousandths
	bought := sold * rate / 1000
	if bought == 0 {
		return h.payment()
	}
	currencies := []string{"USD", "EUR"}
	if h.chance(2) {
		slices.Reverse(currencies)
	}
	text := fmt.Sprintf("pay %s %s %s %s %s", h.fresh(), from, via, currencies[0], decimal(sold))
	if h.chance(2) {
		text += fmt.Sprintf(" and %s %s %s %s", from, via, currencies[0], decimal(1+h.random.Int64N(200)))
	}
	if sold*rate%1000 > 0 {
		text += fmt.Sprintf(" and %s HOUSE %s 0.01", via, currencies[1])
	}
	return text + fmt.Sprintf(" and %s %s %s %s", via, to, currencies[1], decimal(bought)) + h.conditions(to)
}

func decimal(minor int64) string { return fmt.Sprintf("%d.%02d", minor/100, minor%100) }

// conditions are how and when a payment goes.
func (h *history) conditions(to string) string {
	text := " " + h.pick("urgent", "high", "normal", "normal")
	if h.chance(3) {
		text += fmt.Sprintf(" until %d", h.soon(60))
	}
	if h.chance(6) {
		text += " confirm " + to
		if h.chance(2) {
			text += fmt.Sprintf(" within %d", 1+h.random.Int64N(20))
		}
	}
	if h.chance(8) {
		text += fmt.Sprintf(" from %d", h.soon(20))
	}
	if h.chance(12) {
		text += " at-once"
	}
	if h.chance(12) {
		text += " hold"
	}
	return text
}

// money comes from issuers and goes back, and banks move their own.
func (h *history) money() string {
	from, to, asset := h.two()
	switch h.random.IntN(6) {
	case 0, 1, 2:
		return fmt.Sprintf("issue %s %s %s", from, asset, h.amount(250))
	case 3, 4:
		return fmt.Sprintf("%s %s %s %s %s until %d", h.pick("ask", "redeem"), h.fresh(), from, asset, h.amount(100), h.soon(40)+3)
	}
	if h.chance(2) {
		return fmt.Sprintf("standing %s %s %s %s", from, to, asset, h.amount(100))
	}
	return fmt.Sprintf("transfer %s %s %s %s %s", h.fresh(), from, to, asset, h.amount(100))
}

// giveBack returns a part of a payment, or all, to who sent it.
func (h *history) giveBack() string {
	name := h.known()
	p := h.payments[h.world.names[name]]
	if len(p.Legs) == 0 || p.Sender == p.Receiver || p.Receiver == 0 || p.Kind.Liquidity() {
		return h.payment()
	}
	got := p.Legs[len(p.Legs)-1]
	amount := got.Amount
	if h.chance(2) {
		amount = 1 + h.random.Int64N(amount)
	}
	a := h.accounts[got.Credit]
	asset := a.Currency.Code()
	if a.Issuer != 0 {
		asset += "@" + h.bankName(a.Issuer)
	}
	from, to := h.bankName(p.Receiver), h.bankName(p.Sender)
	if from == issuerOf(asset) || to == issuerOf(asset) {
		return h.payment()
	}
	return fmt.Sprintf("return %s %s %s %s %s of %s", h.fresh(), from, to, asset, decimal(amount), name)
}

// covers are transfers with a cover, covers and advices.
func (h *history) covers() string {
	from := h.random.IntN(len(historyBanks))
	return fmt.Sprintf("%s %s %s %s USD %s pair c%d%s", h.pick("cover", "covered", "cover", "covered", "advise"), h.fresh(),
		historyBanks[from], historyBanks[(from+1)%len(historyBanks)], h.pick("5.00", "7.00"), h.random.IntN(3),
		h.pick("", " hold", fmt.Sprintf(" from %d", h.soon(6)), fmt.Sprintf(" until %d", h.soon(40)+3)))
}

// word is that of who must confirm, mostly.
func (h *history) word() string {
	name, bank := h.known(), h.pick(historyBanks...)
	if p := h.payments[h.world.names[name]]; p.Confirm != 0 && !h.chance(4) {
		bank = h.bankName(p.Confirm)
	}
	if h.chance(4) {
		h.said++
		return fmt.Sprintf("word %s by %s %s n%d", name, bank, h.pick("yes", "yes", "AC04"), h.said)
	}
	return fmt.Sprintf("%s %s by %s%s", h.pick("confirm", "confirm", "confirm", "decline", "mumble"), name, bank,
		h.pick("", "", " attempt 1", " attempt 2", " reason RC11", " attempt 1 reason AB07"))
}

// request is a question about a payment, an answer, or what its receiver says of it.
func (h *history) request() string {
	h.said++
	name, bank := h.known(), h.pick(historyBanks...)
	switch h.random.IntN(9) {
	case 0, 1:
		return fmt.Sprintf("recall %s %s by %s", name, h.pick("a1", "a2", h.known()), bank)
	case 2:
		return fmt.Sprintf("inquire %s by %s", name, bank)
	case 3:
		return fmt.Sprintf("investigate %s by %s n%d", name, bank, h.said)
	case 4:
		return fmt.Sprintf("reply %s by %s %s R%d", name, bank, h.pick("yes", "no", "later", "last"), h.said)
	case 5:
		return fmt.Sprintf("check %d by %s of %s within %d at-most 5 n%d", 1+h.random.IntN(4), bank, h.pick("ALPHA", "BETA"), 1+h.random.IntN(20), h.said)
	case 6:
		return fmt.Sprintf("verify %d by %s %s R%d", 1+h.random.IntN(9), bank, h.pick("yes", "no"), h.said)
	case 7:
		return fmt.Sprintf("chase %s by %s n%d", name, bank, h.said)
	}
	return fmt.Sprintf("credit %s by %s %s R%d", name, bank, h.pick("ACSP", "ACWP", "BLCK", "ACCC", "RJCT"), h.said)
}

func (h *history) compliance() string {
	return h.pick("hold "+h.known(), "release "+h.known(), "release "+h.known(), fmt.Sprintf("refuse %s RR04", h.known()))
}

// place is what owners do with the order of their queues.
func (h *history) place() string {
	if h.chance(3) {
		return fmt.Sprintf("reprioritise %s %s", h.known(), h.pick("urgent", "high", "normal"))
	}
	return h.pick("front ", "back ") + h.known()
}

// bound is a limit, a reservation, a credit line or a ceiling.
func (h *history) bound() string {
	from, other, asset := h.two()
	amount := h.pick("none", fmt.Sprintf("%d.00", h.random.IntN(150)), fmt.Sprintf("%d.00", h.random.IntN(60)))
	switch h.random.IntN(8) {
	case 0, 1:
		return fmt.Sprintf("reserve %s %s %s %s", from, asset, h.pick("urgent", "high"), amount)
	case 2, 3:
		return fmt.Sprintf("limit %s %s %s %s", from, asset, other, amount)
	case 4:
		return fmt.Sprintf("limit %s %s all %s", from, asset, amount)
	case 5:
		if !h.plain {
			return fmt.Sprintf("ceiling %s %s %s", from, asset, h.pick("0", h.amount(300)))
		}
	case 6:
		if !h.plain {
			return fmt.Sprintf("ceiling %s %s %s", issuerOf(asset), asset, h.pick("0", h.amount(2000)))
		}
	}
	return fmt.Sprintf("line %s %s %s", from, asset, h.amount(100))
}

// choice is how an owner has its payments freed.
func (h *history) choice() string {
	from, _, asset := h.two()
	if h.plain {
		return "day " + h.pick("USD", "EUR")
	}
	return fmt.Sprintf("saving %s %s %s", from, asset, h.pick("together", "together", "together bypass", "together bypass", "pairs", "alone", "alone bypass"))
}

// day is what happens by the clock.
func (h *history) day() string {
	currency := h.pick("USD", "EUR")
	switch h.random.IntN(12) {
	case 0:
		return "day " + currency
	case 1:
		return fmt.Sprintf("close %s opens %d", currency, h.soon(20)+3)
	case 2:
		return fmt.Sprintf("close %s opens %d carry", currency, h.soon(20)+3)
	case 3:
		if !h.plain {
			return "optimise " + h.pick("USD", "EUR", "USD EUR")
		}
	}
	return fmt.Sprintf("tick %d", h.soon(20))
}

// life ends what is open of a bank; nothing keeps it from going on here.
func (h *history) life() string {
	bank := h.pick(historyBanks...)
	return h.pick("suspend "+bank, "bar "+bank+" sending", "bar "+bank+" receiving")
}
