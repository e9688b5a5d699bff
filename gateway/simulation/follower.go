package simulation

import (
	"context"
	"os"
	"path/filepath"

	"dragoman/store"
)

// follower applies the log to books of its own while the run goes on, in a routine
// beside it: it gets what has been synced, and gives nothing until the run is over.
// Then its books must be those of the gateway.
type follower struct {
	node   *node
	groups chan []byte
	done   chan error
}

// followed is how many groups the follower may be behind before the run waits for it.
const followed = 1000

// followedAtOnce is how many groups it applies at once, which costs less than one by one.
const followedAtOnce = 128

// follow starts a follower at the beginning of the log.
func follow(folder string, first []byte) (*follower, error) {
	own := newWorld(0, nil) // nothing in it ever happens
	f := &follower{groups: make(chan []byte, followed), done: make(chan error, 1)}
	f.node = &node{world: own, journal: &journal{world: own, groups: [][]byte{first}}, folder: filepath.Join(folder, "replay"), most: followedAtOnce, broken: func(string, ...any) {}, done: func() {}}
	if err := os.MkdirAll(f.node.folder, 0o700); err != nil {
		return nil, err
	}
	if err := f.node.start(); err != nil {
		return nil, err
	}
	go func(groups <-chan []byte) { f.done <- f.run(groups) }(f.groups)
	return f, nil
}

// run applies what comes, many groups at once.
func (f *follower) run(groups <-chan []byte) (err error) {
	gone := 0
	for group := range groups {
		j := f.node.journal
		for j.groups = append(j.groups, group); len(j.groups) < int(f.node.handed+f.node.most); { //nolint:gosec // a count
			if group, more := <-groups; more {
				j.groups = append(j.groups, group)
				continue
			}
			break
		}
		if err == nil {
			err = f.node.catchUp()
			for ; gone < int(f.node.handed); gone++ { //nolint:gosec // a count
				j.groups[gone] = nil
			}
		}
	}
	return err
}

// end is when no more groups come.
func (f *follower) end() error {
	if f.groups == nil {
		return nil
	}
	close(f.groups)
	f.groups = nil
	return <-f.done
}

// close gives up its books, after a run that may have been broken off.
func (f *follower) close() error {
	_ = f.end() // what it says counts only at the end of a run: see checkReplay
	return f.node.books.Abandon()
}

// checkReplay holds the books against those that the log gave when it was applied again.
func (p *play) checkReplay() error {
	if err := p.follower.end(); err != nil {
		p.violation("", "the log cannot be applied again: %v", err)
		return nil
	}
	again := p.follower.node.books
	if own, rebuilt := p.node.books.State(), again.State(); own != rebuilt {
		p.violation("", "the log gives other books: %x, not %x", rebuilt.Digest, own.Digest)
	}
	differences, err := store.Compare(context.Background(), p.node.books, again)
	for _, d := range differences {
		p.violation("", "the log gives other books: %s", d)
	}
	return err
}
