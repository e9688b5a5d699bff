// Package moovconv hands validated messages to programs that hold the structs
// of github.com/moov-io/iso20022. It is for programs outside: nothing in
// Dragoman imports it, and no payment is read, checked or written with it.
//
// Our reader has checked the message, and the structs are filled from its
// canonical form, so prefixes, envelopes and the order of elements do no harm.
// What the structs cannot hold is lost all the same. Never take an amount for
// settlement from them, and never forward what they write. Tests pin each of
// the following for v0.2.1, so that a better release is noticed.
//
// The structs lose, in a message that is valid:
//
//   - Amounts and rates are float64: 999999999999999.99 becomes 1e15, 12.00 is
//     12, and two amounts that differ in the sixteenth digit are one.
//   - Foreign content (SplmtryData/Envlp) keeps only the text directly in its
//     outermost element; elements in it, attributes and namespaces are gone.
//   - A boolean that is false is as if it were absent.
//   - 24:00:00, years of more than four digits and lexical forms (1 for true)
//     are not kept; the first two are an error of [Document].
//
// Their Validate
//
//   - wants both branches of many choices: an account with just an IBAN is
//     refused, and so is most of what banks send;
//   - does not anchor patterns: --BANKUS33-- is a BIC, xEURx a currency;
//   - counts bytes for characters: 71 letters ë are too long for 140;
//   - takes NaN, infinity, -5, 0x10p2, 1_000 and 1e5 as amounts, and an empty
//     one as 0;
//   - does not miss a date-time or a group that is required and absent.
//
// What they write
//
//   - has exponents: 1000000.00 is written 1e+06;
//   - has empty branches of choices: an IBAN is followed by <Othr><Id></Id></Othr>;
//   - has no offsets: 14:30:00+01:00 is written 14:30:00, another moment;
//   - puts an element Item, which no schema has, around the rest of foreign
//     content, leaves out what is false, and gives a header no namespace.
//
// Their own reader (which this package does not use) reads no prefixed
// namespace, no envelope and no header; of an element given twice it keeps the
// last; it drops unknown elements and takes any order, any namespace inside and
// a second message.
//
// Many versions are missing, among them pacs.009.001.08, pacs.004.001.09 and
// pacs.028.001.03; [Supported] lists those that are there.
//
// Read [Document] first.
package moovconv
