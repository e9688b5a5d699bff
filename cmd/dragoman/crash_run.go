package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dragoman/messages"
)

// crashRun is one run of the proof: a server that is struck, banks and issuers,
// and all that they saw.
type crashRun struct {
	settings proofSettings
	std      streams
	folder   string
	gateway  messages.BIC
	server   *supervised
	power    *powerSupply // of the disk of our own that the data is on; nil: it is on the machine's
	scribe   *scribe
	chance   *rand.Rand // of the senders
	banks    []*crashBank
	issuers  map[string]*crashIssuer // by currency
	began    time.Time

	mu                sync.Mutex
	letters           []*crashLetter
	payments          map[string]*crashPayment // by end-to-end id
	faults            []string                 // what concerns no single letter
	wrongs            []*crashLetter           // letters with a fault, each once
	kinds             map[string]int           // messages taken, by kind
	loans             int                      // wanted and not given yet
	acknowledgedAgain int                      // mails that came again though acknowledged
	planned           []*crashLetter           // what banks set out to send, in order
	allowed           int                      // of planned: so many may be sent now
	answered          int                      // of planned: so many need not be sent any more
	moved             chan struct{}            // replaced whenever something happens
	finished          bool                     // everything has come
	strikes           []strike                 // what was done to the server
}

// playRound plays one run with a gateway of its own in a folder, which must be empty
// or absent, and gives what it showed. With violations the folder is kept.
func (p proof) playRound(ctx context.Context, s proofSettings, folder string, std streams) (result crashResult, err error) {
	made, err := makeFolder(folder, exampleBanks(), s.folder == "" && s.rounds < 2, time.Now())
	if err != nil {
		return result, err
	}
	if !p.unsafe { // the disk of our own is slow, and its proof is about other things
		if err = trimOften(made.Folder); err != nil {
			return result, err
		}
	}
	r, err := newCrashRun(s, made, std)
	if err != nil {
		return result, err
	}
	if p.unsafe {
		r.power = newPowerSupply(r)
	}
	err = r.prove(ctx)
	if err = errors.Join(err, r.power.leave(err != nil || s.keep || len(r.faults)+len(r.wrongs) > 0)); err != nil {
		return result, fmt.Errorf("the proof cannot go on (seed %d, folder %s): %w%s", s.seed, folder, err, r.foundSoFar())
	}
	if result, err = r.result(); err != nil {
		return result, err
	}
	if len(result.Violations) > 0 {
		return result, result.writeHistories(r)
	}
	if !s.keep || s.rounds > 1 {
		return result, os.RemoveAll(folder)
	}
	return result, nil
}

// foundSoFar are the first faults of a run that was broken off.
func (r *crashRun) foundSoFar() (text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, fault := range r.faults[:min(len(r.faults), shownHistories)] {
		text += "\n  " + fault
	}
	for _, l := range r.wrongs[:min(len(r.wrongs), shownHistories)] {
		text += fmt.Sprintf("\n  message %s: %s", l.id, l.wrongs[0])
	}
	return text
}

// serveLog is where the words of all processes go, in the folder of the run.
const serveLog = "serve.log"

// chanceOf makes a source of chance for one purpose.
func chanceOf(seed uint64, purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, purpose)) //nolint:gosec // a seed must give the same run
}

func newCrashRun(s proofSettings, made *folder, std streams) (*crashRun, error) {
	r := &crashRun{
		settings: s, std: std, folder: made.Folder, scribe: newScribe(chanceOf(s.seed, 1), time.Now()), chance: chanceOf(s.seed, 2),
		issuers: map[string]*crashIssuer{}, payments: map[string]*crashPayment{}, kinds: map[string]int{}, moved: make(chan struct{}), began: time.Now(),
	}
	file, err := os.Create(filepath.Join(r.folder, serveLog))
	if err != nil {
		return nil, err
	}
	r.server = newSupervised(r.folder, &lastLine{to: file})
	if r.gateway, err = messages.ParseBIC(gatewayBIC); err != nil {
		return nil, err
	}
	for _, m := range made.Participants {
		if m.Role == "participant" {
			if err := r.addBank(m); err != nil {
				return nil, err
			}
		}
	}
	for _, a := range assets() {
		first, err := r.server.client(a.folder(1))
		if err != nil {
			return nil, err
		}
		second, err := r.server.client(a.folder(2))
		if err != nil {
			return nil, err
		}
		r.issuers[a.code] = &crashIssuer{run: r, client: first, second: second, currency: a.code, wanted: newBacklog[loan](), lent: map[*crashBank]int64{}}
	}
	r.plan(s.payments)
	r.planned = r.letters[:len(r.letters):len(r.letters)]
	r.letSend(1)
	return r, nil
}

