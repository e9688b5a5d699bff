package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// standardInput is the path that stands for it.
const standardInput = "-"

// unreadableError is a file or folder that cannot be read.
type unreadableError struct {
	path string
	err  error
}

func (e *unreadableError) Error() string {
	return fmt.Sprintf("cannot read %s: %v", e.path, e.err)
}

func (e *unreadableError) Unwrap() error { return e.err }

// unreadable says no more of an error than the person needs.
func unreadable(path string, err error) error {
	var inPath *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = errors.New("there is no such file or folder")
	case errors.As(err, &inPath):
		err = inPath.Err
	}
	return &unreadableError{path, err}
}

// readInput reads a file, or standard input; one that is too large is read just
// far enough for the reader to say so.
func readInput(path string, std streams) ([]byte, error) {
	in := std.in
	if path != standardInput {
		f, err := os.Open(path)
		if err != nil {
			return nil, unreadable(path, err)
		}
		defer f.Close() //nolint:errcheck // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, schema.DefaultMaxBytes+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return b, nil
}

// readMessage reads the one message that a command is about.
func readMessage(path string, std streams) (*messages.Message, error) {
	raw, err := readInput(path, std)
	if err != nil {
		return nil, err
	}
	return messages.Read(raw, messages.Options{}), nil
}

// walk calls visit for every path that is a file, and for every *.xml file
// below one that is a folder, in lexical order. What cannot be read goes to
// complain, and the walk goes on.
func walk(ctx context.Context, paths []string, visit func(path string) error, complain func(error)) error {
	try := func(path string) error {
		err := ctx.Err()
		if err == nil {
			err = visit(path)
		}
		if unread := (*unreadableError)(nil); errors.As(err, &unread) {
			complain(err)
			return nil
		}
		return err
	}
	for _, path := range paths {
		var err error
		if info, missing := os.Stat(path); path == standardInput || missing != nil || !info.IsDir() {
			err = try(path)
		} else {
			err = walkFolder(path, try, complain)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func walkFolder(folder string, visit func(path string) error, complain func(error)) error {
	// With the separator, a link to a folder is followed.
	return filepath.WalkDir(folder+string(filepath.Separator), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			complain(unreadable(path, err))
			return nil
		case entry.IsDir() || !strings.EqualFold(filepath.Ext(path), ".xml") || entry.Type()&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0:
			return nil
		}
		return visit(path)
	})
}
