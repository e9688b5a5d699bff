package main

import (
	"io"
	"strings"
	"time"
)

// progress tells a person how far long work is: on one line that is written over,
// and only once the work has taken a while.
type progress struct {
	to    io.Writer
	what  string // "replayed %d of %d groups"
	begun time.Time
	last  time.Time
	width int // of the line that stands there
}

const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
	progressWidth = 30
)

func newProgress(to io.Writer, what string) *progress {
	return &progress{to: to, what: what, begun: time.Now()}
}

// tell shows how much is done.
func (p *progress) tell(done, of uint64) {
	now := time.Now()
	if now.Sub(p.begun) < progressAfter || now.Sub(p.last) < progressEvery || of == 0 {
		return
	}
	p.last = now
	full := int(min(done, of) * progressWidth / of) //nolint:gosec // at most the width
	p.width = progressWidth + len(p.what) + len("[] 000%")
	say(p.to, "\r[%s%s] %3d%% %s", strings.Repeat("=", full), strings.Repeat(" ", progressWidth-full), min(done, of)*100/of, p.what)
}

// end clears the line.
func (p *progress) end() {
	if p.width > 0 {
		say(p.to, "\r%s\r", strings.Repeat(" ", p.width+1))
	}
	p.width = 0
}
