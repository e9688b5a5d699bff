package gateway

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dragoman/messages"
	"dragoman/messages/schema"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// letterIn is one message as a mailbox has it.
type letterIn struct {
	to      string
	record  store.Record
	message *messages.Message
}

// letters takes what was mailed since the last call; every message is valid.
func (r *rig) letters() (all []letterIn) {
	r.t.Helper()
	for ; r.read < r.books.State().Records; r.read++ {
		record, payload, err := r.books.Record(r.read)
		if err != nil {
			r.t.Fatal(err)
		}
		if !record.Mailed {
			continue
		}
		m := messages.Read(payload, messages.Options{})
		if !m.Valid() {
			r.t.Fatalf("the gateway mailed an invalid %s: %v\n%s", record.Type, m.Faults(), payload)
		}
		to, _ := r.lane.directory.ByID(record.Receiver)
		all = append(all, letterIn{to.BIC.String()[:4], record, m})
	}
	return all
}

func versionsOf(kinds ...string) (ids []string) {
	for _, id := range schema.IDs() {
		if slices.Contains(kinds, messages.KindOf(id)) {
			ids = append(ids, id)
		}
	}
	return ids
}

// statementIn is what the test wants of a statement: balances and entries in
// minor units.
type statementIn struct {
	opening, closing int64
	entries          []int64
}

func (s *statementIn) add(t *testing.T, v messages.StatementView, first bool) {
	t.Helper()
	minor := func(m messages.Money, err error) int64 {
		if err != nil {
			t.Fatal(err)
		}
		return m.Minor()
	}
	if balance := v.Balance("OPBD"); balance.Exists() && first {
		s.opening = minor(balance.Signed())
	}
	if balance := v.Balance("CLBD"); balance.Exists() {
		s.closing = minor(balance.Signed())
	}
	for e := range v.Entries() {
		s.entries = append(s.entries, minor(e.Signed()))
	}
}

// question makes a camt.060 for one account and interval.
func question(version, id, wanted, account, owner string, from, to time.Time) []byte {
	acct := ""
	if account != "" {
		acct = "<Acct><Id><Othr><Id>" + account + "</Id></Othr></Id></Acct>"
	}
	bic := "BICFI"
	if version == "camt.060.001.02" {
		bic = "BICFI"
	}
	return fmt.Appendf(nil, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:%s"><AcctRptgReq><GrpHdr><MsgId>%s</MsgId><CreDtTm>2026-11-23T10:00:00Z</CreDtTm></GrpHdr>`+
		`<RptgReq><Id>REF-%s</Id><ReqdMsgNmId>%s</ReqdMsgNmId>%s<AcctOwnr><Agt><FinInstnId><%s>%s</%s></FinInstnId></Agt></AcctOwnr>`+
		`<RptgPrd><FrToDt><FrDt>%s</FrDt><ToDt>%s</ToDt></FrToDt><FrToTm><FrTm>%s</FrTm><ToTm>%s</ToTm></FrToTm><Tp>ALLL</Tp></RptgPrd></RptgReq></AcctRptgReq></Document>`,
		version, id, id, wanted, acct, bic, owner, bic, from.Format(time.DateOnly), to.Format(time.DateOnly), from.Format("15:04:05.999Z07:00"), to.Format("15:04:05.999Z07:00"))
}

// groupTime is when the rig writes its n-th group, from 0.
func groupTime(n int) time.Time { return time.Unix(1763889000+int64(n), 0).UTC() }

// booking is what the test itself knows of an entry on ALPHA's account.
type booking struct {
	group  int
	amount int64
}

// trade settles payments to and fro and returns what they did to ALPHA's account.
func trade(t *testing.T, r *rig, groups int) (known []booking) {
	t.Helper()
	random := rand.New(rand.NewPCG(5, 6))
	for range 2 {
		r.issue("ALPHCNBJXXX", "1000000.00")
		known = append(known, booking{len(r.log) - 1, 1000000_00})
		r.issue("BETATHBKXXX", "1000000.00")
	}
	for n := range groups {
		minor := 1 + random.Int64N(1000)
		change := append(uetr(1000+n), "1250000.50", fmt.Sprintf("%d.%02d", minor/100, minor%100))
		if random.IntN(2) == 0 {
			r.send("ALPHCNBJXXX", samplePayment(t, change...))
			minor = -minor
		} else {
			r.send("BETATHBKXXX", samplePayment(t, append(change, "ALPHCNBJXXX", "BETATHBKXXX", "BETATHBKXXX", "ALPHCNBJXXX")...))
		}
		known = append(known, booking{len(r.log) - 1, minor})
	}
	r.mailed()
	return known
}

