package main

import "context"

func showCommand() command {
	c := command{name: "show", summary: "print a message for a person"}
	c.run = func(context.Context, []string, streams) error { return nil }
	return c
}
