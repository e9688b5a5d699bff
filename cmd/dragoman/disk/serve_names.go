package disk

import (
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

func (s *served) OpenDir(_ <-chan struct{}, in *fuse.OpenIn, _ *fuse.OpenOut) fuse.Status {
	return s.at(in.NodeId, func(*node) syscall.Errno { return 0 })
}

func (s *served) ReadDir(_ <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	return s.at(in.NodeId, func(n *node) syscall.Errno {
		for i, name := range sortedNames(n.entries) {
			if uint64(i) < in.Offset {
				continue
			}
			below := n.entries[name]
			mode := uint32(syscall.S_IFREG)
			if below.folder {
				mode = syscall.S_IFDIR
			}
			if !out.AddDirEntry(fuse.DirEntry{Name: name, Mode: mode, Ino: below.id, Off: uint64(i) + 1}) {
				break
			}
		}
		return 0
	})
}

// add makes a node under a name that is free.
func (s *served) add(folder *node, name string, made *node, out *fuse.EntryOut) syscall.Errno {
	if folder.entries[name] != nil {
		return syscall.EEXIST
	}
	if d := s.disk; d.limit > 0 && d.used(d.root) >= d.limit {
		d.noSpace()
		return syscall.ENOSPC
	}
	s.disk.number(made)
	s.disk.rearrange(change{{folder, name, made}})
	made.entry(out)
	return 0
}

func (s *served) Create(_ <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	return s.change(Rename, in.NodeId, func(n *node) syscall.Errno {
		out.OpenFlags = fuse.FOPEN_KEEP_CACHE
		return s.add(n, name, &node{mode: in.Mode & 0o7777}, &out.EntryOut)
	})
}

func (s *served) Mkdir(_ <-chan struct{}, in *fuse.MkdirIn, name string, out *fuse.EntryOut) fuse.Status {
	return s.change(Rename, in.NodeId, func(n *node) syscall.Errno {
		return s.add(n, name, &node{mode: in.Mode & 0o7777, folder: true, entries: map[string]*node{}, safeEntries: map[string]*node{}}, out)
	})
}

func (s *served) Unlink(_ <-chan struct{}, header *fuse.InHeader, name string) fuse.Status {
	return s.takeAway(header, name, false)
}

func (s *served) Rmdir(_ <-chan struct{}, header *fuse.InHeader, name string) fuse.Status {
	return s.takeAway(header, name, true)
}

func (s *served) takeAway(header *fuse.InHeader, name string, folder bool) fuse.Status {
	return s.change(Rename, header.NodeId, func(n *node) syscall.Errno {
		below := n.entries[name]
		switch {
		case below == nil:
			return syscall.ENOENT
		case folder && !below.folder:
			return syscall.ENOTDIR
		case !folder && below.folder:
			return syscall.EISDIR
		case len(below.entries) > 0:
			return syscall.ENOTEMPTY
		}
		s.disk.rearrange(change{{n, name, nil}})
		return 0
	})
}

// renameNoReplace is the flag of renameat2 that refuses a name which is taken.
const renameNoReplace = 1

func (s *served) Rename(_ <-chan struct{}, in *fuse.RenameIn, name, newName string) fuse.Status {
	return s.change(Rename, in.NodeId, func(from *node) syscall.Errno {
		to := s.disk.nodes[in.Newdir]
		if to == nil {
			return syscall.ESTALE
		}
		moved, there := from.entries[name], to.entries[newName]
		switch {
		case moved == nil:
			return syscall.ENOENT
		case in.Flags&^renameNoReplace != 0:
			return syscall.EINVAL
		case there != nil && in.Flags != 0:
			return syscall.EEXIST
		case there == moved:
			return 0
		case there != nil && there.folder != moved.folder:
			return syscall.EISDIR
		case there != nil && len(there.entries) > 0:
			return syscall.ENOTEMPTY
		}
		s.disk.rearrange(change{{from, name, nil}, {to, newName, moved}})
		return 0
	})
}
