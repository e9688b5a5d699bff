package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"go.uber.org/zap"

	"dragoman/configs"
	"dragoman/gateway"
	"dragoman/store"
)

func replayCommand() command {
	c := command{
		name: "replay", usage: "[--data FOLDER | --config FILE | --backup FILE] [--json]", summary: "rebuild the books from the log and compare",
		help: `
Applies the whole log of a gateway that does not run, or that of a backup, to new
books in a temporary folder and compares them with its own: their digests, and
every row. A log that was trimmed is applied to the oldest verified snapshot that
there is. With --config it is the gateway of that configuration, whose log may
be on servers outside.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		data := dataFlag(flags)
		backup := flags.String("backup", "", "replay what `FILE` holds, a backup, and not a data folder")
		path := flags.String("config", "", "replay the gateway of the configuration `FILE`")
		asJSON := flags.Bool("json", false, "print JSON")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		folder, servers := *data, gateway.NATSSettings{}
		if *path != "" {
			config, err := configs.Load(*path)
			if err != nil {
				return err
			}
			folder, servers = config.Path(config.Node.Data), natsSettings(config)
		}
		if *backup != "" {
			laid, err := os.MkdirTemp("", "dragoman-replay-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(laid) //nolint:errcheck // a temporary folder
			folder, servers = filepath.Join(laid, "data"), gateway.NATSSettings{}
			if err := restoreTo(ctx, *backup, folder, std); err != nil {
				return err
			}
		}
		return replayFolder(ctx, servers, folder, std, *asJSON)
	}
	return c
}

func replayLog(ctx context.Context, data string, std streams) error {
	return replayFolder(ctx, gateway.NATSSettings{}, data, std, false)
}

// replayView is what a replay came to, as JSON.
type replayView struct {
	Groups      uint64   `json:"groups"`
	From        uint64   `json:"from,omitempty"` // behind which they were applied, to a snapshot
	Digest      string   `json:"digest"`
	Rebuilt     string   `json:"rebuilt"`
	Same        bool     `json:"same"`
	Differences []string `json:"differences"`
}

func replayFolder(ctx context.Context, servers gateway.NATSSettings, data string, std streams, asJSON bool) error {
	folder, err := os.MkdirTemp("", "dragoman-replay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	told := newProgress(std.err, "of the log replayed")
	r, err := gateway.Replay(ctx, servers, data, filepath.Join(folder, "books.db"), zap.NewNop(), told.tell)
	told.end()
	if errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("%w; stop the gateway first, or replay a backup of it with --backup", err)
	}
	if err != nil {
		return err
	}
	if r.From > 0 && !asJSON {
		say(std.out, "the log is trimmed: what stood before is taken from the verified snapshot of group %d\n", r.From)
	}
	switch {
	case asJSON:
		v := replayView{r.Own.Sequence, r.From, hexOf(r.Own.Digest), hexOf(r.Rebuilt.Digest), r.Same(), append([]string{}, r.Differences...)}
		err = json.NewEncoder(std.out).Encode(v)
	case r.Same():
		say(std.out, "%d groups replayed: the same digest %x\n", r.Own.Sequence, r.Own.Digest)
	default:
		say(std.out, "the books differ from the log: digest %x, rebuilt %x\n", r.Own.Digest, r.Rebuilt.Digest)
		for _, difference := range r.Differences {
			say(std.out, "  %s (first: the books, second: rebuilt)\n", difference)
		}
	}
	if err == nil && !r.Same() {
		err = errInvalid
	}
	return err
}
