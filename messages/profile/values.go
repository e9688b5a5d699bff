package profile

import (
	"strings"

	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/messages/schema"
)

// Types of amounts in a currency. Prices may be finer than money.
var (
	moneyTypes  = []string{"Active*CurrencyAndAmount", "CurrencyAndAmount"}
	amountTypes = append([]string{"Active*CurrencyAnd13DecimalAmount"}, moneyTypes...)
)

func validBIC(x *Exam, at schema.Node) {
	_, err := messages.ParseBIC(at.Text())
	faultOf(x, at, err)
}

func validLEI(x *Exam, at schema.Node) {
	_, err := messages.ParseLEI(at.Text())
	faultOf(x, at, err)
}

func validUETR(x *Exam, at schema.Node) {
	_, err := messages.ParseUETR(at.Text())
	faultOf(x, at, err)
}

func validCountry(x *Exam, at schema.Node) {
	_, err := messages.ParseCountry(at.Text())
	faultOf(x, at, err)
}

func faultOf(x *Exam, at schema.Node, err error) {
	if err != nil {
		x.Fault(at, "%s: %v", at.Name(), err)
	}
}

// currencyOf is the code that a value is, or that is its attribute, and the
// type that says which codes may stand there.
func currencyOf(at schema.Node) (code string, typ *schema.Type) {
	t := at.Type()
	if t.AttrType != nil {
		return at.Attr(t.AttrName), t.AttrType
	}
	return at.Text(), t
}

func knownCurrency(x *Exam, at schema.Node) {
	code, typ := currencyOf(at)
	currency, err := messages.ParseCurrency(code)
	switch {
	case err != nil:
		x.Fault(at, "%s: %v", at.Name(), err)
	case !currency.Active() && strings.HasPrefix(typ.Name, "ActiveCurrency"):
		x.Fault(at, "%s: %s was withdrawn in %s", at.Name(), code, currency.Withdrawn())
	}
}

func fitsCurrency(x *Exam, at schema.Node) {
	code, _ := currencyOf(at)
	currency, err := messages.ParseCurrency(code)
	if err != nil {
		return // base.currency.known
	}
	digits, counted := currency.Exponent()
	_, fraction, _ := strings.Cut(at.Text(), ".")
	if have := len(strings.TrimRight(fraction, "0")); counted && have > digits {
		x.Fault(at, "%s has %d digits after the point; %s has %d", at.Name(), have, code, digits)
	}
}

func externalCode(x *Exam, at schema.Node) {
	set, held := codes.ForType(at.Type().Name)
	if held && !set.Known(at.Text()) {
		x.Fault(at, "%s: %q is not in %s", at.Name(), clip(at.Text()), set.Name())
	}
}
