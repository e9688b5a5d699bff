package profile

import (
	"path"
	"strings"
	"sync"

	"dragoman/messages/schema"
)

// headerRoot opens the places of rules that are for the header.
const headerRoot = "AppHdr"

// program is a profile made ready for one schema and kind of message: at which
// declarations which rules may apply.
type program struct {
	root  []step
	place []uint16 // by the number of a declaration, which of steps are its own
	steps [][]step // the first are none
}

// at are the steps at elements of one declaration.
func (p *program) at(declared *schema.Particle) []step { return p.steps[p.place[declared.Number()]] }

// set names the steps of a declaration. There are fewer than 1<<16 declarations
// in a schema, as their numbers are of that size.
func (p *program) set(declared *schema.Particle, steps []step) {
	if more := declared.Number() + 1 - len(p.place); more > 0 {
		p.place = append(p.place, make([]uint16, more)...)
	}
	if steps != nil {
		p.place[declared.Number()] = uint16(len(p.steps)) //nolint:gosec // no more than declarations
		p.steps = append(p.steps, steps)
	}
}

// programs are made when first needed: at most one for each schema compiled in
// and variant of it.
type programs struct {
	mu   sync.RWMutex
	made map[programKey]*program
}

type programKey struct {
	schema  *schema.Schema
	variant string
}

func (p *programs) get(rules []Rule, s *schema.Schema, kind Kind) *program {
	key := programKey{s, kind.Variant}
	p.mu.RLock()
	ready := p.made[key]
	p.mu.RUnlock()
	if ready != nil {
		return ready
	}
	ready = compile(rules, s, kind)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made == nil {
		p.made = map[programKey]*program{}
	}
	p.made[key] = ready
	return ready
}

// step is a rule at an element, if its ancestors have the given names, the
// nearest first.
type step struct {
	rule  *Rule
	above []string
}

// compile sorts the rules of a kind by the declarations of a schema. Types of
// ISO 20022 may contain themselves, so each is visited once.
func compile(rules []Rule, s *schema.Schema, kind Kind) *program {
	p := &program{steps: make([][]step, 1)}
	header := s.Root().Name == headerRoot
	var selected []*Rule
	for i := range rules {
		if kind.in(rules[i].Kinds) {
			selected = append(selected, &rules[i])
		}
	}
	p.root = stepsFor(selected, s.Root(), header)
	seen := map[*schema.Type]bool{s.Root().Type: true}
	for queue := []*schema.Type{s.Root().Type}; len(queue) > 0; queue = queue[1:] {
		for _, slot := range queue[0].Slots {
			for i := range slot.Alternatives {
				declared := &slot.Alternatives[i]
				if declared.Any {
					p.set(declared, nil)
					continue
				}
				p.set(declared, stepsFor(selected, declared, header))
				if !seen[declared.Type] {
					seen[declared.Type] = true
					queue = append(queue, declared.Type)
				}
			}
		}
	}
	return p
}

// stepsFor lists the rules that may apply to elements of one declaration.
func stepsFor(rules []*Rule, declared *schema.Particle, header bool) (steps []step) {
	for _, rule := range rules {
		for _, place := range rule.At {
			if strings.HasPrefix(place, headerRoot) != header {
				continue
			}
			names := strings.Split(place, "/")
			last := len(names) - 1
			if names[last] != declared.Name {
				continue
			}
			above := make([]string, 0, last)
			for i := last - 1; i >= 0; i-- {
				above = append(above, names[i])
			}
			steps = append(steps, step{rule, above})
		}
		for _, pattern := range rule.Types {
			if matched, _ := path.Match(pattern, declared.Type.Name); matched {
				steps = append(steps, step{rule, nil})
			}
		}
	}
	return steps
}
