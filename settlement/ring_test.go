package settlement_test

import (
	"encoding/binary"
	"fmt"

	"dragoman/messages"
	"dragoman/settlement"
)

// A ring of four banks, published by Project Ubin: each owes the next one payment
// that is larger than any balance and 1,249 small ones. Nothing can go alone. How
// much goes is the owners' choice.
func Example_ring() {
	fmt.Println("strict order:", ring(settlement.SavingAlone, false))
	fmt.Println("pairs:       ", ring(settlement.SavingPairs, false))
	fmt.Println("together:    ", ring(settlement.SavingTogether, false))
	fmt.Println("bypass:      ", ring(settlement.SavingAlone, true))
	// Output:
	// strict order: 0 payments worth 0, balances [800000 800000 1201000 1335000]
	// pairs:        0 payments worth 0, balances [800000 800000 1201000 1335000]
	// together:     4500 payments worth 31132000, balances [4134000 1000 1000 0]
	// bypass:       4502 payments worth 11130000, balances [4135000 1000 0 0]
}

// none is the archive of an engine from which nothing has ended yet.
type none struct{}

func (none) Payment(settlement.PaymentID) (settlement.Payment, bool) {
	return settlement.Payment{}, false
}

func (none) Message(settlement.MessageID) (settlement.Message, bool) {
	return settlement.Message{}, false
}

func ring(saving settlement.Saving, bypass bool) string {
	engine := settlement.NewEngine(none{})
	usd := messages.MustCurrency("USD")
	issuance := engine.OpenAccount(5, usd, settlement.RoleIssuance)
	number := uint64(0)
	order := func(kind settlement.Kind, from, to settlement.AccountID, amount int64) settlement.Instruction {
		number++
		var identity settlement.Identity
		binary.BigEndian.PutUint64(identity[:], number)
		return settlement.Instruction{Identity: identity, Kind: kind, Legs: []settlement.Leg{{Debit: from, Credit: to, Amount: amount}}}
	}
	var banks []settlement.AccountID
	for i, balance := range []int64{800_000, 800_000, 1_201_000, 1_335_000} {
		account := engine.OpenAccount(settlement.ParticipantID(i+1), usd, settlement.RoleWallet)
		banks = append(banks, account)
		engine.SetSaving(account, saving, bypass)
		engine.Decide(settlement.Message{}, order(settlement.KindIssue, issuance, account, balance))
	}
	engine.Finish()
	for i, large := range []int64{5_001_000, 5_005_000, 5_006_000, 5_008_000} {
		for n := range 1250 {
			amount := large
			if n > 0 {
				amount = int64(i+1) * 1000
			}
			in := order(settlement.KindCore, banks[i], banks[(i+1)%4], amount)
			engine.Submit(settlement.Message{Digest: settlement.Digest(append(in.Identity[:], in.Identity[:]...))}, []settlement.Instruction{in})
		}
	}
	changes := engine.Finish()
	value := int64(0)
	for _, e := range changes.Entries {
		value += e.Amount
	}
	var balances []int64
	for _, id := range banks {
		account, _ := engine.Account(id)
		balances = append(balances, account.Posted)
	}
	return fmt.Sprintf("%d payments worth %d, balances %d", len(changes.Entries), value, balances)
}

func (none) Case(settlement.CaseID) (settlement.Case, bool) {
	return settlement.Case{}, false
}
