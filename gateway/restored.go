package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"dragoman/settlement"
	"dragoman/store"
)

// A node that was restored from a backup alone lacks what was acknowledged behind
// it. It serves reads, and takes no new orders until two operators have accepted
// that: banks may have to send again what they have receipts for.

// restoredName is the file that says so in a data folder.
const restoredName = "restored.json"

// restored is where a restored log ends.
type restored struct {
	Groups  uint64    `json:"groups"`
	Time    time.Time `json:"time"` // of the last group
	Made    time.Time `json:"made"` // the backup
	LogHash string    `json:"logHash"`
}

// subject is what a decision names that accepts it.
func (r *restored) subject() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "restored %d %s %s", r.Groups, r.Time.UTC().Format(time.RFC3339Nano), r.LogHash))
	return hex.EncodeToString(sum[:8])
}

// ErrRestored says that new orders wait for two operators.
var ErrRestored = errors.New("restored from a backup")

func (r *restored) Error() string {
	return fmt.Sprintf("this gateway was restored from a backup that ends at group %d, %s: what was acknowledged after that is not in its log; one operator asks with 'dragoman accept-restore %s --as NAME --reason TEXT' to go on without it, another one approves",
		r.Groups, r.Time.UTC().Format(time.RFC3339), r.subject())
}

func (r *restored) Unwrap() error { return ErrRestored }

func writeRestored(folder string, r restored) error {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, restoredName), append(raw, '\n'), 0o600)
}

// loadRestored reads whether a folder was restored and nobody has accepted it yet.
func (n *Node) loadRestored() error {
	raw, err := os.ReadFile(filepath.Join(n.folder, restoredName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	r := &restored{}
	if err == nil {
		err = json.Unmarshal(raw, r)
	}
	if err != nil {
		return fmt.Errorf("read how this gateway was restored: %w", err)
	}
	n.restored.Store(r)
	n.also(func() []string {
		if r := n.restored.Load(); r != nil {
			return []string{"no new orders are taken: " + r.Error()}
		}
		return nil
	})
	n.log.Warn("restored: no new orders are taken", zap.Error(r))
	return nil
}

// blocked is why no new orders are taken; nil: they are.
func (n *Node) blocked() error {
	if err := n.Failed(); err != nil {
		return err
	}
	if r := n.restored.Load(); r != nil {
		return r
	}
	return nil
}

// goesOn tells whether a decision is taken although something keeps new orders away,
// because it is what lets the gateway go on.
func goesOn(action Action, why error) bool {
	switch {
	case why == nil || action == ActionQuarantine:
		return true
	case errors.Is(why, ErrRestored):
		return action == ActionRestoreAccept || action == ActionApprove || action == ActionDecline
	}
	return false
}

// acceptRestored looks, after every commit while it is needed, whether two operators
// have accepted what a restore lacks.
func (n *Node) acceptRestored() {
	r := n.restored.Load()
	if r == nil {
		return
	}
	accepted := false
	before := settlement.Place{Sequence: n.Books.State().Sequence + 1}
	err := n.Books.Decisions(before, func(row store.Kept) bool {
		d, err := decodeDecision(row.Value)
		accepted = err == nil && d.Decision.Action == ActionRestoreAccept && d.Decision.Subject == r.subject() && d.Outcome == OutcomeDone
		return !accepted && row.Place.Sequence > r.Groups
	})
	if err != nil {
		n.log.Error("restored: decisions cannot be read", zap.Error(err))
	}
	if !accepted {
		return
	}
	if err := removed(filepath.Join(n.folder, restoredName)); err != nil {
		n.log.Error("restored: it was accepted but is asked again at the next start", zap.Error(err))
	}
	n.restored.Store(nil)
	n.log.Info("restored: two operators have accepted it, new orders are taken")
}
