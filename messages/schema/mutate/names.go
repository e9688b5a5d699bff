package main

import (
	"strings"

	"dragoman/messages/schema"
)

const instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance"

// nameKinds change attributes, prefixes and namespaces.
func nameKinds() []kind {
	return []kind{
		{"attribute-drop", hasAttribute, attributeDrop},
		{"attribute-add", nil, attributeAdd},
		{"attribute-duplicate", nil, attributeDuplicate},
		{"attribute-value", hasAttribute, attributeValue},
		{"prefix-one", nil, prefixOne},
		{"prefix-all", nil, prefixAll},
		{"namespace-declaration", nil, namespaceDeclaration},
		{"name-colon", nil, nameColon},
		{"xsi-type", nil, xsiType},
		{"xsi-nil", nil, xsiNil},
		{"schema-location", nil, schemaLocation},
	}
}

func hasAttribute(p *schema.Particle) bool { return p.Type != nil && p.Type.AttrName != "" }

// attribute draws an attribute that a schema declares: where it stands, its
// leading space included, and its name.
func (m *message) attribute() (from, to int, name string, ok bool) {
	n, ok := m.pick(m.values, func(n schema.Node) bool { return hasAttribute(n.Particle()) && n.Attr(n.Type().AttrName) != "" })
	if !ok {
		return 0, 0, "", false
	}
	name = n.Type().AttrName
	raw := string(n.Raw())
	for _, before := range []string{" ", "\n", "\t", "\r"} {
		at := strings.Index(raw, before+name)
		if at < 0 {
			continue
		}
		open := strings.IndexAny(raw[at:], `"'`)
		if open < 0 {
			continue
		}
		open += at
		end := strings.IndexByte(raw[open+1:], raw[open])
		return n.Offset() + at, n.Offset() + open + 1 + end + 1, name, true
	}
	return 0, 0, "", false
}

func attributeDrop(m *message) (string, bool) {
	from, to, _, ok := m.attribute()
	return m.splice(from, to, ""), ok
}

func attributeValue(m *message) (string, bool) {
	from, to, name, ok := m.attribute()
	if !ok {
		return "", false
	}
	return m.splice(from, to, m.one(" ", "\n", "")+name+m.one("=", "=", "=", " = ", "=\n", "", "==")+m.one(`"EUR"`, `"USD"`, `'XXX'`, `"AAA"`, `"eur"`, `"EU"`, `"EURO"`, `""`, `" EUR"`, `"EUR "`, `"E R"`, `"EU1"`, `"E&#85;R"`, `"EU&#x52;"`, `"&#69;UR"`, `"€UR"`, `"EU&amp;"`, `"EU<"`, `"EU>"`, `"EUR`, `EUR`, `"EUR'`, `'EUR"'`, "\"EUR\n\"", `"EÜR"`, `"ЕUR"`, "\"E\x01R\"", `"&eur;"`, `"EUR&"`, `"ＥUR"`, `"𝐄UR"`)), true
}

func attributeAdd(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	at := n.Offset() + 1 + len(n.QName())
	return m.splice(at, at, m.one(` Ccy="EUR"`, ` ccy="EUR"`, ` a="1"`, ` id=""`, ` xml:lang="de"`, ` xml:space="preserve"`, ` xml:base="urn:x"`, ` p:a="1"`, ` xmlns:p="urn:p"`, ` xmlns:p="urn:p" p:a="1"`, ` xmlns:q="`+m.schema.Namespace()+`" q:Ccy="EUR"`, ` a`, ` a=1`, ` a='1'`, `a="1"`, " a=\"1\"b=\"2\"", ` xmlns:p=""`, ` xmlns:p='urn:&amp;p'`, ` é="1"`, ` a="<"`, ` a=">"`, ` xmlns:xsi="`+instanceNamespace+`"`, ` xmlns:p = "urn:p"`, "\n\txmlns:p=\"urn:p\"\n", ` 1a="1"`, ` -a="1"`, ` xmlns:xml="http://www.w3.org/XML/1998/namespace"`)), true
}

