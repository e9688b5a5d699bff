package gateway

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"dragoman/messages"
	"dragoman/routing"
)

// tries sends a body that only tries.
func (r *rig) tries(bank string, raw []byte) {
	r.t.Helper()
	read := readLetter(raw, mustBIC(r.t, bank), 1, r.directory)
	if read.unreadable != nil {
		r.t.Fatal(read.unreadable)
	}
	read.letter.Test = true
	o := r.order(bank, raw)
	o.Facts = encodeLetter(read.letter)
	r.apply(o)
}

// TestTrials: a message that only tries is answered with what would become of
// it, moves nothing, and is no duplicate of the same in earnest.
func TestTrials(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "2000000.00")
	r.mailed()
	payment := samplePayment(t, uetr(1)...)
	for range 2 {
		r.tries("ALPHCNBJXXX", payment)
		for _, mail := range r.letters() {
			if !strings.Contains(string(mail.message.Document().Root.Raw()), trialNote) {
				t.Errorf("an answer to a trial does not say so: %s", mail.message.Document().Root.Raw())
			}
			if mail.to != "ALPH" || mail.message.Document().Root.At("FIToFIPmtStsRpt/TxInfAndSts/TxSts").Text() != "ACSC" {
				t.Errorf("a trial is answered to %s", mail.to)
			}
		}
	}
	if got := r.balance(2); got != "200000000/0" {
		t.Errorf("a trial has moved money: %s", got)
	}
	// A batch of which only the first finds money; a name that is unknown; a transfer.
	raw := string(payment)
	from, to := strings.Index(raw, "    <CdtTrfTxInf>"), strings.Index(raw, "  </FIToFICstmrCdtTrf>")
	second := strings.NewReplacer(uetr(1)[1], uetr(2)[1]).Replace(raw[from:to])
	r.tries("ALPHCNBJXXX", []byte(strings.Replace(raw[:from], "<NbOfTxs>1", "<NbOfTxs>2", 1)+raw[from:to]+second+raw[to:]))
	r.expect("ALPH pacs.002 PART ACSC PDNG")
	r.tries("ALPHCNBJXXX", []byte(strings.ReplaceAll(raw, "BETATHBKXXX", "NOBODEFFXXX")))
	r.expect("ALPH pacs.002 RJCT RJCT CNOR")
	r.tries("ALPHCNBJXXX", transferOf{id: "T-1", amount: "5.00", debtorAcct: testWallet, creditAcct: testIssuance}.write(t, "camt.050.001.05"))
	r.expect("ALPH camt.025 PDNG TEST: nothing has moved")
	r.tries("ALPHCNBJXXX", transferOf{id: "T-1", amount: "2000000.01", debtorAcct: testWallet, creditAcct: testIssuance}.write(t, "camt.050.001.05"))
	r.expect("ALPH camt.025 RJCT AM04 TEST: nothing has moved")
	// In earnest now, and tried again afterwards.
	r.send("ALPHCNBJXXX", payment)
	r.expect("BETA pacs.008 1250000.50, ALPH pacs.002 ACSC ACSC")
	r.tries("ALPHCNBJXXX", payment)
	r.expect("ALPH pacs.002 ACSC ACSC")
	r.tries("ALPHCNBJXXX", []byte(strings.Replace(raw, "Rama IV Road", "Rama V Road", 1)))
	r.expect("ALPH pacs.002 RJCT RJCT DUPL")
	// What waits is not taken back by a recall that only tries.
	r.send("ALPHCNBJXXX", samplePayment(t, uetr(3)...))
	r.expect("ALPH pacs.002 PDNG PDNG")
	all := samples(t)
	for kind, want := range map[string]string{
		"camt.056": "ALPH pacs.002 ACTC", "camt.025": "ALPH camt.025 RCVD",
	} {
		r.tries("ALPHCNBJXXX", all[kind])
		if got := r.mailed(); !strings.HasPrefix(got, want) {
			t.Errorf("a %s that only tries is answered %s", kind, got)
		}
	}
	for _, kind := range []string{"pacs.028", "camt.060"} {
		r.tries("ALPHCNBJXXX", all[kind])
		if got := r.mailed(); !strings.HasPrefix(got, "ALPH pacs.002") && !strings.HasPrefix(got, "ALPH camt.053") {
			t.Errorf("a %s that only tries is answered %s", kind, got)
		}
	}
	r.rebuild()
}

// TestTrialOverHTTPS: the header marks a trial; one that says neither yes nor no
// is refused.
func TestTrialOverHTTPS(t *testing.T) {
	r := openDoorRig(t, nil)
	for value, want := range map[string]int{"true": http.StatusAccepted, "perhaps": http.StatusBadRequest} {
		answer := r.do(testBanks[0], "POST", "/v1/messages", map[string]string{"Content-Type": "application/xml", HeaderTest: value}, samplePayment(t, uetr(1)...))
		var receipt Receipt
		if err := json.Unmarshal(answer.body, &receipt); answer.StatusCode != want || want == http.StatusAccepted && (err != nil || !receipt.Test) {
			t.Errorf("%s: %d %s", value, answer.StatusCode, answer.body)
		}
	}
}

