package schema

import "strings"

// InheritedNamespaces are the declarations in force around the element, made by
// its ancestors and by the wrapper, outermost first: the last one of a prefix
// counts. It reads the input from its beginning; whoever walks a message asks
// once and then adds [Node.DeclaredNamespaces] on the way.
func (n Node) InheritedNamespaces() []Binding {
	if n.ix == nil {
		return nil
	}
	var scope []Binding
	var open []int // declarations before each open element
	text := n.ix.text
	t := tag{text: text}
	for i := nextTag(text, 0); i < n.Offset(); i = nextTag(text, i) {
		if text[i+1] == '/' {
			scope = scope[:open[len(open)-1]]
			open = open[:len(open)-1]
			i = pastEndTag(text, i)
			continue
		}
		if i = t.read(i); !t.selfClosed {
			open = append(open, len(scope))
			scope = t.declared(scope)
		}
	}
	return scope
}

// DeclaredNamespaces appends the declarations that the element's own start tag
// makes.
func (n Node) DeclaredNamespaces(scope []Binding) []Binding {
	for a := range n.Attributes() {
		if prefix, ok := declares(a.Name); ok {
			scope = append(scope, Binding{prefix, a.Value})
		}
	}
	return scope
}

// declares tells whether an attribute is a namespace declaration that binds
// something: that of the prefix xml does not.
func declares(name string) (prefix string, ok bool) {
	prefix, ok = strings.CutPrefix(name, "xmlns")
	if !ok || prefix == "" {
		return "", ok
	}
	if prefix[0] != ':' || prefix == ":xml" {
		return "", false
	}
	return prefix[1:], true
}

// boundIn is what a prefix stands for in a list of declarations, outermost first.
func boundIn(scope []Binding, prefix string) (uri string, found bool) {
	for k := len(scope) - 1; k >= 0; k-- {
		if scope[k].Prefix == prefix {
			return scope[k].URI, true
		}
	}
	return "", false
}
