package gateway

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/zap"

	"github.com/nats-io/nats.go/jetstream"
)

// TestNewBlocksAreMadeSafe fills several of the log's files: the name of each is made
// safe once, when it is begun. Should the log's server name its files otherwise, this
// finds out.
func TestNewBlocksAreMadeSafe(t *testing.T) {
	folder := t.TempDir()
	e, err := StartEmbedded(folder, zap.NewNop())
	must(t, err)
	defer e.Stop()
	nc, err := e.Connect()
	must(t, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	must(t, err)
	_, err = js.CreateStream(t.Context(), ordersConfig(spaceFor(false, 1)))
	must(t, err)
	must(t, makeSafe(folder))
	b, err := openBlocks(folder)
	must(t, err)
	first, made := b.last, 0
	for range 8 {
		_, err := js.Publish(t.Context(), ordersSubject, make([]byte, 3<<20))
		must(t, err)
		begun, err := b.makeSafe()
		must(t, err)
		made += begun
	}
	if _, err := os.Stat(filepath.Join(b.folder, fmt.Sprintf(blockName, b.last))); err != nil || first != 1 || made < 3 || b.last != first+made {
		t.Errorf("behind file %d, %d files were made safe, the last known is %d: %v", first, made, b.last, err)
	}
	again, err := openBlocks(folder)
	if err != nil || again.last != b.last {
		t.Errorf("opened again, the last is %d and was %d: %v", again.last, b.last, err)
	}
}

// TestProbesLeftBehind: files that a power failure leaves of a start keep nobody from
// being well.
func TestProbesLeftBehind(t *testing.T) {
	folder := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(folder, "jetstream"), 0o700))
	for _, left := range []string{".probe-1", "jetstream/_test_4020116362"} {
		must(t, os.WriteFile(filepath.Join(folder, left), nil, 0o600))
	}
	must(t, sweepProbes(folder))
	e, err := StartEmbedded(folder, zap.NewNop())
	must(t, err)
	defer e.Stop()
	if err := e.Healthy(); err != nil {
		t.Error(err)
	}
}

// TestReadAgainAndAgain: the log's server reads its files again however often it must,
// also when it could not open them the last time.
func TestReadAgainAndAgain(t *testing.T) {
	folder := t.TempDir()
	e, err := StartEmbedded(folder, zap.NewNop())
	must(t, err)
	defer e.Stop()
	nc, err := e.Connect()
	must(t, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	must(t, err)
	_, err = js.CreateStream(t.Context(), ordersConfig(spaceFor(false, 1)))
	must(t, err)
	for n := range 5 {
		_, err := js.Publish(t.Context(), ordersSubject, []byte("group"))
		must(t, err)
		if n == 3 {
			must(t, e.server.GlobalAccount().DisableJetStream())
		}
		must(t, e.readAgain(folder))
		stream, err := js.Stream(t.Context(), ordersStream)
		must(t, err)
		if last := stream.CachedInfo().State.LastSeq; last != uint64(n)+1 {
			t.Errorf("read again %d times, the log ends at %d", n+1, last)
		}
	}
}
