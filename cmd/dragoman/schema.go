package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"dragoman/messages/schema"
)

func schemaCommand() command {
	c := command{
		name: "schema", usage: "[--depth N] [TYPE [PATH]]",
		summary: "list the known message types, or show the elements of one",
		help: `
Lists the message types that are compiled in, or those whose name begins with
TYPE, such as pacs.008. Of one type it prints the elements: how often each may
occur ([0..1], [1..*]), its type, and what a value must look like; alternatives
of a choice begin with |. PATH leads to the element to begin with.

  dragoman schema pacs.008
  dragoman schema pacs.008.001.08
  dragoman schema pacs.008.001.08 FIToFICstmrCdtTrf/CdtTrfTxInf/PmtId`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		depth := flags.Int("depth", 3, "show `N` levels")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if *depth < 1 {
			return c.usagef("--depth is at least 1")
		}
		out := bufio.NewWriter(std.out)
		switch len(args) {
		case 0:
			args = []string{"", ""}
		case 1:
			args = append(args, "")
		case 2:
		default:
			return c.usagef("one type and one path at most")
		}
		if s := schema.Lookup(args[0]); s != nil {
			p, err := c.particleAt(s, args[1])
			if err != nil {
				return err
			}
			printParticle(out, p, "", *depth)
			return out.Flush()
		}
		switch n := listTypes(out, args[0]); {
		case n == 0:
			return c.usagef("there is no message type %q; 'dragoman schema' lists all", args[0])
		case args[1] != "":
			return c.usagef("which version of %s? 'dragoman schema %[1]s' lists them", args[0])
		}
		return out.Flush()
	}
	return c
}

// listTypes prints the message types whose name begins so, and counts them.
func listTypes(out *bufio.Writer, beginning string) (n int) {
	for _, id := range schema.IDs() {
		if strings.HasPrefix(id, beginning) {
			say(out, "%s\n", id)
			n++
		}
	}
	return n
}

// particleAt finds an element by its path, which may begin at the root.
func (c command) particleAt(s *schema.Schema, path string) (*schema.Particle, error) {
	p := s.Root()
	steps := strings.Split(strings.Trim(path, "/"), "/")
	if steps[0] == p.Name || steps[0] == "" {
		steps = steps[1:]
	}
	for _, step := range steps {
		var next *schema.Particle
		if p.Type != nil {
			next, _ = p.Type.Element(step)
		}
		if next == nil {
			return nil, c.usagef("%s has no element %s in %s", p.Name, step, s.ID())
		}
		p = next
	}
	return p, nil
}

// maxShownCodes bounds the codes listed behind a type.
const maxShownCodes = 10

func printParticle(out *bufio.Writer, p *schema.Particle, indent string, depth int) {
	if p.Any {
		say(out, "%sany element of namespace %s\n", indent, p.AnySpace)
		return
	}
	highest := "*"
	if p.Max != schema.Unbounded {
		highest = strconv.Itoa(int(p.Max))
	}
	say(out, "%s%s [%d..%s] %s%s\n", indent, p.Name, p.Min, highest, p.Type.Name, facets(p.Type))
	if depth <= 1 {
		return
	}
	for _, slot := range p.Type.Slots {
		below := strings.ReplaceAll(indent, "|", " ") + "  "
		if slot.Choice() {
			below += "|"
		}
		for i := range slot.Alternatives {
			printParticle(out, &slot.Alternatives[i], below, depth-1)
		}
	}
}

// facets tells what a person needs of a value's type.
func facets(t *schema.Type) string {
	switch {
	case t.Pattern != "":
		return "  " + t.Pattern
	case len(t.Enumeration) > maxShownCodes:
		return "  " + strings.Join(t.Enumeration[:maxShownCodes], " ") + fmt.Sprintf(" … (%d codes)", len(t.Enumeration))
	case len(t.Enumeration) > 0:
		return "  " + strings.Join(t.Enumeration, " ")
	case t.Kind == schema.Decimal:
		return fmt.Sprintf("  at most %d digits, %d of them after the point", t.TotalDigits, t.FractionDigits)
	}
	return ""
}
