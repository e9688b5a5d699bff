package configs

import "testing"

func TestParseSize(t *testing.T) {
	for text, want := range map[string]Size{
		"6MiB": 6291456, "6 MiB": 6291456, "6MB": 6000000, "64KiB": 65536, "1kB": 1000, "0MB": 0,
		"": -1, "6": -1, "6M": -1, "6mb": -1, "-1MB": -1, "1.5MB": -1, "1e3kB": -1, "MB": -1, "99999999999MB": -1, "0x1MB": -1,
	} {
		got, err := ParseSize(text)
		if want < 0 && err == nil || want >= 0 && (err != nil || got != want) {
			t.Errorf("%q gives %d, %v; want %d", text, got, err, want)
		}
		if again, err := ParseSize(got.String()); got > 0 && (err != nil || again != got) {
			t.Errorf("%d reads as %s, and that as %d, %v", got, got, again, err)
		}
	}
}

func TestShapes(t *testing.T) {
	const nkey = "UAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB63NN"
	for _, test := range []struct {
		form, text string
		fits       bool
	}{
		{"bic", "JADECNBJ", true}, {"bic", "JADECNBJXXX", true}, {"bic", "JADECNBJX", false}, {"bic", "jadecnbj", false},
		{"bic", "JADE1NBJ", false}, {"bic", "JADECNBJ\n", false}, {"bic", "ＪADECNBJ", false},
		{"currency", "CNY", true}, {"currency", "Cny", false}, {"currency", "CNYY", false},
		{"amount", "0", true}, {"amount", "1500000.00", true}, {"amount", "1,5", false}, {"amount", "1e5", false},
		{"amount", "-1", false}, {"amount", ".5", false}, {"amount", "5.", false}, {"amount", "1.123456", false}, {"amount", "٣", false},
		{"nkey", nkey, true}, {"nkey", "UB" + nkey[2:], false}, {"nkey", nkey[:55], false}, {"nkey", "S" + nkey[1:], false}, {"nkey", nkey + "=", false},
		{"digest", "00", false}, {"digest", "zz86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", false},
		{"digest", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", true},
		{"address", ":0", true}, {"address", "[::1]:8443", true}, {"address", "localhost", false}, {"address", "localhost:http", false},
		{"address", "a b:1", false}, {"address", "http://a:1", false},
		{"servers", "nats://a:4222,tls://b", true}, {"servers", "nats://u:p@a:4222", false}, {"servers", "nats://a, tls://b", false}, {"servers", "nats://", false},
		{"text", "Bank – 银行", true}, {"text", " Bank", false}, {"text", "Ba\nnk", false}, {"text", "Ba\u202enk", false},
		{"version", "pacs.008.001.08", true}, {"version", "pacs.008.001.8", false}, {"version", "PACS.008.001.08", false},
		{"lei", "DRGM00JADECNBJXXX090", true}, {"lei", "DRGM00JADECNBJXXX0A0", false},
	} {
		if got := shapeOf(test.form).fits(test.text); got != test.fits {
			t.Errorf("%s %q: fits is %v", test.form, test.text, got)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"certificate", "key", "client-ca", "listen", "from"}
	for word, want := range map[string]string{
		"certficate": "certificate", "Certificate": "certificate", "client_ca": "client-ca", "clientCA": "client-ca",
		"lsiten": "listen", "form": "from", "kye": "key", "to": "", "password": "", "": "",
	} {
		if got := nearest(word, words); got != want {
			t.Errorf("%q seems to be %q, want %q", word, got, want)
		}
	}
}
