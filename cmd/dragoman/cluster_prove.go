package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"dragoman/messages"
	"dragoman/store"
)

// clusterNodes is how many gateways the proof runs.
const clusterNodes = 2

// clusterRounds is the file of the rounds that are done: the same command on the same
// folder goes on behind them.
const clusterRounds = "cluster.jsonl"

// proveCluster plays rounds until all are done.
func proveCluster(ctx context.Context, s proofSettings, std streams) error {
	folder, err := filepath.Abs(s.folder)
	if s.folder == "" {
		folder, err = os.MkdirTemp("", "dragoman-prove-")
	}
	if err == nil {
		err = os.MkdirAll(folder, 0o700)
	}
	if err != nil {
		return err
	}
	done, err := roundsDone(folder)
	if err != nil {
		return err
	}
	violations := 0
	for _, r := range done {
		violations += len(r.Violations)
	}
	for n := len(done) + 1; n <= s.rounds; n++ {
		result, err := playRound(ctx, s, n, folder, std)
		if err != nil {
			return fmt.Errorf("the proof cannot go on (seed %d, round %d, folder %s): %w", s.seed, n, folder, err)
		}
		violations += len(result.Violations)
		if err := keepRound(folder, result); err != nil {
			return err
		}
		if err := tellRound(result, s.json, std); err != nil {
			return err
		}
	}
	if violations > 0 {
		return errInvalid
	}
	if s.folder == "" {
		return os.RemoveAll(folder)
	}
	return nil
}

func tellRound(result *clusterResult, asJSON bool, std streams) error {
	if asJSON {
		return json.NewEncoder(std.out).Encode(result)
	}
	say(std.out, "%s\n", result)
	for _, v := range result.Violations {
		say(std.out, "  VIOLATION: %s\n", v)
	}
	return nil
}

func roundsDone(folder string) (done []*clusterResult, err error) {
	raw, err := os.ReadFile(filepath.Join(folder, clusterRounds))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for line := range strings.Lines(string(raw)) {
		r := &clusterResult{}
		if err := json.Unmarshal([]byte(line), r); err != nil {
			return nil, err
		}
		done = append(done, r)
	}
	return done, err
}

func keepRound(folder string, result *clusterResult) error {
	f, err := os.OpenFile(filepath.Join(folder, clusterRounds), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(f).Encode(result), f.Close())
}

// playRound plays one round in a folder of its own, which stays if something is wrong.
func playRound(ctx context.Context, s proofSettings, round int, folder string, std streams) (*clusterResult, error) {
	path := filepath.Join(folder, fmt.Sprintf("round-%d", round))
	if err := os.RemoveAll(path); err != nil { // one that was broken off
		return nil, err
	}
	made, err := makeFolder(path, exampleBanks()[:4], false, time.Now())
	if err != nil {
		return nil, err
	}
	if err := shareOften(path); err != nil {
		return nil, err
	}
	rig, err := newClusterRig(path, clusterNodes)
	if err != nil {
		return nil, err
	}
	defer rig.stop()
	seed := s.seed + uint64(round) - 1 //nolint:gosec // from 1
	r := &clusterRun{settings: s, std: std, rig: rig, began: time.Now(), seed: seed, scribe: newScribe(chanceOf(seed, 1), time.Now()), strikes: map[string]int{}}
	if err := r.openBanks(made); err != nil {
		return nil, err
	}
	result, err := r.play(ctx)
	if err != nil {
		return nil, err
	}
	result.Round, result.Seed = round, seed
	if len(result.Violations) == 0 {
		return result, os.RemoveAll(path)
	}
	return result, r.keepHistory(path)
}

// sharedEvery is after how many groups the leader of the proof shares its books.
const sharedEvery = 200

// shareOften has the leader share its books often.
func shareOften(folder string) error {
	path := filepath.Join(folder, configName)
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	often := strings.Replace(string(raw), "snapshots: 20000", fmt.Sprintf("snapshots: %d", sharedEvery), 1)
	if often == string(raw) {
		return errors.New("the configuration does not say when books are shared")
	}
	return os.WriteFile(path, []byte(often), 0o600)
}

func (r *clusterRun) openBanks(made *folder) error {
	for _, m := range made.Participants {
		if m.Role != "participant" {
			continue
		}
		bic, err := messages.ParseBIC(m.BIC)
		if err != nil {
			return err
		}
		b := &clusterBank{demoBank: demoBank{m.As, m.Name, bic}, run: r, random: chanceOf(r.seed, 100+uint64(len(r.banks))), mailbox: map[uint64]clusterMail{}}
		for _, n := range r.rig.nodes {
			c, err := n.client(m.As)
			if err != nil {
				return err
			}
			b.clients = append(b.clients, c)
		}
		r.banks = append(r.banks, b)
	}
	return nil
}

