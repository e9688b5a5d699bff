package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"dragoman/messages"
)

// certified is a private authority with a server's and a client's certificate.
type certified struct {
	authority, server, client pair
}

func certify(t *testing.T, now time.Time) certified {
	t.Helper()
	a, root, err := newAuthority("Test authority", now)
	if err != nil {
		t.Fatal(err)
	}
	bic, err := messages.ParseBIC("JADECNBJ")
	if err != nil {
		t.Fatal(err)
	}
	server, err := a.server(serverHosts(), now)
	if err != nil {
		t.Fatal(err)
	}
	client, err := a.client("Jade Bank", bic, "", now)
	if err != nil {
		t.Fatal(err)
	}
	return certified{root, server, client}
}

func parsed(t *testing.T, p pair) []*x509.Certificate {
	t.Helper()
	all, err := parseCertificates(p.certificate)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestVerifyClient(t *testing.T) {
	now := time.Now()
	ours, others := certify(t, now), certify(t, now)
	for _, test := range []struct {
		name      string
		chain     pair
		authority pair
		at        time.Time
		want      string // part of the refusal; empty when it is good
	}{
		{"good", ours.client, ours.authority, now, ""},
		{"clock behind", ours.client, ours.authority, now.Add(-59 * time.Minute), ""},
		{"last day", ours.client, ours.authority, now.AddDate(1, 0, -1), ""},
		{"expired", ours.client, ours.authority, now.AddDate(1, 0, 1), "is good from"},
		{"not yet", ours.client, ours.authority, now.Add(-2 * time.Hour), "is good from"},
		{"of another authority", others.client, ours.authority, now, "was not issued by"},
		{"a server's", ours.server, ours.authority, now, "is not for clients"},
		{"itself an authority", ours.client, ours.client, now, ""}, // a pinned certificate is its own root
	} {
		err := verifyClient(parsed(t, test.chain), parsed(t, test.authority), test.at)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

func TestCertificateContents(t *testing.T) {
	now := time.Now()
	c := certify(t, now)
	client, server, root := parsed(t, c.client)[0], parsed(t, c.server)[0], parsed(t, c.authority)[0]
	if client.Subject.CommonName != "Jade Bank" || len(client.URIs) != 1 || client.URIs[0].String() != "dragoman:participant:JADECNBJXXX" {
		t.Errorf("client is %s, %v", client.Subject, client.URIs)
	}
	if len(client.ExtKeyUsage) != 1 || client.ExtKeyUsage[0] != x509.ExtKeyUsageClientAuth || client.IsCA {
		t.Errorf("client may do %v, authority: %v", client.ExtKeyUsage, client.IsCA)
	}
	if bic, ok := participantOf(client); !ok || bic.String() != "JADECNBJ" {
		t.Errorf("participant %s, %v", bic, ok)
	}
	if _, ok := participantOf(server); ok {
		t.Error("a server's certificate names a participant")
	}
	if server.VerifyHostname("localhost") != nil || server.VerifyHostname("127.0.0.1") != nil || server.VerifyHostname("example.org") == nil {
		t.Errorf("server is %v %v", server.DNSNames, server.IPAddresses)
	}
	if client.SerialNumber.Cmp(server.SerialNumber) == 0 || client.SerialNumber.BitLen() < 64 || client.SerialNumber.Sign() <= 0 {
		t.Errorf("serial numbers %d and %d", client.SerialNumber, server.SerialNumber)
	}
	if !root.IsCA || root.CheckSignatureFrom(root) != nil {
		t.Error("the authority is none")
	}
	if c.client.fingerprint != fingerprint(client.Raw) || len(c.client.fingerprint) != 64 {
		t.Errorf("fingerprint %s", c.client.fingerprint)
	}
}

// TestHandshake runs mutual TLS over a pipe with what init makes.
func TestHandshake(t *testing.T) {
	now := time.Now()
	ours, others := certify(t, now), certify(t, now)
	for _, test := range []struct {
		name   string
		client pair
		good   bool
	}{{"ours", ours.client, true}, {"a stranger's", others.client, false}, {"the server's own", ours.server, false}} {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(ours.authority.certificate)
		serve := &tls.Config{Certificates: []tls.Certificate{keyPair(t, ours.server)}, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13}
		call := &tls.Config{Certificates: []tls.Certificate{keyPair(t, test.client)}, RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS13}
		near, far := net.Pipe()
		done := make(chan error, 1)
		go func() {
			defer near.Close() //nolint:errcheck // the other side sees it
			done <- tls.Server(near, serve).Handshake()
		}()
		go func() {
			defer far.Close() //nolint:errcheck // the other side sees it
			conn := tls.Client(far, call)
			if conn.Handshake() == nil {
				_, _ = io.Copy(io.Discard, conn)
			}
		}()
		if err := <-done; (err == nil) != test.good {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func keyPair(t *testing.T, p pair) tls.Certificate {
	t.Helper()
	made, err := tls.X509KeyPair(p.certificate, p.key)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestParseCertificatesRefuses(t *testing.T) {
	c := certify(t, time.Now())
	for _, test := range []struct {
		name string
		text []byte
		want string
	}{
		{"nothing", nil, "holds no PEM certificate"},
		{"text", []byte("certificate"), "holds no PEM certificate"},
		{"key", c.client.key, "holds a PRIVATE KEY"},
		{"key behind", append(bytes.Clone(c.client.certificate), c.client.key...), "holds a PRIVATE KEY"},
		{"broken", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "certificate 1: "},
	} {
		if _, err := parseCertificates(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
	chain, err := parseCertificates(append(bytes.Clone(c.client.certificate), c.authority.certificate...))
	if err != nil || len(chain) != 2 {
		t.Errorf("chain: %d certificates, %v", len(chain), err)
	}
}
