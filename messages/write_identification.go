package messages

// IdentificationReport is an acmt.024 for writing: the answer to an acmt.023.
type IdentificationReport struct {
	MessageID      string
	Created        DateTime
	Creator        Party
	FirstAgent     Agent
	Assigner       Party
	Assignee       Party
	RequestID      string
	RequestCreated string // as received
	RequestAgent   Agent  // first agent of the request
	Verdicts       []Verdict
}

// IdentificationRequest is an acmt.023 for writing: the question whether accounts
// exist and belong to those named.
type IdentificationRequest struct {
	MessageID  string
	Created    DateTime
	Creator    Party
	FirstAgent Agent
	Assigner   Party
	Assignee   Party
	Questions  []Verification
}

// Verification is one party and account to be verified, for writing.
type Verification struct {
	ID      string
	Subject Subject
}

// Write writes the request in that version of acmt.023. acmt.023.001.02 takes of an
// account what identifies it; the rest is left out.
func (r IdentificationRequest) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("acmt.023")
	w.identificationAssignment(r.MessageID, r.Created, r.Creator, r.FirstAgent, r.Assigner, r.Assignee)
	for i := range r.Questions {
		w.Open("Vrfctn")
		w.Text("Id", r.Questions[i].ID)
		w.subject("PtyAndAcctId", r.Questions[i].Subject)
		w.Close()
	}
	w.Close()
	return w.Bytes()
}

func (w *Writer) identificationAssignment(id string, created DateTime, creator Party, first Agent, from, to Party) {
	w.Open("Assgnmt")
	w.Text("MsgId", id)
	w.Text("CreDtTm", created.String())
	w.Party("Cretr", creator)
	w.Agent("FrstAgt", first)
	w.Party("Assgnr", from)
	w.Party("Assgne", to)
	w.Close()
}

// Verdict is the answer to one question, for writing.
type Verdict struct {
	VerificationID string
	Verified       bool
	Reason         string  // external verification reason, else proprietary
	Original       Subject // what was asked about
	Updated        Subject // what it should be, or what stands behind its alias
}

// Subject is a party with its account and the agent that holds it, for writing.
type Subject struct {
	Party   Party
	Account Account
	Agent   Agent
}

// IdentificationReportOn begins the answer to a received acmt.023, to who sent
// it: it repeats all its questions, whose verdicts are to be filled in.
func IdentificationReportOn(m *Message) IdentificationReport {
	v, _ := ViewIdentificationRequest(m)
	r := IdentificationReport{
		Assigner:       Party{Received: v.Assignee().Node},
		Assignee:       Party{Received: v.Assigner().Node},
		RequestID:      v.MessageID(),
		RequestCreated: v.CreatedText(),
		RequestAgent:   Agent{Received: v.FirstAgent().Node},
	}
	for q := range v.Verifications() {
		s := q.Subject()
		r.Verdicts = append(r.Verdicts, Verdict{VerificationID: q.ID(), Original: Subject{
			Party:   Party{Received: s.Party().Node},
			Account: Account{Received: s.Account().Node},
			Agent:   Agent{Received: s.Agent().Node},
		}})
	}
	return r
}

// Write writes the report in that version of acmt.024. acmt.024.001.02 takes of
// an account what identifies it; the rest is left out.
func (r IdentificationReport) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("acmt.024")
	w.identificationAssignment(r.MessageID, r.Created, r.Creator, r.FirstAgent, r.Assigner, r.Assignee)
	w.Open("OrgnlAssgnmt")
	w.Text("MsgId", r.RequestID)
	w.Text("CreDtTm", r.RequestCreated)
	w.Agent("FrstAgt", r.RequestAgent)
	w.Close()
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		w.Open("Rpt")
		w.Text("OrgnlId", v.VerificationID)
		w.Flag("Vrfctn", v.Verified)
		w.Code("Rsn", v.Reason)
		w.subject("OrgnlPtyAndAcctId", v.Original)
		w.subject("UpdtdPtyAndAcctId", v.Updated)
		w.Close()
	}
	w.Close()
	return w.Bytes()
}

func (w *Writer) subject(name string, s Subject) {
	w.Open(name)
	w.Party("Pty", s.Party)
	if particle, _ := w.child("Acct"); particle != nil && !s.Account.IsZero() {
		if id, _ := particle.Type.Element("Id"); id == nil && !s.Account.Received.Exists() {
			w.AccountID("Acct", s.Account)
		} else {
			w.Account("Acct", s.Account)
		}
	}
	w.Agent("Agt", s.Agent)
	w.Close()
}
