package gateway

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	measure "dragoman/settlement/days"
	"dragoman/store"
)

// WhatIfRequest asks what becomes of the day from now on: what is supposed, until when,
// and which day's payments come again.
type WhatIfRequest struct {
	Balances []WhatIfAmount `json:"balances,omitempty"` // so much more or, below zero, less
	Lines    []WhatIfAmount `json:"lines,omitempty"`
	Limits   []WhatIfAmount `json:"limits,omitempty"`
	Fails    []messages.BIC `json:"fails,omitempty"`
	Saving   routing.Saving `json:"saving,omitempty"`
	Bypass   bool           `json:"bypass,omitempty"`
	Until    time.Time      `json:"until,omitzero"`   // none: the close of the day
	Expect   string         `json:"expect,omitempty"` // a date, such as 2026-11-23; none: nothing comes
}

// WhatIfAmount is about one bank's wallet.
type WhatIfAmount struct {
	Bank     messages.BIC `json:"bank"`
	Currency string       `json:"currency"`
	Amount   string       `json:"amount"`
	Towards  messages.BIC `json:"towards,omitzero"` // of a bilateral limit
}

// WhatIfLine is one line of the answer to POST /v1/whatif: how far it is or, on the
// last line, what came of it or why it could not go on.
type WhatIfLine struct {
	Done    uint64      `json:"done,omitempty"`
	Of      uint64      `json:"of,omitempty"`
	WhatIf  *WhatIfView `json:"whatIf,omitempty"`
	Problem string      `json:"problem,omitempty"`
}

// WhatIfView is what becomes of a day as things are, and under a supposition.
type WhatIfView struct {
	Groups   uint64    `json:"groups"` // of the log: it begins behind them
	Digest   string    `json:"digest"` // of the books there
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Open     int       `json:"openPayments"`
	Expected int       `json:"expectedPayments"`

	AsItIsDigest  string         `json:"asItIsDigest"`
	ChangedDigest string         `json:"changedDigest"`
	Same          bool           `json:"same"` // the change changed nothing
	AsItIs        []FigureView   `json:"asItIs"`
	Changed       []FigureView   `json:"changed"`
	Now           int            `json:"settleOnlyThen"`
	NoLonger      int            `json:"settleNoLonger"`
	Left          []WhatIfAmount `json:"neverThere"` // of what was to be taken away
}

// FigureView are the figures of a day in one currency. Amounts are texts.
type FigureView struct {
	Currency     string `json:"currency"`
	Count        int    `json:"payments"`
	Value        string `json:"value"`
	Settled      int    `json:"settledPayments"`
	SettledValue string `json:"settledValue"`
	Share        string `json:"settledShare"` // of the value, in per cent
	Delay        string `json:"meanDelay"`
	Wait         string `json:"meanWait"`
	Liquidity    string `json:"liquidityUsed"`
}

// FigureOf shows figures.
func FigureOf(f measure.Figures) FigureView {
	share := measure.Share(f.SettledValue, f.Value)
	return FigureView{
		Currency: f.Currency.Code(), Count: f.Count, Value: sumText(f.Value, f.Currency),
		Settled: f.Settled, SettledValue: sumText(f.SettledValue, f.Currency),
		Share: fmt.Sprintf("%d.%02d", share/100, share%100),
		Delay: f.MeanDelay.Round(time.Millisecond).String(), Wait: f.MeanWait.Round(time.Millisecond).String(),
		Liquidity: sumText(f.Liquidity, f.Currency),
	}
}

// FiguresOf shows the figures of all currencies.
func FiguresOf(all []measure.Figures) []FigureView {
	views := []FigureView{}
	for _, f := range all {
		views = append(views, FigureOf(f))
	}
	return views
}

// sumText writes a sum of amounts, which may be larger than any amount.
func sumText(minor *big.Int, currency settlement.Currency) string {
	digits, _ := currency.Exponent()
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	whole, rest := new(big.Int).QuoRem(minor, scale, new(big.Int))
	if digits == 0 {
		return whole.String()
	}
	text := rest.String()
	for len(text) < digits {
		text = "0" + text
	}
	return whole.String() + "." + text
}

// WhatIfViewOf shows what became of a day.
func WhatIfViewOf(r *Continued) WhatIfView {
	v := WhatIfView{
		Groups: r.Stood.Sequence, Digest: hex.EncodeToString(r.Stood.Digest[:]), From: timeOf(r.From), Until: timeOf(r.Until), Open: r.Open, Expected: r.Expected,
		AsItIsDigest: hex.EncodeToString(r.AsItIs.Digest[:]), ChangedDigest: hex.EncodeToString(r.Otherwise.Digest[:]), Same: r.AsItIs == r.Otherwise,
		AsItIs: FiguresOf(r.Was), Changed: FiguresOf(r.Is), Now: len(r.Now), NoLonger: len(r.NoLonger), Left: []WhatIfAmount{},
	}
	for _, l := range r.Left {
		v.Left = append(v.Left, WhatIfAmount{Bank: l.Bank, Currency: l.Currency.Code(), Amount: sumText(new(big.Int).Abs(big.NewInt(l.Amount)), l.Currency)})
	}
	return v
}

