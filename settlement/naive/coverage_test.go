package naive

import (
	"fmt"
	"slices"
	"strings"

	s "dragoman/settlement"
)

// noticeNames are the kinds of notices that the kernel gives. A conflict is told in
// the first answer, and advice is the gateway's.
var noticeNames = map[s.NoticeKind]string{
	s.NoticeGroup: "group", s.NoticeStatus: "status", s.NoticeForward: "forward", s.NoticeRepeat: "repeat",
	s.NoticeResolved: "resolved", s.NoticeAnswer: "answer",
	s.NoticeStatement: "statement", s.NoticeAccepted: "accepted", s.NoticeTrial: "trial",
	s.NoticeEvent: "announcement", s.NoticeOutcome: "outcome",
}

// coverage is how often what can happen has happened.
type coverage struct {
	histories, events, restarts int
	moves                       map[move]int
	happened                    map[happening]int
	notices                     map[s.NoticeKind]int
	special                     map[string]int
}

// specials are what happens to payments beside the rows of the table.
var specials = []string{
	"passes another", "passes another in a set", "no room when it comes", "no room when its turn comes",
	"no room when it is confirmed", "nothing to set aside", "claims are issued", "claims come back",
}

func newCoverage() *coverage {
	return &coverage{moves: map[move]int{}, happened: map[happening]int{}, notices: map[s.NoticeKind]int{}, special: map[string]int{}}
}

// count counts what a group did.
func (c *coverage) count(m *model, changes s.Changes) {
	for _, on := range m.steps {
		c.moves[on]++
	}
	for _, what := range m.special {
		c.special[what]++
	}
	m.steps, m.special = nil, nil
	for _, n := range changes.Notices {
		c.notices[n.Kind]++
	}
}

// missing are the rows of the table and the kinds of notices that have not come.
func (c *coverage) missing() []string {
	var list []string
	for on := range table {
		if c.moves[on] == 0 {
			list = append(list, fmt.Sprintf("%v on %v", on.on, on.from))
		}
	}
	for what, name := range happeningNames {
		if c.happened[what] == 0 {
			list = append(list, "an event: "+name)
		}
	}
	for kind, name := range noticeNames {
		if c.notices[kind] == 0 {
			list = append(list, "a notice: "+name)
		}
	}
	for _, what := range specials {
		if c.special[what] == 0 {
			list = append(list, what)
		}
	}
	slices.Sort(list)
	return list
}

func (c *coverage) String() string {
	var lines []string
	for on, n := range c.moves {
		lines = append(lines, fmt.Sprintf("  %-10v on %-9v %8d", on.from, on.on, n))
	}
	for what, n := range c.happened {
		lines = append(lines, fmt.Sprintf("  event %-14s %9d", happeningNames[what], n))
	}
	slices.Sort(lines)
	var notices []string
	for kind, n := range c.notices {
		notices = append(notices, fmt.Sprintf("  notice %-13s %8d", noticeNames[kind], n))
	}
	slices.Sort(notices)
	for _, what := range specials {
		notices = append(notices, fmt.Sprintf("  %-29s %8d", what, c.special[what]))
	}
	return fmt.Sprintf("%d events in %d histories, %d restarts of the kernel\n%s", c.events, c.histories, c.restarts,
		strings.Join(append(lines, notices...), "\n"))
}
