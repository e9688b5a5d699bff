package gateway

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"dragoman/store/evidence"
)

// largeExportMB bounds what an export and its verification hold in memory, however
// many records there are.
const largeExportMB = 48

// heapWatch counts what is written and notes how large the heap becomes.
type heapWatch struct {
	file *os.File
	next int64
	size int64
	base uint64
	most uint64
}

func newHeapWatch(f *os.File) *heapWatch {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return &heapWatch{file: f, base: m.HeapAlloc}
}

func (h *heapWatch) look() {
	var m runtime.MemStats
	runtime.GC() // what is garbage does not count
	runtime.ReadMemStats(&m)
	h.most = max(h.most, m.HeapAlloc-min(m.HeapAlloc, h.base))
}

// Write is that of io.Writer; it looks every few megabytes.
func (h *heapWatch) Write(b []byte) (int, error) {
	if h.size += int64(len(b)); h.size >= h.next {
		h.next = h.size + 4<<20
		h.look()
	}
	return h.file.Write(b)
}

// TestLargeExport exports everything and verifies it with bounded memory. With
// DRAGOMAN_PAYMENTS=300000 it is a million records.
func TestLargeExport(t *testing.T) {
	payments := 1000
	if text := os.Getenv(manyPayments); text != "" {
		var err error
		if payments, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	folder := t.TempDir()
	manyThrough(t, folder, payments)
	signer, key := testSigner(t)
	n, err := restart(folder, func(s *Settings) { s.Signer = signer })
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close() //nolint:errcheck // only read
	e, err := n.prepareExport(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, ExportRequest{Reason: "everything"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "export.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	written := newHeapWatch(f)
	begun := time.Now()
	if err := errors.Join(e.export.Write(written, e.source), f.Close()); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d records exported in %.1f s: %d MB, heap at most %d MB", e.export.Manifest.Records, time.Since(begun).Seconds(), written.size>>20, written.most>>20)
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close() //nolint:errcheck // only read
	verified := newHeapWatch(nil)
	begun = time.Now()
	looked := uint64(0)
	v, err := evidence.Verify(z, key, nil, func(done, _ uint64) {
		if done >= looked {
			looked = done + 20_000
			verified.look()
		}
	})
	if err != nil || len(v.Findings) > 0 || v.Manifest.Records != e.export.Manifest.Records || v.Manifest.Records < uint64(2*payments) {
		t.Errorf("%v %v", v.Findings, err)
	}
	t.Logf("verified in %.1f s, heap at most %d MB", time.Since(begun).Seconds(), verified.most>>20)
	if most := max(written.most, verified.most) >> 20; most > largeExportMB {
		t.Errorf("want at most %d MB", largeExportMB)
	}
}
