package main

import (
	"context"
	"sync"
)

// backlog is a queue without bound for one reader.
type backlog[T any] struct {
	mu    sync.Mutex
	items []T
	added chan struct{}
}

func newBacklog[T any]() *backlog[T] { return &backlog[T]{added: make(chan struct{}, 1)} }

func (q *backlog[T]) add(item T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, item)
	select {
	case q.added <- struct{}{}:
	default:
	}
}

// takeIf takes all items that fit, in order.
func (q *backlog[T]) takeIf(fits func(T) bool) (taken []T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	rest := q.items[:0]
	for _, item := range q.items {
		if fits(item) {
			taken = append(taken, item)
		} else {
			rest = append(rest, item)
		}
	}
	q.items = rest
	return taken
}

// next takes the first item; false when ctx has ended.
func (q *backlog[T]) next(ctx context.Context) (item T, ok bool) {
	for {
		q.mu.Lock()
		if len(q.items) > 0 {
			item, q.items = q.items[0], q.items[1:]
			q.mu.Unlock()
			return item, true
		}
		q.mu.Unlock()
		select {
		case <-q.added:
		case <-ctx.Done():
			return item, false
		}
	}
}
