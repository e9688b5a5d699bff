package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"dragoman/configs"
)

var updateInit = flag.Bool("update-init", false, "write the golden files of init anew")

// runInit runs the command; its error is what a user is shown.
func runInit(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err = initCommand().run(t.Context(), args, streams{strings.NewReader(""), &stdout, &stderr})
	if stderr.Len() > 0 {
		t.Errorf("on standard error: %s", &stderr)
	}
	return stdout.String(), err
}

// refusedInit wants a refusal with that text.
func refusedInit(t *testing.T, want string, args ...string) {
	t.Helper()
	if _, err := runInit(t, args...); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%q: %v; want %q", args, err, want)
	}
}

func goldenInit(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *updateInit {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s (-update-init writes it anew):\n%s", path, got)
	}
}

func TestInit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gateway")
	out, err := runInit(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	goldenInit(t, "init.txt", strings.ReplaceAll(out, shellWord(dir), "DIR"))
	text, err := os.ReadFile(filepath.Join(dir, configName))
	if err != nil {
		t.Fatal(err)
	}
	goldenInit(t, "init.yaml", regexp.MustCompile(`nkey: U[A-Z2-7]{55}\n`).ReplaceAllString(string(text), "nkey: NKEY\n"))

	files := 0
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
	if files < 72 {
		t.Errorf("%d files, want at least 72", files)
	}
}

func TestInitCheckpointKey(t *testing.T) {
	dir := t.TempDir()
	if _, err := runInit(t, dir); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Load(filepath.Join(dir, configName))
	if err != nil {
		t.Fatal(err)
	}
	secret, err := os.ReadFile(c.Path(c.Node.Checkpoints.Key))
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(filepath.Join(dir, "keys", "checkpoint.pub"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(secret)))
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(public)))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: "checkpoint\n"}, signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(signed, note.VerifierList(verifier)); err != nil {
		t.Error(err)
	}
}

func TestInitRefusesWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	refusedInit(t, "is not empty; --force", dir)
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Error("something was written all the same")
	}
	for range 2 { // over a foreign file, then over its own
		if _, err := runInit(t, "--force", dir); err != nil {
			t.Error(err)
		}
	}
	if b, err := os.ReadFile(mine); err != nil || string(b) != "mine" {
		t.Errorf("the file that was there is %q, %v", b, err)
	}
	refusedInit(t, "mine.txt", mine)
}

func TestInitBanks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's here")
	out, err := runInit(t, "--json", "--bank", "ALPHDEFF=Alpha: \"A\" & Söhne", dir, "--bank", "BETACNBJ=银行")
	if err != nil {
		t.Fatal(err)
	}
	var made folder
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		t.Fatal(err)
	}
	if len(made.Participants) != 4+6+2 || made.Participants[10].As != "alpha-a-s-hne" || made.Participants[11].As != "betacnbj" || made.Participants[11].Name != "银行" {
		t.Errorf("%+v", made.Participants)
	}
	c, err := configs.Load(filepath.Join(dir, configName))
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Participants[4]; p.Name != `Alpha: "A" & Söhne` || p.BIC != "ALPHDEFF" || len(p.Accounts) != 3 {
		t.Errorf("%+v", p)
	}
	if line := c.Participants[5].Accounts[0]; line.Currency != "CNY" || line.CreditLine != "5000000.00" {
		t.Errorf("a Chinese bank has %+v", line)
	}
	if got, want := shellWord("it's"), `'it'\''s'`; got != want {
		t.Errorf("shellWord gives %s", got)
	}
}

func TestInitRefusesBanks(t *testing.T) {
	for _, test := range []struct{ bank, want string }{
		{"ALPHDEFF", "write BIC=NAME"}, {"=Alpha", "write BIC=NAME"}, {"ALPH=Alpha", "want 8 or 11"}, {"ALPHZZFF=Alpha", "not a country code"},
		{"ALPHDEFF=A\nB", "on one line"}, {"ALPHDEFF=" + strings.Repeat("A", 65), "1 to 64 bytes"}, {"ALPHDEFF= A", "on one line"},
		{gatewayBIC + "=Alpha", "is that of Dragoman already"}, {"ALPHDEFF=YUAN issuer 1", "is that of Yuan Issuer already"},
	} {
		dir := filepath.Join(t.TempDir(), "gateway")
		refusedInit(t, test.want, "--bank", test.bank, dir)
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%q: the folder was made all the same", test.bank)
		}
	}
	refusedInit(t, "name the one folder")
	refusedInit(t, "name the one folder", "a", "b")
}
