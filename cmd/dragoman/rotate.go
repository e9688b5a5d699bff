package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/mod/sumdb/note"

	"dragoman/configs"
	"dragoman/store/evidence"
)

// chainSuffix names the file beside the signing key with the changes of keys before.
const chainSuffix = ".chain"

func rotateKeyCommand() command {
	c := command{
		name: "rotate-key", usage: "[--config FILE]", summary: "change the key that signs checkpoints and exports",
		help: `
Makes a new key and has the old one sign for it. The gateway takes it at its next
start and records the change in its log. Whoever has the first public key can go on
using it: exports bring the chain of changes with them. The old key's file is kept
beside the new one; destroy it when it is no longer needed.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		path := flags.String("config", configName, "configuration `FILE`")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return c.usagef("%s is no option", args[0])
		}
		config, err := configs.Load(*path)
		if err != nil {
			return err
		}
		return rotateKey(config, std)
	}
	return c
}

func rotateKey(config *configs.Config, std streams) error {
	old, err := readSigner(config)
	if err != nil {
		return err
	}
	path := config.Path(config.Node.Checkpoints.Key)
	private, public, err := note.GenerateKey(rand.Reader, old.Name())
	if err != nil {
		return err
	}
	rotation, err := evidence.SignRotation(old, public)
	if err != nil {
		return err
	}
	chain, err := readChain(path)
	if err != nil {
		return err
	}
	kept := fmt.Sprintf("%s.%08x", path, old.KeyHash())
	raw, err := os.ReadFile(path)
	if err != nil {
		return unreadable(path, err)
	}
	// The chain comes last: a key without its place in the chain is refused at the
	// start and loses nothing.
	for _, file := range []folderFile{
		{kept, raw}, {path, []byte(private + "\n")}, {path + chainSuffix, append(chain, evidence.JoinChain([][]byte{rotation})...)},
	} {
		if err := writeWhole(file.path, file.content); err != nil {
			return err
		}
	}
	say(std.out, "%s signs from the next start on; its public key is\n  %s\nThe key before it is kept in %s.\n", path, public, kept)
	return nil
}

// readChain reads the changes of keys beside a signing key.
func readChain(path string) ([]byte, error) {
	chain, err := os.ReadFile(path + chainSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return chain, err
}

// knownKeys are the keys that a first one vouches for, as a gateway shows them.
func knownKeys(ctx context.Context, c *client, key string) (note.Verifiers, error) {
	first, err := readVerifier(key)
	if err != nil {
		return nil, err
	}
	chain, err := c.call(ctx, "GET", "/v1/checkpoint/keys", jsonBody, nil, nil)
	if err != nil {
		return nil, err
	}
	all, err := evidence.FollowChain(first.Key, chain)
	if err != nil {
		return nil, fmt.Errorf("the gateway's chain of keys: %w", err)
	}
	return note.VerifierList(all...), nil
}
