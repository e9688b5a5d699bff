package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A pattern facet becomes a deterministic automaton over 130 symbols: the 128
// ASCII bytes, "a decimal digit outside ASCII" (which \d accepts, as XSD says)
// and "any other character outside ASCII". No ISO 20022 pattern tells
// characters outside ASCII apart in any other way.
const (
	symbolDigit = 128 + iota
	symbolOther
	symbols
)

// maxStates keeps a state in one byte; the largest ISO 20022 pattern needs 54.
const maxStates = 255

type symbolSet [symbols]bool

// nfa is a Thompson automaton: every state has either one labelled edge or up
// to two free ones.
type nfa struct {
	label []*symbolSet
	out   [][2]int
}

const none = -1

func (n *nfa) add(label *symbolSet, a, b int) int {
	n.label = append(n.label, label)
	n.out = append(n.out, [2]int{a, b})
	return len(n.out) - 1
}

// automaton is the minimal table: state 0 is dead, state 1 the start.
type automaton struct {
	class  [symbols]byte
	accept []bool
	next   [][]byte // [state][class]
}

// compilePatterns takes the patterns of one restriction, joined by |, because
// XSD wants any one of them to match.
func compilePatterns(joined string) (*automaton, error) {
	p := &patternParser{text: joined}
	tree, err := p.alternation()
	if err == nil && p.pos < len(p.text) {
		err = fmt.Errorf("unexpected %q", p.text[p.pos:])
	}
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", p.text, err)
	}
	n := &nfa{}
	final := n.add(nil, none, none)
	return determine(n, tree.build(n, final), final)
}

// expression is a parsed pattern; build adds it to n before state to and
// returns its first state.
type expression interface{ build(n *nfa, to int) int }

type (
	charSet  symbolSet
	sequence []expression
	branches []expression
	repeat   struct {
		of       expression
		min, max int // max none: unbounded
	}
)

func (c *charSet) build(n *nfa, to int) int { return n.add((*symbolSet)(c), to, none) }

func (s sequence) build(n *nfa, to int) int {
	for _, e := range slices.Backward(s) {
		to = e.build(n, to)
	}
	return to
}

func (b branches) build(n *nfa, to int) int {
	start := b[0].build(n, to)
	for _, e := range b[1:] {
		start = n.add(nil, start, e.build(n, to))
	}
	return start
}

func (r repeat) build(n *nfa, to int) int {
	if r.max == none {
		loop := n.add(nil, none, to)
		n.out[loop][0] = r.of.build(n, loop)
		to = loop
	}
	for i := r.min; i < r.max; i++ {
		to = n.add(nil, r.of.build(n, to), to)
	}
	for range r.min {
		to = r.of.build(n, to)
	}
	return to
}

type patternParser struct {
	text string
	pos  int
}

func (p *patternParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *patternParser) take(c byte) bool {
	if p.peek() != c || p.pos >= len(p.text) {
		return false
	}
	p.pos++
	return true
}

func (p *patternParser) alternation() (expression, error) {
	var all branches
	for {
		s, err := p.sequence()
		if err != nil {
			return nil, err
		}
		all = append(all, s)
		if !p.take('|') {
			return all, nil
		}
	}
}

func (p *patternParser) sequence() (expression, error) {
	var s sequence
	for p.pos < len(p.text) && p.peek() != '|' && p.peek() != ')' {
		atom, err := p.atom()
		if err != nil {
			return nil, err
		}
		if atom, err = p.quantified(atom); err != nil {
			return nil, err
		}
		s = append(s, atom)
	}
	return s, nil
}

func (p *patternParser) atom() (expression, error) {
	var set charSet
	switch c := p.peek(); c {
	case '(':
		p.pos++
		e, err := p.alternation()
		if err == nil && !p.take(')') {
			err = fmt.Errorf("missing ) in %q", p.text)
		}
		return e, err
	case '[':
		p.pos++
		return &set, p.class(&set)
	case '.':
		p.pos++
		for i := range set {
			set[i] = i != '\n' && i != '\r'
		}
		return &set, nil
	case '\\':
		return &set, p.escape(&set)
	case '*', '+', '?', '{', '}', ']', '^', '$':
		return nil, fmt.Errorf("unexpected %q", c)
	default:
		if c >= 128 {
			return nil, fmt.Errorf("character outside ASCII")
		}
		p.pos++
		set[c] = true
		return &set, nil
	}
}

