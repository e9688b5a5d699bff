package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"dragoman/cmd/dragoman/disk"
)

// powerSupply is the disk that the gateway's data is on, and what happens to its
// power.
type powerSupply struct {
	run  *crashRun
	disk *disk.Disk
	data string // where it is mounted
}

// powerLoss is one cut of the power: when it came and what it did.
type powerLoss struct {
	when string
	loss disk.Loss
}

func newPowerSupply(r *crashRun) *powerSupply {
	return &powerSupply{run: r, disk: disk.New(), data: filepath.Join(r.folder, "data")}
}

// connect puts the data folder on the disk.
func (p *powerSupply) connect() error {
	if p == nil {
		return nil
	}
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return err
	}
	return p.disk.Mount(p.data)
}

// leave takes the disk away; if it is to be kept, as files of the machine.
func (p *powerSupply) leave(keep bool) (err error) {
	if p == nil {
		return nil
	}
	if err := p.disk.Unmount(); err != nil || !keep {
		return err
	}
	return p.disk.Save(p.data)
}

// cut has what was not safe lost, and looks at what is left. Nobody uses the disk.
func (p *powerSupply) cut(ctx context.Context, random *rand.Rand, when string, done *strike) error {
	if err := p.disk.Unmount(); err != nil {
		return err
	}
	loss := p.disk.Cut(random)
	done.loss = append(done.loss, powerLoss{when, loss})
	done.text += fmt.Sprintf(", %s; %s", when, loss)
	if err := p.disk.Mount(p.data); err != nil {
		return err
	}
	if !p.disk.Has("books.db") {
		done.text += "; the books are gone or empty"
		return nil
	}
	var exit *exec.ExitError
	out, err := p.run.call(ctx, "audit")
	if errors.As(err, &exit) && exit.ExitCode() != exitInvalid {
		done.text += "; the books hold nothing yet" // or cannot be read: then the start is refused
		return nil
	}
	if err != nil {
		p.run.fault("%s: dragoman audit: %v\n%s", done.text, err, out)
	}
	return nil
}

// remove takes a file away. The disk is mounted anew: the kernel remembers names.
func (p *powerSupply) remove(name string) error {
	if err := p.disk.Unmount(); err != nil {
		return err
	}
	p.disk.Remove(name)
	return p.disk.Mount(p.data)
}

// momentsOneIn is how many cuts come at no certain moment; the others come at an
// operation of the disk.
const momentsOneIn = 6

// moment sets a trap at some operation to come, which stands still there. nil: none.
func (p *powerSupply) moment(random *rand.Rand, operations ...disk.Operation) (when string, struck <-chan struct{}) {
	if random.IntN(momentsOneIn) == 0 {
		return "at some moment", nil
	}
	trap := disk.Trap{Operation: operations[random.IntN(len(operations))], Effect: disk.FreezeBefore}
	trap.Skip = random.IntN(ahead[trap.Operation])
	if random.IntN(2) == 0 {
		trap.Effect = disk.FreezeAfter
	}
	return fmt.Sprintf("%s the next %s but %d", trap.Effect, trap.Operation, trap.Skip), p.disk.Set(trap)
}

const trapPatience = 2 * time.Second // then it comes at this moment: there was no such operation

// ahead is over how many operations of a kind a trap is drawn: over less than happens
// for one share of the messages, or in a start.
var ahead = map[disk.Operation]int{disk.Write: 80, disk.Sync: 12, disk.Rename: 4}

// await waits until a trap has struck.
func (p *powerSupply) await(ctx context.Context, struck <-chan struct{}) (so bool) {
	if struck == nil {
		return true
	}
	timer := time.NewTimer(trapPatience)
	defer timer.Stop()
	select {
	case <-struck:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// cutWhileServing cuts the power while the gateway works.
func (p *powerSupply) cutWhileServing(ctx context.Context, random *rand.Rand, done *strike) error {
	when, struck := p.moment(random, disk.Write, disk.Sync)
	if !p.await(ctx, struck) {
		when = "at a quiet moment"
	}
	p.run.server.killThen(p.disk.PowerOff)
	return p.cut(ctx, random, when, done)
}

// strikeStart cuts the power while the gateway starts, or has the disk fail meanwhile
// and then cuts it.
func (p *powerSupply) strikeStart(ctx context.Context, random *rand.Rand, done *strike) error {
	if p.run.settings.errors > 0 && random.IntN(2) == 0 {
		what, _ := p.fail(random, disk.Write, disk.Sync, disk.Rename)
		if err := p.run.server.killWhileStarting(ctx, nil, p.disk.PowerOff); err != nil {
			return err
		}
		return p.cut(ctx, random, "again into the start "+what+", and then the power is cut", done)
	}
	when, struck := p.moment(random, disk.Write, disk.Sync, disk.Rename)
	if struck == nil {
		when, struck = "when it serves", make(chan struct{})
	}
	if err := p.run.server.killWhileStarting(ctx, struck, p.disk.PowerOff); err != nil {
		return err
	}
	return p.cut(ctx, random, "again into the start "+when, done)
}

// fail has the disk fail from some operation on, once or until it is mended.
func (p *powerSupply) fail(random *rand.Rand, operations ...disk.Operation) (what string, struck <-chan struct{}) {
	if random.IntN(4) == 0 {
		left := random.IntN(200)
		return fmt.Sprintf("no more than %d pages of space", left), p.disk.Fill(left)
	}
	trap := disk.Trap{Operation: operations[random.IntN(len(operations))], Effect: disk.Fail, Error: syscall.EIO}
	if random.IntN(2) == 0 {
		trap.Effect = disk.FailOnce
	}
	if trap.Operation == disk.Write && random.IntN(2) == 0 {
		trap.Error = syscall.ENOSPC
	}
	trap.Skip = random.IntN(ahead[trap.Operation])
	return fmt.Sprintf("%s (%s) at the next %s but %d", trap.Effect, trap.Error, trap.Operation, trap.Skip), p.disk.Set(trap)
}

// ailing is for how long at most a gateway goes on with a disk that fails.
const ailing = time.Second

// failWhileServing has the disk fail. The gateway may end by itself, refuse or go on;
// after a while it is killed, or the power is cut, and the disk is mended.
func (p *powerSupply) failWhileServing(ctx context.Context, random *rand.Rand, done *strike) error {
	server := p.run.server
	server.expectEnd(true)
	gone := server.gone()
	what, struck := p.fail(random, disk.Write, disk.Sync)
	done.text += ", " + what
	if !p.await(ctx, struck) {
		done.text += ", which did not come"
	}
	timer := time.NewTimer(time.Duration(random.Int64N(int64(ailing))))
	defer timer.Stop()
	select {
	case <-gone:
		done.text += "; the gateway ended by itself"
	case <-timer.C:
	case <-ctx.Done():
	}
	server.expectEnd(false)
	if random.IntN(2) == 0 {
		server.kill()
		p.disk.Mend()
		return nil
	}
	server.killThen(p.disk.PowerOff)
	return p.cut(ctx, random, "and then the power is cut", done)
}

// provePower is the proof with power failures.
func provePower() proof {
	return proof{name: "power", summary: "cut the power of the disk while banks send", unsafe: true}
}

// check tells why the proof cannot be played here.
func (p proof) check() error {
	if !p.unsafe {
		return nil
	}
	if err := disk.Usable(); err != nil {
		return errors.Join(errors.New("a power failure cannot be shown here: a process that is killed leaves what it wrote to the system, and only a file system of our own forgets it"), err)
	}
	return nil
}