// expected is what a statement must say, from the bookings alone.
func expected(known []booking, from, to int) (want statementIn) {
	for _, b := range known {
		if b.group < from {
			want.opening += b.amount
		}
		if b.group < to {
			want.closing += b.amount
		}
		if b.group >= from && b.group < to {
			want.entries = append(want.entries, b.amount)
		}
	}
	return want
}

// TestStatements asks for intervals in every version of camt.060, camt.052, 053
// and 054 and compares each with what the payments were.
func TestStatements(t *testing.T) {
	r := newRig(t)
	known := trade(t, r, 60)
	random := rand.New(rand.NewPCG(1, 2))
	asked, entries := 0, 0
	for n, wanted := range versionsOf("camt.052", "camt.053", "camt.054") {
		for _, version := range versionsOf("camt.060") {
			from := random.IntN(len(r.log))
			to := from + 1 + random.IntN(len(r.log)-from)
			r.send("ALPHCNBJXXX", question(version, fmt.Sprintf("Q-%d-%s", n, version[13:]), wanted, testWallet, "ALPHCNBJXXX", groupTime(from), groupTime(to)))
			mails := r.letters()
			if len(mails) != 1 || mails[0].record.Type != wanted {
				t.Fatalf("%s in %s: %d mails, the first %+v", wanted, version, len(mails), mails)
			}
			v, _ := messages.ViewReporting(mails[0].message)
			got, want := statementIn{}, expected(known, from, to)
			for s := range v.Statements() {
				got.add(t, s, true)
			}
			if messages.KindOf(wanted) == "camt.054" {
				want.opening, want.closing = 0, 0
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%s from %d to %d:\n got %v\nwant %v", wanted, from, to, got, want)
			}
			asked++
			entries += len(got.entries)
		}
	}
	t.Logf("%d statements with %d entries in %d versions", asked, entries, len(versionsOf("camt.052", "camt.053", "camt.054")))
	if asked < 200 || entries < 1000 {
		t.Errorf("only %d statements with %d entries", asked, entries)
	}
	r.rebuild()
}

// TestStatementPages: a long statement comes in pages that add up one by one,
// and comes again whole when it is asked for again.
func TestStatementPages(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "1000000.00")
	start := len(r.log)
	var orders []Order
	const count = 2*maxEntries + 300
	for n := range count {
		orders = append(orders, r.order("ALPHCNBJXXX", samplePayment(t, append(uetr(n), "1250000.50", fmt.Sprintf("1.%02d", n%100))...)))
		if len(orders) == 500 || n == count-1 {
			r.apply(orders...)
			orders = nil
		}
	}
	r.mailed()
	ask := question("camt.060.001.05", "Q-1", "camt.053", testWallet, "ALPHCNBJXXX", groupTime(start), groupTime(len(r.log)))
	for range 2 { // and the same again
		r.send("ALPHCNBJXXX", ask)
		pages, entries, running := r.letters(), 0, int64(1000000_00)
		if len(pages) != 3 {
			t.Fatalf("%d pages, the first:\n%s", len(pages), pages[0].message.Document().Root.Raw())
		}
		for n, page := range pages {
			v, _ := messages.ViewReporting(page.message)
			if number := v.Page().NumberText(); number != fmt.Sprint(n+1) || v.Page().Last() != (n == 2) {
				t.Errorf("page %d says it is %s", n+1, number)
			}
			for s := range v.Statements() {
				got := statementIn{}
				got.add(t, s, true)
				if got.opening != running {
					t.Errorf("page %d opens with %d after %d", n+1, got.opening, running)
				}
				for _, amount := range got.entries {
					running += amount
				}
				if got.closing != running {
					t.Errorf("page %d closes with %d, not %d", n+1, got.closing, running)
				}
				entries += len(got.entries)
			}
		}
		if entries != count {
			t.Errorf("%d entries of %d", entries, count)
		}
	}
	r.rebuild()
}