func attributeDuplicate(m *message) (string, bool) {
	if from, to, _, ok := m.attribute(); ok && m.chance(60) {
		return m.splice(to, to, m.one(m.text[from:to], strings.Replace(m.text[from:to], `"`, `" `, 1))), true
	}
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	return m.inStartTag(n, m.one(` a="1" a="1"`, ` a="1" b="2" a="3"`, ` xmlns:p="urn:p" xmlns:p="urn:p"`, ` xmlns:p="urn:p" xmlns:q="urn:p"`, ` xmlns:p="urn:p" xmlns:q="urn:p" p:a="1" q:a="2"`, ` xmlns:p="urn:p" p:a="1" a="1"`, ` xml:lang="a" xml:lang="b"`, ` Ccy="EUR" Ccy="EUR"`, ` xmlns:xsi="`+instanceNamespace+`" xmlns:xs="`+instanceNamespace+`"`)), true
}

// prefixOne writes one element with another prefix.
func prefixOne(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	open, content, end := parts(n)
	rest := open[1+len(n.QName()):]
	own := ` xmlns:q="` + m.schema.Namespace() + `"`
	name := n.Name()
	switch m.r.IntN(12) {
	case 0:
		return m.replace(n, "<q:"+name+rest+content+"</q:"+name+">"), true
	case 1:
		return m.replace(n, "<q:"+name+own+rest+content+end), true
	case 2:
		return m.replace(n, "<q:"+name+` xmlns:q="urn:q"`+rest+content+"</q:"+name+">"), true
	case 3:
		return m.replace(n, "<xml:"+name+rest+content+"</xml:"+name+">"), true
	case 4:
		return m.replace(n, "<é:"+name+strings.Replace(own, ":q=", ":é=", 1)+rest+content+"</é:"+name+">"), true
	case 5:
		return m.replace(n, "<q:"+name+own+` xmlns:r="urn:r"`+rest+content+"</r:"+name+">"), true
	}
	return m.replace(n, "<q:"+name+own+rest+content+"</q:"+name+">"), true
}

// prefixAll writes the whole message with another prefix, or none.
func prefixAll(m *message) (string, bool) {
	var out strings.Builder
	at := 0
	want := m.one("", "q:", "pacs:", "_:", "a.b-c:")
	old := prefix(m.nodes[0])
	for i := 0; i < len(m.text); i++ {
		if m.text[i] != '<' {
			continue
		}
		from := i + 1
		if from < len(m.text) && m.text[from] == '/' {
			from++
		}
		if name := m.text[from:]; strings.HasPrefix(name, old) && len(name) > len(old) && (old != "" || name[0] != '!' && name[0] != '?' && !strings.Contains(name[:strings.IndexAny(name, "> /\n\t\r")], ":")) {
			out.WriteString(m.text[at:from] + want)
			at = from + len(old)
		}
	}
	out.WriteString(m.text[at:])
	text := out.String()
	if strings.Contains(text, "<![CDATA[") || len(m.foreign) > 0 {
		return "", false
	}
	declared := "xmlns"
	if old != "" {
		declared += ":" + strings.TrimSuffix(old, ":")
	}
	replacement := "xmlns"
	if want != "" {
		replacement += ":" + strings.TrimSuffix(want, ":")
	}
	if m.chance(20) {
		replacement = "xmlns:other"
	}
	return strings.Replace(text, declared+"=", replacement+"=", 1), true
}

