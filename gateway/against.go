package gateway

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"dragoman/messages"
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
	directory, err := directoryOf(books)
	if err != nil {
		return nil, err
	}
	for _, before := range append([]evidence.Head{{BIC: evidence.GlobalLog, Size: kept.Size, Root: kept.Root}}, kept.Heads...) {
		log := books.GlobalLog(state.Records)
		if before.BIC != evidence.GlobalLog {
			bic, err := messages.ParseBIC(before.BIC)
			p, known := directory.ByBIC(bic)
			if err != nil || !known {
				find("%s takes no part any more; it did when the checkpoint was signed", before.BIC)
				continue
			}
			stand, err := books.Stand([]settlement.ParticipantID{p.ID})
			if err != nil {
				return nil, err
			}
			log = books.PartyLog(p.ID, stand.Heads[p.ID].Size)
		}
		if log.Size() < before.Size {
			find("the message log %s was rolled back: it had %d records, now it has %d", before.BIC, before.Size, log.Size())
			continue
		}
		root, err := log.Root(before.Size)
		if err != nil {
			return nil, err
		}
		if root != before.Root {
			find("the message log %s was changed: its first %d records are not those of the checkpoint", before.BIC, before.Size)
		}
	}
	return findings, nil
}
