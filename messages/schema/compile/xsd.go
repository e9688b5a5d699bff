package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dragoman/messages/schema"
)

// definition is one XSD: a message (or header) and the types it names.
type definition struct {
	id        string // pacs.008.001.08
	namespace string
	root      string // name of the one global element
	rootType  string
	types     map[string]*xsdType
}

// xsdType is a named type in the shape ISO 20022 gives it: a simple type, a
// simple type with one attribute, or a run of slots.
type xsdType struct {
	name    string
	simple  *facets
	content string // simple content: name of the simple type
	attr    attribute
	slots   []slot
}

type attribute struct {
	name, typ string
	required  bool
}

// slot is one position of a sequence; a choice is one slot with alternatives.
type slot []particle

type particle struct {
	name, typ string
	min, max  int // max 0: unbounded
	wildcard  string
	skip      bool
}

type facets struct {
	kind                       schema.Kind
	minLength, maxLength       int // -1: not set
	totalDigits, fractionDigit int // -1: not set
	minInclusive, maxInclusive string
	patterns, enumeration      []string
}

const namespacePrefix = "urn:iso:std:iso:20022:tech:xsd:"

// element is any XSD element, read as it stands.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// only fails on attributes that the compiler would otherwise silently ignore.
func (e *element) only(names ...string) error {
	for _, a := range e.Attrs {
		if a.Name.Space == "" && a.Name.Local != "xmlns" && !slices.Contains(names, a.Name.Local) {
			return fmt.Errorf("%s %q: attribute %s is not in the ISO 20022 subset of XSD", e.XMLName.Local, e.attr("name"), a.Name.Local)
		}
	}
	return nil
}

// bare fails on children other than annotations.
func (e *element) bare() error {
	for i := range e.Children {
		if e.Children[i].XMLName.Local != "annotation" {
			return unsupported(&e.Children[i], e.XMLName.Local)
		}
	}
	return nil
}

func unsupported(e *element, where string) error {
	return fmt.Errorf("%s in %s is not in the ISO 20022 subset of XSD", e.XMLName.Local, where)
}

func parseXSD(b []byte) (*definition, error) {
	var doc element
	if err := xml.Unmarshal(b, &doc); err != nil {
		return nil, err
	}
	def := &definition{namespace: doc.attr("targetNamespace"), types: map[string]*xsdType{}}
	var ok bool
	if def.id, ok = strings.CutPrefix(def.namespace, namespacePrefix); !ok {
		return nil, fmt.Errorf("target namespace %q is not an ISO 20022 message", def.namespace)
	}
	if doc.attr("elementFormDefault") != "qualified" {
		return nil, errors.New("elementFormDefault is not qualified")
	}
	if err := doc.only("targetNamespace", "elementFormDefault"); err != nil {
		return nil, err
	}
	for i := range doc.Children {
		if err := def.global(&doc.Children[i]); err != nil {
			return nil, err
		}
	}
	if def.root == "" {
		return nil, errors.New("no global element")
	}
	return def, def.resolve()
}

func (d *definition) global(e *element) error {
	name := e.attr("name")
	switch e.XMLName.Local {
	case "element":
		if d.root != "" {
			return fmt.Errorf("two global elements, %s and %s", d.root, name)
		}
		d.root, d.rootType = name, local(e.attr("type"))
		return errors.Join(e.only("name", "type"), e.bare())
	case "complexType":
		t, err := complexType(e)
		d.types[name] = t
		return err
	case "simpleType":
		f, err := simpleType(e)
		d.types[name] = &xsdType{name: name, simple: f}
		return errors.Join(err, e.only("name"))
	case "annotation":
		return nil
	}
	return unsupported(e, "schema")
}

// resolve checks that every type a particle names is defined, and that a name
// stands at one place of a type: the reader looks for it there alone.
func (d *definition) resolve() error {
	known := func(name string) error {
		if d.types[name] == nil {
			return fmt.Errorf("type %q is not defined", name)
		}
		return nil
	}
	value := func(name string) error {
		if t := d.types[name]; t == nil || t.simple == nil {
			return fmt.Errorf("%q is not a simple type", name)
		}
		return nil
	}
	errs := []error{known(d.rootType)}
	for _, t := range sortedTypes(d.types) {
		if t.content != "" {
			errs = append(errs, value(t.content), value(t.attr.typ))
		}
		names := map[string]bool{}
		for _, s := range t.slots {
			for _, p := range s {
				if p.wildcard == "" {
					errs = append(errs, known(p.typ))
				}
				if names[p.name] {
					errs = append(errs, fmt.Errorf("type %s has element %q at two places", t.name, p.name))
				}
				names[p.name] = true
			}
		}
	}
	return errors.Join(errs...)
}

