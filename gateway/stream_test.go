package gateway

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// event is one server-sent event as a client reads it.
type event struct {
	id   string
	data struct {
		Number            uint64
		Type              string
		PossibleDuplicate bool
		Message           string
	}
}

// openStream opens the stream of a member; next gives its next event, or none at
// the stream's end.
func (r *doorRig) openStream(client *http.Client, headers map[string]string) (next func() (event, bool), stop func()) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	request, err := http.NewRequestWithContext(ctx, "GET", "https://"+r.door.Address()+"/v1/mailbox/stream", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil || response.StatusCode != 200 || response.Header.Get("Content-Type") != "text/event-stream" {
		r.t.Fatalf("%v %+v", err, response)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return func() (e event, ok bool) {
			for lines.Scan() {
				switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
				case "id":
					e.id = value
				case "data":
					if err := errors.Join(json.Unmarshal([]byte(value), &e.data), openapi().validate("/components/schemas/Mail", []byte(value))); err != nil {
						r.t.Error(err)
					}
				case "":
					if e.id != "" {
						return e, true
					}
				}
			}
			return e, false
		}, func() {
			cancel()
			_ = response.Body.Close()
		}
}

// TestStream: every message once and in order, again from Last-Event-ID, longer
// than a request may take, and the end when the door closes.
func TestStream(t *testing.T) {
	r := openDoorRig(t, func(s *DoorSettings) { s.Limits.Whole = 2 * time.Second })
	r.issue(testBanks[0], "90000000.00")
	for _, http2 := range []bool{false, true} {
		pair := r.pairs[testBanks[1]]
		client := r.with(&pair, http2)
		client.Timeout = 0
		first := int(r.node.Books.MailboxEnd(r.party(testBanks[1]))) + 1
		next, stop := r.openStream(client, map[string]string{"Last-Event-ID": strconv.Itoa(first - 1)})
		for n := first; n < first+5; n++ {
			if n == first+2 {
				late := time.Now().Add(r.door.limits.Whole + 200*time.Millisecond)
				eventually(t, "a request would be cut off by now", func() bool { return time.Now().After(late) })
			}
			r.pay(testBanks[0], testBanks[1], n)
			e, ok := next()
			if !ok || e.id != strconv.Itoa(n) || e.data.Number != uint64(n) || !strings.Contains(e.data.Message, testUETR(n)) || !strings.HasPrefix(e.data.Type, "pacs.008") {
				t.Fatalf("event %d (HTTP/2 %v): %v %+v", n, http2, ok, e)
			}
		}
		stop()
		next, stop = r.openStream(client, map[string]string{"Last-Event-ID": strconv.Itoa(first + 2)})
		if e, ok := next(); !ok || e.data.Number != uint64(first+3) || !e.data.PossibleDuplicate {
			t.Errorf("behind %d comes %v %+v", first+2, ok, e)
		}
		stop()
	}
	if a := r.do(testBanks[1], "POST", "/v1/mailbox/ack", map[string]string{"Content-Type": jsonContent}, []byte(`{"upTo":9}`)); a.StatusCode != 200 {
		t.Fatalf("%s %s", a.Status, a.body)
	}
	client := r.client(testBanks[1])
	client.Timeout = 0
	next, stop := r.openStream(client, nil)
	defer stop()
	if e, ok := next(); !ok || e.data.Number != 10 {
		t.Errorf("behind what is acknowledged comes %v %+v", ok, e)
	}
	// A request that waits is answered when the door closes, and the stream ends.
	waited := make(chan answered, 1)
	go func() {
		a, err := r.try(r.client(testBanks[2]), "GET", "/v1/mailbox?wait=50s", nil, nil)
		if err != nil {
			t.Error(err)
		}
		waited <- a
	}()
	eventually(t, "a request waits", func() bool { return r.door.quotas.quota(mustBIC(t, testBanks[2])).waits.Load() == 1 })
	r.door.close()
	if a := <-waited; a.StatusCode != 200 || string(a.body) != `{"messages":[]}`+"\n" {
		t.Errorf("%s %s", a.Status, a.body)
	}
	if e, ok := next(); ok {
		t.Errorf("when the door closes comes %+v", e)
	}
	if a := r.do(testBanks[1], "GET", "/v1/mailbox/stream", map[string]string{"Last-Event-ID": "x"}, nil); a.problem() != "bad-request" {
		t.Errorf("a Last-Event-ID that is none: %s", a.body)
	}
}
