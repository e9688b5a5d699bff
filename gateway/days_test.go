package gateway

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// logOf is the whole log of a node that is stopped, and how its books stand.
func logOf(t *testing.T, folder string) (entries []Entry, own store.State) {
	t.Helper()
	books, err := store.OpenReadOnly(BooksPath(folder))
	if err != nil {
		t.Fatal(err)
	}
	own = books.State()
	if err := books.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithCancel(context.Background())
	defer done()
	nc, ended, err := connectLog(ctx, NATSSettings{}, folder, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer ended()
	orders, err := OpenOrders(ctx, nc, own, "test", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	err = orders.Follow(ctx, 0, func(more []Entry) error {
		entries = append(entries, more...)
		if entries[len(entries)-1].Sequence >= own.Sequence {
			done()
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	return entries, own
}

// TestADayResumesAnywhere: a settlement day whose lane is stopped behind every group
// of the log, in every phase, and goes on from the books alone, ends where the day
// ended that was never stopped.
func TestADayResumesAnywhere(t *testing.T) {
	for _, name := range []string{"business-day.txt", "cut-off.txt"} {
		s := newStage(t)
		s.play(filepath.Join("testdata", "scenarios", name))
		entries, own := logOf(t, s.folder)
		books, err := store.Open(filepath.Join(t.TempDir(), "again.db"))
		if err != nil {
			t.Fatal(err)
		}
		phases := map[routing.Phase]bool{}
		for _, e := range entries {
			lane, err := NewLane(books)
			if err == nil {
				err = lane.Apply([]Entry{e})
			}
			if err != nil {
				t.Fatalf("%s: group %d: %v", name, e.Sequence, err)
			}
			for _, day := range lane.days {
				phases[day.Phase] = true
			}
		}
		if got := books.State(); got != own {
			t.Errorf("%s: stopped behind every group it ends at %+v, and otherwise at %+v", name, got, own)
		}
		if findings, err := books.Audit(); err != nil || len(findings) > 0 {
			t.Errorf("%s: audit: %v %v", name, err, findings)
		}
		t.Logf("%s: %d groups, phases %v", name, len(entries), phases)
		if len(entries) < 36 || len(phases) < 3 {
			t.Errorf("%s: only %d groups, phases %v", name, len(entries), phases)
		}
		if err := books.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFarJumpOfDays: two operators put the clock a year ahead, and the lane does not
// announce every phase of the year to everybody, but stands where time is.
func TestFarJumpOfDays(t *testing.T) {
	r := newRig(t, func(c *routing.Change) {
		for _, name := range []string{"A", "B", "C"} {
			c.Calendars = append(c.Calendars, routing.Calendar{Name: name, Zone: "UTC", Offsets: []routing.Offset{{}}, Open: "00:00", CustomerCutOff: "11:00", BankCutOff: "12:00", Close: "24:00"})
		}
	})
	lane := r.lane
	w := &work{Lane: lane, announced: map[settlement.MessageID]*Decision{}}
	now := settlement.Moment(firstMoment.UnixNano())
	w.moveTime(now)
	w.moveTime(now + settlement.Moment(366*24*time.Hour))
	told := len(w.announced)
	for _, day := range lane.days {
		if text, _ := json.Marshal(day); day.Date.String() != "2027-11-24" || day.Phase != routing.PhaseOpen {
			t.Errorf("it stands at %s", text)
		}
	}
	if told == 0 || told > maxPhases {
		t.Errorf("%d phases were announced, want at most %d", told, maxPhases)
	}
}
