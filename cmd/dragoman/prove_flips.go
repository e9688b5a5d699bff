package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// flipsResult is what flipped bits came to.
type flipsResult struct {
	Seed       uint64                    `json:"seed"`
	Flips      int                       `json:"flips"`
	Outcomes   map[string]map[string]int `json:"outcomes"` // by kind of file
	Violations []string                  `json:"violations"`
	Folder     string                    `json:"folder,omitempty"`
}

// Outcomes of a flipped bit.
const (
	flipRefused  = "refused at start"
	flipNotRead  = "not served"         // what it stands in
	flipAudited  = "found by the audit" // and everything was served as it was
	flipReplayed = "found by replay"    // the same
	flipNothing  = "nothing was there"  // or what was there was made good
)

// proveFlips plays a run without blows, and then flips one bit after the other in the
// files of the gateway while it is stopped. What is served afterwards must be what the
// banks saw; or it is refused, in words, or not served.
func proveFlips(ctx context.Context, s proofSettings, std streams) error {
	folder, err := filepath.Abs(s.folder)
	if s.folder == "" {
		folder, err = os.MkdirTemp("", "dragoman-prove-")
	}
	if err != nil {
		return err
	}
	s.kills, s.pauses, s.cuts, s.errors, s.stops = 0, 0, 0, 0, 0
	made, err := makeFolder(folder, exampleBanks(), s.folder == "", s.began)
	if err != nil {
		return err
	}
	r, err := newCrashRun(s, made, std)
	if err != nil {
		return err
	}
	if err := r.prove(ctx); err != nil {
		return err
	}
	if len(r.faults)+len(r.wrongs) > 0 {
		return fmt.Errorf("before anything was flipped: %s", r.foundSoFar())
	}
	f := &flipping{run: r, random: chanceOf(s.seed, 30), sound: filepath.Join(folder, "sound")}
	result, err := f.play(ctx, s.flips)
	if err != nil {
		return err
	}
	if len(result.Violations) > 0 || s.folder != "" {
		result.Folder = folder
	} else if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := result.print(s, std); err != nil {
		return err
	}
	if len(result.Violations) > 0 {
		return errInvalid
	}
	return nil
}

// flipping flips bits in a gateway that everything is known of.
type flipping struct {
	run    *crashRun
	random *rand.Rand
	sound  string // a copy of all files before
	files  map[string][]string
}

// kindsOfFiles are what bits are flipped in, by where it lies in the folder.
var kindsOfFiles = []struct{ kind, under string }{
	{"books", "data/books.db"}, {"log", "data/log"}, {"books", "data/books.db"}, {"keys", "keys"}, {"certificates", "server"}, {"configuration", configName},
}

func (f *flipping) play(ctx context.Context, flips int) (flipsResult, error) {
	result := flipsResult{Seed: f.run.settings.seed, Flips: flips, Outcomes: map[string]map[string]int{}, Violations: []string{}}
	if err := f.keepSound(); err != nil {
		return result, err
	}
	for n := range flips {
		kind := kindsOfFiles[n%len(kindsOfFiles)]
		file := f.files[kind.under][f.random.IntN(len(f.files[kind.under]))]
		at, bit, err := f.flip(file)
		if err != nil {
			return result, err
		}
		outcome, err := f.outcome(ctx)
		if err != nil {
			return result, err
		}
		where := fmt.Sprintf("bit %d of byte %d of %s", bit, at, file)
		f.run.progressLine("flip %d of %d, %s: %s", n+1, flips, where, outcome)
		if result.Outcomes[kind.kind] == nil {
			result.Outcomes[kind.kind] = map[string]int{}
		}
		result.Outcomes[kind.kind][outcome]++
		if wrong := f.run.forgetFaults(); wrong != "" {
			result.Violations = append(result.Violations, where+": "+outcome+": "+wrong)
		}
		if err := f.restore(file); err != nil {
			return result, err
		}
	}
	return result, nil
}

// keepSound copies the folder, and lists its files.
func (f *flipping) keepSound() error {
	f.files = map[string][]string{}
	for _, kind := range kindsOfFiles {
		if f.files[kind.under] != nil {
			continue
		}
		err := filepath.WalkDir(filepath.Join(f.run.folder, kind.under), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			info, err := entry.Info()
			if err != nil || info.Size() == 0 {
				return err
			}
			name, err := filepath.Rel(f.run.folder, path)
			f.files[kind.under] = append(f.files[kind.under], name)
			return errors.Join(err, layCopy(path, filepath.Join(f.sound, name)))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func layCopy(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}

// flip flips one bit of a file, of a byte around which there is something.
func (f *flipping) flip(name string) (at, bit int, err error) {
	path := filepath.Join(f.run.folder, name)
	content, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	const around = 8
	for range 200 {
		at = f.random.IntN(len(content))
		if slices.Max(content[max(0, at-around):min(len(content), at+around)]) > 0 {
			break
		}
	}
	bit = f.random.IntN(8)
	content[at] ^= 1 << bit
	return at, bit, os.WriteFile(path, content, 0o600)
}

// restore brings the data back as it was, and the file that was flipped.
func (f *flipping) restore(flipped string) error {
	if err := os.RemoveAll(filepath.Join(f.run.folder, "data")); err != nil {
		return err
	}
	for _, names := range f.files {
		for _, name := range names {
			if strings.HasPrefix(name, "data") || name == flipped {
				if err := layCopy(filepath.Join(f.sound, name), filepath.Join(f.run.folder, name)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// outcome audits and starts the gateway, and holds what it serves against what the
// banks saw.
func (f *flipping) outcome(ctx context.Context) (string, error) {
	r := f.run
	_, audited := r.call(ctx, "audit")
	_, replayed := r.call(ctx, "replay")
	if err := r.server.start(ctx); err != nil {
		if said := r.server.complaints.last(); !strings.Contains(said, "dragoman:") {
			r.fault("it does not start and says %q", said)
		}
		return flipRefused, nil
	}
	served := r.account(ctx)
	if err := r.server.stop(); err != nil {
		r.fault("it does not end in order: %v", err)
	}
	var refused *answerError
	switch {
	case errors.As(served, &refused) && refused.status >= 500, served != nil && strings.Contains(served.Error(), "x509: "):
		return flipNotRead, nil // in the other case its banks do not know it any more
	case served != nil:
		return "", served
	case audited != nil:
		return flipAudited, nil
	case replayed != nil:
		return flipReplayed, nil
	}
	return flipNothing, nil
}

// forgetFaults gives the first fault of all that were found, and begins anew.
func (r *crashRun) forgetFaults() string {
	text := r.foundSoFar()
	for _, l := range r.wrongs {
		l.wrongs = nil
	}
	r.faults, r.wrongs = nil, nil
	return text
}

func (result *flipsResult) print(s proofSettings, std streams) error {
	if s.json {
		return json.NewEncoder(std.out).Encode(result)
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	say(table, "seed\t%d\nflips\t%d\n", result.Seed, result.Flips)
	for _, kind := range []string{"books", "log", "keys", "certificates", "configuration"} {
		if outcomes := result.Outcomes[kind]; outcomes != nil {
			say(table, "%s\t%s\n", kind, counted(outcomes))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, v := range result.Violations {
		say(std.out, "  %s\n", v)
	}
	if len(result.Violations) == 0 {
		say(std.out, "nothing wrong was served\n")
	}
	return nil
}
