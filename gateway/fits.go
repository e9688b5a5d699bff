package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// situation is what a decision is held against: in the lane the kernel as it is,
// at the door the books as they were a moment ago.
type situation struct {
	directory *routing.Directory
	now       settlement.Moment // engine time
	at        settlement.Moment // of the group, or of the door
	payment   func(settlement.PaymentID) (settlement.Payment, bool)
	account   func(settlement.AccountID) (settlement.Account, bool)
	// urgent tells whether urgent payments wait for an account's money.
	urgent func(settlement.AccountID) bool
}

func (w *work) situation() *situation {
	return &situation{
		directory: w.directory, now: w.engine.Now(), at: w.at, payment: w.engine.Payment, account: w.engine.Account,
		urgent: func(id settlement.AccountID) bool {
			waiting := w.engine.Waiting(id)
			return len(waiting) > 0 && waiting[0].Band == settlement.BandUrgent
		},
	}
}

// fits tells why a decision makes no sense as things stand; empty: it does.
func (s *situation) fits(d *Decision, by holder) string {
	switch d.Action {
	case ActionHold, ActionRelease, ActionRefuse, ActionCancel, ActionReprioritise, ActionReorder:
		return s.fitsPayment(d, by)
	case ActionLimit, ActionReserve:
		return s.fitsControl(d, by)
	case ActionIssue, ActionRedeem:
		_, why := s.issue(d, by)
		return why
	case ActionSuspend, ActionResume, ActionStanding:
		return s.fitsStanding(d)
	case ActionApply:
		return s.fitsChange(d)
	case ActionAcceptTime:
		return s.fitsTime(d)
	case ActionAnnounce:
		return s.fitsAnnouncement(d)
	case ActionCloseCycle:
		return s.fitsCycle(d)
	case ActionRestoreAccept:
		if d.Subject == "" {
			return "name what is accepted"
		}
	case ActionBackup:
		return s.fitsPermit(d)
	case ActionQuarantine, ActionApprove, ActionDecline:
	}
	return ""
}

func (s *situation) fitsPayment(d *Decision, by holder) string {
	p, known := s.payment(d.Payment)
	own := known && p.Sender == by.bank.ID && by.may(routing.RoleParticipant)
	staff := by.may(routing.RoleOperator) || by.may(routing.RoleCompliance)
	if !known || !own && !staff || d.UETR != "" && p.UETR.String() != d.UETR {
		return "there is no such payment of yours"
	}
	state := outside(&p, p.State).String() // its owner is not to learn of a hold
	if staff {
		state = p.State.String()
	}
	allowed := []settlement.State{settlement.StateHeld, settlement.StateWaiting, settlement.StateScheduled, settlement.StateUncovered}
	if d.Action == ActionRelease {
		allowed = allowed[:1]
	}
	if d.Action == ActionHold {
		allowed = allowed[1:]
	}
	if d.Action == ActionReorder {
		allowed = allowed[:2]
	}
	if d.Action == ActionHold || d.Action == ActionRefuse || d.Action == ActionCancel {
		allowed = append(allowed, settlement.StateNetted) // while its cycle is open
	}
	if d.Action == ActionReorder && d.Put != settlement.PutFirst && d.Put != settlement.PutLast {
		return "a payment is put to the front or to the back"
	}
	if d.Action == ActionReprioritise && d.Band > settlement.BandNormal {
		return "the priority is urgent, high or normal"
	}
	if !slices.Contains(allowed, p.State) {
		return fmt.Sprintf("the payment is %s: it cannot be changed by %s", state, d.Action)
	}
	return ""
}

// movement is the money that an issue or redemption moves.
type movement struct {
	issuer   settlement.ParticipantID
	legs     []settlement.Leg // the first is between issuance account and wallet
	kind     settlement.Kind
	currency messages.Currency
}

