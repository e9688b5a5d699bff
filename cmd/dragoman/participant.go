package main

import (
	"context"
	"flag"
	"slices"
	"strings"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/routing"
)

// standingVerbs are what an operator says, and what becomes of the participant.
var standingVerbs = []struct {
	verb   string
	action gateway.Action
	next   routing.Standing
}{
	{"admit", gateway.ActionStanding, routing.StandingActive},
	{"send-only", gateway.ActionStanding, routing.StandingSendOnly},
	{"receive-only", gateway.ActionStanding, routing.StandingReceiveOnly},
	{"suspend", gateway.ActionSuspend, ""},
	{"resume", gateway.ActionResume, ""},
	{"close", gateway.ActionStanding, routing.StandingClosed},
}

// participantCommand says where a participant stands.
func participantCommand() command {
	c := command{
		name: "participant", usage: "admit|send-only|receive-only|suspend|resume|close --as OPERATOR --reason TEXT BIC", summary: "say where a participant stands: admit, suspend, close it …",
		help: `
Says where a participant stands. A second operator must approve it.

  admit         one that has applied becomes active
  send-only     it gets no payments any more (AG11), returns excepted
  receive-only  it sends no payments any more (AG10), returns excepted
  suspend       neither: AG10 and AG11, returns as well
  resume        it is active again
  close         for good (DNOR, CNOR); its accounts must stand at zero

What waits or is reserved and may no longer be ends at once, with that code, and
money that was reserved is free again. It may always read what it was sent, ask
how its payments stand, and take them back.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		var verbs []string
		for _, v := range standingVerbs {
			verbs = append(verbs, v.verb)
		}
		if len(args) != 2 || !slices.Contains(verbs, args[0]) {
			return c.usagef("one of %s, and the BIC of one participant", strings.Join(verbs, ", "))
		}
		bic, err := messages.ParseBIC(args[1])
		if err != nil {
			return c.usagef("%v", err)
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		verb := standingVerbs[slices.Index(verbs, args[0])]
		return who.run(ctx, gateway.DecisionRequest{Action: verb.action, Bank: bic, Standing: verb.next}, std)
	}
	return c
}
