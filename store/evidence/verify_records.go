package evidence

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store"
)

// recordCheck walks records.ndjson, messages.csv and proof.txt side by side.
type recordCheck struct {
	*verification
	lines    *bufio.Scanner
	rows     *csv.Reader // nil: the table cannot be read any more
	head     Head
	progress func(done, of uint64)

	number  uint64 // lines read
	counted uint64 // records without neighbours
	first   uint64
	last    uint64
	before  *Line // the line before
	logged  settlement.Moment
	fences  map[string]settlement.Moment // when the neighbours were logged
	gap     bool
}

// records checks every record and computes the root of the log from all of them.
func (v *verification) records(progress func(done, of uint64)) {
	m := v.verdict.Manifest
	head, ok := v.verdict.Checkpoint.Head(m.Log)
	if !ok {
		v.find("%s does not give the log %s that the export is of", fileCheckpoint, m.Log)
		return
	}
	var opened []io.ReadCloser
	for _, name := range []string{fileRecords, fileCSV, fileProof} {
		f, err := v.files.Open(name)
		if err != nil {
			v.find("%s is missing", name)
			return
		}
		defer f.Close() //nolint:errcheck // only read
		opened = append(opened, f)
	}
	c := &recordCheck{verification: v, lines: bufio.NewScanner(opened[0]), rows: csv.NewReader(opened[1]), head: head, progress: progress, fences: map[string]settlement.Moment{}}
	c.lines.Buffer(nil, maxLine)
	c.rows.FieldsPerRecord = len(csvHeader())
	if row, err := c.rows.Read(); err != nil || !slices.Equal(row, csvHeader()) {
		v.find("%s does not begin with its headings", fileCSV)
	}
	proof := proofReader{bufio.NewScanner(opened[2])}
	root, err := compute(head.Size, c.next, proof.next, func(lo, hi uint64) {
		v.find("records %d to %d: at least one was changed, removed, added or moved: together they are not what stands in the log", lo, hi-1)
	})
	for err != nil && !errors.Is(err, io.EOF) { // what is left is checked all the same
		if _, _, ok, err := c.next(); !ok || err != nil {
			break
		}
	}
	switch {
	case err != nil:
		v.find("%s: records and proof do not fit together: %v", fileProof, err)
	case root != head.Root:
		v.find("the records and %s give the root %s, but the checkpoint is signed for %s: a record or the proof was changed, removed, added or moved", fileProof, root, head.Root)
	case proof.lines.Scan():
		v.find("%s has more hashes than belong to these records", fileProof)
	}
	c.finish()
}

// next reads and checks one record.
func (c *recordCheck) next() (position uint64, leaf tlog.Hash, ok bool, err error) {
	if !c.lines.Scan() {
		if err := c.lines.Err(); err != nil {
			c.find("%s cannot be read: %v", fileRecords, err)
		}
		return 0, leaf, false, nil
	}
	c.number++
	if c.progress != nil && c.number%1000 == 0 {
		c.progress(c.number, max(c.verdict.Manifest.Records, c.number))
	}
	var line Line
	decoder := json.NewDecoder(strings.NewReader(c.lines.Text()))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&line); err != nil || decoder.More() {
		c.find("line %d of %s cannot be read: %v", c.number, fileRecords, err)
		return 0, leaf, false, fmt.Errorf("line %d cannot be read", c.number)
	}
	record, leaf, faults := line.evidence()
	for _, fault := range faults {
		c.find("record %d: %s", line.Position, fault)
	}
	c.order(&line)
	c.belongs(&line, &record)
	if line.Outside == "" {
		c.row(&line)
	}
	c.before = &line
	return line.Position, leaf, true, nil
}

// order checks that positions ascend and, in an export that claims to be complete,
// that none is left out.
func (c *recordCheck) order(line *Line) {
	switch before := c.before; {
	case before == nil:
	case line.Position == before.Position:
		c.find("record %d stands there twice", line.Position)
	case line.Position < before.Position:
		c.find("record %d was moved: it stands behind record %d", line.Position, before.Position)
	case line.Position > before.Position+1:
		if c.gap = true; c.verdict.Manifest.Complete {
			c.find("records %d to %d are missing, but the export claims to be complete", before.Position+1, line.Position-1)
		}
	}
	if line.Outside == "" {
		if c.counted == 0 {
			c.first = line.Position
		}
		c.counted++
		c.last = line.Position
	}
}

