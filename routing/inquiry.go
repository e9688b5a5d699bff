package routing

import "time"

// Inquiries are the rules for what banks ask each other about payments that have
// settled: recalls (camt.056) and investigations (camt.110).
type Inquiries struct {
	Answer int64 `json:"answerSeconds,omitempty"` // how long the bank that is asked may take; 0: DefaultInquiryAnswer
}

// Bounds of inquiries: a bank that is asked has to find its customer, and who asks must
// know in the end that nothing will come.
const (
	DefaultInquiryAnswer = 15 * 24 * time.Hour
	maxInquiryAnswer     = 366 * 24 * 3600
)

// Patience is how long the bank that is asked may take.
func (q Inquiries) Patience() time.Duration {
	if q.Answer == 0 {
		return DefaultInquiryAnswer
	}
	return time.Duration(q.Answer) * time.Second
}

func (d *Directory) setInquiries(q Inquiries) error {
	if q.Answer < 0 || q.Answer > maxInquiryAnswer {
		return refuse("inquiries: at most %d seconds to answer", maxInquiryAnswer)
	}
	d.Inquiries = q
	return nil
}

func (c *comparison) inquiries(old, next Inquiries) {
	c.field("recalls and investigations", "seconds to answer", positive(old.Answer), positive(next.Answer))
}
