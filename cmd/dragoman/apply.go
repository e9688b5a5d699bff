package main

import (
	"context"
	"encoding/json"
	"flag"
	"time"

	"dragoman/configs"
	"dragoman/gateway"
	"dragoman/routing"
)

func applyCommand() command {
	c := command{
		name: "apply", usage: "--as OPERATOR --reason TEXT [--dry-run] -f FILE", summary: "change participants, accounts, limits and corridors",
		help: `
Reads the currencies, participants and corridors of a configuration file, shows
in what the directory of the gateway differs from it, and asks for the
difference. A second operator must approve it; then it counts from its place in
the log on, without a restart, certificates included: a key that the file no
longer has is revoked.

Nothing else is ever removed: participants, accounts and corridors that are not
in the file stay as they are, and so does the standing of a participant, which
'dragoman participant' changes.

  dragoman apply -f dragoman.yaml --as operator-1 --dry-run
  dragoman apply -f dragoman.yaml --as operator-1 --reason "Onyx Bank joins"
  dragoman approve 17.0 --as operator-2 --reason "contract seen"`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		path := flags.String("f", "", "configuration `FILE`")
		dry := flags.Bool("dry-run", false, "show the difference and ask for nothing")
		args, err := c.parse(flags, args, std)
		switch {
		case err != nil:
			return err
		case *path == "" || len(args) > 0:
			return c.usagef("name one configuration file with -f")
		}
		if !*dry {
			if err := c.needReason(*who.reason); err != nil {
				return err
			}
		}
		config, err := configs.Load(*path)
		if err != nil {
			return err
		}
		// Certificates of banks that have expired keep nobody from changing the rest.
		change, err := firstChange(config, time.Time{})
		if err != nil {
			return err
		}
		return who.apply(ctx, change, *dry, std)
	}
	return c
}

// applied is what apply prints as JSON.
type applied struct {
	Changes []routing.Difference    `json:"changes"`
	Request *gateway.DecisionAnswer `json:"request,omitempty"`
}

func (f decisionFlags) apply(ctx context.Context, wanted routing.Change, dry bool, std streams) error {
	c, err := f.open()
	if err != nil {
		return err
	}
	var view gateway.DirectoryView
	if _, err := c.call(ctx, "GET", "/v1/directory", jsonBody, nil, &view); err != nil {
		return err
	}
	directory := view.Directory.Ready()
	change := directory.Reduce(wanted)
	next, err := directory.Apply(change)
	if err != nil {
		return err
	}
	out := applied{Changes: directory.Differences(next)}
	if !*f.json {
		for _, d := range out.Changes {
			say(std.out, "  %s\n", d)
		}
	}
	if len(out.Changes) > 0 && !dry {
		out.Request = &gateway.DecisionAnswer{}
		if _, err := c.post(ctx, "/v1/directory", gateway.DirectoryRequest{Change: change, Reason: *f.reason, Digest: view.Digest}, out.Request); err != nil {
			return err
		}
	}
	switch {
	case *f.json:
		return json.NewEncoder(std.out).Encode(out)
	case len(out.Changes) == 0:
		say(std.out, "nothing to change: the directory of the gateway is like the file\n")
	case dry:
		say(std.out, "%d changes; without --dry-run they are asked for\n", len(out.Changes))
	default:
		return showDecision(std, *out.Request, false)
	}
	return nil
}