// order is a body as the desk puts it into the log.
func (r *rig) order(bank string, raw []byte) Order {
	r.t.Helper()
	read := readLetter(raw, mustBIC(r.t, bank), settlement.Moment(1), r.directory)
	if read.unreadable != nil {
		r.t.Fatal(read.unreadable)
	}
	return Order{Kind: OrderMessage, From: read.letter.Sender, Facts: encodeLetter(read.letter), Payload: store.Pack(raw)}
}

// TestStatementRefusals: what is not one's own, not ended or not understood is
// answered with the reason.
func TestStatementRefusals(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "10.00")
	ask := func(id, account, owner string, from, to time.Time, change ...string) []byte {
		q := question("camt.060.001.05", id, "camt.053.001.08", account, owner, from, to)
		return []byte(strings.NewReplacer(change...).Replace(string(q)))
	}
	from, to := groupTime(0), groupTime(1)
	for n, c := range []struct {
		body []byte
		want string
	}{
		{ask("1", "BETATHBK-CNY-W", "ALPHCNBJXXX", from, to), "DS0H"},
		{ask("2", testWallet, "BETATHBKXXX", from, to), "DS0H"},
		{ask("3", "ALPHCNBJ-THB-W", "ALPHCNBJXXX", from, to), "AC01"},
		{ask("4", testWallet, "ALPHCNBJXXX", from, groupTime(9)), "DT04"},
		{ask("5", testWallet, "ALPHCNBJXXX", to, from), "DT01"},
		{ask("6", testWallet, "ALPHCNBJXXX", from, to, "<ToDt>2025-11-23</ToDt>", "", "<ToTm>09:10:01Z</ToTm>", ""), "DT01"},
		{ask("7", testWallet, "ALPHCNBJXXX", from, to, "camt.053.001.08", "camt.053.001.99"), "CH16"},
		{ask("8", testWallet, "ALPHCNBJXXX", from, to, "camt.053.001.08", "pacs.002.001.10"), "CH16"},
		{ask("9", testWallet, "ALPHCNBJXXX", from, to, "ALLL", "CHNG"), "CH16"},
		{ask("10", testWallet, "ALPHCNBJXXX", from, to, "ALLL</Tp></RptgPrd>", "ALLL</Tp></RptgPrd><RptgSeq><FrSeq>1</FrSeq></RptgSeq>"), "CH17"},
		{ask("11", testWallet, "ALPHCNBJXXX", from, to, "<MsgId>11</MsgId>", "<MsgId></MsgId>"), "CH16"},
	} {
		r.send("ALPHCNBJXXX", c.body)
		if got := r.mailed(); !strings.HasPrefix(got, "ALPH admi.002 ") || !strings.Contains(got, c.want) {
			t.Errorf("question %d: %s, want admi.002 with %s", n+1, got, c.want)
		}
	}
	r.send("GAMMAEADXXX", question("camt.060.001.05", "12", "camt.053", "", "GAMMAEADXXX", from, to))
	r.expect("GAMM admi.002 AC01")
	// All one's accounts, whole days: the day before.
	r.send("ALPHCNBJXXX", ask("13", "", "ALPHCNBJXXX", groupTime(0).AddDate(0, 0, -1), groupTime(0).AddDate(0, 0, -1), "<FrToTm><FrTm>09:10:00Z</FrTm><ToTm>09:10:00Z</ToTm></FrToTm>", ""))
	if mails := r.letters(); len(mails) != 1 || mails[0].record.Type != "camt.053.001.08" {
		t.Errorf("a statement of the day before: %v", mails)
	}
	r.rebuild()
}

// TestAdvices: every booking is told to both sides that want it, in every
// version, with references and agents; a large group in several messages.
func TestAdvices(t *testing.T) {
	versions := versionsOf("camt.054")
	for _, version := range versions {
		r := newRig(t, func(c *routing.Change) {
			for i := range c.Participants[:4] { // not GAMMA
				c.Participants[i].Advice = true
				c.Participants[i].Versions = map[string]string{"camt.054": version}
			}
		})
		r.issue("ALPHCNBJXXX", "2000000.00")
		if mails := r.letters(); len(mails) != 2 || mails[0].to != "PBOC" || mails[1].to != "ALPH" {
			t.Fatalf("%s: an issue is told to %v", version, mails)
		}
		r.send("ALPHCNBJXXX", samplePayment(t, uetr(1)...))
		advices := map[string]string{}
		for _, mail := range r.letters() {
			if v, ok := messages.ViewNotification(mail.message); ok {
				advices[mail.to] = adviceText(t, v)
			}
		}
		want := map[string]string{"ALPH": "CNY -1250000.50 E2E", "BETA": "CNY 1250000.50 E2E"}
		for to, text := range want {
			if !strings.HasPrefix(advices[to], text[:len(text)-4]) || !strings.Contains(advices[to], "ALPHCNBJ>BETATHBK") {
				t.Errorf("%s: %s is told %q", version, to, advices[to])
			}
		}
		r.rebuild()
	}
	t.Logf("%d versions", len(versions))
}

