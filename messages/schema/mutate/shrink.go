package main

import (
	"context"
	"strings"

	"dragoman/messages/schema/internal/libxml"
)

// rounds bounds how often a text is gone through for the largest piece that
// can go.
const rounds = 100

// shrink takes elements and other pieces out of text as long as the verdicts
// still differ without explanation.
func (p *plan) shrink(ctx context.Context, judge *libxml.Judge, t *messageType, text []byte) ([]byte, comparison, error) {
	best := text
	for range rounds {
		smaller := candidates(string(best))
		if len(smaller) == 0 {
			break
		}
		verdicts, err := judge.Ask(ctx, t.xsd, smaller)
		if err != nil {
			return nil, comparison{}, err
		}
		found := false
		for i, s := range smaller {
			c := compare(t, s, verdicts[i])
			if !c.differs || len(s) >= len(best) {
				continue
			}
			if why, err := p.explain(ctx, judge, t, s, c); err != nil || why != "" {
				continue
			}
			best, found = s, true
		}
		if !found {
			break
		}
	}
	verdicts, err := judge.Ask(ctx, t.xsd, [][]byte{best})
	if err != nil {
		return nil, comparison{}, err
	}
	return best, compare(t, best, verdicts[0]), nil
}

// maxCandidates bounds the texts of one round.
const maxCandidates = 1000

// candidates are the texts with one element, or one pair of neighbouring
// elements, less. Elements are found by their tags alone: the text may be
// ill-formed.
func candidates(text string) [][]byte {
	type open struct {
		name string
		at   int
	}
	var stack []open
	var out [][]byte
	for i := strings.IndexByte(text, '<'); i >= 0 && len(out) < maxCandidates; {
		end := strings.IndexByte(text[i:], '>')
		if end < 0 {
			break
		}
		end += i + 1
		tag := text[i:end]
		name := tag[1 : 1+strings.IndexAny(tag[1:], " \t\r\n/>")]
		switch {
		case strings.HasPrefix(tag, "</"):
			name = strings.TrimRight(tag[2:len(tag)-1], " \t\r\n")
			for k := len(stack) - 1; k > 0; k-- {
				if stack[k].name == name {
					out = append(out, []byte(text[:stack[k].at]+text[end:]))
					stack = stack[:k]
					break
				}
			}
		case strings.HasSuffix(tag, "/>"):
			out = append(out, []byte(text[:i]+text[end:]))
		default:
			stack = append(stack, open{name, i})
		}
		next := strings.IndexByte(text[end:], '<')
		if next < 0 {
			break
		}
		i = end + next
	}
	return out
}
