package main

import (
	"strings"

	"dragoman/messages/schema"
)

// structureKinds change which elements stand where.
func structureKinds() []kind {
	return []kind{
		{"delete-element", nil, deleteElement},
		{"duplicate-element", nil, duplicateElement},
		{"swap-siblings", nil, swapSiblings},
		{"move-element", nil, moveElement},
		{"rename-element", nil, renameElement},
		{"insert-unknown", nil, insertUnknown},
		{"insert-known", nil, insertKnown},
		{"insert-declared", nil, insertDeclared},
		{"insert-optional", nil, insertOptional},
		{"wrong-namespace", nil, wrongNamespace},
		{"text-in-group", nil, textInGroup},
		{"child-in-value", nil, childInValue},
		{"empty-group", nil, emptyGroup},
		{"choice-two", hasChoice, choiceTwo},
		{"choice-none", hasChoice, choiceNone},
		{"choice-other", hasChoice, choiceOther},
		{"occurs-limit", repeatsBounded, occursLimit},
		{"wildcard-well-formed", anyWildcard, wildcardWellFormed},
		{"wildcard-ill-formed", anyWildcard, wildcardIllFormed},
		{"wildcard-signature", signatureWildcard, wildcardSignature},
	}
}

func notRoot(n schema.Node) bool { return n.Parent().Exists() }

func deleteElement(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, notRoot)
	if !ok {
		return "", false
	}
	return m.remove(n), true
}

func duplicateElement(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, notRoot)
	if !ok {
		return "", false
	}
	_, to := outer(n)
	return m.splice(to, to, string(n.Raw())), true
}

func swapSiblings(m *message) (string, bool) {
	group, ok := m.pick(m.groups, func(n schema.Node) bool { return len(children(n)) > 1 })
	if !ok {
		return "", false
	}
	all := children(group)
	first := m.r.IntN(len(all) - 1)
	second := first + 1
	if m.chance(30) {
		second += m.r.IntN(len(all) - second)
	}
	from1, to1 := outer(all[first])
	from2, to2 := outer(all[second])
	return m.text[:from1] + m.text[from2:to2] + m.text[to1:from2] + m.text[from1:to1] + m.text[to2:], true
}

func moveElement(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, func(n schema.Node) bool { return notRoot(n) && len(children(n.Parent())) > 1 })
	if !ok {
		return "", false
	}
	places := gaps(n.Parent())
	to := places[m.r.IntN(len(places))]
	from, end := outer(n)
	switch {
	case to >= end:
		return m.text[:from] + m.text[end:to] + m.text[from:end] + m.text[to:], true
	case to < from:
		return m.text[:to] + m.text[from:end] + m.text[to:from] + m.text[end:], true
	}
	return "", false
}

func renameElement(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	name := n.Name()
	other, _ := m.pick(m.nodes, nil)
	switch m.r.IntN(7) {
	case 0:
		name = other.Name()
	case 1:
		name = strings.ToLower(name)
	case 2:
		name += m.one("x", "-", ".", "1", "é", "_")
	case 3:
		name = m.one("x", "_", "Ω") + name
	case 4:
		name = name[:len(name)-1]
	case 5:
		name = sibling(m, n)
	case 6:
		name = strings.ToUpper(name)
	}
	return m.rename(n, prefix(n)+name), true
}

// sibling is a name that the group of n declares too.
func sibling(m *message, n schema.Node) string {
	if t := n.Parent().Type(); t != nil {
		slot := t.Slots[m.r.IntN(len(t.Slots))]
		if name := slot.Alternatives[m.r.IntN(len(slot.Alternatives))].Name; name != "" {
			return name
		}
	}
	return n.Name() + "2"
}

// rename gives the element another name in both its tags.
func (m *message) rename(n schema.Node, qname string) string {
	old := n.QName()
	if n.SelfClosed() {
		return m.splice(n.Offset()+1, n.Offset()+1+len(old), qname)
	}
	open, content, end := parts(n)
	return m.replace(n, "<"+qname+open[1+len(old):]+content+"</"+qname+end[2+len(old):])
}

