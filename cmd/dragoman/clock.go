package main

import (
	"context"
	"flag"
	"time"

	"dragoman/gateway"
)

func acceptTimeCommand() command {
	c := command{
		name: "accept-time", usage: "--as OPERATOR --reason TEXT [--time TIME]", summary: "accept the clock after it has jumped",
		help: `
When the clock of the gateway jumps, engine time stands still and nothing falls due
until two operators have looked at it: set the clock right, then accept it. Without
--time it is the time of this machine's clock. Time never goes back.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		to := flags.String("time", "", "the `TIME` that it is, such as 2026-11-24T08:00:00Z")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return c.usagef("%s is no option", args[0])
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		request := gateway.DecisionRequest{Action: gateway.ActionAcceptTime, Time: time.Now().UTC()}
		if *to != "" {
			if request.Time, err = time.Parse(time.RFC3339, *to); err != nil {
				return c.usagef("--time: %v", err)
			}
		}
		return who.run(ctx, request, std)
	}
	return c
}
