package gateway

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// baseOf lays out the snapshot with which the log of the backup begins, if it was trimmed,
// and audits it as the books.
func (l *layingOut) baseOf(ctx context.Context) error {
	base := l.manifest.Base
	if base == nil {
		return nil
	}
	state, err := base.state()
	if err != nil {
		return l.bad("%v", err)
	}
	if err := os.Mkdir(filepath.Join(l.folder, snapshotsName), 0o700); err != nil {
		return err
	}
	path := keptPath(l.folder, keptBooks, base.Groups)
	if err := l.checked(backupBase, func(r io.Reader) error {
		return writeWhole(path, func(w io.Writer) error { _, err := io.Copy(w, r); return err })
	}); err != nil {
		return err
	}
	stands, findings, err := audited(ctx, path, l.Audit)
	switch {
	case err != nil:
		return errors.Join(l.bad("%s cannot be used", backupBase), err)
	case len(findings) > 0:
		return l.bad("the audit of %s has %d findings, the first: %s", backupBase, len(findings), findings[0])
	case stands.Sequence != state.Sequence || stands.LogHash != state.LogHash || stands.Before != state.Before || stands.Digest != state.Digest:
		return l.bad("%s does not stand where %s says", backupBase, backupManifest)
	}
	if base.Bytes, base.SHA256, err = sumOf(ctx, path); err != nil {
		return err
	}
	if err := writeJSON(keptPath(l.folder, keptMark, base.Groups), base); err != nil {
		return err
	}
	noted := Trimmed{First: base.Groups, Snapshot: base.Groups, LogHash: base.LogHash, Digest: base.Digest, At: l.manifest.Made}
	return writeJSON(filepath.Join(l.folder, snapshotsName, trimmedName), noted)
}
