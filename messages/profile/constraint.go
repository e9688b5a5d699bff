package profile

import (
	"slices"
	"strings"

	"dragoman/messages/schema"
)

// The constraints below are what most rows of the tables are made of. Paths in
// them are relative to the place that the row names, by first children.

// absent: the element is not used.
func absent(x *Exam, at schema.Node) {
	x.Fault(at, "%s is not used here", at.Name())
}

// needs: each of the paths is there.
func needs(paths ...string) Check {
	return func(x *Exam, at schema.Node) {
		for _, path := range paths {
			missing(x, at, path, "")
		}
	}
}

// needsBeside: where path is there, each of the others is.
func needsBeside(path string, others ...string) Check {
	why := " beside " + path
	return func(x *Exam, at schema.Node) {
		if !at.At(path).Exists() {
			return
		}
		for _, other := range others {
			missing(x, at, other, why)
		}
	}
}

// needsUnless: where path is absent, each of the others is there.
func needsUnless(path string, others ...string) Check {
	why := " where " + path + " is absent"
	return func(x *Exam, at schema.Node) {
		if at.At(path).Exists() {
			return
		}
		for _, other := range others {
			missing(x, at, other, why)
		}
	}
}

func missing(x *Exam, at schema.Node, path, why string) {
	if !at.At(path).Exists() {
		x.FaultBelow(at, path, "%s lacks %s%s", at.Name(), path, why)
	}
}

// together: both paths or neither.
func together(one, other string) Check {
	first, second := needsBeside(one, other), needsBeside(other, one)
	return func(x *Exam, at schema.Node) {
		first(x, at)
		second(x, at)
	}
}

// excludes: where path is there, none of the others is.
func excludes(path string, others ...string) Check {
	return func(x *Exam, at schema.Node) {
		if !at.At(path).Exists() {
			return
		}
		for _, other := range others {
			if found := at.At(other); found.Exists() {
				x.Fault(found, "%s stands beside %s, which excludes it", other, path)
			}
		}
	}
}

// anyOf: at least one of the paths is there.
func anyOf(paths ...string) Check {
	return func(x *Exam, at schema.Node) {
		for _, path := range paths {
			if at.At(path).Exists() {
				return
			}
		}
		x.Fault(at, "%s has none of %s", at.Name(), strings.Join(paths, ", "))
	}
}

// oneOf: the value is one of these.
func oneOf(values ...string) Check {
	return func(x *Exam, at schema.Node) {
		if !slices.Contains(values, at.Text()) {
			x.Fault(at, "%s is %q; it may be %s", at.Name(), clip(at.Text()), strings.Join(values, ", "))
		}
	}
}

// noneOf: the value is none of these.
func noneOf(values ...string) Check {
	return func(x *Exam, at schema.Node) {
		if slices.Contains(values, at.Text()) {
			x.Fault(at, "%s is %s, which is not used here", at.Name(), at.Text())
		}
	}
}

// within: the value holds only characters of the set.
func within(set *alphabet) Check {
	return func(x *Exam, at schema.Node) {
		value := at.Text()
		if i := set.outside(value); i >= 0 {
			for _, r := range value[i:] {
				x.Fault(at, "%s holds %+q, which is not of %s", at.Name(), r, set.name)
				return
			}
		}
	}
}

// maxClip bounds what a fault repeats of the sender's text.
const maxClip = 40

func clip(s string) string {
	if len(s) <= maxClip {
		return s
	}
	return strings.ToValidUTF8(s[:maxClip], "") + "…"
}

// alphabet is a set of bytes; of the multi-byte characters it holds none.
type alphabet struct {
	name    string
	allowed [256]bool
}

// newAlphabet takes the characters outside a to z, A to Z and 0 to 9, which are
// in every alphabet.
func newAlphabet(name, others string) *alphabet {
	a := &alphabet{name: name}
	for _, b := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + others) {
		a.allowed[b] = true
	}
	return a
}

// outside is the first byte of s that is not of the alphabet, or -1.
func (a *alphabet) outside(s string) int {
	for i := range len(s) {
		if !a.allowed[s[i]] {
			return i
		}
	}
	return -1
}
