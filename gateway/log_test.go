package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// TestLogHoldsNoContent: with everything logged that can be, there are UETRs, BICs
// and states, and no name, account, reference or body.
func TestLogHoldsNoContent(t *testing.T) {
	ctx := context.Background()
	core, logged := observer.New(zap.DebugLevel)
	n, err := Start(ctx, Settings{Folder: t.TempDir(), Clock: time.Now, Log: zap.New(core), First: testChange(t)})
	if err != nil {
		t.Fatal(err)
	}
	sender := Caller{Participant: mustBIC(t, testBanks[0])}
	var place string
	for i := range 3 {
		receipt, err := n.Desk.Receive(ctx, sender, samplePayment(t, uetr(i)...))
		if err != nil {
			t.Fatal(err)
		}
		place = receipt.Place
	}
	var unreadable *Unreadable
	if _, err := n.Desk.Receive(ctx, sender, []byte("<Nm>Silk Road Trading Company")); !errors.As(err, &unreadable) {
		t.Fatal(err)
	}
	at, _ := parsePlace(place)
	if err := n.WaitFor(ctx, at.Sequence); err != nil {
		t.Fatal(err)
	}
	if findings, err := n.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, line := range logged.All() {
		text := asJSON(t, line)
		for _, secret := range []string{"Silk Road", "Chao Phraya", "6222020200112233445", "Jianguomen", "INV-2026", "MSG-", "1250000", "<"} {
			if strings.Contains(text, secret) {
				t.Errorf("the log tells %q: %s", secret, text)
			}
		}
		if line.Message == "a payment has changed" {
			changed++
			if !strings.Contains(text, "8a562c67-ca16-48ba-b074-65581be6000") || !strings.Contains(text, "ALPHCNBJ") || !strings.Contains(text, "waiting") {
				t.Errorf("the log does not tell which payment and its state: %s", text)
			}
		}
	}
	if changed != 3 {
		t.Errorf("the log tells of %d payments, not of 3", changed)
	}
}

func asJSON(t *testing.T, line observer.LoggedEntry) string {
	t.Helper()
	encoder := zapcore.NewMapObjectEncoder()
	for _, field := range line.Context {
		field.AddTo(encoder)
	}
	text, err := json.Marshal(encoder.Fields)
	if err != nil {
		t.Fatal(err)
	}
	return line.Message + " " + string(text)
}
