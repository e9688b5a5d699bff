package main

import (
	"fmt"
	"strings"

	"dragoman/messages/schema"
)

// markupKinds change how the same, or nearly the same, is written.
func markupKinds() []kind {
	return []kind{
		{"character-reference", nil, characterReference},
		{"cdata", nil, cdata},
		{"comment", nil, comment},
		{"entity", nil, entity},
		{"self-closing", nil, selfClosing},
		{"unbalanced-tag", nil, unbalancedTag},
		{"missing-close", nil, missingClose},
		{"tag-syntax", nil, tagSyntax},
		{"line-ends", nil, lineEnds},
		{"declaration", nil, declaration},
		{"around-root", nil, aroundRoot},
		{"instruction", nil, instruction},
		{"one-byte", nil, oneByte},
		{"truncated", nil, truncated},
	}
}

func (m *message) filled() (n schema.Node, content string, ok bool) {
	n, ok = m.pick(m.values, func(n schema.Node) bool { _, content, _ := parts(n); return content != "" })
	if !ok {
		return n, "", false
	}
	_, content, _ = parts(n)
	return n, content, true
}

// runeAt cuts content before and behind one of its characters; it is plain
// content without markup of its own.
func (m *message) runeAt(content string) (before string, r rune, after string, ok bool) {
	if strings.ContainsAny(content, "&<") {
		return "", 0, "", false
	}
	runes := []rune(content)
	at := m.r.IntN(len(runes))
	return string(runes[:at]), runes[at], string(runes[at+1:]), true
}

func characterReference(m *message) (string, bool) {
	n, content, ok := m.filled()
	if !ok {
		return "", false
	}
	before, r, after, ok := m.runeAt(content)
	if !ok {
		return "", false
	}
	good := []string{fmt.Sprintf("&#%d;", r), fmt.Sprintf("&#x%x;", r), fmt.Sprintf("&#x%X;", r), fmt.Sprintf("&#%09d;", r), fmt.Sprintf("&#x%08X;", r)}
	bad := []string{"&#0;", "&#x0;", "&#1;", "&#xD800;", "&#xDFFF;", "&#xFFFE;", "&#xFFFF;", "&#x110000;", "&#99999999999;", "&#;", "&#x;", fmt.Sprintf("&#%d", r), fmt.Sprintf("&#X%X;", r), fmt.Sprintf("&# %d;", r), fmt.Sprintf("&#-%d;", r), fmt.Sprintf("&#x%X ;", r), "&#1a;", "&#xg;", "&#8;", "&#12;"}
	strange := []string{"&#9;", "&#10;", "&#13;", "&#133;", "&#x10FFFF;", "&#x1F600;", "&#xA0;", "&#x7f;", "&#38;", "&#60;", "&#x26;amp;"}
	switch {
	case m.chance(55):
		return m.fill(n, before+m.one(good...)+after), true
	case m.chance(50):
		return m.fill(n, before+m.one(strange...)+after), true
	}
	return m.fill(n, before+m.one(bad...)+after), true
}

func cdata(m *message) (string, bool) {
	n, content, ok := m.filled()
	if !ok {
		return "", false
	}
	before, r, after, ok := m.runeAt(content)
	if !ok {
		return "", false
	}
	at := string(r)
	return m.fill(n, m.one(
		"<![CDATA["+content+"]]>", before+"<![CDATA["+at+"]]>"+after, "<![CDATA["+before+"]]>"+at+"<![CDATA["+after+"]]>", before+"<![CDATA[]]>"+at+after, content+"<![CDATA[]]>",
		"<![CDATA["+before+"]]]]>"+at+after, "<![CDATA["+content+"<&]]>", "<![cdata["+content+"]]>", "<![CDATA ["+content+"]]>", "<![CDATA["+content, "<![CDATA["+content+"]]", "<![CDATA["+content+"]] >",
		before+"]]>"+at+after, before+"]]&gt;"+at+after, before+"]]"+at+after, "<![CDATA[<![CDATA["+content+"]]>]]>", "<![CDATA["+before+"&#65;"+after+"]]>", "<! [CDATA["+content+"]]>", "<![CDATA["+before+"\r\n"+after+"]]>", "<![CDATA["+before+"\x01]]>"+after, before+"<![CDATA[>]]>"+at+after,
	)), true
}

