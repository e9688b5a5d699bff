package main

import (
	"fmt"
	"io/fs"
	"path/filepath"

	"dragoman/gateway"
	"dragoman/store"
)

// spaceGoal is what books and message log may take of the disk for a payment.
const spaceGoal = 6000

// benchSpace is what the payments of a run have left on disk, in bytes a payment.
type benchSpace struct {
	Books float64 `json:"books_bytes_per_payment"` // state, message log and mailboxes, free pages left out
	Log   float64 `json:"log_bytes_per_payment"`   // the streams: ORDERS, and mailboxes as NATS clients read them
	Total float64 `json:"disk_bytes_per_payment"`  // everything in the data folder
	// Buckets are the largest buckets of the books.
	Buckets []bucketFigure `json:"books_buckets"`
}

// bucketFigure is one bucket, in bytes a payment.
type bucketFigure struct {
	Bucket string  `json:"bucket"`
	Leaf   float64 `json:"leaf_bytes"`
	Branch float64 `json:"branch_bytes"`
	Rows   float64 `json:"rows"`
	Filled float64 `json:"filled"` // share of its pages that something stands in
}

// leastShown leaves out buckets that take less than so many bytes a payment.
const leastShown = 1

// measureSpace measures the data folder of a gateway that has stopped.
func measureSpace(data string, payments int64) (s benchSpace, err error) {
	books, err := store.OpenReadOnly(gateway.BooksPath(data))
	if err != nil {
		return s, err
	}
	defer books.Close() //nolint:errcheck // only read
	space, err := books.Space()
	if err != nil {
		return s, err
	}
	each := func(bytes uint64) float64 { return float64(bytes) / float64(max(payments, 1)) }
	s.Books = each(space.Total - space.Free)
	for _, b := range space.Buckets {
		f := bucketFigure{b.Bucket, each(b.Leaf), each(b.Branch), each(b.Rows), float64(b.Occupied) / float64(max(b.Leaf+b.Branch, 1))}
		if f.Leaf+f.Branch >= leastShown {
			s.Buckets = append(s.Buckets, f)
		}
	}
	log, err := folderSize(filepath.Join(data, "log"))
	s.Log = each(log)
	s.Total = s.Log + each(space.Total)
	return s, err
}

// folderSize is how many bytes the files below a folder have.
func folderSize(folder string) (size uint64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			size += uint64(info.Size()) //nolint:gosec // not negative
		}
		return err
	})
	return size, err
}

func (s *benchSpace) kept() string {
	return fmt.Sprintf("%.0f bytes a payment in the books with the message log (goal %d), %.0f in the streams before they are trimmed; %.0f together", s.Books, spaceGoal, s.Log, s.Total)
}
