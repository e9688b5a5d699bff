package gateway

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// TestAuditOfTheMarket changes quotes in books whose every checksum fits: only who knows
// rates can tell.
func TestAuditOfTheMarket(t *testing.T) {
	s := newStage(t)
	s.play(filepath.Join("testdata", "scenarios", "fx.txt"))
	audit := func(change func(q *routing.Quote)) []string {
		t.Helper()
		books, err := store.OpenUnsynced(BooksPath(s.folder))
		if err != nil {
			t.Fatal(err)
		}
		defer books.Abandon() //nolint:errcheck // thrown away
		rows, err := books.Market(routing.RowQuotes)
		if err != nil || len(rows) == 0 {
			t.Fatalf("%d quotes (%v)", len(rows), err)
		}
		for _, row := range rows {
			var q routing.Quote
			if err := json.Unmarshal(row.Value, &q); err != nil {
				t.Fatal(err)
			}
			if q.Used == 0 {
				continue
			}
			was := row.Value
			change(&q)
			if row.Value, err = json.Marshal(q); err != nil {
				t.Fatal(err)
			}
			writeMarket(t, books, row)
			report, err := Audit(context.Background(), books, nil)
			if err != nil {
				t.Fatal(err)
			}
			row.Value = was
			writeMarket(t, books, row)
			return report.Findings
		}
		t.Fatal("no quote was used")
		return nil
	}
	if found := audit(func(*routing.Quote) {}); len(found) > 0 {
		t.Errorf("of sound books: %v", found)
	}
	for want, change := range map[string]func(q *routing.Quote){
		"is not what its rate gives": func(q *routing.Quote) { q.Hops[0].Bought++ },
		"is none of participant":     func(q *routing.Quote) { q.Asker++ },
		"was used by payment":        func(q *routing.Quote) { q.Used = 1 << 40 },
	} {
		if found := audit(change); len(found) == 0 || !strings.Contains(strings.Join(found, "\n"), want) {
			t.Errorf("%q is not found: %v", want, found)
		}
	}
}

// writeMarket has a row of the market written by a group that does nothing else.
func writeMarket(t *testing.T, books *store.Books, row store.MarketRow) {
	t.Helper()
	state := books.State()
	state.Sequence++
	if _, err := books.Commit([]store.Batch{{State: state, Changes: settlement.Changes{}, Market: []store.MarketRow{row}}}); err != nil {
		t.Fatal(err)
	}
}
