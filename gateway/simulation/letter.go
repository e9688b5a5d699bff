package simulation

import "dragoman/routing"

// letter is one message that a bank sends, and what became of it as the bank knows.
type letter struct {
	id       string
	kind     kind
	raw      []byte
	from     *bank
	family   *family
	paced    bool    // sent at its bank's pace, and not about another
	about    *letter // of a recall, a question, a conflict, a return
	recall   *letter // that asks it back
	payments []*payment
	sends    int
	arrived  int // at the door
	receipts int
	place    string // as the first receipt says
	refused  bool   // at the door
	asked    bool   // there was a question about it
	replies  int    // to that
	answers  map[string]*answer
	resolved []string // of a recall: what it came to
	words    []string // of a control or a wish about the queue: what it came to
	heard    uint64   // the mail that said so
	control  *control // that it sets or removes
	asks     *bank    // of an account check: who holds the account
	said     string   // of an investigation or a check: by who was asked
}

// answer is one message that answers a letter; it may come again, byte for byte.
type answer struct {
	digest      [32]byte
	first, last uint64 // mails
	times       int
}

// payment is one payment of a letter.
type payment struct {
	letter   *letter
	id       string // instruction, end-to-end and transaction id
	uetr     string
	to       *bank // nil: nobody that is known
	currency string
	minor    int64
	priority string
	from     string // not before that time of day
	told     []status
	forwards []*forward // as its receiver got it
	granted  bool       // its receiver will give it back
	withdraw *letter    // the camt.008 that takes it back

	// Of one that is exchanged: into what, by which quote or at which rate at least, and
	// what arrived.
	into    string
	quote   *routing.Quote
	bound   string
	arrived int64
	through string // which provider changes it
	bearer  string // of the charges; empty: they are taken out
	charges int    // how often its sender was told of charges

	got     []byte   // as its receiver got it, if that may be needed
	returns *payment // of a return: what goes back
	backs   []*payment
	// sourceFault: a return whose reason says that the original was wrong when it was sent.
	sourceFault bool

	// Of own money: the account that it comes from and the one that it goes to.
	use use
}

type status struct{ code, reason string }

// use is what a transfer of own money is for.
type use uint8

const (
	useNone     use = iota
	useIssue        // money from the issuer
	useRedeem       // money back to it
	useTransfer     // to another bank
)

var useNames = [...]string{"", "issue", "redeem", "own money"}

func (u use) String() string { return useNames[u] }

// bare tells that a payment moves nothing itself.
func (p *payment) bare() bool { return p.letter.kind == kindCovered || p.letter.kind == kindAdvice }

// confirm tells that its receiver must say that it takes it, before it settles.
func (p *payment) confirm() bool {
	switch {
	case p.bare() || p.returns != nil || p.use == useTransfer:
		return false
	case p.use != useNone:
		return true
	case p.into != "":
		return p.into == confirmed
	}
	return p.currency == confirmed
}

// reference is the end-to-end id under which its sender hears of it: a return has that
// of what it gives back.
func (p *payment) reference() string {
	if p.returns != nil {
		return p.returns.id
	}
	return p.id
}

// last is what its sender was told last.
func (p *payment) last() status {
	if len(p.told) == 0 {
		return status{}
	}
	return p.told[len(p.told)-1]
}

func (p *payment) settled() bool { return p.last().code == "ACSC" }

// final tells that a status never changes again; of an advice, which moves nothing,
// that is ACTC.
func (p *payment) final(s status) bool {
	return final(s.code) || p.letter.kind == kindAdvice && s.code == "ACTC"
}

func final(code string) bool { return code == "ACSC" || code == "RJCT" }

// kind is what a letter is.
type kind uint8

const (
	kindPlain kind = iota
	kindBatch
	kindExchange
	kindCovered // a customer transfer whose money moves by a cover
	kindCover
	kindAdvice
	kindMoney // own money
	kindConflict
	kindMalformed
	kindForged
	kindUnknown
	kindRecall
	kindQuestion
	kindWord    // what a receiver says of a payment that it is asked about
	kindReply   // what it says of one that it is asked to give back
	kindReceipt // what an issuer says of money that it is asked for
	kindReturn
	kindControl // sets or removes a limit or a reservation
	kindMove    // changes the place of a payment in its queue
	kindWithdraw
	kindQuery
	kindInvestigation
	kindFinding // what a receiver says of a payment about which its sender asks
	kindCheck   // whether an account belongs to a name
	kindVerdict // what who holds the account says
)

var kindNames = [...]string{
	"payment", "batch", "exchange", "covered transfer", "cover", "advice", "own money", "conflict", "malformed", "forged", "unknown receiver",
	"recall", "question", "word", "reply", "issuer's receipt", "return", "control", "move", "withdrawal", "query",
	"investigation", "finding", "account check", "verdict",
}

func (k kind) String() string { return kindNames[k] }

// answeredOnce tells that the letter has one answer and no more, whatever it says.
func (k kind) answeredOnce() bool {
	return k == kindControl || k == kindMove || k == kindWithdraw || k == kindQuery
}

// passedOn is the first answer to a recall that goes on to the receiver: it names no
// case.
const passedOn = "FTNA"
