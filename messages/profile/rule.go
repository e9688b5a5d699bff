package profile

import "dragoman/messages/schema"

// Action is what follows when a rule is broken.
type Action uint8

// The two actions. Warn is for rules that a sample we hold as valid breaks, and
// for advice: the message passes and its sender is told.
const (
	Refuse Action = iota
	Warn
)

// String names the action for a person.
func (a Action) String() string {
	if a == Warn {
		return "warn"
	}
	return "refuse"
}

// Rule is one row of a profile.
type Rule struct {
	// ID is unique and stable: base.*, cpmi.* or cbpr.*.
	ID string
	// Says is the rule in one sentence.
	Says string
	// Source is where the rule was taken from, as files below ../shared with
	// the section or sample: see sources.go.
	Source string
	// Limits is what the rule is known not to cover, where it departs from its
	// source, and why it only warns; empty when nothing is known.
	Limits string
	// Reason is the ISO external status reason of a breach. Below a debtor or
	// a creditor, Debtor or Creditor stands for it where given.
	Reason, Debtor, Creditor string
	Action                   Action
	// Kinds are the messages the rule is for: a business area (pacs), a
	// message (pacs.009) or a variant of it (pacs.009.cov). None means all.
	Kinds []string
	// At are the places the rule looks at: element names from an ancestor
	// down to the element itself, so that InstgAgt/FinInstnId is that
	// FinInstnId wherever the InstgAgt stands; * is any one element. A place
	// that begins with AppHdr is in the header, any other in the document.
	At []string
	// Types are simple types at whose every value the rule looks, in header
	// and document; * stands for any letters: Max*Text.
	Types []string
	// Check looks at one such place and reports what is wrong to the exam.
	Check Check
}

// Check is the code of a rule. It must not keep the exam or the node.
type Check func(x *Exam, at schema.Node)
