package gateway

import (
	"fmt"
	"net/http"
	"time"

	"go.uber.org/zap"
)

// maxExportRequest bounds a request for an export: a checkpoint names every
// participant.
const maxExportRequest = 1 << 20

// zipContent is the kind of an export and of a backup.
const zipContent = "application/zip"

// export answers with an export as it is made: however large, it is never whole in
// memory. What fails in the middle cuts the answer off, which a zip shows.
func (d *Door) export(w http.ResponseWriter, r *http.Request, c Caller) error {
	var request ExportRequest
	if err := readJSONUpTo(w, r, &request, maxExportRequest); err != nil {
		return err
	}
	e, err := d.node.prepareExport(r.Context(), c, request)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", zipContent)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="dragoman-export-%s.zip"`, e.export.Manifest.Made.Format("20060102T150405Z")))
	if err := e.export.Write(&patientWriter{w: w, control: http.NewResponseController(w), clock: d.clock}, e.source); err != nil {
		if r.Context().Err() == nil {
			d.node.log.Error("an export ended in the middle", zap.Error(err))
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

// patientWriter gives every write its own time: an answer may take as long as it is
// long, and a client that reads nothing is gone.
type patientWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	clock   func() time.Time
}

// Write is that of io.Writer.
func (p *patientWriter) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(p.clock().Add(linePatience)) // without it the answer has the time of any other
	return p.w.Write(b)
}
