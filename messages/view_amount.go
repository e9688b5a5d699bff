package messages

// What balances, limits and entries share: amounts with a direction, amounts
// whose currency is implied, and ranges of amounts.

// Credit and Debit tell the direction of a balance or an entry, seen from the
// owner of the account.
const (
	Credit = "CRDT"
	Debit  = "DBIT"
)

// MoneyIn is Money for an amount that may come without a currency: implied is
// that of the account or system. An amount that names its currency keeps it.
func (a AmountView) MoneyIn(implied Currency) (Money, error) {
	if a.CurrencyCode() != "" {
		return a.Money()
	}
	return ParseMoney(a.Text(), implied)
}

// chosenAmount is the amount of a choice between one with and one without a
// currency.
func chosenAmount(n Node) AmountView { return AmountView{first(n, "AmtWthCcy", "AmtWthtCcy")} }

// signed is m below zero for a debit.
func signed(m Money, direction string) (Money, error) {
	if direction != Debit || m.IsZero() {
		return m, nil
	}
	return NewMoney(-m.Minor(), m.Currency())
}

// directed is an amount with its direction.
type directed struct{ Node }

// Amount is the amount without its direction.
func (d directed) Amount() AmountView { return AmountView{d.Child("Amt")} }

// Direction is Credit or Debit.
func (d directed) Direction() string { return d.Child("CdtDbtInd").Text() }

// Signed is the amount in minor units, below zero for a debit; the error is
// that of AmountView.Money.
func (d directed) Signed() (Money, error) {
	m, err := d.Amount().Money()
	if err != nil {
		return Money{}, err
	}
	return signed(m, d.Direction())
}

// AmountRangeView is a range of amounts to search for.
type AmountRangeView struct{ Node }

func asAmountRange(n Node) AmountRangeView { return AmountRangeView{n} }

func (r AmountRangeView) of() Node { return first(r.Node, "CcyAndAmtRg", "ImpldCcyAndAmtRg") }

// CurrencyCode is the currency as received; empty where it is implied.
func (r AmountRangeView) CurrencyCode() string { return r.of().Child("Ccy").Text() }

// Direction is Credit, Debit or, for both, empty.
func (r AmountRangeView) Direction() string { return r.of().Child("CdtDbtInd").Text() }

// From is the least amount as received, and whether it lies in the range.
func (r AmountRangeView) From() (decimal string, included bool) {
	return boundary(first(r.of(), "Amt/FrAmt", "Amt/FrToAmt/FrAmt"))
}

// To is the greatest amount as received, and whether it lies in the range.
func (r AmountRangeView) To() (decimal string, included bool) {
	return boundary(first(r.of(), "Amt/ToAmt", "Amt/FrToAmt/ToAmt"))
}

func boundary(n Node) (decimal string, included bool) {
	return n.Child("BdryAmt").Text(), isTrue(n.Child("Incl"))
}

// EqualText is the one amount that is meant, as received.
func (r AmountRangeView) EqualText() string { return r.of().At("Amt/EQAmt").Text() }

// UnequalText is the one amount that is not meant, as received.
func (r AmountRangeView) UnequalText() string { return r.of().At("Amt/NEQAmt").Text() }
