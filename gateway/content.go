package gateway

import (
	"net/http"
	"strconv"

	"dragoman/routing"
	"dragoman/store"
)

// message answers the bytes of one record of the message log as they came or
// went: to those who sent or were sent it, and to compliance, whose views are
// entries of the log.
func (d *Door) message(w http.ResponseWriter, r *http.Request, c Caller) error {
	number, err := strconv.ParseUint(r.PathValue("record"), 10, 63)
	if err != nil {
		return badRequest("a record is named by its number, as the timeline of a payment has it")
	}
	v := d.node.viewer(c)
	own := v
	own.all = false
	var found *logged
	err = d.node.lookTwice(r.Context(), func() (bool, error) {
		if number >= d.node.Books.State().Records {
			return false, nil
		}
		record, payload, err := d.node.Books.Record(number)
		if err == nil && (own.mayRead(&record) || c.may(routing.RoleCompliance)) {
			found = &logged{record, payload}
		}
		return true, err
	})
	if err != nil {
		return err
	}
	if found == nil {
		return notFound("there is no record %d that you sent or were sent", number)
	}
	if !own.mayRead(&found.Record) {
		if _, err := d.node.Desk.View(r.Context(), c, number); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", contentOf(&found.Record))
	w.Header().Set("Content-Length", strconv.Itoa(len(found.payload)))
	_, err = w.Write(found.payload)
	return err
}

// contentOf is what a record's bytes are: those that could not be read as a
// message may be anything.
func contentOf(r *store.Record) string {
	switch r.Type {
	case "":
		return "application/octet-stream"
	case TypeKey:
		return textContent
	case TypeView, TypeExport, TypeBackup, TypeLife, TypeTrim:
		return jsonContent
	}
	return xmlContent
}
