package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/gateway"
	"dragoman/routing"
	"dragoman/store"
)

// office is a gateway made by init that serves, and the commands of its people.
type office struct {
	t      *testing.T
	folder string
	server *served
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, folder: filepath.Join(t.TempDir(), "gateway")}
	if _, err := runInit(t, "--bank", "ALPHCNBJ=Alpha", "--bank", "BETATHBK=Beta", o.folder); err != nil {
		t.Fatal(err)
	}
	o.serve()
	t.Cleanup(func() {
		if err := o.server.stop(); err != nil {
			t.Error(err)
		}
		data := filepath.Join(o.folder, "data")
		for _, command := range []string{"audit", "replay"} {
			var out bytes.Buffer // the test's own context has ended
			if code := run(context.Background(), []string{command, "--data", data}, streams{strings.NewReader(""), &out, &out}); code != exitOK {
				t.Errorf("%s: exit %d\n%s", command, code, &out)
			}
		}
	})
	return o
}

// serve starts the gateway and gives what it complained of before it served.
func (o *office) serve() string {
	o.t.Helper()
	complaints, err := os.CreateTemp(o.t.TempDir(), "complaints") // a file: what is written before it serves is there then
	if err != nil {
		o.t.Fatal(err)
	}
	defer complaints.Close() //nolint:errcheck // a test's file
	if o.server, err = startServing(o.t.Context(), o.folder, complaints); err != nil {
		o.t.Fatal(err)
	}
	text, err := os.ReadFile(complaints.Name())
	if err != nil {
		o.t.Fatal(err)
	}
	return string(text)
}

// do runs a command against the gateway and wants an exit code and words.
func (o *office) do(want int, line string, words ...string) string {
	o.t.Helper()
	args := append(split(line), "--dir", o.folder, "--server", o.server.url)
	code, out, complaints := called(o.t, "", args...)
	if code != want {
		o.t.Errorf("dragoman %s: exit %d, want %d\n%s%s", line, code, want, out, complaints)
	}
	for _, word := range words {
		if !strings.Contains(out+complaints, word) {
			o.t.Errorf("dragoman %s: lacks %q:\n%s%s", line, word, out, complaints)
		}
	}
	return out
}

