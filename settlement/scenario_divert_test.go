package settlement

import "strconv"

// Ways of payments in scenarios.

// divertLine carries out what a scenario says of ways; false: the line says nothing
// of them.
//
//	way PAYMENT FROM TO CURRENCY AMOUNT [options as of pay]   one more that it can take
func (w *world) divertLine(f []string) bool {
	if f[0] != "way" {
		return false
	}
	in := w.instruction(f[1:6], f[6:])
	w.ways[in.Identity] = append(w.ways[in.Identity], Way{
		Legs: in.Legs, Confirm: in.Confirm, Answer: in.Answer, Earliest: in.Earliest, Reject: in.Reject, AtOnce: in.AtOnce,
	})
	return true
}

// route is the way that a payment takes next.
func (w *world) route(p *Payment) (Way, bool) {
	if all := w.ways[p.Identity]; len(p.Attempts) < len(all) {
		return all[len(p.Attempts)], true
	}
	return Way{}, false
}

// statement is what "confirm NAME by BANK [attempt N] [reason CODE]" says.
func (w *world) statement(f []string, say Say) Statement {
	s := Statement{Target: Reference{Payment: w.names[f[1]]}, Says: say, Reason: Reason{Code: "AC04"}}
	for i, word := range f {
		switch word {
		case "attempt":
			n, err := strconv.Atoi(f[i+1])
			if err != nil {
				panic(err)
			}
			s.Target.Attempt = n
		case "reason":
			s.Reason.Code = f[i+1]
		}
	}
	return s
}
