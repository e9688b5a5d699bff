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

func validateCommand() command {
	c := command{
		name: "validate", usage: "[--profile NAME] [--json] PATH...",
		summary: "check ISO 20022 messages: XML, schema and, with a profile, usage rules",
		help: `
Checks files, and all *.xml files below folders; - is standard input. A file may
hold a Document, an AppHdr, or both in an envelope; each gets its own verdict.
Every fault is shown with its rule, its place and the ISO reason code to answer
with. ` + fmt.Sprintf("%d message types are known; 'dragoman schema' lists them.", len(schema.IDs())) + `

With --json every verdict is one line:
  {"file","message","verdict":"valid"|"invalid",
   "errors":[{"rule","path","line","column","reason","text"}]}
"message" is empty when the type is unknown.

Profiles: none checks the schema only; the others add usage rules to it:
` + profileList(),
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		name := flags.String("profile", noProfile, "check the usage rules of profile `NAME` too")
		asJSON := flags.Bool("json", false, "one JSON line for each verdict")
		paths, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(paths) == 0 {
			return usagef("validate: which files or folders?")
		}
		v := validator{std: std, json: *asJSON, out: bufio.NewWriter(std.out)}
		if *name != noProfile {
			var ok bool
			if v.profile, ok = profile.ByName(*name); !ok {
				return usagef("validate: there is no profile %q; the profiles are %s", *name, strings.Join(append([]string{noProfile}, profile.Names()...), ", "))
			}
		}
		return v.run(ctx, paths)
	}
	return c
}

const noProfile = "none"

func profileList() string {
	var b strings.Builder
	for _, name := range profile.Names() {
		p, _ := profile.ByName(name)
		fmt.Fprintf(&b, "  %-10s %s\n", name, p.Says)
	}
	return b.String()
}

// validator carries out one validate command.
type validator struct {
	std     streams
	json    bool
	profile *profile.Profile
	out     *bufio.Writer

	files, valid, invalid int
}

func (v *validator) run(ctx context.Context, paths []string) error {
	err := walk(ctx, paths, v.file)
	if flushed := v.out.Flush(); err == nil {
		err = flushed
	}
	if err != nil {
		return err
	}
	if !v.json {
		say(v.std.out, "%d files: %d valid, %d invalid\n", v.files, v.valid, v.invalid)
	}
	if v.invalid > 0 {
		return errInvalid
	}
	return nil
}

// verdict is what is printed for one contained message.
type verdict struct {
	File    string        `json:"file"`
	Message string        `json:"message"`
	Verdict string        `json:"verdict"`
	Errors  []faultRecord `json:"errors"`
}

type faultRecord struct {
	Rule   string `json:"rule"`
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
}

func (v *validator) file(path string) error {
	raw, err := readInput(path, v.std)
	if err != nil {
		return err
	}
	v.files++
	m := messages.Read(raw, messages.Options{})
	faults := m.Faults()
	if v.profile != nil {
		faults = append(faults, v.profile.Check(m)...)
	}
	for _, verdict := range verdicts(path, m, faults) {
		if err := v.print(verdict); err != nil {
			return err
		}
	}
	return nil
}

// verdicts divides the faults among the parts they lie in. What lies in none,
// such as a broken envelope, spoils every part.
func verdicts(path string, m *messages.Message, faults []messages.Fault) []verdict {
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
		all[i] = verdict{File: path, Message: p.ID, Verdict: "valid", Errors: []faultRecord{}}
	}
	for _, f := range faults {
		within := -1
		for i, p := range parts {
			if p.Start <= f.Offset && f.Offset < p.End {
				within = i
			}
		}
		for i := range all {
			if within < 0 || within == i {
				all[i].Verdict = "invalid"
				all[i].Errors = append(all[i].Errors, faultRecord{f.Rule, f.Path, f.Line, f.Column, f.Reason, f.Text})
			}
		}
	}
	return all
}

func (v *validator) print(x verdict) error {
	if x.Verdict == "valid" {
		v.valid++
	} else {
		v.invalid++
	}
	if v.json {
		encoder := json.NewEncoder(v.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(x)
	}
	return x.write(v.out)
}

func (x verdict) write(to io.Writer) error {
	message := x.Message
	if message == "" {
		message = "unknown type"
	}
	mark := "ok     "
	if x.Verdict != "valid" {
		mark = "INVALID"
	}
	_, err := fmt.Fprintf(to, "%s  %s  %s\n", mark, message, x.File)
	for _, e := range x.Errors {
		if err == nil {
			_, err = fmt.Fprintf(to, "  %d:%d  %s  [%s, %s]\n", e.Line, e.Column, e.Text, e.Rule, e.Reason)
		}
		if err == nil && e.Path != "" {
			_, err = fmt.Fprintf(to, "      %s\n", e.Path)
		}
	}
	return err
}
