package gateway

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
)

// TestBooksThatCannotBeWritten: while the books take nothing, new orders are
// refused and the node says why; when they take something again it goes on by
// itself, with everything that was acknowledged.
func TestBooksThatCannotBeWritten(t *testing.T) {
	folder := t.TempDir()
	var full atomic.Bool
	n, err := Start(context.Background(), Settings{Folder: folder, Clock: time.Now, Log: zap.NewNop(), First: testChange(t), unwritable: func() error {
		if full.Load() {
			return errors.New("no space left on device")
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	issueAt(t, n, testBanks[0], "999999999.00")
	sendAt(t, n, 1)
	before := n.Books.State()
	full.Store(true)
	bank := Caller{Participant: mustBIC(t, testBanks[0])}
	acknowledged := 1
	for i := 2; ; i++ { // until the desk knows; what it takes until then is in the log
		_, err := n.Desk.Receive(t.Context(), bank, samplePayment(t, uetr(i)...))
		if errors.Is(err, ErrStopped) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		acknowledged++
	}
	if unready := strings.Join(n.Unready(), "\n"); !strings.Contains(unready, "no space left") {
		t.Errorf("unready: %q", unready)
	}
	if n.Books.State() != before {
		t.Error("the books have changed")
	}
	full.Store(false)
	for {
		_, err := n.Desk.Receive(t.Context(), bank, samplePayment(t, uetr(9999)...))
		if err == nil {
			break
		}
		if !errors.Is(err, ErrStopped) {
			t.Fatal(err)
		}
	}
	applyAll(t, n)
	if payments := int(n.Books.State().Payment) - int(before.Payment); payments != acknowledged {
		t.Errorf("%d payments since, %d were acknowledged", payments, acknowledged)
	}
	checkBooks(t, n, folder)
}
