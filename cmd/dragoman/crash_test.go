package main

import (
	"encoding/json"
	"testing"
)

// TestCrash is 'dragoman prove crash' in its short form: the serving process is
// killed while banks send over HTTPS and NATS, and everything is accounted for.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("the proof runs the whole program")
	}
	code, out, complaints := called(t, "", "prove", "crash", "--payments", "600", "--kills", "5", "--pauses", "0", "--json")
	var result crashResult
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("exit %d: %v\n%s\n%s", code, err, out, complaints)
	}
	t.Logf("%s", out)
	if code != exitOK || len(result.Violations) > 0 {
		t.Errorf("exit %d: seed %d: %q\n%s", code, result.Seed, result.Violations, complaints)
	}
	if result.Payments < 600 || result.Kills != 5 || result.Starts < 6 || result.Unanswered == 0 || result.Settled == 0 || result.Waited == 0 {
		t.Errorf("too little has happened to prove anything: %s", out)
	}
	for _, kind := range []letterKind{kindPlain, kindBatch, kindLarge, kindRecalled, kindConflict, kindUnknown, kindForeign, kindInvalid, kindMalformed, kindRecall, kindRepeat} {
		if result.Messages[string(kind)] == 0 {
			t.Errorf("no message of kind %s was sent", kind)
		}
	}
}
