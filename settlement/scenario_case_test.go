package settlement

import (
	"slices"
)

// caseWord carries out a line about cases, and what creditor agents say of credits;
// false when it is none:
//
//	credit NAME by BANK STATUS [CODE]             how far the credit is
//	reply NAME by BANK yes|no|later|last [CODE]   to a recall or investigation of NAME
//	investigate NAME by BANK
//	check COUNT by BANK of BANK [within T] [at-most N]
//	verify N by BANK yes|no [CODE]                to the case of that number
//	chase NAME… by BANK                           how far their recalls are
func (w *world) caseWord(f []string, text string) bool {
	by := slices.Index(f, "by")
	if by < 0 {
		return false
	}
	who := f[by+1]
	m := Message{Sender: w.bank(who), Identity: identityOf(who, text)}
	rest := f[by+2:]
	switch f[0] {
	case "credit":
		w.engine.Report(m, []Statement{{Target: Reference{Payment: w.names[f[1]]}, Status: Status(rest[0]), Reason: Reason{Code: wordAt(rest, 1)}}})
	case "reply", "verify":
		r := Reply{Kinds: []CaseKind{CaseRecall, CaseInvestigation}, Target: Reference{Payment: w.names[f[1]]}, Final: rest[0] == "last", Reason: Reason{Code: wordAt(rest, 1)}}
		r.Says = map[string]Say{"yes": SayYes, "no": SayNo}[rest[0]]
		if f[0] == "verify" {
			r.Kinds, r.Case = []CaseKind{CaseCheck}, CaseID(moment(f[1]))
		}
		w.engine.Answer(m, []Reply{r})
	case "investigate":
		w.engine.Investigate(m, Investigation{Reference{Payment: w.names[f[1]]}})
	case "check":
		rules, checks := CheckRules{Hourly: 100, Answer: 60}, []Check{}
		for i, word := range rest {
			switch word {
			case "within":
				rules.Answer = moment(rest[i+1])
			case "at-most":
				rules.Hourly = int(moment(rest[i+1]))
			}
		}
		for range int(moment(f[1])) {
			checks = append(checks, Check{Asked: w.bank(rest[1])})
		}
		w.engine.CheckAccounts(m, checks, rules)
	case "chase":
		_, targets := w.targets(f[1:])
		w.engine.InquireCases(m, targets)
	default:
		return false
	}
	return true
}

func wordAt(f []string, i int) string {
	if i < len(f) {
		return f[i]
	}
	return ""
}
