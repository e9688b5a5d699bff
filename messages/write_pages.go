package messages

import (
	"errors"
	"fmt"
)

// The balances and the status by which pages are linked.
const (
	openingBooked = "OPBD"
	closingBooked = "CLBD"
	intermediate  = "INTM" // external balance subtype: carried from page to page
	statusBooked  = "BOOK"
)

// ErrBalance says that a statement does not add up: its closing booked balance
// (CLBD) is not its opening booked balance (OPBD) and the booked entries.
var ErrBalance = errors.New("statement does not add up")

// Pages cuts a statement into pages of at most size entries, to be sent in one
// message each. The first balances, up to the last opening one (OPBD, OPAV,
// PRCD), stand on the first page, the others on the last. Where there is an
// opening booked balance, it is carried forward: each page but the last closes
// with CLBD and each but the first opens with OPBD, both of subtype INTM, with
// the date of the opening balance. Totals, where they are given, become those
// of each page. A statement in one page comes back as it is but for its Page.
//
// The error is ErrBalance, or that of Money.Add: entries in another currency
// than the balance, or too large for it.
func (s *Statement) Pages(size int) ([]Statement, error) {
	running, err := s.reconciled()
	if err != nil {
		return nil, err
	}
	size = max(size, 1)
	count := max(1, (len(s.Entries)+size-1)/size)
	pages := make([]Statement, count)
	opening := s.openingBalances()
	for i := range pages {
		p := &pages[i]
		*p = *s
		p.Page = Page{Number: i + 1, Last: i == count-1}
		p.Entries = s.Entries[i*size : min((i+1)*size, len(s.Entries))]
		p.Balances = nil
		if i == 0 {
			p.Balances = append(p.Balances, s.Balances[:opening]...)
		} else if running != nil {
			p.Balances = append(p.Balances, running.carried(openingBooked))
		}
		if running != nil {
			if err = running.book(p.Entries); err != nil {
				return nil, err
			}
		}
		if p.Page.Last {
			p.Balances = append(p.Balances, s.Balances[opening:]...)
		} else if running != nil {
			p.Balances = append(p.Balances, running.carried(closingBooked))
		}
		if s.Totals != (Totals{}) {
			if p.Totals, err = TotalsOf(p.Entries); err != nil {
				return nil, err
			}
		}
	}
	return pages, nil
}

// openingBalances is how many of the balances stand on the first page.
func (s *Statement) openingBalances() int {
	n := 0
	for i := range s.Balances {
		switch s.Balances[i].Type {
		case openingBooked, "OPAV", "PRCD":
			n = i + 1
		}
	}
	return n
}

// reconciled is the opening booked balance, once it is known that the entries
// lead to the closing one; nil where there is none.
func (s *Statement) reconciled() (*Balance, error) {
	var opening, closing *Balance
	for i := range s.Balances {
		switch b := &s.Balances[i]; b.Type {
		case openingBooked:
			opening = b
		case closingBooked:
			closing = b
		}
	}
	if opening == nil {
		return nil, nil
	}
	sum := *opening
	if err := sum.book(s.Entries); err != nil {
		return nil, err
	}
	if closing != nil && sum.Amount != closing.Amount {
		return nil, fmt.Errorf("%w: %s and entries are %s, not %s", ErrBalance, opening.Amount, sum.Amount, closing.Amount)
	}
	running := Balance{Subtype: intermediate, Amount: opening.Amount, Date: opening.Date}
	return &running, nil
}

// book adds booked entries to a balance.
func (b *Balance) book(entries []Entry) (err error) {
	for i := range entries {
		if entries[i].Status != statusBooked {
			continue
		}
		if b.Amount, err = b.Amount.Add(entries[i].Amount); err != nil {
			return fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return nil
}

func (b *Balance) carried(kind string) Balance {
	c := *b
	c.Type = kind
	return c
}
