package schema

import "unicode"

// automaton matches a pattern facet; compile describes how it is made. State 0
// is dead; states are held multiplied by the row width.
type automaton struct {
	class  [256]uint8 // by byte; bytes outside ASCII have the dead class
	digit  uint8      // class of a decimal digit outside ASCII
	other  uint8      // class of any other character outside ASCII
	width  uint16
	next   []uint16 // [state+class]
	accept []bool   // [state/width]
}

const asciiSize = 128

func newAutomaton(c *cursor) *automaton {
	states, classes := c.number(), c.number()
	a := &automaton{width: uint16(classes + 1), accept: make([]bool, states)} //nolint:gosec // at most 255 states, 130 classes
	dead := uint8(classes)                                                    //nolint:gosec // at most 130
	for i := range a.class {
		a.class[i] = dead
	}
	copy(a.class[:], c.take(asciiSize))
	a.digit, a.other = c.take(1)[0], c.take(1)[0]
	for i := range a.accept {
		a.accept[i] = c.number() == 1
	}
	a.next = make([]uint16, states*(classes+1))
	for s := range states {
		for k, to := range []byte(c.take(classes)) {
			a.next[s*(classes+1)+k] = uint16(to) * a.width
		}
	}
	return a
}

// match tells whether the whole value is in the pattern's language.
func (a *automaton) match(value string) bool {
	state := a.width
	for _, r := range value {
		class := a.other
		switch {
		case r < asciiSize:
			class = a.class[r]
		case unicode.IsDigit(r):
			class = a.digit
		}
		state = a.next[state+uint16(class)]
		if state == 0 {
			return false
		}
	}
	return a.accept[state/a.width]
}

// scan runs over plain ASCII from b[i] and returns where it stopped and whether
// what it passed matches. It stops at '<', which no ISO 20022 pattern accepts.
func (a *automaton) scan(b []byte, i int) (int, bool) {
	state := a.width
	next := a.next
	for i < len(b) {
		to := next[state+uint16(a.class[b[i]])]
		if to == 0 {
			break
		}
		state = to
		i++
	}
	return i, a.accept[state/a.width]
}
