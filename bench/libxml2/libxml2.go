// Package libxml2 validates a message as C programs do: libxml2 builds a DOM
// and checks it against the schema. It exists to be measured against.
package libxml2

/*
#cgo pkg-config: libxml-2.0
#include <stdlib.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

static xmlSchemaPtr load(const char *path) {
	xmlSchemaParserCtxtPtr p = xmlSchemaNewParserCtxt(path);
	if (p == NULL) return NULL;
	xmlSchemaPtr s = xmlSchemaParse(p);
	xmlSchemaFreeParserCtxt(p);
	return s;
}

// validate returns 0 for valid, a positive number for invalid, -1 for not XML.
static int validate(xmlSchemaPtr schema, const char *b, int n) {
	xmlDocPtr doc = xmlReadMemory(b, n, "message.xml", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (doc == NULL) return -1;
	xmlSchemaValidCtxtPtr ctx = xmlSchemaNewValidCtxt(schema);
	int verdict = xmlSchemaValidateDoc(ctx, doc);
	xmlSchemaFreeValidCtxt(ctx);
	xmlFreeDoc(doc);
	return verdict;
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// Schema is a compiled XML Schema.
type Schema struct{ c C.xmlSchemaPtr }

// Load compiles the schema in a file.
func Load(path string) (*Schema, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	c := C.load(name)
	if c == nil {
		return nil, fmt.Errorf("libxml2 cannot compile %s", path)
	}
	return &Schema{c}, nil
}

// Valid tells whether the message is well-formed and valid.
func (s *Schema) Valid(message []byte) bool {
	return C.validate(s.c, (*C.char)(unsafe.Pointer(unsafe.SliceData(message))), C.int(len(message))) == 0
}
