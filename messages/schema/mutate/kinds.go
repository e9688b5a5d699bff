package main

import "dragoman/messages/schema"

// kind is one way to change a message in one place. Some of its changes break
// the message, some do no harm: which, the judge decides.
type kind struct {
	name string
	// needs names the particles without which the change cannot be made; nil:
	// every message will do.
	needs func(*schema.Particle) bool
	// change gives the changed message; false where it finds no place.
	change func(*message) (string, bool)
}

// kinds is every kind of change, in the order of the report.
func kinds() []kind {
	return append(append(append(structureKinds(), valueKinds()...), markupKinds()...), nameKinds()...)
}

// ofKind is what a change of values of those kinds needs.
func ofKind(kinds ...schema.Kind) func(*schema.Particle) bool {
	return func(p *schema.Particle) bool {
		for _, k := range kinds {
			if p.Type != nil && p.Type.Kind == k {
				return true
			}
		}
		return false
	}
}

// nodeOf makes a choice of nodes from a choice of particles.
func nodeOf(needs func(*schema.Particle) bool) func(schema.Node) bool {
	return func(n schema.Node) bool { return needs(n.Particle()) }
}