// issue plans the movement between the issuance account of who decides and a wallet.
func (s *situation) issue(d *Decision, by holder) (m movement, refusal string) {
	currency, err := messages.ParseCurrency(d.Currency)
	if err != nil {
		return m, err.Error()
	}
	_, issued := s.directory.Issuance(currency)
	issuance, issues := s.directory.IssuanceOf(by.bank.ID, currency)
	bank, known := s.directory.ByBIC(d.Bank)
	amount, wrong := messages.ParseMoney(d.Amount, currency)
	switch {
	case !issued:
		return m, fmt.Sprintf("nobody issues %s here", currency.Code())
	case !issues:
		return m, fmt.Sprintf("%s is issued by another participant", currency.Code())
	case !by.bank.Standing.TakesPart():
		return m, fmt.Sprintf("the issuer is %s", by.bank.Standing)
	case wrong != nil || amount.Sign() <= 0:
		return m, fmt.Sprintf("%q is not an amount of %s above zero", d.Amount, currency.Code())
	case !known:
		return m, fmt.Sprintf("%s takes no part here", d.Bank)
	}
	wallet, ok := s.account(s.directory.AccountIn(bank.ID, currency, settlement.RoleWallet, issuance.Issuer))
	if !ok {
		return m, fmt.Sprintf("%s has no account for the %s that %s issues", bank.BIC, currency.Code(), by.bank.BIC)
	}
	m = movement{issuance.Owner, s.directory.Movement(issuance.ID, wallet.ID, amount.Minor()), settlement.KindIssue, currency}
	if d.Action == ActionIssue && !bank.Standing.TakesPart() {
		return m, fmt.Sprintf("%s is %s: nothing new is credited to it", bank.BIC, bank.Standing)
	}
	if d.Action == ActionRedeem {
		m.legs, m.kind = s.directory.Movement(wallet.ID, issuance.ID, amount.Minor()), settlement.KindRedeem
		if wallet.Posted-wallet.Reserved < amount.Minor() {
			return m, fmt.Sprintf("%s has only %s %s of its own that is not promised", bank.BIC, amountOf(max(wallet.Posted-wallet.Reserved, 0), currency), currency.Code())
		}
		if s.urgent(wallet.ID) {
			return m, fmt.Sprintf("urgent payments wait for the money of %s; they go first", bank.BIC)
		}
	}
	return m, s.cannotMove(&m, bank)
}

// cannotMove finds why an account stands in the way of an issue.
func (s *situation) cannotMove(m *movement, bank *routing.Participant) string {
	if m.kind != settlement.KindIssue {
		return ""
	}
	for i, leg := range m.legs {
		debit, _ := s.account(leg.Debit)
		credit, _ := s.account(leg.Credit)
		switch {
		case !debit.Covers(leg.Amount) && i == 0:
			return fmt.Sprintf("the issuer would have more than %s %s outstanding", amountOf(debit.Ceiling, m.currency), m.currency.Code())
		case !debit.Covers(leg.Amount):
			return fmt.Sprintf("the issuer has only %s %s to set aside for it", amountOf(max(debit.Available(), 0), m.currency), m.currency.Code())
		case i > 0 && s.urgent(leg.Debit):
			return "urgent payments wait for the money that would be set aside for it; they go first"
		case !credit.Takes(leg.Amount):
			return fmt.Sprintf("the account of %s cannot hold as much", bank.BIC)
		}
	}
	return ""
}

func (s *situation) fitsChange(d *Decision) string {
	if d.Change == nil {
		return "there is no change"
	}
	next, err := s.directory.Apply(*d.Change)
	switch {
	case err != nil:
		return err.Error()
	case len(s.directory.Differences(next)) == 0:
		return "it changes nothing: the directory is like this already"
	case people(s.directory, routing.RoleOperator) > 1 && people(next, routing.RoleOperator) < 2:
		return "it would leave fewer than two persons with the role operator, and then nobody could ever change the directory again"
	}
	for i := range d.Change.Participants {
		if p := &d.Change.Participants[i]; p.Standing == routing.StandingClosed {
			if why := s.notEmpty(p.BIC); why != "" {
				return why
			}
		}
	}
	return ""
}

// people counts the persons of the gateway who hold a role.
func people(d *routing.Directory, role routing.Role) int {
	self, ok := d.ByBIC(d.Self)
	if !ok {
		return 0
	}
	var all []string
	for _, k := range self.Keys {
		known := slices.ContainsFunc(all, func(other string) bool { return samePerson(other, k.Person) })
		if slices.Contains(k.Roles, role) && k.Person != "" && !known {
			all = append(all, k.Person)
		}
	}
	return len(all)
}

// futureAllowed is how far ahead of the door's clock engine time may be put.
const futureAllowed = 5 * time.Second

func (s *situation) fitsTime(d *Decision) string {
	to := settlement.Moment(d.Time.UnixNano())
	switch {
	case d.Time.IsZero() || to <= s.now:
		return fmt.Sprintf("time does not go back: engine time is %s", timeOf(s.now).Format(time.RFC3339Nano))
	case to > s.at+settlement.Moment(futureAllowed):
		return fmt.Sprintf("%s has not come yet", d.Time.Format(time.RFC3339))
	}
	return ""
}

// digestOf names a directory: two that are alike have the same.
func digestOf(d *routing.Directory) string {
	text, _ := json.Marshal(d) //nolint:errchkjson // it stands in the books in this form
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func (w *work) directoryDigest() string { return digestOf(w.directory) }
