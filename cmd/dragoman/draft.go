package main

import (
	"context"
	cryptorand "crypto/rand"
	"encoding/binary"
	"flag"
	"math/rand/v2"
	"os"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/messages/schema"
)

// draftPermissions let the owner alone read a message: it names customers.
const draftPermissions = 0o600

func draftCommand() command {
	c := command{
		name: "draft", usage: "--from BIC --to BIC --currency CODE --amount DECIMAL [--quote ID] [--version V] [--out FILE]", summary: "write a payment to try things with",
		help: `
Writes a customer credit transfer (pacs.008) with its header, between invented
customers of two banks, with today's date and a new UETR. 'dragoman send' sends it.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		from := flags.String("from", "", "`BIC` of the bank that sends it")
		to := flags.String("to", "", "`BIC` of the bank that receives it")
		currency := flags.String("currency", "", "`CODE` of the currency")
		amount := flags.String("amount", "", "how much, a `DECIMAL` such as 250.00")
		version := flags.String("version", "pacs.008.001.08", "message `VERSION`")
		quote := flags.String("quote", "", "`ID` of the quote by which it is exchanged")
		out := flags.String("out", "", "write to `FILE`; without it to standard output")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		body, err := c.draft(*from, *to, *currency, *amount, *version, *quote)
		if err != nil {
			return err
		}
		if *out == "" {
			_, err = std.out.Write(body)
			return err
		}
		return os.WriteFile(*out, body, draftPermissions)
	}
	return c
}

func (c command) draft(from, to, currency, amount, version, quote string) ([]byte, error) {
	sender, err := messages.ParseBIC(from)
	if err != nil {
		return nil, c.usagef("--from: %v", err)
	}
	receiver, err := messages.ParseBIC(to)
	if err != nil {
		return nil, c.usagef("--to: %v", err)
	}
	unit, err := messages.ParseCurrency(currency)
	if err != nil {
		return nil, c.usagef("--currency: %v", err)
	}
	m, err := messages.ParseMoney(amount, unit)
	if err != nil || m.Sign() <= 0 {
		return nil, c.usagef("--amount: %q is no amount of %s above zero", amount, unit)
	}
	if schema.Lookup(version) == nil || messages.KindOf(version) != "pacs.008" {
		return nil, c.usagef("--version: %s is no version of pacs.008%s", version, knownVersions("pacs.008"))
	}
	var told []string
	if quote != "" {
		told = []string{gateway.InstructionQuote + quote}
	}
	var seed [16]byte
	if _, err := cryptorand.Read(seed[:]); err != nil {
		return nil, err
	}
	s := newScribe(rand.New(rand.NewPCG(binary.BigEndian.Uint64(seed[:8]), binary.BigEndian.Uint64(seed[8:]))), time.Now()) //nolint:gosec // a UETR needs to be new, not secret
	uetr := s.uetr()
	id := "DRAFT-" + uetr[:8]
	return s.transfer(version, demoBank{name: sender.String(), bic: sender}, id, []draft{{id: id, uetr: uetr, amount: m, to: demoBank{name: receiver.String(), bic: receiver}, agent: receiver, told: told}}), nil
}
