package main

import (
	"context"
	"errors"
	"fmt"

	"dragoman/gateway"
	"dragoman/messages"
)

// crashIssuer puts money of one currency into circulation when banks want it.
// It works one decision at a time, so that after an answer that never came its
// own account tells whether the decision was taken.
type crashIssuer struct {
	run      *crashRun
	client   *client // of the person who asks
	second   *client // of the one who approves
	currency string
	wanted   *backlog[loan]

	issued int64                // minor units that are surely in circulation
	lent   map[*crashBank]int64 // the same by bank; guarded by the lock of the run
	asked  int                  // decisions whose answer never came
}

type loan struct {
	bank  *crashBank
	minor int64
	count int // wishes that it fulfils
}

// lend has the issuer of the currency give that much to a bank.
func (r *crashRun) lend(b *crashBank, amount messages.Money) {
	r.mu.Lock()
	r.loans++
	r.mu.Unlock()
	r.issuers[amount.Currency().Code()].wanted.add(loan{b, amount.Minor(), 1})
}

func (i *crashIssuer) work(ctx context.Context) {
	for {
		wanted, ok := i.wanted.next(ctx)
		if !ok {
			return
		}
		for _, more := range i.wanted.takeIf(func(l loan) bool { return l.bank == wanted.bank }) {
			wanted.minor, wanted.count = wanted.minor+more.minor, wanted.count+more.count
		}
		if err := i.give(ctx, wanted); err != nil && ctx.Err() == nil {
			i.run.fault("the issuer of %s: %v", i.currency, err)
		}
	}
}

// give issues once, however often it has to be asked.
func (i *crashIssuer) give(ctx context.Context, l loan) error {
	request := gateway.DecisionRequest{
		Action: gateway.ActionIssue, Bank: l.bank.bic, Currency: i.currency, Amount: money(l.minor, i.currency).Amount(), Reason: "the proof lends",
	}
	asked, err := certainly(ctx, func() (gateway.DecisionAnswer, error) { return i.client.decide(ctx, request) })
	for done := false; err == nil && !done; {
		var answer gateway.DecisionAnswer
		var refused *answerError
		answer, err = i.second.approve(ctx, asked.ID, true, "the proof agrees")
		switch {
		case err == nil && answer.Outcome != gateway.OutcomeDone && answer.Outcome != "":
			return fmt.Errorf("%s: %s", answer.Outcome, answer.What)
		case err == nil:
			done = true
		case errors.As(err, &refused) && refused.status < 500 || ctx.Err() != nil:
			return err
		default:
			i.asked++
			done, err = i.wasTaken(ctx, l.minor)
		}
	}
	if err != nil {
		return err
	}
	i.run.mu.Lock()
	i.run.loans -= l.count
	i.issued += l.minor
	i.lent[l.bank] += l.minor
	i.run.mu.Unlock()
	i.run.progress()
	return nil
}

// certainly asks until there is an answer. A request that was taken though its
// answer never came is approved by nobody and moves nothing.
func certainly[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	for {
		answer, err := ask()
		var refused *answerError
		if err == nil || ctx.Err() != nil || errors.As(err, &refused) && refused.status < 500 {
			return answer, err
		}
		if refused != nil {
			pause(ctx, retryAfter)
		}
	}
}

// wasTaken reads from the issuance account whether a decision was taken. Nothing
// of it can still be under way: the process that had it is gone, and its
// successor serves only when all that the log holds is applied.
func (i *crashIssuer) wasTaken(ctx context.Context, minor int64) (bool, error) {
	accounts, err := certainly(ctx, func() (map[accountName]balance, error) { return accountsOf(ctx, i.client) })
	if err != nil {
		return false, err
	}
	posted := accounts[accountName{i.client.as, i.currency, "issuance"}].posted
	if posted != -i.issued && posted != -i.issued-minor {
		return false, fmt.Errorf("%d are in circulation; %d are certain and %d were asked for", -posted, i.issued, minor)
	}
	return posted != -i.issued, nil
}
