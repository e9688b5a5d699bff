package gateway

import (
	"reflect"
	"testing"

	"dragoman/messages"
)

// TestLettersSurviveTheLog: what the desk hands on in memory is what a node reads
// from the log. A field that the log forgets would be known to this node alone.
func TestLettersSurviveTheLog(t *testing.T) {
	r := newRig(t)
	kinds, checked := map[string]bool{}, 0
	for name, sample := range samples(t) {
		for _, raw := range append(damaged(sample), sample) {
			for _, bank := range []string{"PBOCCNBJXXX", testBanks[0]} {
				read := readLetter(raw, mustBIC(t, bank), 7, r.directory)
				if read.letter == nil {
					continue
				}
				got, err := decodeLetter(encodeLetter(read.letter))
				if err != nil || !reflect.DeepEqual(got, read.letter) {
					t.Fatalf("%s of %s: %v\n got %+v\nwant %+v", name, bank, err, got, read.letter)
				}
				kinds[messages.KindOf(read.letter.Type)] = true
				checked++
			}
		}
	}
	t.Logf("%d letters of %d kinds", checked, len(kinds))
	if checked < 1000 || len(kinds) < 6 {
		t.Error("want at least 1000 letters of 6 kinds")
	}
}
