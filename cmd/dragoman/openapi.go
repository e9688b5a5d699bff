package main

import (
	"context"
	"flag"

	"dragoman/gateway"
)

func openapiCommand() command {
	c := command{
		name: "openapi", usage: "[--json]", summary: "print the OpenAPI document of the HTTPS door",
		help: `
OpenAPI 3.1, in YAML or with --json in JSON. A gateway serves the same document
at /v1/openapi.yaml and /v1/openapi.json.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		asJSON := flags.Bool("json", false, "print JSON")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return c.usagef("%s is no option", args[0])
		}
		if !*asJSON {
			say(std.out, "%s", gateway.OpenAPI)
			return nil
		}
		document, err := gateway.OpenAPIJSON()
		if err == nil {
			say(std.out, "%s", document)
		}
		return err
	}
	return c
}
