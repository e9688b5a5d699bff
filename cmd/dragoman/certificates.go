package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"dragoman/messages"
)

// How long certificates are good for, and how far they reach back: clocks differ.
const (
	authorityYears   = 10
	certificateYears = 1
	clockDifference  = time.Hour
)

// participantURI is what stands before the BIC in the name of a certificate.
const participantURI = "dragoman:participant:"

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// pair is a certificate with its key, both PEM.
type pair struct {
	certificate []byte
	key         []byte
	fingerprint string
}

// newAuthority makes a private authority that signs no other authorities.
func newAuthority(name string, now time.Time) (*authority, pair, error) {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-clockDifference),
		NotAfter:              now.AddDate(authorityYears, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	a := &authority{}
	made, err := a.sign(template)
	return a, made, err
}

// server makes the certificate of a server with those names and addresses.
func (a *authority) server(hosts []string, now time.Time) (pair, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: hosts[0]},
		NotBefore:   now.Add(-clockDifference),
		NotAfter:    now.AddDate(certificateYears, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return a.sign(template)
}

// client makes a certificate with which its holder acts for a participant; the
// person is empty for machines.
func (a *authority) client(name string, bic messages.BIC, person string, now time.Time) (pair, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		NotBefore:   now.Add(-clockDifference),
		NotAfter:    now.AddDate(certificateYears, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		URIs:        []*url.URL{{Scheme: "dragoman", Opaque: strings.TrimPrefix(participantURI, "dragoman:") + bic.Full()}},
	}
	if person != "" {
		template.Subject.OrganizationalUnit = []string{person}
	}
	return a.sign(template)
}

// sign makes a key and signs its certificate; the first one that an authority
// signs is its own. Serial numbers are 127 random bits.
func (a *authority) sign(template *x509.Certificate) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return pair{}, err
	}
	template.SerialNumber.Add(template.SerialNumber, big.NewInt(1)) // never 0
	if a.key == nil {
		a.certificate, a.key = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		return pair{}, fmt.Errorf("certificate of %s: %w", template.Subject.CommonName, err)
	}
	if a.certificate == template {
		if a.certificate, err = x509.ParseCertificate(der); err != nil {
			return pair{}, err
		}
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return pair{}, err
	}
	return pair{
		certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
		fingerprint: fingerprint(der),
	}, nil
}

// fingerprint is how a certificate is named in the directory.
func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// readCertificates reads a PEM file of one or more certificates.
func readCertificates(path string) ([]*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseCertificates(text)
}

func parseCertificates(text []byte) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for len(text) > 0 {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("holds a %s; it should hold certificates only", block.Type)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d: %w", len(all)+1, err)
		}
		all = append(all, certificate)
	}
	if len(all) == 0 {
		return nil, errors.New("holds no PEM certificate")
	}
	return all, nil
}

// verifyClient checks that the first of a chain may be used by a client at that
// time and was issued under one of the authorities. The error is for a person.
func verifyClient(chain, authorities []*x509.Certificate, now time.Time) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range authorities {
		roots.AddCert(c)
	}
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("is good from %s to %s, not at %s", day(chain[0].NotBefore), day(chain[0].NotAfter), day(now))
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return errors.New("is not for clients: it lacks the extended key usage client authentication")
	case errors.As(err, &unknown):
		return errors.New("was not issued by an authority in the file of node.https.client-ca")
	}
	return fmt.Errorf("is refused: %w", err)
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// participantOf gives the BIC that a certificate of init names; false when it
// names none, as those of other authorities need not.
func participantOf(c *x509.Certificate) (messages.BIC, bool) {
	for _, name := range c.URIs {
		if code, ok := strings.CutPrefix(name.String(), participantURI); ok {
			bic, err := messages.ParseBIC(code)
			return bic, err == nil
		}
	}
	return messages.BIC{}, false
}
