package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"dragoman/gateway"
	"dragoman/store"
)

func compactCommand() command {
	c := command{
		name: "compact", usage: "[--data FOLDER | --as OPERATOR] [--json]", summary: "make the file of the books smaller, also while a gateway serves",
		help: `
Writes the books of a gateway that does not run or, with --as, of one that serves
to a new file, page by page full, and puts that in the place of the old one. Nothing
in the books changes. Reads go on throughout; payments wait some milliseconds at
the end. A value that is damaged ends it. Killed at any moment, the old or the new
file is there, complete. It needs as much free disk as the books have.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		data := dataFlag(flags)
		who := addClientFlags(flags)
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		told := newProgress(std.err, "copied")
		compacting := compactFolder
		if *who.as != "" {
			compacting = func(ctx context.Context, _ string, told *progress) (gateway.CompactionView, error) {
				return compactServing(ctx, who, told)
			}
		}
		v, err := compacting(ctx, *data, told)
		told.end()
		switch {
		case err != nil:
			return err
		case *who.json:
			return json.NewEncoder(std.out).Encode(v)
		}
		say(std.out, "%d rows copied in %.1f s: %.1f MB instead of %.1f MB\n", v.Rows, float64(v.Took)/1e3, float64(v.After)/1e6, float64(v.Before)/1e6)
		if *who.as != "" {
			say(std.out, "payments waited %.1f ms for it\n", float64(v.Held)/1e3)
		}
		return nil
	}
	return c
}

// compactFolder compacts the books of a gateway that does not run.
func compactFolder(ctx context.Context, data string, told *progress) (v gateway.CompactionView, err error) {
	path := gateway.BooksPath(data)
	if _, err := os.Stat(path); err != nil {
		return v, wrongCall("compact: there are no books at %s; name the data folder with --data", path)
	}
	books, err := store.Open(path)
	if errors.Is(err, store.ErrInUse) {
		return v, fmt.Errorf("%w; the books of a gateway that serves are compacted with --as OPERATOR", err)
	}
	if err != nil {
		return v, err
	}
	v, err = gateway.CompactBooks(ctx, books, time.Now, told.tell)
	return v, errors.Join(err, books.Close())
}

// compactServing has a gateway compact its books while it serves.
func compactServing(ctx context.Context, who clientFlags, told *progress) (v gateway.CompactionView, err error) {
	c, err := who.open()
	if err != nil {
		return v, err
	}
	body, err := c.stream(ctx, "POST", "/v1/compactions", nil)
	if err != nil {
		return v, err
	}
	defer body.Close() //nolint:errcheck // only read
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		var line gateway.CompactLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return v, fmt.Errorf("the answer cannot be read: %w", err)
		}
		switch {
		case line.Problem != "":
			return v, fmt.Errorf("the books are not compacted: %s", line.Problem)
		case line.Compaction != nil:
			return *line.Compaction, nil
		}
		told.tell(line.Done, line.Of)
	}
	return v, fmt.Errorf("the answer ended before the compaction: %w", orUnexpected(lines.Err()))
}
