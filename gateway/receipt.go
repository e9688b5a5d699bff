package gateway

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// receiptVersion is the form of a receipt for those who accept XML.
const receiptVersion = "admi.007.001.01"

// Status is 202, or 200 when the message was sent before and has been applied.
func (r *Receipt) Status() int {
	if r.Applied {
		return http.StatusOK
	}
	return http.StatusAccepted
}

// receiptReply gives a receipt in the form that the caller accepts: JSON, or an
// admi.007.
func receiptReply(w http.ResponseWriter, r *http.Request, receipt Receipt, sender messages.BIC, at time.Time) error {
	if !acceptsXML(r.Header.Get("Accept")) {
		return reply(w, receipt.Status(), receipt)
	}
	document, err := receipt.acknowledgement(sender, at)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(receipt.Status())
	_, err = w.Write(document) //nolint:gosec // written by the message layer, as XML
	return err
}

// acceptsXML tells whether XML stands before JSON among what is accepted.
func acceptsXML(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		kind, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "application/xml", "text/xml":
			return true
		case "application/json", "application/*", "*/*":
			return false
		}
	}
	return false
}

// acknowledgement is the receipt as an admi.007. What the message definition has
// no element for stands in the description.
func (r *Receipt) acknowledgement(sender messages.BIC, at time.Time) ([]byte, error) {
	created := dateTime(settlement.Moment(at.UnixNano()))
	words := []string{"place " + r.Place, "digest " + r.Digest[:32]}
	for i := range r.Payments {
		words = append(words, r.Payments[i].UETR)
	}
	a := messages.Acknowledgement{MessageID: "DRGM-R" + r.Place, Created: created, Receipts: []messages.Acknowledged{{
		Reference: reference(r.ID), MessageName: r.Type, Issuer: sender, Status: wordReceived, Decided: created,
		Description: clipped(strings.Join(words, " "), maxDescription),
	}}}
	document, err := a.Write(receiptVersion)
	if err != nil {
		return nil, fmt.Errorf("write the receipt of %s: %w", r.Place, err)
	}
	return document, nil
}
