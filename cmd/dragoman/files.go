package main

import (
	"context"
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

// readInput reads a file, or standard input; one that is too large is read just
// far enough for the reader to say so.
func readInput(path string, std streams) ([]byte, error) {
	in := std.in
	if path != standardInput {
		f, err := os.Open(path) //nolint:gosec // reading what the user names is the job
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, schema.DefaultMaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
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
// below one that is a folder, in lexical order.
func walk(ctx context.Context, paths []string, visit func(path string) error) error {
	for _, path := range paths {
		if path == standardInput {
			if err := visit(path); err != nil {
				return err
			}
			continue
		}
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case ctx.Err() != nil:
				return ctx.Err()
			case entry.IsDir() || file != path && !strings.EqualFold(filepath.Ext(file), ".xml"):
				return nil
			}
			return visit(file)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
