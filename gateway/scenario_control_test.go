package gateway

import (
	"iter"
	"slices"
	"strings"

	"dragoman/messages"
)

// What banks ask about and set on their own accounts in a scenario:
//
//	limit NAME BANK VERSION OTHER|all CURRENCY AMOUNT [more|less AMOUNT] [account NAME] [was AMOUNT]
//	unlimit NAME BANK VERSION OTHER|all|each CURRENCY
//	reserve NAME BANK VERSION UPAR|HPAR CURRENCY AMOUNT
//	unreserve NAME BANK VERSION UPAR|HPAR|each CURRENCY
//	move NAME BANK VERSION PAYMENT… to PRIORITY
//	cancel NAME BANK VERSION PAYMENT
//	query NAME BANK VERSION [OPTION VALUE…]

// roots are the elements of the messages, by kind.
var roots = map[string]string{
	"camt.003": "GetAcct", "camt.005": "GetTx", "camt.007": "ModfyTx", "camt.008": "CclTx", "camt.009": "GetLmt", "camt.011": "ModfyLmt", "camt.012": "DelLmt",
	"camt.046": "GetRsvatn", "camt.048": "ModfyRsvatn", "camt.049": "DelRsvatn",
}

// controls makes such a message.
func (s *stage) controls(at scenarioLine, f []string) *sentMessage {
	s.t.Helper()
	m := &sentMessage{name: f[1], from: s.bic(at, f[2]), version: f[3]}
	s.sent[m.name] = m
	w := messages.NewWriter(m.version)
	w.Open(roots[messages.KindOf(m.version)])
	w.Open("MsgHdr")
	w.Text("MsgId", "M-"+m.name)
	w.Text("CreDtTm", s.now().UTC().Format("2006-01-02T15:04:05Z"))
	w.Close()
	rest := f[4:]
	switch f[0] {
	case "limit", "unlimit", "reserve", "unreserve":
		wanted := 3
		if strings.HasPrefix(f[0], "un") {
			wanted = 2
		}
		s.control(at, w, f[0], m, rest[:wanted], optionsOf(rest[wanted:]))
		rest = rest[wanted:]
	case "move":
		s.moves(w, rest)
	case "cancel":
		s.reference(w, rest[0])
	case "query":
		s.criteria(at, w, messages.KindOf(m.version), optionsOf(rest))
	}
	w.Close()
	document, err := w.Bytes()
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	document = s.edit(at, document, optionsOf(rest))
	h := messages.Header{From: messages.Agent{BIC: m.from}, To: messages.Agent{BIC: s.change.Self}, MessageID: "M-" + m.name, Definition: m.version, Created: s.dateTime(at, "")}
	m.raw = s.envelope(at, h, document)
	return m
}

func (s *stage) control(at scenarioLine, w *messages.Writer, what string, m *sentMessage, f []string, o options) {
	s.t.Helper()
	account := messages.Account{Other: o.text("account", m.from.String()+"-"+f[1]+"-W")}
	id := func(name string, of ...string) {
		for _, element := range append([]string{name}, of...) {
			w.Open(element)
		}
		if what == "limit" || what == "unlimit" {
			if f[0] != "all" && f[0] != "each" {
				w.Agent("BilLmtCtrPtyId", messages.Agent{BIC: s.bic(at, f[0])})
			}
			w.Code("Tp", o.text("type", map[bool]string{true: limitMultilateral, false: limitBilateral}[f[0] == "all"]))
		} else {
			w.Code("Tp", f[0])
		}
		if owner := o.text("owner", ""); owner != "" {
			w.Agent("AcctOwnr", messages.Agent{BIC: s.bic(at, owner)})
		}
		w.AccountID("AcctId", account)
		for range len(of) + 1 {
			w.Close()
		}
	}
	amount := func(name, text string) {
		w.Open(name)
		w.Open("Amt")
		w.AmountText("AmtWthCcy", f[1], text)
		w.Close()
		w.Close()
	}
	switch what {
	case "limit":
		w.Open("LmtDtls")
		if f[0] == "each" {
			id("LmtId", "AllCur")
		} else {
			id("LmtId", "Cur")
		}
		amount("NewLmtValSet", f[2])
		if was := o.text("was", ""); was != "" {
			amount("OdLmtValSet", was)
		}
		for word, element := range map[string]string{"more": "IncrAmt", "less": "DcrAmt"} {
			if by := o.text(word, ""); by != "" {
				w.Open("LmtValAmdmnt")
				w.Open(element)
				w.AmountText("AmtWthCcy", f[1], by)
				w.Close()
				w.Close()
			}
		}
		w.Close()
	case "unlimit":
		w.Open("LmtDtls")
		if f[0] == "each" {
			id("AllCurLmts")
		} else {
			id("CurLmtId")
		}
		w.Close()
	case "reserve":
		id("RsvatnId", "Cur")
		amount("NewRsvatnValSet", f[2])
	case "unreserve":
		if f[0] != "each" {
			id("CurRsvatn")
		}
	}
}

// moves are PAYMENT… to PRIORITY.
func (s *stage) moves(w *messages.Writer, f []string) {
	by := slices.Index(f, "to")
	for _, name := range f[:by] {
		w.Open("Mod")
		s.reference(w, name)
		w.Open("NewPmtValSet")
		w.Code("Prty", f[by+1])
		w.Close()
		w.Close()
	}
}

