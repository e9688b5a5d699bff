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
Without arguments, lists the identifiers of all message types that are compiled
in. With a TYPE, such as pacs.008.001.08, prints its elements with how often each
may occur ([0..1], [1..*]) and its type; alternatives of a choice begin with |.
PATH begins below the root: FIToFICstmrCdtTrf/CdtTrfTxInf/PmtId.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		depth := flags.Int("depth", 3, "show `N` levels")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		out := bufio.NewWriter(std.out)
		switch len(args) {
		case 0:
			for _, id := range schema.IDs() {
				say(out, "%s\n", id)
			}
			return out.Flush()
		case 1:
			args = append(args, "")
		case 2:
		default:
			return usagef("schema: one type and one path at most")
		}
		p, err := particleAt(args[0], args[1])
		if err != nil {
			return err
		}
		printParticle(out, p, "", *depth)
		return out.Flush()
	}
	return c
}

func particleAt(id, path string) (*schema.Particle, error) {
	s := schema.Lookup(id)
	if s == nil {
		return nil, usagef("message type %q is not compiled in; 'dragoman schema' lists those that are", id)
	}
	p := s.Root()
	for step := range strings.SplitSeq(path, "/") {
		if step == "" || step == p.Name {
			continue
		}
		next, _ := p.Type.Element(step)
		if next == nil {
			return nil, usagef("%s has no element %s in %s", p.Name, step, id)
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
