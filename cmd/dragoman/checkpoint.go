package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"dragoman/configs"
	"dragoman/store/evidence"
)

func checkpointCommand() command {
	c := command{
		name: "checkpoint", usage: "--as NAME [--out FILE] [--against FILE --key KEY] [--json]", summary: "fetch a signed statement of how the message logs stand",
		help: `
Keep one from time to time, where the gateway's operator cannot reach it: with it
you can show later that history was rolled back or changed. A participant is told
of its own log and the global one, the gateway's people of all.

--against compares with one that you kept: the gateway must prove that every log
only grew since.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		out := flags.String("out", "", "write it to `FILE`")
		against := flags.String("against", "", "compare with the checkpoint in `FILE`")
		key := flags.String("key", "", "public `KEY` of the gateway, or a file that holds it; keys/checkpoint.pub of a folder made by init")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		if *against != "" && *key == "" {
			return c.usagef("--against needs --key, the gateway's public key")
		}
		bank, err := who.open()
		if err != nil {
			return err
		}
		signed, err := bank.call(ctx, "GET", "/v1/checkpoint", jsonBody, nil, nil)
		if err != nil {
			return err
		}
		if err := compareCheckpoints(ctx, bank, signed, *against, *key, std); err != nil {
			return err
		}
		if *out != "" {
			if err := writeWhole(*out, signed); err != nil {
				return err
			}
			say(std.err, "written to %s\n", *out)
			return nil
		}
		if *who.json {
			return printCheckpoint(signed, std)
		}
		say(std.out, "%s", signed)
		return nil
	}
	return c
}

// compareCheckpoints has the gateway prove that its logs only grew since a
// checkpoint that was kept.
func compareCheckpoints(ctx context.Context, bank *client, signed []byte, against, key string, std streams) error {
	if key == "" {
		return nil
	}
	keys, err := knownKeys(ctx, bank, key)
	if err != nil {
		return err
	}
	now, err := evidence.OpenCheckpoint(signed, keys)
	if err != nil {
		return fmt.Errorf("the gateway's checkpoint: %w", err)
	}
	if against == "" {
		return nil
	}
	kept, err := os.ReadFile(against)
	if err != nil {
		return unreadable(against, err)
	}
	earlier, err := evidence.OpenCheckpoint(kept, keys)
	if err != nil {
		return fmt.Errorf("%s: %w", against, err)
	}
	var proofs []evidence.Consistency
	for _, before := range append([]evidence.Head{{BIC: evidence.GlobalLog, Size: earlier.Size}}, earlier.Heads...) {
		after, both := now.Head(before.BIC)
		if !both || after.Size <= before.Size {
			continue
		}
		var proof evidence.Consistency
		path := fmt.Sprintf("/v1/checkpoint/consistency?log=%s&from=%d&to=%d", url.QueryEscape(before.BIC), before.Size, after.Size)
		if _, err := bank.call(ctx, "GET", path, jsonBody, nil, &proof); err != nil {
			return err
		}
		proofs = append(proofs, proof)
	}
	findings := evidence.Follows(earlier, now, proofs)
	for _, finding := range findings {
		say(std.out, "%s\n", finding)
	}
	if len(findings) > 0 {
		return errInvalid
	}
	say(std.err, "every log has only grown since %s: %d records then, %d now\n", against, earlier.Size, now.Size)
	return nil
}

// checkpointView is a checkpoint as JSON.
type checkpointView struct {
	Origin  string     `json:"origin"`
	Size    uint64     `json:"size"`
	Root    string     `json:"root"`
	Orders  uint64     `json:"orders"`
	LogHash string     `json:"logHash"`
	Books   string     `json:"books"`
	Time    string     `json:"time"`
	Logs    []headView `json:"logs"`
	Signed  string     `json:"signed"` // the whole, to keep
}

type headView struct {
	BIC  string `json:"bic"`
	Size uint64 `json:"size"`
	Root string `json:"root"`
}

func printCheckpoint(signed []byte, std streams) error {
	c, err := evidence.UnverifiedCheckpoint(signed)
	if err != nil {
		return err
	}
	v := checkpointView{c.Origin, c.Size, c.Root.String(), c.Orders, hexOf(c.LogHash), hexOf(c.Books), c.Time.Format("2006-01-02T15:04:05.999999999Z"), []headView{}, string(signed)}
	for _, h := range c.Heads {
		v.Logs = append(v.Logs, headView{h.BIC, h.Size, h.Root.String()})
	}
	return json.NewEncoder(std.out).Encode(v)
}

// readSigner reads the key that signs checkpoints and exports.
func readSigner(config *configs.Config) (note.Signer, error) {
	path := config.Path(config.Node.Checkpoints.Key)
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the key of checkpoints (node.checkpoints.key): %w; 'dragoman init' makes one", err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(raw)))
	if err != nil {
		return nil, fmt.Errorf("%s holds no key that signs notes: %w; it begins with PRIVATE+KEY+", path, err)
	}
	return signer, nil
}

// readVerifier reads a public key, or the file that holds it.
func readVerifier(key string) (evidence.FirstKey, error) {
	text := key
	if raw, err := os.ReadFile(key); err == nil {
		text = strings.TrimSpace(string(raw))
	} else if !strings.Contains(key, "+") {
		return evidence.FirstKey{}, unreadable(key, err)
	}
	verifier, err := note.NewVerifier(text)
	if err != nil {
		return evidence.FirstKey{}, wrongCall("--key: %q is no public key of a gateway, nor a file that holds one: %v", key, err)
	}
	return evidence.FirstKey{Key: verifier}, nil
}

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(path string, content []byte) error {
	return receiveWhole(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// receiveWhole is writeWhole for what comes bit by bit.
func receiveWhole(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}
