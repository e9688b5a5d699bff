package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"dragoman/routing"
)

// The one place where an error becomes an answer, over HTTPS and over NATS. What is not known
// here is internal and never shown.

// problemKind is what went wrong, for programs; the detail is for people. Its
// name is the fragment of the problem's type, whose address serves this table.
type problemKind struct {
	Name   string `json:"name"`
	Status int    `json:"status"`
	Title  string `json:"title"`
}

// Kinds of problems.
var (
	problemUnreadable  = problemKind{"unreadable", http.StatusBadRequest, "The body is no message that can be read"}
	problemRequest     = problemKind{"bad-request", http.StatusBadRequest, "The request cannot be understood"}
	problemStranger    = problemKind{"unknown-certificate", http.StatusForbidden, "The certificate belongs to nobody here"}
	problemExpired     = problemKind{"certificate-expired", http.StatusForbidden, "The certificate is no longer valid"}
	problemForbidden   = problemKind{"not-allowed", http.StatusForbidden, "The certificate's role does not cover this"}
	problemNotFound    = problemKind{"not-found", http.StatusNotFound, "There is no such thing, or it is not yours"}
	problemMethod      = problemKind{"method-not-allowed", http.StatusMethodNotAllowed, "The address does not take this method"}
	problemSlow        = problemKind{"too-slow", http.StatusRequestTimeout, "The request took too long to arrive"}
	problemDecision    = problemKind{"decision-refused", http.StatusConflict, "The decision was refused, and that is recorded"}
	problemMailbox     = problemKind{"another-mailbox", http.StatusConflict, "The number is of a mailbox that was lost"}
	problemTooLarge    = problemKind{"body-too-large", http.StatusRequestEntityTooLarge, "The body is too large"}
	problemContentType = problemKind{"content-type", http.StatusUnsupportedMediaType, "The body is of a kind that is not taken here"}
	problemChange      = problemKind{"does-not-fit", http.StatusUnprocessableEntity, "The request does not fit how things stand"}
	problemTooMany     = problemKind{"too-many-requests", http.StatusTooManyRequests, "Too many requests"}
	problemInternal    = problemKind{"internal", http.StatusInternalServerError, "Something went wrong inside"}
	problemStopped     = problemKind{"stopped", http.StatusServiceUnavailable, "The gateway takes no new orders"}
	problemBehind      = problemKind{"not-yet", http.StatusServiceUnavailable, "The books have not come that far yet"}
)

// problemKinds are all kinds, in the order of their status.
func problemKinds() []problemKind {
	return []problemKind{
		problemRequest, problemUnreadable, problemStranger, problemExpired, problemForbidden, problemNotFound, problemMethod, problemSlow,
		problemDecision, problemMailbox, problemTooLarge, problemContentType, problemChange, problemTooMany, problemInternal, problemStopped, problemBehind,
	}
}

// requestError is a problem of the caller, in words that tell what to do.
type requestError struct {
	kind  problemKind
	text  string
	retry time.Duration // when to come again; 0: there is no use in it
}

func (e *requestError) Error() string { return e.text }

func refused(kind problemKind, format string, args ...any) error {
	return &requestError{kind: kind, text: fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) error { return refused(problemRequest, format, args...) }

func notFound(format string, args ...any) error { return refused(problemNotFound, format, args...) }

func tooMany(retry time.Duration, format string, args ...any) error {
	return &requestError{problemTooMany, fmt.Sprintf(format, args...), retry}
}

// problemView is problem+json, RFC 9457, with what is known of an unreadable body.
type problemView struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Rule   string `json:"rule,omitempty"`
	Reason string `json:"reason,omitempty"` // ISO 20022 reason code
	Path   string `json:"path,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// problemType is where the kinds are explained, behind which the name of one stands.
const problemType = "/v1/problems#"

func (p problemKind) view(detail string) problemView {
	return problemView{Type: problemType + p.Name, Title: p.Title, Status: p.Status, Detail: detail}
}

// problem answers with problem+json, or with the admi.002 of a body that is no
// message.
func (d *Door) problem(w http.ResponseWriter, r *http.Request, err error) {
	var unreadable *Unreadable
	if errors.As(err, &unreadable) {
		unreadable.write(w, r)
		return
	}
	p := d.explain(r, err)
	if p.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((p.retry+time.Second-1)/time.Second)))
	}
	write(w, p.kind.view(p.text))
}

func write(w http.ResponseWriter, v problemView) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(v.Status)
	_ = json.NewEncoder(w).Encode(v)
}

func (u *Unreadable) view() problemView {
	v := problemUnreadable.view(u.Fault.Text)
	v.Rule, v.Reason, v.Path, v.Line, v.Column = u.Fault.Rule, u.Fault.Reason, u.Fault.Path, u.Fault.Line, u.Fault.Column
	return v
}

// write answers with the admi.002, or with a problem to those who ask for JSON.
func (u *Unreadable) write(w http.ResponseWriter, r *http.Request) {
	if accept := r.Header.Get("Accept"); strings.Contains(accept, "json") && !strings.Contains(accept, "xml") {
		write(w, u.view())
		return
	}
	w.Header().Set("Content-Type", xmlContent)
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write(u.Answer)
}

// explain finds what an error is to the caller.
func (d *Door) explain(r *http.Request, err error) *requestError {
	if known := explain(err); known != nil {
		return known
	}
	if r.Context().Err() != nil { // nobody is there any more to read this
		return &requestError{kind: problemSlow, text: "the caller went away before there was an answer"}
	}
	d.node.log.Error("a request failed", zap.String("route", r.Pattern), zap.Error(err))
	return internalError()
}

func internalError() *requestError {
	return &requestError{kind: problemInternal, text: "something went wrong inside; the operator's log has the cause. Sending the same bytes again does no harm"}
}

// explain finds what an error is to the caller, whatever the door; nil: it is not
// the caller's business.
func explain(err error) *requestError {
	var request *requestError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &request):
		return request
	case errors.As(err, &tooLarge):
		return &requestError{kind: problemTooLarge, text: fmt.Sprintf("the body is larger than %d bytes", tooLarge.Limit)}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &requestError{kind: problemSlow, text: "the request did not arrive in time; it was not taken"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &requestError{kind: problemRequest, text: "the body ended before it was whole; it was not taken"}
	case errors.Is(err, ErrNotAllowed):
		return &requestError{kind: problemForbidden, text: "this key's role does not cover this; an operator can add the role with 'dragoman apply'"}
	case errors.Is(err, routing.ErrChange):
		return &requestError{kind: problemChange, text: err.Error()}
	case errors.Is(err, ErrSilent):
		return &requestError{problemStopped, "the log does not answer, so the message was not taken; try again soon", silence}
	case errors.Is(err, ErrLate):
		return &requestError{problemStopped, err.Error(), time.Second}
	case errors.Is(err, ErrStopped):
		return &requestError{problemStopped, "the gateway takes no new orders until its operators have seen to it; reads go on. Operators find the cause at GET /readyz", time.Minute}
	}
	return nil
}

// problems serves the kinds of problems, where their types point.
func (d *Door) problems(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	return reply(w, http.StatusOK, map[string]any{"problems": problemKinds()})
}
