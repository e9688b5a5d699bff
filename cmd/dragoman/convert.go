package main

import "context"

func convertCommand() command {
	c := command{name: "convert", summary: "turn a message into JSON or back"}
	c.run = func(context.Context, []string, streams) error { return nil }
	return c
}
