package messages

import "testing"

func BenchmarkParseMoney(b *testing.B) {
	usd := MustCurrency("USD")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseMoney("1234567.89", usd); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendAmount(b *testing.B) {
	m, err := NewMoney(123456789, MustCurrency("USD"))
	if err != nil {
		b.Fatal(err)
	}
	var space [24]byte
	b.ReportAllocs()
	for b.Loop() {
		if len(m.AppendAmount(space[:0])) != 10 {
			b.Fatal(m)
		}
	}
}

func BenchmarkConvert(b *testing.B) {
	eur, usd := MustCurrency("EUR"), MustCurrency("USD")
	m, err := NewMoney(123456789, eur)
	if err != nil {
		b.Fatal(err)
	}
	rate := decimalOf(b, "1.0825123456")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := m.Convert(rate, usd); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseValues(b *testing.B) {
	for _, bench := range []struct {
		name string
		run  func() error
	}{
		{"Currency", func() error { _, err := ParseCurrency("USD"); return err }},
		{"BIC", func() error { _, err := ParseBIC("DEUTDEFF500"); return err }},
		{"IBAN", func() error { _, err := ParseIBAN("DE89370400440532013000"); return err }},
		{"LEI", func() error { _, err := ParseLEI("529900T8BM49AURSDO55"); return err }},
		{"UETR", func() error { _, err := ParseUETR("eb6305c9-1f7f-49de-aed0-16487c27b42d"); return err }},
		{"DateTime", func() error { _, err := ParseDateTime("2026-11-22T10:00:00.123+01:00"); return err }},
		{"Date", func() error { _, err := ParseDate("2026-11-22"); return err }},
		{"Decimal", func() error { _, err := ParseDecimal("1.0825"); return err }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := bench.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