// play runs the cluster, its clients and the strikes, and checks in the end.
func (r *clusterRun) play(ctx context.Context) (*clusterResult, error) {
	if err := r.rig.start(ctx); err != nil {
		return nil, err
	}
	if err := r.fund(ctx); err != nil {
		return nil, err
	}
	r.progress("%d gateways and %d log servers serve", len(r.rig.nodes), len(r.rig.logs))
	ending, stop := context.WithCancel(ctx)
	defer stop()
	sending, enough := context.WithCancel(ending)
	defer enough()
	var senders, readers sync.WaitGroup
	finished := make(chan struct{})
	for i, b := range r.banks {
		for k := range r.settings.senders {
			random := chanceOf(r.seed, 1000+uint64(i*100+k))
			senders.Go(func() { b.send(sending, ending, random) })
		}
		readers.Go(func() {
			b.read(ending, func() bool {
				select {
				case <-finished:
					return true
				default:
					return false
				}
			})
		})
	}
	err := r.strike(ctx, chanceOf(r.seed, 3))
	enough()
	if err != nil {
		stop()
	}
	senders.Wait()
	close(finished)
	readers.Wait()
	if err != nil {
		return nil, err
	}
	return r.judge(ctx)
}

// judge holds what clients saw against what every gateway says, and their books against
// each other.
func (r *clusterRun) judge(ctx context.Context) (*clusterResult, error) {
	result := &clusterResult{Payments: len(r.payments), Unanswered: r.refused, Operations: len(r.history), Strikes: r.strikes, Violations: []string{}}
	for node := range r.rig.nodes {
		if err := r.judgeNode(ctx, node, result); err != nil {
			return nil, err
		}
	}
	for _, b := range r.banks {
		result.Mails += len(b.mailbox)
		result.Again += b.again
	}
	for _, t := range r.takeovers {
		result.Takeovers = append(result.Takeovers, t.Seconds())
	}
	if uetr := linearizable(r.history); uetr != "" {
		r.fault("what clients saw of payment %s fits no order of events", uetr)
	}
	if err := r.comesLate(ctx); err != nil {
		return nil, err
	}
	result.Late = r.late
	digest, err := r.judgeBooks(ctx)
	if err != nil {
		return nil, err
	}
	result.Digest, result.Seconds = digest, time.Since(r.began).Seconds()
	result.Violations = append(result.Violations, r.faults...)
	return result, nil
}

// judgeNode asks one gateway for every payment, every balance and every mailbox.
func (r *clusterRun) judgeNode(ctx context.Context, node int, result *clusterResult) error {
	turnover := map[*clusterBank]int64{}
	settled, waiting := 0, 0
	for i, p := range r.payments {
		found, err := p.from.look(ctx, p, node, i == 0) // from then on it has everything
		if err != nil {
			return err
		}
		switch {
		case len(found) != 1:
			r.fault("payment %s was acknowledged and is %d times in the books of %s", p.id, len(found), nodeName(node))
			continue
		case found[0].ID != p.receipt.ID:
			r.fault("payment %s is %s at %s, and its receipt says %s", p.id, found[0].ID, nodeName(node), p.receipt.ID)
		}
		switch rankOf(found[0].State) {
		case rankSettled: // large ones, too, where several go together
			p.settled = true
			settled++
			turnover[p.from] -= p.minor
			turnover[p.to] += p.minor
		case rankOpen: // a large one, or behind one of its sender
			waiting++
		default:
			r.fault("payment %s is %s at %s", p.id, found[0].State, nodeName(node))
		}
	}
	result.Settled, result.Waiting = settled, waiting
	for _, b := range r.banks {
		accounts, err := accountsOf(ctx, b.clients[node])
		if err != nil {
			return err
		}
		if got, want := accounts[accountName{b.as, clusterCurrency, "wallet"}].posted, clusterOpening+turnover[b]; got != want {
			r.fault("%s holds %d at %s, and by what it saw %d", b.name, got, nodeName(node), want)
		}
		if err := r.judgeMailbox(ctx, b, node); err != nil {
			return err
		}
	}
	return nil
}

