package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"runtime/debug"
	"strings"
)

func completionCommand() command {
	c := command{
		name: "completion", usage: "bash|zsh|fish", summary: "write what a shell needs to complete commands and options",
		help: `
For bash: source <(dragoman completion bash). For zsh: the same with zsh, behind
compinit. For fish: dragoman completion fish | source.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		args, err := c.parse(flag.NewFlagSet(c.name, flag.ContinueOnError), args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return c.usagef("for which shell: bash, zsh or fish?")
		}
		switch args[0] {
		case "bash":
			say(std.out, "%s", bashCompletion(ctx))
		case "zsh":
			say(std.out, "autoload -U +X bashcompinit && bashcompinit\n%s", bashCompletion(ctx))
		case "fish":
			say(std.out, "%s", fishCompletion(ctx))
		default:
			return c.usagef("%q is none of bash, zsh and fish", args[0])
		}
		return nil
	}
	return c
}

// optionLine is an option in the help of a command.
var optionLine = regexp.MustCompile(`(?m)^  (--?[a-z][a-z0-9-]*)`)

// options are those of a command, as its help lists them.
func (c command) options(ctx context.Context) []string {
	var help strings.Builder
	if err := c.run(ctx, []string{"--help"}, streams{strings.NewReader(""), &help, io.Discard}); !errors.Is(err, flag.ErrHelp) {
		return nil
	}
	_, listed, _ := strings.Cut(help.String(), "\nOptions:\n")
	var all []string
	for _, m := range optionLine.FindAllStringSubmatch(listed, -1) {
		all = append(all, m[1])
	}
	return append(all, "--help")
}

func bashCompletion(ctx context.Context) string {
	var names []string
	var cases strings.Builder
	for _, c := range commands() {
		names = append(names, c.name)
		fmt.Fprintf(&cases, "    %s) options='%s' ;;\n", c.name, strings.Join(c.options(ctx), " "))
	}
	return fmt.Sprintf(`_dragoman() {
  local word="${COMP_WORDS[COMP_CWORD]}" options=''
  if [ "$COMP_CWORD" -eq 1 ] || [ "${COMP_WORDS[1]}" = help ]; then
    COMPREPLY=($(compgen -W 'help %s' -- "$word"))
    return
  fi
  if [ "${COMP_WORDS[COMP_CWORD-1]}" = --as ] && [ -d certs ]; then
    COMPREPLY=($(compgen -W "$(ls certs)" -- "$word"))
    return
  fi
  case "${COMP_WORDS[1]}" in
%s  esac
  COMPREPLY=($(compgen -W "$options" -- "$word"))
  case "$word" in -*) ;; *) COMPREPLY+=($(compgen -f -- "$word")) ;; esac
}
complete -o filenames -F _dragoman dragoman
`, strings.Join(names, " "), cases.String())
}

func fishCompletion(ctx context.Context) string {
	var b strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&b, "complete -c dragoman -n __fish_use_subcommand -a %s -d '%s'\n", c.name, strings.ReplaceAll(c.summary, "'", `\'`))
		for _, option := range c.options(ctx) {
			kind := "-l"
			if !strings.HasPrefix(option, "--") {
				kind = "-s"
			}
			fmt.Fprintf(&b, "complete -c dragoman -n '__fish_seen_subcommand_from %s' %s %s\n", c.name, kind, strings.TrimLeft(option, "-"))
		}
	}
	return b.String()
}

// buildInfo is what the program knows of how it was made.
type buildInfo struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Changed  bool   `json:"changed,omitempty"` // since that revision
	Go       string `json:"go"`
}

func versionCommand() command {
	c := command{name: "version", usage: "[--json]", summary: "show which program this is", help: "\nPrints the version, the revision that it was built from, and the version of Go."}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		asJSON := flags.Bool("json", false, "print JSON")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		b := readBuild()
		if *asJSON {
			return json.NewEncoder(std.out).Encode(b)
		}
		say(std.out, "dragoman %s", b.Version)
		if b.Revision != "" {
			say(std.out, ", revision %s", b.Revision)
		}
		if b.Changed {
			say(std.out, " with changes")
		}
		say(std.out, ", %s\n", b.Go)
		return nil
	}
	return c
}

func readBuild() buildInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return buildInfo{Version: "unknown", Go: "unknown"}
	}
	b := buildInfo{Version: info.Main.Version, Go: info.GoVersion}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Changed = s.Value == "true"
		}
	}
	return b
}
