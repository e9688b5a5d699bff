package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// roundsName is the file in a proof's folder that tells what has been played.
const roundsName = "rounds.json"

// played is what has been played of a proof in rounds: enough to go on with it.
type played struct {
	Proof string        `json:"proof"`
	Draws proofDraws    `json:"settings"`
	Done  []crashResult `json:"rounds"`

	path string
}

// proofDraws are the settings that decide what a round is.
type proofDraws struct {
	Payments, Kills, Stops, Pauses, Cuts, Errors, Senders int
	Seed                                                  uint64
}

// play plays a proof once, or in rounds, each of which has a folder and a seed of its
// own. It ends with the first that shows a violation.
func (p proof) play(ctx context.Context, s proofSettings, std streams) (result crashResult, err error) {
	folder, err := filepath.Abs(s.folder)
	if s.folder == "" {
		folder, err = os.MkdirTemp("", "dragoman-prove-")
	}
	if err != nil {
		return result, err
	}
	if s.rounds == 1 {
		return p.playRound(ctx, s, folder, std)
	}
	so, err := p.goOn(s, folder)
	if err != nil {
		return result, err
	}
	for n := len(so.Done); n < s.rounds; n++ {
		round := s
		round.seed += uint64(n)
		below := filepath.Join(folder, fmt.Sprintf("round-%04d", n+1))
		if err := os.RemoveAll(below); err != nil { // of a round that was broken off
			return result, err
		}
		say(std.err, "round %d of %d, seed %d\n", n+1, s.rounds, round.seed)
		one, err := p.playRound(ctx, round, below, std)
		if err != nil || len(one.Violations) > 0 {
			return one, err
		}
		if err := so.add(one); err != nil {
			return result, err
		}
	}
	for _, one := range so.Done[:s.rounds] {
		result.sum(one)
	}
	if s.folder != "" {
		result.Folder = folder
		return result, nil
	}
	return result, os.RemoveAll(folder)
}

// goOn reads what has been played in a folder: nothing, or rounds of the same proof.
func (p proof) goOn(s proofSettings, folder string) (so played, err error) {
	draws := proofDraws{s.payments, s.kills, s.stops, s.pauses, s.cuts, s.errors, s.senders, s.seed}
	so.path = filepath.Join(folder, roundsName)
	text, err := os.ReadFile(so.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		so.Proof, so.Draws = p.name, draws
		return so, os.MkdirAll(folder, 0o700)
	case err != nil:
		return so, err
	}
	if err := json.Unmarshal(text, &so); err != nil {
		return so, fmt.Errorf("%s: %w", so.path, err)
	}
	if so.Proof != p.name || so.Draws != draws {
		return so, fmt.Errorf("%s holds rounds of 'prove %s' with %+v, and these are 'prove %s' with %+v; name another folder", folder, so.Proof, so.Draws, p.name, draws)
	}
	return so, nil
}

// add keeps a round that was played. The file is written anew and put in the place of
// the old one, so that there is always one that is whole.
func (so *played) add(one crashResult) error {
	so.Done = append(so.Done, one)
	text, err := json.Marshal(so)
	if err != nil {
		return err
	}
	next := so.path + ".next"
	return errors.Join(os.WriteFile(next, text, 0o600), os.Rename(next, so.path))
}

// sum adds another round.
func (c *crashResult) sum(one crashResult) {
	if c.Rounds == 0 {
		c.Seed = one.Seed
		c.Messages, c.Mail, c.Fates, c.Violations = map[string]int{}, map[string]int{}, map[string]int{}, []string{}
	}
	for to, from := range map[*int]int{
		&c.Rounds: one.Rounds, &c.Payments: one.Payments, &c.Kills: one.Kills, &c.Rebuilds: one.Rebuilds, &c.InStart: one.InStart, &c.Stops: one.Stops, &c.OlderBooks: one.OlderBooks, &c.OlderLog: one.OlderLog,
		&c.Pauses: one.Pauses, &c.Cuts: one.Cuts, &c.Unsynced: one.Unsynced, &c.Errors: one.Errors, &c.Starts: one.Starts, &c.Receipts: one.Receipts,
		&c.Refused: one.Refused, &c.Unanswered: one.Unanswered, &c.GivenUp: one.GivenUp, &c.Settled: one.Settled, &c.Rejected: one.Rejected, &c.Waited: one.Waited,
		&c.MailAgain: one.MailAgain, &c.AckedAgain: one.AckedAgain, &c.DecisionsIn: one.DecisionsIn, &c.Complaints: one.Complaints,
	} {
		*to += from
	}
	for to, from := range map[*map[string]int]map[string]int{&c.Messages: one.Messages, &c.Mail: one.Mail, &c.Fates: one.Fates} {
		for kind, count := range from {
			(*to)[kind] += count
		}
	}
	c.SlowestMS = max(c.SlowestMS, one.SlowestMS)
	c.Seconds += one.Seconds
}