func namespaceDeclaration(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	own := m.schema.Namespace()
	p := strings.TrimSuffix(prefix(n), ":")
	if p == "" {
		p = "q"
	}
	return m.inStartTag(n, m.one(` xmlns:z="`+own+`"`, ` xmlns:z="urn:z"`, ` xmlns:`+p+`="`+own+`"`, ` xmlns:`+p+`="urn:z"`, ` xmlns="`+own+`"`, ` xmlns=""`, ` xmlns="urn:z"`, ` xmlns:z=""`, ` xmlns:xmlns="urn:z"`, ` xmlns:xml="urn:z"`, ` xmlns:xml="http://www.w3.org/XML/1998/namespace"`, ` xmlns:z="http://www.w3.org/XML/1998/namespace"`, ` xmlns:z="http://www.w3.org/2000/xmlns/"`, ` xmlns="http://www.w3.org/XML/1998/namespace"`, ` xmlns:="urn:z"`, ` xmlns:a:b="urn:z"`, ` xmlns:1="urn:z"`, ` xmlns:z="not a uri"`, ` xmlns:z="rel"`, ` xmlns:é="urn:é"`, ` XMLNS="urn:z"`, ` xmlnsz="urn:z"`, ` xmlns:z="urn:&#122;"`, ` xmlns:xmlz="urn:z"`)), true
}

func nameColon(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	q := n.QName()
	return m.rename(n, m.one(":"+q, q+":", q+":x", "a:b:"+q, "::"+q, ":", "a:", q+":1", "1:"+q, "xml:"+q, "xmlns:"+q, "-"+q, q+"-", "."+q, q+".", "1"+q, q+"é", q+"×", q+"·", "·"+q, q+"\u0300", "\u0300"+q, q+"\u037e", q+"\u2000", q+"\U00010000", q+"\U000f0000", q+"$", q+"@", q+"(", q+"#", q+";", q+"\\", q+"`", q+"\x7f")), true
}

func xsiType(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, func(n schema.Node) bool { return !n.Wildcard() })
	if !ok {
		return "", false
	}
	other, _ := m.pick(m.nodes, func(n schema.Node) bool { return !n.Wildcard() })
	own := ` xmlns:xsi="` + instanceNamespace + `" xmlns:o="` + m.schema.Namespace() + `" xmlns:xs="http://www.w3.org/2001/XMLSchema"`
	name := n.Type().Name
	return m.inStartTag(n, own+` xsi:type="`+m.one("o:"+name, "o:"+name, " o:"+name+" ", "\to:"+name+"\n", "o:"+other.Type().Name, name, "o:"+name+"x", "", "o:", ":"+name, "xs:string", "xs:decimal", "xs:anyType", "xs:dateTime", "z:"+name, "o:"+name+"_SimpleType", "o:"+strings.TrimSuffix(name, "_SimpleType"), "o:&#"+"120;", "o: "+name, "o:"+name+" o:"+name)+`"`), true
}

func xsiNil(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, func(n schema.Node) bool { return !n.Wildcard() })
	if !ok {
		return "", false
	}
	text := ` xmlns:xsi="` + instanceNamespace + `" xsi:nil="` + m.one("true", "false", "1", "0", "", "x", " true ") + `"`
	if m.chance(20) {
		open, _, end := parts(n)
		return m.replace(n, open[:len(open)-1]+text+">"+end), true
	}
	return m.inStartTag(n, text), true
}

func schemaLocation(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, func(n schema.Node) bool { return !n.Wildcard() })
	if !ok {
		return "", false
	}
	if m.chance(60) {
		n = m.nodes[0]
	}
	own := m.schema.Namespace()
	return m.inStartTag(n, m.one(` xmlns:i="`+instanceNamespace+`"`, ` xmlns:i="`+instanceNamespace+`"`, ` xmlns:i="`+instanceNamespace+`"`, ``, ` xmlns:i="http://www.w3.org/2001/XMLSchema"`, ` xmlns:i="http://www.w3.org/1999/XMLSchema-instance"`)+" i:"+m.one(`schemaLocation="`+own+` x.xsd"`, `schemaLocation="`+own+"\n\tx.xsd\"", `schemaLocation="`+own+`"`, `schemaLocation=""`, `schemaLocation="urn:other other.xsd"`, `noNamespaceSchemaLocation="x.xsd"`, `noNamespaceSchemaLocation=""`, `schemaLocation="a b c"`, `schemalocation="a b"`, `schemaLocations="a b"`, `schemaLocation="a:b &#38;"`, `Nil="true"`, `lang="de"`, `noNamespaceSchemaLocation="a b"`, `schemaLocation="%% %%"`)), true
}
