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
	account, other := messages.Account{Other: testWallet}, messages.Agent{BIC: mustBIC(t, "BETATHBKXXX")}
	write := func(version string, content func(w *messages.Writer)) {
		w := messages.NewWriter(version)
		w.Open(roots[messages.KindOf(version)])
		w.Open("MsgHdr")
		w.Text("MsgId", "C-"+version)
		w.Close()
		content(w)
		w.Close()
		raw, err := w.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		all[version] = raw
	}
	limit := func(w *messages.Writer, path ...string) {
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
	for kind := range roots {
		versions := versionsOf(kind)
		for _, version := range []string{versions[0], versions[len(versions)-1]} {
			write(version, func(w *messages.Writer) {
				switch kind {
				case "camt.007", "camt.008":
					if kind == "camt.007" {
						w.Open("Mod")
					}
					w.PaymentReference("PmtId", &messages.PaymentReference{UETR: uetrFrom("nothing"), TransactionID: "T-nothing"})
					if kind == "camt.007" {
						w.Open("NewPmtValSet")
						w.Code("Prty", "HIGH")
						w.Close()
						w.Close()
					}
				case "camt.011":
					w.Open("LmtDtls")
					limit(w, "LmtId", "Cur")
					w.Open("NewLmtValSet")
					w.Open("Amt")
					w.AmountText("AmtWthCcy", "CNY", "5000000")
					w.Close()
					w.Close()
					w.Close()
				case "camt.012":
					limit(w, "LmtDtls", "CurLmtId")
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
			})
		}
	}
	return all
}
