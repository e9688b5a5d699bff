package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"dragoman/store"
)

// A restore to a point of time lays out the log up to there and builds the books from it:
// they must have the digest that the gateway had there. What the backup has behind it is
// listed; nobody forgets it unseen, for the gateway takes no new orders until two operators
// have accepted that its log ends there.

// beyondName is the file of a data folder that lists what a point of time left out.
const beyondName = "beyond.txt"

// ends finds where the log that is laid out is to end.
func (l *layingOut) ends(books *store.Books) error {
	at := books.State().Sequence
	if l.To != (Point{}) {
		var err error
		if at, err = l.To.in(books); err != nil {
			return err
		}
		if first, _, err := l.manifest.begins(); err != nil || at < first {
			return orError(err, fmt.Errorf("the log in it begins at group %d; to restore to group %d takes an older backup", first, at))
		}
	}
	end, ok, err := books.Group(at)
	if err == nil && !ok && at > 0 {
		err = fmt.Errorf("its books know nothing of group %d", at)
	}
	l.end = end
	return err
}

func (l *layingOut) endTime() time.Time {
	if l.end.Sequence == l.state.Sequence {
		return l.manifest.Time
	}
	return timeOf(l.end.Booked)
}

// rewind builds the books as they stood at the point.
func (l *layingOut) rewind(ctx context.Context) error {
	if l.end.Sequence == l.state.Sequence {
		return nil
	}
	path, whole := BooksPath(l.folder), filepath.Join(l.folder, "whole.db")
	if err := os.Rename(path, whole); err != nil {
		return err
	}
	if base := l.manifest.Base; base != nil {
		if err := base.copyTo(ctx, l.folder, path); err != nil {
			return err
		}
	}
	if err := l.withLog(ctx, true, func(ctx context.Context, _ jetstream.JetStream, nc *nats.Conn) error {
		orders, err := OpenOrders(ctx, nc, l.laid, "restore", time.Now)
		if err != nil {
			return err
		}
		state, err := rebuild(ctx, orders, path, l.end.Sequence, replaying{progress: func(done, of uint64) {
			if l.Progress != nil {
				l.Progress(done, of)
			}
		}})
		if err == nil && (state.Digest != l.end.Digest || state.LogHash != l.end.LogHash) {
			err = l.bad("at group %d its log gives other books than the gateway had", l.end.Sequence)
		}
		return err
	}); err != nil {
		return err
	}
	if err := l.beyond(whole); err != nil {
		return err
	}
	l.manifest.Groups, l.manifest.Time, l.manifest.Digest = l.end.Sequence, l.endTime(), fmt.Sprintf("%x", l.end.Digest)
	return removed(whole)
}

// beyond lists what came in behind the point: place in the log, time, sender, type,
// identifier and UETR.
func (l *layingOut) beyond(whole string) (err error) {
	books, err := store.OpenReadOnly(whole)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, books.Close()) }()
	return writeWhole(filepath.Join(l.folder, beyondName), func(w io.Writer) error {
		for number := l.end.Records; number < l.state.Records; number++ {
			r, _, err := books.Record(number)
			if err != nil {
				return err
			}
			if r.Out {
				continue
			}
			l.manifest.Beyond++
			if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", placeText(r.Place), timeOf(r.At).UTC().Format(time.RFC3339Nano), orElse(r.From, "-"), orElse(r.Type, "unreadable"), orElse(r.ID, "-"), orElse(r.UETR, "-")); err != nil {
				return err
			}
		}
		return nil
	})
}
