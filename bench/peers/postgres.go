package main

import (
	"context"
	_ "embed" // the schema
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

//go:embed transfer.sql
var schema string

// postgres books each transfer by one call of a function, a transaction of its own,
// over a Unix socket. The server has its own defaults, which are durable (fsync and
// synchronous_commit on), with the memory and the sleep before a group commit that
// people give it for such work.
type postgres struct{ programs string }

// settings differ from PostgreSQL's defaults, in its favour.
var settings = []string{
	"listen_addresses=", "max_connections=1100", "shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=30min",
	"wal_buffers=64MB", "commit_delay=0", "fsync=on", "synchronous_commit=on", "full_page_writes=on",
}

func (postgres) name() string { return "PostgreSQL, bare transfer" }

func (p postgres) run(ctx context.Context, folder string, w Workload) (f Figures, err error) {
	server, err := p.start(ctx, folder)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	connections := make([]*pgx.Conn, w.Clients)
	for i := range connections {
		if connections[i], err = pgx.Connect(ctx, server.address()); err != nil {
			return f, err
		}
		defer connections[i].Close(context.WithoutCancel(ctx)) //nolint:errcheck // the server ends below
	}
	if err := fill(ctx, connections[0], w.Accounts); err != nil {
		return f, err
	}
	f, err = closedLoop(ctx, w, func(ctx context.Context, client int, t transfer) error {
		_, err := connections[client].Exec(ctx, "SELECT book($1, $2, $3, $4)", pgtype.UUID{Bytes: t.name, Valid: true}, t.debtor, t.creditor, t.minor)
		return err
	})
	if err != nil {
		return f, err
	}
	return f, balanced(ctx, connections[0], w.Accounts)
}

func fill(ctx context.Context, c *pgx.Conn, accounts int) error {
	if _, err := c.Exec(ctx, schema); err != nil {
		return err
	}
	_, err := c.Exec(ctx, "INSERT INTO account SELECT n, $2 FROM generate_series(0, $1::integer - 1) n", accounts, initialMinor)
	return err
}

// balanced holds the books against themselves, as is done with ours.
func balanced(ctx context.Context, c *pgx.Conn, accounts int) error {
	var total, entries int64
	err := c.QueryRow(ctx, "SELECT (SELECT sum(balance)::bigint FROM account), (SELECT coalesce(sum(amount), 0)::bigint FROM entry)").Scan(&total, &entries)
	if err == nil && (total != initialMinor*int64(accounts) || entries != 0) {
		return fmt.Errorf("money was made: balances are %d, entries add up to %d", total, entries)
	}
	return err
}

// pgServer is a running server whose data and socket are in one folder.
type pgServer struct {
	folder  string
	command *exec.Cmd
	log     *os.File
}

func (s *pgServer) address() string { return "host=" + s.folder + " user=bench dbname=postgres" }

// start makes a database and serves it. PostgreSQL does not run as root: then it is the
// user postgres that its package makes.
func (p postgres) start(ctx context.Context, folder string) (*pgServer, error) {
	as, err := credential()
	if err != nil {
		return nil, err
	}
	if as != nil {
		if err := os.Chown(folder, int(as.Uid), int(as.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(folder, "data")
	command := exec.CommandContext(ctx, filepath.Join(p.programs, "initdb"), "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale") //nolint:gosec // the folder that was named
	command.SysProcAttr, command.Dir = &syscall.SysProcAttr{Credential: as}, folder
	if out, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb (install the package postgresql-15, or name its programs with -postgres): %w\n%s", err, out)
	}
	arguments := []string{"-D", data, "-k", folder}
	for _, s := range settings {
		arguments = append(arguments, "-c", s)
	}
	s := &pgServer{folder: folder, command: exec.Command(filepath.Join(p.programs, "postgres"), arguments...)} //nolint:gosec // as above
	if s.log, err = os.Create(filepath.Join(folder, "log")); err != nil {
		return nil, err
	}
	s.command.SysProcAttr, s.command.Dir = &syscall.SysProcAttr{Credential: as, Pdeathsig: syscall.SIGQUIT}, folder
	s.command.Stdout, s.command.Stderr = s.log, s.log
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	return s, s.wait(ctx)
}

// wait returns when the server answers.
func (s *pgServer) wait(ctx context.Context) error {
	until, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for pause := time.NewTicker(20 * time.Millisecond); ; {
		c, err := pgx.Connect(until, s.address())
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case <-pause.C:
		case <-until.Done():
			text, _ := os.ReadFile(s.log.Name()) // what it holds is said, if it can be read
			return fmt.Errorf("PostgreSQL does not answer: %w\n%s", errors.Join(err, s.stop()), text)
		}
	}
}

func (s *pgServer) stop() error {
	defer s.log.Close() //nolint:errcheck // a file of no use
	if err := s.command.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	return s.command.Wait()
}

func credential() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // this user will do
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w; install the package postgresql-15", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
