package messages

// The parts that many messages share, written from plain values. Each takes the
// name of the element and leaves it out when it holds nothing.

// Agent names a financial institution for writing.
type Agent struct {
	BIC            BIC
	LEI            LEI
	ClearingSystem string // code of the clearing system of MemberID
	MemberID       string
	Name           string
	Address        Address
	Received       Node // written as it came in place of all else; see Writer.Received
}

// IsZero reports no agent.
func (a Agent) IsZero() bool { return a == Agent{} }

// Agent writes a BranchAndFinancialInstitutionIdentification.
func (w *Writer) Agent(name string, a Agent) {
	if a.IsZero() {
		return
	}
	if a.Received.Exists() {
		w.Received(name, a.Received)
		return
	}
	w.Open(name)
	w.institution(a)
	w.Close()
}

// institution takes more than a BIC together (CmbndId) in first versions, where
// BIC, member and name are a choice; the name of the clearing system and the
// LEI have no place there.
func (w *Writer) institution(a Agent) {
	w.Open("FinInstnId")
	combined := w.Has("CmbndId") && a != Agent{BIC: a.BIC}
	if combined {
		w.Open("CmbndId")
	}
	bic := "BIC"
	if w.Has("BICFI") {
		bic = "BICFI"
	}
	w.Text(bic, a.BIC.String())
	w.member(a)
	w.Maybe("LEI", a.LEI.String())
	w.Text("Nm", a.Name)
	w.Address("PstlAdr", a.Address)
	if combined {
		w.Close()
	}
	w.Close()
}

func (w *Writer) member(a Agent) {
	if a.MemberID == "" {
		return
	}
	w.Open("ClrSysMmbId")
	if w.Has("MmbId") {
		w.Code("ClrSysId", a.ClearingSystem)
		w.Text("MmbId", a.MemberID)
	} else {
		w.Text(w.admitting(a.MemberID, "Id", "Prtry"), a.MemberID)
	}
	w.Close()
}

// admitting is the first of those children of the open element whose type
// admits the value; the last, if none does.
func (w *Writer) admitting(value string, names ...string) string {
	if w.err == nil {
		for _, name := range names[:len(names)-1] {
			p, _ := w.parent().particle.Type.Element(name)
			if p == nil || !p.Type.Simple() {
				continue
			}
			if _, _, ok := p.Type.CheckValue(value); ok {
				return name
			}
		}
	}
	return names[len(names)-1]
}

// Code writes a choice between a code (Cd) and a proprietary text (Prtry): the
// code if the type of Cd admits it.
func (w *Writer) Code(name, value string) {
	if value == "" {
		return
	}
	w.Open(name)
	w.codeValue(value)
	w.Close()
}

// codeValue writes the content of such a choice; some proprietary texts stand
// in an element of their own (Id).
func (w *Writer) codeValue(value string) {
	alternative := w.admitting(value, "Cd", "Prtry")
	if p, _ := w.child(alternative); p != nil && !p.Type.Simple() {
		w.Open(alternative)
		w.Text("Id", value)
		w.Close()
		return
	}
	w.Text(alternative, value)
}

// Address is a postal address for writing; Lines hold what has no field of its
// own, at most two of 70 characters where Town and Country are given (CPMI
// hybrid address, see payment-flow.md of the design notes).
type Address struct {
	Street, Building, PostCode, Town, Country string
	Lines                                     [2]string
}

// Address writes a PostalAddress.
func (w *Writer) Address(name string, a Address) {
	if a == (Address{}) {
		return
	}
	w.Open(name)
	w.Text("StrtNm", a.Street)
	w.Text("BldgNb", a.Building)
	w.Text("PstCd", a.PostCode)
	w.Text("TwnNm", a.Town)
	w.Text("Ctry", a.Country)
	for _, line := range a.Lines {
		w.Text("AdrLine", line)
	}
	w.Close()
}

// Account names a cash account for writing: by IBAN, else by Other.
type Account struct {
	IBAN      IBAN
	Other     string
	Scheme    string // scheme of Other: an external code, else proprietary
	Type      string // external cash account type, such as CACC, else proprietary
	Currency  string
	Name      string
	Alias     string // proxy, such as a telephone number; left out where there is no place for it
	AliasType string // external type of the proxy, such as TELE, else proprietary
	Received  Node   // written as it came in place of all else; see Writer.Received
}

// IsZero reports no account.
func (a Account) IsZero() bool { return a == Account{} }

// Account writes a CashAccount.
func (w *Writer) Account(name string, a Account) {
	if a.IsZero() {
		return
	}
	if a.Received.Exists() {
		w.Received(name, a.Received)
		return
	}
	w.Open(name)
	w.accountFields(a)
	w.Close()
}

func (w *Writer) accountFields(a Account) {
	w.AccountID("Id", a)
	if a.Type != "" && w.Has("Tp") {
		w.Code("Tp", a.Type)
	}
	w.Maybe("Ccy", a.Currency)
	w.Maybe("Nm", a.Name)
	if a.Alias != "" && w.Has("Prxy") {
		w.Open("Prxy")
		w.Code("Tp", a.AliasType)
		w.Text("Id", a.Alias)
		w.Close()
	}
}

// AccountID writes an AccountIdentification, the part of an account that names it.
func (w *Writer) AccountID(name string, a Account) {
	w.Open(name)
	if !a.IBAN.IsZero() {
		w.Text("IBAN", a.IBAN.String())
	} else if a.Other != "" {
		other := "Othr"
		if !w.Has(other) {
			other = "PrtryAcct"
		}
		w.Open(other)
		w.Text("Id", a.Other)
		if a.Scheme != "" && w.Has("SchmeNm") {
			w.Code("SchmeNm", a.Scheme)
		}
		w.Close()
	}
	w.Close()
}

// Reason is why something has its status, for writing.
type Reason struct {
	Code       string // ISO external code, else proprietary
	Text       string // cut into lines of the length that the message allows
	Originator Party
}

// IsZero reports no reason.
func (r Reason) IsZero() bool { return r == Reason{} }

// Reason writes a StatusReasonInformation.
func (w *Writer) Reason(name string, r Reason) {
	if r.IsZero() {
		return
	}
	w.Open(name)
	old, lines := "", "AddtlInf"
	for _, prefix := range reasonPrefixes {
		if w.Has(prefix + "Rsn") {
			old, lines = prefix, "Addtl"+prefix+"RsnInf"
		}
	}
	w.Party(old+"Orgtr", r.Originator)
	w.Code(old+"Rsn", r.Code)
	w.Lines(lines, r.Text)
	w.Close()
}

// reasonPrefixes begin the names of the elements of a reason in first versions.
var reasonPrefixes = [...]string{"Sts", "Rtr", "Rvsl", "Cxl"}

// Lines writes a long text as repeated elements, cut between words where it can
// be, to the length that the element's type allows.
func (w *Writer) Lines(name, text string) {
	p, _ := w.child(name)
	if p == nil {
		return
	}
	for n := int32(0); text != "" && n < p.Max; n++ {
		var line string
		line, text = cutLine(text, p.Type.MaxLength)
		w.Text(name, line)
	}
}

// cutLine cuts the longest line of at most size characters from text.
func cutLine(text string, size int) (line, rest string) {
	count, space := 0, 0
	for i, r := range text {
		if count == size {
			if space == 0 {
				return text[:i], text[i:]
			}
			return text[:space], text[space+1:]
		}
		if r == ' ' && i > 0 {
			space = i
		}
		count++
	}
	return text, ""
}
