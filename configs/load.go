package configs

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxFileBytes bounds a file: it is far above ten thousand participants, and
// keeps a wrong path (a log, a device) from filling the memory.
const maxFileBytes = 8 << 20

//go:embed dragoman.yaml
var reference string

// Reference gives the text of the commented reference file.
func Reference() string { return reference }

// Default gives the defaults of the node, without currencies, participants and
// corridors.
func Default() *Config {
	r := read("dragoman.yaml", []byte(reference), &Config{})
	if len(r.problems) > 0 {
		panic(fmt.Sprintf("configs: the embedded reference is wrong:\n%v", r.problems))
	}
	return &Config{Node: r.config.Node}
}

// Load reads and checks a file. What the file does not say about the node is as
// in Default. The error is Problems, or that of the file system.
func Load(path string) (*Config, error) {
	f, err := os.Open(path) //nolint:gosec // reading what the user names is the job
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return Parse(path, text)
}

// Parse is Load for a text in memory; path names it in problems, and its folder
// is where relative paths begin.
func Parse(path string, text []byte) (*Config, error) {
	if len(text) > maxFileBytes {
		return nil, Problems{{File: path, Text: fmt.Sprintf("the file is longer than %d bytes", maxFileBytes)}}
	}
	r := read(path, text, Default())
	if r.said[""] {
		return nil, r.problems
	}
	if _, given := r.config.places["node.nats.listen"]; !given && r.config.Node.NATS.URL != "" {
		r.config.Node.NATS.Listen = "" // its default is for the server inside this process
	}
	if err := append(r.problems, r.config.problems(r.said)...).Err(); err != nil {
		return nil, err
	}
	return r.config, nil
}

// Path makes a path of the configuration usable: one that is not absolute begins
// at the folder of the file.
func (c *Config) Path(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(c.file), path)
}
