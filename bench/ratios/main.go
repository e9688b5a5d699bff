// Command ratios reads the output of `go test -bench Read` on standard input,
// prints the table of the README and fails when the reader is below a ratio it
// promises against a contender of the same run. Absolute figures depend on the
// machine and its load; ratios of one run hardly do.
package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strconv"
)

// promises are how many times faster than the contender the reader must be, by
// contender and input; below one: how many times slower it may be at most.
var promises = map[string]float64{
	"moov/small": 40, "moov/batch1000": 40,
	"jacoelho/small": 8, "jacoelho/batch1000": 8,
	"libxml2/small": 1, "libxml2/batch1000": 1,
	"tag-scan/small": 1.0 / 8, "tag-scan/batch1000": 1.0 / 8,
}

// maxAllocations bounds the allocations for one small message.
const maxAllocations = 5

var line = regexp.MustCompile(`^BenchmarkRead/([\w-]+)/(\w+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op(?:\s+([\d.]+) MB/s)?(?:\s+\d+ B/op\s+(\d+) allocs/op)?`)

type result struct {
	contender, input string
	ns               float64
	speed, allocs    string
}

func main() {
	results, own := read()
	fmt.Println("| contender | input | µs | MB/s | allocations | dragoman is |")
	fmt.Println("|---|---|--:|--:|--:|--:|")
	failed, checked := false, 0
	for _, r := range results {
		ratio := r.ns / own[r.input]
		promise, promised := promises[r.contender+"/"+r.input]
		mark := ""
		if promised {
			checked++
			if ratio < promise {
				mark, failed = fmt.Sprintf(" (promised %.3g ×)", promise), true
			}
		}
		if n, err := strconv.Atoi(r.allocs); r.contender == "dragoman" && r.input == "small" && (err == nil && n > maxAllocations) {
			mark, failed = " (too many allocations)", true
		}
		fmt.Printf("| %s | %s | %.1f | %s | %s | %.3g ×%s |\n", r.contender, r.input, r.ns/1000, r.speed, r.allocs, ratio, mark)
	}
	if checked == 0 {
		fmt.Fprintln(os.Stderr, "ratios: no contender was measured beside dragoman")
		failed = true
	}
	if failed {
		os.Exit(1)
	}
}

// read keeps the fastest of repeated runs of each benchmark.
func read() (results []result, own map[string]float64) {
	own = map[string]float64{}
	index := map[string]int{}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		m := line.FindStringSubmatch(in.Text())
		if m == nil {
			continue
		}
		ns, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			continue
		}
		r := result{m[1], m[2], ns, m[4], m[5]}
		key := r.contender + "/" + r.input
		if i, ok := index[key]; !ok {
			index[key] = len(results)
			results = append(results, r)
		} else if ns < results[i].ns {
			results[i] = r
		}
		if best, ok := own[r.input]; r.contender == "dragoman" && (!ok || ns < best) {
			own[r.input] = ns
		}
	}
	return results, own
}