func (r *crashRun) addBank(m folderMember) error {
	bic, err := messages.ParseBIC(m.BIC)
	if err != nil {
		return err
	}
	c, err := r.server.client(m.As)
	if err != nil {
		return err
	}
	r.banks = append(r.banks, &crashBank{
		demoBank: demoBank{m.As, m.Name, bic}, run: r, client: c, door: httpsDoor{c}, ordered: true, acknowledged: map[uint64]int{}, random: chanceOf(r.settings.seed, 100+uint64(len(r.banks))),
		letters: map[string]*crashLetter{}, recalls: newBacklog[*crashLetter](), mailbox: map[uint64][32]byte{}, advised: map[string]int64{},
	})
	return nil
}

// prove plays the run and holds what was seen against the gateway. The error is
// that it could not be played to its end.
func (r *crashRun) prove(ctx context.Context) (err error) {
	if err := r.power.connect(); err != nil {
		return err
	}
	if err := r.server.start(ctx); err != nil {
		return err
	}
	defer func() { r.server.kill() }()
	if err := r.openDoors(ctx); err != nil {
		return err
	}
	if err := r.play(ctx); errors.Is(err, errHalted) {
		r.fault("%v", err)
		return nil
	} else if err != nil {
		return err
	}
	r.progressLine("everything has come; the books are held against what the banks saw")
	if err := r.account(ctx); err != nil {
		return err
	}
	return r.checkBooks(ctx)
}

// Of the banks so many come by NATS, so many have their mailbox streamed, and the
// others fetch it.
const (
	natsBanks   = 3
	streamBanks = 2
)

// openDoors has the banks come by the doors that are meant for them.
func (r *crashRun) openDoors(ctx context.Context) error {
	for i, b := range r.banks {
		switch {
		case i < natsBanks:
			c, err := r.server.natsClient(ctx, b.as)
			if err != nil {
				return err
			}
			b.door, b.ordered = natsDoor{c, r.server}, false
		case i < natsBanks+streamBanks:
			b.door = &streamDoor{httpsDoor: httpsDoor{b.client}}
		}
	}
	return nil
}

// play lets banks, issuers and the striker do their work until all is done.
func (r *crashRun) play(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var background, senders, readers sync.WaitGroup
	for _, i := range r.issuers {
		background.Go(func() { i.work(ctx) })
	}
	for _, b := range r.banks {
		for currency := range r.issuers {
			r.lend(b, money(opening, currency))
		}
		background.Go(func() { b.askBack(ctx) })
		readers.Go(func() { b.read(ctx) })
		plan := make(chan *crashLetter, len(b.plan))
		for _, l := range b.plan {
			plan <- l
		}
		close(plan)
		for range r.settings.senders {
			senders.Go(func() { b.send(ctx, plan) })
		}
	}
	struck := make(chan struct{})
	background.Go(func() {
		defer close(struck)
		if err := r.strike(ctx); err != nil {
			stop(err)
		}
	})
	background.Go(func() {
		select {
		case err := <-r.server.ended:
			stop(fmt.Errorf("%w: %w", errHalted, err))
		case <-ctx.Done():
		}
	})
	background.Go(func() {
		if err := r.watchLane(ctx); err != nil {
			stop(err)
		}
	})
	senders.Wait()
	select {
	case <-struck:
	case <-ctx.Done():
	}
	r.awaitAll(ctx)
	readers.Wait()
	err := context.Cause(ctx)
	stop(nil)
	background.Wait()
	return err
}

func (r *crashRun) complete() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.finished
}

// progress tells that something was answered or mailed.
func (r *crashRun) progress() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.moved)
	r.moved = make(chan struct{})
}

func (r *crashRun) count(kind string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kinds[kind]++
}

// note writes into the history of a letter, and changes what is known of it.
func (r *crashRun) note(l *crashLetter, change func(), format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if change != nil {
		change()
	}
	r.noteLocked(l, format, args...)
}

func (r *crashRun) noteLocked(l *crashLetter, format string, args ...any) {
	l.history = append(l.history, crashEvent{time.Since(r.began), r.server.generation(), strings.TrimSpace(fmt.Sprintf(format, args...))})
}

// wrong notes a fault of a letter.
func (r *crashRun) wrong(l *crashLetter, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrongLocked(l, format, args...)
}

func (r *crashRun) wrongLocked(l *crashLetter, format string, args ...any) {
	if len(l.wrongs) == 0 {
		r.wrongs = append(r.wrongs, l)
	}
	l.wrongs = append(l.wrongs, fmt.Sprintf(format, args...))
	r.noteLocked(l, "WRONG: "+format, args...)
}

// fault notes what concerns no single letter.
func (r *crashRun) fault(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faultLocked(format, args...)
}

func (r *crashRun) faultLocked(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

func (r *crashRun) progressLine(format string, args ...any) {
	say(r.std.err, "%6.1f s  %s\n", time.Since(r.began).Seconds(), fmt.Sprintf(format, args...))
}
