package gateway

import (
	"iter"
	"slices"

	"dragoman/messages"
	"dragoman/routing"
)

// What banks ask about their own accounts: balances (camt.003), payments that wait
// (camt.005), limits (camt.009) and reservations (camt.046).

// maxSearches bounds the searches of one question, maxValues the values of one of
// its lists.
const (
	maxSearches = 100
	maxValues   = 1000
)

// asking is what every such question has.
type asking interface {
	Group() messages.GroupView
	QueryType() string
	QueryName() string
	NewQueryName() string
}

// searching reads such a question; false when it is none.
func (f *facts) searching() bool {
	if v, ok := messages.ViewAccountQuery(f.message); ok {
		f.query(v)
		for s := range v.Searches() {
			one := routing.Search{Currencies: slices.Collect(s.CurrencyCodes())}
			for a := range s.Accounts() {
				one.Accounts = append(one.Accounts, a.Identification())
			}
			f.owner(s.Owner().BICText())
			for c := range s.Children() {
				if c.Name() == "AcctId" && !c.Child("EQ").Exists() {
					f.refuse("CH17", "accounts are named in full here (EQ)")
				}
			}
			f.understood(s.Node, "AcctId", "Ccy", "AcctOwnr", "AcctSvcr")
			f.search(one)
		}
		return true
	}
	if v, ok := messages.ViewLimitQuery(f.message); ok {
		f.query(v)
		for s := range v.Searches() {
			one := routing.Search{Types: slices.Collect(s.CurrentTypes())}
			for counterparty := range s.Counterparties() {
				one.Towards = append(one.Towards, bicOf(counterparty).Full())
			}
			f.account(&one, s.Owner().BICText(), s.Account())
			if s.CurrencyCode() != "" {
				one.Currencies = []string{s.CurrencyCode()}
			}
			f.understood(s.Node, "SysId", "BilLmtCtrPtyId", "CurLmtTp", "AcctOwnr", "AcctId", "LmtCcy")
			f.search(one)
		}
		return true
	}
	if v, ok := messages.ViewReservationQuery(f.message); ok {
		f.query(v)
		for s := range v.Searches() {
			one := routing.Search{Types: slices.Collect(s.CurrentTypes())}
			f.account(&one, s.Owner().BICText(), s.Account())
			f.understood(s.Node, "SysId", "CurRsvatnTp", "AcctOwnr", "AcctId")
			f.search(one)
		}
		return true
	}
	return f.queueSearch()
}

func (f *facts) account(s *routing.Search, owner string, a messages.AccountView) {
	f.owner(owner)
	if name := a.Identification(); name != "" {
		s.Accounts = []string{name}
	}
}

// query reads what all questions share.
func (f *facts) query(q asking) {
	f.letter.ID = q.Group().MessageID()
	switch {
	case q.QueryType() != "" && q.QueryType() != "ALLL":
		f.refuse("CH16", "query type "+q.QueryType()+" is not answered here: ask for ALLL")
	case q.QueryName() != "" || q.NewQueryName() != "":
		f.refuse("CH17", "questions are not kept under names here: ask in full")
	}
}

// understood refuses a question that would narrow its answer by what is not
// understood here: to ignore it would answer another one.
func (f *facts) understood(n messages.Node, names ...string) {
	for c := range n.Children() {
		if !slices.Contains(names, c.Name()) {
			f.refuse("CH17", "searches by "+c.Name()+" are not answered here")
		}
	}
}

// search notes what is asked for.
func (f *facts) search(s routing.Search) {
	for _, field := range s.Fields() {
		if len(*field) > maxValues || len(f.letter.Searches) == maxSearches {
			f.refuse("AM19", "more is asked for than one question may")
			return
		}
	}
	f.letter.Searches = append(f.letter.Searches, s)
}

// queueSearch reads a question about payments.
func (f *facts) queueSearch() bool {
	v, ok := messages.ViewTransactionQuery(f.message)
	if !ok {
		return false
	}
	f.query(v)
	for s := range v.Searches() {
		p := s.Payment()
		one := routing.Search{
			MessageIDs: slices.Collect(p.MessageIDs()), EndToEnds: slices.Collect(p.EndToEndIDs()), TxIDs: slices.Collect(p.TransactionIDs()), UETRs: slices.Collect(p.UETRTexts()),
			Currencies: slices.Collect(p.CurrencyCodes()), Priorities: slices.Collect(p.Priorities()),
		}
		f.references(&one, p.References())
		f.understood(s.Node, "PmtSch")
		f.understood(p.Node, "MsgId", "EndToEndId", "TxId", "UETR", "IntrBkSttlmAmtCcy", "Prty", "PmtId")
		f.search(one)
	}
	return true
}

// references adds single payments to a search.
func (f *facts) references(s *routing.Search, all iter.Seq[messages.PaymentReferenceView]) {
	for r := range all {
		switch {
		case r.UETRText() != "":
			s.UETRs = append(s.UETRs, r.UETRText())
		case r.TransactionID() != "":
			s.TxIDs = append(s.TxIDs, r.TransactionID())
		default:
			f.refuse("CH17", "payments are named by UETR or transaction identifier here")
		}
	}
}
