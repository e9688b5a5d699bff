package gateway

import (
	"testing"

	"dragoman/messages"
)

// controlSamples are messages by which ALPHA asks about its accounts and controls
// them, by version: the oldest and the newest of each kind.
func controlSamples(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for kind := range roots {
		versions := versionsOf(kind)
		for _, version := range []string{versions[0], versions[len(versions)-1]} {
			all[version] = controlSample(t, version, "C-"+version, &messages.PaymentReference{UETR: uetrFrom("nothing"), TransactionID: "T-nothing"})
		}
	}
	return all
}

// controlSample is one of them; about is the payment that it moves.
func controlSample(t testing.TB, version, id string, about *messages.PaymentReference) []byte {
	t.Helper()
	kind := messages.KindOf(version)
	account, other := messages.Account{Other: testWallet}, messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}
	w := messages.NewWriter(version)
	limit := func(path ...string) {
		for _, element := range path {
			w.Open(element)
		}
		w.Agent("BilLmtCtrPtyId", other)
		w.Code("Tp", limitBilateral)
		w.AccountID("AcctId", account)
		for range path {
			w.Close()
		}
	}
	w.Open(roots[kind])
	w.Open("MsgHdr")
	w.Text("MsgId", id)
	w.Close()
	switch kind {
	case "camt.007":
		w.Open("Mod")
		w.PaymentReference("PmtId", about)
		w.Open("NewPmtValSet")
		w.Code("Prty", "HIGH")
		w.Close()
		w.Close()
	case "camt.008":
		w.PaymentReference("PmtId", about)
	case "camt.011":
		w.Open("LmtDtls")
		limit("LmtId", "Cur")
		w.Open("NewLmtValSet")
		w.Open("Amt")
		w.AmountText("AmtWthCcy", "CNY", "5000000")
		w.Close()
		w.Close()
		w.Close()
	case "camt.012":
		limit("LmtDtls", "CurLmtId")
	case "camt.048":
		w.Open("RsvatnId")
		w.Open("Cur")
		w.Code("Tp", reservationUrgent)
		w.AccountID("AcctId", account)
		w.Close()
		w.Close()
		w.Open("NewRsvatnValSet")
		w.Open("Amt")
		w.AmountText("AmtWthtCcy", "", "5")
		w.Close()
		w.Close()
	}
	w.Close()
	raw, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
