package gateway

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
	"dragoman/store/evidence"
)

// Against lists in what books contradict a checkpoint that the gateway signed earlier
// and somebody kept: then they, and the log beside them, were rolled back or changed.
// key is the gateway's first public key.
func Against(books *store.Books, signed []byte, key note.Verifier) (findings []string, err error) {
	chain, err := books.Keys()
	if err != nil {
		return nil, err
	}
	keys, err := evidence.FollowChain(key, chain)
	if err != nil {
		return nil, err
	}
	kept, err := evidence.OpenCheckpoint(signed, note.VerifierList(keys...))
	if err != nil {
		return nil, err
	}
	find := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	state := books.State()
	group, ok, err := books.Group(kept.Orders)
	switch {
	case err != nil:
		return nil, err
	case !ok && kept.Orders > 0:
		find("books and log were rolled back: the checkpoint has applied %d groups, the books %d", kept.Orders, state.Sequence)
	case ok && (group.LogHash != kept.LogHash || group.Digest != kept.Books):
		find("ORDERS or the books were exchanged: at group %d their hashes are not those of the checkpoint", kept.Orders)
	}
	changed, err := headsAgainst(books, kept)
	return append(findings, changed...), err
}

// headsAgainst lists the logs that do not begin with what the checkpoint has of them.
func headsAgainst(books *store.Books, kept *evidence.Checkpoint) (findings []string, err error) {
	directory, err := directoryOf(books)
	if err != nil {
		return nil, err
	}
	for _, before := range append([]evidence.Head{{BIC: evidence.GlobalLog, Size: kept.Size, Root: kept.Root}}, kept.Heads...) {
		log, err := logIn(books, directory, before.BIC)
		if err != nil {
			return nil, err
		}
		if log == nil {
			findings = append(findings, before.BIC+" takes no part any more; it did when the checkpoint was signed")
			continue
		}
		if log.Size() < before.Size {
			findings = append(findings, fmt.Sprintf("the message log %s was rolled back: it had %d records, now it has %d", before.BIC, before.Size, log.Size()))
			continue
		}
		root, err := log.Root(before.Size)
		if err != nil {
			return nil, err
		}
		if root != before.Root {
			findings = append(findings, fmt.Sprintf("the message log %s was changed: its first %d records are not those of the checkpoint", before.BIC, before.Size))
		}
	}
	return findings, nil
}

// logIn is a log of books by its name; nil: nobody of that name takes part.
func logIn(books *store.Books, directory *routing.Directory, name string) (*store.Log, error) {
	if name == evidence.GlobalLog {
		return books.GlobalLog(books.State().Records), nil
	}
	bic, err := messages.ParseBIC(name)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // a name that cannot be is nobody's
	}
	p, known := directory.ByBIC(bic)
	if !known {
		return nil, nil //nolint:nilnil // as the comment says
	}
	stand, err := books.Stand([]settlement.ParticipantID{p.ID})
	return books.PartyLog(p.ID, stand.Heads[p.ID].Size), err
}
