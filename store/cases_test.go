package store

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"dragoman/settlement"
)

// asks has the sender of the last payment that settled recall it, and its receiver say
// how far the credit is and answer the recall.
func (b *bank) asks(n int) {
	for id := b.books.State().Payment; id > 0; id-- {
		p, _, err := b.books.Payment(id)
		if err != nil {
			b.t.Fatal(err)
		}
		if p.State != settlement.StateSettled {
			continue
		}
		target := settlement.Reference{Payment: p.ID, Case: []settlement.Identity{p.Identity}}
		b.says(p.Sender, fmt.Sprintf("recall %d", n), func(m settlement.Message) { b.engine.Recall(m, []settlement.Reference{target}) })
		b.says(p.Receiver, fmt.Sprintf("credit %d", n), func(m settlement.Message) {
			b.engine.Report(m, []settlement.Statement{{Target: target, Status: settlement.StatusBlocked, Reason: settlement.Reason{Code: "AC06"}}})
		})
		b.says(p.Receiver, fmt.Sprintf("answer %d", n), func(m settlement.Message) {
			b.engine.Answer(m, []settlement.Reply{{Kinds: []settlement.CaseKind{settlement.CaseRecall}, Target: target, Says: settlement.Say(n % 3), Reason: settlement.Reason{Code: "CUST"}}})
		})
		return
	}
}

// says brings one message and its answer, in a group of their own.
func (b *bank) says(who settlement.ParticipantID, name string, do func(settlement.Message)) {
	sum, place := sha256.Sum256([]byte(name)), settlement.Place{Sequence: b.sequence + 1}
	do(settlement.Message{Place: place, Record: b.books.State().Records, Sender: who, Identity: settlement.Identity(sum[:16]), Digest: sum})
	_, number, _, _ := b.engine.Counters()
	came := Record{Sender: who, Type: "camt.056.001.08", Salt: [16]byte(sum[:16]), At: b.engine.Now(), Place: place}
	answer := Record{Receiver: who, Type: "camt.029.001.09", Salt: [16]byte(sum[16:]), At: b.engine.Now(), Place: place, Out: true, Mailed: true, First: true, Message: number}
	came.Seal([]byte(strings.Repeat(name+" ", 20)))
	answer.Seal([]byte(strings.Repeat(name+" ", 30)))
	b.commit([]Record{came, answer})
}
