package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/routing"
)

// Bounds of what the door has in hand. Beyond them the server's own buffers fill,
// and then the door drops requests: without a reply nothing was accepted.
const (
	// intakePiece is the memory that one place in the room stands for.
	intakePiece = 64 << 10
	// intakeRoom is the room for the requests of all participants under way.
	intakeRoom = 2048
	// intakeEach is the room of one participant: none can take all of it, and the
	// groups of the log still fill.
	intakeEach = 1024
	// intakeQueue and intakeBytes are what waits of one participant for room.
	intakeQueue = 4096
	intakeBytes = 32 << 20
	// intakeTime is how long a request may take, that of a wait for the log
	// included. Its client has given up long before.
	intakeTime = 60 * time.Second
)

// replyPrefix begins the reply subjects that the server makes for requests from
// other accounts; it leads back into the account that asked, wherever the
// sender wanted the reply. A reply goes nowhere else.
const replyPrefix = "_R_."

// listen takes in the requests of one participant.
func (d *NATSDoor) listen(ctx context.Context, of messages.BIC) (*nats.Subscription, error) {
	own := newRoom(intakeEach)
	subscription, err := d.nc.Subscribe(intakePrefix+of.Full(), func(request *nats.Msg) {
		if !strings.HasPrefix(request.Reply, replyPrefix) {
			return // nobody in the sender's account could learn that it was accepted
		}
		c, err := d.caller(of, request)
		if err == nil {
			err = d.within(of, request)
		}
		if err != nil {
			d.answer(request, nil, err)
			return
		}
		places := 1 + len(request.Data)/intakePiece
		if !own.enter(ctx, places) {
			return
		}
		if !d.room.enter(ctx, places) {
			own.leave(places)
			return
		}
		go func() {
			defer own.leave(places)
			defer d.room.leave(places)
			d.receive(ctx, c, request)
		}()
	})
	if err != nil {
		return nil, fmt.Errorf("take in requests of %s: %w", of, err)
	}
	if err := subscription.SetPendingLimits(intakeQueue, intakeBytes); err != nil {
		return nil, fmt.Errorf("take in requests of %s: %w", of, err)
	}
	return subscription, nil
}

// receive takes in one message and replies with its receipt.
func (d *NATSDoor) receive(ctx context.Context, c Caller, request *nats.Msg) {
	defer func() {
		if cause := recover(); cause != nil {
			d.answer(request, nil, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, intakeTime)
	defer cancel()
	if !c.may(routing.RoleParticipant) && !c.may(routing.RoleIssuer) {
		d.answer(request, nil, ErrNotAllowed)
		return
	}
	if d.node.Failed() != nil {
		d.answer(request, nil, ErrStopped)
		return
	}
	receipt, err := d.node.Desk.Receive(ctx, c, request.Data)
	d.answer(request, receipt, err)
}

// within counts a request of a participant, and measures it.
func (d *NATSDoor) within(of messages.BIC, request *nats.Msg) error {
	if int64(len(request.Data)) > d.body {
		return refused(problemTooLarge, "the message is larger than %d bytes", d.body)
	}
	if delay, ok := d.node.limiter.Allow(of, time.Now()); !ok {
		return tooMany(delay, "more than %d requests in a second", d.node.limiter.perSecond)
	}
	return nil
}

// caller is who the server says has sent a request.
func (d *NATSDoor) caller(of messages.BIC, request *nats.Msg) (Caller, error) {
	var sent struct {
		Account string `json:"acc"`
		User    string `json:"user"`
	}
	if err := json.Unmarshal([]byte(request.Header.Get(headerCaller)), &sent); err != nil {
		return Caller{}, refused(problemStranger, "%v", errUnknownKey)
	}
	p, key, ok := d.node.Directory().ByKey(sent.User)
	if !ok || p.BIC != of || sent.Account != of.Full() {
		return Caller{}, refused(problemStranger, "%v", errUnknownKey)
	}
	return Caller{Participant: p.BIC, Key: sent.User, Roles: key.Roles}, nil
}

// answer replies with the receipt, or with the problem that HTTPS would have. The
// admi.002 for a body that is no message comes into the mailbox.
func (d *NATSDoor) answer(request *nats.Msg, receipt any, err error) {
	status, kind, body := http.StatusAccepted, jsonContent, receipt
	if r, ok := receipt.(Receipt); ok {
		status = r.Status()
	}
	if err != nil {
		view := d.problem(err)
		status, kind, body = view.Status, "application/problem+json", view
	}
	data, err := json.Marshal(body)
	if err != nil {
		d.node.log.Error("nats: an answer cannot be written", zap.Error(err))
		return
	}
	reply := nats.NewMsg(request.Reply)
	reply.Header.Set(headerStatus, strconv.Itoa(status))
	reply.Header.Set(headerKind, kind)
	reply.Data = data
	if err := d.nc.PublishMsg(reply); err != nil {
		d.node.log.Warn("nats: an answer was not sent", zap.Error(err))
	}
}

// problem says an error in the words of the HTTPS door.
func (d *NATSDoor) problem(err error) problemView {
	var unreadable *Unreadable
	if errors.As(err, &unreadable) {
		return unreadable.view()
	}
	known := explain(err)
	if known == nil {
		d.node.log.Error("nats: a request failed", zap.Error(err))
		known = internalError()
	}
	return known.kind.view(known.text)
}

// room bounds the memory of what is under way. Whoever enters takes as many
// places as it needs before the next may take any, so that two never wait for
// each other.
type room struct {
	entering sync.Mutex
	places   chan struct{}
	inside   sync.WaitGroup
}

func newRoom(places int) *room { return &room{places: make(chan struct{}, places)} }

// enter waits for that many places, at most all there are; false: ctx has ended.
func (r *room) enter(ctx context.Context, places int) bool {
	r.entering.Lock()
	defer r.entering.Unlock()
	for taken := range min(places, cap(r.places)) {
		select {
		case r.places <- struct{}{}:
		case <-ctx.Done():
			r.free(taken)
			return false
		}
	}
	r.inside.Add(1)
	return true
}

func (r *room) leave(places int) {
	r.free(min(places, cap(r.places)))
	r.inside.Done()
}

func (r *room) free(places int) {
	for range places {
		<-r.places
	}
}

// wait waits until nobody is inside.
func (r *room) wait() { r.inside.Wait() }
