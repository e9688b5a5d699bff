package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// says runs a command of the program on the rig's gateway and wants an exit code and
// words.
func (r *rig) says(code int, want string, args ...string) string {
	r.t.Helper()
	var out, complaints bytes.Buffer
	got := run(r.t.Context(), args, streams{strings.NewReader(""), &out, &complaints})
	all := out.String() + complaints.String()
	if got != code || !strings.Contains(all, want) {
		r.t.Fatalf("dragoman %s: exit %d, want %d and %q:\n%s", strings.Join(args, " "), got, code, want, all)
	}
	return out.String()
}

// as are the options of a command that talks to the rig's gateway.
func (r *rig) as(name string, args ...string) []string {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	return append(args, "--dir", r.folder, "--server", r.server.current.url, "--as", name)
}

// permit has one operator ask that it may take backups, and another approve.
func (r *rig) permit(first, second string) {
	r.t.Helper()
	asked := askedAs.FindStringSubmatch(r.says(exitOK, "", r.as(first, "permit-backups", "--reason", "nightly")...))
	if asked == nil {
		r.t.Fatal("the request has no number")
	}
	r.says(exitOK, "", r.as(second, "approve", asked[1], "--reason", "agreed")...)
}

// TestProofsOfARealGateway goes through everything that somebody does who checks a
// gateway or brings it back: checkpoints, exports, verification, audits, backups,
// restores, another signing key, all with the program itself.
func TestProofsOfARealGateway(t *testing.T) {
	r := newRig(t)
	file := func(name string) string { return filepath.Join(r.folder, name) }
	public := file("keys/checkpoint.pub")
	r.settled(r.pay(10))
	bank := r.banks[0].as
	r.says(exitOK, "written to", r.as(bank, "checkpoint", "--out", file("kept.txt"), "--key", public)...)
	r.says(exitUsage, "one operator alone takes no backup", r.as("operator-1", "backup", "--out", file("never.zip"))...)
	r.permit("operator-1", "operator-2")
	r.says(exitUsage, "one operator alone takes no backup", r.as("operator-2", "backup", "--out", file("never.zip"))...)
	r.says(exitOK, "digest of the books", r.as("operator-1", "backup", "--out", file("backup.zip"))...)
	r.settled(r.pay(10))
	r.says(exitOK, "every log has only grown", r.as(bank, "checkpoint", "--against", file("kept.txt"), "--key", public)...)
	r.says(exitOK, "written to", r.as("operator-2", "checkpoint", "--out", file("later.txt"))...)
	r.says(exitOK, "the audit is clean", r.as("operator-1", "audit")...)
	r.says(exitOK, "with nothing changed: the same digest", r.as("operator-1", "whatif", "--from", "now")...)
	r.says(exitOK, `"same": true`, r.as("operator-1", "whatif", "--from", "now", "--json")...)
	r.says(exitUsage, "role does not cover", r.as(bank, "whatif", "--from", "now")...)
	r.says(exitUsage, "from now alone", r.as("operator-1", "whatif", "--from", "3")...)
	r.says(exitUsage, "role does not cover", r.as("operator-1", "export", "--reason", "x")...)
	r.says(exitUsage, "reason", r.as("compliance-1", "export", "--out", file("never.zip"))...)
	r.says(exitOK, "These are all records of the log global", r.as("compliance-1", "export", "--reason", "audit", "--against", file("kept.txt"), "--out", file("all.zip"))...)
	r.says(exitOK, "history only grew", "verify", file("all.zip"), "--key", public, "--against", file("kept.txt"))
	r.says(exitUsage, "--key is needed", "verify", file("all.zip"))
	var exported exportedView
	if err := json.Unmarshal([]byte(r.says(exitOK, "", r.as(bank, "export", "--reason", "own", "--type", "pacs.002", "--json", "--out", file("own.zip"))...)), &exported); err != nil || exported.Records < 20 || exported.Complete {
		t.Errorf("a bank's own answers: %+v %v", exported, err)
	}
	raw, err := os.ReadFile(file("own.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file("short.zip"), raw[:len(raw)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	r.says(exitUsage, "not whole", "verify", file("short.zip"), "--key", public)
	r.stop()

	data := file("data")
	r.says(exitOK, "the audit is clean", "audit", "--data", data, "--against", file("kept.txt"), "--key", public)
	r.says(exitOK, "the same digest", "replay", "--data", data)
	r.says(exitOK, "the same digest", "replay", "--backup", file("backup.zip"))
	r.says(exitOK, "again with nothing changed: the same digest", "whatif", "--data", data)
	r.says(exitUsage, "need --from", "whatif", "--data", data, "--expect", time.Now().UTC().Format(time.DateOnly))
	r.says(exitOK, "behind group 5, ", "whatif", "--data", data, "--from", "5", "--expect", time.Now().UTC().Format(time.DateOnly), "--saving", "alone")
	r.says(exitOK, "with nothing changed: the same digest", "whatif", "--backup", file("backup.zip"), "--from", "now")
	r.says(exitOK, "settle only with the change", "whatif", "--backup", file("backup.zip"), "--saving", "alone")
	// Restored beside the newer log nothing is lost; alone, the checkpoint that was kept
	// is older still, so it holds.
	if err := os.Rename(data, file("old")); err != nil {
		t.Fatal(err)
	}
	r.says(exitOK, "is laid out", "restore", file("backup.zip"), data, "--log", file("old/log"), "--key", public)
	r.says(exitOK, "public key is", "rotate-key", "--config", file(configName))
	r.start()
	r.settled(r.pay(3))
	r.says(exitOK, "every log has only grown", r.as(bank, "checkpoint", "--against", file("kept.txt"), "--key", public)...)
	r.says(exitOK, "These are all records", r.as("compliance-1", "export", "--reason", "audit", "--out", file("later.zip"))...)
	r.says(exitOK, "holds", "verify", file("later.zip"), "--key", public)
	r.stop()
	r.says(exitOK, "the audit is clean", "audit", "--data", data, "--against", file("kept.txt"), "--key", public)
	// The backup alone is older than the later checkpoint: that shows.
	older := file("older")
	r.says(exitOK, "accepted", "restore", file("backup.zip"), older)
	r.says(exitInvalid, "books and log were rolled back", "audit", "--data", older, "--against", file("later.txt"), "--key", public)
	r.digest()
}
