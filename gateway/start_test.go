package gateway

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The environment of the measurement of a start with many payments: how many, a folder
// to keep them in, and in the process that measures, the data folder.
const (
	manyPayments = "DRAGOMAN_PAYMENTS" // 1000000 for the figure in the docs
	manyFolder   = "DRAGOMAN_DATA"
)

// Goals of a start after a clean stop with a million payments.
const (
	startSeconds   = 2.0
	startMegabytes = 300
)

// TestStartWithManyPayments carries payments through a whole node, stops it, and
// measures in a process of its own how long a start takes until the node is ready, and
// what memory it takes that no file backs.
func TestStartWithManyPayments(t *testing.T) {
	if folder := os.Getenv(manyFolder); folder != "" {
		begun := time.Now()
		n, err := restart(folder, nil)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("start: %f s, %d MB\n", time.Since(begun).Seconds(), anonymousMB(t))
		if unready := n.Unready(); len(unready) > 0 {
			t.Log(unready)
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	payments, goal := 500, false
	if text := os.Getenv(manyPayments); text != "" {
		var err error
		if payments, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
		goal = payments >= 1_000_000
	}
	folder := t.TempDir()
	begun := time.Now()
	manyThrough(t, folder, payments)
	t.Logf("%d payments in %.0f s", payments, time.Since(begun).Seconds())
	for range 3 {
		command := exec.Command(os.Args[0], "-test.run", "^TestStartWithManyPayments$", "-test.v") //nolint:gosec // this very program
		command.Env = append(os.Environ(), manyFolder+"="+folder)
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var seconds float64
		var megabytes int
		at := bytes.Index(out, []byte("start:"))
		if _, err := fmt.Sscanf(string(out[max(at, 0):]), "start: %f s, %d MB", &seconds, &megabytes); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		t.Logf("start with %d payments: %.2f s, %d MB", payments, seconds, megabytes)
		if goal && (seconds > startSeconds || megabytes > startMegabytes) {
			t.Errorf("the goals are %v s and %d MB", startSeconds, startMegabytes)
		}
	}
}

// manyThrough sends payments from many at once through a node and stops it.
func manyThrough(t *testing.T, folder string, payments int) {
	t.Helper()
	n := startNode(t, folder)
	issueAt(t, n, testBanks[0], "999999999999.00")
	raw := string(samplePayment(t, "1250000.50", "1.00"))
	caller := Caller{Participant: mustBIC(t, testBanks[0])}
	var next atomic.Int64
	var sending sync.WaitGroup
	for range 64 {
		sending.Go(func() {
			for i := next.Add(1); i <= int64(payments); i = next.Add(1) {
				name := fmt.Sprintf("%012d", i)
				body := strings.NewReplacer("8a562c67-ca16-48ba-b074-65581be6f011", "8a562c67-ca16-48ba-b074-"+name, "DRGM-20261123-000001", "MSG-"+name).Replace(raw)
				if _, err := n.Desk.Receive(context.Background(), caller, []byte(body)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	sending.Wait()
	applyAll(t, n)
	if got := n.Books.State().Payment; got < 1 || uint64(got) < uint64(payments) {
		t.Fatalf("%d payments in the books, want %d", got, payments)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}

// anonymousMB is the memory of the process that no file backs.
func anonymousMB(t *testing.T) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("memory is read from /proc")
	}
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilobytes, err := strconv.Atoi(strings.Fields(text)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes >> 10
		}
	}
	return 0
}
