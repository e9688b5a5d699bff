package gateway

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
)

// TestEveryProfileVersion: whichever version of an answer a bank's profile names,
// every version of a question is answered in it: what cannot be written would stop
// the lane.
func TestEveryProfileVersion(t *testing.T) {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("bank ALPHA ALPHCNBJ CNY\nbank BETA BETATHBK CNY\nbank GAMMA GAMMAEAD CNY advice\nissuer PBOC PBOCCNBJ CNY\ncorridor CNY settle")
	walked := 0
	for _, answer := range versionsOf("camt.029") {
		line("apply bank ALPHA %s pacs.002.001.10", answer)
		for _, question := range versionsOf("camt.056") {
			walked++
			name := fmt.Sprintf("%d", walked)
			line("send p%s ALPHA pacs.008.001.08 to BETA CNY 1.00\n  > ALPHA pacs.002.001.10 group PDNG p%s PDNG", name, name)
			cancelled, refused := "CNCL p"+name+" ACCR", "RJCR q RJCR NOOR"
			if answer == firstResolution { // it names no payments
				cancelled, refused = "CNCL", "-\nshows ALPHA RjctdCxl/RsnCd AGNT\nshows ALPHA RjctdCxl/Rsn NOOR"
			}
			line("recall r%s ALPHA %s p%s\n  > ALPHA pacs.002.001.10 p%s RJCT DS02\n  > ALPHA %s %s", name, question, name, name, answer, cancelled)
			line("recall u%s ALPHA %s p%s put \"I-p%s<=>I-q<\" put \"E-p%s<=>E-q<\" put \"T-p%s<=>T-q<\" by-references\n  > ALPHA %s %s", name, question, name, name, name, name, answer, refused)
			if question >= "camt.056.001.08" { // a recall may have no case from there on
				said := answer
				if !worksWithoutCase(t, answer) {
					said, _ = messages.AnswerVersion(question, "camt.029")
					refused = "RJCR q RJCR NOOR"
				}
				line("recall v%s ALPHA %s p%s drop Case put \"I-p%s<=>I-q<\" put \"E-p%s<=>E-q<\" put \"T-p%s<=>T-q<\" by-references\n  > ALPHA %s %s", name, question, name, name, name, name, said, refused)
			}
		}
	}
	for _, answer := range versionsOf("pacs.002") {
		line("apply bank ALPHA %s", answer)
		for _, question := range versionsOf("pacs.028") {
			walked++
			name := fmt.Sprintf("%d", walked)
			line("send p%s ALPHA pacs.008.001.08 to BETA CNY 1.00\n  > ALPHA %s group PDNG p%s PDNG", name, answer, name)
			line("ask q%s ALPHA %s p%s\n  > ALPHA %s p%s PDNG", name, question, name, answer, name)
		}
	}
	for _, advice := range versionsOf("camt.054") {
		walked++
		line("apply bank GAMMA %s\nissue GAMMA CNY 1.00\n  > GAMMA %s CRDT 1.00", advice, advice)
	}
	file := filepath.Join(t.TempDir(), "profiles.txt")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	actions, mails := playScenario(t, file)
	t.Logf("%d pairs of question and answer: %d actions, %d messages", walked, actions, mails)
	if walked < 200 {
		t.Error("some versions are missing")
	}
}

// worksWithoutCase tells whether a version of camt.029 can answer a recall that has
// no case.
func worksWithoutCase(t *testing.T, version string) bool {
	t.Helper()
	agent := messages.Party{Agent: messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}}
	r := messages.Resolution{
		AssignmentID: "A-1", Assigner: agent, Assignee: agent, Created: testTime(t),
		Payments: []messages.CancellationStatus{{Original: messages.OriginalPayment{EndToEndID: "E-1"}}},
	}
	r.Refused(messages.Reason{Code: "AGNT"})
	_, err := r.Write(version)
	return err == nil
}

// TestEveryReceiptVersion: a camt.050 of any version is answered in any version of
// camt.025, settled or refused with a reason of any length.
func TestEveryReceiptVersion(t *testing.T) {
	answers, questions := versionsOf("camt.025"), versionsOf("camt.050")
	walked := 0
	for _, answer := range answers {
		r := newRig(t, func(c *routing.Change) {
			for i := range c.Participants {
				c.Participants[i].Versions = map[string]string{"camt.025": answer}
			}
		})
		r.issue("ALPHCNBJXXX", "1000.00")
		r.letters()
		for n, question := range questions {
			for _, one := range []struct{ amount, bank, status string }{{"1.00", "BETATHBKXXX", "ACPT"}, {"5000.00", "BETATHBKXXX", "RJCT"}, {"1.00", "NOBODEFFXXX", "RJCT"}} {
				walked++
				id := fmt.Sprintf("L-%d-%s-%s", n, one.amount, one.bank[:4])
				r.send("ALPHCNBJXXX", transferOf{id: id, amount: one.amount, debtor: "ALPHCNBJXXX", creditor: one.bank}.write(t, question))
				all := r.letters()
				said := ""
				for _, letter := range all {
					for node := range letter.message.Document().Root.Walk() {
						if letter.to == "ALPH" && (node.Name() == "StsCd" || node.Name() == "Cd" && node.Parent().Name() == "Sts") {
							said = node.Text()
						}
					}
				}
				if len(all) == 0 || all[len(all)-1].record.Type != answer || said != one.status {
					t.Errorf("%s for %s, %s: %q in %d letters: %+v", question, answer, id, said, len(all), all)
				}
			}
		}
		r.rebuild()
	}
	t.Logf("%d questions, %d versions of the answer", walked, len(answers))
	if walked < 20 {
		t.Error("some versions are missing")
	}
}
