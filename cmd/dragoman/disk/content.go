package disk

// Sizes of what survives a cut of the power as a whole.
const (
	pageSize   = 4096 // of the system's cache
	sectorSize = 512  // of a disk
)

type page [pageSize]byte

// content is what a file holds; pages that were never written are nil and read as
// zeros.
type content struct {
	pages []*page
	size  int64
}

func (c *content) readAt(b []byte, offset int64) int {
	if offset >= c.size {
		return 0
	}
	b = b[:min(int64(len(b)), c.size-offset)]
	for done := 0; done < len(b); {
		n, at := pageOf(offset + int64(done))
		part := b[done:min(len(b), done+pageSize-at)]
		if n < len(c.pages) && c.pages[n] != nil {
			copy(part, c.pages[n][at:])
		} else {
			clear(part)
		}
		done += len(part)
	}
	return len(b)
}

func pageOf(offset int64) (n, at int) { return int(offset / pageSize), int(offset % pageSize) }

// missing counts the pages that a write needs and that are not there yet.
func (c *content) missing(offset int64, length int) (count int) {
	if length == 0 {
		return 0
	}
	first, _ := pageOf(offset)
	last, _ := pageOf(offset + int64(length) - 1)
	for n := first; n <= last; n++ {
		if n >= len(c.pages) || c.pages[n] == nil {
			count++
		}
	}
	return count
}

func (c *content) writeAt(b []byte, offset int64) {
	for done := 0; done < len(b); {
		n, at := pageOf(offset + int64(done))
		for n >= len(c.pages) {
			c.pages = append(c.pages, nil)
		}
		if c.pages[n] == nil {
			c.pages[n] = new(page)
		}
		done += copy(c.pages[n][at:], b[done:])
	}
	c.size = max(c.size, offset+int64(len(b)))
}

func (c *content) truncate(size int64) {
	if n, at := pageOf(size); size < c.size && n < len(c.pages) {
		if c.pages[n] != nil {
			clear(c.pages[n][at:])
		}
		if at > 0 {
			n++
		}
		clear(c.pages[n:])
		c.pages = c.pages[:n]
	}
	c.size = size
}

// used counts the pages that take space.
func (c *content) used() (count int) {
	for _, p := range c.pages {
		if p != nil {
			count++
		}
	}
	return count
}

func (c *content) clone() content {
	other := content{pages: make([]*page, len(c.pages)), size: c.size}
	for n, p := range c.pages {
		if p != nil {
			q := *p
			other.pages[n] = &q
		}
	}
	return other
}
