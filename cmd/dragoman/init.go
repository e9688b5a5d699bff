package main

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"golang.org/x/mod/sumdb/note"
)

// configName is the name of a gateway's configuration file.
const configName = "dragoman.yaml"

// serverHosts are the names of the server that init makes a certificate for.
func serverHosts() []string { return []string{"localhost", "127.0.0.1", "::1"} }

// banksFlag collects --bank.
type banksFlag []string

func (b *banksFlag) String() string     { return strings.Join(*b, " ") }
func (b *banksFlag) Set(s string) error { *b = append(*b, s); return nil }

func initCommand() command {
	c := command{
		name: "init", usage: "[--force] [--bank BIC=NAME]… [--json] DIR",
		summary: "make a folder with everything a gateway needs to run",
		help: `
Makes DIR with a configuration, a private certificate authority, certificates of
the server, of every bank, of two people of every issuer, two operators and two
compliance officers, the NKEYs of participants that come by NATS, and the key
that signs checkpoints. Without --bank the participants are
eight banks and the issuers of digital yuan, baht and dirham, all invented.

Keys can be read by their owner only. They are made for trying out and for tests;
in production the authority and the participants' keys belong elsewhere.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		force := flags.Bool("force", false, "write into a folder that is not empty; files of the same name are replaced")
		asJSON := flags.Bool("json", false, "tell what was made as JSON")
		var banks banksFlag
		flags.Var(&banks, "bank", "a bank in place of the eight, `BIC=NAME`; may be repeated")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return wrongInit("name the one folder to make")
		}
		if len(banks) == 0 {
			banks = exampleBanks()
		}
		made, err := makeFolder(args[0], banks, *force, time.Now())
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(std.out).Encode(made)
		}
		made.print(std)
		return nil
	}
	return c
}

// wrongInit is a mistake in how init was called.
func wrongInit(format string, args ...any) error {
	return &usageError{text: "init: " + fmt.Sprintf(format, args...)}
}

// folder is what init has made; its paths begin at Folder.
type folder struct {
	Folder        string         `json:"folder"`
	Config        string         `json:"config"`
	Authority     string         `json:"authority"`
	Server        string         `json:"server"`
	CheckpointKey string         `json:"checkpointKey"`
	Verifier      string         `json:"verifier"` // public key of checkpoints
	Participants  []folderMember `json:"participants"`

	files []folderFile
}

// folderMember is one certificate folder.
type folderMember struct {
	As          string `json:"as"` // for --as
	BIC         string `json:"bic"`
	Name        string `json:"name"`
	Person      string `json:"person,omitempty"`
	Role        string `json:"role"`
	Folder      string `json:"folder"`
	Fingerprint string `json:"fingerprint"` // SHA-256
	NKey        string `json:"nkey,omitempty"`
}

type folderFile struct {
	path    string
	content []byte
}

func (f *folder) add(path string, content []byte) {
	f.files = append(f.files, folderFile{path, content})
}

// makeFolder makes everything in memory first, so that what fails leaves no half
// a folder behind.
func makeFolder(path string, banks []string, force bool, now time.Time) (*folder, error) {
	if err := mayFill(path, force); err != nil {
		return nil, err
	}
	all, err := members(banks)
	if err != nil {
		return nil, err
	}
	made := &folder{Folder: path, Config: configName, Authority: "ca", Server: "server", CheckpointKey: "keys/checkpoint.key"}
	if err := made.certificates(all, now); err != nil {
		return nil, err
	}
	signer, verifier, err := note.GenerateKey(rand.Reader, "dragoman/"+gatewayBIC)
	if err != nil {
		return nil, err
	}
	made.Verifier = verifier
	made.add(made.CheckpointKey, []byte(signer+"\n"))
	made.add("keys/checkpoint.pub", []byte(verifier+"\n"))
	text, err := exampleConfig(all)
	if err != nil {
		return nil, err
	}
	made.add(configName, text)
	return made, made.write()
}

// mayFill refuses a path that is no folder, or holds something already.
func mayFill(path string, force bool) error {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("init: %w", err)
	case len(entries) > 0 && !force:
		return wrongInit("%s is not empty; --force writes into it all the same", path)
	}
	return nil
}

func (f *folder) certificates(all []member, now time.Time) error {
	ca, root, err := newAuthority("Dragoman private authority", now)
	if err != nil {
		return err
	}
	f.add("ca/cert.pem", root.certificate)
	f.add("ca/key.pem", root.key)
	server, err := ca.server(serverHosts(), now)
	if err != nil {
		return err
	}
	f.add("server/cert.pem", server.certificate)
	f.add("server/key.pem", server.key)
	for i := range all {
		m := &all[i]
		client, err := ca.client(m.name, m.bic, m.person, now)
		if err != nil {
			return err
		}
		chain, err := parseCertificates(client.certificate)
		if err != nil {
			return err
		}
		if err := verifyClient(chain, []*x509.Certificate{ca.certificate}, now); err != nil {
			return fmt.Errorf("the certificate just made for %s %w", m.name, err)
		}
		below := "certs/" + m.folder
		f.add(below+"/cert.pem", client.certificate)
		f.add(below+"/key.pem", client.key)
		f.add(below+"/ca.pem", root.certificate)
		if m.nats {
			var seed []byte
			if m.nkey, seed, err = newNKey(); err != nil {
				return fmt.Errorf("NKEY of %s: %w", m.name, err)
			}
			f.add(below+"/"+nkeyFile, seed)
		}
		f.Participants = append(f.Participants, folderMember{
			As: m.folder, BIC: m.bic.Full(), Name: m.name, Person: m.person, Role: m.role, Folder: below, Fingerprint: client.fingerprint, NKey: m.nkey,
		})
	}
	return nil
}

// write writes the files, folders 0700 and files 0600, whatever they were before.
func (f *folder) write() error {
	for _, file := range f.files {
		path := filepath.Join(f.Folder, filepath.FromSlash(file.path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("init: %w", err)
		}
		temporary, err := os.CreateTemp(filepath.Dir(path), ".init-*") // mode 0600
		if err != nil {
			return fmt.Errorf("init: %w", err)
		}
		_, err = temporary.Write(file.content)
		if err = errors.Join(err, temporary.Close()); err == nil {
			err = os.Rename(temporary.Name(), path)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("init: %w", err), os.Remove(temporary.Name()))
		}
	}
	return nil
}

// print tells a person what was made and how to go on.
func (f *folder) print(std streams) {
	say(std.out, "%s is ready: %d files, keys for their owner only.\n\n", f.Folder, len(f.files))
	say(std.out, "  %-22s the gateway, its participants and corridors\n", f.Config)
	say(std.out, "  %-22s private authority of all certificates\n", f.Authority)
	say(std.out, "  %-22s certificate for %s\n", f.Server, strings.Join(serverHosts(), ", "))
	say(std.out, "  %-22s signs checkpoints; keys/checkpoint.pub verifies them\n\n", f.CheckpointKey)
	say(std.out, "  %-16s %-12s %-12s %s\n", "--as", "BIC", "ROLE", "NAME")
	bank := ""
	for _, p := range f.Participants {
		name := p.Name
		if p.Person != "" {
			name += ", " + p.Person
		}
		if p.Role == "participant" && bank == "" {
			bank = p.As
		}
		say(std.out, "  %-16s %-12s %-12s %s\n", p.As, p.BIC, p.Role, name)
	}
	say(std.out, "\nTry next:\n  cd %s\n  dragoman serve\n", shellWord(f.Folder))
	say(std.out, "  dragoman accounts --as %s\n  dragoman inbox --as %s --follow\n", bank, bank)
}

// shellWord writes a path so that a shell takes it as one word.
func shellWord(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-+=:,@%", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
