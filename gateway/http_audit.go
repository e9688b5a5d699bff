package gateway

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"go.uber.org/zap"

	"dragoman/store"
)

const linesContent = "application/x-ndjson"

// AuditLine is one line of the answer to POST /v1/audit: how far the audit is or,
// on the last line, what it found or why it could not go on.
type AuditLine struct {
	Done    uint64     `json:"done,omitempty"`
	Of      uint64     `json:"of,omitempty"`
	Audit   *AuditView `json:"audit,omitempty"`
	Problem string     `json:"problem,omitempty"`
}

// AuditView is the verdict of an audit.
type AuditView struct {
	Groups   uint64            `json:"groups"`
	Payments uint64            `json:"payments"`
	Entries  uint64            `json:"entries"`
	Messages uint64            `json:"messages"`
	Digest   string            `json:"digest"`
	Counts   map[string]uint64 `json:"counts"` // rows read, by kind
	Clean    bool              `json:"clean"`
	Findings []string          `json:"findings"`
}

// AuditViewOf shows a report.
func AuditViewOf(r store.Report) AuditView {
	v := AuditView{
		Groups: r.State.Sequence, Payments: uint64(r.State.Payment), Entries: uint64(r.State.Entry), Messages: r.State.Records,
		Digest: hex.EncodeToString(r.State.Digest[:]), Counts: map[string]uint64{}, Clean: len(r.Findings) == 0, Findings: append([]string{}, r.Findings...),
	}
	for _, c := range r.Counts {
		v.Counts[c.Of] = c.Number
	}
	return v
}

// audit audits a copy of the books and tells now and then how far it is, so that
// neither side takes the other for dead.
func (d *Door) audit(w http.ResponseWriter, r *http.Request, _ Caller) error {
	books, done, err := d.node.snapshot(r.Context())
	if err != nil {
		return err
	}
	defer done()
	w.Header().Set("Content-Type", linesContent)
	lines := &lineWriter{w: w, control: http.NewResponseController(w), clock: d.clock}
	report, err := Audit(r.Context(), books, func(done, of uint64) { lines.now(AuditLine{Done: done, Of: of}) })
	if err != nil {
		if r.Context().Err() == nil {
			d.node.log.Error("an audit failed", zap.Error(err))
		}
		lines.write(AuditLine{Problem: "something went wrong inside; the operator's log has the cause"})
		return nil
	}
	for _, finding := range report.Findings {
		d.node.log.Error("audit", zap.String("finding", finding))
	}
	view := AuditViewOf(report)
	lines.write(AuditLine{Audit: &view})
	return nil
}

// lineWriter answers line by line for as long as the work takes.
type lineWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	clock   func() time.Time
	last    time.Time
}

// Bounds of an answer that takes long: a client that reads nothing for so long is
// gone.
const (
	lineEvery    = 500 * time.Millisecond
	linePatience = time.Minute
)

// now writes a line unless one was written just before.
func (l *lineWriter) now(line any) {
	if at := l.clock(); at.Sub(l.last) >= lineEvery {
		l.last = at
		l.write(line)
	}
}

// write writes a line. That the client is gone shows in the request's context.
func (l *lineWriter) write(line any) {
	_ = l.control.SetWriteDeadline(l.clock().Add(linePatience))
	_ = json.NewEncoder(l.w).Encode(line)
	_ = l.control.Flush()
}
