package disk

import (
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// served answers the kernel for a disk. What is not here the disk does not have:
// links, attributes of other kinds, locks (the kernel keeps those).
type served struct {
	fuse.RawFileSystem
	disk *Disk
}

// at does something with a node that the kernel knows, without changing anything that
// would have to be safe.
func (s *served) at(id uint64, look func(n *node) syscall.Errno) fuse.Status {
	s.disk.mu.Lock()
	defer s.disk.mu.Unlock()
	if e := s.disk.powered(); e != 0 {
		return statusOf(e)
	}
	n := s.disk.nodes[id]
	if n == nil {
		return statusOf(syscall.ESTALE)
	}
	return statusOf(look(n))
}

// change does something that is not safe before it is synced.
func (s *served) change(o Operation, id uint64, act func(n *node) syscall.Errno) fuse.Status {
	return statusOf(s.disk.do(o, func() syscall.Errno {
		n := s.disk.nodes[id]
		if n == nil {
			return syscall.ESTALE
		}
		return act(n)
	}, nil))
}

func (s *served) Lookup(_ <-chan struct{}, header *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	return s.at(header.NodeId, func(n *node) syscall.Errno {
		below := n.entries[name]
		if below == nil {
			return syscall.ENOENT
		}
		below.entry(out)
		return 0
	})
}

func (s *served) GetAttr(_ <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	return s.at(in.NodeId, func(n *node) syscall.Errno {
		n.attributes(&out.Attr)
		out.SetTimeout(known)
		return 0
	})
}

func (s *served) SetAttr(_ <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	size, sized := in.GetSize()
	set := func(n *node) syscall.Errno {
		if sized && !n.folder {
			n.take(write{offset: int64(size), truncate: true}) //nolint:gosec // the kernel bounds it
		}
		if mode, ok := in.GetMode(); ok {
			n.mode = mode & 0o7777
		}
		n.attributes(&out.Attr)
		out.SetTimeout(known)
		return 0
	}
	if !sized {
		return s.at(in.NodeId, set)
	}
	return s.change(Write, in.NodeId, set)
}

func (s *served) Open(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	return s.at(in.NodeId, func(*node) syscall.Errno {
		out.OpenFlags = fuse.FOPEN_KEEP_CACHE // a mapping of the file goes on
		return 0
	})
}

func (s *served) Read(_ <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	length := 0
	status := s.at(in.NodeId, func(n *node) syscall.Errno {
		length = n.live.readAt(buf, int64(in.Offset)) //nolint:gosec // the kernel bounds it
		return 0
	})
	return fuse.ReadResultData(buf[:length]), status
}

func (s *served) Write(_ <-chan struct{}, in *fuse.WriteIn, data []byte) (written uint32, status fuse.Status) {
	status = s.change(Write, in.NodeId, func(n *node) syscall.Errno {
		length, e := s.disk.room(n, int64(in.Offset), len(data)) //nolint:gosec // the kernel bounds it
		if e != 0 {
			return e
		}
		n.take(write{offset: int64(in.Offset), data: append([]byte(nil), data[:length]...)}) //nolint:gosec // the kernel bounds it
		written = uint32(length)                                                             //nolint:gosec // at most largestWrite
		return 0
	})
	if status.Ok() && in.Flags&(syscall.O_SYNC|syscall.O_DSYNC) != 0 {
		status = s.sync(in.NodeId)
	}
	return written, status
}

func (s *served) Flush(<-chan struct{}, *fuse.FlushIn) fuse.Status { return fuse.OK }

func (s *served) Fsync(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status { return s.sync(in.NodeId) }

func (s *served) FsyncDir(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status { return s.sync(in.NodeId) }

func (s *served) sync(id uint64) fuse.Status {
	s.disk.mu.Lock()
	n := s.disk.nodes[id]
	s.disk.mu.Unlock()
	if n == nil {
		return statusOf(syscall.ESTALE)
	}
	return statusOf(s.disk.do(Sync, func() syscall.Errno {
		if n.folder {
			s.disk.syncFolder(n)
		} else {
			n.sync()
		}
		return 0
	}, n.failSync))
}

func (s *served) StatFs(_ <-chan struct{}, in *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	const pages = 1 << 22
	return s.at(in.NodeId, func(*node) syscall.Errno {
		free := pages
		if s.disk.limit > 0 {
			free = max(0, s.disk.limit-s.disk.used(s.disk.root))
		}
		*out = fuse.StatfsOut{Blocks: pages, Bfree: uint64(free), Bavail: uint64(free), Bsize: pageSize, Frsize: pageSize, NameLen: 255, Files: pages, Ffree: pages}
		return 0
	})
}
