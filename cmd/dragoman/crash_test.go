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
			settings := proofSettings{payments: 80, senders: 3, seed: 5, folder: t.TempDir(), keep: true, stall: 1, spoil: c.spoil}
			err := proveCrash(t.Context(), settings, streams{out: &out, err: io.Discard})
			if !errors.Is(err, errInvalid) || !strings.Contains(out.String(), c.want) || !strings.Contains(out.String(), "--seed 5") {
				t.Errorf("%v: it does not say %q:\n%s", err, c.want, out.String())
			}
			if histories, err := os.ReadFile(filepath.Join(settings.folder, "histories.txt")); err != nil || len(histories) == 0 {
				t.Errorf("no histories are kept: %v", err)
			}
		})
	}
}
