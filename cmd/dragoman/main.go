// Command dragoman is the gateway and its tools in one binary. So far it holds
// the tools of the message layer: validate, show, convert and schema.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

// Exit codes of every command.
const (
	exitOK      = 0
	exitInvalid = 1 // the command worked and its answer is no
	exitUsage   = 2 // wrong usage, or a file that cannot be read
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// streams are the program's input and outputs; tests give their own.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// command is one subcommand.
type command struct {
	name    string
	usage   string // arguments, for the first line of its help
	summary string
	help    string
	run     func(ctx context.Context, args []string, std streams) error
}

func commands() []command {
	return []command{validateCommand(), showCommand(), convertCommand(), schemaCommand()}
}

// usageError is a mistake in how the program was called.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// errInvalid says that the command did its work and found something invalid,
// which it has already shown.
var errInvalid = errors.New("invalid")

// run is the program without the process around it.
func run(ctx context.Context, args []string, std streams) int {
	err := dispatch(ctx, args, std)
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errInvalid):
		return exitInvalid
	case errors.As(err, &usage):
		say(std.err, "dragoman: %v\nTry 'dragoman help'.\n", err)
	default:
		say(std.err, "dragoman: %v\n", err)
	}
	return exitUsage
}

// say writes to a stream whose failure leaves nobody to tell.
func say(to io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(to, format, args...)
}

func dispatch(ctx context.Context, args []string, std streams) error {
	if len(args) == 0 {
		overview(std.err)
		return usagef("which command?")
	}
	name, rest := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		if len(rest) == 0 {
			overview(std.out)
			return nil
		}
		name, rest = rest[0], []string{"--help"}
	}
	for _, c := range commands() {
		if c.name == name {
			return c.run(ctx, rest, std)
		}
	}
	return usagef("there is no command %q", name)
}

func overview(to io.Writer) {
	say(to, "Dragoman is a cross-border payment messaging gateway.\n\nUsage: dragoman COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n")
	for _, c := range commands() {
		say(to, "  %-10s %s\n", c.name, c.summary)
	}
	say(to, "\n'dragoman help COMMAND' tells more.\nExit codes: 0 done, 1 done and something is invalid, 2 wrong usage or unreadable file.\n")
}

// parse reads the options of a command, which may stand before, between and
// after its arguments, and returns the arguments.
func (c command) parse(flags *flag.FlagSet, args []string, std streams) ([]string, error) {
	var help strings.Builder
	flags.SetOutput(&help)
	flags.Usage = func() {}
	var positional []string
	for {
		switch err := flags.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			c.printHelp(flags, std.out)
			return nil, err
		case err != nil:
			return nil, usagef("%s: %s; see 'dragoman help %s'", c.name, dashes(err.Error()), c.name)
		}
		rest := flags.Args()
		if len(rest) == 0 {
			return positional, nil
		}
		if consumed := len(args) - len(rest); consumed > 0 && args[consumed-1] == "--" {
			return append(positional, rest...), nil
		}
		positional, args = append(positional, rest[0]), rest[1:]
	}
}

// dashes shows options as people type them.
func dashes(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, " -", " --"), " ---", " --")
}

func (c command) printHelp(flags *flag.FlagSet, to io.Writer) {
	say(to, "Usage: dragoman %s %s\n\n%s\n", c.name, c.usage, strings.TrimSpace(c.help))
	first := true
	flags.VisitAll(func(f *flag.Flag) {
		if first {
			say(to, "\nOptions:\n")
			first = false
		}
		value, text := flag.UnquoteUsage(f)
		say(to, "  %-18s %s\n", strings.TrimSpace("--"+f.Name+" "+value), text)
	})
}
