package main

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"dragoman/gateway"
	"dragoman/store/evidence"
)

func exportCommand() command {
	c := command{
		name: "export", usage: "--as NAME --reason TEXT [--from TIME] [--to TIME] [--participant BIC] [--type T] [--uetr U] [--out FILE]",
		summary: "take messages out of the log, with proofs",
		help: `
Writes a zip with the records of the message log, their messages verbatim, a table
for a spreadsheet, a signed checkpoint and the proofs that nothing is missing or
changed; 'dragoman verify' checks it without the gateway. Compliance may take
everything, a bank its own log. The export itself is recorded in the log.

For a time and a participant the export is complete, and proven to be. With --type
or --uetr it is a choice, each record of which is proven to stand in the log.
Times are RFC 3339, or days: 2026-11-25T08:00:00Z, 2026-11-25.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		from := flags.String("from", "", "records logged at or after `TIME`")
		to := flags.String("to", "", "records logged before `TIME`")
		participant := flags.String("participant", "", "`BIC` of the one whose log is read; without it everybody's, for compliance")
		kind := flags.String("type", "", "only messages of `TYPE`: a kind such as pacs.008, or a version")
		uetr := flags.String("uetr", "", "only messages about the payment with that `UETR`")
		reason := flags.String("reason", "", "why, a `TEXT` for the record")
		against := flags.String("against", "", "prove that the log only grew since the checkpoint in `FILE`")
		out := flags.String("out", "", "write to `FILE`; without it to dragoman-export-TIME.zip in this folder")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		request := gateway.ExportRequest{Reason: *reason, Query: evidence.Query{Participant: *participant, Type: *kind, UETR: *uetr}}
		var err error
		if request.From, err = boundOf(*from); err != nil {
			return c.usagef("--from: %v", err)
		}
		if request.To, err = boundOf(*to); err != nil {
			return c.usagef("--to: %v", err)
		}
		if *against != "" {
			kept, err := os.ReadFile(*against)
			if err != nil {
				return unreadable(*against, err)
			}
			request.Against = string(kept)
		}
		if *out == "" {
			*out = fmt.Sprintf("dragoman-export-%s.zip", time.Now().UTC().Format("20060102T150405Z"))
		}
		return export(ctx, who, request, *out, std)
	}
	return c
}

// boundOf reads a time or a day, in UTC; the empty text is no bound.
func boundOf(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no bound is no error
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			t = t.UTC()
			return &t, nil
		}
	}
	return nil, fmt.Errorf("%q is neither a time such as 2026-11-25T08:00:00Z nor a day such as 2026-11-25", text)
}

func export(ctx context.Context, who clientFlags, request gateway.ExportRequest, out string, std streams) error {
	bank, err := who.open()
	if err != nil {
		return err
	}
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	answer, err := bank.stream(ctx, "POST", "/v1/exports", body)
	if err != nil {
		return err
	}
	defer answer.Close() //nolint:errcheck // only read
	if err := receiveWhole(out, func(w io.Writer) error {
		_, err := io.Copy(w, answer)
		return err
	}); err != nil {
		return err
	}
	files, err := openExport(out)
	if err != nil {
		return err
	}
	defer files.close()
	manifest, err := fs.ReadFile(files.FS, "manifest.json")
	if err != nil {
		return fmt.Errorf("%s is not whole: %w", out, err)
	}
	var m evidence.Manifest
	if err := json.Unmarshal(manifest, &m); err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	if *who.json {
		return json.NewEncoder(std.out).Encode(exportedView{out, m.Records, m.Complete, m.Claim, m.Place})
	}
	say(std.out, "%s: %d records. %s\nCheck it with: dragoman verify %s --key KEY\n", out, m.Records, m.Claim, shellWord(out))
	return nil
}

// exportedView is what came of an export, as JSON.
type exportedView struct {
	File     string `json:"file"`
	Records  uint64 `json:"records"`
	Complete bool   `json:"complete"`
	Claim    string `json:"claim"`
	Place    string `json:"place"`
}

// exportFiles is an export as it came, or unpacked into a folder.
type exportFiles struct {
	fs.FS
	close func()
}

func openExport(path string) (*exportFiles, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.IsDir() {
		return &exportFiles{os.DirFS(path), func() {}}, nil
	}
	z, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) {
		return nil, fmt.Errorf("%s is no export, or not whole: it has no end as a zip must have; export again", path)
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	return &exportFiles{z, func() { _ = z.Close() }}, nil
}

func verifyCommand() command {
	c := command{
		name: "verify", usage: "FILE --key KEY [--against CHECKPOINT] [--json]", summary: "check an export: signatures, proofs, every record",
		help: `
Needs nothing but the export, a zip or a folder into which it was unpacked, and the
public key of the gateway. Names the first thing that was changed, removed, added or
moved, and every other. --against compares with a checkpoint that you kept: it shows
whether books and log were rolled back or changed since.

The exit code is 0 if everything holds and 1 if not.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		key := flags.String("key", "", "public `KEY` of the gateway, or a file that holds it; keys/checkpoint.pub of a folder made by init")
		against := flags.String("against", "", "compare with the checkpoint in `FILE`")
		asJSON := flags.Bool("json", false, "print JSON")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		switch {
		case len(args) != 1:
			return c.usagef("name the one export to check")
		case *key == "":
			return c.usagef("--key is needed: the public key of the gateway")
		}
		return verify(args[0], *key, *against, *asJSON, std)
	}
	return c
}

func verify(path, key, against string, asJSON bool, std streams) error {
	first, err := readVerifier(key)
	if err != nil {
		return err
	}
	var kept []byte
	if against != "" {
		if kept, err = os.ReadFile(against); err != nil {
			return unreadable(against, err)
		}
	}
	files, err := openExport(path)
	if err != nil {
		return err
	}
	defer files.close()
	told := newProgress(std.err, "of the records checked")
	v, err := evidence.Verify(files.FS, first, kept, told.tell)
	told.end()
	if err != nil {
		return err
	}
	return showVerdict(path, v, against != "", asJSON, std)
}

// verdictView is a verdict as JSON.
type verdictView struct {
	File     string   `json:"file"`
	Holds    bool     `json:"holds"`
	Gateway  string   `json:"gateway,omitempty"`
	Records  uint64   `json:"records"`
	Complete bool     `json:"complete"`
	Claim    string   `json:"claim,omitempty"`
	Findings []string `json:"findings"`
}

func showVerdict(path string, v evidence.Verdict, against, asJSON bool, std streams) error {
	view := verdictView{File: path, Holds: len(v.Findings) == 0, Findings: append([]string{}, v.Findings...)}
	if m := v.Manifest; m != nil {
		view.Gateway, view.Records, view.Complete, view.Claim = m.Gateway, m.Records, m.Complete, m.Claim
	}
	if asJSON {
		if err := json.NewEncoder(std.out).Encode(view); err != nil {
			return err
		}
	} else if view.Holds {
		grew := ""
		if against {
			grew = ", and history only grew since the checkpoint"
		}
		say(std.out, "%s holds: %d records of %s, signed, unchanged%s.\n%s\n", path, view.Records, view.Gateway, grew, view.Claim)
	} else {
		say(std.out, "%s does NOT hold:\n", path)
		for _, finding := range view.Findings {
			say(std.out, "  %s\n", finding)
		}
	}
	if !view.Holds {
		return errInvalid
	}
	return nil
}
