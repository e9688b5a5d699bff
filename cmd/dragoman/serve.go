package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"dragoman/configs"
	"dragoman/gateway"
	"dragoman/routing"
)

func serveCommand() command {
	c := command{
		name: "serve", usage: "[--config FILE] [--listen ADDRESS] [--nats ADDRESS] [--servers URLS] [--data DIR] [--rebuild]", summary: "run the gateway",
		help: `
Runs until interrupted. Everything it keeps lies in the data folder that the
configuration names; 'dragoman init' makes a configuration that works. The
participants, accounts and corridors of the file are written to an empty log
once; afterwards the log alone says who takes part.

Books that are missing are built anew from the log. Damaged ones are refused, with
what is wrong with them; --rebuild keeps them aside and builds new ones.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		path := flags.String("config", configName, "configuration `FILE`")
		listen := flags.String("listen", "", "listen on `ADDRESS` and not where the configuration says; port 0 is any free one")
		nats := flags.String("nats", "", "open the door for NATS on `ADDRESS` and not where the configuration says; with --listen on port 0 it is on any free port too, if it is open")
		servers := flags.String("servers", "", "keep the log on the servers at these `URLS`, separated by commas, in three copies, and not where the configuration says; several gateways can share it")
		data := flags.String("data", "", "keep the books in `DIR` and not where the configuration says")
		monitor := flags.String("monitor", "", "serve metrics and health on `ADDRESS` and not where the configuration says")
		logFormat := flags.String("log-format", "", "log in `FORMAT`, json or console, and not as the configuration says")
		logLevel := flags.String("log-level", "", "log from `LEVEL` on (debug, info, warn or error), and not as the configuration says")
		rebuild := flags.Bool("rebuild", false, "move the books aside, which are damaged, and build them anew from the log")
		profile := flags.String("profile", "", "write a CPU profile of the whole run to `FILE`, for 'go tool pprof'")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return c.usagef("%s is no option; name the configuration with --config", args[0])
		}
		config, err := configs.Load(*path)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w; make a folder with 'dragoman init DIR' and run this in it, or name the file with --config", err)
		}
		if err != nil {
			return err
		}
		if *listen != "" {
			config.Node.HTTPS.Listen = *listen
		}
		openNATS(config, *listen, *nats)
		if *servers != "" {
			config.Node.NATS = configs.NATS{URL: *servers, Credentials: config.Node.NATS.Credentials, Replicas: logServers, Snapshots: config.Node.NATS.Snapshots}
		}
		if *data != "" {
			config.Node.Data = *data
		}
		for option, setting := range map[*string]*string{monitor: &config.Node.Monitor.Listen, logFormat: &config.Node.Log.Format, logLevel: &config.Node.Log.Level} {
			if *option != "" {
				*setting = *option
			}
		}
		if err := config.Validate(); err != nil {
			return c.usagef("%v", err)
		}
		if *profile == "" {
			return serve(ctx, config, *rebuild, std)
		}
		return profiled(*profile, func() error { return serve(ctx, config, *rebuild, std) })
	}
	return c
}

// profiled writes a CPU profile of what work does.
func profiled(path string, work func() error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(fmt.Errorf("write the profile: %w", err), f.Close())
	}
	err = work()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}

// drain is how long requests under way may take to end.
const drain = 10 * time.Second

func serve(ctx context.Context, config *configs.Config, rebuild bool, std streams) (err error) {
	defer newBallast().drop()
	debug.SetMemoryLimit(int64(config.Node.Memory))
	first, err := declared(config, std)
	if err != nil {
		return err
	}
	log, err := logger(config.Node.Log)
	if err != nil {
		return err
	}
	signer, err := readSigner(config)
	if err != nil {
		return err
	}
	chain, err := readChain(config.Path(config.Node.Checkpoints.Key))
	if err != nil {
		return err
	}
	data := config.Path(config.Node.Data)
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w; name a folder that this user may write with node.data", err)
	}
	limiter := gateway.NewLimiter(config.Node.Limits.RequestsPerSecond)
	told := newProgress(std.err, "of the log taken into the books")
	node, err := gateway.Start(ctx, gateway.Settings{
		Folder: data, Clock: time.Now, Log: log, First: first, NATS: natsSettings(config), Limiter: limiter, Signer: signer, Keys: chain, Rebuild: rebuild, Progress: told.tell,
		Keep:       gateway.Keeping{Groups: uint64(config.Node.Snapshots.Groups), Every: config.Node.Snapshots.Every, Kept: config.Node.Snapshots.Keep, Log: config.Node.Snapshots.Log}, //nolint:gosec // not negative
		Duplicates: time.Duration(config.Node.Limits.DuplicatesDays) * 24 * time.Hour,
	})
	told.end()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	tellDifferences(std, node.Differences(first))
	door, err := gateway.OpenDoor(node, doorSettings(config, limiter))
	if err != nil {
		return err
	}
	watched, stop, err := startMonitor(node, config.Node.Monitor.Listen)
	if err != nil {
		return errors.Join(err, door.Close(ctx))
	}
	defer stop()
	if watched != "" {
		say(std.out, "dragoman tells how it is at http://%s/metrics and /readyz\n", watched)
	}
	if node.NATS != nil {
		say(std.out, "dragoman serves tls://%s to NATS clients\n", node.NATS.Address())
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

// startMonitor serves metrics and health if there is an address for it.
func startMonitor(node *gateway.Node, address string) (listens string, stop func(), err error) {
	if address == "" {
		return "", func() {}, nil
	}
	monitor, err := gateway.OpenMonitor(node, address)
	if err != nil {
		return "", nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = monitor.Serve() // it ends when it is closed
	}()
	return monitor.Address(), func() {
		ending, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		_ = monitor.Close(ending)
		<-done
	}, nil
}

// declared is the directory that the configuration declares: that of an empty log.
// Once there are books it is only compared with theirs, so what is wrong with it
// then, such as a certificate that is gone, keeps nobody from serving.
func declared(config *configs.Config, std streams) (routing.Change, error) {
	if _, err := os.Stat(filepath.Join(config.Path(config.Node.Data), "books.db")); err != nil {
		return firstChange(config, time.Now())
	}
	first, err := firstChange(config, time.Time{})
	if err != nil {
		say(std.err, "dragoman: the participants of the configuration are not compared with the directory in the books:\n%v\n", err)
	}
	return first, nil
}

// maxTold bounds the differences that are told at start.
const maxTold = 20

// tellDifferences tells in what the configuration differs from the directory.
func tellDifferences(std streams, differences []routing.Difference) {
	if len(differences) == 0 {
		return
	}
	say(std.err, "dragoman: the configuration differs from the directory in the books, which counts; 'dragoman apply' asks for:\n")
	for i, d := range differences {
		if i == maxTold {
			say(std.err, "  and %d more\n", len(differences)-i)
			break
		}
		say(std.err, "  %s\n", d)
	}
}

// openNATS moves the door for NATS as the options say.
func openNATS(config *configs.Config, listen, nats string) {
	_, port, err := net.SplitHostPort(listen)
	switch door := &config.Node.NATS.Listen; {
	case nats != "":
		*door = nats
	case *door != "" && err == nil && port == "0":
		*door = listen
	}
}

// natsSettings say where the log is, and the door for NATS.
func natsSettings(config *configs.Config) gateway.NATSSettings {
	nats := config.Node.NATS
	return gateway.NATSSettings{
		Listen: nats.Listen, TLS: doorTLS(config), Body: int64(config.Node.Limits.Body),
		URL: nats.URL, Credentials: config.Path(nats.Credentials), Replicas: nats.Replicas, Shared: uint64(nats.Snapshots), //nolint:gosec // above zero

	}
}

// doorTLS names the files of what both doors show.
func doorTLS(config *configs.Config) gateway.TLS {
	https := config.Node.HTTPS
	return gateway.TLS{Certificate: config.Path(https.Certificate), Key: config.Path(https.Key), ClientCA: config.Path(https.ClientCA)}
}

// doorSettings are those of the HTTPS door.
func doorSettings(config *configs.Config, limiter *gateway.Limiter) gateway.DoorSettings {
	https, limits := config.Node.HTTPS, config.Node.Limits
	return gateway.DoorSettings{
		Listen: https.Listen, Clock: time.Now, Limiter: limiter, TLS: doorTLS(config),
		Limits: gateway.Limits{
			Body: int64(limits.Body), Requests: limits.Requests, Waits: limits.Waits,
			Header: limits.Timeouts.Header, Whole: limits.Timeouts.Body, Answer: limits.Timeouts.Answer, Idle: limits.Timeouts.Idle, Wait: limits.Timeouts.Wait,
		},
	}
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
