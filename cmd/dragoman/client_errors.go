package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// goodNow tells early, and in plain words, that a certificate will be refused.
func goodNow(as string, certificate *x509.Certificate, now time.Time) error {
	switch {
	case certificate == nil:
		return nil
	case now.After(certificate.NotAfter):
		return fmt.Errorf("the certificate of %s was good until %s; ask the gateway's operator for a new one", as, certificate.NotAfter.UTC().Format(time.RFC3339))
	case now.Before(certificate.NotBefore):
		return fmt.Errorf("the certificate of %s is good only from %s on; is this machine's clock right?", as, certificate.NotBefore.UTC().Format(time.RFC3339))
	}
	return nil
}

// noAnswer says what may be the matter when a gateway does not answer, and what to
// do.
func noAnswer(server, as string, err error) error {
	var unverified *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	var alert tls.AlertError
	var refused *net.OpError
	var unknown *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &unverified):
		return wrongServer(server, unverified.Err)
	case errors.As(err, &plain), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return fmt.Errorf("what answers at %s speaks no TLS; is it the gateway's HTTPS door? (%w)", server, err)
	case errors.As(err, &alert), errors.As(err, &refused) && refused.Op == "remote error":
		return refusedByServer(server, as, err)
	case errors.As(err, &unknown):
		return fmt.Errorf("no answer from %s: %w; is the name right?", server, err)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer from %s in time: %w; what was sent may have been taken: send it again, the same bytes do no harm", server, err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nobody listens at %s; is 'dragoman serve' running there? If it listens elsewhere, name it with --server (%w)", server, err)
	}
	return fmt.Errorf("no answer from %s: %w; is 'dragoman serve' running there?", server, err)
}

// wrongServer says why the certificate that a gateway shows is not believed.
func wrongServer(server string, err error) error {
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return fmt.Errorf("the certificate of %s is for another name: %w; name the gateway with --server as its certificate does", server, err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("the certificate of the gateway at %s is not valid now: %w; its operator must renew it, if this machine's clock is right", server, err)
	}
	return fmt.Errorf("the gateway at %s shows a certificate that is not of this folder's authority: %w; name the folder of this gateway with --dir", server, err)
}

// refusedByServer says what a gateway's TLS alert means.
func refusedByServer(server, as string, err error) error {
	hint := "it must be of an authority that the gateway trusts, made for clients, and valid now"
	switch text := err.Error(); {
	case strings.Contains(text, "expired certificate"):
		hint = "it is not valid now; ask the gateway's operator for a new one"
	case strings.Contains(text, "unknown certificate authority"):
		hint = "it is of an authority that the gateway does not trust; is --dir the folder of this gateway?"
	}
	return fmt.Errorf("the gateway at %s refuses the certificate of %s: %s (%w)", server, as, hint, err)
}
