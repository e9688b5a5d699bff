package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// processUse is what a process has used so far, as the system counts it. What the
// system does not tell stays zero.
type processUse struct {
	cpu     time.Duration // of all its threads, in the program and in the system for it
	system  time.Duration // of that, in the system
	written int64         // bytes that it caused to be written to disk
}

// processWatch follows a process: what it uses between begin and stop, and the
// most memory it had.
type processWatch struct {
	folder      string // of the process, below /proc
	before, use processUse
	ownBefore   time.Duration
	own         time.Duration // processor time of this process itself

	most    int64 // bytes: private memory and shared memory
	mapped  int64 // bytes of mapped files beside it, at that moment
	ending  chan struct{}
	running sync.WaitGroup
}

// memoryStep is how often memory is looked at.
const memoryStep = 50 * time.Millisecond

func watchProcess(pid int) *processWatch {
	w := &processWatch{folder: filepath.Join("/proc", strconv.Itoa(pid)), ending: make(chan struct{})}
	w.before, w.ownBefore = useOf(w.folder), useOf("/proc/self").cpu
	w.running.Go(func() {
		ticker := time.NewTicker(memoryStep)
		defer ticker.Stop()
		for {
			w.look()
			select {
			case <-ticker.C:
			case <-w.ending:
				return
			}
		}
	})
	return w
}

// stop ends the watch; the figures are those of the time between.
func (w *processWatch) stop() {
	after := useOf(w.folder)
	w.use = processUse{after.cpu - w.before.cpu, after.system - w.before.system, after.written - w.before.written}
	w.own = useOf("/proc/self").cpu - w.ownBefore
	close(w.ending)
	w.running.Wait()
}

func (w *processWatch) look() {
	status, err := os.ReadFile(filepath.Join(w.folder, "status"))
	if err != nil {
		return // it has ended, or this is no Linux
	}
	const kB = 1024
	if now := (numberAfter(status, "\nRssAnon:") + numberAfter(status, "\nRssShmem:")) * kB; now > w.most {
		w.most, w.mapped = now, numberAfter(status, "\nRssFile:")*kB
	}
}

// clockTick is the unit of /proc/PID/stat on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

func useOf(folder string) (use processUse) {
	if stat, err := os.ReadFile(filepath.Join(folder, "stat")); err == nil {
		// Fields 14 and 15, counted from the name in parentheses, which is the second.
		if _, rest, ok := bytes.Cut(stat, []byte(") ")); ok {
			if fields := bytes.Fields(rest); len(fields) > 12 {
				use.system = time.Duration(number(fields[12])) * clockTick
				use.cpu = time.Duration(number(fields[11]))*clockTick + use.system
			}
		}
	}
	if io, err := os.ReadFile(filepath.Join(folder, "io")); err == nil {
		use.written = numberAfter(io, "\nwrite_bytes:")
	}
	return use
}

func numberAfter(text []byte, name string) int64 {
	_, rest, _ := bytes.Cut(text, []byte(name))
	fields := bytes.Fields(rest[:min(len(rest), 40)])
	if len(fields) == 0 {
		return 0
	}
	return number(fields[0])
}

func number(text []byte) int64 {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
