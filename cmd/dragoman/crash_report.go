package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// crashResult is what a run showed.
type crashResult struct {
	Seed        uint64         `json:"seed"` // of the first round
	Rounds      int            `json:"rounds"`
	Payments    int            `json:"payments"`
	Messages    map[string]int `json:"messages"` // sent, by kind
	Kills       int            `json:"kills"`
	Rebuilds    int            `json:"kills_with_books_lost"`
	InStart     int            `json:"kills_while_starting"`
	OlderBooks  int            `json:"kills_with_older_books"`
	OlderLog    int            `json:"kills_with_an_older_log"`
	Stops       int            `json:"orderly_ends"`
	Pauses      int            `json:"pauses"`
	Cuts        int            `json:"power_cuts"` // those of starts included
	Fates       map[string]int `json:"unsynced,omitempty"`
	Unsynced    int            `json:"unsynced_writes"`
	Errors      int            `json:"disk_errors"`
	Starts      int            `json:"starts"`
	SlowestMS   int64          `json:"slowest_start_ms"`
	Seconds     float64        `json:"seconds"`
	Receipts    int            `json:"receipts"`
	Refused     int            `json:"refused_at_once"`
	Unanswered  int            `json:"unanswered_sends"` // the connection broke, or 5xx
	GivenUp     int            `json:"given_up"`
	Settled     int            `json:"settled"`
	Rejected    int            `json:"rejected"`
	Waited      int            `json:"waited"`
	Mail        map[string]int `json:"mail"` // taken, by kind, each number once
	MailAgain   int            `json:"mail_again"`
	AckedAgain  int            `json:"mail_again_though_acknowledged"`
	DecisionsIn int            `json:"decisions_without_answer"`
	Complaints  int            `json:"error_lines"` // of the server's log
	Violations  []string       `json:"violations"`
	Folder      string         `json:"folder,omitempty"`

	wrongs []*crashLetter
}

func (r *crashRun) result() (crashResult, error) {
	complaints, err := r.readLog()
	if err != nil {
		return crashResult{}, err
	}
	c := crashResult{
		Complaints: complaints, Rounds: 1, Fates: map[string]int{},
		Seed: r.settings.seed, Messages: map[string]int{}, Starts: r.server.number, SlowestMS: r.server.slowest.Milliseconds(),
		Seconds: time.Since(r.began).Seconds(), Payments: len(r.payments), Mail: r.kinds, AckedAgain: r.acknowledgedAgain, Violations: append([]string{}, r.faults...),
	}
	for _, done := range r.strikes {
		c.add(done)
	}
	for _, l := range r.letters {
		c.Messages[string(l.kind)]++
		c.Receipts += l.receipts
		c.Unanswered += l.sends - l.receipts
		if l.refused {
			c.Refused++
			c.Unanswered--
		}
		if l.dropped {
			c.GivenUp++
		}
	}
	for _, p := range r.payments {
		final, _ := p.final()
		switch final.status {
		case "ACSC":
			c.Settled++
		case "RJCT":
			c.Rejected++
		}
		if len(p.statuses) > 1 {
			c.Waited++
		}
	}
	for _, b := range r.banks {
		c.MailAgain += b.again
	}
	for _, i := range r.issuers {
		c.DecisionsIn += i.asked
	}
	for _, l := range r.wrongs {
		for _, text := range l.wrongs {
			c.Violations = append(c.Violations, fmt.Sprintf("%s message %s of %s: %s", l.kind, l.id, l.from.name, text))
		}
	}
	c.wrongs = r.wrongs
	if r.settings.keep || len(c.Violations) > 0 {
		c.Folder = r.folder
	}
	return c, nil
}

// add counts a blow.
func (c *crashResult) add(done strike) {
	switch done.kind {
	case blowKill:
		c.Kills++
	case blowStop:
		c.Stops++
	case blowPause:
		c.Pauses++
	case blowError:
		c.Errors++
	}
	if done.rebuilt {
		c.Rebuilds++
	}
	if done.olderBooks {
		c.OlderBooks++
	}
	if done.olderLog {
		c.OlderLog++
	}
	if done.restarted {
		c.InStart++
	}
	c.Cuts += len(done.loss)
	for _, cut := range done.loss {
		c.Unsynced += cut.loss.Writes
		c.Fates[string(cut.loss.Content)]++
	}
}

