package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/zap"
	"golang.org/x/time/rate"

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

// natsIntake takes in the requests of one participant, on a connection of its own: a
// flood fills that and no other, and the server slows down those who cause it.
type natsIntake struct {
	door     *NATSDoor
	of       messages.BIC
	nc       *nats.Conn
	room     *room
	patience *rate.Limiter // how many refusals a second are answered

	mu     sync.Mutex
	ending map[uint64]bool // connections that are to end
}

func (d *NATSDoor) listen(ctx context.Context, of messages.BIC) (*natsIntake, error) {
	patience := d.node.limiter.perSecond
	in := &natsIntake{door: d, of: of, room: newRoom(intakeEach), patience: rate.NewLimiter(rate.Limit(patience), patience), ending: map[uint64]bool{}}
	var err error
	if in.nc, err = d.embedded.Connect(); err != nil {
		return nil, fmt.Errorf("take in requests of %s: %w", of, err)
	}
	in.nc.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		d.node.log.Warn("nats: requests were dropped", zap.Stringer("participant", of), zap.Error(err))
	})
	subscription, err := in.nc.Subscribe(intakePrefix+of.Full(), func(request *nats.Msg) { in.take(ctx, request) })
	if err == nil {
		err = errors.Join(subscription.SetPendingLimits(intakeQueue, intakeBytes), in.nc.FlushTimeout(embeddedStart))
	}
	if err != nil {
		in.nc.Close()
		return nil, fmt.Errorf("take in requests of %s: %w", of, err)
	}
	return in, nil
}

// take has one request dealt with, when there is room for it.
func (in *natsIntake) take(ctx context.Context, request *nats.Msg) {
	if !strings.HasPrefix(request.Reply, replyPrefix) {
		return // nobody in the sender's account could learn that it was accepted
	}
	c, err := in.caller(request)
	if errors.Is(err, errFlood) {
		return
	}
	if err != nil {
		in.answer(request, nil, err)
		return
	}
	places := 1 + len(request.Data)/intakePiece
	if !in.room.enter(ctx, places) {
		return
	}
	if !in.door.room.enter(ctx, places) {
		in.room.leave(places)
		return
	}
	go func() {
		defer in.room.leave(places)
		defer in.door.room.leave(places)
		in.receive(ctx, c, request)
	}()
}

// receive takes in one message and replies with its receipt.
func (in *natsIntake) receive(ctx context.Context, c Caller, request *nats.Msg) {
	defer func() {
		if cause := recover(); cause != nil {
			in.answer(request, nil, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, intakeTime)
	defer cancel()
	if !c.may(routing.RoleParticipant) && !c.may(routing.RoleIssuer) {
		in.answer(request, nil, ErrNotAllowed)
		return
	}
	if in.door.node.Failed() != nil {
		in.answer(request, nil, ErrStopped)
		return
	}
	if kind := request.Header.Get(HeaderRequest); kind != "" {
		in.market(ctx, c, request, kind)
		return
	}
	test, err := isTest(request.Header.Get(HeaderTest))
	if err != nil {
		in.answer(request, nil, err)
		return
	}
	c.Test = test
	receipt, err := in.door.node.Desk.Receive(ctx, c, request.Data)
	in.answer(request, &receipt, err)
}

// caller is who the server says has sent a request, if it may send one now.
func (in *natsIntake) caller(request *nats.Msg) (Caller, error) {
	var sent struct {
		Account    string `json:"acc"`
		User       string `json:"user"`
		Connection uint64 `json:"id"`
	}
	if err := json.Unmarshal([]byte(request.Header.Get(headerCaller)), &sent); err != nil {
		return Caller{}, refused(problemStranger, "%v", errUnknownKey)
	}
	p, key, ok := in.door.node.Directory().ByKey(sent.User)
	if !ok || p.BIC != in.of || sent.Account != in.of.Full() {
		return Caller{}, refused(problemStranger, "%v", errUnknownKey)
	}
	now, limiter := time.Now(), in.door.node.limiter
	if delay, ok := limiter.Allow(in.of, now); !ok {
		if !in.patience.AllowN(now, 1) {
			in.hangUp(sent.Connection)
			return Caller{}, errFlood
		}
		return Caller{}, tooMany(delay, "more than %d requests in a second; whoever goes on is disconnected", limiter.perSecond)
	}
	if int64(len(request.Data)) > in.door.body {
		return Caller{}, refused(problemTooLarge, "the message is larger than %d bytes", in.door.body)
	}
	return Caller{Participant: p.BIC, Key: sent.User, Roles: key.Roles}, nil
}

// errFlood says that nobody reads refusals any more.
var errFlood = errors.New("more refusals in a second than requests are allowed")

// lastWords is how long a client that sends far too much has for reading why its
// connection ends.
const lastWords = 200 * time.Millisecond

// hangUp ends the connection of a client that does not hear.
func (in *natsIntake) hangUp(connection uint64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.ending[connection] {
		return
	}
	in.ending[connection] = true
	time.AfterFunc(lastWords, func() {
		if in.door.embedded.server.DisconnectClientByID(connection) == nil {
			in.door.node.log.Warn("nats: a client that sends far more than it may was disconnected", zap.Stringer("participant", in.of))
		}
		in.mu.Lock()
		defer in.mu.Unlock()
		delete(in.ending, connection)
	})
}

// answer replies with the receipt, as JSON or for those who accept XML as an
// admi.007, or with the problem that HTTPS would have. The admi.002 for a body that
// is no message comes into the mailbox.
func (in *natsIntake) answer(request *nats.Msg, receipt *Receipt, err error) {
	reply := nats.NewMsg(request.Reply)
	if err == nil {
		err = in.receipt(reply, request, receipt)
	}
	if err != nil {
		view := in.problem(err)
		if reply.Data, err = json.Marshal(view); err != nil {
			in.door.node.log.Error("nats: an answer cannot be written", zap.Error(err))
			return
		}
		reply.Header.Set(headerStatus, strconv.Itoa(view.Status))
		reply.Header.Set(headerKind, "application/problem+json")
	}
	in.reply(reply)
}

func (in *natsIntake) reply(reply *nats.Msg) {
	if err := in.nc.PublishMsg(reply); err != nil {
		in.door.node.log.Warn("nats: an answer was not sent", zap.Error(err))
	}
}

// receipt writes a receipt into a reply.
func (in *natsIntake) receipt(reply, request *nats.Msg, receipt *Receipt) (err error) {
	kind := jsonContent
	if acceptsXML(request.Header.Get("Accept")) {
		kind = xmlContent
		reply.Data, err = receipt.acknowledgement(in.of, in.door.node.clock())
	} else {
		reply.Data, err = json.Marshal(receipt)
	}
	reply.Header.Set(headerStatus, strconv.Itoa(receipt.Status()))
	reply.Header.Set(headerKind, kind)
	return err
}

// problem says an error in the words of the HTTPS door.
func (in *natsIntake) problem(err error) problemView {
	var unreadable *Unreadable
	if errors.As(err, &unreadable) {
		return unreadable.view()
	}
	known := explain(err)
	if known == nil {
		in.door.node.log.Error("nats: a request failed", zap.Error(err))
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