// RequestOf is the request for a supposition and an outlook.
func RequestOf(s *Supposition, o *Outlook) WhatIfRequest {
	amounts := func(all []SupposedAmount) (views []WhatIfAmount) {
		for _, a := range all {
			views = append(views, WhatIfAmount{a.Bank, a.Currency.Code(), signedText(a.Amount, a.Currency), a.Towards})
		}
		return views
	}
	r := WhatIfRequest{Balances: amounts(s.Balances), Lines: amounts(s.Lines), Limits: amounts(s.Limits), Fails: s.Failed, Saving: s.Saving, Bypass: s.Bypass}
	if o.Until != 0 {
		r.Until = timeOf(o.Until)
	}
	if !o.Expect.IsZero() {
		r.Expect = o.Expect.Format(time.DateOnly)
	}
	return r
}

func signedText(minor int64, currency messages.Currency) string {
	if minor < 0 {
		return "-" + sumText(new(big.Int).Neg(big.NewInt(minor)), currency)
	}
	return sumText(big.NewInt(minor), currency)
}

// ParseSupposed reads an amount of a supposition; only a balance may be below zero.
func ParseSupposed(a WhatIfAmount, signed bool) (s SupposedAmount, err error) {
	s = SupposedAmount{Bank: a.Bank, Towards: a.Towards}
	if s.Currency, err = messages.ParseCurrency(a.Currency); err != nil {
		return s, err
	}
	digits, less := a.Amount, false
	if signed && digits != "" {
		less = digits[0] == '-'
		if less || digits[0] == '+' {
			digits = digits[1:]
		}
	}
	money, err := messages.ParseMoney(digits, s.Currency)
	if err != nil {
		return s, err
	}
	if s.Amount = money.Minor(); less {
		s.Amount = -s.Amount
	}
	return s, nil
}

// supposed reads a request.
func (r *WhatIfRequest) supposed() (s Supposition, o Outlook, err error) {
	s = Supposition{Failed: r.Fails, Saving: r.Saving, Bypass: r.Bypass}
	for _, list := range []struct {
		views  []WhatIfAmount
		into   *[]SupposedAmount
		signed bool
	}{{r.Balances, &s.Balances, true}, {r.Lines, &s.Lines, false}, {r.Limits, &s.Limits, false}} {
		for _, a := range list.views {
			amount, err := ParseSupposed(a, list.signed)
			if err != nil {
				return s, o, err
			}
			*list.into = append(*list.into, amount)
		}
	}
	if !r.Until.IsZero() {
		o.Until = settlement.Moment(r.Until.UnixNano())
	}
	if r.Expect != "" {
		o.Expect, err = time.Parse(time.DateOnly, r.Expect)
	}
	return s, o, err
}

// whatIf plays the day on from now, on copies of the books, while the gateway goes on.
// Nothing of it is kept, and what it tells are sums.
func (d *Door) whatIf(w http.ResponseWriter, r *http.Request, _ Caller) error {
	var request WhatIfRequest
	if err := readJSON(w, r, &request); err != nil {
		return err
	}
	s, o, err := request.supposed()
	if err != nil {
		return badRequest("%v", err)
	}
	if err := s.unknown(d.node.Directory()); err != nil {
		return badRequest("%v", err)
	}
	o.From = settlement.Moment(d.clock().UnixNano())
	books, done, err := d.node.snapshot(r.Context())
	if err != nil {
		return err
	}
	defer done()
	path, err := d.node.secondCopy(books)
	if err != nil {
		return err
	}
	defer removed(path) //nolint:errcheck // the next start removes it
	w.Header().Set("Content-Type", linesContent)
	lines := &lineWriter{w: w, control: http.NewResponseController(w), clock: d.clock}
	tell := func(done, of uint64) { lines.now(WhatIfLine{Done: done, Of: of}) }
	continued, err := continuing{known: books, base: books, path: path, progress: tell}.play(r.Context(), s, o)
	if err != nil {
		line := WhatIfLine{Problem: err.Error()}
		if !isOutlook(err) && r.Context().Err() == nil {
			d.node.log.Error("a what-if failed", zap.Error(err))
			line.Problem = "something went wrong inside; the operator's log has the cause"
		}
		lines.write(line)
		return nil
	}
	view := WhatIfViewOf(&continued)
	lines.write(WhatIfLine{WhatIf: &view})
	return nil
}

// secondCopy is where a copy of a copy of the books may stand.
func (n *Node) secondCopy(books *store.Books) (string, error) {
	if err := n.room(books.Size()); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(n.folder, snapshotNames)
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}