func comment(m *message) (string, bool) {
	text := m.one("<!---->", "<!-- -->", "<!-- a -->", "<!-- é 😀 -->", "<!-- <a> & ]]> -->", "<!--a-->", "<!-- a - b -->", "<!--\n-->",
		"<!-- -- -->", "<!--->", "<!-->", "<!-- --->", "<!-- ->", "<!- a -->", "<!--a", "<! -- a -->", "<!-- \x02 -->", "<!----->", "<!-- a -- >", "<!-- \xff -->", "<!--\r\n-->", "<!-- <!-- -->", "<!--- a -->")
	if m.chance(40) {
		at, _, ok := m.gap()
		return m.splice(at, at, text), ok
	}
	n, content, ok := m.filled()
	if !ok {
		return "", false
	}
	before, r, after, ok := m.runeAt(content)
	return m.fill(n, before+text+string(r)+after), ok
}

func entity(m *message) (string, bool) {
	n, content, ok := m.filled()
	if !ok {
		return "", false
	}
	before, r, after, ok := m.runeAt(content)
	if !ok {
		return "", false
	}
	at := string(r)
	return m.fill(n, m.one(before+"&amp;"+after, before+"&lt;"+after, before+"&gt;"+after, before+"&quot;"+after, before+"&apos;"+at+after, content+"&amp;amp;", "&amp;"+content, "&lt;"+after, "&gt;"+content, before+"&amp;#"+at+after,
		before+"&nbsp;"+after, before+"&undefined;"+after, before+"&"+after, before+"&amp"+after, before+"& "+after, before+"&;"+after, before+"&AMP;"+after, before+"&amp ;"+after, before+"&1;"+after, before+"&a:b;"+after, before+"%amp;"+after, before+"&&amp;"+after, content+"&", before+"&xml;"+after)), true
}

func selfClosing(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	open, content, end := parts(n)
	if n.SelfClosed() || content != "" && m.chance(30) {
		return m.replace(n, open+m.one("", "", " ", "\n")+end), true
	}
	if m.chance(50) {
		if n, ok = m.pick(m.values, func(n schema.Node) bool { return n.Type().Kind == schema.String }); !ok {
			return "", false
		}
		open, _, _ = parts(n)
	}
	return m.replace(n, open[:len(open)-1]+m.one("/>", " />", "\n/>", "/ >", "//>", "/>>")), true
}

func unbalancedTag(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, func(n schema.Node) bool { return !n.SelfClosed() })
	if !ok {
		return "", false
	}
	open, content, end := parts(n)
	other, _ := m.pick(m.nodes, nil)
	name := n.QName()
	local := n.Name()
	if m.chance(30) {
		return m.replace(n, open+content+m.one("</"+name+" >", "</"+name+"\n>", "</"+name+"\t\r\n >")), true
	}
	return m.replace(n, open+content+m.one("</"+other.QName()+">", "</"+strings.ToLower(name)+">", "</"+name+"x>", "</"+name[:len(name)-1]+">", "</q:"+local+">", "</"+local+">", "</ "+name+">", "</"+name+" >", "</"+name+"\n>", "</"+name+"\t>", "</"+name+" a='1'>", "</"+name+"/>", "<"+name+">", "<"+name+"/>", end+end, "</>", "</"+name, "</"+name+">>", "< /"+name+">", "</"+name+"\u00a0>", end)), true
}

func missingClose(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, func(n schema.Node) bool { return !n.SelfClosed() })
	if !ok {
		return "", false
	}
	open, content, end := parts(n)
	return m.replace(n, m.one(open+content, content+end, open[:len(open)-1]+content+end, open+content+end[1:], open[1:]+content+end, open+content+end[:len(end)-1], open+end+content, open+" "+content+end)), true
}

// tagSyntax writes a start tag in another way.
func tagSyntax(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	open, content, end := parts(n)
	name := n.QName()
	rest := open[1+len(name) : len(open)-1]
	return m.replace(n, m.one("< "+name+rest+">", "<"+name+rest+" >", "<"+name+rest+"\n\t>", "<"+name+rest+"\r\n>", "<"+name+"  "+rest+">", "<"+name+rest+",>", "<"+name+rest+"<>", "<"+name+rest+` "">`, "<"+name+rest+` =">`, "<<"+name+rest+">", "<"+name+rest+"\u00a0>", "<"+name+rest+"?>", "<"+name+rest+"!>",
		"<"+name+strings.ReplaceAll(rest, "=", " = ")+">", "<"+name+strings.ReplaceAll(rest, `"`, "'")+">", "<"+name+strings.ReplaceAll(rest, "=", "")+">", "<"+name+strings.ReplaceAll(rest, `"`, "")+">", "<"+name+strings.Replace(rest, `"`, "“", 1)+">", "<"+name+strings.ReplaceAll(rest, " ", "\n")+">", "<"+name+rest+"\x00>", "<"+name+strings.ReplaceAll(rest, "=", "=\n")+">")+content+end), true
}

