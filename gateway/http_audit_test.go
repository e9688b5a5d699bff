package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
)

// TestAuditWhileServing: an operator has the books audited while payments go on; a
// bank may not, and no copy stays behind.
func TestAuditWhileServing(t *testing.T) {
	r := openDoorRig(t, nil)
	paid := r.payMeanwhile()
	for range 3 {
		a := r.do("operator", "POST", "/v1/audit", nil, nil)
		lines := bytes.Split(bytes.TrimSpace(a.body), []byte("\n"))
		var last AuditLine
		if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Audit == nil || !last.Audit.Clean || last.Audit.Groups == 0 {
			t.Errorf("%s: the last line is %s (%v)", a.Status, lines[len(lines)-1], err)
		}
	}
	t.Logf("%d payments while three audits ran", paid())
	if a := r.do(testBanks[0], "POST", "/v1/audit", nil, nil); a.StatusCode != http.StatusForbidden {
		t.Errorf("a bank is answered %s", a.Status)
	}
	if left, err := filepath.Glob(filepath.Join(r.node.folder, snapshotNames)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// payMeanwhile has a bank pay until the function that it returns is called, which says how
// often it has.
func (r *doorRig) payMeanwhile() (paid func() int) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan int)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			if _, err := r.node.Desk.Receive(context.Background(), Caller{Participant: mustBIC(r.t, testBanks[0])}, samplePayment(r.t, uetr(n)...)); err != nil {
				r.t.Error(err)
			}
		}
		done <- n
	}()
	return func() int {
		stop()
		return <-done
	}
}
