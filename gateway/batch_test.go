package gateway

import (
	"fmt"
	"testing"
	"time"

	"dragoman/messages"
)

// batchOf makes a pacs.008 of so many payments from ALPHA to BETA.
func batchOf(t testing.TB, id string, payments int) []byte {
	t.Helper()
	alpha, beta := messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}, messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}
	date, err := messages.ParseDate("2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	transfer := messages.CreditTransfer{
		MessageID: id, Created: testTime(t), Sums: true, Settlement: messages.Settlement{Method: "CLRG", ClearingSystem: "DRGM"}, InstructingAgent: alpha, InstructedAgent: beta,
	}
	for n := range payments {
		amount, err := messages.NewMoney(int64(100+n), messages.MustCurrency("CNY"))
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%s-%d", id, n)
		transfer.Payments = append(transfer.Payments, messages.Payment{
			// References as long as the schema allows, so that the answer is as long as it gets.
			InstructionID: longReference("I-" + name), EndToEndID: longReference("E-" + name), TransactionID: longReference("T-" + name), UETR: uetrFrom(name),
			Amount: amount, SettlementDate: date, ChargeBearer: "SHAR", Parties: customersOf(alpha, beta),
		})
	}
	raw, err := transfer.Write("pacs.008.001.08")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// longReference fills a reference up to the length that is allowed.
func longReference(text string) string {
	for len(text) < maxReference {
		text += "x"
	}
	return text
}

// TestLargestBatch: the largest batch is applied whole in one entry, in far less
// than a second, each payment is forwarded alone, and its one answer fits a
// mailbox many times over; one transaction more is refused.
func TestLargestBatch(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "1000000.00")
	r.mailed()
	raw := batchOf(t, "LARGE", maxTransactions)
	start := time.Now()
	r.send("ALPHCNBJXXX", raw)
	took := time.Since(start)
	forwarded, answered := 0, 0
	for _, letter := range r.letters() {
		switch letter.to {
		case "BETA":
			forwarded++
		case "ALPH":
			v, _ := messages.ViewStatusReport(letter.message)
			for status := range v.Transactions() {
				if status.Status() == "ACSC" {
					answered++
				}
			}
			if size := len(letter.message.Document().Root.Raw()); size > maxPayload/4 {
				t.Errorf("the answer has %d bytes; a mailbox takes %d", size, maxPayload)
			} else {
				t.Logf("%d payments in %d bytes, answered in %d bytes, all in %v", maxTransactions, len(raw), size, took.Round(time.Millisecond))
			}
		}
	}
	if forwarded != maxTransactions || answered != maxTransactions {
		t.Errorf("%d forwarded, %d answered, want %d", forwarded, answered, maxTransactions)
	}
	r.send("ALPHCNBJXXX", batchOf(t, "LARGER", maxTransactions+1))
	r.expect("ALPH pacs.002 RJCT AM19")
	r.rebuild()
}

// TestEveryStatusInEveryVersion: whatever a payment's status, its sender hears of
// it in the version that belongs to any request, in the status itself or in the
// next lower one with the true one beside it.
func TestEveryStatusInEveryVersion(t *testing.T) {
	lower := map[string]string{"ACWP": "ACSP", "ACCC": "ACSC", "BLCK": "PDNG"}
	// RCVD is never told: a receipt says it.
	statuses := []string{"ACTC", "ACCP", "ACSP", "ACSC", "ACCC", "PDNG", "RJCT", "ACWP", "BLCK"}
	walked, lowered := 0, 0
	for _, kind := range []string{"pacs.008", "pacs.009", "pacs.028"} {
		for _, request := range versionsOf(kind) {
			version, ok := messages.AnswerVersion(request, "pacs.002")
			if !ok {
				t.Errorf("%s has no pacs.002", request)
				continue
			}
			for _, status := range statuses {
				walked++
				report := messages.StatusReport{
					MessageID: "A-1", Created: testTime(t), Original: messages.OriginalGroup{MessageID: "M-1", MessageName: request},
					Transactions: []messages.TransactionStatus{{Original: messages.OriginalPayment{EndToEndID: "E-1", TransactionID: "T-1"}, Status: status}},
				}
				raw, err := report.Write(version)
				if err != nil {
					t.Errorf("%s for %s as %s: %v", status, request, version, err)
					continue
				}
				v, _ := messages.ViewStatusReport(messages.Read(raw, messages.Options{}))
				said := firstOf(v.Transactions())
				if said.Status() == status {
					continue
				}
				lowered++
				text := firstOf(firstOf(said.Reasons()).Text())
				if said.Status() != lower[status] || text != "Status "+status {
					t.Errorf("%s in %s is %s, %q", status, version, said.Status(), text)
				}
			}
		}
	}
	t.Logf("%d pairs of status and version, %d lowered", walked, lowered)
	if walked < 300 || lowered == 0 {
		t.Errorf("%d pairs walked, %d lowered", walked, lowered)
	}
}

// TestCustomerTransfersInEveryVersion: a pacs.008 of any version settles, is
// forwarded in that version and answered in the one that belongs to it.
func TestCustomerTransfersInEveryVersion(t *testing.T) {
	versions := versionsOf("pacs.008")
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "1000000.00")
	r.mailed()
	alpha, beta := messages.Agent{BIC: mustBIC(t, "ALPHCNBJXXX")}, messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}
	for _, version := range versions {
		amount, err := messages.ParseMoney("1.00", messages.MustCurrency("CNY"))
		if err != nil {
			t.Fatal(err)
		}
		date, err := messages.ParseDate("2026-11-23")
		if err != nil {
			t.Fatal(err)
		}
		transfer := messages.CreditTransfer{
			MessageID: "M-" + version, Created: testTime(t), Settlement: messages.Settlement{Method: "CLRG", ClearingSystem: "DRGM"}, InstructingAgent: alpha, InstructedAgent: beta,
			Payments: []messages.Payment{{
				InstructionID: "I-" + version, EndToEndID: "E-" + version, TransactionID: "T-" + version, UETR: uetrFrom(version), Amount: amount, SettlementDate: date,
				ChargeBearer: "SHAR", Parties: customersOf(alpha, beta),
			}},
		}
		raw, err := transfer.Write(version)
		if err != nil {
			t.Errorf("%s: %v", version, err)
			continue
		}
		r.send("ALPHCNBJXXX", raw)
		want, _ := messages.AnswerVersion(version, "pacs.002")
		letters := r.letters()
		if len(letters) != 2 || letters[0].record.Type != version || letters[1].record.Type != want {
			t.Errorf("%s: %d letters: %+v", version, len(letters), letters)
			continue
		}
		v, _ := messages.ViewStatusReport(letters[1].message)
		if status := firstOf(v.Transactions()).Status(); status != "ACSC" {
			t.Errorf("%s is answered %s", version, status)
		}
	}
	t.Logf("%d versions", len(versions))
	if len(versions) < 13 {
		t.Error("some are missing")
	}
	r.rebuild()
}
