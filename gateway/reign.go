package gateway

import (
	"errors"
	"fmt"

	"dragoman/store"
	"dragoman/store/wire"
)

// Several nodes apply one log. Two things about them stand in the log itself: which
// of them leads, and by which rules all of them apply it.

// Versions of the rules by which the log is applied. A log begins under the first;
// an entry says from where on it is another. A node that does not know a version stops
// before that entry.
const (
	rulesFirst = 1 // a tick moves time, whichever door wrote it
	rulesTerms = 2 // only a tick of the leader does, written in its own term
	rulesKnown = rulesTerms
)

// reign is who leads and by which rules, as the log has it.
type reign struct {
	rules uint64
	term  uint64 // 0: nobody has led yet
	door  string // of the leader
	epoch uint64 // of that door: a node that was started again is not the leader it was
}

// ErrNewer says that the log goes on by rules that this program does not know.
var ErrNewer = errors.New("the log goes on by rules that this program does not know: run a newer one on this node")

// leads tells whether a group comes from the leader in its term.
func (r *reign) leads(g *Group) bool {
	return r.term > 0 && g.Term == r.term && g.Door == r.door && g.Epoch == r.epoch
}

// mayTick tells whether the ticks of a group count. While nobody has led yet, those of
// every door do: there is one node.
func (r *reign) mayTick(g *Group) bool {
	return r.rules < rulesTerms || r.term == 0 || r.leads(g)
}

// claimFacts are those of an OrderLeader: a node wants to lead in that term. The first
// claim of the next term is heeded, and no other.
func claimFacts(term uint64) []byte {
	w := wire.NewWriter()
	w.Uint(term)
	return w.Record()
}

// claimLead heeds a claim, or does not.
func (w *work) claimLead(o *Order, g *Group) error {
	r := wire.NewReader(o.Facts)
	term := r.Uint()
	if r.Err() != nil {
		return fmt.Errorf("read a claim to lead: %w", r.Err())
	}
	if term == w.reign.term+1 {
		w.reign.term, w.reign.door, w.reign.epoch = term, g.Door, g.Epoch
		w.reigned = true
	}
	return nil
}

// changeRules has what follows applied by other rules. They never go back.
func (w *work) changeRules(o *Order) error {
	r := wire.NewReader(o.Facts)
	if rules := r.Uint(); r.Err() == nil && rules > w.reign.rules {
		w.reign.rules, w.reigned = rules, true
	}
	return r.Err()
}

// newer tells that a group changes to rules that are not known here. It is asked before
// anything of the group is applied: these are no defect of the entry, and no quarantine
// would help.
func (l *Lane) newer(g *Group) error {
	for i := range g.Orders {
		if o := &g.Orders[i]; o.Kind == OrderRules {
			if rules := wire.NewReader(o.Facts).Uint(); rules > l.known {
				return fmt.Errorf("%w (version %d; known is %d)", ErrNewer, rules, l.known)
			}
		}
	}
	if l.reign.rules > l.known {
		return fmt.Errorf("%w (version %d; known is %d)", ErrNewer, l.reign.rules, l.known)
	}
	return nil
}

func (r *reign) encode() []byte {
	w := wire.NewWriter()
	w.Uint(r.rules)
	w.Uint(r.term)
	w.Text(r.door)
	w.Uint(r.epoch)
	return w.Record()
}

// loadReign reads it from the books.
func loadReign(books *store.Books) (reign, error) {
	encoded, err := books.Reign()
	if err != nil || len(encoded) == 0 {
		return reign{rules: rulesFirst}, err
	}
	r := wire.NewReader(encoded)
	loaded := reign{rules: r.Uint(), term: r.Uint(), door: r.Text(), epoch: r.Uint()}
	if r.Err() != nil {
		return loaded, fmt.Errorf("read in the books who leads: %w", r.Err())
	}
	return loaded, nil
}
