package messages

import "dragoman/messages/schema"

// openLevel is an element on the way down to where a walk stands.
type openLevel struct {
	node Node
	end  int              // offset where its content ends
	last *schema.Particle // declaration of its child before
}

// maxForeignGrowth and foreignRoom bound what the foreign content of a message
// may become when every piece of it declares the namespaces it uses: so many
// times the message, plus some room. Only content that uses one long namespace
// name in thousands of places reaches that; it would otherwise grow with the
// square of the input.
const (
	maxForeignGrowth = 8
	foreignRoom      = 64 << 10
)

// foreignContent renders what stands at the wildcards of one message. It learns
// the namespaces in scope on the way down: each start tag once, and none where
// there is no wildcard.
type foreignContent struct {
	exclusive schema.Exclusive
	root      Node
	inherited bool  // declarations from around root are in exclusive.Scope
	levels    []int // how many declarations were in scope before each element of the way; their own are in Scope
}

// start begins a walk from root; namespace is the default one where the result
// will stand.
func (f *foreignContent) start(root Node, namespace string) {
	f.root = root
	if root.Wildcard() {
		namespace = schema.AnyNamespace
	}
	f.exclusive.Rendered = append(f.exclusive.Rendered[:0], schema.Binding{URI: namespace})
	f.exclusive.Limit = maxForeignGrowth*len(root.Raw()) + foreignRoom
}

// forget lets go of everything that belongs to a message.
func (f *foreignContent) forget() {
	clear(f.exclusive.Scope)
	exclusive := schema.Exclusive{Scope: f.exclusive.Scope[:0], Rendered: f.exclusive.Rendered[:0]}
	*f = foreignContent{exclusive: exclusive, levels: f.levels[:0]}
}

// append renders the wildcard e; way leads down to it from root.
func (f *foreignContent) append(dst []byte, e Node, way []openLevel) ([]byte, bool) {
	if !f.inherited {
		f.exclusive.Scope = append(f.exclusive.Scope, f.root.InheritedNamespaces()...)
		f.inherited = true
	}
	for _, o := range way[len(f.levels):] {
		f.levels = append(f.levels, len(f.exclusive.Scope))
		f.exclusive.Scope = o.node.DeclaredNamespaces(f.exclusive.Scope)
	}
	before := len(dst)
	dst, ok := f.exclusive.AppendNode(dst, e)
	f.exclusive.Limit -= len(dst) - before
	return dst, ok
}

// leave says that the way down is only depth long now.
func (f *foreignContent) leave(depth int) {
	if depth < len(f.levels) {
		f.exclusive.Scope = f.exclusive.Scope[:f.levels[depth]]
		f.levels = f.levels[:depth]
	}
}
