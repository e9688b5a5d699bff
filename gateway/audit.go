package gateway

import (
	"context"
	"errors"

	"dragoman/routing"
	"dragoman/store"
)

// Audit audits books as the store does, and adds what the store does not know: whether
// what the lane keeps in them can be read, and whether every quote is what its rate
// gives. The store cannot ask that itself: what rates and quotes are is routing's, and
// that stands above it.
func Audit(ctx context.Context, books *store.Books, progress func(done, of uint64)) (store.Report, error) {
	report, err := books.AuditAll(ctx, progress)
	if err != nil {
		return report, err
	}
	rows, err := books.Market("")
	if err == nil {
		report.Counts = append(report.Counts, store.Count{Of: "rates and quotes", Number: uint64(len(rows))})
		all := make([]routing.MarketRow, len(rows))
		for i, row := range rows {
			all[i] = routing.MarketRow(row)
		}
		var findings []string
		findings, err = routing.AuditMarket(all, books.Payment)
		report.Findings = append(report.Findings, findings...)
	}
	for _, read := range []func() error{
		func() error { return err },
		func() (err error) { _, err = directoryOf(books); return err },
		func() (err error) { _, err = loadRequests(books); return err },
		func() (err error) { _, err = loadDoorMarks(books); return err },
		func() (err error) { _, err = loadDays(books); return err },
	} {
		if err := read(); errors.Is(err, store.ErrCorrupt) && len(report.Findings) > 0 {
			continue // a checksum that does not fit: the store has found that
		} else if err != nil {
			report.Findings = append(report.Findings, err.Error())
		}
	}
	return report, nil
}