func insertUnknown(m *message) (string, bool) {
	at, group, ok := m.gap()
	if !ok {
		return "", false
	}
	p := prefix(group)
	name := p + m.one("Unknwn", "Xtra", "Id2", "Document", "_", "éß")
	return m.splice(at, at, m.one("<"+name+"/>", "<"+name+">1</"+name+">", "<"+name+"><"+p+"Id>1</"+p+"Id></"+name+">")), true
}

// insertKnown copies an element to another place.
func insertKnown(m *message) (string, bool) {
	at, _, ok := m.gap()
	n, other := m.pick(m.nodes, notRoot)
	if !ok || !other {
		return "", false
	}
	return m.splice(at, at, string(n.Raw())), true
}

// insertDeclared puts an element that the group declares at some place in it.
func insertDeclared(m *message) (string, bool) {
	at, group, ok := m.gap()
	if !ok {
		return "", false
	}
	slots := group.Type().Slots
	slot := slots[m.r.IntN(len(slots))]
	p := &slot.Alternatives[m.r.IntN(len(slot.Alternatives))]
	return m.splice(at, at, m.write(p, prefix(group))), true
}

// insertOptional puts an optional element of a group at the place where it
// belongs.
func insertOptional(m *message) (string, bool) {
	group, ok := m.pick(m.groups, func(n schema.Node) bool { return !n.SelfClosed() })
	if !ok {
		return "", false
	}
	slots := group.Type().Slots
	chosen := m.r.IntN(len(slots))
	p := &slots[chosen].Alternatives[m.r.IntN(len(slots[chosen].Alternatives))]
	if !slots[chosen].Optional {
		return "", false
	}
	at, _ := group.Content()
	for c := range group.Children() {
		if slot := slotOf(group.Type(), c); slot > chosen {
			break
		} else if slot == chosen && p.Max == 1 {
			return "", false
		}
		_, at = outer(c)
	}
	return m.splice(at, at, m.write(p, prefix(group))), true
}

// slotOf is the position in t of the slot in which the child stands.
func slotOf(t *schema.Type, child schema.Node) int {
	for i := range t.Slots {
		for k := range t.Slots[i].Alternatives {
			if p := &t.Slots[i].Alternatives[k]; p.Name == child.Particle().Name && p.Any == child.Wildcard() {
				return i
			}
		}
	}
	return -1
}

func wrongNamespace(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nil)
	if !ok {
		return "", false
	}
	space := m.one("", "urn:x", m.schema.Namespace(), m.schema.Namespace()+" ", strings.ToUpper(m.schema.Namespace()), m.schema.Namespace()[:len(m.schema.Namespace())-1])
	if prefix(n) == "" || m.chance(50) && space != "" {
		p := strings.TrimSuffix(prefix(n), ":")
		if p != "" {
			p = ":" + p
		}
		if !strings.Contains(strings.SplitN(string(n.Raw()), ">", 2)[0], "xmlns"+p+"=") {
			return m.inStartTag(n, " xmlns"+p+`="`+space+`"`), true
		}
	}
	return m.rename(n, n.Name()), true
}

func textInGroup(m *message) (string, bool) {
	at, _, ok := m.gap()
	if !ok {
		return "", false
	}
	return m.splice(at, at, m.one("x", " ", "\t\n", "\u00a0", "\u3000", "&#32;", "&#9;", "&#xA;", "&#13;", "\r", "<![CDATA[]]>", "<![CDATA[ ]]>", "<![CDATA[x]]>", "&amp;", "0", ".", "\u2028", "\u0085", "]", "]]", ">", "&#160;", "\ufeff", "  \n  ", "<!-- -->")), true
}

func childInValue(m *message) (string, bool) {
	n, ok := m.pick(m.values, nil)
	if !ok {
		return "", false
	}
	_, content, _ := parts(n)
	p := prefix(n)
	name := p + m.one("Id", n.Name(), "b")
	child := m.one("<"+name+"/>", "<"+name+"></"+name+">", "<"+name+">1</"+name+">", "<b xmlns=''/>", `<b xmlns="urn:x">1</b>`)
	switch m.r.IntN(3) {
	case 0:
		return m.fill(n, child+content), true
	case 1:
		return m.fill(n, content+child), true
	}
	return m.fill(n, child), true
}

