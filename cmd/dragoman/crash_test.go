package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"dragoman/cmd/dragoman/disk"
	"dragoman/messages"
)

// TestCrash is 'dragoman prove crash' in its short form: the serving process is
// killed while banks send over HTTPS and NATS, and everything is accounted for.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("the proof runs the whole program")
	}
	code, out, complaints := called(t, "", "prove", "crash", "--payments", "600", "--kills", "5", "--stops", "1", "--pauses", "0", "--json")
	var result crashResult
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("exit %d: %v\n%s\n%s", code, err, out, complaints)
	}
	t.Logf("%s", out)
	if code != exitOK || len(result.Violations) > 0 {
		t.Errorf("exit %d: seed %d: %q\n%s", code, result.Seed, result.Violations, complaints)
	}
	if result.Payments < 600 || result.Kills != 5 || result.Stops != 1 || result.Starts < 7 || result.Unanswered == 0 || result.Settled == 0 || result.Waited == 0 {
		t.Errorf("too little has happened to prove anything: %s", out)
	}
	for _, kind := range []letterKind{kindPlain, kindBatch, kindLarge, kindRecalled, kindConflict, kindUnknown, kindForeign, kindInvalid, kindMalformed, kindRecall, kindRepeat} {
		if result.Messages[string(kind)] == 0 {
			t.Errorf("no message of kind %s was sent", kind)
		}
	}
}

// TestCrashFindsFaults makes the mailboxes of a bank lie, as a gateway with a defect
// would: the proof must find each, name it, print the seed and keep the folder.
func TestCrashFindsFaults(t *testing.T) {
	t.Parallel() // it waits more than it works
	if testing.Short() {
		t.Skip("it runs the whole program")
	}
	const liar = "lotus-bank" // it comes by HTTPS
	once := func(change func(box []mail, at int) []mail, kind string) func(string, []mail) []mail {
		var done atomic.Bool // the bank reads in several goroutines
		return func(as string, box []mail) []mail {
			for i := range box {
				if as == liar && messages.KindOf(box[i].Type) == kind && box[i].Number > 3 && done.CompareAndSwap(false, true) {
					return change(slices.Clone(box), i)
				}
			}
			return box
		}
	}
	always := func(change func(m mail) mail) func(string, []mail) []mail {
		return func(as string, box []mail) []mail {
			box = slices.Clone(box)
			for i := range box {
				if as == liar {
					box[i] = change(box[i])
				}
			}
			return box
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(as string, box []mail) []mail
		want  string
	}{
		{"a payment comes under two numbers", once(func(box []mail, at int) []mail {
			again := box[at]
			again.Number = box[len(box)-1].Number + 100_000
			return append(box, again)
		}, "pacs.008"), "came to its receiver 2 times"},
		{"a number is left out", always(func(m mail) mail {
			if m.Number >= 4 {
				m.Number++
			}
			return m
		}), "and lacks 4"},
		{"a message changes", once(func(box []mail, at int) []mail {
			changed := box[at]
			changed.PossibleDuplicate, changed.Message = true, changed.Message+" "
			return slices.Insert(box, at+1, changed)
		}, "pacs.002"), "came again with other content"},
		{"an answer says something else", always(func(m mail) mail {
			m.Message = strings.ReplaceAll(m.Message, "<TxSts>ACSC</TxSts>", "<TxSts>RJCT</TxSts>")
			return m
		}), "was answered RJCT and the books say settled, ACSC"},
		{"a payment does not come", func(as string, box []mail) []mail {
			return slices.DeleteFunc(slices.Clone(box), func(m mail) bool { return as == liar && messages.KindOf(m.Type) == "pacs.008" })
		}, "came to its receiver 0 times"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			settings := proofSettings{payments: 80, senders: 3, seed: 5, folder: t.TempDir(), rounds: 1, stall: 1, spoil: c.spoil}
			err := proofs()[0].run(t.Context(), settings, streams{out: &out, err: io.Discard})
			if !errors.Is(err, errInvalid) || !strings.Contains(out.String(), c.want) || !strings.Contains(out.String(), "--seed 5") {
				t.Errorf("%v: it does not say %q:\n%s", err, c.want, out.String())
			}
			if histories, err := os.ReadFile(filepath.Join(settings.folder, "histories.txt")); err != nil || len(histories) == 0 {
				t.Errorf("no histories are kept: %v", err)
			}
		})
	}
}

// TestPower is 'dragoman prove power' in its short form: the data is on a disk that
// forgets what was not synced, and fails.
func TestPower(t *testing.T) {
	t.Parallel() // it waits more than it works
	if testing.Short() {
		t.Skip("the proof runs the whole program")
	}
	if err := disk.Usable(); err != nil {
		t.Skip(err)
	}
	code, out, complaints := called(t, "", "prove", "power", "--payments", "300", "--cuts", "4", "--errors", "2", "--stops", "0", "--json")
	var result crashResult
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("exit %d: %v\n%s\n%s", code, err, out, complaints)
	}
	t.Logf("%s", out)
	if code != exitOK || len(result.Violations) > 0 {
		t.Errorf("exit %d: seed %d: %q\n%s", code, result.Seed, result.Violations, complaints)
	}
	if result.Cuts < 4 || result.Errors != 2 || result.Unsynced == 0 || result.Settled == 0 {
		t.Errorf("too little has happened to prove anything: %s", out)
	}
}

// TestRounds breaks a proof in rounds off and goes on with it, and another one is
// refused in its folder.
func TestRounds(t *testing.T) {
	t.Parallel() // it waits more than it works
	if testing.Short() {
		t.Skip("the proof runs the whole program")
	}
	folder := t.TempDir()
	rounds := func(n string, more ...string) (code int, out, complaints string) {
		args := []string{"prove", "crash", "--payments", "40", "--kills", "1", "--stops", "0", "--pauses", "0", "--folder", folder, "--rounds", n, "--json"}
		return called(t, "", append(args, more...)...)
	}
	if code, out, complaints := rounds("2"); code != exitOK {
		t.Fatalf("exit %d: %s\n%s", code, out, complaints)
	}
	code, out, complaints := rounds("3")
	var result crashResult
	if err := json.Unmarshal([]byte(out), &result); err != nil || code != exitOK {
		t.Fatalf("exit %d, %v: %s\n%s", code, err, out, complaints)
	}
	if result.Rounds != 3 || result.Kills != 3 || strings.Contains(complaints, "round 2 of") || !strings.Contains(complaints, "round 3 of 3, seed 3") {
		t.Errorf("%s\n%s", out, complaints)
	}
	if code, _, complaints := rounds("3", "--seed", "7"); code != exitUsage || !strings.Contains(complaints, "name another folder") {
		t.Errorf("exit %d: %s", code, complaints)
	}
}
