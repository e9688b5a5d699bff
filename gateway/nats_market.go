package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/nats-io/nats.go"

	"dragoman/routing"
)

// HeaderRequest says over NATS what a request is that brings no message: rates or
// quotes, with the body and the answer that HTTPS has for them.
const HeaderRequest = "Dragoman-Request"

// market deals with a request about rates or quotes.
func (in *natsIntake) market(ctx context.Context, c Caller, request *nats.Msg, kind string) {
	status, view, err := in.marketAnswer(ctx, c, request.Data, kind)
	if err != nil {
		in.answer(request, nil, err)
		return
	}
	reply := nats.NewMsg(request.Reply)
	if reply.Data, err = json.Marshal(view); err != nil {
		in.answer(request, nil, err)
		return
	}
	reply.Header.Set(headerStatus, strconv.Itoa(status))
	reply.Header.Set(headerKind, jsonContent)
	in.reply(reply)
}

func (in *natsIntake) marketAnswer(ctx context.Context, c Caller, body []byte, kind string) (status int, view any, err error) {
	switch kind {
	case "rates":
		if !c.may(routing.RoleParticipant) {
			return 0, nil, ErrNotAllowed
		}
		var said RateRequest
		if err := strictly(body, &said); err != nil {
			return 0, nil, err
		}
		place, err := in.door.node.Desk.Rates(ctx, c, &said)
		return http.StatusAccepted, map[string]string{"place": placeText(place)}, err
	case "quotes":
		var said AskQuote
		if err := strictly(body, &said); err != nil {
			return 0, nil, err
		}
		made, err := in.door.node.quote(ctx, c, &said)
		return http.StatusCreated, made, err
	}
	return 0, nil, badRequest("%s is rates or quotes, not %q", HeaderRequest, clipped(kind, maxReference))
}

// strictly reads one JSON value without members that are not known.
func strictly(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return badRequest("the body cannot be read: %v", err)
	}
	if decoder.More() {
		return badRequest("the body goes on behind its value")
	}
	return nil
}
