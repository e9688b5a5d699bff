package gateway

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// How the gateway keeps its connection to servers outside.
const (
	externalConnect   = 2 * time.Second // then the next server is tried
	externalReconnect = 250 * time.Millisecond
	externalPing      = time.Second // finds out a server that went without a word, twice this late
	// externalAnswer is how long servers may take for what they are asked at the start.
	externalAnswer = 30 * time.Second // all of them may have just started, and choose a leader
	externalAsk    = time.Second      // one question: without a leader nobody answers
	// externalCopies is how many copies of the log a cluster must keep: with one,
	// a disk that is lost takes acknowledged orders with it.
	externalCopies = 3
)

// connectExternal connects to servers outside, and refuses those on which the log
// would not be safe, as far as that can be asked.
func connectExternal(ctx context.Context, s NATSSettings, log *zap.Logger) (*nats.Conn, error) {
	options := []nats.Option{
		nats.Name("dragoman"), nats.Timeout(externalConnect), nats.MaxReconnects(-1), nats.ReconnectWait(externalReconnect), nats.PingInterval(externalPing),
		nats.MaxPingsOutstanding(1), nats.ReconnectBufSize(-1), // what cannot be sent now is sent again by its sender, which knows whether it was answered
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { log.Error("nats: the servers outside are gone", zap.Error(err)) }),
		nats.ReconnectHandler(func(nc *nats.Conn) { log.Info("nats: connected again", zap.String("server", nc.ConnectedServerName())) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			log.Warn("nats: the connection to the servers outside", zap.Error(err))
		}),
		nats.IgnoreAuthErrorAbort(),
	}
	if s.Credentials != "" {
		if _, err := os.Stat(s.Credentials); err != nil {
			return nil, fmt.Errorf("read the credentials for the servers outside: %w; node.nats.credentials names the file", err)
		}
		options = append(options, nats.UserCredentials(s.Credentials))
	}
	nc, err := nats.Connect(s.URL, options...)
	if err != nil {
		return nil, fmt.Errorf("connect to the log's servers at %s: %w; node.nats.url and node.nats.credentials say where they are and who we are", s.URL, err)
	}
	if err := suitable(ctx, nc, s); err != nil {
		nc.Close()
		return nil, err
	}
	log.Warn("nats: whether the servers outside sync each message to disk cannot be asked; without 'sync_interval: always' in their jetstream block a power failure loses acknowledged orders",
		zap.String("server", nc.ConnectedServerName()), zap.String("cluster", nc.ConnectedClusterName()), zap.Int("replicas", s.Replicas))
	return nc, nil
}

// suitable refuses a server on which the log would not be safe.
func suitable(ctx context.Context, nc *nats.Conn, s NATSSettings) error {
	if most := nc.MaxPayload(); most < maxPayload {
		return fmt.Errorf("the servers at %s take messages of %d bytes and the log needs %d: set 'max_payload: 8MB' there", s.URL, most, maxPayload)
	}
	if cluster := nc.ConnectedClusterName(); cluster != "" && s.Replicas < externalCopies {
		return fmt.Errorf("the servers at %s are the cluster %s and node.nats.replicas is %d: set it to %d, so that the loss of a server loses no acknowledged order", s.URL, cluster, s.Replicas, externalCopies)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	if err := patiently(ctx, func(ctx context.Context) error {
		_, err := js.AccountInfo(ctx)
		return err
	}); err != nil {
		return fmt.Errorf("the servers at %s have no JetStream for this account: %w; the log needs it", s.URL, err)
	}
	return nil
}

// patiently asks servers that may be choosing a leader.
func patiently(ctx context.Context, ask func(context.Context) error) (err error) {
	for deadline := time.Now().Add(externalAnswer); ; {
		attempt, cancel := context.WithTimeout(ctx, externalAsk)
		err = ask(attempt)
		cancel()
		if err == nil || errors.Is(err, jetstream.ErrJetStreamNotEnabled) || !unanswered(err) || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		pause := time.NewTimer(publishPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
		pause.Stop()
	}
}

// streamSpace is how large streams may grow.
type streamSpace struct {
	replicas        int
	orders, mailbox int64 // bytes; -1: as the server allows
}

// spaceFor: inside this process all space is given to the streams; outside it is the server's
// to give.
func spaceFor(external bool, replicas int) streamSpace {
	if external {
		return streamSpace{replicas, -1, -1}
	}
	return streamSpace{1, ordersMaxBytes, mailboxMax}
}

// doorName names a door among all that write to one log: several nodes may.
func doorName(external bool) (string, error) {
	if !external {
		return "door", nil
	}
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("draw the door's name: %w", err)
	}
	return "door-" + hex.EncodeToString(random), nil
}

// keeps refuses a log whose stream would forget: it may have been made by hand.
func keeps(config jetstream.StreamConfig, replicas int) error {
	var faults []string
	for _, c := range []struct {
		well bool
		want string
	}{
		{config.Storage == jetstream.FileStorage, "file storage"},
		{config.Retention == jetstream.LimitsPolicy, "limits retention"},
		{config.Discard == jetstream.DiscardNew, "discard new"},
		{config.MaxAge == 0 && config.MaxMsgs <= 0 && config.MaxMsgsPerSubject <= 0, "no limit of age or messages"},
		{config.MaxMsgSize <= 0 || config.MaxMsgSize >= maxPayload, fmt.Sprintf("messages up to %d bytes", maxPayload)},
		{!config.NoAck, "acknowledgements"},
		{len(config.Subjects) == 1 && config.Subjects[0] == ordersSubject, "the subject " + ordersSubject + " alone"},
		{config.Mirror == nil && len(config.Sources) == 0 && config.SubjectTransform == nil, "no mirror, sources or transforms"},
		{config.PersistMode == jetstream.DefaultPersistMode, "the default persist mode"},
		{config.Replicas >= replicas, fmt.Sprintf("%d replicas", replicas)},
	} {
		if !c.well {
			faults = append(faults, c.want)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("%w: the stream %s is not as it must be; it needs %s: set that with 'nats stream edit', or let the gateway make it", ErrLog, ordersStream, strings.Join(faults, ", "))
}

// unanswered tells that whether the log has taken a message is not known, or that
// it could not be asked: it is asked again.
func unanswered(err error) bool {
	for _, known := range []error{
		nats.ErrTimeout, context.DeadlineExceeded, nats.ErrNoResponders, jetstream.ErrNoStreamResponse, nats.ErrDisconnected,
		nats.ErrReconnectBufExceeded, nats.ErrConnectionReconnecting, nats.ErrStaleConnection, nats.ErrNoServers,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	var api *jetstream.APIError
	if !errors.As(err, &api) {
		return false
	}
	return api.ErrorCode == stillUnderWay || api.Code == http.StatusServiceUnavailable && api.ErrorCode != streamStoreFailed
}

// stillUnderWay is a server's code for a message whose first attempt is neither kept nor
// given up yet.
const stillUnderWay = 10158

// streamStoreFailed is the server's code for a message that its store did not take,
// because it is full or its disk is. To send it again at once is of no use.
const streamStoreFailed = 10077
