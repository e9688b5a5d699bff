package gateway

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"dragoman/messages"
)

// TestReceiptOfTheSameAgain: a message that has been applied gives its first
// receipt again with 200, whatever its kind and also where the desk had to give
// it a UETR; other bytes do not.
func TestReceiptOfTheSameAgain(t *testing.T) {
	r := openDoorRig(t, nil)
	old := strings.NewReplacer("pacs.008.001.08", "pacs.008.001.07", "<UETR>8a562c67-ca16-48ba-b074-65581be6f011</UETR>", "", "BICFI", "BICFI").Replace(string(samplePayment(t)))
	all := samples(t)
	all["pacs.008.07"] = []byte(old)
	seen := map[string]bool{}
	for kind, body := range all {
		send := func(want int, raw []byte) Receipt {
			t.Helper()
			answer := r.post(testBanks[0], "/v1/messages", "application/xml", raw)
			var receipt Receipt
			if err := json.Unmarshal(answer.body, &receipt); err != nil || answer.StatusCode != want {
				t.Fatalf("%s: %d %s, want %d", kind, answer.StatusCode, answer.body, want)
			}
			end, err := r.node.orders.End(t.Context())
			if err == nil {
				err = r.node.WaitFor(t.Context(), end)
			}
			if err != nil {
				t.Fatal(err)
			}
			return receipt
		}
		first := send(http.StatusAccepted, body)
		again, _ := json.Marshal(send(http.StatusOK, body))
		if want, _ := json.Marshal(first); string(again) != string(want) {
			t.Errorf("%s: the receipt again is\n%s\nnot\n%s", kind, again, want)
		}
		// A return has the UETR of what it gives back, if it names it.
		if len(first.Payments) > 0 && first.Payments[0].UETR == "" && kind != "pacs.004.001.02" {
			t.Errorf("%s: the receipt has no UETR: %+v", kind, first)
		}
		other := strings.Replace(string(body), "2026", "2027", 1)
		if other == string(body) { // it has no date
			other = strings.Replace(other, "<MsgId>", "<MsgId>X", 1)
		}
		if changed := send(http.StatusAccepted, []byte(other)); changed.Place == first.Place || seen[changed.Place] {
			t.Errorf("%s: other content has the place %s", kind, changed.Place)
		}
		seen[first.Place] = true
	}
	if len(seen) != len(all) || len(seen) < 7 {
		t.Errorf("%d kinds of messages of %d, want at least 7", len(seen), len(all))
	}
}

// TestReceiptAsXML: who accepts XML gets an admi.007.
func TestReceiptAsXML(t *testing.T) {
	r := openDoorRig(t, nil)
	for accept, xml := range map[string]bool{
		"application/xml": true, "text/xml;q=0.9, application/json;q=0.1": true, "application/json, application/xml": false, "*/*": false, "": false,
	} {
		answer := r.do(testBanks[0], "POST", "/v1/messages", map[string]string{"Content-Type": "application/xml", "Accept": accept}, samplePayment(t, uetr(len(accept))...))
		if got := answer.Header.Get("Content-Type") == "application/xml"; got != xml || answer.StatusCode != http.StatusAccepted {
			t.Errorf("%q is answered %d with %s", accept, answer.StatusCode, answer.Header.Get("Content-Type"))
			continue
		}
		if !xml {
			continue
		}
		m := messages.Read(answer.body, messages.Options{})
		v, ok := messages.ViewAcknowledgement(m)
		if !m.Valid() || !ok {
			t.Fatalf("%s: %v", answer.body, m.Faults())
		}
		for receipt := range v.Receipts() {
			if receipt.Reference() != uetr(len(accept))[3] || !strings.Contains(string(answer.body), uetr(len(accept))[1]) {
				t.Errorf("the receipt is %s", answer.body)
			}
		}
	}
}
