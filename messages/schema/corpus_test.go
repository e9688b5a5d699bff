package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCorpus(t *testing.T) {
	root := "../../../shared/iso20022"
	idx, err := os.ReadFile(root + "/messages/INDEX.tsv")
	if err != nil {
		t.Skip(err)
	}
	n, bad := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(idx)), "\n")[1:] {
		c := strings.Split(line, "\t")
		raw, err := os.ReadFile(filepath.Join(root, c[0]))
		if err != nil {
			t.Fatal(err)
		}
		res := Read(raw, Options{})
		n++
		got := "valid"
		if len(res.Faults) > 0 {
			got = "invalid"
		}
		if got != c[2] {
			bad++
			t.Errorf("%s: got %s want %s: %+v ; %s", c[0], got, c[2], res.Faults, c[4])
		}
	}
	t.Log(n, bad)
}
