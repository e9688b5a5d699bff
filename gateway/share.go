package gateway

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"dragoman/store"
)

// Where several nodes share a log, the leader puts copies of its books beside it now and
// then: a new node begins with the latest and applies only what the log has behind it.

// Bounds of shared books.
const (
	sharedBucket = "BOOKS"
	// sharedKept is how many copies are kept: while one is read the next may come.
	sharedKept = 2
	// DefaultShared is after how many groups of the log the books are shared again: some
	// seconds of replaying.
	DefaultShared = 20000
	shareLook     = time.Second
	sharePatience = 10 * time.Minute // of one copy on its way
	sharedDigest  = "digest"
)

// sharedName is what the copy at a place of the log is called; names sort like places.
func sharedName(sequence uint64) string { return fmt.Sprintf("books-%020d", sequence) }

// share shares the books until ctx ends.
func (n *Node) share(ctx context.Context, every uint64, replicas int) {
	look := time.NewTicker(shareLook)
	defer look.Stop()
	var last uint64
	known := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		if !n.Leads() {
			known = false // another one shares them
			continue
		}
		if !known {
			found, err := n.sharedSoFar(ctx)
			if err != nil {
				continue // the log does not answer, and somebody is told of that
			}
			last, known = found, true
		}
		if n.Books.State().Sequence < last+every {
			continue
		}
		at, err := n.shareNow(ctx, replicas)
		if err != nil && ctx.Err() == nil {
			n.log.Warn("cluster: the books are not shared and it is tried again", zap.Error(err))
			continue
		}
		last = at
	}
}

func (n *Node) sharedSoFar(ctx context.Context) (uint64, error) {
	shared, err := sharedIn(ctx, n.nc)
	if err != nil || shared == nil {
		return 0, err
	}
	all, err := sharedNames(ctx, shared)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	var last uint64
	_, err = fmt.Sscanf(strings.TrimPrefix(all[len(all)-1], "books-"), "%d", &last)
	return last, err
}

// sharedIn is where books are shared; nil: nobody has shared any.
func sharedIn(ctx context.Context, nc *nats.Conn) (jetstream.ObjectStore, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	shared, err := js.ObjectStore(ctx, sharedBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return nil, nil
	}
	return shared, err
}

// sharedNames are the copies, the latest last.
func sharedNames(ctx context.Context, shared jetstream.ObjectStore) (names []string, err error) {
	all, err := shared.List(ctx)
	if errors.Is(err, jetstream.ErrNoObjectsFound) {
		return nil, nil
	}
	for _, o := range all {
		names = append(names, o.Name)
	}
	slices.Sort(names)
	return names, err
}

// shareNow puts a copy of the books beside the log, and takes the oldest away.
func (n *Node) shareNow(ctx context.Context, replicas int) (at uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, sharePatience)
	defer cancel()
	js, err := jetstream.New(n.nc)
	if err != nil {
		return 0, err
	}
	shared, err := js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: sharedBucket, Storage: jetstream.FileStorage, Replicas: replicas, Compression: true})
	if err != nil {
		return 0, err
	}
	books, done, err := n.snapshot(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	state := books.State()
	copied, w := io.Pipe()
	go func() { _ = w.CloseWithError(books.CopyTo(ctx, w)) }()
	_, err = shared.Put(ctx, jetstream.ObjectMeta{Name: sharedName(state.Sequence), Metadata: map[string]string{sharedDigest: hex.EncodeToString(state.Digest[:])}}, copied)
	_ = copied.Close() // the copying ends if the servers took no more
	if err != nil {
		return 0, fmt.Errorf("share the books: %w", err)
	}
	n.log.Info("cluster: the books are shared", zap.Uint64("group", state.Sequence))
	names, err := sharedNames(ctx, shared)
	for i := 0; err == nil && i < len(names)-sharedKept; i++ {
		err = shared.Delete(ctx, names[i])
	}
	return state.Sequence, err
}

// beginShared has a node without books begin with those that another one has shared. Where
// there are none, or they cannot be had, the log gives the same.
func beginShared(ctx context.Context, s *Settings) {
	path := BooksPath(s.Folder)
	if _, err := os.Stat(path); s.NATS.URL == "" || s.Rebuild || !errors.Is(err, fs.ErrNotExist) {
		return
	}
	at, err := fetchShared(ctx, s, path)
	switch {
	case err != nil:
		s.Log.Warn("cluster: the shared books cannot be had; they are built from the log", zap.Error(err))
	case at > 0:
		s.Log.Info("cluster: this node begins with the books that another one has shared", zap.Uint64("group", at))
	}
}

// fetchShared fetches the latest shared books; 0: there are none.
func fetchShared(ctx context.Context, s *Settings, path string) (at uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, sharePatience)
	defer cancel()
	nc, err := connectExternal(ctx, s.NATS, zap.NewNop())
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	shared, err := sharedIn(ctx, nc)
	if err != nil || shared == nil {
		return 0, err
	}
	names, err := sharedNames(ctx, shared)
	if err != nil || len(names) == 0 {
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), snapshotNames)
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it was renamed, or is cleared at the next start
	object, err := shared.Get(ctx, names[len(names)-1])
	if err != nil {
		return 0, errors.Join(err, f.Close())
	}
	_, err = io.Copy(f, object) // its last read compares the SHA-256
	var info *jetstream.ObjectInfo
	if err == nil {
		info, err = object.Info()
	}
	if err = errors.Join(err, object.Close(), f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	books, err := store.OpenReadOnly(f.Name())
	if err != nil {
		return 0, err
	}
	state := books.State()
	if err := books.Close(); err != nil {
		return 0, err
	}
	if hex.EncodeToString(state.Digest[:]) != info.Metadata[sharedDigest] {
		return 0, fmt.Errorf("the books shared as %s are others than their description says", info.Name)
	}
	return state.Sequence, os.Rename(f.Name(), path)
}