func sortedTypes(types map[string]*xsdType) []*xsdType {
	out := make([]*xsdType, 0, len(types))
	for _, t := range types {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *xsdType) int { return strings.Compare(a.name, b.name) })
	return out
}

func complexType(e *element) (*xsdType, error) {
	t := &xsdType{name: e.attr("name")}
	if err := e.only("name"); err != nil {
		return nil, err
	}
	models := 0
	for i := range e.Children {
		c := &e.Children[i]
		var err error
		if c.XMLName.Local != "annotation" {
			models++
		}
		switch c.XMLName.Local {
		case "sequence":
			err = t.sequence(c)
		case "choice":
			err = t.choice(c)
		case "simpleContent":
			err = t.simpleContent(c)
		case "annotation":
		default:
			err = unsupported(c, "complexType "+t.name)
		}
		if err != nil {
			return nil, err
		}
	}
	if models != 1 {
		return nil, fmt.Errorf("complexType %s has %d content models", t.name, models)
	}
	return t, nil
}

func (t *xsdType) sequence(e *element) error {
	if err := e.only(); err != nil {
		return err
	}
	for i := range e.Children {
		c := &e.Children[i]
		if c.XMLName.Local == "choice" {
			if err := t.choice(c); err != nil {
				return err
			}
			continue
		}
		p, err := readParticle(c)
		if err != nil {
			return err
		}
		t.slots = append(t.slots, slot{p})
	}
	return nil
}

func (t *xsdType) choice(e *element) error {
	if err := e.only(); err != nil {
		return err
	}
	var s slot
	for i := range e.Children {
		p, err := readParticle(&e.Children[i])
		if err != nil {
			return err
		}
		s = append(s, p)
	}
	t.slots = append(t.slots, s)
	return nil
}

func readParticle(e *element) (particle, error) {
	p := particle{name: e.attr("name"), typ: local(e.attr("type")), min: 1, max: 1}
	var err error
	switch e.XMLName.Local {
	case "element":
		err = errors.Join(e.only("name", "type", "minOccurs", "maxOccurs"), e.bare())
	case "any":
		err = errors.Join(e.only("namespace", "processContents", "minOccurs", "maxOccurs"), e.bare())
		p.wildcard, p.skip = orElse(e.attr("namespace"), "##any"), e.attr("processContents") == "skip"
		err = errors.Join(err, checkWildcard(p.wildcard, e.attr("processContents")))
	default:
		err = unsupported(e, "a content model")
	}
	if v := e.attr("minOccurs"); v != "" && err == nil {
		p.min, err = strconv.Atoi(v)
	}
	if v := e.attr("maxOccurs"); v == "unbounded" {
		p.max = 0
	} else if v != "" && err == nil {
		p.max, err = strconv.Atoi(v)
		if p.max < 1 {
			err = errors.Join(err, fmt.Errorf("%s may occur %d times", p.name, p.max))
		}
	}
	if p.min < 0 || p.max > 0 && p.min > p.max {
		err = errors.Join(err, fmt.Errorf("%s occurs %d to %d times", p.name, p.min, p.max))
	}
	return p, err
}

