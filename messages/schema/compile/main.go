// Command compile turns ISO 20022 XML Schemas into the tables that package
// schema embeds. It reads every *.xsd of the directories named with -from and,
// with -moov, those inside the github.com/moov-io/iso20022 module; where two
// sources hold the same message the first named wins. The same schemas always
// give the same bytes.
//
// It understands exactly the part of XSD that ISO 20022 uses and stops with a
// clear error on anything else: a schema is compiled whole or not at all.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "compile:", err)
		os.Exit(1)
	}
}

// moovModule carries 132 official schemas in its docs folder.
const moovModule = "github.com/moov-io/iso20022"

func run(args []string, progress io.Writer) error {
	flags := flag.NewFlagSet("compile", flag.ContinueOnError)
	var dirs []string
	flags.Func("from", "directory of *.xsd files (may be given more than once)", func(dir string) error {
		dirs = append(dirs, dir)
		return nil
	})
	moov := flags.Bool("moov", false, "also read the schemas inside the "+moovModule+" module")
	out := flags.String("o", "tables.bin", "file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *moov {
		dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", moovModule).Output()
		if err != nil {
			return fmt.Errorf("find module %s (go mod download fetches it): %w", moovModule, err)
		}
		dirs = append(dirs, filepath.Join(strings.TrimSpace(string(dir)), "docs", "specifications"))
	}
	set, err := readAll(dirs)
	if err != nil {
		return err
	}
	tables, stats, err := encode(set)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*out, tables, 0o644); err != nil { //nolint:gosec // a committed, public table
		return err
	}
	_, err = fmt.Fprintf(progress, "%s: %d messages, %d bytes (%s)\n", *out, len(set), len(tables), stats)
	return err
}

// readAll reads the schemas below dirs, sorted by message identifier.
func readAll(dirs []string) ([]*definition, error) {
	byID := map[string]*definition{}
	for _, dir := range dirs {
		var files []string
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if filepath.Ext(path) == ".xsd" {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		slices.Sort(files)
		for _, file := range files {
			def, err := readFile(file)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
			}
			if byID[def.id] == nil {
				byID[def.id] = def
			}
		}
	}
	if len(byID) == 0 {
		return nil, errors.New("no *.xsd found: name a directory with -from")
	}
	set := make([]*definition, 0, len(byID))
	for _, def := range byID {
		set = append(set, def)
	}
	slices.SortFunc(set, func(a, b *definition) int { return cmp.Compare(a.id, b.id) })
	return set, nil
}

func readFile(file string) (*definition, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseXSD(b)
}