// split reads a command line with words in double quotes.
func split(line string) (words []string) {
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

var askedAs = regexp.MustCompile(`asked for as (\d+\.\d+):`)

// asked runs a command that needs a second person and gives the id of the request.
func (o *office) asked(line string, words ...string) string {
	o.t.Helper()
	out := o.do(exitOK, line, append(words, "nothing happens before another person agrees", "dragoman approve")...)
	m := askedAs.FindStringSubmatch(out)
	if m == nil {
		o.t.Fatalf("dragoman %s: no id in %s", line, out)
	}
	return m[1]
}

// TestOperatorsCommands: a day of the gateway's people on the command line, with
// what init made: money, holds, priorities, a suspension, a change of the directory,
// and the records of it all. In the end the books are audited and rebuilt.
func TestOperatorsCommands(t *testing.T) {
	o := openOffice(t)
	payment := filepath.Join("..", "..", "messages", "testdata", "pacs.008.001.08.xml")
	uetr := "8a562c67-ca16-48ba-b074-65581be6f011"

	// Money needs two people of the issuer.
	issue := o.asked(`issue --as yuan-issuer-1 --bank ALPHCNBJ --currency CNY --amount 10.00 --reason "opening of the day"`, "issue 10.00 CNY to ALPHCNBJ")
	o.do(exitUsage, `approve --as yuan-issuer-1 --reason "me too" `+issue, "Officer 1 asked for "+issue+" and cannot approve it", "on record")
	o.do(exitUsage, `approve --as operator-1 --reason "me too" `+issue, "is for another person with the role issuer")
	o.do(exitUsage, `approve --as yuan-issuer-2 `+issue, "--reason is missing")
	o.do(exitOK, `approvals --as yuan-issuer-2`, issue, "approve", "Officer 1", "opening of the day")
	o.do(exitOK, `approvals --as yuan-issuer-1`, "decline")
	o.do(exitOK, `approvals --as compliance-1`, "nothing waits for a second person")
	o.do(exitOK, `approve --as yuan-issuer-2 --reason "seen" `+issue, "carried out as")
	o.do(exitUsage, `approve --as yuan-issuer-2 --reason "again" `+issue, "was answered already")
	o.do(exitOK, `accounts --as alpha`, "10.00")
	redeem := o.asked(`redeem --as yuan-issuer-2 --bank ALPHCNBJ --currency CNY --amount 4.00 --reason "too much"`)
	o.do(exitOK, `approve --decline --as yuan-issuer-1 --reason "not today" `+redeem, "decline "+redeem)
	o.do(exitUsage, `redeem --as yuan-issuer-2 --bank ALPHCNBJ --currency CNY --amount 11.00 --reason "too much"`, "has only 10.00 CNY")

	// A payment waits: Alpha has a credit line in CNY, so that a large one is sent.
	raw, err := os.ReadFile(payment)
	if err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(t.TempDir(), "large.xml")
	if err := os.WriteFile(large, bytes.ReplaceAll(raw, []byte("1250000.50"), []byte("9250000.50")), 0o600); err != nil {
		t.Fatal(err)
	}
	o.do(exitOK, `send --as alpha `+large, uetr)
	o.do(exitOK, `payment --as alpha `+uetr, "waiting") // it waits for what was sent
	o.do(exitOK, `queue --as alpha`, "liquidity", "9250000.50", "normal", uetr)
	o.do(exitOK, `queue --as alpha --why `+uetr, "ALPHCNBJ-CNY-W lacks 4249990.50 CNY", "with exactly 4249990.50 CNY more", "ALPHCNBJ: 1 payment worth 9250000.50 CNY")
	o.do(exitUsage, `queue --as beta --why `+uetr, "no payment "+uetr)
	o.do(exitOK, `hold --as compliance-1 --reason "a name on a list" `+strings.ToUpper(uetr), "carried out as")
	o.do(exitOK, `queue --as operator-1 --currency CNY`, "compliance")
	if out := o.do(exitOK, `queue --as alpha`, "liquidity"); strings.Contains(out, "compliance") {
		t.Errorf("the bank learns of the hold: %s", out)
	}
	o.do(exitOK, `reprioritise --as alpha --priority urgent --reason "wages" `+uetr, "to urgent")
	o.do(exitOK, `reprioritise --as alpha --front --reason "wages first" `+uetr, "to the front of its priority")
	o.do(exitUsage, `reprioritise --as alpha --front --back --reason "wages first" `+uetr, "one of --priority, --front and --back")
	o.do(exitOK, `limits --as alpha --towards BETATHBK --currency CNY --amount 20000000.00 --reason "their risk"`, "carried out as")
	o.do(exitOK, `limits --as alpha --towards all --currency CNY --amount 30000000.00 --reason "our risk"`, "carried out as")
	o.do(exitOK, `reserve --as alpha --priority high --currency CNY --amount 0.50 --reason "wages"`, "carried out as")
	o.do(exitOK, `limits --as alpha`, "kept for high", "limit towards BETATHBK", "20000000.00", "limit towards all others")
	o.do(exitOK, `limits --as operator-1`, "ALPHCNBJ-CNY-W", "30000000.00")
	if out := o.do(exitOK, `limits --as beta`); strings.Contains(out, "0000000.00") {
		t.Errorf("another bank learns of the limits: %s", out)
	}
	o.do(exitOK, `reserve --as alpha --priority high --currency CNY --remove --reason "paid"`, "carried out as")
	o.do(exitUsage, `reserve --as alpha --priority high --currency CNY --remove --reason "paid"`, "there is no such limit or reservation")
	o.do(exitUsage, `limits --as alpha --towards BETATHBK --currency CNY --reason "x"`, "--amount or --remove")
	release := o.asked(`release --as compliance-1 --reason "another person of that name" ` + uetr)
	o.do(exitOK, `approve --as compliance-2 --reason "passport seen" `+release, "carried out as")
	o.do(exitOK, `queue --as operator-1`, "urgent", "liquidity", "9250000.50")
	o.do(exitUsage, `cancel --as beta --reason "not mine" `+uetr, "no payment "+uetr)
	o.do(exitOK, `cancel --as alpha --reason "sent twice" `+uetr, "carried out as")
	o.do(exitOK, `queue --as operator-1`, "nothing waits")
	o.do(exitUsage, `refuse --as compliance-1 --reason "late" `+uetr, "the payment is cancelled")

	// A suspension, and what the versions say.
	suspend := o.asked(`participant suspend --as operator-1 --reason "licence withdrawn" BETATHBK`)
	o.do(exitOK, `approve --as operator-2 --reason "letter seen" `+suspend, "carried out as")
	o.do(exitOK, `versions --as alpha BETATHBK`, "suspended", "as sent")
	o.do(exitOK, `quarantine --as operator-1`, "there is nothing to take out")
	o.do(exitUsage, `quarantine --as operator-1 --reason "x" 1.0`, "stands before no entry")

	o.changes()
	o.records()
}

// changes has the operators change the directory from a file, and wants serve to
// tell of a difference and to apply none.
func (o *office) changes() {
	o.t.Helper()
	path := filepath.Join(o.folder, configName)
	text, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	o.do(exitOK, `apply --as operator-1 --dry-run -f `+path, "nothing to change")
	edited := filepath.Join(o.folder, "next.yaml")
	next := strings.Replace(string(text), `name: "Beta"`, "name: Beta Bank\n    versions: [pacs.008.001.09]", 1)
	next = strings.Replace(next, `credit-line: "5000000.00"`, `credit-line: "6000000.00"`, 1)
	if err := os.WriteFile(edited, []byte(next), 0o600); err != nil {
		o.t.Fatal(err)
	}
	changes := []string{"~ participant BETATHBK", "name Beta → Beta Bank", "version of pacs.008 pacs.008.001.09", "credit line 5000000.00 → 6000000.00"}
	o.do(exitOK, `apply --as operator-1 --dry-run -f `+edited, append(changes, "3 changes; without --dry-run they are asked for")...)
	o.do(exitUsage, `apply --as operator-1 -f `+edited, "--reason is missing")
	o.do(exitUsage, `apply --as compliance-1 --reason "x" -f `+edited, "role does not cover this")
	change := o.asked(`apply --as operator-1 --reason "a larger line" -f `+edited, changes...)
	o.do(exitOK, `approvals --as operator-2`, append(changes, change+" changes:")...)
	var out applied
	if err := json.Unmarshal([]byte(o.do(exitOK, `apply --as operator-1 --json --dry-run -f `+edited)), &out); err != nil || len(out.Changes) != 3 || out.Request != nil {
		o.t.Errorf("%+v, %v", out, err)
	}
	o.do(exitOK, `approve --as operator-2 --reason "limit committee" `+change, "carried out as")
	o.do(exitOK, `versions --as alpha BETATHBK`, "Beta Bank", "suspended", "pacs.008.001.09; others as sent")
	if err := o.server.stop(); err != nil {
		o.t.Fatal(err)
	}
	if told := o.serve(); !strings.Contains(told, "the configuration differs from the directory in the books, which counts") || !strings.Contains(told, "name Beta Bank → Beta") {
		o.t.Errorf("at start serve tells:\n%s", told)
	}
	o.do(exitOK, `versions --as alpha BETATHBK`, "Beta Bank")
	// With certificates that are gone the gateway starts all the same: the books count.
	if err := os.Remove(filepath.Join(o.folder, "certs", "beta", "cert.pem")); err != nil {
		o.t.Fatal(err)
	}
	if err := o.server.stop(); err != nil {
		o.t.Fatal(err)
	}
	if told := o.serve(); !strings.Contains(told, "are not compared") {
		o.t.Errorf("at start serve tells:\n%s", told)
	}
}

// records wants every decision of the day in the list, with person and reason.
func (o *office) records() {
	o.t.Helper()
	o.do(exitOK, `decisions --as operator-1`, "opening of the day", "Officer 2", "a name on a list", "refused: Officer 1 asked for", "wages", "licence withdrawn", "limit committee", "declined: not today")
	if out := o.do(exitOK, `decisions --as alpha`, "sent twice"); strings.Contains(out, "a name on a list") {
		o.t.Errorf("a bank reads why its payment was held: %s", out)
	}
	var list gateway.DecisionsView
	if err := json.Unmarshal([]byte(o.do(exitOK, `decisions --as compliance-2 --json --action release`)), &list); err != nil || len(list.Decisions) != 1 || list.Decisions[0].Outcome != gateway.OutcomeDone {
		o.t.Errorf("%+v, %v", list, err)
	}
	o.do(exitOK, `decisions --as operator-1 --max 1`, "there are more: --before")
}

// TestQuarantineCommand: an entry that no program knows is planted into the log of
// a gateway that is stopped. It starts, answers and refuses; two operators take the
// entry out; it goes on without a restart.
func TestQuarantineCommand(t *testing.T) {
	o := openOffice(t)
	if err := o.server.stop(); err != nil {
		t.Fatal(err)
	}
	plant(t, filepath.Join(o.folder, "data"))
	if told := o.serve(); !strings.Contains(told, "the lane has stopped before an entry that it cannot apply") {
		t.Errorf("at start serve tells:\n%s", told)
	}
	payment := filepath.Join("..", "..", "messages", "testdata", "pacs.008.001.08.xml")
	o.do(exitUsage, `send --as alpha `+payment, "503 Service Unavailable", "takes no new orders", "reads go on")
	o.do(exitUsage, `issue --as yuan-issuer-1 --bank ALPHCNBJ --currency CNY --amount 10.00 --reason "x"`, "takes no new orders")
	o.do(exitOK, `accounts --as alpha`, "ALPHCNBJ")
	out := o.do(exitOK, `quarantine --as operator-1`, "order of unknown kind 99", "kind 99, unknown to this program", "two operators")
	t.Logf("%s", out)
	m := regexp.MustCompile(`stands before entry (\d+\.\d+),`).FindStringSubmatch(out)
	if m == nil {
		t.Fatal("the entry is not named")
	}
	place := m[1]
	o.do(exitUsage, `quarantine --as compliance-1 --reason "x" `+place, "needs the role operator")
	o.do(exitUsage, `quarantine --as operator-1 --reason "x" 999.0`, "stands before "+place)
	m = askedAs.FindStringSubmatch(o.do(exitOK, `quarantine --as operator-1 --reason "a newer program wrote it" `+place, "another operator says the same"))
	if m == nil {
		t.Fatal("the request is not named")
	}
	eventually(t, func() bool {
		return strings.Contains(o.do(exitOK, `quarantine --as operator-2`), "Operator 1 asked at")
	})
	o.do(exitUsage, `quarantine --as operator-1 --reason "once more" `+place, "Operator 1 has asked for this already")
	o.do(exitOK, `approvals --as operator-2`, m[1], "approve", "quarantine entry "+place)
	o.do(exitOK, `quarantine --as operator-2 --reason "agreed" `+place, "carried out as")
	o.do(exitOK, `quarantine --as operator-1`, "there is nothing to take out")
	o.do(exitOK, `send --as alpha `+payment, "accepted at")
	o.do(exitOK, `decisions --as operator-1 --action quarantine`, m[1], "a newer program wrote it", "agreed")
}

// plant puts an order of an unknown kind into the log of a gateway that is stopped.
func plant(t *testing.T, data string) {
	t.Helper()
	books, err := store.Open(filepath.Join(data, "books.db"))
	if err != nil {
		t.Fatal(err)
	}
	state := books.State()
	if err := books.Close(); err != nil {
		t.Fatal(err)
	}
	embedded, err := gateway.StartEmbedded(filepath.Join(data, "log"), zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer embedded.Stop()
	nc, err := embedded.Connect()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	orders, err := gateway.OpenOrders(t.Context(), nc, state, "test", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		orders.Run(ctx)
	}()
	if _, err := orders.Append(ctx, gateway.Order{Kind: 99, Payload: store.Pack([]byte("from the future"))}); err != nil {
		t.Fatal(err)
	}
	done()
	<-ended
}

func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for end := time.After(rigPatience); !holds(); {
		select {
		case <-ticks.C:
		case <-end:
			t.Fatal("it never came true")
		}
	}
}

// TestTellDifferences is bounded.
func TestTellDifferences(t *testing.T) {
	var out bytes.Buffer
	tellDifferences(streams{err: &out}, make([]routing.Difference, maxTold+3))
	if !strings.HasSuffix(out.String(), "  and 3 more\n") || strings.Count(out.String(), "\n") != maxTold+2 {
		t.Errorf("%s", &out)
	}
	out.Reset()
	tellDifferences(streams{err: &out}, nil)
	if out.Len() > 0 {
		t.Errorf("%s", &out)
	}
}
