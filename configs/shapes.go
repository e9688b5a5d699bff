package configs

import (
	"encoding/base32"
	"encoding/hex"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxText is the length of names: that of ISO 20022 (Max140Text).
const maxText = 140

// shape is a form of text and how to tell it to a person.
type shape struct {
	fits func(string) bool
	want string
}

// shapeOf gives the shape of a form tag. Shapes say nothing about the world: that
// a country exists or that check digits are right is checked elsewhere.
func shapeOf(form string) shape {
	switch form {
	case "bic":
		return pattern(`[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?`, "a BIC: 8 or 11 capitals and digits, with a country at the fifth place")
	case "lei":
		return pattern(`[A-Z0-9]{18}[0-9]{2}`, "an LEI: 18 capitals and digits and two check digits")
	case "currency":
		return pattern(`[A-Z]{3}`, "a currency: three capitals, such as CNY")
	case "version":
		return pattern(`[a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}`, "a message identifier, such as pacs.008.001.08")
	case "amount":
		return pattern(`[0-9]{1,18}(\.[0-9]{1,5})?`, `an amount: digits with at most one point, such as "1500000.00"`)
	case "time":
		return pattern(`([01][0-9]|2[0-3]):[0-5][0-9]|24:00`, `a time of day in quotes, such as "08:30"`)
	case "cut-off":
		return pattern(`(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)?`, `a time of day in quotes, such as "17:00"`)
	case "date":
		return shape{isDate, `a date in quotes, such as "2026-12-25"`}
	case "digest":
		return shape{func(s string) bool { return len(Fingerprint(s)) == 64 }, "a SHA-256 fingerprint: 64 hexadecimal digits, colons allowed"}
	case "nkey":
		return shape{isUserKey, "the public NKEY of a user: U and 55 capitals and digits, the last of which check the others"}
	case "address":
		return shape{isAddress, "an address with a port, such as 127.0.0.1:8443 or :8443"}
	case "servers":
		return shape{areServers, "nats:// or tls:// addresses, separated by commas, without user and password"}
	case "text":
		return shape{isText, "one line of at most 140 characters, without space around it"}
	}
	panic("configs: no shape " + form)
}

func pattern(expression, want string) shape {
	return shape{regexp.MustCompile("^(?:" + expression + ")$").MatchString, want}
}

// Fingerprint gives the SHA-256 fingerprint of a certificate in the one form that
// is compared: 64 lower-case hexadecimal digits. It takes colons and capitals, as
// openssl prints them, and gives "" for anything else.
func Fingerprint(text string) string {
	digits := strings.ToLower(strings.ReplaceAll(text, ":", ""))
	if b, err := hex.DecodeString(digits); err != nil || len(b) != 32 {
		return ""
	}
	return digits
}

// prefixUser is the first byte of a user's public NKEY: it makes the text begin
// with U.
const prefixUser = 20 << 3

// isUserKey checks a public NKEY: a prefix, 32 bytes of Ed25519 key, and their
// CRC-16 (XMODEM) with the low byte first, in base32.
func isUserKey(text string) bool {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
	if err != nil || len(raw) != 35 || raw[0] != prefixUser {
		return false
	}
	var crc uint16
	for _, b := range raw[:33] {
		crc ^= uint16(b) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			crc <<= 1
			if carry {
				crc ^= 0x1021
			}
		}
	}
	return raw[33] == byte(crc) && raw[34] == byte(crc>>8)
}

func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	if err != nil || strings.ContainsAny(host, " /@") {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func areServers(text string) bool {
	for server := range strings.SplitSeq(text, ",") {
		u, err := url.Parse(server)
		if err != nil || u.Scheme != "nats" && u.Scheme != "tls" || u.Host == "" || u.User != nil || u.Path != "" {
			return false
		}
	}
	return true
}

func isText(text string) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= maxText && strings.TrimSpace(text) == text &&
		strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
