package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// ours is the product, as a process of its own with the settings of 'dragoman init',
// driven by its own benchmark.
type ours struct{ program string }

// benchMaxAccounts is how many accounts the product's benchmark drives at most: each
// is a bank with a certificate and connections of its own.
const benchMaxAccounts = 1000

// newOurs builds the product from this checkout.
func newOurs(ctx context.Context, folder string) (*ours, error) {
	module, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "dragoman").Output()
	if err != nil {
		return nil, fmt.Errorf("find dragoman's sources (start this program with go run, in bench): %w", err)
	}
	program := filepath.Join(folder, "dragoman")
	build := exec.CommandContext(ctx, "go", "build", "-C", strings.TrimSpace(string(module)), "-o", program, "./cmd/dragoman") //nolint:gosec // the product
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build dragoman: %w\n%s", err, out)
	}
	return &ours{program}, nil
}

func (*ours) name() string { return "dragoman, whole ISO payment" }

func (o *ours) run(ctx context.Context, folder string, w Workload) (Figures, error) {
	accounts := min(w.Accounts, benchMaxAccounts)
	command := exec.CommandContext(ctx, o.program, "bench", "--json", "--dir", folder, //nolint:gosec // built above
		"--duration", w.Time.String(), "--in-flight", strconv.Itoa(w.Clients), "--accounts", strconv.Itoa(accounts))
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil {
		return Figures{}, fmt.Errorf("dragoman bench: %w\n%s", err, complaints.Bytes())
	}
	var figures struct {
		Settled float64 `json:"settled_per_s"`
		P50     float64 `json:"p50_ms"`
		P99     float64 `json:"p99_ms"`
	}
	if err := json.Unmarshal(out.Bytes(), &figures); err != nil {
		return Figures{}, fmt.Errorf("read what dragoman bench printed: %w", err)
	}
	return Figures{Accounts: accounts, PerSecond: figures.Settled, P50: figures.P50, P99: figures.P99}, nil
}