// TestAcceptance: who wants it hears ACTC before anything is decided, in every
// version, and only of what was accepted.
func TestAcceptance(t *testing.T) {
	versions := versionsOf("pacs.002")
	for _, version := range versions {
		r := newRig(t, func(c *routing.Change) {
			for i := range c.Participants {
				c.Participants[i].Acceptance = true
				c.Participants[i].Versions = map[string]string{"pacs.002": version}
			}
		})
		r.issue("ALPHCNBJXXX", "2000000.00")
		payment := samplePayment(t, uetr(1)...)
		r.send("ALPHCNBJXXX", payment)
		r.expect("ALPH pacs.002 ACTC ACTC, BETA pacs.008 1250000.50, ALPH pacs.002 ACSC ACSC")
		r.send("ALPHCNBJXXX", payment)
		r.expect("ALPH pacs.002 ACSC ACSC")
		r.send("ALPHCNBJXXX", samplePayment(t, append(uetr(2), "BETATHBKXXX", "NOBODEFFXXX")...))
		refused := "ALPH pacs.002 RJCT RJCT"
		if got := r.mailed(); !strings.HasPrefix(got, refused) || strings.Contains(got, "ACTC") {
			t.Errorf("%s: an unknown receiver: %s", version, got)
		}
		r.send("ALPHCNBJXXX", samplePayment(t, append(uetr(1), "Rama IV Road", "Rama V Road")...))
		if got := r.mailed(); !strings.HasPrefix(got, refused) || strings.Contains(got, "ACTC") {
			t.Errorf("%s: other content: %s", version, got)
		}
		r.tries("ALPHCNBJXXX", samplePayment(t, uetr(4)...))
		r.expect("ALPH pacs.002 PDNG PDNG")
		r.rebuild()
	}
	t.Logf("%d versions", len(versions))
}

// TestAnnouncements: what an operator announces comes to everybody, or to one,
// in every version; a bank may not announce anything.
func TestAnnouncements(t *testing.T) {
	for _, version := range versionsOf("admi.004") {
		r := newRig(t, func(c *routing.Change) {
			for i := range c.Participants {
				c.Participants[i].Versions = map[string]string{"admi.004": version}
			}
		})
		events := func(d Decision) (to []string) {
			t.Helper()
			d.Action = ActionAnnounce
			if record := r.decide("operator-1", d); record.Outcome != OutcomeDone {
				t.Fatalf("%+v was %s: %s", d, record.Outcome, record.Why)
			}
			for _, mail := range r.letters() {
				v, ok := messages.ViewEventNotification(mail.message)
				if !ok || v.Code() != d.Event || v.Description() != d.Text || mail.record.Type != version {
					t.Errorf("%s: %s is told %s %s", version, mail.to, v.Code(), v.Description())
				}
				to = append(to, mail.to)
			}
			return to
		}
		at := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
		if to := events(Decision{Event: "STDY", Text: "The day begins at 08:00 & not before <noon>", Time: at}); strings.Join(to, " ") != "PBOC ALPH BETA GAMM" {
			t.Errorf("an announcement to all comes to %s", to)
		}
		if to := events(Decision{Event: "N1", Text: strings.Repeat("\u00e9", 350), Bank: mustBIC(t, "BETATHBKXXX")}); strings.Join(to, " ") != "BETA" {
			t.Errorf("an announcement to one comes to %s", to)
		}
		for _, d := range []Decision{{Event: "LONGER", Text: "a"}, {Event: "A-B", Text: "a"}, {Event: "AB"}, {Text: "a"}, {Event: "AB", Text: "a\x01"}, {Event: "AB", Text: strings.Repeat("x", 351)}, {Event: "AB", Text: "a", Bank: mustBIC(t, "NOBODEFFXXX")}} {
			d.Action = ActionAnnounce
			if record := r.decide("operator-1", d); record.Outcome != OutcomeRefused {
				t.Errorf("%+v was %s", d, record.Outcome)
			}
		}
		if record := r.decide("alpha", Decision{Action: ActionAnnounce, Event: "AB", Text: "a"}); record.Outcome != OutcomeRefused || len(r.letters()) != 0 {
			t.Errorf("a bank's announcement was %s", record.Outcome)
		}
		r.rebuild()
	}
	if fault := newRig(t).send("ALPHCNBJXXX", []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:admi.004.001.02"><SysEvtNtfctn><EvtInf><EvtCd>STDY</EvtCd></EvtInf></SysEvtNtfctn></Document>`)); fault == nil || fault.Reason == "" {
		t.Errorf("an admi.004 of a bank: %v", fault)
	}
}
