package gateway

import (
	"testing"

	"dragoman/settlement"
)

// TestNamesOfAUETR: the names that a payment has by its UETR are found with one entry
// of the index, and none is taken for another.
func TestNamesOfAUETR(t *testing.T) {
	const given, other = "8a562c67-ca16-48ba-b074-65581be6f011", "8a562c67-ca16-48ba-b074-65581be6f012"
	names := []settlement.Identity{
		byUETR(testBanks[0], settlement.KindCustomer, given), byUETR(testBanks[0], settlement.KindCover, given),
		byUETR(testBanks[1], settlement.KindCustomer, given), asReceived(testBanks[0], given), asReceived(testBanks[1], given),
	}
	seen := map[settlement.Identity]bool{}
	for _, name := range names {
		if seen[name] || name.Key() != names[0].Key() {
			t.Errorf("name %x: another has it, or its key is not that of %x", name, names[0])
		}
		seen[name] = true
	}
	if byUETR(testBanks[0], settlement.KindCustomer, other).Key() == names[0].Key() {
		t.Error("two UETRs have one key")
	}
	r := newRig(t)
	r.issue(testBanks[0], "2000000.00")
	before := r.books.State().Identity
	r.send(testBanks[0], samplePayment(t, uetr(1)...))
	if rows := r.books.State().Identity - before; rows != 3 { // its UETR, its references, its message
		t.Errorf("a payment has %d entries", rows)
	}
	r.rebuild()
}
