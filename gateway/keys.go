package gateway

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"golang.org/x/mod/sumdb/note"

	"dragoman/store/evidence"
)

// TypeKey is the type of the records of the message log by which one signing key
// hands over to the next: what they hold is signed by the old one.
const TypeKey = "dragoman.key"

// recordKeys puts the changes of the signing key into the log that it does not have
// yet, so that exports can show the whole chain.
func (n *Node) recordKeys(ctx context.Context, chain []byte) error {
	known, err := n.Books.Keys()
	if err != nil || n.Failed() != nil {
		return err
	}
	if err := signerFits(n.signer, chain); err != nil {
		return err
	}
	if !bytes.HasPrefix(chain, known) {
		if bytes.HasPrefix(known, chain) {
			return nil // the log knows more than this machine
		}
		return fmt.Errorf("the chain of signing keys beside node.checkpoints.key is not the one in the log; bring back the file that 'dragoman rotate-key' wrote")
	}
	for _, signed := range evidence.SplitChain(chain[len(known):]) {
		place, err := n.Desk.appendRecord(ctx, OrderKey, Caller{Participant: n.Directory().Self}, signed)
		if err != nil {
			return err
		}
		if err := n.WaitFor(ctx, place.Sequence); err != nil {
			return err
		}
	}
	return nil
}

// changeKey takes a change of the signing key out of the log.
func (w *work) changeKey(o *Order) error {
	number, err := w.received(o, TypeKey, "")
	if err != nil {
		return err
	}
	w.keys = append(bytes.Clone(w.keys), evidence.JoinChain([][]byte{w.ahead[number].payload})...)
	w.rekeyed = true
	return nil
}

// getKeys answers with the chain of signing keys: with it the first public key vouches
// for the one in use.
func (d *Door) getKeys(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	chain, err := d.node.Books.Keys()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", textContent)
	_, err = w.Write(chain)
	return err
}

// signerFits tells whether the key that signs is the last of the chain.
func signerFits(signer note.Signer, chain []byte) error {
	notes := evidence.SplitChain(chain)
	if signer == nil || len(notes) == 0 {
		return nil
	}
	last, err := evidence.HandsOverTo(notes[len(notes)-1])
	if err == nil && (last.Name() != signer.Name() || last.KeyHash() != signer.KeyHash()) {
		err = fmt.Errorf("the key in node.checkpoints.key is not the last one that the chain beside it names, %s+%08x", last.Name(), last.KeyHash())
	}
	return err
}
