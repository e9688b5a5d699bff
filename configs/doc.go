// Package configs reads the configuration of a gateway: one YAML file, strictly.
// An unknown key, a key that is given twice or a value that is not allowed is a
// [Problem] with file, line, column and what is allowed instead; all problems of
// a file are reported together.
//
// The room knows the shapes of values (a BIC has 8 or 11 characters), not their
// world (whether a country or a message version exists): that is checked where
// the configuration is turned into a directory. It opens no file but the one it
// is given, keeps no secret, and changes nothing. Amounts stay decimal text.
//
// dragoman.yaml is the reference of every key, and the defaults of the node.
//
// Read [Config] first, then [Load].
package configs