// judgeMailbox reads a whole mailbox at one gateway: no gap, the content that was read
// before, one final answer to each payment that has one, each arrived once.
func (r *clusterRun) judgeMailbox(ctx context.Context, b *clusterBank, node int) error {
	arrived, answers := map[string]int{}, map[string]map[[32]byte]bool{}
	next := uint64(1)
	for {
		box, err := b.clients[node].fetch(ctx, next, "0s")
		if err != nil {
			return err
		}
		if len(box) == 0 {
			break
		}
		b.take(box, node)
		for _, m := range box {
			if m.Number != next {
				r.fault("%s: mail %d of %s stands where %d must", b.name, m.Number, nodeName(node), next)
			}
			next++
			seen := b.mailbox[m.Number]
			switch seen.what {
			case "arrived":
				arrived[seen.id]++
			case "ACSC", "RJCT": // the same answer again answers the same message again
				if answers[seen.id] == nil {
					answers[seen.id] = map[[32]byte]bool{}
				}
				answers[seen.id][seen.digest] = true
			}
		}
	}
	if highest := slices.Max(append(slices.Collect(maps.Keys(b.mailbox)), 0)); highest != next-1 {
		r.fault("%s: mail %d was read, and the mailbox of %s ends at %d", b.name, highest, nodeName(node), next-1)
	}
	for _, p := range r.payments {
		id, settled := endToEnd(p.id), 0
		if p.settled {
			settled = 1
		}
		if got := len(answers[id]); p.from == b && got != settled {
			r.fault("payment %s has %d final answers at %s", p.id, got, nodeName(node))
		}
		if got := arrived[id]; p.to == b && got != settled {
			r.fault("payment %s arrived %d times at %s", p.id, got, nodeName(node))
		}
	}
	return nil
}

// judgeBooks ends the gateways, audits their books and compares them where the shorter
// ones end.
func (r *clusterRun) judgeBooks(ctx context.Context) (digest string, err error) {
	var all []*store.Books
	end := uint64(0)
	for i, n := range r.rig.nodes {
		if err := n.stop(); err != nil {
			r.fault("%s does not end in order: %v", nodeName(i), err)
		}
	}
	nc, stream, _, err := r.rig.openLog(ctx)
	if err != nil {
		return "", err
	}
	defer nc.Close()
	read, err := readLog(ctx, stream)
	if err != nil {
		return "", err
	}
	for i := range r.rig.nodes {
		books, err := store.OpenReadOnly(filepath.Join(r.rig.folder, nodeName(i), "books.db"))
		if err != nil {
			return "", err
		}
		defer books.Close() //nolint:errcheck // only read
		findings, err := books.Audit()
		if err != nil {
			return "", err
		}
		for _, f := range findings {
			r.fault("the audit of %s: %s", nodeName(i), f)
		}
		if err := r.judgeReign(books, nodeName(i), read); err != nil {
			return "", err
		}
		if at := books.State().Sequence; i == 0 || at < end {
			end = at
		}
		all = append(all, books)
	}
	for i, books := range all {
		g, ok, err := books.Group(end)
		if err != nil || !ok {
			return "", fmt.Errorf("group %d in the books of %s: %w", end, nodeName(i), err)
		}
		switch is := hex.EncodeToString(g.Digest[:]); {
		case digest == "":
			digest = is
		case digest != is:
			r.fault("at group %d the books of %s are others than those of %s", end, nodeName(i), nodeName(0))
		}
	}
	return digest, nil
}

func (r *clusterRun) keepHistory(folder string) error {
	raw, err := json.MarshalIndent(r.history, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "history.json"), raw, 0o600)
}

// linearizable looks for an order of events that explains what clients saw of each
// payment; it names one for which there is none.
func linearizable(history []clusterOp) (uetr string) {
	each := map[string][]porcupine.Operation{}
	for i, op := range history {
		each[op.UETR] = append(each[op.UETR], porcupine.Operation{ClientId: i, Input: op.Submit, Output: seen{op.Rank, op.ID}, Call: op.Call, Return: op.Return})
	}
	for _, uetr := range slices.Sorted(maps.Keys(each)) {
		if !porcupine.CheckOperations(paymentModel(), each[uetr]) {
			return uetr
		}
	}
	return ""
}

// seen is what is known of a payment.
type seen struct {
	rank int
	id   string
}

// paymentModel is one payment as anybody may see it: it is not there until it was sent,
// then it is, under one name for ever; once it has ended it stays as it ended.
func paymentModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return seen{} },
		Step: func(state, input, output any) (bool, any) {
			now, _ := state.(seen)
			found, _ := output.(seen)
			if found.id != "" && now.id != "" && found.id != now.id {
				return false, now
			}
			if submit, _ := input.(bool); submit {
				now.rank = max(now.rank, rankOpen)
				if found.id != "" {
					now.id = found.id
				}
				return true, now
			}
			switch {
			case found.rank == rankAbsent:
				return now.rank == rankAbsent, now
			case now.rank == rankAbsent || found.rank < now.rank, now.rank >= rankSettled && found.rank != now.rank:
				return false, now
			}
			return true, found
		},
	}
}
