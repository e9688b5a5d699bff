package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"go.uber.org/zap"
)

// An operator has the books compacted while payments go on; they stand where those stand
// that are built anew from the log. A bank may not.
func TestCompactWhileServing(t *testing.T) {
	r := openDoorRig(t, nil)
	paid := r.payMeanwhile()
	for range 3 {
		a := r.do("operator", "POST", "/v1/compactions", nil, nil)
		lines := bytes.Split(bytes.TrimSpace(a.body), []byte("\n"))
		var last CompactLine
		if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Compaction == nil || last.Compaction.Rows == 0 || last.Compaction.After == 0 {
			t.Errorf("%s: the last line is %s (%v)", a.Status, lines[len(lines)-1], err)
			continue
		}
		t.Logf("%+v", *last.Compaction)
	}
	t.Logf("%d payments while the books were compacted three times", paid())
	if a := r.do(testBanks[0], "POST", "/v1/compactions", nil, nil); a.StatusCode != http.StatusForbidden {
		t.Errorf("a bank is answered %s", a.Status)
	}
	applyAll(t, r.node)
	if findings, err := r.node.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("%v %v", findings, err)
	}
	if r.closed = true; r.node.Close() != nil {
		t.Fatal("the node does not close")
	}
	replayed, err := Replay(t.Context(), NATSSettings{}, r.folder, filepath.Join(t.TempDir(), "rebuilt.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !replayed.Same() {
		t.Errorf("the replay: %v %+v", err, replayed)
	}
}
