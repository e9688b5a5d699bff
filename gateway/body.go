package gateway

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Kinds of content that go over the HTTPS door.
const (
	xmlContent  = "application/xml"
	jsonContent = "application/json"
	textContent = "text/plain; charset=utf-8"
)

// readMessage reads the whole body of a request that brings a message.
func (d *Door) readMessage(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if err := wantContent(r, xmlContent, "text/xml"); err != nil {
		return nil, err
	}
	body := http.MaxBytesReader(w, r.Body, d.limits.Body)
	if r.ContentLength <= 0 || r.ContentLength > d.limits.Body {
		return io.ReadAll(body)
	}
	raw := make([]byte, r.ContentLength)
	_, err := io.ReadFull(body, raw)
	return raw, err
}

// readJSON reads a small body into a value; a key that it does not know is a
// mistake that the caller should hear of.
func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	return readJSONUpTo(w, r, into, maxHeader)
}

// readJSONUpTo is readJSON for a body of at most that many bytes.
func readJSONUpTo(w http.ResponseWriter, r *http.Request, into any, most int64) error {
	if err := wantContent(r, jsonContent); err != nil {
		return err
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return badRequest("the body cannot be read: %v", err)
	}
	if decoder.More() {
		return badRequest("the body goes on behind its value")
	}
	return nil
}

// wantContent refuses a body of another kind, in another charset than UTF-8, or
// packed.
func wantContent(r *http.Request, kinds ...string) error {
	given := r.Header.Get("Content-Type")
	kind, parameters, err := mime.ParseMediaType(given)
	if err != nil || !slices.Contains(kinds, kind) {
		return refused(problemContentType, "the body's Content-Type is %q; it must be %s", given, strings.Join(kinds, " or "))
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return refused(problemContentType, "the body's charset is %q; it must be UTF-8", charset)
	}
	if packed := r.Header.Get("Content-Encoding"); packed != "" && packed != "identity" {
		return refused(problemContentType, "the body's Content-Encoding is %q; it must be sent as it is", packed)
	}
	return nil
}