// reference names a payment by its UETR where the version has a place for it, else
// by its transaction identifier.
func (s *stage) reference(w *messages.Writer, name string) {
	uetr := uetrFrom(name)
	if p := s.payments[name]; p != nil {
		uetr = p.uetr
	}
	w.PaymentReference("PmtId", &messages.PaymentReference{UETR: uetr, TransactionID: "T-" + name})
}

// criteria are what a question asks for.
func (s *stage) criteria(at scenarioLine, w *messages.Writer, kind string, o options) {
	s.t.Helper()
	definition := map[string]string{"camt.003": "Acct", "camt.005": "Tx", "camt.009": "Lmt", "camt.046": "Rsvatn"}[kind]
	if len(o) == 0 {
		return
	}
	w.Open(definition + "QryDef")
	w.Text("QryTp", o.text("query-type", ""))
	w.Open(definition + "Crit")
	w.Open("NewCrit")
	w.Text("NewQryNm", o.text("query-name", ""))
	w.Open("SchCrit")
	switch kind {
	case "camt.003":
		for _, account := range o["account"] {
			w.Open("AcctId")
			w.AccountID("EQ", messages.Account{Other: account})
			w.Close()
		}
		w.Text("Ccy", o.text("currency", ""))
	case "camt.005":
		w.Open("PmtSch")
		w.Text("EndToEndId", o.text("end-to-end", ""))
		w.Text("IntrBkSttlmAmtCcy", o.text("currency", ""))
		w.Text("CdtDbtInd", o.text("direction", ""))
		w.Code("Prty", o.text("priority", ""))
		w.Close()
	case "camt.009", "camt.046":
		if other := o.text("towards", ""); other != "" {
			w.Agent("BilLmtCtrPtyId", messages.Agent{BIC: s.bic(at, other)})
		}
		if kind == "camt.046" && w.Version() < 6 {
			w.Text("CurRsvatnTp", o.text("type", ""))
		} else {
			w.Code("Cur"+definition+"Tp", o.text("type", ""))
		}
		if account := o.text("account", ""); account != "" {
			w.AccountID("AcctId", messages.Account{Other: account})
		}
		w.Text("LmtCcy", o.text("currency", ""))
	}
	for range 4 {
		w.Close()
	}
}

// controlWords are what an answer to such a message says.
func (s *stage) controlWords(m *messages.Message) (words []string) {
	if v, ok := messages.ViewReceipt(m); ok {
		for d := range v.Details() {
			if r := d.Payment(); r.Exists() {
				words = append(words, s.paymentOf(r))
			}
			for h := range d.Handlings() {
				words = append(words, h.Status(), h.Reason().Code())
				if code, _, _ := strings.Cut(h.Description(), " "); h.Reason().Code() == "" {
					words = append(words, code)
				}
			}
		}
	}
	if v, ok := messages.ViewAccountAnswer(m); ok {
		words = append(words, errorWords(v.Errors())...)
		for p := range v.Accounts() {
			words = append(words, p.Account().Identification())
			for b := range p.Balances() {
				words = append(words, b.Type(), signOf(b.Direction(), messages.Debit, "-")+b.Amount().Text())
			}
			if l := p.MultilateralLimit(); l.Exists() {
				words = append(words, "all", l.Amount().Text())
			}
			for l := range p.BilateralLimits() {
				words = append(words, s.short(bicOf(l.Counterparty())), l.Amount().Text())
			}
		}
	}
	if v, ok := messages.ViewTransactionAnswer(m); ok {
		words = append(words, errorWords(v.Errors())...)
		for t := range v.Transactions() {
			words = append(words, strings.TrimPrefix(t.Payment().EndToEndID(), "E-"), t.Payment().Amount().Text(), t.Payment().Priority())
			for status := range t.Payment().Statuses() {
				words = append(words, status.Code())
			}
		}
	}
	if v, ok := messages.ViewLimitAnswer(m); ok {
		words = append(words, errorWords(v.Errors())...)
		for l := range v.Current() {
			towards := "all"
			if l.ID().Counterparty().Exists() {
				towards = s.short(bicOf(l.ID().Counterparty()))
			}
			words = append(words, towards, l.Amount().Text(), "used", signOf(l.UsedDirection(), messages.Credit, "+")+l.Used().Text(), "left", l.Remaining().Text())
		}
	}
	if v, ok := messages.ViewReservationAnswer(m); ok {
		words = append(words, errorWords(v.Errors())...)
		for r := range v.Current() {
			words = append(words, r.ID().Type(), r.Amount().Text())
		}
	}
	return strings.Fields(strings.Join(words, " "))
}

func errorWords(errors iter.Seq[messages.ErrorView]) (words []string) {
	for e := range errors {
		code, _, _ := strings.Cut(e.Description(), " ")
		if words = append(words, e.Code()); e.Code() == proprietaryError {
			words = append(words, code)
		}
	}
	return words
}

// signOf writes a sign where the direction is the rare one.
func signOf(direction, rare, sign string) string {
	if direction == rare {
		return sign
	}
	return ""
}

func (s *stage) paymentOf(r messages.PaymentReferenceView) string {
	if name, ok := strings.CutPrefix(r.TransactionID(), "T-"); ok {
		return name
	}
	return s.nameOf("", r.Proprietary(), first(r.UETRText(), r.Proprietary()))
}
