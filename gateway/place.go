package gateway

import (
	"fmt"
	"strconv"
	"strings"

	"dragoman/settlement"
)

// placeText writes a place in the log as people and programs outside see it.
func placeText(p settlement.Place) string { return fmt.Sprintf("%d.%d", p.Sequence, p.Order) }

// parsePlace reads what placeText writes.
func parsePlace(text string) (settlement.Place, bool) {
	group, order, _ := strings.Cut(text, ".")
	sequence, err := strconv.ParseUint(group, 10, 64)
	position, wrong := strconv.ParseUint(order, 10, 32)
	p := settlement.Place{Sequence: sequence, Order: uint32(position)}
	return p, err == nil && wrong == nil && placeText(p) == text
}
