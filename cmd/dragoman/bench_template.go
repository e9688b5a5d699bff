package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// benchMessage is the payment of the benchmark, with marks in the places of what
// differs.
//
//go:embed bench_payment.xml
var benchMessage string

// Marks of the message. Those of what every payment has for itself are as long as
// what replaces them.
const (
	markFrom    = "@FROM-BIC"
	markTo      = "@INTO-BIC"
	markCreated = "@CREATED"
	markDate    = "@DATE"
	markAmount  = "@AMOUNT"
	markNumber  = "@PAYMENT-NUMBER@"
	markUETR    = "@UNIQUE-END-TO-END-TRANSACTION-REF-@"
)

// benchTemplates are the payments of every bank to every other, ready but for
// number, amount and UETR.
type benchTemplates struct {
	banks int
	pairs []benchTemplate // by sender, then receiver without the sender itself
	tail  string          // of the UETRs of this run: all but the first eight digits
}

// benchTemplate is one payment and where its changing parts are.
type benchTemplate struct {
	raw     []byte
	numbers []int
	amounts []int
	uetr    int
}

func newBenchTemplates(banks []demoBank, now time.Time) (*benchTemplates, error) {
	t := &benchTemplates{banks: len(banks), tail: benchTail()}
	common := strings.NewReplacer(
		markCreated, now.UTC().Format("2006-01-02T15:04:05.000Z"), markDate, now.UTC().Format("2006-01-02"), markAmount, amountDigits,
	).Replace(benchMessage)
	for _, from := range banks {
		for _, to := range banks {
			if to == from {
				continue
			}
			raw := []byte(strings.NewReplacer(markFrom, from.bic.Full(), markTo, to.bic.Full()).Replace(common))
			made := benchTemplate{raw: raw, numbers: placesOf(raw, markNumber), amounts: placesOf(raw, amountDigits)}
			uetrs := placesOf(raw, markUETR)
			if len(made.numbers) != 5 || len(made.amounts) != 2 || len(uetrs) != 1 {
				return nil, fmt.Errorf("bench_payment.xml has %d numbers, %d amounts and %d UETRs", len(made.numbers), len(made.amounts), len(uetrs))
			}
			made.uetr = uetrs[0]
			t.pairs = append(t.pairs, made)
		}
	}
	return t, nil
}

// amountDigits is the amount of a template: its first four digits are replaced.
const amountDigits = "1000.17"

// benchTail draws what the UETRs of a run have in common. It has the form of a
// UUID of version 4.
func benchTail() string {
	return fmt.Sprintf("-%04x-4%03x-a%03x-%012x", rand.N[uint32](1<<16), rand.N[uint32](1<<12), rand.N[uint32](1<<12), rand.N[uint64](1<<48))
}

func placesOf(raw []byte, mark string) (places []int) {
	for at := 0; ; {
		i := bytes.Index(raw[at:], []byte(mark))
		if i < 0 {
			return places
		}
		places = append(places, at+i)
		at += i + len(mark)
	}
}

// route is who pays whom in the n-th payment: senders take turns, and each goes
// round its receivers.
func (t *benchTemplates) route(n int) (from, pair int) {
	from = n % t.banks
	others := t.banks - 1
	return from, from*others + n/t.banks%others
}

// fill writes the n-th payment into the buffer, which grows where it must.
func (t *benchTemplates) fill(into []byte, n, pair int) []byte {
	made := &t.pairs[pair]
	into = append(into[:0], made.raw...)
	for _, at := range made.numbers {
		copy(into[at:], "BENCH-")
		digits(into[at+len("BENCH-"):at+len(markNumber)], n)
	}
	for _, at := range made.amounts {
		digits(into[at:at+4], 1000+n%9000)
	}
	hexDigits(into[made.uetr:made.uetr+8], uint32(n)) //nolint:gosec // bounded by benchMaxPayments
	copy(into[made.uetr+8:], t.tail)
	return into
}

// number reads which payment of this run a UETR names; false when none.
func (t *benchTemplates) number(uetr []byte) (int, bool) {
	if len(uetr) != 8+len(t.tail) || string(uetr[8:]) != t.tail {
		return 0, false
	}
	n := 0
	for _, c := range uetr[:8] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | int(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | int(c-'a'+10)
		default:
			return 0, false
		}
	}
	return n, true
}

// digits writes a number with zeros before it.
func digits(into []byte, n int) {
	for i := len(into) - 1; i >= 0; i-- {
		into[i] = byte('0' + n%10)
		n /= 10
	}
}

func hexDigits(into []byte, n uint32) {
	for i := len(into) - 1; i >= 0; i-- {
		into[i] = "0123456789abcdef"[n&15]
		n >>= 4
	}
}
