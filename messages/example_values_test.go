package messages_test

import (
	"bytes"
	"errors"
	"fmt"

	"dragoman/messages"
)

func ExampleParseMoney() {
	for _, code := range []string{"USD", "JPY", "KWD", "XAU"} {
		currency, err := messages.ParseCurrency(code)
		if err != nil {
			fmt.Println(err)
			continue
		}
		money, err := messages.ParseMoney("1050.5", currency)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(money, "=", money.Minor(), "minor units")
	}
	// Output:
	// USD 1050.50 = 105050 minor units
	// amount: 1 fraction digits, JPY has 0
	// KWD 1050.500 = 1050500 minor units
	// amount: XAU (Gold) has no minor unit
}

func ExampleMoney_Convert() {
	amount, err := messages.ParseMoney("100.01", messages.MustCurrency("EUR"))
	if err != nil {
		fmt.Println(err)
		return
	}
	rate, err := messages.ParseDecimal("163.456")
	if err != nil {
		fmt.Println(err)
		return
	}
	yen, residual, err := amount.Convert(rate, messages.MustCurrency("JPY"))
	fmt.Println(yen, "and", residual, "left over", err)
	// Output:
	// JPY 16347 and 0.23456 left over <nil>
}

func ExampleParseIBAN() {
	_, err := messages.ParseIBAN("DE12370400440532013000")
	fmt.Println(err)
	fmt.Println(errors.Is(err, messages.ErrCheckDigits))
	// Output:
	// IBAN: check digits 12 do not fit: expected 89
	// true
}

func ExampleParseBIC() {
	short, err := messages.ParseBIC("DEUTDEFF")
	if err != nil {
		fmt.Println(err)
		return
	}
	long, err := messages.ParseBIC("DEUTDEFFXXX")
	fmt.Println(short == long, short, long.Full(), long.Country(), err)
	// Output:
	// true DEUTDEFF DEUTDEFFXXX DE <nil>
}

func ExampleNewUETR() {
	random := bytes.NewReader(make([]byte, 16)) // crypto/rand.Reader in earnest
	uetr, err := messages.NewUETR(random)
	fmt.Println(uetr, err)
	// Output:
	// 00000000-0000-4000-8000-000000000000 <nil>
}

func ExampleDateTime_Compare() {
	a, err := messages.ParseDateTime("2026-11-22T10:00:00+01:00")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{"2026-11-22T09:00:00.000Z", "2026-11-22T09:30:00", "2026-11-24T00:00:00"} {
		b, err := messages.ParseDateTime(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		order, known := a.Compare(b)
		fmt.Println(order, known)
	}
	// Output:
	// 0 true
	// 0 false
	// -1 true
}
