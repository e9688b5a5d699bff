package gateway

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"dragoman/store/evidence"
)

// TestSigningKeyChanges: after the key has changed, exports verify with the first
// public key, through the chain that the log keeps; a chain that was exchanged, or a
// key without its chain, is refused at the start.
func TestSigningKeyChanges(t *testing.T) {
	r := newBackupRig(t)
	payAgain(t, r.node, 0, 3)
	first := r.node.signer
	r.close()
	second, _, secondText := testKeys(t)
	third, thirdKey, thirdText := testKeys(t)
	chain := func(notes ...[]byte) []byte { return evidence.JoinChain(notes) }
	one, err := evidence.SignRotation(first, secondText)
	if err != nil {
		t.Fatal(err)
	}
	two, err := evidence.SignRotation(second, thirdText)
	if err != nil {
		t.Fatal(err)
	}
	n, err := restart(r.folder, func(s *Settings) { s.Signer, s.Keys = second, chain(one) })
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Settings){
		"is not the one in the log":  func(s *Settings) { s.Signer, s.Keys = third, chain(two) },
		"is not the last one that":   func(s *Settings) { s.Signer, s.Keys = second, chain(one, two) },
		"is not the last one that t": func(s *Settings) { s.Signer, s.Keys = third, chain(one) },
	} {
		if n, err := restart(r.folder, change); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q: %v", name, err)
			if n != nil {
				_ = n.Close()
			}
		}
	}
	if n, err = restart(r.folder, func(s *Settings) { s.Signer, s.Keys = third, chain(one, two) }); err != nil {
		t.Fatal(err)
	}
	e, err := n.prepareExport(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, ExportRequest{Reason: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := e.export.Write(&b, e.source); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]evidence.FirstKey{"first": r.key, "third": thirdKey} {
		v, err := evidence.Verify(z, key, nil, nil)
		if err != nil || len(v.Findings) > 0 {
			t.Errorf("with the %s key: %v %v", name, v.Findings, err)
		}
	}
	_, stranger := testSigner(t)
	if v, err := evidence.Verify(z, stranger, nil, nil); err != nil || len(v.Findings) == 0 {
		t.Errorf("with a stranger's key: %v %v", v.Findings, err)
	}
	applyAll(t, n)
	sound(t, n, n.Books.State())
}
