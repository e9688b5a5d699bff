package gateway

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/settlement"
)

// TestWhateverBanksSay: every kind of message in every version, about something that
// stands in the books and for banks that hear in other versions, as it should be,
// larger than anybody writes it, with other values and broken: the lane goes on,
// somebody hears of it, and what goes out is valid. DRAGOMAN_HOSTILE is how often
// everything is done, each time with other versions and changes.
func TestWhateverBanksSay(t *testing.T) {
	seed, turns, changes := seedOf(t), 2, 4
	if testing.Short() {
		turns, changes = 1, 3
	}
	if text := os.Getenv("DRAGOMAN_HOSTILE"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		turns, changes = n, 20
	}
	sent, passed, versions := map[string]int{}, map[string]int{}, map[string]bool{}
	for i := range scenes {
		of := &scenes[i]
		t.Run(of.name, func(t *testing.T) {
			for turn := range turns {
				s := newStand(t, of, turn)
				for k := range of.kinds {
					for _, version := range versionsOf(of.kinds[k].kind) {
						versions[version] = true
						s.says(seed, &of.kinds[k], version, turn, changes, sent)
					}
				}
				s.tick(s.lane.engine.Now() + settlement.Moment(400*24*3600e9)) // whatever nobody has answered ends
				s.letters()
				s.rebuild()
				for what, n := range s.passed {
					passed[what] += n
				}
			}
		})
	}
	total := 0
	for _, kind := range slices.Sorted(maps.Keys(sent)) {
		total += sent[kind]
	}
	t.Logf("%d messages in %d versions: %v", total, len(versions), sent)
	t.Logf("of them went on to another bank: %v", passed)
	if want := 150 * (changes + 1) * turns; len(versions) < 139 || total < want {
		t.Errorf("want at least 139 versions and %d messages", want)
	}
	for _, kind := range []string{"pacs.008", "pacs.009", "pacs.004", "pacs.002", "camt.056", "camt.029", "camt.110", "camt.111", "acmt.023", "acmt.024", "camt.050", "camt.025"} {
		if want := turns * len(versionsOf(kind)) / 2; passed[kind] < want {
			t.Errorf("%d of %s went on, want at least %d", passed[kind], kind, want)
		}
	}
	for _, kind := range []string{"camt.088", "pacs.029", "camt.105"} { // what nobody asks for
		if want := 10 * turns; passed[kind] < want {
			t.Errorf("%d of %s were written, want at least %d", passed[kind], kind, want)
		}
	}
}

// says sends one kind of message in one version, as it is written and changed.
func (s *stand) says(seed uint64, what *saying, version string, turn, changes int, sent map[string]int) {
	s.t.Helper()
	for change := range changes + 1 {
		s.n++
		raw, err := what.write(s, version)
		if err != nil {
			s.t.Fatalf("%s: %v", version, err)
		}
		if raw == nil {
			sent["nothing to answer"]++
			continue
		}
		s.letters()
		name := fmt.Sprintf("%s %d %d %d", version, turn, change, seed)
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(name))
		random := rand.New(rand.NewPCG(seed, hash.Sum64()))
		if s.hears(name, what.from, s.changed(random, raw, change), change) {
			sent[what.kind]++
		} else {
			sent["unreadable"]++
		}
	}
}

// changed is the message as the n-th change makes it; the first leaves it alone.
func (s *stand) changed(random *rand.Rand, raw []byte, n int) []byte {
	words := []string{
		testWallet, testIssuance, "CNY", "USD", alphaBank, betaBank, gammaBank, uetrFrom(s.name("payment")), s.name("M"), s.name("E"), s.name("T"), "DRGM-P1", "DRGM-C1", "pacs.008.001.08",
		"/QUOTE/x", "/RATE/0.1", "NARR", "DUPL", "ALLL",
	}
	switch {
	case n == 0:
		return raw
	case n%4 == 1:
		return grown(random, raw, words)
	case n%4 == 2:
		for range 1 + random.IntN(3) {
			raw = filledIn(random, raw, words)
		}
		return raw
	case n%4 == 3:
		return filledIn(random, grown(random, raw, words), words)
	}
	return pickFrom(random, damaged(raw)...)
}

// hears sends a message; false: it could not be read. What the message was is told
// when anything is wrong.
func (s *stand) hears(name, from string, raw []byte, change int) bool {
	s.t.Helper()
	ended := false
	defer func() {
		if !ended {
			s.t.Logf("%s, from %s:\n%s", name, from, raw)
		}
	}()
	fault := s.send(from, raw)
	if fault == nil {
		heard := s.letters()
		if len(heard) == 0 {
			s.t.Fatal("nobody hears of it")
		}
		for _, l := range heard {
			if kind := messages.KindOf(l.record.Type); kind == "camt.105" {
				s.passed[kind]++
			}
		}
		if slices.ContainsFunc(heard, func(l letterIn) bool { return l.to != from[:4] }) {
			s.passed[name[:8]]++ // it went on to another, or another heard what came of it
		}
		if change == 0 && slices.ContainsFunc(heard, func(l letterIn) bool { return l.to == from[:4] && strings.Contains(string(l.message.Raw()), "CH16") }) {
			s.t.Errorf("it is refused: %s", heard[0].message.Raw())
		}
		if change%2 == 1 {
			s.tries(from, raw)
			s.send(from, raw)
			s.letters()
		}
	}
	ended = true
	return fault == nil
}
