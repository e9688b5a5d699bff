package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nats-io/nkeys"
)

// nkeyFile is the seed of an NKEY in a certificate folder.
const nkeyFile = "nkey.seed"

// newNKey makes the NKEY of a NATS user: its public part for the directory, and
// the file of its seed.
func newNKey() (public string, seed []byte, err error) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return "", nil, err
	}
	defer pair.Wipe()
	if public, err = pair.PublicKey(); err != nil {
		return "", nil, err
	}
	if seed, err = pair.Seed(); err != nil {
		return "", nil, err
	}
	return public, append(seed, '\n'), nil
}

// readNKey reads the NKEY of a certificate folder.
func readNKey(folder string) (nkeys.KeyPair, error) {
	path := filepath.Join(folder, nkeyFile)
	seed, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the NKEY: %w; banks and issuers have one, made by 'dragoman init' or 'nk -gen user'", err)
	}
	pair, err := nkeys.FromSeed(bytes.TrimSpace(seed))
	if err != nil {
		return nil, fmt.Errorf("read the NKEY in %s: %w; the file should hold the seed of a NATS user, which begins with SU", path, err)
	}
	return pair, nil
}
