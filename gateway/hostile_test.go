package gateway

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dragoman/messages"
)

var leaf = regexp.MustCompile(`<(\w+)[^<>]*>[^<>]*</\w+>`)

// damaged are copies of a message with one element removed, emptied, doubled or
// filled with what does not belong there.
func damaged(raw []byte) (all [][]byte) {
	for _, at := range leaf.FindAllSubmatchIndex(raw, -1) {
		element, name := raw[at[0]:at[1]], string(raw[at[2]:at[3]])
		opening := element[:bytes.IndexByte(element, '>')+1]
		filled := func(text string) string { return string(opening) + text + "</" + name + ">" }
		for _, other := range []string{
			"", filled(""), filled(strings.Repeat("x", 200)), filled("\u00e4\u2028&#9;"), filled("-1"), filled("9999999999999999999999"), string(element) + string(element),
		} {
			all = append(all, bytes.Join([][]byte{raw[:at[0]], []byte(other), raw[at[1]:]}, nil))
		}
	}
	for n := range messages.Read(raw, messages.Options{}).Document().Root.Walk() {
		from := n.Offset()
		all = append(all, slices.Concat(raw[:from], raw[from+len(n.Raw()):])) // any part of it, also a whole one
	}
	return all
}

// samples are one message of every kind that banks send.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	payment := samplePayment(t, uetr(1)...)
	more := map[string][]byte{
		"batch": batchOf(t, "BATCH", 2), "cover": institutionTransfer(t, "pacs.009.001.08", uetrFrom("cover"), true),
		"pacs.009.001.01": institutionTransfer(t, "pacs.009.001.01", uetrFrom("first"), false),
	}
	sent := messages.Read(payment, messages.Options{})
	request := messages.StatusRequestOn(sent)
	request.MessageID, request.Created = "ASK-1", testTime(t)
	status, err := request.Write("pacs.028.001.03")
	if err != nil {
		t.Fatal(err)
	}
	cancellation := messages.CancellationOf(sent)
	cancellation.AssignmentID, cancellation.Created = "RECALL-1", testTime(t)
	cancellation.Assigner, cancellation.Assignee = messages.Party{Agent: messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}}, messages.Party{Agent: messages.Agent{BIC: mustBIC(t, testGateway)}}
	recall, err := cancellation.Write("camt.056.001.08")
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"pacs.002.001.03", "pacs.002.001.10"} {
		report := messages.StatusReportOn(sent)
		report.MessageID, report.Created = "WORD-1", testTime(t)
		report.InstructingAgent, report.InstructedAgent = messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}, messages.Agent{BIC: mustBIC(t, testGateway)}
		report.Transactions[0].Status, report.Transactions[0].Reasons = "RJCT", []messages.Reason{{Code: "AC04", Text: "closed"}}
		if more[version], err = report.Write(version); err != nil {
			t.Fatal(err)
		}
	}
	for _, version := range []string{"pacs.004.001.02", "pacs.004.001.09"} {
		back, err := messages.ReturnOf(sent)
		if err != nil {
			t.Fatal(err)
		}
		back.MessageID, back.Created, back.Original = "BACK-1", testTime(t), messages.OriginalGroupIn(sent)
		back.InstructingAgent, back.InstructedAgent = messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}, messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}
		one := &back.Payments[0]
		one.ReturnID, one.Original.Received, one.Reasons = "R-1", messages.Node{}, []messages.Reason{{Code: "AC04"}}
		one.InstructingAgent, one.InstructedAgent = back.InstructingAgent, back.InstructedAgent
		one.InstructedAmount, one.Charges = one.Amount, []messages.Charge{{Amount: one.Amount, Agent: back.InstructingAgent}}
		if more[version], err = back.Write(version); err != nil {
			t.Fatal(err)
		}
	}
	transfer := transferOf{id: "T-1", amount: "1.00", debtorAcct: testIssuance, creditAcct: testWallet}
	maps.Copy(more, map[string][]byte{
		"pacs.008": payment, "pacs.028": status, "camt.056": recall, "camt.050": transfer.write(t, "camt.050.001.05"),
		"camt.025": word(t, "camt.025.001.08", "W-1", "DRGM-P1", "RJCT", "AC04"),
		"camt.016": rateQuestion(t, "X-1", "CNY", "THB"),
		"camt.018": dayQuestion(t, "D-1", "CNAPS", "2026-11-23", "CNY"),
		"camt.060": question("camt.060.001.05", "Q-1", "camt.053", testWallet, "ALPHCNBJXXX", groupTime(0), groupTime(1)),
	})
	maps.Copy(more, controlSamples(t))
	return more
}

// TestDamagedMessages: whatever is wrong with a message, the lane goes on, and
// the sender has an answer that is valid.
func TestDamagedMessages(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "2000000.00")
	r.mailed()
	counts := map[string]int{}
	all := samples(t)
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		raw := all[kind]
		for n, body := range damaged(raw) {
			if n%4 != 0 && testing.Short() {
				continue
			}
			if fault := r.send("ALPHCNBJXXX", body); fault != nil {
				counts["unreadable"]++
				continue
			}
			answered := false
			for _, mail := range r.letters() {
				answered = answered || mail.to == "ALPH"
			}
			if !answered {
				t.Fatalf("%s %d has no answer:\n%s", kind, n, body)
			}
			counts[kind]++
		}
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	t.Log(fmt.Sprint(counts))
	if total < share(1000) || len(counts) < 6 {
		t.Errorf("only %d damaged messages", total)
	}
	r.rebuild()
}

// TestCorpus puts every message of the corpus through desk and lane: from whom it
// says it is where that is a participant, else from a bank.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "shared", "iso20022", "messages", "*", "*", "*"))
	if err != nil || len(files) == 0 {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatal("the corpus is missing")
		}
		t.Skip("no corpus beside this checkout")
	}
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "2000000.00")
	r.mailed()
	answers := map[string]int{}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range [][]byte{raw, ours.ReplaceAll(raw, []byte("<BICFI>ALPHCNBJXXX</BICFI>"))} {
			if r.send("ALPHCNBJXXX", body) != nil {
				answers["unreadable"]++
				continue
			}
			mails := r.letters()
			if len(mails) == 0 {
				t.Errorf("%s has no answer", path)
			}
			for _, mail := range mails {
				answers[messages.KindOf(mail.record.Type)]++
			}
		}
	}
	t.Logf("%d files: %v", len(files), answers)
	r.rebuild()
}

// ours are the names of banks in messages, to be replaced by one that takes part.
var ours = regexp.MustCompile(`<BICFI>[^<]*</BICFI>`)
