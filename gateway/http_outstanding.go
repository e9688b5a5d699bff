package gateway

import (
	"net/http"
	"slices"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// assetView is one asset as its issuer sees it: what it owes, and to how many wallets
// of which grade. Who holds how much is not its matter.
type assetView struct {
	Currency    string       `json:"currency"`
	Issuer      messages.BIC `json:"issuer"`
	Tier        int          `json:"tier"` // 1: the currency's own issuer; 2: an operating bank
	Outstanding string       `json:"outstanding"`
	Ceiling     string       `json:"ceiling,omitempty"`  // the most it may have outstanding
	SetAside    string       `json:"setAside,omitempty"` // of the second tier: money of the first that covers it
	Held        []heldView   `json:"held"`
}

// heldView is what accounts of one use and grade hold together.
type heldView struct {
	Role     string `json:"role"`
	Grade    string `json:"grade,omitempty"`
	Accounts int    `json:"accounts"`
	Amount   string `json:"amount"`
}

// outstanding tells an issuer what it owes and, if the currency is its own, what the
// operating banks owe in it; the gateway's own people see all.
func (d *Door) outstanding(w http.ResponseWriter, _ *http.Request, c Caller) error {
	all, err := d.node.Books.Accounts()
	if err != nil {
		return err
	}
	directory := d.node.Directory()
	caller, _ := directory.ByBIC(c.Participant)
	views := []assetView{}
	for i := range all {
		a := &all[i]
		if a.Role != settlement.RoleIssuance {
			continue
		}
		first, _ := directory.Issuance(a.Currency)
		if c.staff() || caller != nil && (a.Owner == caller.ID || first.Owner == caller.ID) {
			views = append(views, assetOf(directory, all, a))
		}
	}
	return reply(w, http.StatusOK, map[string]any{"assets": views})
}

// assetOf sums up the accounts of one asset.
func assetOf(directory *routing.Directory, all []settlement.Account, issuance *settlement.Account) assetView {
	issuer, _ := directory.ByID(issuance.Owner)
	v := assetView{Currency: issuance.Currency.Code(), Issuer: issuer.BIC, Tier: 1, Outstanding: amountOf(-issuance.Posted, issuance.Currency), Held: []heldView{}}
	if issuance.Ceiling > 0 {
		v.Ceiling = amountOf(issuance.Ceiling, issuance.Currency)
	}
	sums := map[heldView]int64{}
	counts := map[heldView]int{}
	var kinds []heldView
	for i := range all {
		a := &all[i]
		if a.Role == settlement.RoleReserve && a.Owner == issuance.Owner && a.Currency == issuance.Currency && issuance.Issuer != 0 {
			v.Tier, v.SetAside = 2, amountOf(a.Posted, a.Currency)
		}
		if a.Currency != issuance.Currency || a.Issuer != issuance.Issuer || a.Role == settlement.RoleIssuance {
			continue
		}
		kind := heldView{Role: roleNames[a.Role], Grade: directory.Accounts[a.ID-1].Grade}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
		sums[kind] += a.Posted
		counts[kind]++
	}
	for _, kind := range kinds {
		row := kind
		row.Accounts, row.Amount = counts[kind], amountOf(sums[kind], issuance.Currency)
		v.Held = append(v.Held, row)
	}
	return v
}