// checkWildcard accepts what the reader heeds: any namespace or one, and content
// looked at for its form alone. A strict wildcard for the elements of another
// standard, signatures, counts as that: their schema is not ours to hold.
func checkWildcard(namespace, process string) error {
	one := namespace[0] != '#' && !strings.ContainsAny(namespace, " \t\r\n")
	switch {
	case one && (process == "lax" || process == "skip" || process == "strict"):
	case namespace == "##any" && (process == "lax" || process == "skip"):
	default:
		return fmt.Errorf("wildcard for %q with processContents %q is not in the ISO 20022 subset of XSD", namespace, process)
	}
	return nil
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func (t *xsdType) simpleContent(e *element) error {
	if len(e.Children) != 1 || e.Children[0].XMLName.Local != "extension" {
		return fmt.Errorf("simple content of %s is not one extension", t.name)
	}
	ext := &e.Children[0]
	if len(ext.Children) != 1 || ext.Children[0].XMLName.Local != "attribute" {
		return fmt.Errorf("extension in %s does not add one attribute", t.name)
	}
	a := &ext.Children[0]
	t.content = local(ext.attr("base"))
	t.attr = attribute{name: a.attr("name"), typ: local(a.attr("type")), required: a.attr("use") == "required"}
	if use := a.attr("use"); use != "" && use != "required" && use != "optional" {
		return fmt.Errorf("attribute %s of %s is %s", t.attr.name, t.name, use)
	}
	return errors.Join(e.only(), ext.only("base"), a.only("name", "type", "use"), a.bare())
}

var kinds = map[string]schema.Kind{
	"string": schema.String, "decimal": schema.Decimal, "boolean": schema.Boolean,
	"dateTime": schema.DateTime, "date": schema.Date, "time": schema.Time, "gYear": schema.GYear,
	"gYearMonth": schema.GYearMonth, "gMonth": schema.GMonth, "base64Binary": schema.Base64,
}

func simpleType(e *element) (*facets, error) {
	name := e.attr("name")
	if len(e.Children) != 1 || e.Children[0].XMLName.Local != "restriction" {
		return nil, fmt.Errorf("simple type %s is not one restriction", name)
	}
	r := &e.Children[0]
	prefix, base, _ := strings.Cut(r.attr("base"), ":")
	kind, ok := kinds[base]
	if !ok || prefix != "xs" {
		return nil, fmt.Errorf("simple type %s: base %s is not in the ISO 20022 subset of XSD", name, r.attr("base"))
	}
	f := &facets{kind: kind, minLength: -1, maxLength: -1, totalDigits: -1, fractionDigit: -1}
	for i := range r.Children {
		if err := f.read(&r.Children[i]); err != nil {
			return nil, fmt.Errorf("simple type %s: %w", name, err)
		}
	}
	if err := errors.Join(r.only("base"), f.applies()); err != nil {
		return nil, fmt.Errorf("simple type %s: %w", name, err)
	}
	return f, nil
}

// applies checks that the facets are those the reader heeds for the kind.
func (f *facets) applies() error {
	long := f.kind == schema.String || f.kind == schema.Base64
	number := f.kind == schema.Decimal
	switch {
	case !long && (f.minLength >= 0 || f.maxLength >= 0), !number && (f.totalDigits >= 0 || f.fractionDigit >= 0),
		!number && f.minInclusive+f.maxInclusive != "", f.kind != schema.String && len(f.enumeration) > 0:
		return fmt.Errorf("a facet does not go with %s", f.kind)
	case strings.Trim(f.minInclusive+f.maxInclusive, "0123456789") != "":
		return fmt.Errorf("limits %s to %s are not whole numbers from zero", f.minInclusive, f.maxInclusive)
	}
	return nil
}

func (f *facets) read(e *element) error {
	value := e.attr("value")
	if e.XMLName.Local != "annotation" {
		if err := errors.Join(e.only("value"), e.bare()); err != nil {
			return err
		}
	}
	number := func(into ...*int) error {
		n, err := strconv.Atoi(value)
		if n < 0 {
			return fmt.Errorf("%s is %d", e.XMLName.Local, n)
		}
		for _, p := range into {
			*p = n
		}
		return err
	}
	switch e.XMLName.Local {
	case "minLength":
		return number(&f.minLength)
	case "maxLength":
		return number(&f.maxLength)
	case "length":
		return number(&f.minLength, &f.maxLength)
	case "totalDigits":
		return number(&f.totalDigits)
	case "fractionDigits":
		return number(&f.fractionDigit)
	case "minInclusive":
		f.minInclusive = value
	case "maxInclusive":
		f.maxInclusive = value
	case "pattern":
		f.patterns = append(f.patterns, value)
	case "enumeration":
		f.enumeration = append(f.enumeration, value)
	case "annotation":
	default:
		return unsupported(e, "a restriction")
	}
	return nil
}

// local drops the prefix of a type name.
func local(qname string) string {
	return qname[strings.IndexByte(qname, ':')+1:]
}
