// Package schema reads ISO 20022 XML: one pass over the bytes decides whether
// they are well-formed, whether they are valid by the official XML Schema, and
// where every element lies.
//
// The schemas of all compiled message types are embedded as compact tables
// (tables.bin, made by ./compile from the official XSDs). A type that is never
// read costs its bytes and nothing else; a new version of a message is a new
// table and no new code.
//
// The room never changes a byte of what it was given, never loads anything
// from outside, never resolves an entity beyond the five of XML, and holds no
// opinion on what a valid message may say: rules beyond the schema live in
// package profile.
//
// Read [Read] first; [Node] is what all other rooms hold in their hands.
package schema

//go:generate go run ./compile -from ../../../shared/iso20022/xsd -moov -o tables.bin