func adviceText(t *testing.T, v messages.ReportingView) string {
	t.Helper()
	var words []string
	for s := range v.Statements() {
		for e := range s.Entries() {
			amount, err := e.Signed()
			if err != nil {
				t.Fatal(err)
			}
			words = append(words, amount.String())
			for tx := range e.Transactions() {
				words = append(words, tx.References().EndToEndID(), tx.References().TransactionID(), tx.References().UETRText(),
					tx.DebtorAgent().BICText()+">"+tx.CreditorAgent().BICText())
			}
		}
	}
	return strings.Join(words, " ")
}

// TestManyAdvices: the entries of a large group go into several messages, and
// none is lost or told twice.
func TestManyAdvices(t *testing.T) {
	r := newRig(t, func(c *routing.Change) {
		for i := range c.Participants {
			c.Participants[i].Advice = true
		}
	})
	raw := samplePayment(t)
	from, to := strings.Index(string(raw), "    <CdtTrfTxInf>"), strings.Index(string(raw), "  </FIToFICstmrCdtTrf>")
	r.issue("ALPHCNBJXXX", "1000000.00")
	r.mailed()
	var orders []Order
	for batch := range 3 {
		var body strings.Builder
		body.WriteString(strings.NewReplacer("<NbOfTxs>1", "<NbOfTxs>500", "DRGM-20261123-000001", fmt.Sprint("BATCH-", batch)).Replace(string(raw[:from])))
		for n := range 500 {
			body.WriteString(strings.NewReplacer(append(uetr(batch*500+n), "1250000.50", "1.00")...).Replace(string(raw[from:to])))
		}
		body.Write(raw[to:])
		orders = append(orders, r.order("ALPHCNBJXXX", []byte(body.String())))
	}
	r.apply(orders...)
	counts, seen := map[string][]int{}, map[string]int{}
	for _, mail := range r.letters() {
		v, ok := messages.ViewNotification(mail.message)
		if !ok {
			continue
		}
		for s := range v.Statements() {
			n := 0
			for e := range s.Entries() {
				seen[mail.to+e.ServicerRef()]++
				n++
			}
			counts[mail.to] = append(counts[mail.to], n)
		}
	}
	if got := fmt.Sprint(counts["ALPH"], counts["BETA"], len(seen)); got != "[1000 500] [1000 500] 3000" {
		t.Errorf("advices: %s", got)
	}
	r.rebuild()
}

// TestStatementTooLong: what would keep everybody waiting while it is written is
// refused, and the reason says what to do.
func TestStatementTooLong(t *testing.T) {
	r := newRig(t)
	r.issue("ALPHCNBJXXX", "1000000.00")
	for _, count := range []int{maxStatementEntries, maxStatementEntries + 1} {
		entries := make([]settlement.Entry, count)
		for i := range entries {
			side := settlement.Side{Number: uint64(i + 1), Before: settlement.EntryID(i + 1)}
			entries[i] = settlement.Entry{ID: settlement.EntryID(i + 2), Debit: 2, Credit: 3, Amount: 1, At: 1000, Debited: side, Credited: side}
		}
		r.lane.recent.entries = [][]settlement.Entry{entries}
		w := &work{Lane: r.lane}
		sender, _ := r.lane.directory.ByBIC(mustBIC(t, "ALPHCNBJXXX"))
		why := w.reportRefusal(&routing.Letter{Reports: []routing.Report{{Type: "camt.053", Account: testWallet, From: 999, To: 1001}}}, sender)
		if refused := why.Code == "X030"; refused != (count > maxStatementEntries) {
			t.Errorf("%d entries: %+v", count, why)
		}
	}
}
