package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
)

// gatewayTimes are what the gateway itself says of a run: means, in milliseconds.
type gatewayTimes struct {
	Publish float64 `json:"publish_ms"` // a group to the log
	Commit  float64 `json:"commit_ms"`  // of the books
	Applied float64 `json:"applied_ms"` // from the receipt at the door until the books have it
	Groups  float64 `json:"groups"`
	Commits float64 `json:"commits"`
}

// times reads the gateway's metrics as one of its operators may.
func (b *bench) times(ctx context.Context) (t gatewayTimes, err error) {
	operator, err := openClient(b.folder, benchOperator, b.server.url)
	if err != nil {
		return t, err
	}
	text, err := operator.call(ctx, "GET", "/metrics", jsonBody, nil, nil)
	if err != nil {
		return t, fmt.Errorf("read the gateway's metrics: %w", err)
	}
	values := metricsIn(text)
	mean := func(name string) float64 {
		if n := values[name+"_count"]; n > 0 {
			return values[name+"_sum"] / n * 1000
		}
		return 0
	}
	return gatewayTimes{
		mean("dragoman_publish_seconds"), mean("dragoman_commit_seconds"), mean("dragoman_applied_seconds"),
		values["dragoman_publish_seconds_count"], values["dragoman_commit_seconds_count"],
	}, nil
}

// benchOperator is the certificate folder of one who may read metrics.
const benchOperator = "operator-1"

// metricsIn reads the values of metrics without labels.
func metricsIn(text []byte) map[string]float64 {
	values := map[string]float64{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if number, err := strconv.ParseFloat(value, 64); ok && err == nil {
			values[name] = number
		}
	}
	return values
}
