package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"dragoman/configs"
	"dragoman/gateway"
)

func serveCommand() command {
	c := command{
		name: "serve", usage: "[--config FILE]", summary: "run the gateway",
		help: `
Runs until interrupted. Everything it keeps lies in the data folder that the
configuration names; 'dragoman init' makes a configuration that works. The
participants, accounts and corridors of the file are written to an empty log
once; afterwards the log alone says who takes part.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		path := flags.String("config", configName, "configuration `FILE`")
		listen := flags.String("listen", "", "listen on `ADDRESS` and not where the configuration says; port 0 is any free one")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return c.usagef("%s is no option; name the configuration with --config", args[0])
		}
		config, err := configs.Load(*path)
		if err != nil {
			return err
		}
		if *listen != "" {
			config.Node.HTTPS.Listen = *listen
		}
		return serve(ctx, config, std)
	}
	return c
}

// drain is how long requests under way may take to end.
const drain = 10 * time.Second

func serve(ctx context.Context, config *configs.Config, std streams) (err error) {
	first, err := firstChange(config, time.Now())
	if err != nil {
		return err
	}
	shown, err := doorTLS(config)
	if err != nil {
		return err
	}
	log, err := logger(config.Node.Log)
	if err != nil {
		return err
	}
	data := config.Path(config.Node.Data)
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	node, err := gateway.Start(ctx, gateway.Settings{Folder: data, Clock: time.Now, Log: log, First: first})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	door, err := gateway.OpenDoor(node, config.Node.HTTPS.Listen, shown)
	if err != nil {
		return err
	}
	say(std.out, "dragoman serves https://%s; data in %s\n", door.Address(), data)
	failed := make(chan error, 1)
	go func() { failed <- door.Serve() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	return door.Close(ending)
}

// doorTLS reads what the door shows and whom it trusts.
func doorTLS(config *configs.Config) (gateway.TLS, error) {
	https := config.Node.HTTPS
	certificate, err := tls.LoadX509KeyPair(config.Path(https.Certificate), config.Path(https.Key))
	if err != nil {
		return gateway.TLS{}, fmt.Errorf("read the server's certificate: %w", err)
	}
	authorities, err := readCertificates(config.Path(https.ClientCA))
	if err != nil {
		return gateway.TLS{}, err
	}
	pool := x509.NewCertPool()
	for _, authority := range authorities {
		pool.AddCert(authority)
	}
	return gateway.TLS{Certificate: certificate, Clients: pool}, nil
}

func logger(c configs.Log) (*zap.Logger, error) {
	level, err := zapcore.ParseLevel(c.Level)
	if err != nil {
		return nil, err
	}
	settings := zap.NewProductionConfig()
	settings.Level = zap.NewAtomicLevelAt(level)
	settings.DisableStacktrace = true
	if settings.Encoding = c.Format; c.Format == "console" {
		settings.EncoderConfig.EncodeTime = zapcore.ISO8601TimeEncoder
	}
	return settings.Build()
}
