// Command dragoman is the gateway and its tools in one binary: it serves, and it
// is what banks, issuers, operators and compliance officers use on a terminal.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"

	"dragoman/gateway"
)

// Exit codes of every command.
const (
	exitOK      = 0
	exitInvalid = 1 // the command worked and its answer is no
	exitUsage   = 2 // wrong usage, or something that cannot be read or written
)

func main() {
	// Both end the program in order: a person presses a key, a supervisor sends
	// SIGTERM. The second one ends it at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
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

// group is the commands of one kind of work, as the overview shows them.
type group struct {
	title    string
	commands []command
}

func groups() []group {
	return []group{
		{"See it work", []command{demoCommand(), benchCommand(), proveCommand(), simulateCommand(), compareCommand(), whatIfCommand()}},
		{"Run a gateway", []command{initCommand(), serveCommand(), clusterCommand(), backupCommand(), permitCommand(), restoreCommand(), compactCommand()}},
		{"Bank", []command{
			draftCommand(), sendCommand(), inboxCommand(), paymentCommand(), paymentsCommand(), messageCommand(), accountsCommand(), outstandingCommand(), queueCommand(), calendarCommand(), cyclesCommand(),
			quoteCommand(), ratesCommand(), routeCommand(), versionsCommand(), cancelCommand(), reprioritiseCommand(), limitsCommand(), reserveCommand(),
		}},
		{"Issuer", []command{issueCommand(gateway.ActionIssue, "issue money to a bank"), issueCommand(gateway.ActionRedeem, "take money back from a bank")}},
		{"Operator", []command{
			participantCommand(), applyCommand(), announceCommand(), quarantineCommand(), acceptTimeCommand(), acceptRestoreCommand(), rotateKeyCommand(), closeCycleCommand(),
		}},
		{"Compliance", []command{holdCommand(), releaseCommand(), refuseCommand(), exportCommand()}},
		{"What takes a second person", []command{approvalsCommand(), approveCommand(), decisionsCommand()}},
		{"Proof", []command{checkpointCommand(), verifyCommand(), auditCommand(), replayCommand()}},
		{"Message tools", []command{validateCommand(), showCommand(), convertCommand(), schemaCommand()}},
		{"The program", []command{openapiCommand(), completionCommand(), versionCommand()}},
	}
}

func commands() []command {
	var all []command
	for _, g := range groups() {
		all = append(all, g.commands...)
	}
	return all
}

// usageError is a mistake in how the program was called.
type usageError struct {
	command string // empty: the program itself
	text    string
}

func (e *usageError) Error() string {
	if e.command == "" {
		return e.text + "\nTry 'dragoman help'."
	}
	return fmt.Sprintf("%s: %s\nTry 'dragoman help %s'.", e.command, e.text, e.command)
}

// usagef is a mistake in how the command was called.
func (c command) usagef(format string, args ...any) error {
	return &usageError{c.name, fmt.Sprintf(format, args...)}
}

// A command that has already shown what went wrong returns one of these.
var (
	// errInvalid: it did its work, and something is invalid.
	errInvalid = errors.New("invalid")
	// errFailed: it could not do its work, or not all of it.
	errFailed = errors.New("failed")
)

// run is the program without the process around it.
func run(ctx context.Context, args []string, std streams) int {
	err := dispatch(ctx, args, std)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errInvalid):
		return exitInvalid
	case errors.Is(err, errFailed):
	case errors.Is(err, context.Canceled):
		complain(std, errors.New("interrupted"))
	default:
		complain(std, err)
	}
	return exitUsage
}

// complain tells a person what went wrong.
func complain(std streams, err error) { say(std.err, "dragoman: %v\n", err) }

// say writes to a stream whose failure leaves nobody to tell.
func say(to io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(to, format, args...)
}

func dispatch(ctx context.Context, args []string, std streams) error {
	if len(args) == 0 {
		overview(std.err)
		return errFailed
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
	return &usageError{text: fmt.Sprintf("there is no command %q", name)}
}

func overview(to io.Writer) {
	say(to, "Dragoman is a cross-border payment messaging gateway.\n\nUsage: dragoman COMMAND [OPTIONS] [ARGUMENTS]\n")
	for _, g := range groups() {
		say(to, "\n%s:\n", g.title)
		for _, c := range g.commands {
			say(to, "  %-14s %s\n", c.name, c.summary)
		}
	}
	say(to, `
'dragoman help COMMAND' tells more.

Exit codes: 0 done; 1 done, and the answer is no: a message is invalid, an audit
or a proof found faults; 2 wrong usage, a refusal, or something that cannot be
read or written.
`)
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
			return nil, c.usagef("%s", mistake(err))
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

// parseNone is parse for a command that takes nothing but options.
func (c command) parseNone(flags *flag.FlagSet, args []string, std streams) error {
	rest, err := c.parse(flags, args, std)
	if err == nil && len(rest) > 0 {
		return c.usagef("it takes options only, and %q is none", rest[0])
	}
	return err
}

// mistake says, as a person would, what package flag says of an option.
func mistake(err error) string {
	for _, m := range []struct{ said, text string }{
		{`^flag provided but not defined: -(.*)$`, "there is no option $1"},
		{`^flag needs an argument: -(.*)$`, "option $1 needs a value"},
		{`^invalid(?: boolean)? value (".*") for (?:flag )?-(.*?): .*$`, "$1 is no value for option $2"},
		{`^bad flag syntax: (.*)$`, "$1 is no option"},
	} {
		if said := regexp.MustCompile(m.said); said.MatchString(err.Error()) {
			return said.ReplaceAllString(err.Error(), m.text)
		}
	}
	return err.Error()
}

// helpWidth is how long a line of help is at most, and optionWidth how much of it
// an option takes.
const (
	helpWidth   = 80
	optionWidth = 18
)

func (c command) printHelp(flags *flag.FlagSet, to io.Writer) {
	say(to, "Usage: dragoman %s %s\n\n%s\n", c.name, c.usage, strings.TrimSpace(c.help))
	first := true
	flags.VisitAll(func(f *flag.Flag) {
		if first {
			say(to, "\nOptions:\n")
			first = false
		}
		value, text := flag.UnquoteUsage(f)
		dash := "--"
		if len(f.Name) == 1 {
			dash = "-"
		}
		entry(to, strings.TrimSpace(dash+f.Name+" "+value), text)
	})
}

// entry prints a term and, in lines of its own column, what it means.
func entry(to io.Writer, term, text string) {
	line := fmt.Sprintf("  %-*s", optionWidth, term)
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > helpWidth {
			say(to, "%s\n", line)
			line = strings.Repeat(" ", optionWidth+len("  "))
		}
		line += " " + word
	}
	say(to, "%s\n", line)
}