// readLog counts the errors that the server has told, and finds what must never be
// told.
func (r *crashRun) readLog() (errors int, err error) {
	text, err := os.ReadFile(filepath.Join(r.folder, serveLog))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, `"level":"error"`) {
			errors++
		}
		if strings.HasPrefix(line, "panic:") || strings.Contains(line, "DATA RACE") || strings.HasPrefix(line, "fatal error:") {
			r.fault("the server says: %s", strings.TrimSpace(line))
		}
	}
	return errors, nil
}

// shownHistories bounds what is printed; the folder has all of them.
const shownHistories = 5

func (c *crashResult) print(settings proofSettings, std streams) error {
	if settings.json {
		return json.NewEncoder(std.out).Encode(c)
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		say(table, "%s\t"+format+"\n", append([]any{name}, args...)...)
	}
	row("seed", "%d, %d rounds", c.Seed, c.Rounds)
	row("payments", "%d: %d settled, %d rejected; %d had waited", c.Payments, c.Settled, c.Rejected, c.Waited)
	row("messages", "%s", counted(c.Messages))
	row("answers at once", "%d receipts, %d refusals; %d times the answer never came, %d messages were given up", c.Receipts, c.Refused, c.Unanswered, c.GivenUp)
	row("mail", "%s; %d came again before they were acknowledged, %d after", counted(c.Mail), c.MailAgain-c.AckedAgain, c.AckedAgain)
	if c.Kills > 0 || c.Pauses > 0 {
		row("blows", "%d kills, %d of them once more while it started; %d pauses of %s", c.Kills, c.InStart, c.Pauses, settings.pause)
	}
	if c.Cuts > 0 {
		row("power", "%d cuts, %d of them once more while it started; %d writes had not been synced; what was not synced: %s", c.Cuts, c.InStart, c.Unsynced, counted(c.Fates))
		row("disk", "%d times it failed or was full", c.Errors)
	}
	row("besides", "%d times the books were deleted, %d times older ones came back; %d times the log was an older one, and refused; %d orderly ends", c.Rebuilds, c.OlderBooks, c.OlderLog, c.Stops)
	row("starts", "%d, the slowest took %d ms", c.Starts, c.SlowestMS)
	row("server's log", "%d errors", c.Complaints)
	row("seconds", "%.1f", c.Seconds)
	if err := table.Flush(); err != nil {
		return err
	}
	if len(c.Violations) == 0 {
		say(std.out, "nothing was lost, doubled or made\n")
		return nil
	}
	for _, l := range c.wrongs[:min(len(c.wrongs), shownHistories)] {
		l.printHistory(std.out)
	}
	for _, v := range c.Violations[:min(len(c.Violations), 4*shownHistories)] {
		say(std.out, "  %s\n", v)
	}
	say(std.out, "%d faults; run again with --seed %d; all histories in %s\n", len(c.Violations), c.Seed, filepath.Join(c.Folder, "histories.txt"))
	return nil
}

func counted(all map[string]int) string {
	text := ""
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%d %s", all[kind], kind)
	}
	return text
}

// writeHistories keeps every history of a letter with a fault, and the faults.
func (c *crashResult) writeHistories(r *crashRun) error {
	f, err := os.Create(filepath.Join(r.folder, "histories.txt"))
	if err != nil {
		return err
	}
	for _, done := range r.strikes {
		say(f, "%s\n", done.text)
	}
	for _, v := range c.Violations {
		say(f, "%s\n", v)
	}
	for _, l := range r.wrongs {
		l.printHistory(f)
	}
	return f.Close()
}

func (l *crashLetter) printHistory(to io.Writer) {
	say(to, "\n%s message %s of %s, sent %d times\n", l.kind, l.id, l.from.name, l.sends)
	for _, e := range l.history {
		say(to, "  %8.3f s  process %-3d %s\n", e.at.Seconds(), e.process, e.text)
	}
}

// call runs this program on the folder's data.
func (r *crashRun) call(ctx context.Context, name string) (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, program, name, "--data", filepath.Join(r.folder, "data")).Output() //nolint:gosec // this very program
	return string(out), err
}
