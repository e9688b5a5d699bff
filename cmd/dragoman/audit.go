package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"dragoman/gateway"
	"dragoman/settlement"
	"dragoman/store"
)

// dataFlag names the data folder of a gateway that does not run.
func dataFlag(flags *flag.FlagSet) *string {
	return flags.String("data", "data", "data `FOLDER` of the gateway, which must not run")
}

func auditCommand() command {
	c := command{
		name: "audit", usage: "[--data FOLDER | --as OPERATOR] [--against CHECKPOINT --key KEY] [--json]", summary: "check the books: every value, every balance, every hash",
		help: `
Reads the whole books of a gateway that does not run or, with --as, of one that
serves: every page and checksum, every balance recomputed from its entries, what
is reserved and waits, every mailbox, answer and identity, and the message log
hash by hash. Lists what is wrong.

Books that were rolled back together with their log look sound to themselves: only
a checkpoint that was kept elsewhere can tell. --against compares the books of a
gateway that does not run with one; 'dragoman checkpoint --against' asks one that
serves.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		data := dataFlag(flags)
		who := addClientFlags(flags)
		against := flags.String("against", "", "compare with the checkpoint in `FILE`")
		key := flags.String("key", "", "public `KEY` of the gateway, or a file that holds it")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		if *against != "" && (*key == "" || *who.as != "") {
			return c.usagef("--against needs --key, and books of a gateway that does not run")
		}
		var books auditedBooks
		var err error
		told := newProgress(std.err, "audited")
		if *who.as != "" {
			books, err = auditServing(ctx, who, told)
		} else {
			books, err = auditFolder(ctx, *data, told)
		}
		if err == nil && *against != "" {
			books.findings, err = auditAgainst(*data, *against, *key, books.findings)
		}
		told.end()
		if err != nil {
			return err
		}
		return books.show(std, *who.json)
	}
	return c
}

// auditedBooks are books after an audit: where they stand and what is wrong.
type auditedBooks struct {
	state    store.State
	counts   []store.Count
	findings []string
}

func (a auditedBooks) String() string {
	s := a.state
	return fmt.Sprintf("%d groups, %d payments, %d entries, %d messages; digest %x", s.Sequence, s.Payment, s.Entry, s.Records, s.Digest)
}

// show prints the verdict.
func (a auditedBooks) show(std streams, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(std.out).Encode(gateway.AuditViewOf(store.Report{State: a.state, Counts: a.counts, Findings: a.findings})); err != nil {
			return err
		}
	} else {
		a.print(std)
	}
	if len(a.findings) > 0 {
		return errInvalid
	}
	return nil
}

func (a auditedBooks) print(std streams) {
	say(std.out, "%s\n", a)
	for _, finding := range a.findings {
		say(std.out, "  %s\n", finding)
	}
	if len(a.findings) > 0 {
		say(std.out, "the audit found %d faults\n", len(a.findings))
		return
	}
	say(std.out, "the audit is clean\n")
}

// auditBooks audits the books in the data folder of a gateway that does not run.
func auditBooks(data string) (a auditedBooks, err error) {
	return auditFolder(context.Background(), data, nil)
}

func auditFolder(ctx context.Context, data string, told *progress) (a auditedBooks, err error) {
	path := gateway.BooksPath(data)
	if _, err := os.Stat(path); err != nil {
		return a, wrongCall("audit: there are no books at %s; name the data folder with --data", path)
	}
	books, err := store.OpenReadOnly(path)
	if errors.Is(err, store.ErrInUse) {
		return a, fmt.Errorf("%w; a gateway that serves is audited with --as OPERATOR", err)
	}
	if err != nil {
		return a, err
	}
	defer books.Close() //nolint:errcheck // only read
	var tell func(done, of uint64)
	if told != nil {
		tell = told.tell
	}
	report, err := gateway.Audit(ctx, books, tell)
	return auditedBooks{report.State, report.Counts, report.Findings}, err
}

// auditAgainst adds what contradicts a checkpoint that was kept.
func auditAgainst(data, against, key string, findings []string) ([]string, error) {
	first, err := readVerifier(key)
	if err != nil {
		return findings, err
	}
	signed, err := os.ReadFile(against)
	if err != nil {
		return findings, unreadable(against, err)
	}
	books, err := store.OpenReadOnly(gateway.BooksPath(data))
	if err != nil {
		return findings, err
	}
	defer books.Close() //nolint:errcheck // only read
	more, err := gateway.Against(books, signed, first.Key)
	if err != nil {
		return findings, fmt.Errorf("%s: %w", against, err)
	}
	return append(findings, more...), nil
}

// auditServing has a gateway audit its books while it serves.
func auditServing(ctx context.Context, who clientFlags, told *progress) (a auditedBooks, err error) {
	c, err := who.open()
	if err != nil {
		return a, err
	}
	body, err := c.stream(ctx, "POST", "/v1/audit", nil)
	if err != nil {
		return a, err
	}
	defer body.Close() //nolint:errcheck // only read
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var line gateway.AuditLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return a, fmt.Errorf("the audit's answer cannot be read: %w", err)
		}
		switch {
		case line.Problem != "":
			return a, fmt.Errorf("the audit could not be done: %s", line.Problem)
		case line.Audit != nil:
			return auditedOf(line.Audit)
		}
		told.tell(line.Done, line.Of)
	}
	return a, fmt.Errorf("the audit's answer ended before its verdict: %w", orUnexpected(lines.Err()))
}

func auditedOf(v *gateway.AuditView) (a auditedBooks, err error) {
	a.state.Sequence, a.state.Records = v.Groups, v.Messages
	a.state.Payment, a.state.Entry = settlement.PaymentID(v.Payments), settlement.EntryID(v.Entries)
	digest, err := hex.DecodeString(v.Digest)
	copy(a.state.Digest[:], digest)
	for of, number := range v.Counts {
		a.counts = append(a.counts, store.Count{Of: of, Number: number})
	}
	a.findings = v.Findings
	return a, err
}
