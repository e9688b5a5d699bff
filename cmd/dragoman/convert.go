package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"dragoman/messages"
	"dragoman/messages/profile"
)

func convertCommand() command {
	c := command{
		name: "convert", usage: "[--to json|xml] [-o OUT] FILE",
		summary: "turn a message into JSON, or back into XML, without loss",
		help: `
Converts one valid message; FILE - is standard input. Without --to, XML becomes
JSON and JSON becomes XML. Amounts and numbers are strings in JSON, so that no
digit is lost; the order of its members says nothing, since the schema knows it.
The XML that comes back is in canonical form: it says the same as the message
before, without its comments, prefixes and white space between elements.

  dragoman convert payment.xml
  dragoman convert --to json -o payment.json payment.xml
  dragoman convert --to xml payment.json

Exit code: 0 converted; 1 the message is not valid, and nothing is written;
2 wrong usage, or a file that cannot be read or written.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		to := flags.String("to", "", "the `FORM` to convert to: json or xml")
		out := flags.String("o", "", "write to file `OUT` instead of standard output")
		paths, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(paths) != 1 {
			return c.usagef("which file? just one; - is standard input")
		}
		raw, err := readInput(paths[0], std)
		if err != nil {
			return err
		}
		form := formOf(raw)
		switch {
		case *to == "" && form == formXML:
			*to = formJSON
		case *to == "":
			*to = formXML
		case *to != formJSON && *to != formXML:
			return c.usagef("--to is json or xml, not %q", *to)
		case *to == form:
			return c.usagef("%s is %s already", paths[0], form)
		}
		converted, err := convert(paths[0], raw, *to, std)
		if err != nil {
			return err
		}
		return deliver(*out, converted, std)
	}
	return c
}

// The forms of a message.
const (
	formJSON = "json"
	formXML  = "xml"
)

// formOf tells JSON, which begins with a brace, from everything else.
func formOf(raw []byte) string {
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\ufeff")), " \t\r\n"), []byte("{")) {
		return formJSON
	}
	return formXML
}

// convert gives the message in the other form, ending in a line feed. Of a
// message that is not valid it shows why.
func convert(path string, raw []byte, to string, std streams) ([]byte, error) {
	if to == formXML {
		var err error
		if raw, err = messages.FromJSON(raw); err != nil {
			var wrong *messages.JSONError
			if !errors.As(err, &wrong) {
				return nil, err
			}
			say(std.err, "INVALID  JSON  %s\n  %d:%d  %s\n      %s\n", path, wrong.Line, wrong.Column, wrong.Text, wrong.Path)
			return nil, errInvalid
		}
		path += " (as XML)"
	}
	m := messages.Read(raw, messages.Options{})
	if !m.Valid() {
		for _, v := range verdicts(path, m, profile.Verdict{Refusals: m.Faults()}) {
			if err := v.write(std.err); err != nil {
				return nil, err
			}
		}
		return nil, errInvalid
	}
	if to == formXML {
		return append(raw, '\n'), nil
	}
	text, err := m.JSON()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// deliver writes to a file, or to standard output where none is named.
func deliver(path string, converted []byte, std streams) error {
	if path == "" {
		_, err := std.out.Write(converted)
		return err
	}
	if err := os.WriteFile(path, converted, 0o600); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, errors.Unwrap(err))
	}
	return nil
}
