package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
)

// maxRefusal bounds what is read of a refusal where an answer may be long.
const maxRefusal = 64 << 10

// stream sends a request whose answer may be long and take long; whoever gets it
// must close it.
func (c *client) stream(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error) {
	if c.nats != nil {
		return nil, wrongCall("this goes through the door for HTTPS only")
	}
	request, err := http.NewRequestWithContext(ctx, method, c.server+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", jsonBody)
	patient := http.Client{Transport: c.http.Transport} // the answer has its own patience: lines, or bytes, that come
	response, err := patient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("no answer from %s: %w; is 'dragoman serve' running there?", c.server, err)
	}
	if response.StatusCode < http.StatusBadRequest {
		return response.Body, nil
	}
	defer response.Body.Close() //nolint:errcheck // only read
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	if err != nil {
		return nil, err
	}
	return nil, &answerError{response.StatusCode, refusalText(response.Status, answer)}
}

// orUnexpected is what ended an answer too early.
func orUnexpected(err error) error {
	if err == nil {
		return io.ErrUnexpectedEOF
	}
	return err
}

func hexOf(digest [32]byte) string { return hex.EncodeToString(digest[:]) }
