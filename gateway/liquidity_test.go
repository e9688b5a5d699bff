package gateway

import (
	"fmt"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// transferOf makes a camt.050 of one yuan amount.
type transferOf struct {
	id, amount             string
	debtor, creditor       string // BIC
	debtorAcct, creditAcct string
	uetr                   string
}

func (o transferOf) write(t testing.TB, version string) []byte {
	t.Helper()
	amount, err := messages.ParseMoney(o.amount, messages.MustCurrency("CNY"))
	if err != nil {
		t.Fatal(err)
	}
	transfer := messages.LiquidityCreditTransfer{
		MessageID: o.id, EndToEndID: "E2E-" + o.id, UETR: o.uetr, Amount: amount, Created: testTime(t),
		CreditorAccount: messages.Account{Other: o.creditAcct}, DebtorAccount: messages.Account{Other: o.debtorAcct},
	}
	if o.debtor != "" {
		transfer.Debtor.BIC = mustBIC(t, o.debtor)
	}
	if o.creditor != "" {
		transfer.Creditor.BIC = mustBIC(t, o.creditor)
	}
	out, err := transfer.Write(version)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func testTime(t testing.TB) messages.DateTime {
	t.Helper()
	at, err := messages.ParseDateTime("2026-11-23T10:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// word makes the camt.025 by which an issuer answers.
func word(t testing.TB, version, id, asked, status, reason string) []byte {
	t.Helper()
	handling := messages.Handling{Status: status}
	if strings.HasSuffix(version, ".05") {
		handling.Description = reason
	} else {
		handling.Reason.Code = reason
	}
	receipt := messages.Receipt{MessageID: id, Created: testTime(t), Details: []messages.ReceiptDetails{{
		Original: messages.OriginalQuery{MessageID: asked, MessageName: "camt.050.001.05"}, Handlings: []messages.Handling{handling},
	}}}
	out, err := receipt.Write(version)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// balance is the posted and reserved money of the n-th account.
func (r *rig) balance(n settlement.AccountID) string {
	a, _ := r.lane.engine.Account(n)
	return fmt.Sprintf("%d/%d", a.Posted, a.Reserved)
}

const (
	testIssuance = "PBOCCNBJ-CNY-I"
	testWallet   = "ALPHCNBJ-CNY-W"
)

// TestIssuanceAndRedemption walks a request through bank, issuer and back, with
// accounts named and unnamed, in every version of camt.050 and camt.025.
func TestIssuanceAndRedemption(t *testing.T) {
	walked := 0
	for _, transfer := range []string{"camt.050.001.05", "camt.050.001.06", "camt.050.001.07"} {
		for _, receipt := range []string{"camt.025.001.05", "camt.025.001.08", "camt.025.001.09"} {
			for _, named := range []bool{true, false} {
				issueAndRedeem(t, transfer, receipt, named)
				walked++
			}
		}
	}
	t.Logf("%d pairs of versions and ways to name accounts", walked)
}

func issueAndRedeem(t *testing.T, transfer, receipt string, named bool) {
	t.Helper()
	r := newRig(t, func(c *routing.Change) {
		for i := range c.Participants {
			c.Participants[i].Versions = map[string]string{"camt.050": transfer, "camt.025": receipt}
		}
		c.Corridors = append(c.Corridors, routing.Corridor{
			From: mustBIC(t, "ALPHCNBJXXX"), To: mustBIC(t, "PBOCCNBJXXX"), Currency: messages.MustCurrency("CNY"), Mode: routing.SettleThenDeliver, Profile: "base", Patience: 30,
		})
	})
	issue, redeem := transferOf{id: "I-1", amount: "100.00", debtorAcct: testIssuance, creditAcct: testWallet}, transferOf{id: "R-1", amount: "60.00", debtorAcct: testWallet, creditAcct: testIssuance}
	if !named {
		issue.debtorAcct, issue.creditAcct, issue.debtor = "", "", "PBOCCNBJXXX"
		redeem.debtorAcct, redeem.creditAcct, redeem.creditor = "", "", "PBOCCNBJ"
	}
	r.send("ALPHCNBJXXX", issue.write(t, transfer))
	r.expect("PBOC camt.050 100.00, ALPH camt.025 PDNG")
	if got := r.balance(2); got != "0/0" {
		t.Errorf("an issue that is asked for has moved %s", got)
	}
	r.send("ALPHCNBJXXX", issue.write(t, transfer)) // the same again
	r.expect("ALPH camt.025 PDNG")
	r.send("BETATHBKXXX", word(t, receipt, "W-0", "DRGM-P1", "ACPT", ""))
	r.expect("BETA admi.002 AG09")
	r.send("PBOCCNBJXXX", word(t, receipt, "W-1", "DRGM-P1", "RCVD", ""))
	r.expect("PBOC camt.025 PDNG")
	r.send("PBOCCNBJXXX", word(t, receipt, "W-2", "DRGM-P1", "ACPT", ""))
	r.expect("PBOC camt.025 ACPT, ALPH camt.025 ACPT, ALPH camt.054 BOOK")
	r.send("PBOCCNBJXXX", word(t, receipt, "W-2", "DRGM-P1", "ACPT", "")) // the same again
	r.expect("PBOC camt.025 ACPT")
	r.send("ALPHCNBJXXX", redeem.write(t, transfer))
	r.expect("PBOC camt.050 60.00, ALPH camt.025 PDNG")
	if got := r.balance(2); got != "10000/6000" {
		t.Errorf("while the issuer is asked the wallet has %s", got)
	}
	r.send("PBOCCNBJXXX", word(t, receipt, "W-3", "DRGM-P2", "RJCT", "AM14"))
	r.expect("PBOC camt.025 RJCT AM14, ALPH camt.025 RJCT AM14")
	redeem.id = "R-2"
	r.send("ALPHCNBJXXX", redeem.write(t, transfer))
	r.expect("PBOC camt.050 60.00, ALPH camt.025 PDNG")
	r.apply(Order{Kind: OrderTick, Received: r.lane.engine.Now() + settlement.Moment(30e9)})
	r.expect("PBOC camt.025 RJCT AB05, ALPH camt.025 RJCT AB05")
	r.send("PBOCCNBJXXX", word(t, receipt, "W-4", "DRGM-P3", "ACPT", "")) // too late
	r.expect("PBOC camt.025 RJCT AB05")
	redeem.id = "R-3"
	r.send("ALPHCNBJXXX", redeem.write(t, transfer))
	r.send("PBOCCNBJXXX", word(t, receipt, "W-5", "DRGM-P4", "ACPT", ""))
	r.expect("PBOC camt.050 60.00, ALPH camt.025 PDNG, PBOC camt.025 ACPT, ALPH camt.025 ACPT, ALPH camt.054 BOOK")
	if got := r.balance(2); got != "4000/0" {
		t.Errorf("in the end the wallet has %s", got)
	}
	r.rebuild()
}

// TestTransferRefusals: whatever is wrong with a camt.050 or camt.025 is answered
// with its reason, and moves nothing.
func TestTransferRefusals(t *testing.T) {
	r := newRig(t, func(c *routing.Change) {
		thb := messages.MustCurrency("THB")
		c.Accounts = append(c.Accounts, routing.AccountChange{Owner: mustBIC(t, "GAMMAEADXXX"), Currency: thb, Role: settlement.RoleIssuance},
			routing.AccountChange{Owner: mustBIC(t, "ALPHCNBJXXX"), Currency: thb, Role: settlement.RoleWallet})
	})
	r.issue("ALPHCNBJXXX", "50.00")
	for n, c := range []struct {
		transferOf
		want string
	}{
		{transferOf{amount: "50.01", debtorAcct: testWallet, creditAcct: testIssuance}, "AM04"},
		{transferOf{amount: "1.00", debtorAcct: "GAMMAEAD-THB-I"}, "AC10 account GAMMAEAD-THB-I is not in CNY"},
		{transferOf{amount: "1.00", debtor: "GAMMAEADXXX"}, "AC02 GAMMAEAD has no account in CNY"},
		{transferOf{amount: "1.00", debtor: "GAMMAEADXXX", debtorAcct: testIssuance}, "AC02 account PBOCCNBJ-CNY-I is not one of GAMMAEAD"},
		{transferOf{amount: "1.00", debtorAcct: "nothing"}, "AC02 there is no account nothing"},
		{transferOf{amount: "1.00", creditAcct: "BETATHBK-CNY-X"}, "AC03 there is no account BETATHBK-CNY-X"},
		{transferOf{amount: "1.00", creditor: "NOBODEFFXXX"}, "AC03 NOBODEFF is not known here"},
		{transferOf{amount: "1.00", creditAcct: "ALPHCNBJ-THB-W"}, "AC11 account ALPHCNBJ-THB-W is not in CNY"},
		{transferOf{amount: "1.00"}, "AG12 debtor and creditor account are the same"},
		{transferOf{amount: "1.00", debtorAcct: "BETATHBK-CNY-W", creditAcct: testWallet}, "DS0H the debtor account is not the sender's"},
		{transferOf{amount: "1.00", debtorAcct: testIssuance, creditAcct: "BETATHBK-CNY-W"}, "DS0H money is issued to the sender's own account only"},
		{transferOf{amount: "0.00", creditAcct: testIssuance}, "AM01"},
	} {
		c.id = fmt.Sprintf("T-%d", n)
		r.send("ALPHCNBJXXX", c.write(t, "camt.050.001.05"))
		r.expect("ALPH camt.025 RJCT " + c.want)
	}
	r.send("ALPHCNBJXXX", []byte(strings.Replace(string(transferOf{id: "T-90", amount: "1.00", creditAcct: testIssuance}.write(t, "camt.050.001.05")), "1.00<", "x<", 1)))
	if got := r.mailed(); !strings.HasPrefix(got, "ALPH camt.025 RJCT FF01") && !strings.HasPrefix(got, "ALPH camt.025 RJCT CH16") {
		t.Errorf("a camt.050 against the schema: %s", got)
	}
	for n, status := range []string{"ACPT", "XXXX"} {
		r.send("PBOCCNBJXXX", word(t, "camt.025.001.05", fmt.Sprintf("W-%d", n), "OF-ANOTHER", status, ""))
	}
	r.expect("PBOC admi.002 AG09, PBOC admi.002 CH16")
	r.rebuild()
}

// TestTransferToAnother: money from wallet to wallet moves at once, without
// account names too, and the other hears of it.
func TestTransferToAnother(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "50.00")
	uetr := "8a562c67-ca16-48ba-b074-65581be6f099"
	r.send("ALPHCNBJXXX", transferOf{id: "T-1", amount: "20.00", creditor: "BETATHBKXXX", uetr: uetr}.write(t, "camt.050.001.06"))
	r.expect("BETA camt.050 20.00, ALPH camt.025 ACPT")
	r.send("ALPHCNBJXXX", transferOf{id: "T-1", amount: "21.00", creditor: "BETATHBKXXX", uetr: uetr}.write(t, "camt.050.001.06"))
	r.expect("ALPH camt.025 RJCT DUPL the first payment of this identity is ACSC")
	if a, b := r.balance(2), r.balance(3); a != "3000/0" || b != "2000/0" {
		t.Errorf("the wallets have %s and %s", a, b)
	}
	r.rebuild()
}