func emptyGroup(m *message) (string, bool) {
	n, ok := m.pick(m.groups, nil)
	if !ok {
		return "", false
	}
	return m.fill(n, m.one("", " ", "\n\t", "<!-- -->", "x", "<![CDATA[]]>")), true
}

func hasChoice(p *schema.Particle) bool {
	if p.Type == nil {
		return false
	}
	for i := range p.Type.Slots {
		if p.Type.Slots[i].Choice() {
			return true
		}
	}
	return false
}

// choice draws a choice that the message makes: the element taken and the slot
// with its alternatives.
func (m *message) choice() (taken schema.Node, slot *schema.Slot, ok bool) {
	taken, ok = m.pick(m.nodes, func(n schema.Node) bool { return choiceSlot(n) != nil })
	return taken, choiceSlot(taken), ok
}

// choiceSlot is the choice by which the element stands in its group, or nil.
func choiceSlot(n schema.Node) *schema.Slot {
	group := n.Parent().Type()
	if group == nil {
		return nil
	}
	for i := range group.Slots {
		slot := &group.Slots[i]
		for k := range slot.Alternatives {
			if slot.Choice() && slot.Alternatives[k].Name == n.Name() {
				return slot
			}
		}
	}
	return nil
}

func choiceTwo(m *message) (string, bool) {
	taken, slot, ok := m.choice()
	if !ok {
		return "", false
	}
	other := m.write(&slot.Alternatives[m.r.IntN(len(slot.Alternatives))], prefix(taken))
	from, to := outer(taken)
	at := to
	if m.chance(50) {
		at = from
	}
	return m.splice(at, at, other), true
}

func choiceNone(m *message) (string, bool) {
	taken, _, ok := m.choice()
	if !ok {
		return "", false
	}
	return m.remove(taken), true
}

func choiceOther(m *message) (string, bool) {
	taken, slot, ok := m.choice()
	if !ok {
		return "", false
	}
	return m.replace(taken, m.write(&slot.Alternatives[m.r.IntN(len(slot.Alternatives))], prefix(taken))), true
}

func repeatsBounded(p *schema.Particle) bool { return p.Max > 1 && p.Max <= maxCopies }

// maxCopies bounds how often an element is repeated to reach its limit.
const maxCopies = 200

// occursLimit repeats an element up to its limit, or one beyond.
func occursLimit(m *message) (string, bool) {
	n, ok := m.pick(m.nodes, nodeOf(repeatsBounded))
	if !ok {
		return "", false
	}
	present := 0
	for range n.Parent().All(n.Name()) {
		present++
	}
	missing := int(n.Particle().Max) - present + m.r.IntN(2)
	if missing <= 0 {
		missing = 1
	}
	_, to := outer(n)
	return m.splice(to, to, strings.Repeat(string(n.Raw()), missing)), true
}

func anyWildcard(p *schema.Particle) bool { return p.Any && p.AnySpace == "##any" }

func signatureWildcard(p *schema.Particle) bool { return p.Any && p.AnySpace != "##any" }

func (m *message) wildcard() (schema.Node, bool) {
	return m.pick(m.foreign, nodeOf(anyWildcard))
}

