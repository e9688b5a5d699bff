package gateway

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
)

// inbox reads a mailbox up to so many messages and gives their types; every one
// is valid.
func inbox(t *testing.T, n *Node, bank string, want int) (types []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testPatience)
	defer cancel()
	party := partyOf(t, n, bank)
	for len(types) < want {
		mails, err := n.Mailboxes.Fetch(ctx, party, 0, want-len(types), time.Second)
		if err != nil || ctx.Err() != nil {
			t.Fatalf("%s has %d of %d mails %v: %v %v", bank, len(types), want, types, err, ctx.Err())
		}
		for _, mail := range mails {
			if m := messages.Read(mail.Body, messages.Options{}); !m.Valid() {
				t.Fatalf("%s has an invalid %s: %v", bank, mail.Type, m.Faults())
			}
			types = append(types, messages.KindOf(mail.Type))
			n.Mailboxes.Acknowledge(party, mail.Number)
		}
	}
	return types
}

// TestKindsThroughANode takes every further kind of message through log, lane,
// kernel, books and mailboxes of a real node, and rebuilds its books.
func TestKindsThroughANode(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	change := testChange(t)
	for i := range change.Participants {
		change.Participants[i].Advice = true
	}
	change.Participants[2].Acceptance = true // ALPHA
	n, err := Start(ctx, Settings{Folder: folder, Clock: time.Now, Log: zap.NewNop(), First: change})
	if err != nil {
		t.Fatal(err)
	}
	send := func(bank string, raw []byte) {
		t.Helper()
		if _, err := n.Desk.Receive(ctx, Caller{Participant: mustBIC(t, bank)}, raw); err != nil {
			t.Fatal(err)
		}
		applyAll(t, n)
	}
	expect := func(bank, want string) {
		t.Helper()
		if got := strings.Join(inbox(t, n, bank, len(strings.Fields(want))), " "); got != want {
			t.Errorf("%s has\n %s\nwant\n %s", bank, got, want)
		}
	}
	const alpha, beta, issuer = "ALPHCNBJXXX", "BETATHBKXXX", "PBOCCNBJXXX"
	start := time.Now()
	send(alpha, transferOf{id: "I-1", amount: "2000000.00", debtorAcct: testIssuance, creditAcct: testWallet}.write(t, "camt.050.001.06"))
	send(issuer, word(t, "camt.025.001.05", "W-1", "DRGM-P1", "ACPT", ""))
	expect(alpha, "camt.025 camt.025 camt.054")
	expect(issuer, "camt.050 camt.025 camt.054")
	send(alpha, samplePayment(t, uetr(1)...))
	expect(alpha, "pacs.002 pacs.002 camt.054")
	expect(beta, "pacs.008 camt.054")
	send(alpha, transferOf{id: "R-1", amount: "100.00", debtorAcct: testWallet, creditAcct: testIssuance}.write(t, "camt.050.001.07"))
	send(issuer, word(t, "camt.025.001.08", "W-2", "DRGM-P3", "RJCT", "AM14"))
	expect(alpha, "camt.025 camt.025")
	expect(issuer, "camt.050 camt.025")
	// A closed interval: it ends once the log is past it.
	end := time.Now()
	ask := func(id string) []byte {
		return question("camt.060.001.05", id, "camt.053", testWallet, alpha, start.UTC().Add(-time.Minute), end.UTC())
	}
	for tries := 0; ; tries++ {
		send(alpha, ask(fmt.Sprintf("Q-%d", tries)))
		if got := inbox(t, n, alpha, 1); got[0] == "camt.053" {
			break
		} else if tries > 1000 {
			t.Fatalf("the interval never ends: %s", got)
		}
	}
	place, err := n.Desk.Decide(ctx, callerOf(t, "operator-1"), Decision{Action: ActionAnnounce, Event: "STDY", Text: "The day begins", Reason: "a test"})
	if err == nil {
		err = n.WaitFor(ctx, place.Sequence)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, bank := range []string{alpha, beta, issuer, testBanks[2]} {
		expect(bank, "admi.004")
	}
	before := n.Books.State()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	replayed, err := Replay(ctx, NATSSettings{}, folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !replayed.Same() || replayed.Own != before {
		t.Errorf("replay: %v: had %+v, own %+v, rebuilt %+v", err, before, replayed.Own, replayed.Rebuilt)
	}
}

// TestHeaderVersions: every message goes out under every version of the header.
func TestHeaderVersions(t *testing.T) {
	versions, kinds := versionsOf("head.001"), map[string]int{}
	for _, version := range versions {
		r := newRig(t, func(c *routing.Change) {
			for i := range c.Participants {
				c.Participants[i].Versions = map[string]string{"head.001": version}
				c.Participants[i].Advice, c.Participants[i].Acceptance = true, true
			}
		})
		r.issue("ALPHCNBJXXX", "2000000.00")
		all := samples(t)
		for _, kind := range slices.Sorted(maps.Keys(all)) {
			r.send("ALPHCNBJXXX", all[kind])
			r.tries("ALPHCNBJXXX", all[kind])
		}
		r.decide("operator-1", Decision{Action: ActionAnnounce, Event: "STDY", Text: "The day begins"})
		for _, mail := range r.letters() {
			if mail.message.Header().ID != version {
				t.Errorf("%s goes out under %s, not %s", mail.record.Type, mail.message.Header().ID, version)
			}
			kinds[messages.KindOf(mail.record.Type)]++
		}
		r.rebuild()
	}
	t.Logf("%d versions of the header: %v", len(versions), kinds)
	if len(kinds) < 8 {
		t.Errorf("only %d kinds of messages", len(kinds))
	}
}
