package messages_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"dragoman/messages"
)

// corpusFile is one XML file of the message corpus beside the project.
type corpusFile struct {
	path    string
	message *messages.Message
}

// parts are the valid parts of the file's message.
func (f corpusFile) parts() (valid []messages.Part) {
	for _, part := range []messages.Part{f.message.Header(), f.message.Document()} {
		if part.Root.Exists() && !part.Faulty {
			valid = append(valid, part)
		}
	}
	return valid
}

// corpusFiles reads every XML file of some folders of the corpus, in order.
func corpusFiles(tb testing.TB, folders ...string) (files []corpusFile) {
	tb.Helper()
	root := filepath.Join("..", "..", "shared", "iso20022")
	if _, err := os.Stat(root); err != nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			tb.Fatalf("the corpus is required: %v", err)
		}
		tb.Skip("the message corpus is not beside this checkout")
	}
	corpus := os.DirFS(root)
	for _, folder := range folders {
		err := fs.WalkDir(corpus, folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".xml" {
				return err
			}
			raw, err := fs.ReadFile(corpus, path)
			if err == nil {
				files = append(files, corpusFile{path, messages.Read(raw, messages.Options{})})
			}
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return files
}
