package settlement

// Changes are what one group of the log did: everything the books must keep
// and everybody who must be told, in order. Accounts and payments stand once
// each, as they are after the group.
type Changes struct {
	Accounts []Account
	Controls []Control
	Payments []Payment
	Messages []Message
	Letters  []Letter
	Entries  []Entry
	Cases    []Case // those that were opened or answered, as they are after the group
	Cycles   []Cycle
	// Positions are those that payments have changed.
	Positions []Position
	Notices   []Notice
	Late      int // acceptances that came when the time was up; counted for who watches, and not kept
}

// Letter is the identity by which a message that carries no payment is known
// again.
type Letter struct {
	Identity Identity
	Message  MessageID
}

// Entry is one posted leg. Debit and credit are equal by construction. Booking
// times never go back from one entry to the next.
type Entry struct {
	ID       EntryID
	Payment  PaymentID
	Leg      int
	Debit    AccountID
	Credit   AccountID
	Amount   int64
	At       Moment
	Debited  Side // the entry as the debited account sees it
	Credited Side
}

// Of is the entry as one of its two accounts sees it.
func (e *Entry) Of(account AccountID) Side {
	if account == e.Debit {
		return e.Debited
	}
	return e.Credited
}

// Side is an entry as one of its two accounts sees it. Entry by entry back from
// the account's last one, a statement is read without an index.
type Side struct {
	Number  uint64  // among the account's entries, from 1 without a gap
	Before  EntryID // the account's entry before this one; 0: none
	Balance int64   // posted after this entry, minor units
}

// NoticeKind is what somebody is told.
type NoticeKind uint8

// Kinds of notices; gateway writes the message that each becomes.
const (
	NoticeGroup       NoticeKind = iota + 1 // pacs.002 for a message as a whole, at first
	NoticeStatus                            // pacs.002 for one payment, later
	NoticeForward                           // the payment itself, to its receiver
	NoticeRepeat                            // the answer that a repeated message had, again
	NoticeResolved                          // camt.029, answer to a recall
	NoticeAnswer                            // pacs.002, answer to a question or a word about payments
	NoticeAdvice                            // camt.054, entries of one account in this group; the gateway adds it for those who want it
	NoticeStatement                         // camt.052, 053 or 054 of a past interval that was asked for
	NoticeAccepted                          // pacs.002 ACTC, before anything is decided
	NoticeTrial                             // what would have become of a message that only tries
	NoticeEvent                             // admi.004, something that the operator announces
	NoticeOutcome                           // to the one who had to confirm a payment: what became of it
	NoticeCase                              // a request about a payment or account, to the bank that is asked
	NoticeCaseAnswer                        // what that bank says, to the one that asked
	NoticeCaseRefused                       // what a request comes to that is not passed on, or was not answered in time
	NoticeMisdirected                       // admi.002: an answer that answers nothing that its sender was asked
	NoticePosition                          // camt.088: what the receiver owes or is owed of a cycle
	NoticeNetting                           // pacs.029: what is to move because of a cycle, to the issuer
	NoticeNetted                            // pacs.002: what became of that
	NoticeCharges                           // camt.105, what a sender has paid besides the amount; the gateway adds it for those who take it
)

// Notice tells one participant one thing.
type Notice struct {
	Kind     NoticeKind
	To       ParticipantID
	Message  MessageID // what it answers, or is about
	Payment  PaymentID
	Status   Status
	Reason   Reason
	Outcomes []Outcome  // of NoticeResolved, NoticeAnswer, NoticeTrial, NoticeCaseRefused and NoticeMisdirected, in the order of the question
	Account  AccountID  // of NoticeAdvice
	Entries  [2]EntryID // of NoticeAdvice: first and last of the group that may concern it
	First    bool       // of NoticeOutcome and NoticeCaseAnswer: it answers Message
	Case     CaseID     // of NoticeCase, NoticeCaseAnswer and NoticeCaseRefused; 0: several, or none
	Said     Said       // of NoticeCaseAnswer

	// Of NoticePosition, NoticeNetting and NoticeNetted: the cycle and its positions, and
	// whether they are those behind the end of its window, which took something out.
	Cycle     CycleID
	Positions []Position
	Final     bool

	Attempt int // of NoticeForward and NoticeOutcome: which attempt of the payment, from 0
}

// Outcome is what a question or a word about one payment came to.
type Outcome struct {
	Payment PaymentID // 0: it is unknown to who asked
	Status  Status
	Reason  Reason
	Asked   int // which payment of the message it is about, from 0
	Attempt int // of a payment that has taken several ways: which attempt, from 0
}
