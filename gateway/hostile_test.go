package gateway

import (
	"bytes"
	"fmt"
	"maps"
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
	return all
}

// samples are one message of every kind that banks send.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	payment := samplePayment(t, uetr(1)...)
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
	transfer := transferOf{id: "T-1", amount: "1.00", debtorAcct: testIssuance, creditAcct: testWallet}
	return map[string][]byte{
		"pacs.008": payment, "pacs.028": status, "camt.056": recall, "camt.050": transfer.write(t, "camt.050.001.05"),
		"camt.025": word(t, "camt.025.001.08", "W-1", "DRGM-P1", "RJCT", "AC04"),
		"camt.060": question("camt.060.001.05", "Q-1", "camt.053", testWallet, "ALPHCNBJXXX", groupTime(0), groupTime(1)),
	}
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
	if total < 900 || len(counts) < 6 {
		t.Errorf("only %d damaged messages", total)
	}
	r.rebuild()
}
