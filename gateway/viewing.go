package gateway

import (
	"context"
	"encoding/json"

	"dragoman/settlement"
)

// TypeView is the type of the records of the message log that say who of the
// gateway's own people has looked at the content of whose message.
const TypeView = "dragoman.view"

// Viewing is what such a record holds.
type Viewing struct {
	Record uint64 `json:"record"` // whose content was shown
	Key    string `json:"key"`    // of who looked
}

// View puts into the log that somebody looks at a message that is not its own. It
// is on disk before the message is shown.
func (d *Desk) View(ctx context.Context, caller Caller, record uint64) (settlement.Place, error) {
	body, err := json.Marshal(Viewing{record, caller.Key})
	if err != nil {
		return settlement.Place{}, err
	}
	return d.appendRecord(ctx, OrderView, caller, body)
}
