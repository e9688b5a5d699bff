package main

import (
	"encoding/base64"
	"strings"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// valueKinds change what stands in elements that hold a value.
func valueKinds() []kind {
	return []kind{
		{"empty-value", nil, emptyValue},
		{"too-long", hasMaxLength, tooLong},
		{"too-short", hasMinLength, tooShort},
		{"pattern", hasPattern, breakPattern},
		{"enumeration", hasEnumeration, breakEnumeration},
		{"decimal", ofKind(schema.Decimal), decimalTricks},
		{"date-time", ofKind(schema.DateTime), timeTricks(schema.DateTime)},
		{"date", ofKind(schema.Date), timeTricks(schema.Date)},
		{"time", ofKind(schema.Time), timeTricks(schema.Time)},
		{"year-month", ofKind(schema.GYear, schema.GYearMonth, schema.GMonth), timeTricks(schema.GYear, schema.GYearMonth, schema.GMonth)},
		{"boolean", ofKind(schema.Boolean), booleanTricks},
		{"base64", ofKind(schema.Base64), base64Tricks},
		{"space-around-value", nil, spaceAround},
		{"valid-value", nil, otherValue},
		{"value-of-other-type", nil, foreignValue},
		{"non-ascii-length", hasMaxLength, nonASCII(sample.BMP)},
		{"supplementary", hasMaxLength, nonASCII(sample.Supplementary)},
		{"one-character", nil, oneCharacter},
		{"control-character", nil, controlCharacter},
	}
}

func emptyValue(m *message) (string, bool) {
	n, ok := m.pick(m.values, nil)
	if !ok {
		return "", false
	}
	return m.fill(n, m.one("", "", " ", "<!-- -->", "<![CDATA[]]>", "&#32;")), true
}

// mostLength bounds the texts made to reach a limit.
const mostLength = 25_000

func hasMaxLength(p *schema.Particle) bool {
	return p.Type != nil && p.Type.Kind == schema.String && p.Type.MaxLength >= 0 && p.Type.MaxLength < mostLength && p.Type.Pattern == "" && len(p.Type.Enumeration) == 0
}

func hasMinLength(p *schema.Particle) bool {
	return p.Type != nil && p.Type.Kind == schema.String && p.Type.MinLength > 0 && len(p.Type.Enumeration) == 0
}

func tooLong(m *message) (string, bool) {
	n, ok := m.pick(m.values, nodeOf(hasMaxLength))
	if !ok {
		return "", false
	}
	return m.setValue(n, sample.Text(m.r, n.Type().MaxLength+m.r.IntN(3)-1)), true
}

func tooShort(m *message) (string, bool) {
	n, ok := m.pick(m.values, nodeOf(hasMinLength))
	if !ok {
		return "", false
	}
	return m.setValue(n, sample.Text(m.r, max(n.Type().MinLength+m.r.IntN(3)-1, 0))), true
}

// nonASCII fills a text to its limit, which counts characters and not bytes.
func nonASCII(set string) func(*message) (string, bool) {
	characters := []rune(set)
	return func(m *message) (string, bool) {
		n, ok := m.pick(m.values, nodeOf(hasMaxLength))
		if !ok {
			return "", false
		}
		value := make([]rune, n.Type().MaxLength+m.r.IntN(2))
		for i := range value {
			value[i] = characters[m.r.IntN(len(characters))]
		}
		return m.setValue(n, string(value)), true
	}
}

func hasPattern(p *schema.Particle) bool { return p.Type != nil && p.Type.Pattern != "" }

func breakPattern(m *message) (string, bool) {
	n, ok := m.pick(m.values, nodeOf(hasPattern))
	if !ok {
		return "", false
	}
	value := []rune(n.Text())
	if m.chance(25) {
		return m.setValue(n, sample.Matching(m.r, n.Type().Pattern)), true
	}
	return m.setValue(n, m.edit(value)), true
}

// edit changes one character of a text: another, one more, one less.
func (m *message) edit(value []rune) string {
	at := m.r.IntN(len(value) + 1)
	with := []rune(m.one("A", "z", "0", "9", "1", "-", "_", " ", ".", "/", "+", "é", "Ä", "٣", "９", "०", "𝟗", "😀", "А", "\u00a0", "\n", "\t", "(", "?", "\\", "^", "$", "|"))
	switch {
	case m.chance(20) || at == len(value):
		return string(value[:at]) + string(with) + string(value[at:])
	case m.chance(25):
		return string(value[:at]) + string(value[at+1:])
	case m.chance(15):
		return strings.ToLower(string(value))
	}
	return string(value[:at]) + string(with) + string(value[at+1:])
}

func hasEnumeration(p *schema.Particle) bool { return p.Type != nil && len(p.Type.Enumeration) > 0 }

func breakEnumeration(m *message) (string, bool) {
	n, ok := m.pick(m.values, nodeOf(hasEnumeration))
	if !ok {
		return "", false
	}
	codes := n.Type().Enumeration
	value := n.Text()
	switch m.r.IntN(7) {
	case 0, 1, 2:
		value = codes[m.r.IntN(len(codes))]
	case 3:
		value = m.edit([]rune(value))
	case 4:
		value = strings.ToLower(value)
	case 5:
		value = m.one(" ", "\n") + value
	case 6:
		value += m.one(" ", "X", value)
	}
	return m.setValue(n, value), true
}

// pickOf draws a value that fits; only messages that hold one are asked.
func (m *message) pickOf(kinds ...schema.Kind) (schema.Node, bool) {
	return m.pick(m.values, nodeOf(ofKind(kinds...)))
}

func decimalTricks(m *message) (string, bool) {
	n, ok := m.pickOf(schema.Decimal)
	if !ok {
		return "", false
	}
	t := n.Type()
	v := strings.TrimSpace(n.Text())
	total, fraction := max(t.TotalDigits, 1), max(t.FractionDigits, 0)
	whole, places, point := strings.Cut(v, ".")
	padded := v + ".000"
	if point {
		padded = v + "000"
	}
	nines := strings.Repeat("9", total)
	tricks := []string{
		"-" + v, "+" + v, "-0", "+0", "-0.00", "--" + v, "+-" + v, v + "e0", "1e5", "1E5", "1.5e3", "NaN", "INF", "-INF", "Infinity", "0x10", "1d", "1f",
		"0" + v, strings.Repeat("0", 30) + v, padded, whole + ".", "." + places, ".5", "5.", ".", "-.", "-.5", "+5.", "+", "-", "", "0", "00", "0.0", "000.000",
		" " + v, v + " ", "\n\t" + v + "\r\n", "1 000", "1,000.00", "1_000", "1.000.000", "1'000", "１２", "٣", "1²", "½", "−1", "1.2.3", v + "%", "€" + v,
		nines, nines + "9", nines + ".0", "0." + nines, nines[:total-fraction] + "." + nines[:fraction] + "0", "0." + nines[:fraction] + "9",
		"0." + strings.Repeat("0", fraction) + "1", "1." + strings.Repeat("0", fraction+1), "1." + strings.Repeat("0", 15), "0.1" + strings.Repeat("0", 18), "100", "100.0000000000", "100.00001", "99.99999999999", "101", "1",
		"0.99999", "10" + strings.Repeat("0", total), "0." + strings.Repeat("0", 20), strings.Repeat("0", 25), strings.Repeat("0", 18) + "1.10",
		strings.Repeat("0", 40), whole + "." + strings.Repeat("0", 23), whole + "." + strings.Repeat("0", 30), "1." + strings.Repeat("0", 24-m.r.IntN(3)), strings.Repeat("1", 23+m.r.IntN(4)), "0." + strings.Repeat("1", 23+m.r.IntN(4)),
	}
	return m.setValue(n, m.one(tricks...)), true
}

func timeTricks(kinds ...schema.Kind) func(*message) (string, bool) {
	return func(m *message) (string, bool) {
		n, ok := m.pickOf(kinds...)
		if !ok {
			return "", false
		}
		return m.setValue(n, m.timeTrick(n)), true
	}
}

func (m *message) timeTrick(n schema.Node) string {
	day := m.one("2026-11-23", "2024-02-29", "2000-02-29", "2023-02-29", "1900-02-29", "2100-02-28", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "2026-04-31", "2026-06-30", "2026-12-31",
		"0000-01-01", "0001-01-01", "-0001-01-01", "-0004-02-29", "-0001-02-29", "-0000-01-01", "99999-12-31", "012026-01-01", "10000-02-29", "12345678901-01-01", "9223372036854775807-01-01", "9223372036854775808-01-01",
		"26-11-23", "2026-1-23", "2026-11-3", "20261123", "2026/11/23", "+2026-11-23", "2026-11-23 ", " 2026-11-23", "2026-W01-1", "２０２６-11-23", "2026-11", "2026", "--11-23", "2026-11-2３", "", "2026−11−23")
	clock := m.one("00:00:00", "23:59:59", "24:00:00", "24:00:01", "24:01:00", "25:00:00", "23:60:00", "23:59:60", "23:59:61", "12:00", "1:00:00", "12:0:00", "12:00:0", "12:00:00.", "12:00:00.0", "12:00:00.123456789", "12:00:00.1234567890123456789012345",
		"24:00:00.000", "24:00:00.001", "23:59:59.999", "23:59:59.9999999999999999999999", "23:59:59.9999999999999", "23:59:59.99999999999999", "12:00:00,5", "12.00.00", "12:00:00.5.5", "12:00:00 ", "12 :00:00", "12:00:+1", "-1:00:00", "12-00-00", "120000", "12:00:00.１", "")
	zone := m.one("", "", "", "Z", "z", "+00:00", "-00:00", "+14:00", "-14:00", "+14:01", "+13:59", "-13:60", "+15:00", "+1:00", "+0100", "+01", "+01:00:00", "UTC", " Z", "Z ", "ZZ", "+01:0０", "−01:00", "+24:00", "CET")
	good := sample.Value(m.r, n.Type())
	switch n.Type().Kind {
	case schema.Date:
		return m.one(day, good+"T00:00:00", day+zone, "2026-11-23"+zone, good)
	case schema.Time:
		return m.one(clock, clock+zone, "12:00:00"+zone, "T"+clock, good)
	case schema.GYear:
		year, _, _ := strings.Cut(strings.TrimLeft(day, "-"), "-")
		return m.one(year, year+zone, "2026"+zone, "-"+year, "999", "12345", "0000", "02026", good)
	case schema.GYearMonth:
		return m.one(day[:max(len(day)-3, 0)], "2026-11"+zone, "2026-13", "2026-00", "2026-1", "-2026-11", day, good)
	case schema.GMonth:
		return m.one("--11", "--11"+zone, "--13", "--00", "--1", "-11", "11", "--11--", "--11--Z", "--012", good)
	default:
		if m.chance(25) {
			return good
		}
		return m.one(day+"T12:00:00", "2026-11-23T"+clock, "2026-11-23T12:00:00"+zone, "2026-12-31T24:00:00"+zone, "2026-11-23 12:00:00", "2026-11-23t12:00:00", "2026-11-23", day+"T"+clock+zone, "\n"+good+" ", good)
	}
}

func booleanTricks(m *message) (string, bool) {
	n, ok := m.pickOf(schema.Boolean)
	if !ok {
		return "", false
	}
	return m.setValue(n, m.one("true", "false", "1", "0", "TRUE", "True", "yes", "no", "", " true", "false ", "\n1\t", "01", "+1", "-0", "2", "t", "0.0", "1.0", "true false", "\u00a0true", "truе", "&true")), true
}

func base64Tricks(m *message) (string, bool) {
	n, ok := m.pickOf(schema.Base64)
	if !ok {
		return "", false
	}
	v := strings.TrimSpace(n.Text())
	half := len(v) / 2
	limit := strings.Repeat("A", 4)
	if most := n.Type().MaxLength; most > 0 && most < mostLength {
		limit = base64.StdEncoding.EncodeToString(make([]byte, most+m.r.IntN(2)))
	}
	return m.setValue(n, m.one(v+"=", v+"A", v+"AAAA", strings.TrimRight(v, "="), "AA==", "AB==", "AAA=", "AAB=", "AA=A", "A===", "====", "=AAA", "AAAA====", "A", "AA", "AAA", "AA=", "A=A=",
		v[:half]+" "+v[half:], v[:half]+"\n"+v[half:], v[:half]+"  \t "+v[half:], " "+v+" ", "A A A A", "AA= =", "AA = =", "A A==", "AA==\n", "-_-_", v[:half]+"-"+v[half:], v[:half]+"é"+v[half:], v[:half]+"."+v[half:], "", " ", "QUJD\nREVG", "QUJD  REVG", limit)), true
}

func spaceAround(m *message) (string, bool) {
	n, ok := m.pick(m.values, nil)
	if !ok {
		return "", false
	}
	_, content, _ := parts(n)
	blank := m.one(" ", "\n", "\t", "\r\n", "  \n  ", "&#32;", "&#9;", "&#10;", "&#13;", "\u00a0", "\u3000", "<![CDATA[ ]]>", "\u200b")
	switch m.r.IntN(3) {
	case 0:
		return m.fill(n, blank+content), true
	case 1:
		return m.fill(n, content+blank), true
	}
	return m.fill(n, blank+content+blank), true
}

func otherValue(m *message) (string, bool) {
	n, ok := m.pick(m.values, nil)
	if !ok {
		return "", false
	}
	return m.setValue(n, sample.Value(m.r, n.Type())), true
}

// foreignValue puts a value where another type is wanted.
func foreignValue(m *message) (string, bool) {
	n, ok := m.pick(m.values, nil)
	other, found := m.pick(m.values, nil)
	if !ok || !found {
		return "", false
	}
	return m.setValue(n, other.Text()), true
}

func oneCharacter(m *message) (string, bool) {
	n, ok := m.pick(m.values, func(n schema.Node) bool { return n.Text() != "" })
	if !ok {
		return "", false
	}
	return m.setValue(n, m.edit([]rune(n.Text()))), true
}

// controlCharacter puts a character that XML forbids, or a strange one that it
// allows, into a value.
func controlCharacter(m *message) (string, bool) {
	n, ok := m.pick(m.values, nil)
	if !ok {
		return "", false
	}
	_, content, _ := parts(n)
	return m.fill(n, content+m.one("\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\u0080", "\u0085", "\u009f", "\u2028", "\ufffe", "\uffff", "\ufffd", "\ufdd0", "\U0001ffff", "\ufeff", "\r", "\u200e", "\u202e", "\xc0\xaf", "\xed\xa0\x80", "\xff", "\xe4", "\xf4\x90\x80\x80", "\xe2\x82")), true
}
