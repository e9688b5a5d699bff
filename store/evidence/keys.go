package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A signing key is changed by a note that the old key signs and that names the new
// one. Whoever holds the first public key follows the chain.

// rotationTitle begins the text of such a note; the second line is the new public
// key.
const rotationTitle = "dragoman key"

// SignRotation writes the note by which one key hands over to another.
func SignRotation(old note.Signer, verifier string) ([]byte, error) {
	if _, err := note.NewVerifier(verifier); err != nil {
		return nil, fmt.Errorf("the new public key cannot be read: %w", err)
	}
	return note.Sign(&note.Note{Text: rotationTitle + "\n" + verifier + "\n"}, old)
}

// chainEnd stands between the notes of a chain.
const chainEnd = "=====\n"

// JoinChain writes notes as one file.
func JoinChain(notes [][]byte) []byte {
	var b []byte
	for _, n := range notes {
		b = append(append(b, n...), chainEnd...)
	}
	return b
}

// SplitChain undoes JoinChain.
func SplitChain(chain []byte) (notes [][]byte) {
	for signed := range strings.SplitSeq(string(chain), chainEnd) {
		if signed != "" {
			notes = append(notes, []byte(signed))
		}
	}
	return notes
}

// HandsOverTo is the key that a note of a chain names, whoever signed it.
func HandsOverTo(signed []byte) (note.Verifier, error) {
	text, _, _ := strings.Cut(string(signed), "\n\n")
	return handsOverTo(text)
}

func handsOverTo(text string) (note.Verifier, error) {
	title, verifier, _ := strings.Cut(strings.TrimSuffix(text, "\n"), "\n")
	if title != rotationTitle {
		return nil, errors.New("it is no change of keys")
	}
	return note.NewVerifier(verifier)
}

// Rotation reads one note of a chain, signed by one of the keys: the verifier that
// it hands over to.
func Rotation(signed []byte, keys note.Verifiers) (note.Verifier, error) {
	n, err := note.Open(signed, keys)
	if err != nil {
		return nil, unsigned(err)
	}
	return handsOverTo(n.Text)
}

// FollowChain gives the keys that a known one vouches for, itself among them. Notes
// before the known key came are passed over: whoever signed them, they add nothing.
func FollowChain(known note.Verifier, chain []byte) ([]note.Verifier, error) {
	all := []note.Verifier{known}
	for _, signed := range SplitChain(chain) {
		if _, err := note.Open(signed, note.VerifierList(all...)); err != nil {
			continue
		}
		next, err := Rotation(signed, note.VerifierList(all...))
		if err != nil {
			return all, err
		}
		all = append(all, next)
	}
	return all, nil
}

// FirstKey are verifiers that know one key by heart, and others as it vouches for
// them.
type FirstKey struct{ Key note.Verifier }

// Verifier is what package note asks for.
func (k FirstKey) Verifier(name string, hash uint32) (note.Verifier, error) {
	return note.VerifierList(k.Key).Verifier(name, hash)
}

// chain takes in the keys of the export, if the reader gave a first one.
func (v *verification) chain() {
	first, ok := v.keys.(FirstKey)
	if !ok {
		return
	}
	raw, err := fs.ReadFile(v.files, fileKeys)
	if err != nil || len(raw) == 0 {
		return
	}
	all, err := FollowChain(first.Key, raw)
	if err != nil {
		v.find("%s: %v", fileKeys, err)
	}
	v.keys = note.VerifierList(all...)
}
