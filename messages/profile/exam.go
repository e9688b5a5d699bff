package profile

import (
	"bytes"
	"fmt"
	"slices"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// Exam is one message under examination: what a Check may ask and where it
// reports.
type Exam struct {
	message            *messages.Message
	kind               Kind
	advise             bool // run the rules that only warn, too
	rule               *Rule
	path               []ancestor // from the part's root to the place's parent
	refusals, warnings findings

	pathRoom [usualDepth]ancestor
}

// ancestor keeps the name, which the places of many rules are compared with.
type ancestor struct {
	node schema.Node
	name string
}

// usualDepth is how deep payments go; deeper ones cost an allocation.
const usualDepth = 16

// Kind is what the message is.
func (x *Exam) Kind() Kind { return x.kind }

// Header is the root of the AppHdr; absent in a bare Document.
func (x *Exam) Header() schema.Node { return x.message.Header().Root }

// Document is the root of the Document; absent in a bare AppHdr.
func (x *Exam) Document() schema.Node { return x.message.Document().Root }

// Body is the message inside the Document: FIToFICstmrCdtTrf.
func (x *Exam) Body() schema.Node {
	for body := range x.Document().Children() {
		return body
	}
	return schema.Node{}
}

// Parent is the element that holds the place under examination.
func (x *Exam) Parent() schema.Node { return x.Ancestor(1) }

// Ancestor is the element n levels above the place; absent beyond the root.
func (x *Exam) Ancestor(n int) schema.Node {
	if n > len(x.path) {
		return schema.Node{}
	}
	return x.path[len(x.path)-n].node
}

// Fault reports a breach of the rule at a node, in a sentence.
func (x *Exam) Fault(at schema.Node, format string, args ...any) {
	x.FaultBelow(at, "", format, args...)
}

// FaultBelow reports that something is missing below a node.
func (x *Exam) FaultBelow(at schema.Node, missing, format string, args ...any) {
	to := &x.refusals
	if x.rule.Action == Warn {
		to = &x.warnings
	}
	if len(*to) < MaxFaults {
		*to = append(*to, finding{at, missing, x.rule.ID, x.reason(at), fmt.Sprintf(format, args...)})
	}
}

// reason is the rule's, by the side of the payment on which the place lies.
func (x *Exam) reason(at schema.Node) string {
	for i := len(x.path); i >= 0; i-- {
		name := at.Name()
		if i < len(x.path) {
			name = x.path[i].name
		}
		switch name {
		case "Dbtr", "UltmtDbtr", "DbtrAcct", "DbtrAgt":
			if x.rule.Debtor != "" {
				return x.rule.Debtor
			}
		case "Cdtr", "UltmtCdtr", "CdtrAcct", "CdtrAgt":
			if x.rule.Creditor != "" {
				return x.rule.Creditor
			}
		}
	}
	return x.rule.Reason
}

// visit runs the program on everything below n.
func (x *Exam) visit(p *program, n schema.Node) {
	x.path = append(x.path, ancestor{n, n.Name()})
	for child := range n.Children() {
		declared := child.Particle()
		x.apply(p.at(declared), child)
		if declared.Type != nil && !declared.Type.Simple() {
			x.visit(p, child)
		}
	}
	x.path = x.path[:len(x.path)-1]
}

func (x *Exam) apply(steps []step, at schema.Node) {
	for i := range steps {
		if rule := steps[i].rule; (x.advise || rule.Action == Refuse) && x.stands(steps[i].above) {
			x.rule = rule
			x.rule.Check(x, at)
		}
	}
}

// stands tells whether the place has the given ancestors, nearest first.
func (x *Exam) stands(above []string) bool {
	if len(above) > len(x.path) {
		return false
	}
	for i, name := range above {
		if name != "*" && name != x.path[len(x.path)-1-i].name {
			return false
		}
	}
	return true
}

// finding is a fault whose line and column are not known yet.
type finding struct {
	at                          schema.Node
	missing, rule, reason, text string
}

// findings are at most MaxFaults.
type findings []finding

// faults sorts by place, as a check may report on an element above or below the
// one it looks at; findings at one place keep the order of the table. Lines are
// counted once for all.
func (f findings) faults(raw []byte) []schema.Fault {
	if len(f) == 0 {
		return nil
	}
	slices.SortStableFunc(f, func(a, b finding) int { return a.at.Offset() - b.at.Offset() })
	faults := make([]schema.Fault, len(f))
	lineStart, linesBefore := 0, 0
	for i, found := range f {
		offset, path := found.at.Offset(), found.at.Path()
		line, column := schema.Locate(raw[lineStart:], offset-lineStart)
		linesBefore += line - 1
		if line > 1 {
			lineStart = bytes.LastIndexByte(raw[:offset], '\n') + 1
		}
		if found.missing != "" {
			path += "/" + found.missing
		}
		faults[i] = schema.Fault{
			Rule: found.rule, Path: path, Offset: offset, Line: linesBefore + 1, Column: column,
			Reason: found.reason, Text: found.text,
		}
	}
	return faults
}
