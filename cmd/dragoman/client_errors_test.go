package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/configs"
	"dragoman/gateway"
	"dragoman/messages"
)

// TestClientErrors: whatever keeps a command from its gateway is told with what to
// do.
func TestClientErrors(t *testing.T) {
	folder, other := t.TempDir(), t.TempDir()
	now := time.Now()
	for dir, at := range map[string]time.Time{folder: now, other: now} {
		if _, err := makeFolder(dir, exampleBanks(), true, at); err != nil {
			t.Fatal(err)
		}
	}
	server := serveHere(t, folder)
	copied(t, filepath.Join(folder, "certs/jade-bank/ca.pem"), filepath.Join(other, "certs/jade-bank/ca.pem")) // of this gateway, with a key of another
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	expired := rewrite(t, folder, "expired", now.AddDate(-2, 0, 0))
	early := rewrite(t, folder, "early", now.AddDate(1, 0, 0))
	stranger := rewrite(t, folder, "stranger", now)
	for _, test := range []struct{ what, dir, as, server, says string }{
		{"nobody listens", folder, "jade-bank", "https://" + closedAddress(t), "nobody listens at"},
		{"no such name", folder, "jade-bank", "https://no-such-host.invalid:1", "is the name right?"},
		{"another authority of the server", other, "peony-bank", server, "name the folder of this gateway with --dir"},
		{"another authority of the client", other, "jade-bank", server, "an authority that the gateway does not trust"},
		{"another name", folder, "jade-bank", strings.Replace(server, "127.0.0.1", "127.0.0.2", 1), "is for another name"},
		{"plain HTTP there", folder, "jade-bank", strings.Replace(plain.URL, "http:", "https:", 1), "speaks no TLS"},
		{"no https", folder, "jade-bank", plain.URL, "it must be an address such as"},
		{"expired", folder, expired, server, "was good until"},
		{"not yet valid", folder, early, server, "is good only from"},
		{"nobody knows it", folder, stranger, server, "send the fingerprint to the gateway's operator"},
		{"no such folder", folder, "nobody", server, "no certificate for \"nobody\""},
		{"nobody named", folder, "", server, "say with --as who you are"},
	} {
		c, err := openClient(test.dir, test.as, test.server)
		if err == nil {
			_, err = c.call(context.Background(), "GET", "/v1/accounts", jsonBody, nil, nil)
		}
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v; it should say %q", test.what, err, test.says)
		}
	}
}

// serveHere serves a folder in this process and returns the address.
func serveHere(t *testing.T, folder string) string {
	t.Helper()
	config, err := configs.Load(filepath.Join(folder, configName))
	if err != nil {
		t.Fatal(err)
	}
	first, err := firstChange(config, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	config.Node.HTTPS.Listen = "0.0.0.0:0" // for the other name, too
	if err := os.Mkdir(filepath.Join(folder, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	node, err := gateway.Start(context.Background(), gateway.Settings{Folder: filepath.Join(folder, "data"), Clock: time.Now, Log: zap.NewNop(), First: first})
	if err != nil {
		t.Fatal(err)
	}
	door, err := gateway.OpenDoor(node, doorSettings(config, nil))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- door.Serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		if err := door.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	_, port, err := net.SplitHostPort(door.Address())
	if err != nil {
		t.Fatal(err)
	}
	return "https://127.0.0.1:" + port
}

// rewrite makes one more certificate folder with the authority of a folder.
func rewrite(t *testing.T, folder, name string, at time.Time) string {
	t.Helper()
	made := t.TempDir()
	if _, err := makeFolder(made, exampleBanks(), true, at); err != nil {
		t.Fatal(err)
	}
	below := filepath.Join(folder, "certs", name)
	if err := os.MkdirAll(below, 0o700); err != nil {
		t.Fatal(err)
	}
	copied(t, filepath.Join(folder, "certs/jade-bank/ca.pem"), filepath.Join(below, "ca.pem"))
	from := filepath.Join(made, "certs/jade-bank")
	if name == "stranger" {
		issueStranger(t, folder, below)
		return name
	}
	copied(t, filepath.Join(from, "cert.pem"), filepath.Join(below, "cert.pem"))
	copied(t, filepath.Join(from, "key.pem"), filepath.Join(below, "key.pem"))
	return name
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	if err := copyFile(from, to); err != nil {
		t.Fatal(err)
	}
}

// closedAddress is an address where nobody listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // a test's
	return l.Addr().String()
}

// issueStranger makes a certificate of a folder's authority that its directory does
// not know.
func issueStranger(t *testing.T, folder, below string) {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "ca/cert.pem"), filepath.Join(folder, "ca/key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	bic, err := messages.ParseBIC("JADECNBJ")
	if err != nil {
		t.Fatal(err)
	}
	made, err := (&authority{certificate: pair.Leaf, key: pair.PrivateKey.(*ecdsa.PrivateKey)}).client("Stranger", bic, "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"cert.pem": made.certificate, "key.pem": made.key} {
		if err := os.WriteFile(filepath.Join(below, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
