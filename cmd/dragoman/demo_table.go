package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"dragoman/messages"
)

// tableEvery is how often the table of a running day is drawn again.
const tableEvery = 150 * time.Millisecond

// showTable draws what every bank has done and seen, again and again while the
// output is a terminal, until the function that it returns has drawn it last.
func (d *demo) showTable() (last func()) {
	live, stop, stopped := isTerminal(d.std.out), make(chan struct{}), make(chan struct{})
	drawn := 0
	draw := func() {
		table := d.table()
		if drawn > 0 {
			say(d.std.out, "\x1b[%dA", drawn) // back to where it was drawn before
		}
		say(d.std.out, "%s", table)
		drawn = strings.Count(table, "\n")
	}
	go func() {
		defer close(stopped)
		tick := time.NewTicker(tableEvery)
		defer tick.Stop()
		for live {
			select {
			case <-stop:
				return
			case <-tick.C:
				draw()
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
		draw()
	}
}

func isTerminal(to io.Writer) bool {
	file, ok := to.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (d *demo) table() string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	say(table, "bank\tsent\tsettled\twaited\trejected\treceived\t\n")
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, bank := range d.banks {
		t := d.tally[bank.as]
		say(table, "%s\t%d\t%d\t%d\t%d\t%d\t\n", bank.name, t.sent, t.settled, t.waiting, t.rejected, t.received)
	}
	_ = table.Flush() // into memory
	return text.String()
}

// balances shows what every bank has, and that it is what was issued.
func (d *demo) balances(ctx context.Context) error {
	d.step("What everybody has")
	operator, err := d.client("operator-1")
	if err != nil {
		return err
	}
	var found struct {
		Accounts []struct {
			Owner                  messages.BIC
			Currency, Role, Posted string
		}
	}
	if _, err := operator.call(ctx, "GET", "/v1/accounts", jsonBody, nil, &found); err != nil {
		return err
	}
	posted := map[string]string{}
	for _, a := range found.Accounts {
		if a.Role == "issuance" {
			posted["issued "+a.Currency] = strings.TrimPrefix(a.Posted, "-")
		} else {
			posted[a.Owner.Full()+a.Currency] = a.Posted
		}
	}
	table := tabwriter.NewWriter(d.std.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(name string, of func(code string) string) {
		say(table, "%s\t", name)
		for _, a := range assets() {
			say(table, "%s\t", of(a.code))
		}
		say(table, "\n")
	}
	line("bank", func(code string) string { return code })
	for _, bank := range d.banks {
		line(bank.name, func(code string) string { return posted[bank.bic.Full()+code] })
	}
	line("together", func(code string) string { return d.sum(code, posted) })
	line("issued", func(code string) string { return posted["issued "+code] })
	for _, a := range assets() {
		if together := d.sum(a.code, posted); together != posted["issued "+a.code] {
			d.wrong = append(d.wrong, a.code+": "+together+" together, "+posted["issued "+a.code]+" issued")
		}
	}
	return table.Flush()
}

// sum adds the balances of all banks.
func (d *demo) sum(code string, posted map[string]string) string {
	currency, total := messages.MustCurrency(code), int64(0)
	for _, bank := range d.banks {
		amount, negative := strings.CutPrefix(posted[bank.bic.Full()+code], "-")
		m, err := messages.ParseMoney(amount, currency)
		must(err)
		if negative {
			total -= m.Minor()
		} else {
			total += m.Minor()
		}
	}
	m, err := messages.NewMoney(total, currency)
	must(err)
	return m.Amount()
}

// export takes a bank's log out and verifies it, as an auditor would who has
// nothing but the file and the public key.
func (d *demo) export(ctx context.Context) error {
	d.step("Compliance exports the message log; an auditor verifies it with the public key alone")
	file := filepath.Join(d.folder, "export.zip")
	if err := d.command(ctx, "export", "--dir", d.folder, "--server", d.server.url, "--as", "compliance-1", "--reason", "the day's audit", "--out", file); err != nil {
		return err
	}
	return d.command(ctx, "verify", file, "--key", filepath.Join(d.folder, "keys", "checkpoint.pub"))
}

// offer tells what can be tried while it goes on serving.
func (d *demo) offer() {
	d.step("It goes on serving; interrupt to end. Try in another terminal, in %s:", d.folder)
	for _, line := range []string{
		"dragoman accounts --as operator-1", "dragoman payments --as jade-bank", "dragoman queue --as operator-1 --watch",
		"dragoman inbox --as jade-bank --follow", "dragoman decisions --as compliance-1",
	} {
		say(d.std.out, "  %s --server %s\n", line, d.server.url)
	}
}

// next tells how to go on.
func (d *demo) next() {
	d.step("Next")
	say(d.std.out, `  dragoman demo --stay                     the same, and then it serves for you to try
  dragoman init bank-day                   make a gateway of your own
  dragoman serve --config bank-day/dragoman.yaml
  dragoman help
`)
}
