package gateway

import (
	"net/http"

	"dragoman/routing"
)

// DirectoryView is the answer to GET /v1/directory.
type DirectoryView struct {
	// Digest names the directory as it is: a change that was made for another is
	// refused.
	Digest    string             `json:"digest"`
	Directory *routing.Directory `json:"directory"`
}

// DirectoryRequest is the body of POST /v1/directory: a change that a second
// operator must approve.
type DirectoryRequest struct {
	Change routing.Change `json:"change"`
	Reason string         `json:"reason"`
	// Digest is that of the directory for which the change was made; empty: it is not
	// checked.
	Digest string `json:"digest,omitempty"`
}

func (d *Door) directory(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	directory := d.node.Directory()
	return reply(w, http.StatusOK, DirectoryView{digestOf(directory), directory})
}

func (d *Door) changeDirectory(w http.ResponseWriter, r *http.Request, c Caller) error {
	var request DirectoryRequest
	if err := readJSONUpTo(w, r, &request, d.limits.Body); err != nil {
		return err
	}
	decision := Decision{Action: ActionApply, Reason: request.Reason, Change: &request.Change}
	by, err := d.entitled(c, &decision)
	if err != nil {
		return err
	}
	if request.Digest != "" && request.Digest != digestOf(d.node.Directory()) {
		return refused(problemChange, "the directory has changed since the change was made for it; look at GET /v1/directory again")
	}
	return d.decided(w, r, c, by, decision)
}
