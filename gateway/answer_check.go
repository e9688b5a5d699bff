package gateway

import (
	"strings"
	"unicode/utf8"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Checks of accounts on their way to who holds the account (acmt.023), and back
// (acmt.024).

// checkAsItCame is one question as who holds the account gets it.
func (a *answer) checkAsItCame(e *errand) attempt {
	return func(definition string) ([]byte, error) {
		doc := e.request.Document()
		body := firstChild(doc.Root)
		s := messages.NewSplice(e.request, doc)
		a.assign(s, body.Child("Assgnmt"), "MsgId", e.asker.BIC, e.asked.BIC)
		n := 0
		for question := range body.All("Vrfctn") {
			if n == e.Item {
				s.Only(question)
			}
			n++
		}
		return as(s, doc.ID, definition)
	}
}

// checkAnew is the same written anew, for a version that says less of an account.
func (a *answer) checkAnew(e *errand) attempt {
	return func(definition string) ([]byte, error) {
		r := messages.IdentificationRequest{
			MessageID: a.id, Created: a.created(),
			Assigner: messages.Party{Agent: messages.Agent{BIC: e.asker.BIC}}, Assignee: messages.Party{Agent: messages.Agent{BIC: e.asked.BIC}},
		}
		v, _ := messages.ViewIdentificationRequest(e.request)
		q := verificationAt(v, e.Item)
		r.Questions = []messages.Verification{{ID: q.ID(), Subject: verified(q.Subject())}}
		return r.Write(definition)
	}
}

// verified is a party and its account, for writing in another version.
func verified(s messages.SubjectView) messages.Subject {
	subject := messages.Subject{Party: messages.Party{Name: s.Party().Name()}, Agent: messages.Agent{BIC: bicOf(s.Agent())}}
	alias := s.Account().Child("Prxy")
	subject.Account = messages.Account{Other: s.Account().Identification(), Alias: alias.Child("Id").Text(), AliasType: first(alias.At("Tp/Cd").Text(), alias.At("Tp/Prtry").Text())}
	if iban, err := messages.ParseIBAN(subject.Account.Other); err == nil {
		subject.Account.IBAN, subject.Account.Other = iban, ""
	}
	return subject
}

// verdictAnew is the answer as who asked gets it. It is written anew, so that nothing
// comes with it but the verdict, what was asked, and what the rules tell of the name:
// the answer of a careless bank cannot tell more.
func (a *answer) verdictAnew(e *errand, reply *messages.Message, repeat bool) attempt {
	return func(definition string) ([]byte, error) {
		r := messages.IdentificationReportOn(e.request)
		r.MessageID, r.Created = a.id, a.created()
		r.Assigner, r.Assignee = messages.Party{Agent: messages.Agent{BIC: e.asked.BIC}}, messages.Party{Agent: messages.Agent{BIC: e.asker.BIC}}
		verdict := messages.Verdict{VerificationID: r.Verdicts[e.Item].VerificationID}
		if repeat {
			asked, _ := messages.ViewIdentificationRequest(e.request)
			verdict.Original = verified(verificationAt(asked, e.Item).Subject())
		}
		v, _ := messages.ViewIdentificationReport(reply)
		n := 0
		for one := range v.Verdicts() {
			if n == a.notice.Said.Part {
				verdict.Verified, verdict.Reason = one.Verified(), one.Reason()
				verdict.Updated = a.toldOf(e, one)
			}
			n++
		}
		r.Verdicts = []messages.Verdict{verdict}
		return r.Write(definition)
	}
}

// verificationAt is one of the questions of a request.
func verificationAt(v messages.IdentificationRequestView, item int) (found messages.VerificationView) {
	n := 0
	for q := range v.Verifications() {
		if n == item {
			return q
		}
		n++
	}
	return found
}

// reasonCloseMatch is that of a name that is nearly the owner's.
const reasonCloseMatch = "PN02"

// toldOf is what who asked may know of who stands behind an account: of a close match
// and of an alias the name, as far as the rules tell it, and of an alias the account.
// Of a name that matches there is nothing to tell, and of one that does not it would
// tell strangers who holds the account.
func (a *answer) toldOf(e *errand, one messages.VerdictView) (s messages.Subject) {
	v, _ := messages.ViewIdentificationRequest(e.request)
	alias := verificationAt(v, e.Item).Subject().Account().Child("Prxy").Exists()
	if tells := alias && one.Verified() || one.Reason() == reasonCloseMatch; !tells {
		return s
	}
	s.Party.Name = nameTold(one.Updated().Party().Name(), a.directory.Checks.Names)
	if iban, err := messages.ParseIBAN(one.Updated().Account().Identification()); alias && err == nil {
		s.Account.IBAN = iban
	} else if alias {
		s.Account.Other = one.Updated().Account().Identification()
	}
	return s
}

// nameTold is as much of a name as a policy tells.
func nameTold(name string, policy routing.Names) string {
	switch policy {
	case routing.NamesFull:
		return name
	case routing.NamesNone:
		return ""
	case routing.NamesMasked:
	}
	words := strings.Fields(name)
	for i, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		words[i] = string(first) + strings.Repeat("*", utf8.RuneCountInString(word[size:]))
	}
	return strings.Join(words, " ")
}

// unverified answers checks that nobody was asked, or that nobody answered in time.
func (a *answer) unverified(read *messages.Message, outcomes []settlement.Outcome, record store.Record) error {
	r := messages.IdentificationReportOn(read)
	r.MessageID, r.Created = a.id, a.created()
	r.Assigner, r.Assignee = messages.Party{Agent: messages.Agent{BIC: a.directory.Self}}, messages.Party{Agent: messages.Agent{BIC: a.to.BIC}}
	var verdicts []messages.Verdict
	for _, o := range outcomes {
		verdict := r.Verdicts[o.Asked]
		verdict.Reason = o.Reason.Code
		verdicts = append(verdicts, verdict)
	}
	r.Verdicts = verdicts
	document, definition, err := a.inPairedVersion("acmt.024", read.Document().ID, r.Write)
	if err != nil {
		return err
	}
	return a.send(definition, document, record)
}
