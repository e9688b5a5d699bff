package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
)

// lives is a gateway with a door that is backed up, lost and restored again and again.
type lives struct {
	*doorRig
	t     *testing.T
	first Settings
	sent  int
}

func newLives(t *testing.T) *lives {
	l := &lives{t: t}
	l.doorRig = openDoorRigWith(t, func(s *Settings) { l.first = *s }, nil)
	l.first.Folder = l.folder
	l.issue(testBanks[0], "90000000.00")
	return l
}

// pays sends so many payments to the second bank.
func (l *lives) pays(n int) {
	l.t.Helper()
	for range n {
		l.sent++
		l.pay(testBanks[0], testBanks[1], l.sent)
	}
}

func (l *lives) backUp() string {
	l.t.Helper()
	l.decide("operator", Decision{Action: ActionBackup, Time: time.Now().Add(time.Hour), Reason: "test"})
	a := l.do("operator", http.MethodPost, "/v1/backups", nil, nil)
	path := filepath.Join(l.t.TempDir(), "backup.zip")
	if err := os.WriteFile(path, a.body, 0o600); err != nil || a.StatusCode != http.StatusOK {
		l.t.Fatalf("%s %v", a.Status, err)
	}
	return path
}

// loseAndRestore ends the node, restores a backup alone, and has two operators accept
// it behind the same door.
func (l *lives) loseAndRestore(backup string) {
	l.t.Helper()
	l.end()
	l.first.Folder = filepath.Join(l.t.TempDir(), "data")
	if _, err := Restore(context.Background(), Restoring{Backup: backup, Folder: l.first.Folder, Log: zap.NewNop()}); err != nil {
		l.t.Fatal(err)
	}
	l.restart()
	l.both("operator", "operator-2", Decision{Action: ActionRestoreAccept, Subject: l.node.restored.Load().subject(), Reason: "the banks were asked"})
}

func (l *lives) restart() {
	l.t.Helper()
	n, err := Start(context.Background(), l.first)
	if err != nil {
		l.t.Fatal(err)
	}
	l.node = n
	if l.door, err = OpenDoor(n, DoorSettings{Listen: "127.0.0.1:0", TLS: l.files, Limits: testLimits(), Clock: time.Now}); err != nil {
		l.t.Fatal(err)
	}
	go func(d *Door) {
		if err := d.Serve(); err != nil {
			l.t.Error(err)
		}
	}(l.door)
}

// end closes the door and ends the node.
func (l *lives) end() {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testPatience)
	defer cancel()
	must(l.t, l.door.Close(ctx))
	must(l.t, l.node.Close())
}

// boxAnswer is an answer of the second bank's mailbox.
type boxAnswer struct {
	Mailbox  string
	Messages []struct {
		Number  uint64
		Message string
	}
}

func (l *lives) read(query string) (b boxAnswer, problem string) {
	l.t.Helper()
	a := l.get(testBanks[1], "/v1/mailbox?max=1000"+query)
	if a.StatusCode != http.StatusOK {
		return b, a.problem()
	}
	if err := json.Unmarshal(a.body, &b); err != nil {
		l.t.Fatal(err)
	}
	return b, ""
}

func (l *lives) ack(upTo uint64, id string) string {
	l.t.Helper()
	body := fmt.Sprintf(`{"upTo":%d}`, upTo)
	if id != "" {
		body = fmt.Sprintf(`{"upTo":%d,"mailbox":%q}`, upTo, id)
	}
	a := l.post(testBanks[1], "/v1/mailbox/ack", jsonContent, []byte(body))
	return a.problem()
}

