package gateway

import (
	"fmt"
	"net/http"

	"go.uber.org/zap"
)

// backup answers with a backup as it is made, while the gateway goes on. What fails
// in the middle cuts the answer off, which a zip shows.
func (d *Door) backup(w http.ResponseWriter, r *http.Request, c Caller) error {
	permitted, err := d.node.permitted(c, d.clock())
	if err != nil {
		return err
	}
	if !permitted {
		return refused(problemForbidden, "one operator alone takes no backup, for it holds every message: ask with 'dragoman permit-backups --as NAME --for 24h --reason TEXT', have another operator approve it, and take it then with the certificate that asked")
	}
	b, done, err := d.node.prepareBackup(r.Context(), c)
	if err != nil {
		return err
	}
	defer done()
	w.Header().Set("Content-Type", zipContent)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="dragoman-backup-%s.zip"`, b.manifest.Made.Format("20060102T150405Z")))
	if err := b.write(r.Context(), &patientWriter{w: w, control: http.NewResponseController(w), clock: d.clock}); err != nil {
		if r.Context().Err() == nil {
			d.node.log.Error("a backup ended in the middle", zap.Error(err))
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}
