package gateway

import (
	_ "embed" // the document
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/goccy/go-yaml"
)

// OpenAPI is the document of the HTTPS door, OpenAPI 3.1 in YAML. A test holds it
// against the table of routes and against real answers.
//
//go:embed openapi.yaml
var OpenAPI string

// openAPIJSON is the same in JSON.
var openAPIJSON = sync.OnceValues(OpenAPIJSON)

// OpenAPIJSON makes JSON of the document.
func OpenAPIJSON() ([]byte, error) {
	var document any
	if err := yaml.UnmarshalWithOptions([]byte(OpenAPI), &document, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	return yaml.MarshalWithOptions(document, yaml.JSON())
}

func (d *Door) openapiYAML(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	w.Header().Set("Content-Type", "application/yaml")
	_, err := io.WriteString(w, OpenAPI)
	return err
}

func (d *Door) openapiJSON(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	document, err := openAPIJSON()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", jsonContent)
	_, err = w.Write(document)
	return err
}
