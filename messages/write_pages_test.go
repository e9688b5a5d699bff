package messages_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"dragoman/messages"
)

// pagedStatement has n entries of which every fifth is pending, and balances
// that add up.
func pagedStatement(n int) messages.Statement {
	balance := money("EUR -12.00")
	s := messages.Statement{StatementID: "STMT-1", Created: createdTime, Account: ownAccount, Balances: []messages.Balance{
		{Type: "OPBD", Amount: balance, Date: moment("2026-03-04")},
	}}
	for i := range n {
		amount, status := money(fmt.Sprintf("EUR %d.07", i)), "BOOK"
		if i%3 == 0 {
			amount = money(fmt.Sprintf("EUR -%d.01", i))
		}
		if i%5 == 4 {
			status = "PDNG"
		} else {
			balance = must(balance.Add(amount))
		}
		s.Entries = append(s.Entries, messages.Entry{
			Amount: amount, Status: status, ServicerRef: fmt.Sprintf("REF-%d", i), Booked: moment("2026-03-04"),
			Code: messages.TransactionCode{Domain: "PMNT", Family: "RCDT", Subfamily: "XBCT"},
		})
	}
	s.Balances = append(s.Balances, messages.Balance{Type: "CLBD", Amount: balance, Date: moment("2026-03-04")},
		messages.Balance{Type: "CLAV", Amount: balance, Date: moment("2026-03-04")})
	s.Totals = must(messages.TotalsOf(s.Entries))
	return s
}

func TestStatementPages(t *testing.T) {
	const id = "camt.053.001.08"
	for _, test := range []struct{ entries, size, pages int }{
		{0, 10, 1}, {1, 10, 1}, {10, 10, 1}, {11, 10, 2}, {23, 10, 3}, {3, 1, 3}, {2, 0, 2},
	} {
		s := pagedStatement(test.entries)
		pages, err := s.Pages(test.size)
		if err != nil || len(pages) != test.pages {
			t.Errorf("%+v: %d pages, %v", test, len(pages), err)
			continue
		}
		var references []string
		for i, p := range pages {
			r := messages.Reporting{MessageID: "M", Created: createdTime, Statements: []messages.Statement{p}}
			raw, err := r.Write(id)
			v, _ := messages.ViewStatement(readWritten(t, id, raw, err))
			page := head(v.Statements())
			if got := page.Page(); got.NumberText() != fmt.Sprint(i+1) || got.Last() != (i == len(pages)-1) {
				t.Errorf("%+v: page %d: number %s, last %t", test, i+1, got.NumberText(), got.Last())
			}
			opening, closing := page.Balance("OPBD"), page.Balance("CLBD")
			sum := must(opening.Signed())
			for e := range page.Entries() {
				references = append(references, e.ServicerRef())
				if e.Status() == "BOOK" {
					sum = must(sum.Add(must(e.Signed())))
				}
			}
			if got := must(closing.Signed()); got != sum {
				t.Errorf("%+v: page %d closes with %s, its entries with %s", test, i+1, got, sum)
			}
			carried := [2]bool{opening.Subtype() == "INTM", closing.Subtype() == "INTM"}
			if want := [2]bool{i > 0, i < len(pages)-1}; carried != want {
				t.Errorf("%+v: page %d: intermediate balances %v, want %v", test, i+1, carried, want)
			}
			if got, want := page.Totals().CountText(), fmt.Sprint(count(page.Entries())); got != want && test.entries > 0 {
				t.Errorf("%+v: page %d counts %s entries, want %s", test, i+1, got, want)
			}
		}
		var want []string
		for _, e := range s.Entries {
			want = append(want, e.ServicerRef)
		}
		if !slices.Equal(references, want) {
			t.Errorf("%+v: entries %v", test, references)
		}
	}
}

func TestStatementPagesRefuses(t *testing.T) {
	wrong := pagedStatement(7)
	wrong.Balances[1].Amount = money("EUR 1.00")
	if _, err := wrong.Pages(3); !errors.Is(err, messages.ErrBalance) {
		t.Errorf("wrong closing balance: %v", err)
	}
	mixed := pagedStatement(7)
	mixed.Entries[3].Amount = money("USD 1.00")
	if _, err := mixed.Pages(3); err == nil {
		t.Error("an entry in another currency was added up")
	}
	if _, err := messages.TotalsOf(mixed.Entries); err == nil {
		t.Error("an entry in another currency was counted")
	}
	huge := pagedStatement(2)
	most := must(messages.NewMoney(1<<63-1, messages.MustCurrency("EUR")))
	huge.Balances[0].Amount, huge.Entries[1].Amount, huge.Entries[1].Status = most, most, "BOOK"
	if _, err := huge.Pages(3); err == nil {
		t.Error("an overflow was not noticed")
	}
}

// Without an opening balance nothing is carried forward.
func TestStatementPagesWithoutOpening(t *testing.T) {
	s := pagedStatement(5)
	s.Balances = s.Balances[1:2]
	pages := must(s.Pages(2))
	if len(pages) != 3 || len(pages[0].Balances)+len(pages[1].Balances) != 0 || len(pages[2].Balances) != 1 {
		t.Errorf("%d pages, balances %v", len(pages), pages)
	}
}
