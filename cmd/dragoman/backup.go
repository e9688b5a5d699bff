package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"dragoman/gateway"
)

func backupCommand() command {
	c := command{
		name: "backup", usage: "--as OPERATOR [--out FILE] [--json]", summary: "back up a gateway while it serves",
		help: `
Writes a zip with the books and the log as they stand, and a signed checkpoint. The
gateway goes on meanwhile; it needs free disk for one copy of its books. Keys,
certificates and the configuration are not in it. It holds every message, so one
operator alone takes none: see 'dragoman permit-backups'. That a backup was made, and
by whom, is recorded in the log.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		out := flags.String("out", "", "write to `FILE`; without it to dragoman-backup-TIME.zip in this folder")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		if *out == "" {
			*out = fmt.Sprintf("dragoman-backup-%s.zip", time.Now().UTC().Format("20060102T150405Z"))
		}
		return backup(ctx, who, *out, std)
	}
	return c
}

func backup(ctx context.Context, who clientFlags, out string, std streams) error {
	operator, err := who.open()
	if err != nil {
		return err
	}
	answer, err := operator.stream(ctx, "POST", "/v1/backups", nil)
	if err != nil {
		return err
	}
	defer answer.Close() //nolint:errcheck // only read
	var size int64
	if err := receiveWhole(out, func(w io.Writer) (err error) {
		size, err = io.Copy(w, answer)
		return err
	}); err != nil {
		return err
	}
	m, err := gateway.ReadBackup(out)
	if err != nil {
		return err
	}
	if *who.json {
		return json.NewEncoder(std.out).Encode(backupView{out, size, m.Groups, m.Time.Format(time.RFC3339Nano), m.Digest})
	}
	say(std.out, "%s: %d groups of the log up to %s, %.1f MB; digest of the books %s\nIt holds every message of every participant: keep it as safely as the gateway.\n",
		out, m.Groups, m.Time.Format(time.RFC3339), float64(size)/1e6, m.Digest)
	return nil
}

// backupView is what came of a backup, or of a restore, as JSON.
type backupView struct {
	File   string `json:"file"`
	Bytes  int64  `json:"bytes,omitempty"`
	Groups uint64 `json:"groups"`
	Time   string `json:"time"`
	Digest string `json:"digest"`
}

func restoreCommand() command {
	c := command{
		name: "restore", usage: "FILE FOLDER [--log FOLDER | --to GROUP|TIME] [--key KEY] [--json]", summary: "lay out a data folder from a backup",
		help: `
Checks the backup whole: its digests, an audit of its books, its log against the hash
that the books have of it and, with --key, the signature of its checkpoint. FOLDER
becomes a data folder from which 'dragoman serve' goes on; keys, certificates and
the configuration must be there besides.

--log names the log folder of the gateway that was backed up (data/log), if it can
still be had: then the books catch up with it and nothing that was acknowledged is
lost. Without it the log ends with the backup, and the gateway takes no new orders
until two operators have accepted that with 'dragoman accept-restore'.

--to restores to an earlier point: a group of the log, or the last one before a time.
The books are built up to there and must have the digest that they had then; what the
backup has behind it is listed in FOLDER/beyond.txt, and must be accepted likewise.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		newer := flags.String("log", "", "the log `FOLDER` of the gateway, newer than the backup")
		key := flags.String("key", "", "public `KEY` of the gateway, or a file that holds it")
		var to gateway.Point
		flags.Func("to", "restore up to `GROUP|TIME`, as in 12345 or 2026-11-23T09:00:00Z", func(text string) (err error) {
			to, err = parsePoint(text)
			return err
		})
		asJSON := flags.Bool("json", false, "print JSON")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 2 {
			return c.usagef("name the backup and the folder to lay out")
		}
		if *newer != "" && to != (gateway.Point{}) {
			return c.usagef("a newer log is not needed for an earlier point: name --log or --to")
		}
		r := gateway.Restoring{Backup: args[0], Folder: args[1], NewerLog: *newer, To: to, Log: zap.NewNop()}
		if *key != "" {
			first, err := readVerifier(*key)
			if err != nil {
				return err
			}
			r.Keys = first.Key
		}
		m, err := restore(ctx, r, std)
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(std.out).Encode(backupView{File: args[0], Groups: m.Groups, Time: m.Time.Format(time.RFC3339Nano), Digest: m.Digest})
		}
		say(std.out, "%s is laid out: %d groups of the log up to %s, audited; digest of the books %s\n", args[1], m.Groups, m.Time.Format(time.RFC3339), m.Digest)
		if m.Beyond > 0 {
			say(std.out, "%d messages and decisions that the backup has behind that are left out: they are listed in %s\n", m.Beyond, filepath.Join(args[1], "beyond.txt"))
		}
		if *newer == "" {
			say(std.out, "What was acknowledged after that is not in it: new orders wait until two operators have accepted that; 'dragoman serve' says how.\n")
		}
		if *key == "" {
			say(std.err, "the signature of its checkpoint was not checked: name the gateway's public key with --key\n")
		}
		return nil
	}
	return c
}

func restore(ctx context.Context, r gateway.Restoring, std streams) (gateway.BackupManifest, error) {
	audited, written := newProgress(std.err, "audited"), newProgress(std.err, "of the log written")
	r.Audit, r.Progress = audited.tell, func(done, of uint64) { audited.end(); written.tell(done, of) }
	m, err := gateway.Restore(ctx, r)
	audited.end()
	written.end()
	return m, err
}

// restoreTo lays a backup out for a replay.
func restoreTo(ctx context.Context, file, folder string, std streams) error {
	_, err := restore(ctx, gateway.Restoring{Backup: file, Folder: folder, Log: zap.NewNop()}, std)
	return err
}

// permitCommand asks that its operator may take backups.
func permitCommand() command {
	c := command{
		name: "permit-backups", usage: "--as OPERATOR [--for DURATION] --reason TEXT", summary: "ask for the permission to take backups",
		help: `
A backup holds every message of every participant. So one operator asks for it, and
another one approves; then whoever asked takes backups with the same certificate, as
often as needed, until the time is up: 24 hours, or as --for says, 31 days at most.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		long := flags.Duration("for", 24*time.Hour, "a `DURATION` such as 24h or 720h")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		return who.run(ctx, gateway.DecisionRequest{Action: gateway.ActionBackup, Time: time.Now().UTC().Add(*long).Truncate(time.Second)}, std)
	}
	return c
}

func acceptRestoreCommand() command {
	c := command{
		name: "accept-restore", usage: "SUBJECT --as OPERATOR --reason TEXT", summary: "accept what a restored gateway lacks",
		help: `
A gateway that was restored from a backup alone lacks what was acknowledged after the
backup, and takes no new orders until two operators have accepted that: ask the
banks first what they have receipts for. The gateway names the SUBJECT in its log
and, for operators, at /readyz.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return c.usagef("name the subject, as the gateway does")
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		return who.run(ctx, gateway.DecisionRequest{Action: gateway.ActionRestoreAccept, Subject: args[0]}, std)
	}
	return c
}
