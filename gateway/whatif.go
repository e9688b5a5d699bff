package gateway

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"go.uber.org/zap"

	"dragoman/settlement"
	measure "dragoman/settlement/days"
	"dragoman/store"
)

// Supposed is what came of a log as it was, and of the same log under a supposition.
type Supposed struct {
	Own, AsItWas, Otherwise store.State
	From                    uint64 // group behind which the log begins, which is trimmed; 0: it is whole
	Was, Is                 []measure.Figures
	// Now are the payments that settle only under the supposition, NoLonger those that
	// settle only without.
	Now, NoLonger []settlement.PaymentID
	// Left are the changes of balances that could not be made in full: so much less was
	// never there.
	Left []SupposedAmount
}

// ErrNotTheLog says that the log does not give the books that are there. What would
// have become of it says nothing then.
var ErrNotTheLog = errors.New("the log gives other books than those that are there: see dragoman replay")

// WhatIf applies the log of a node that is stopped twice to new books in a folder: as
// it was, which must give the node's own state, and under a supposition. Payments that
// came before since are played but not counted.
func WhatIf(ctx context.Context, servers NATSSettings, folder, scratch string, supposed Supposition, since settlement.Moment, log *zap.Logger, progress func(done, of uint64)) (r Supposed, err error) {
	own, err := store.OpenReadOnly(BooksPath(folder))
	if err != nil {
		return r, err
	}
	r.Own = own.State()
	directory, err := directoryOf(own)
	if err == nil {
		err = supposed.unknown(directory)
	}
	if err = errors.Join(err, own.Close()); err != nil {
		return r, err
	}
	nc, ended, err := connectLog(ctx, servers, folder, log)
	if err != nil {
		return r, err
	}
	defer ended()
	orders, err := OpenOrders(ctx, nc, r.Own, "what-if", time.Now)
	if err != nil {
		return r, err
	}
	run := func(name string, s *supposing, from uint64) (state store.State, f []measure.Figures, settled map[settlement.PaymentID]bool, err error) {
		if r.From, err = orders.baseOf(ctx, folder, filepath.Join(scratch, name), r.Own.Sequence, false); err != nil {
			return state, nil, nil, err
		}
		o := onlooker{measure: measure.NewMeasure(since), settled: map[settlement.PaymentID]bool{}}
		if r.From > 0 {
			if err := o.beginAt(filepath.Join(scratch, name), supposed.From); err != nil {
				return state, nil, nil, err
			}
		}
		state, err = rebuild(ctx, orders, filepath.Join(scratch, name), r.Own.Sequence, replaying{
			progress: func(done, _ uint64) { progress(from+done, 2*r.Own.Sequence) }, suppose: s, observe: o.group,
		})
		return state, o.measure.Figures(state.Booked), o.settled, err
	}
	var before, after map[settlement.PaymentID]bool
	if r.AsItWas, r.Was, before, err = run("was.db", nil, 0); err != nil {
		return r, err
	}
	if r.AsItWas != r.Own {
		return r, ErrNotTheLog
	}
	supposing := newSupposing(supposed)
	if r.Otherwise, r.Is, after, err = run("is.db", supposing, r.Own.Sequence); err != nil {
		return r, fmt.Errorf("under the supposition: %w", err)
	}
	r.Now, r.NoLonger = difference(after, before), difference(before, after)
	r.Left = supposing.left()
	return r, nil
}

// onlooker measures the groups of a log.
type onlooker struct {
	measure *measure.Measure
	settled map[settlement.PaymentID]bool
}

// beginAt measures what was there already in books with which a trimmed log begins.
func (o *onlooker) beginAt(path string, from settlement.Moment) error {
	books, err := store.OpenReadOnly(path)
	if err != nil {
		return err
	}
	defer books.Close() //nolint:errcheck // only read
	if booked := books.State().Booked; from != 0 && from <= booked {
		return fmt.Errorf("what stood before group %d, %s, is trimmed off the log: suppose from a later time on, or play a backup of that time", books.State().Sequence, timeOf(booked).Format(time.RFC3339))
	}
	_, err = o.begin(books)
	return err
}

// begin measures what is there already, and gives the open payments.
func (o *onlooker) begin(books *store.Books) (open []settlement.Payment, err error) {
	accounts, err := books.Accounts()
	if err != nil {
		return nil, err
	}
	o.measure.Group(0, settlement.Changes{Accounts: accounts})
	open, err = books.Open()
	for i := range open {
		o.measure.Group(open[i].Arrived, settlement.Changes{Payments: open[i : i+1]})
	}
	return open, err
}

func (o *onlooker) group(b *store.Batch) {
	o.measure.Group(b.State.Booked, b.Changes)
	for i := range b.Changes.Payments {
		if p := &b.Changes.Payments[i]; p.State == settlement.StateSettled && !p.Kind.Liquidity() {
			o.settled[p.ID] = true
		}
	}
}

// difference are the payments that are in one set and not in the other, in order.
func difference(in, notIn map[settlement.PaymentID]bool) (all []settlement.PaymentID) {
	for id := range in {
		if !notIn[id] {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}
