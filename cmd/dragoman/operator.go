package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"go.uber.org/zap"

	"dragoman/gateway"
	"dragoman/store"
)

// dataFlag names the data folder of a gateway that does not run.
func dataFlag(flags *flag.FlagSet) *string {
	return flags.String("data", "data", "data `FOLDER` of the gateway, which must not run")
}

func auditCommand() command {
	c := command{
		name: "audit", usage: "[--data FOLDER]", summary: "check the books: every value, every balance, every hash",
		help: `
Reads the whole books of a gateway that does not run, recomputes every balance
from its entries and the message log from its records, and lists what is wrong.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		data := dataFlag(flags)
		if _, err := c.parse(flags, args, std); err != nil {
			return err
		}
		return audit(*data, std)
	}
	return c
}

func audit(data string, std streams) error {
	books, err := auditBooks(data)
	if err != nil {
		return err
	}
	say(std.out, "%s\n", books)
	for _, finding := range books.findings {
		say(std.out, "  %s\n", finding)
	}
	if len(books.findings) > 0 {
		say(std.out, "the audit found %d faults\n", len(books.findings))
		return errInvalid
	}
	say(std.out, "the audit is clean\n")
	return nil
}

// auditedBooks are books after an audit: where they stand and what is wrong.
type auditedBooks struct {
	state    store.State
	findings []string
}

func (a auditedBooks) String() string {
	s := a.state
	return fmt.Sprintf("%d groups, %d payments, %d entries, %d messages; digest %x", s.Sequence, s.Payment, s.Entry, s.Records, s.Digest)
}

// auditBooks audits the books in the data folder of a gateway that does not run.
func auditBooks(data string) (a auditedBooks, err error) {
	path := filepath.Join(data, "books.db")
	if _, err := os.Stat(path); err != nil {
		return a, wrongCall("audit: there are no books at %s; name the data folder with --data", path)
	}
	books, err := store.Open(path)
	if err != nil {
		return a, err
	}
	defer books.Close() //nolint:errcheck // only read
	a.state = books.State()
	a.findings, err = books.Audit()
	return a, err
}

func replayCommand() command {
	c := command{
		name: "replay", usage: "[--data FOLDER]", summary: "rebuild the books from the log and compare",
		help: `
Applies the whole log of a gateway that does not run to new books in a temporary
folder and compares their digest with that of its own books.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		data := dataFlag(flags)
		if _, err := c.parse(flags, args, std); err != nil {
			return err
		}
		return replayLog(ctx, *data, std)
	}
	return c
}

func replayLog(ctx context.Context, data string, std streams) error {
	folder, err := os.MkdirTemp("", "dragoman-replay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	own, rebuilt, err := gateway.Replay(ctx, data, filepath.Join(folder, "books.db"), zap.NewNop(), func(done, of uint64) {
		say(std.err, "\rreplayed %d of %d groups", done, of)
	})
	say(std.err, "\n")
	if err != nil {
		return err
	}
	if own != rebuilt {
		say(std.out, "the books differ from the log: digest %x, rebuilt %x\n", own.Digest, rebuilt.Digest)
		return errInvalid
	}
	say(std.out, "%d groups replayed: the same digest %x\n", own.Sequence, own.Digest)
	return nil
}
