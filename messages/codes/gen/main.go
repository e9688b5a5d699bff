// Command gen turns the ISO 20022 external code sets, one JSON file each, into
// the two files that package codes compiles in: codes.txt, a readable text that
// is searched in place, and tables_gen.go, a Go type per set. The same input
// gives the same bytes; anything it does not expect in the input is an error.
//
//	go run ./gen -from ../../../shared/iso20022/code_sets
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	from := flag.String("from", "", "folder of code sets, one JSON `file` per set")
	out := flag.String("out", ".", "`folder` of package codes")
	edition := flag.String("edition", "May 2025", "edition of the code sets, as `text`")
	flag.Parse()
	if err := run(*from, *out, *edition); err != nil {
		fmt.Fprintln(os.Stderr, "codes/gen:", err)
		os.Exit(1)
	}
}

func run(from, out, edition string) error {
	if from == "" {
		return fmt.Errorf("-from is required: the folder of code sets")
	}
	sets, err := readSets(from)
	if err != nil {
		return err
	}
	files, err := build(sets, edition)
	if err != nil {
		return err
	}
	for _, f := range files {
		// The tables are source code: readable by whoever may read the repository.
		if err := os.WriteFile(filepath.Join(out, f.name), f.content, 0o644); err != nil { //nolint:gosec // source code, see above
			return fmt.Errorf("write tables: %w", err)
		}
	}
	return nil
}