func (p *patternParser) quantified(e expression) (expression, error) {
	switch {
	case p.take('*'):
		return repeat{e, 0, none}, nil
	case p.take('+'):
		return repeat{e, 1, none}, nil
	case p.take('?'):
		return repeat{e, 0, 1}, nil
	case p.take('{'):
		end := strings.IndexByte(p.text[p.pos:], '}')
		if end < 0 {
			return nil, fmt.Errorf("missing }")
		}
		from, to, comma := strings.Cut(p.text[p.pos:p.pos+end], ",")
		p.pos += end + 1
		low, err := strconv.Atoi(from)
		if err != nil {
			return nil, err
		}
		high := low
		switch {
		case comma && to == "":
			high = none
		case comma:
			if high, err = strconv.Atoi(to); err != nil {
				return nil, err
			}
		}
		if low < 0 || high != none && high < low {
			return nil, fmt.Errorf("quantifier {%d,%d}", low, high)
		}
		return repeat{e, low, high}, nil
	}
	return e, nil
}

func (p *patternParser) class(set *charSet) error {
	if p.peek() == '^' {
		return fmt.Errorf("negated class")
	}
	for !p.take(']') {
		if p.pos >= len(p.text) {
			return fmt.Errorf("missing ]")
		}
		if p.peek() == '\\' {
			if err := p.escape(set); err != nil {
				return err
			}
			continue
		}
		low := p.peek()
		high := low
		p.pos++
		if p.peek() == '-' && p.pos+1 < len(p.text) && p.text[p.pos+1] != ']' {
			high = p.text[p.pos+1]
			p.pos += 2
		}
		if low >= 128 || high >= 128 || high < low || high == '\\' || low == '[' {
			return fmt.Errorf("range %c-%c", low, high)
		}
		for c := int(low); c <= int(high); c++ {
			set[c] = true
		}
	}
	return nil
}

func (p *patternParser) escape(set *charSet) error {
	p.pos++
	c := p.peek()
	p.pos++
	switch {
	case c == 'd':
		for d := '0'; d <= '9'; d++ {
			set[d] = true
		}
		set[symbolDigit] = true
	case strings.IndexByte(`\|.-^?*+{}()[]`, c) >= 0:
		set[c] = true
	default:
		return fmt.Errorf("escape \\%c", c)
	}
	return nil
}

// determine builds the subset automaton and folds equal states and symbols.
func determine(n *nfa, start, final int) (*automaton, error) {
	sets := [][]int{nil, n.closure([]int{start})}
	index := map[string]int{key(nil): 0, key(sets[1]): 1}
	var next [][symbols]int
	for i := 0; i < len(sets); i++ {
		var row [symbols]int
		for sym := range symbols {
			var to []int
			for _, s := range sets[i] {
				if n.label[s] != nil && n.label[s][sym] {
					to = append(to, n.out[s][0])
				}
			}
			to = n.closure(to)
			id, ok := index[key(to)]
			if !ok {
				id = len(sets)
				index[key(to)] = id
				sets = append(sets, to)
			}
			row[sym] = id
		}
		next = append(next, row)
	}
	accept := make([]bool, len(sets))
	for i, s := range sets {
		accept[i] = slices.Contains(s, final)
	}
	return fold(next, accept)
}

func key(set []int) string { return fmt.Sprint(set) }

func (n *nfa) closure(from []int) []int {
	seen := map[int]bool{}
	var visit func(s int)
	visit = func(s int) {
		if s == none || seen[s] {
			return
		}
		seen[s] = true
		if n.label[s] == nil {
			visit(n.out[s][0])
			visit(n.out[s][1])
		}
	}
	for _, s := range from {
		visit(s)
	}
	var out []int
	for s := range seen {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// fold merges states that no continuation tells apart (Moore's refinement),
// then symbols that no state tells apart.
func fold(next [][symbols]int, accept []bool) (*automaton, error) {
	block := make([]int, len(next))
	for i, a := range accept {
		if a {
			block[i] = 1
		}
	}
	for count := 0; ; {
		ids := map[string]int{}
		refined := make([]int, len(next))
		for i := range next {
			signature := []int{block[i]}
			for _, to := range next[i] {
				signature = append(signature, block[to])
			}
			k := key(signature)
			if _, ok := ids[k]; !ok {
				ids[k] = len(ids)
			}
			refined[i] = ids[k]
		}
		block = refined
		if len(ids) == count {
			break
		}
		count = len(ids)
	}
	states := slices.Max(block) + 1
	if block[0] != 0 || block[1] != 1 || states > maxStates {
		return nil, fmt.Errorf("automaton of %d states", states)
	}
	a := &automaton{accept: make([]bool, states), next: make([][]byte, states)}
	columns := map[string]byte{}
	for sym := range symbols {
		column := make([]byte, states)
		for i := range next {
			column[block[i]] = byte(block[next[i][sym]]) //nolint:gosec // below maxStates
			a.accept[block[i]] = accept[i]
		}
		class, ok := columns[string(column)]
		if !ok {
			class = byte(len(columns)) //nolint:gosec // at most 130
			columns[string(column)] = class
			for s := range states {
				a.next[s] = append(a.next[s], column[s])
			}
		}
		a.class[sym] = class
	}
	return a, nil
}
