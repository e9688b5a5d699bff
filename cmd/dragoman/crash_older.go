package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// Copies of the data of earlier times are put beside what is newer: books that are
// older than the log catch up with it, and a log that is older than the books is
// refused.

const (
	olderName  = "older" // folder of the copies
	olderOneIn = 5       // kills after which the books are older ones; as many, the log
)

// keepOlder copies books and log of a server that is stopped.
func (r *crashRun) keepOlder() error {
	if r.power != nil {
		return nil // its disk has older things of its own
	}
	older := filepath.Join(r.folder, olderName)
	if err := os.RemoveAll(older); err != nil {
		return err
	}
	return os.CopyFS(older, os.DirFS(filepath.Join(r.folder, "data")))
}

// putOlder puts older books or an older log in place, if there are any.
func (r *crashRun) putOlder(ctx context.Context, random *rand.Rand, done *strike) error {
	what := random.IntN(olderOneIn)
	older, data := filepath.Join(r.folder, olderName), filepath.Join(r.folder, "data")
	if _, err := os.Stat(older); err != nil || what > 1 {
		return nil //nolint:nilerr // nothing has been kept yet
	}
	if what == 0 {
		done.olderBooks = true
		done.text += ", older books beside the log"
		return putOlderBooks(filepath.Join(older, "books.db"), data, done)
	}
	done.olderLog = true
	done.text += ", an older log beside the books"
	log, newer := filepath.Join(data, "log"), filepath.Join(r.folder, "newer")
	if err := os.Rename(log, newer); err != nil {
		return err
	}
	if err := os.CopyFS(log, os.DirFS(filepath.Join(older, "log"))); err != nil {
		return err
	}
	if err := r.server.killWhileStarting(ctx, nil, func() {}); err != nil {
		return err
	}
	if said := r.server.complaints.last(); !strings.Contains(said, "an older copy of the log stands beside newer books") || !strings.Contains(said, "--rebuild") {
		r.fault("%s: it is not refused; it says %q", done.text, said)
	}
	if err := os.RemoveAll(log); err != nil {
		return err
	}
	return os.Rename(newer, log)
}

// putOlderBooks lays older books beside the log. Where the log was trimmed beyond them they
// would be refused: they are taken away, and the gateway begins with a snapshot.
func putOlderBooks(books, data string, done *strike) error {
	path := filepath.Join(data, "books.db")
	old, err := tooOld(books, data)
	if err != nil {
		return err
	}
	if !old {
		return layCopy(books, path)
	}
	done.text += ", which is trimmed beyond them: the books deleted"
	return os.Remove(path)
}
