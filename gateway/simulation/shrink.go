package simulation

import (
	"context"
	"maps"
	"os"
)

// Shrink looks for the smallest run that still violates something: fewer payments
// first, then fewer kinds of faults. It returns that run's result with the history of
// what was violated. tried is told of every attempt.
func Shrink(ctx context.Context, s Settings, failed Result, tried func(payments, faults int)) (Result, error) {
	small, result := s, failed
	small.Without = maps.Clone(s.Without)
	if small.Without == nil {
		small.Without = map[Fault]bool{}
	}
	small.Progress = nil
	attempt := func(next Settings) (bool, error) {
		r, err := inFolder(ctx, next)
		tried(next.Payments, len(All())-len(next.Without))
		if err != nil || len(r.Violations) == 0 {
			return false, err
		}
		small, result = next, r
		return true, nil
	}
	for fewer := true; fewer && small.Payments > 1; {
		next, err := small, error(nil)
		next.Payments = small.Payments / 2 //nolint:mnd // halves
		if fewer, err = attempt(next); err != nil {
			return result, err
		}
	}
	for _, fault := range All() {
		if small.Without[fault] {
			continue
		}
		next := small
		next.Without = maps.Clone(small.Without)
		next.Without[fault] = true
		if _, err := attempt(next); err != nil {
			return result, err
		}
	}
	small.Subjects = []string{""}
	for _, v := range result.Violations {
		small.Subjects = append(small.Subjects, v.Subject)
	}
	return inFolder(ctx, small)
}

// inFolder runs in a folder of its own inside that of the settings.
func inFolder(ctx context.Context, s Settings) (Result, error) {
	folder, err := os.MkdirTemp(s.Folder, "again")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // it lies in a temporary folder
	s.Folder = folder
	return Run(ctx, s)
}
