package main

import (
	"bytes"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestHistoriesThatCannotBe: the model of a payment finds what must not be seen, and
// finds nothing in what may.
func TestHistoriesThatCannotBe(t *testing.T) {
	submit := func(call, ret int64) clusterOp {
		return clusterOp{UETR: "u", Submit: true, Call: call, Return: ret, ID: "a"}
	}
	lost := func(call int64) clusterOp {
		return clusterOp{UETR: "u", Submit: true, Call: call, Return: math.MaxInt64}
	}
	query := func(call, ret int64, rank int) clusterOp {
		op := clusterOp{UETR: "u", Call: call, Return: ret, Rank: rank}
		if rank > rankAbsent {
			op.ID = "a"
		}
		return op
	}
	other := query(3, 4, rankOpen)
	other.ID = "b"
	for name, c := range map[string]struct {
		history []clusterOp
		may     bool
	}{
		"seen while it is sent":          {[]clusterOp{submit(1, 5), query(2, 3, rankSettled), query(6, 7, rankSettled)}, true},
		"not there and then there":       {[]clusterOp{submit(1, 5), query(1, 2, rankAbsent), query(3, 4, rankOpen), query(6, 7, rankSettled)}, true},
		"sent without an answer":         {[]clusterOp{lost(1), query(2, 3, rankAbsent), query(4, 5, rankOpen)}, true},
		"sent without an answer, absent": {[]clusterOp{lost(1), query(2, 3, rankAbsent), query(4, 5, rankAbsent)}, true},
		"acknowledged and not there":     {[]clusterOp{submit(1, 2), query(3, 4, rankAbsent)}, false},
		"there and then not":             {[]clusterOp{lost(1), query(2, 3, rankOpen), query(4, 5, rankAbsent)}, false},
		"settled and then not":           {[]clusterOp{submit(1, 2), query(3, 4, rankSettled), query(5, 6, rankOpen)}, false},
		"settled and then rejected":      {[]clusterOp{submit(1, 2), query(3, 4, rankSettled), query(5, 6, rankRejected)}, false},
		"there before it was sent":       {[]clusterOp{query(1, 2, rankOpen), submit(3, 4)}, false},
		"another one":                    {[]clusterOp{submit(1, 2), other}, false},
	} {
		if got := linearizable(c.history) == ""; got != c.may {
			t.Errorf("%s: may be: %t", name, got)
		}
	}
}

// TestClusterUpAndDown starts three servers with the program, finds them, and ends them.
func TestClusterUpAndDown(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "servers")
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	_, number, _ := strings.Cut(port, ":")
	says := func(code int, want string, args ...string) {
		t.Helper()
		var out, complaints bytes.Buffer
		got := run(t.Context(), append([]string{"cluster"}, args...), streams{strings.NewReader(""), &out, &complaints})
		if all := out.String() + complaints.String(); got != code || !strings.Contains(all, want) {
			t.Errorf("dragoman cluster %s: exit %d, want %d and %q:\n%s", strings.Join(args, " "), got, code, want, all)
		}
	}
	if n, err := strconv.Atoi(number); err != nil || n > 65000 {
		t.Skip("no six ports in a row behind " + port)
	}
	says(exitUsage, "makes a cluster", "down", "--dir", dir)
	says(exitOK, "3 servers keep the log", "up", "--dir", dir, "--port", number)
	says(exitOK, "3 servers keep the log", "up", "--dir", dir) // they run
	says(exitOK, "3 servers have ended", "down", "--dir", dir)
	says(exitOK, "0 servers have ended", "down", "--dir", dir)
	says(exitUsage, "say up, down", "sideways")
	says(exitUsage, "numbered 1 to 3", "server", "--dir", dir, "4")
}
