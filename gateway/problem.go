package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"go.uber.org/zap"

	"dragoman/routing"
)

// The one place where an error becomes an answer over HTTPS. What is not known
// here is internal and never shown.

// requestError is a mistake of the caller, in words that tell what to do.
type requestError struct {
	status int
	text   string
}

func (e *requestError) Error() string { return e.text }

func badRequest(format string, args ...any) error {
	return &requestError{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &requestError{http.StatusNotFound, fmt.Sprintf(format, args...)}
}

// problem answers with problem+json (RFC 9457), or with the admi.002 of a body
// that is no message.
func (d *Door) problem(w http.ResponseWriter, r *http.Request, err error) {
	var unreadable *Unreadable
	if errors.As(err, &unreadable) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(unreadable.Answer)
		return
	}
	status, text := http.StatusInternalServerError, "something went wrong inside; the operator's log has the cause"
	var request *requestError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &request):
		status, text = request.status, request.text
	case errors.As(err, &tooLarge):
		status, text = http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", tooLarge.Limit)
	case errors.Is(err, errUnknownCaller):
		status, text = http.StatusForbidden, err.Error()
	case errors.Is(err, ErrNotAllowed):
		status, text = http.StatusForbidden, err.Error()
	case errors.Is(err, routing.ErrChange):
		status, text = http.StatusUnprocessableEntity, err.Error()
	case errors.Is(err, ErrStopped):
		status, text = http.StatusServiceUnavailable, "the gateway takes no new orders until an operator has seen to it; reads go on"
	default:
		d.node.log.Error("request failed", zap.String("route", r.Pattern), zap.Error(err))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"title": http.StatusText(status), "status": status, "detail": text})
}
