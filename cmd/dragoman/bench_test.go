package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dragoman/messages"
	"dragoman/messages/profile"
)

// TestBench runs a small benchmark as people do, in both loops: its exit code is
// that of the audit and of every payment having had one answer and one delivery.
func TestBench(t *testing.T) {
	if testing.Short() {
		t.Skip("the benchmark builds and runs the whole program")
	}
	program := filepath.Join(t.TempDir(), "dragoman")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	profiled := filepath.Join(t.TempDir(), "profile")
	for _, c := range []struct {
		args     []string
		payments int64
		differ   int
	}{
		{[]string{"--payments", "200", "--in-flight", "16"}, 200, 0},
		{[]string{"--payments", "200", "--in-flight", "16", "--door", "nats"}, 200, 0},
		{[]string{"--rate", "400", "--duration", "500ms", "--accounts", "3", "--mailbox", "poll", "--profile", profiled}, 200, 1},
	} {
		command := exec.Command(program, append([]string{"bench", "--json", "--dir", t.TempDir()}, c.args...)...)
		var complaints strings.Builder
		command.Stderr = &complaints
		out, err := command.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s\n%s", c.args, err, out, complaints.String())
		}
		var r map[string]any
		if err := json.Unmarshal(out, &r); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{
			"payments", "in_flight", "seconds", "accepted_per_s", "settled_per_s", "p50_ms", "p99_ms", "p999_ms", "max_rss_mb",
			"bytes_written_per_payment", "cpu_us_per_payment", "books_bytes_per_payment", "log_bytes_per_payment", "disk_bytes_per_payment", "fsync_per_s", "bbolt_commit_p50_ms", "bbolt_payments_per_s",
		} {
			if v, ok := r[key].(float64); !ok || v <= 0 {
				t.Errorf("%v: %s is %v", c.args, key, r[key])
			}
		}
		if int64(r["payments"].(float64)) != c.payments || r["delivered"] != r["payments"] || len(r["audit_findings"].([]any)) != 0 || len(r["settings_that_differ"].([]any)) != c.differ {
			t.Errorf("%v: %s", c.args, out)
		}
		t.Logf("%v: %v settled/s", c.args, r["settled_per_s"])
	}
	if info, err := os.Stat(profiled); err != nil || info.Size() == 0 {
		t.Errorf("the profile: %v, %v", info, err)
	}
}

// Every payment of the benchmark is valid, of full size and different from all
// others, and its UETR gives its number back.
func TestBenchPayments(t *testing.T) {
	var banks []demoBank
	for _, text := range benchBanks(benchMaxAccounts) {
		bank, err := parseBank(text)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(banks, func(b demoBank) bool { return b.bic == bank.bic || b.as == bank.folder }) {
			t.Fatalf("two banks are %s", text)
		}
		banks = append(banks, demoBank{bank.folder, bank.name, bank.bic})
	}
	banks = banks[:4]
	templates, err := newBenchTemplates(banks, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	base, _ := profile.ByName("base")
	pairs, uetrs := map[string]int{}, map[string]bool{}
	var buffer []byte
	for n := range 240 {
		from, pair := templates.route(n)
		buffer = templates.fill(buffer, n, pair)
		m := messages.Read(slices.Clone(buffer), messages.Options{})
		if faults := append(m.Faults(), base.Check(m)...); len(faults) > 0 {
			t.Fatalf("payment %d: %v\n%s", n, faults, buffer)
		}
		v, _ := messages.ViewCustomerCreditTransfer(m)
		for p := range v.Transactions() {
			if p.InstructingAgent().BICText() != banks[from].bic.Full() {
				t.Errorf("payment %d is from %s", n, p.InstructingAgent().BICText())
			}
			pairs[p.InstructingAgent().BICText()+p.InstructedAgent().BICText()]++
			uetr := p.PaymentID().UETRText()
			if got, ok := templates.number([]byte(uetr)); !ok || got != n || uetrs[uetr] {
				t.Errorf("payment %d has UETR %s: %d", n, uetr, got)
			}
			uetrs[uetr] = true
		}
		if len(buffer) < 3000 {
			t.Errorf("payment %d has %d bytes", n, len(buffer))
		}
	}
	if len(pairs) != 12 {
		t.Errorf("%d pairs of banks pay, want 12", len(pairs))
	}
	for pair, n := range pairs {
		if n != 20 {
			t.Errorf("%s pays %d times, want 20", pair, n)
		}
	}
	for _, other := range []string{"", "0000000g" + templates.tail, "00000000" + strings.Repeat("0", 28)} {
		if n, ok := templates.number([]byte(other)); ok {
			t.Errorf("%q is payment %d", other, n)
		}
	}
}

// What the histogram says of a quantile is within 2 % of the truth, never below.
func TestHistogram(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, scale := range []int64{50, 1000, 1e6, 1e10} {
		h, half := &histogram{}, &histogram{}
		var all []time.Duration
		for i := range 5000 {
			d := time.Duration(random.Int64N(scale) * random.Int64N(7))
			all = append(all, d)
			if i%2 == 0 {
				h.add(d)
			} else {
				half.add(d)
			}
		}
		h.merge(half)
		slices.Sort(all)
		for _, perMille := range []uint64{1, 500, 990, 999, 1000} {
			want := all[max((len(all)*int(perMille)+999)/1000, 1)-1]
			if got := h.quantile(perMille); got < want || got > want+want/50+1 {
				t.Errorf("scale %d: %d of 1000 is %d, want %d", scale, perMille, got, want)
			}
		}
	}
}

// The generator finds messages and values in answers by search, whatever way
// their JSON is written.
func TestMailIsFound(t *testing.T) {
	report := `<Document a="\"><OrgnlUETRx>no</OrgnlUETRx><OrgnlUETR>0000000a-1111-4222-a333-444444444444</OrgnlUETR><TxSts>ACSC</TxSts>`
	for _, escape := range []bool{false, true} {
		var b strings.Builder
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(escape)
		type view struct {
			Number  int    `json:"number"`
			Type    string `json:"type"`
			Message string `json:"message"`
		}
		if err := encoder.Encode(map[string]any{"messages": []view{{7, "pacs.002.001.10", report}, {8, "x", `ends with \`}, {9, "", `"number":77,`}}}); err != nil {
			t.Fatal(err)
		}
		var seen []string
		last, err := eachMail([]byte(b.String()), func(kind, message []byte) {
			seen = append(seen, fmt.Sprintf("%s %s %s", kind, valueOf(message, "OrgnlUETR", uetrLength), valueOf(message, "TxSts", 4)))
		})
		want := []string{"pacs.002.001.10 0000000a-1111-4222-a333-444444444444 ACSC", "x  ", "  "}
		if err != nil || last != 9 || !slices.Equal(seen, want) {
			t.Errorf("escaped %v: %v, last %d, %q", escape, err, last, seen)
		}
		if _, err := eachMail([]byte(b.String()[:b.Len()-20]), func(_, _ []byte) {}); err == nil {
			t.Error("half an answer is taken for a whole one")
		}
	}
}
