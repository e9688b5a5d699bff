package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNATSCommands: a bank sends and reads over NATS with nothing but what init
// made, and whoever holds another key is told so.
func TestNATSCommands(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gateway")
	if _, err := runInit(t, "--bank", "ALPHCNBJ=Alpha", "--bank", "BETATHBK=Beta", folder); err != nil {
		t.Fatal(err)
	}
	server, err := startServing(t.Context(), folder, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.stop(); err != nil {
			t.Error(err)
		}
	}()
	payment := filepath.Join("..", "..", "messages", "testdata", "pacs.008.001.08.xml")
	do := func(want int, args ...string) string {
		t.Helper()
		var out, complaints bytes.Buffer
		args = append(args, "--dir", folder, "--server", server.nats)
		if code := run(t.Context(), args, streams{strings.NewReader(""), &out, &complaints}); code != want {
			t.Errorf("%v: exit %d\n%s%s", args, code, &out, &complaints)
		}
		return out.String() + complaints.String()
	}
	has := func(got string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%q lacks %q", got, want)
			}
		}
	}
	has(do(exitOK, "send", "--as", "alpha", payment), "accepted at", "8a562c67-ca16-48ba-b074-65581be6f011")
	has(do(exitOK, "inbox", "--as", "alpha"), "1  pacs.002")
	has(do(exitOK, "inbox", "--as", "alpha", "--json"), `"number":1`, `"possibleDuplicate":true`)
	has(do(exitOK, "inbox", "--as", "alpha", "--ack"), "1  pacs.002")
	if got := do(exitOK, "inbox", "--as", "alpha", "--ack"); strings.Contains(got, "1  pacs.002") {
		t.Errorf("what was acknowledged comes again: %s", got)
	}
	has(do(exitOK, "inbox", "--as", "beta", "--ack"), "1  pacs.008")
	has(do(exitOK, "send", "--as", "beta", payment), "accepted at") // refused in the mailbox
	has(do(exitOK, "inbox", "--as", "beta", "--ack"), "DS0H")
	has(do(exitUsage, "send", "--as", "operator-1", payment), "read the NKEY", "banks and issuers have one")
	has(do(exitUsage, "accounts", "--as", "alpha"), "over HTTPS")
	has(do(exitUsage, "inbox", "--as", "alpha", "--follow"), "needs --ack")
	has(do(exitUsage, "send", "--as", "alpha", filepath.Join("testdata", "garbage.xml")), "the gateway answers 400 Bad Request")
	_, seed, err := newNKey()
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "certs", "alpha", nkeyFile), seed, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	has(do(exitUsage, "inbox", "--as", "alpha"), "lets nobody in with the NKEY U", "'dragoman apply'")
}
