package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"dragoman/gateway"
	"dragoman/store"
)

// The log is trimmed while the gateway is killed: books that are lost then begin with a
// snapshot.

// trimOften has a gateway take snapshots all the time, and trim its log behind them.
func trimOften(folder string) error {
	path := filepath.Join(folder, configName)
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text := string(raw)
	for _, c := range [][2]string{{"    groups: 0\n", "    groups: 10\n"}, {"    log: 2160h\n", "    log: 1s\n"}} {
		if !strings.Contains(text, c[0]) {
			return fmt.Errorf("the configuration has no line %q", strings.TrimSpace(c[0]))
		}
		text = strings.Replace(text, c[0], c[1], 1)
	}
	return os.WriteFile(path, []byte(text), 0o600)
}

// tooOld tells whether books stand before the beginning of a trimmed log.
func tooOld(books, data string) (bool, error) {
	trimmed, err := gateway.TrimmedTo(data)
	if err != nil {
		return false, err
	}
	older, err := store.OpenReadOnly(books)
	if err != nil {
		return false, err
	}
	return older.State().Sequence < trimmed.First, older.Close()
}
