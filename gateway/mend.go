package gateway

import (
	"context"
	"path/filepath"
	"time"

	"go.uber.org/zap"
)

// Bounds of mending the log's server.
const (
	mendEvery = time.Second
	// mendRoom is the free space with which it is tried: a few of the largest groups.
	mendRoom = 32 << 20
)

// mend looks after the log's server in this process until ctx ends. When its disk
// was full it takes nothing more by itself: it is made to read its files again as
// soon as there is room. Orders that wait are written then, under the same ids.
func (n *Node) mend(ctx context.Context) {
	folder := filepath.Join(n.folder, logName)
	look := time.NewTicker(mendEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		fault := n.embedded.Healthy()
		if fault == nil {
			continue
		}
		if free, err := freeSpace(folder); err != nil || free < mendRoom || writable(folder) != nil {
			continue
		}
		if err := n.embedded.readAgain(folder); err != nil {
			n.log.Error("the log's server cannot read its files again and is tried on", zap.Error(err))
			continue
		}
		n.log.Info("the log's server has read its files again", zap.NamedError("because", fault))
	}
}