// TestNumbersOfALostLog: a gateway is restored from a backup without its log, twice
// from the same backup, and then from one of its later life. A bank that goes on at a
// number that was given anew is told so, wherever it names it, and misses nothing.
func TestNumbersOfALostLog(t *testing.T) {
	l := newLives(t)
	l.pays(5)
	old := l.backUp()
	l.pays(4) // 6 to 9 are lost
	if b, _ := l.read("&from=6"); len(b.Messages) != 4 || b.Mailbox != "" {
		t.Fatalf("before: %d messages of mailbox %q", len(b.Messages), b.Mailbox)
	}
	if problem := l.ack(4, ""); problem != "" {
		t.Fatal(problem)
	}
	l.loseAndRestore(old)
	l.pays(6) // under 6 to 11
	b, _ := l.read("")
	second := b.Mailbox
	if second == "" || len(b.Messages) != 11 {
		t.Fatalf("after the restore: %d messages of mailbox %q", len(b.Messages), second)
	}
	const another = "another-mailbox"
	for _, c := range []struct{ what, got, want string }{
		{"from behind the backup", problemOf(l.read("&from=6")), ""},
		{"from a number that was given anew", problemOf(l.read("&from=7")), another},
		{"the same, of this mailbox", problemOf(l.read("&from=7&mailbox=" + second)), ""},
		{"of one that was never here", problemOf(l.read("&from=2&mailbox=0011")), another},
		{"acknowledged of the old", l.ack(9, ""), another},
		{"acknowledged of both", l.ack(5, ""), ""},
		{"acknowledged of this", l.ack(8, second), ""},
		{"a stream behind the old", l.events("9"), another},
		{"a stream behind both", l.events("5"), "6@" + second},
		{"a stream behind this", l.events("9@" + second), "10@" + second},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if a := l.get(testBanks[1], "/v1/mailbox?from=8"); !strings.Contains(string(a.body), "read from 6 with mailbox="+second) {
		t.Errorf("it does not say what to do: %s", a.body)
	}
	later := l.backUp()
	l.pays(3) // 12 to 14 are lost
	l.loseAndRestore(old)
	l.pays(4) // 6 to 9 once more
	b, _ = l.read("")
	again := b.Mailbox
	if again == second || again == "" {
		t.Errorf("mailbox %q was %q in the life before", again, second)
	}
	if _, problem := l.read("&from=7&mailbox=" + second); problem != another {
		t.Errorf("a number of a life that this log has not lived: %q", problem)
	}
	l.loseAndRestore(later)
	l.pays(2) // 12 and 13
	b, _ = l.read("")
	third := b.Mailbox
	for _, c := range []struct{ what, got, want string }{
		{"of the first life, behind the first backup", problemOf(l.read("&from=6")), ""},
		{"of the first life, above it", problemOf(l.read("&from=7")), another},
		{"of the second life, behind the second backup", problemOf(l.read("&from=12&mailbox=" + second)), ""},
		{"of the second life, above it", problemOf(l.read("&from=13&mailbox=" + second)), another},
		{"of the third life", problemOf(l.read("&from=13&mailbox=" + third)), ""},
		{"of the life that was lost", problemOf(l.read("&from=3&mailbox=" + again)), another},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	state := l.node.Books.State()
	l.end()
	l.restart() // it forgets nothing
	if b, _ = l.read(""); b.Mailbox != third {
		t.Errorf("after a restart mailbox %q, was %q", b.Mailbox, third)
	}
	l.end()
	replayed, err := Replay(context.Background(), NATSSettings{}, l.first.Folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !replayed.Same() || replayed.Own.Digest != state.Digest {
		t.Errorf("rebuilt to %x, want %x: %v %v", replayed.Rebuilt.Digest, state.Digest, replayed.Differences, err)
	}
	l.restart()
}

func problemOf(_ boxAnswer, problem string) string { return problem }

// events opens the stream behind an event and gives the id of the next one, or the
// problem.
func (l *lives) events(last string) string {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+l.door.Address()+"/v1/mailbox/stream", nil)
	must(l.t, err)
	request.Header.Set("Last-Event-ID", last)
	response, err := l.client(testBanks[1]).Do(request)
	must(l.t, err)
	defer response.Body.Close() //nolint:errcheck // only read
	if response.StatusCode != http.StatusOK {
		var v problemView
		must(l.t, json.NewDecoder(response.Body).Decode(&v))
		return v.Type[len(problemType):]
	}
	for text := ""; ; {
		b := make([]byte, 1)
		_, err := response.Body.Read(b)
		must(l.t, err)
		text += string(b)
		if _, id, found := strings.Cut(text, "id: "); found && strings.HasSuffix(id, "\n") {
			return strings.TrimSpace(id)
		}
	}
}