// belongs checks a record against the query.
func (c *recordCheck) belongs(line *Line, r *store.Record) {
	m := c.verdict.Manifest
	if r.Logged < c.logged {
		c.find("record %d was logged before the record before it", line.Position)
	}
	c.logged = r.Logged
	switch line.Outside {
	case "":
	case outsideBefore, outsideBehind:
		if _, twice := c.fences[line.Outside]; twice || !m.Complete || line.Outside == outsideBefore && c.counted > 0 {
			c.find("record %d is no neighbour of the range", line.Position)
		}
		c.fences[line.Outside] = r.Logged
		return
	default:
		c.find("record %d stands outside %q, which means nothing", line.Position, line.Outside)
	}
	if _, ended := c.fences[outsideBehind]; ended {
		c.find("record %d stands behind the end of the range", line.Position)
	}
	if q := &m.Query; before(r.Logged, q.From) || q.To != nil && !before(r.Logged, q.To) {
		c.find("record %d was logged at %s, outside the time that was asked for", line.Position, line.Logged)
	}
	if q := &m.Query; q.Type != "" && r.Type != q.Type && !strings.HasPrefix(r.Type, q.Type+".") {
		c.find("record %d is of type %q, not %q as was asked for", line.Position, r.Type, q.Type)
	}
	if m.Query.UETR != "" && r.UETR != m.Query.UETR {
		if body, _, err := line.body(); err != nil || !strings.Contains(string(body), m.Query.UETR) {
			c.find("record %d does not name the UETR that was asked for", line.Position)
		}
	}
	if bic := m.Query.Participant; bic != "" && r.From != bic && r.To != bic {
		c.find("record %d is neither from nor to %s", line.Position, bic)
	}
}

// before tells whether a moment lies before a bound; no bound is before nothing.
func before(m settlement.Moment, bound *time.Time) bool {
	return bound != nil && time.Unix(0, int64(m)).Before(*bound)
}

// row compares the record with its line in the table.
func (c *recordCheck) row(line *Line) {
	if c.rows == nil {
		return
	}
	row, err := c.rows.Read()
	switch {
	case err != nil:
		c.find("%s lacks record %d, or cannot be read there: %v", fileCSV, line.Position, err)
		c.rows = nil
	case !slices.Equal(row, line.cells()):
		for i, want := range line.cells() {
			if row[i] != want {
				c.find("%s: record %d: %s is %q, the leaf has %q", fileCSV, line.Position, csvHeader()[i], row[i], want)
				break
			}
		}
	}
}

// finish checks what can be said only of all records together.
func (c *recordCheck) finish() {
	m := c.verdict.Manifest
	if c.rows != nil {
		if _, err := c.rows.Read(); !errors.Is(err, io.EOF) {
			c.find("%s has more rows than there are records", fileCSV)
		}
	}
	switch {
	case m.Records != c.counted:
		c.find("%s counts %d records but there are %d", fileManifest, m.Records, c.counted)
	case c.counted > 0 && (m.First == nil || m.Last == nil || *m.First != c.first || *m.Last != c.last):
		c.find("%s says that the records begin and end elsewhere than they do, at %d and %d", fileManifest, c.first, c.last)
	}
	if m.Complete {
		c.ends()
	}
}

// ends checks that nothing of the time that was asked for is missing before the
// first or behind the last record: the neighbours lie outside that time, or there
// are none because the log begins or ends there.
func (c *recordCheck) ends() {
	q := &c.verdict.Manifest.Query
	begin, hasBegin := c.fences[outsideBefore]
	end, hasEnd := c.fences[outsideBehind]
	firstLine := c.first
	lastLine := c.last
	if c.counted == 0 {
		switch { // an empty range lies between its neighbours
		case c.before == nil:
			if c.head.Size != 0 {
				c.find("the export is empty and shows no neighbours: that nothing is missing is not proven")
			}
			return
		case hasBegin && !hasEnd:
			firstLine, lastLine = c.before.Position+1, c.before.Position
		case hasEnd && !hasBegin:
			firstLine, lastLine = c.before.Position, c.before.Position-1
		default:
			firstLine, lastLine = c.before.Position, c.before.Position-1
		}
	}
	if !hasBegin && firstLine != 0 {
		c.find("records before record %d are missing: the neighbour that would show where the range begins is not there", firstLine)
	}
	if hasBegin && !before(begin, q.From) {
		c.find("the neighbour before the range was logged within the time that was asked for: records are missing at the beginning")
	}
	if !hasEnd && lastLine+1 != c.head.Size {
		c.find("records behind record %d are missing: the log has %d and the neighbour that would show where the range ends is not there", lastLine, c.head.Size)
	}
	if hasEnd && (q.To == nil || before(end, q.To)) {
		c.find("the neighbour behind the range was logged within the time that was asked for: records are missing at the end")
	}
}
