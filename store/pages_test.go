package store

import (
	"testing"

	"dragoman/settlement"
)

// TestSoundFilesAreSound looks at the file as a start does after every commit of
// messages of all sizes: pages come into use, belong together and become free
// again, and never is a sound file called damaged.
func TestSoundFilesAreSound(t *testing.T) {
	b := newBank(t, 3)
	defer b.close()
	looked := 0
	for n := range 250 {
		b.step(n)
		if n%3 == 0 {
			size := 1 << b.random.IntN(17) // up to many pages
			noise := make([]byte, size)
			for i := range noise {
				noise[i] = byte(b.random.Uint32())
			}
			r := Record{Sender: 2, Type: "pacs.008.001.08", At: b.engine.Now(), Place: settlement.Place{Sequence: b.sequence + 1}}
			r.Seal(noise)
			b.commit([]Record{r})
		}
		if note, err := checkFile(b.path); note != "" || err != nil {
			t.Fatalf("after %d commits: %s %v", b.sequence, note, err)
		}
		looked++
	}
	if findings, err := b.books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	t.Logf("%d files looked at", looked)
}
