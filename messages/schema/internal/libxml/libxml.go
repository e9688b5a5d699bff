// Package libxml asks libxml2's xmllint for its opinion of XML files: well-formed,
// valid by a schema, and why not. It is the independent judge of the reader's
// tests and of the mutation differential; the program itself never uses it.
//
// [Judge] is the type to read first.
package libxml

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Command is the program asked; Debian has it in libxml2-utils.
const Command = "xmllint"

// Available tells whether the program is installed.
func Available() bool {
	_, err := exec.LookPath(Command)
	return err == nil
}

// Version is the first line that the program says of itself.
func Version(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, Command, "--version").CombinedOutput()
	if err != nil {
		return "unknown version of " + Command
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimPrefix(line, Command+": ")
}

// Verdict is what libxml2 says of one document.
type Verdict struct {
	WellFormed bool
	Valid      bool   // well-formed and valid by the schema
	Reason     string // first complaint, without file name; empty when Valid
}

// Judge asks about documents through files in its own directory. It is for one
// goroutine.
type Judge struct {
	dir string
}

// NewJudge makes a judge whose files lie below dir, which the caller removes.
func NewJudge(dir string) (*Judge, error) {
	own, err := os.MkdirTemp(dir, "judge")
	return &Judge{own}, err
}

// maxBatch bounds the files of one process: their names must fit its arguments.
const maxBatch = 2000

// Ask gives the verdict on each document by the schema in xsd.
func (j *Judge) Ask(ctx context.Context, xsd string, documents [][]byte) ([]Verdict, error) {
	xsd, err := filepath.Abs(xsd)
	if err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, 0, len(documents))
	for len(documents) > 0 {
		n := min(len(documents), maxBatch)
		part, err := j.batch(ctx, xsd, documents[:n])
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, part...)
		documents = documents[n:]
	}
	return verdicts, nil
}

func (j *Judge) batch(ctx context.Context, xsd string, documents [][]byte) ([]Verdict, error) {
	arguments := []string{"--nonet", "--noout", "--schema", xsd}
	for i, d := range documents {
		name := fileName(i)
		if err := os.WriteFile(filepath.Join(j.dir, name), d, 0o600); err != nil {
			return nil, err
		}
		arguments = append(arguments, name)
	}
	command := exec.CommandContext(ctx, Command, arguments...) //nolint:gosec // a constant command and files of our own
	command.Dir = j.dir
	var said bytes.Buffer
	command.Stderr = &said
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() < 1 || exit.ExitCode() > 4) {
		return nil, fmt.Errorf("%s: %w: %.300s", Command, err, said.Bytes())
	}
	return parse(said.String(), len(documents))
}

const filePattern = "judged-%06d.xml"

func fileName(i int) string { return fmt.Sprintf(filePattern, i) }

// parse reads what the program wrote on standard error. Of each file it says,
// last, "NAME validates" or "NAME fails to validate", unless the file was not
// well-formed: then only "NAME:LINE: parser error".
func parse(said string, n int) ([]Verdict, error) {
	verdicts := make([]Verdict, n)
	decided := make([]bool, n)
	for line := range strings.Lines(said) {
		i, rest := cutName(strings.TrimRight(line, "\n"))
		if i < 0 || i >= n {
			continue
		}
		v := &verdicts[i]
		switch {
		case rest == " validates":
			*v = Verdict{WellFormed: true, Valid: true}
			decided[i] = true
		case rest == " fails to validate", rest == " validation generated an internal error": // it knows no entities
			v.WellFormed = true
			decided[i] = true
		case strings.HasPrefix(rest, ":"):
			if v.Reason == "" {
				_, v.Reason, _ = strings.Cut(rest[1:], ": ")
			}
			decided[i] = decided[i] || strings.Contains(rest, ": parser error : ")
		}
	}
	if i := slices.Index(decided, false); i >= 0 {
		return nil, fmt.Errorf("%s gave no verdict on document %d: %.500s", Command, i, said)
	}
	return verdicts, nil
}

// cutName splits a line that begins with the name of a file; -1 for any other.
func cutName(line string) (i int, rest string) {
	end := strings.Index(line, ".xml")
	if end < 0 {
		return -1, ""
	}
	if _, err := fmt.Sscanf(line[:end+len(".xml")], filePattern, &i); err != nil {
		return -1, ""
	}
	return i, line[end+len(".xml"):]
}