func lineEnds(m *message) (string, bool) {
	switch m.r.IntN(6) {
	case 0:
		return strings.ReplaceAll(m.text, "\n", "\r\n"), strings.Contains(m.text, "\n")
	case 1:
		return strings.ReplaceAll(m.text, "><", ">\r\n<"), !strings.Contains(m.text, "<![CDATA[")
	case 2:
		return strings.ReplaceAll(m.text, "\n", "\r"), strings.Contains(m.text, "\n")
	}
	n, content, ok := m.filled()
	if !ok {
		return "", false
	}
	before, r, after, ok := m.runeAt(content)
	return m.fill(n, before+m.one("\r\n", "\r", "\n", "\r\r", "&#13;", "&#13;\n", "\n\r", "\u0085", "\u2028")+m.one("", string(r))+after), ok
}

// declaration changes what stands before the root element.
func declaration(m *message) (string, bool) {
	at := m.nodes[0].Offset()
	return m.one(`<?xml version="1.0"?>`, `<?xml version="1.0" encoding="UTF-8"?>`, `<?xml version='1.0' encoding='utf-8' standalone='yes' ?>`, "<?xml version=\"1.0\"\n encoding=\"UTF-8\"\tstandalone = \"no\"?>\n", "\ufeff", "\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "", "\n", " \t\r\n", "<!-- c -->", "\n<!-- c -->\n",
		` <?xml version="1.0"?>`, "\n"+`<?xml version="1.0"?>`, `<?xml?>`, `<?xml encoding="UTF-8"?>`, `<?xml version="1.0" standalone="maybe"?>`, `<?xml version="1.0"encoding="UTF-8"?>`, `<?xml version="1.0" encoding="UTF-8">`, `<?XML version="1.0"?>`, `<?xml version="1.0" standalone="yes" encoding="UTF-8"?>`, `<?xml version="1.0" encoding=""?>`, `<?xml version=1.0?>`, `<?xml version="1.0"?><?xml version="1.0"?>`, `<?xml version="1.0" a="b"?>`, `<?xml  version="1.0"  ?>`, `<?xml version="1.0" encoding="UTF-8" ? >`, "x", "\ufeff\ufeff", `<?xml version="1.1"?>`, `<?xml version="1.0" encoding="UTF-16"?>`, `<?xml version="1.0" encoding="ISO-8859-1"?>`, `<?xml version="1."?>`, `<?xml version="2.0"?>`, `<?xml version="1.0" encoding="UTF 8"?>`, `<?xml version="1.0&#48;"?>`, `<!DOCTYPE Document>`, `<?xml-stylesheet href="a"?>`, "&#32;", "<![CDATA[]]>") + m.text[at:], true
}

// aroundRoot puts something before or behind the root element.
func aroundRoot(m *message) (string, bool) {
	text := m.one("<!-- c -->", "\n", " ", "\r\n\t", "<!-- é -->\n<!---->", "x", "<a/>", "\x00", "&amp;", "<![CDATA[]]>", "<!-- -- -->", "\u00a0", "</a>", "<", ">", "\ufeff", string(m.nodes[0].Raw()), "&#32;", "<!DOCTYPE a>", "\xff")
	if m.chance(70) {
		return m.text + text, true
	}
	at := m.nodes[0].Offset()
	return m.splice(at, at, text), true
}

func instruction(m *message) (string, bool) {
	at, _, ok := m.gap()
	if m.chance(50) {
		_, at = outer(m.nodes[0])
		if m.chance(50) {
			at = m.nodes[0].Offset()
		}
	}
	return m.splice(at, at, m.one("<?a?>", "<?a b?>", "<?a ?b??>", "<?xml-model href='a'?>", "<?é x?>", "<?xml?>", "<?XmL a?>", "<?a:b c?>", "<??>", "<? a?>", "<?a", "<?a>", "<?a \x01?>", "<?1?>", "<?a\n?>", "<?a\u00a0?>", "<?a+b?>")), ok
}

// oneByte changes, adds or takes away one byte anywhere.
func oneByte(m *message) (string, bool) {
	at := m.r.IntN(len(m.text))
	b := string(rune(m.r.Int32N(128)))
	if m.chance(50) {
		b = m.one("<", ">", "/", "&", ";", `"`, "'", "=", " ", "\n", ":", "!", "?", "-", "]", "[", "#", "x", "0", ".")
	}
	switch m.r.IntN(3) {
	case 0:
		return m.splice(at, at, b), true
	case 1:
		return m.splice(at, at+1, ""), true
	}
	return m.splice(at, at+1, b), true
}

func truncated(m *message) (string, bool) {
	if m.chance(30) {
		return m.text[m.r.IntN(len(m.text)):], true
	}
	return m.text[:m.r.IntN(len(m.text))], true
}
