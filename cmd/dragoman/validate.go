package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"

	"dragoman/messages"
	"dragoman/messages/profile"
	"dragoman/messages/schema"
)

const noProfile = "none"

func validateCommand() command {
	c := command{
		name: "validate", usage: "[--profile NAME] [--json] PATH...",
		summary: "check ISO 20022 messages: XML, schema and, if asked, usage rules",
		help: fmt.Sprintf(`
Checks each file, and every *.xml file below each folder; - is standard input. A
file holds a Document, an AppHdr, or both in an envelope, and each of them gets
a verdict. A fault comes with its place, the rule it breaks and the ISO 20022
reason code to answer with. %d message types are known: 'dragoman schema'
lists them.

  dragoman validate payment.xml
  dragoman validate --profile cbpr2026 inbox/
  dragoman validate --json - <payment.xml

With --json every verdict is one line:

  {"file","message","verdict":"valid"|"invalid",
   "errors":[{"rule","path","line","column","reason","text"}]}

"message" is the type, such as pacs.008.001.08, and empty when it is unknown.

Exit code: 0 all are valid; 1 some are not; 2 wrong usage, or a file that cannot
be read (the others are checked all the same).

%s`, len(schema.IDs()), profileHelp()),
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		name := flags.String("profile", noProfile, "check the rules of profile `NAME` too; none is the default")
		asJSON := flags.Bool("json", false, "print each verdict as one line of JSON")
		paths, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(paths) == 0 {
			return c.usagef("which files or folders? - is standard input")
		}
		v := validator{std: std, json: *asJSON, out: bufio.NewWriter(std.out)}
		if *name != noProfile {
			var ok bool
			if v.profile, ok = profile.ByName(*name); !ok {
				return c.usagef("there is no profile %q; the profiles are %s", *name, strings.Join(append([]string{noProfile}, profile.Names()...), ", "))
			}
		}
		return v.run(ctx, paths)
	}
	return c
}

func profileHelp() string {
	var b strings.Builder
	b.WriteString("Profiles:\n")
	entry(&b, noProfile, "the schema only")
	for _, name := range profile.Names() {
		p, _ := profile.ByName(name)
		entry(&b, name, p.Says)
	}
	return b.String()
}

// validator carries out one validate command.
type validator struct {
	std     streams
	json    bool
	profile *profile.Profile
	out     *bufio.Writer

	files, valid, invalid, unread int
}

func (v *validator) run(ctx context.Context, paths []string) error {
	err := walk(ctx, paths, v.file, func(err error) {
		v.unread++
		_ = v.out.Flush() // so that the complaint stands where it belongs; Flush fails again below
		complain(v.std, err)
	})
	if err == nil && !v.json {
		v.summary()
	}
	if flushed := v.out.Flush(); err == nil {
		err = flushed
	}
	switch {
	case err != nil:
		return err
	case v.unread > 0:
		return errFailed
	case v.invalid > 0:
		return errInvalid
	}
	return nil
}

// summary counts, where there is more than one verdict to count.
func (v *validator) summary() {
	switch total := v.valid + v.invalid; {
	case total == 0 && v.unread == 0:
		say(v.out, "no *.xml files found\n")
	case total > 1:
		say(v.out, "%s, %s: %d valid, %d invalid\n", plural(v.files, "file"), plural(total, "message"), v.valid, v.invalid)
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (v *validator) file(path string) error {
	raw, err := readInput(path, v.std)
	if err != nil {
		return err
	}
	v.files++
	m := messages.Read(raw, messages.Options{})
	found := profile.Verdict{Refusals: m.Faults()}
	if v.profile != nil {
		more := v.profile.Examine(m)
		found.Refusals = append(found.Refusals, more.Refusals...)
		found.Warnings = more.Warnings
	}
	for _, verdict := range verdicts(path, m, found) {
		if verdict.Verdict == isValid {
			v.valid++
		} else {
			v.invalid++
		}
		if err := v.print(verdict); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) print(x verdict) error {
	if !v.json {
		return x.write(v.out)
	}
	encoder := json.NewEncoder(v.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(x)
}

// The two verdicts.
const (
	isValid   = "valid"
	isInvalid = "invalid"
)

// verdict is what is printed for one contained message.
type verdict struct {
	File    string        `json:"file"`
	Message string        `json:"message"`
	Verdict string        `json:"verdict"`
	Errors  []faultRecord `json:"errors"`

	advice []faultRecord // what only people are told
	more   bool          // the reader stopped at its bound of faults
}

type faultRecord struct {
	Rule   string `json:"rule"`
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
}

// verdicts divides what was found among the parts it lies in. What lies in
// none, such as a broken envelope, spoils every part.
func verdicts(path string, m *messages.Message, found profile.Verdict) []verdict {
	var parts []messages.Part
	for _, p := range []messages.Part{m.Header(), m.Document()} {
		if p.Exists() {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		parts = []messages.Part{{}}
	}
	all := make([]verdict, len(parts))
	for i, p := range parts {
		all[i] = verdict{
			File: path, Message: p.ID, Verdict: isValid, more: len(m.Faults()) >= schema.DefaultMaxFaults,
			Errors: within(parts, i, found.Refusals), advice: within(parts, i, found.Warnings),
		}
		if len(all[i].Errors) > 0 {
			all[i].Verdict = isInvalid
		}
	}
	return all
}

// within are the faults that lie in a part, or in none.
func within(parts []messages.Part, part int, faults []messages.Fault) []faultRecord {
	records := []faultRecord{}
	for _, f := range faults {
		in := -1
		for i, p := range parts {
			if p.Start <= f.Offset && f.Offset < p.End {
				in = i
			}
		}
		if in < 0 || in == part {
			records = append(records, faultRecord{f.Rule, f.Path, f.Line, f.Column, f.Reason, f.Text})
		}
	}
	return records
}

// write prints the verdict for a person.
func (x verdict) write(to io.Writer) error {
	message, mark := x.Message, "ok     "
	if message == "" {
		message = "unknown type"
	}
	if x.Verdict != isValid {
		mark = "INVALID"
	}
	var b strings.Builder
	say(&b, "%s  %s  %s\n", mark, message, x.File)
	for _, e := range x.Errors {
		e.write(&b, "")
	}
	if x.Verdict != isValid && x.more {
		say(&b, "  reading stopped here: there may be more faults\n")
	}
	for _, e := range x.advice {
		e.write(&b, "advice: ")
	}
	_, err := io.WriteString(to, b.String())
	return err
}

func (e faultRecord) write(to io.Writer, sort string) {
	say(to, "  %d:%d  %s%s  [%s, %s]\n", e.Line, e.Column, sort, e.Text, e.Rule, e.Reason)
	if e.Path != "" {
		say(to, "      %s\n", e.Path)
	}
}
