package messages

// ibanTable gives the basic account number (BBAN) of each country in the IBAN
// registry, release 101, one letter a place: n a digit, a a capital letter, c a
// letter or digit. The IBAN is four longer. Accounts in the French overseas
// territories are written FR, those of Åland FI, of Jersey, Guernsey and the
// Isle of Man GB.
var ibanTable = [...]struct{ country, bban string }{
	{"AD", "nnnnnnnncccccccccccc"},          // 24
	{"AE", "nnnnnnnnnnnnnnnnnnn"},           // 23
	{"AL", "nnnnnnnncccccccccccccccc"},      // 28
	{"AT", "nnnnnnnnnnnnnnnn"},              // 20
	{"AZ", "aaaacccccccccccccccccccc"},      // 28
	{"BA", "nnnnnnnnnnnnnnnn"},              // 20
	{"BE", "nnnnnnnnnnnn"},                  // 16
	{"BG", "aaaannnnnncccccccc"},            // 22
	{"BH", "aaaacccccccccccccc"},            // 22
	{"BI", "nnnnnnnnnnnnnnnnnnnnnnn"},       // 27
	{"BR", "nnnnnnnnnnnnnnnnnnnnnnnac"},     // 29
	{"BY", "ccccnnnncccccccccccccccc"},      // 28
	{"CH", "nnnnncccccccccccc"},             // 21
	{"CR", "nnnnnnnnnnnnnnnnnn"},            // 22
	{"CY", "nnnnnnnncccccccccccccccc"},      // 28
	{"CZ", "nnnnnnnnnnnnnnnnnnnn"},          // 24
	{"DE", "nnnnnnnnnnnnnnnnnn"},            // 22
	{"DJ", "nnnnnnnnnnnnnnnnnnnnnnn"},       // 27
	{"DK", "nnnnnnnnnnnnnn"},                // 18
	{"DO", "ccccnnnnnnnnnnnnnnnnnnnn"},      // 28
	{"EE", "nnnnnnnnnnnnnnnn"},              // 20
	{"EG", "nnnnnnnnnnnnnnnnnnnnnnnnn"},     // 29
	{"ES", "nnnnnnnnnnnnnnnnnnnn"},          // 24
	{"FI", "nnnnnnnnnnnnnn"},                // 18
	{"FK", "aannnnnnnnnnnn"},                // 18
	{"FO", "nnnnnnnnnnnnnn"},                // 18
	{"FR", "nnnnnnnnnncccccccccccnn"},       // 27
	{"GB", "aaaannnnnnnnnnnnnn"},            // 22
	{"GE", "aannnnnnnnnnnnnnnn"},            // 22
	{"GI", "aaaaccccccccccccccc"},           // 23
	{"GL", "nnnnnnnnnnnnnn"},                // 18
	{"GR", "nnnnnnncccccccccccccccc"},       // 27
	{"GT", "cccccccccccccccccccccccc"},      // 28
	{"HN", "aaaannnnnnnnnnnnnnnnnnnn"},      // 28
	{"HR", "nnnnnnnnnnnnnnnnn"},             // 21
	{"HU", "nnnnnnnnnnnnnnnnnnnnnnnn"},      // 28
	{"IE", "aaaannnnnnnnnnnnnn"},            // 22
	{"IL", "nnnnnnnnnnnnnnnnnnn"},           // 23
	{"IQ", "aaaannnnnnnnnnnnnnn"},           // 23
	{"IS", "nnnnnnnnnnnnnnnnnnnnnn"},        // 26
	{"IT", "annnnnnnnnncccccccccccc"},       // 27
	{"JO", "aaaannnncccccccccccccccccc"},    // 30
	{"KW", "aaaacccccccccccccccccccccc"},    // 30
	{"KZ", "nnnccccccccccccc"},              // 20
	{"LB", "nnnncccccccccccccccccccc"},      // 28
	{"LC", "aaaacccccccccccccccccccccccc"},  // 32
	{"LI", "nnnnncccccccccccc"},             // 21
	{"LT", "nnnnnnnnnnnnnnnn"},              // 20
	{"LU", "nnnccccccccccccc"},              // 20
	{"LV", "aaaaccccccccccccc"},             // 21
	{"LY", "nnnnnnnnnnnnnnnnnnnnn"},         // 25
	{"MC", "nnnnnnnnnncccccccccccnn"},       // 27
	{"MD", "cccccccccccccccccccc"},          // 24
	{"ME", "nnnnnnnnnnnnnnnnnn"},            // 22
	{"MK", "nnnccccccccccnn"},               // 19
	{"MN", "nnnnnnnnnnnnnnnn"},              // 20
	{"MR", "nnnnnnnnnnnnnnnnnnnnnnn"},       // 27
	{"MT", "aaaannnnncccccccccccccccccc"},   // 31
	{"MU", "aaaannnnnnnnnnnnnnnnnnnaaa"},    // 30
	{"NI", "aaaannnnnnnnnnnnnnnnnnnn"},      // 28
	{"NL", "aaaannnnnnnnnn"},                // 18
	{"NO", "nnnnnnnnnnn"},                   // 15
	{"OM", "nnncccccccccccccccc"},           // 23
	{"PK", "aaaacccccccccccccccc"},          // 24
	{"PL", "nnnnnnnnnnnnnnnnnnnnnnnn"},      // 28
	{"PS", "aaaaccccccccccccccccccccc"},     // 29
	{"PT", "nnnnnnnnnnnnnnnnnnnnn"},         // 25
	{"QA", "aaaaccccccccccccccccccccc"},     // 29
	{"RO", "aaaacccccccccccccccc"},          // 24
	{"RS", "nnnnnnnnnnnnnnnnnn"},            // 22
	{"RU", "nnnnnnnnnnnnnnccccccccccccccc"}, // 33
	{"SA", "nncccccccccccccccccc"},          // 24
	{"SC", "aaaannnnnnnnnnnnnnnnnnnnaaa"},   // 31
	{"SD", "nnnnnnnnnnnnnn"},                // 18
	{"SE", "nnnnnnnnnnnnnnnnnnnn"},          // 24
	{"SI", "nnnnnnnnnnnnnnn"},               // 19
	{"SK", "nnnnnnnnnnnnnnnnnnnn"},          // 24
	{"SM", "annnnnnnnnncccccccccccc"},       // 27
	{"SO", "nnnnnnnnnnnnnnnnnnn"},           // 23
	{"ST", "nnnnnnnnnnnnnnnnnnnnn"},         // 25
	{"SV", "aaaannnnnnnnnnnnnnnnnnnn"},      // 28
	{"TL", "nnnnnnnnnnnnnnnnnnn"},           // 23
	{"TN", "nnnnnnnnnnnnnnnnnnnn"},          // 24
	{"TR", "nnnnnncccccccccccccccc"},        // 26
	{"UA", "nnnnnnccccccccccccccccccc"},     // 29
	{"VA", "nnnnnnnnnnnnnnnnnn"},            // 22
	{"VG", "aaaannnnnnnnnnnnnnnn"},          // 24
	{"XK", "nnnnnnnnnnnnnnnn"},              // 20
	{"YE", "aaaannnncccccccccccccccccc"},    // 30
}