func wildcardWellFormed(m *message) (string, bool) {
	n, ok := m.wildcard()
	if !ok {
		return "", false
	}
	own := m.schema.Namespace()
	return m.replace(n, m.one(
		`<a xmlns=""/>`, `<a xmlns="urn:x">1</a>`, `<a:b xmlns:a="urn:x" a:c="1" c="2"><a:b/></a:b>`,
		`<Unknwn xmlns="`+own+`"><Id/>text</Unknwn>`, `<x xmlns="`+own+`"/>`,
		`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.99"/>`,
		`<Document xmlns="`+own+`"/>`, `<a xmlns=""><Document xmlns="`+own+`"><b/></Document></a>`,
		`<a xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>`,
		`<a xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="unknown"/>`,
		`<a xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:o="`+own+`" xsi:type="o:Max35Text">`+strings.Repeat("x", 36)+`</a>`,
		`<a xmlns="urn:x"><![CDATA[<b>&]]>]<!-- & < --></a>`, "<ф xmlns='urn:x' é='1'>😀</ф>",
		`<b xmlns="urn:x">`+strings.Repeat("<b>", 20)+strings.Repeat("</b>", 20)+`</b>`,
		`<a xmlns=""/><b xmlns=""/>`, "text", "", " ", "<!-- -->",
		`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>`,
		`<a xmlns="" xml:lang="de" xml:space="preserve"/>`, `<a xmlns="" b=' &lt; "'/>`,
		string(n.Raw()), string(n.Raw())+string(n.Raw()),
	)), true
}

func wildcardIllFormed(m *message) (string, bool) {
	n, ok := m.wildcard()
	if !ok {
		return "", false
	}
	return m.replace(n, m.one(
		`<a xmlns="">`, `<a xmlns=""></b>`, `<a xmlns="" b="1" b="2"/>`, `<a xmlns="" b=1/>`, `<a xmlns="" b/>`,
		`<a xmlns="">&x;</a>`, `<a xmlns="">&</a>`, `<a xmlns="">]]></a>`, `<a xmlns=""><!-- -- --></a>`,
		`<a xmlns="" b="<"/>`, `<a xmlns="" b="1"c="2"/>`, `<1 xmlns=""/>`, `<a xmlns="">&#0;</a>`, "<a xmlns=\"\">\x01</a>",
		`<u:a/>`, `<a xmlns="" u:b="1"/>`, `<a:b:c xmlns:a="urn:x"/>`, `<:a xmlns=""/>`, `<a xmlns="" / >`, `< a xmlns=""/>`,
		`<a xmlns=""><![CDATA[</a>`, `<a xmlns=""><?x`, `<a xmlns=""></a`, `<a xmlns="" b="&#xFFFF;"/>`, `<a xmlns:a=""/>`,
		`<a xmlns="http://www.w3.org/2000/xmlns/"/>`, `<a xmlns:xml="urn:x"/>`, `<a xmlns="" xmlns:p="urn:p" xmlns:q="urn:p" p:b="1" q:b="2"/>`,
	)), true
}

const signatureNamespace = "http://www.w3.org/2000/09/xmldsig#"

func wildcardSignature(m *message) (string, bool) {
	n, ok := m.pick(m.foreign, nodeOf(signatureWildcard))
	if !ok {
		return "", false
	}
	return m.replace(n, m.one(
		`<Signature xmlns="`+signatureNamespace+`"/>`,
		`<ds:Signature xmlns:ds="`+signatureNamespace+`"><ds:SignedInfo Id="1"/>&#10;<x xmlns="urn:y">1</x></ds:Signature>`,
		`<ds:Anything xmlns:ds="`+signatureNamespace+`">text</ds:Anything>`,
		`<Signature xmlns="`+signatureNamespace+`" a="1"><Object>`+strings.Repeat("A", 100)+`</Object></Signature>`,
		`<Signature xmlns="http://www.w3.org/2000/09/xmldsig"/>`, `<Signature xmlns=""/>`, `<Signature/>`,
		`<Signature xmlns="`+m.schema.Namespace()+`"/>`, `<Signature xmlns="HTTP://www.w3.org/2000/09/xmldsig#"/>`,
		`<Signature xmlns=" `+signatureNamespace+`"/>`, "", "text",
		`<Signature xmlns="`+signatureNamespace+`"/><Signature xmlns="`+signatureNamespace+`"/>`,
		`<Signature xmlns="`+signatureNamespace+`"><a></Signature>`,
		`<Signature xmlns="http://www.w3.org/2000/09/xmldsig&#35;"/>`,
	)), true
}
