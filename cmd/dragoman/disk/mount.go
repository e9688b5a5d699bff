package disk

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// mounted is a disk where programs can use it.
type mounted struct {
	server *fuse.Server
	folder string
}

// known is how long the kernel may rely on what it was told: nobody else changes it.
const known = time.Hour

// largestWrite is how much the kernel writes in one piece.
const largestWrite = 128 << 10

// Usable tells why no file system can be mounted here; nil: it can.
func Usable() error {
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("mount a file system of our own: %w; it takes Linux with FUSE, and root or the program fusermount3", err)
	}
	return f.Close()
}

// Mount puts the disk on a folder, and switches its power on.
func (d *Disk) Mount(folder string) error {
	if err := Usable(); err != nil {
		return err
	}
	d.mu.Lock()
	d.power = on
	d.mu.Unlock()
	server, err := fuse.NewServer(&served{RawFileSystem: fuse.NewDefaultRawFileSystem(), disk: d}, folder, &fuse.MountOptions{
		FsName: "dragoman", Name: "proof", DirectMount: true, DisableXAttrs: true, DisableReadDirPlus: true, MaxWrite: largestWrite,
	})
	if err != nil {
		return fmt.Errorf("mount a file system of our own on %s: %w", folder, err)
	}
	go server.Serve()
	if err := server.WaitMount(); err != nil {
		return errors.Join(fmt.Errorf("mount a file system of our own on %s: %w", folder, err), server.Unmount())
	}
	d.mounted = &mounted{server, folder}
	return nil
}

// Unmount takes the disk away; what programs have open is lost to them.
func (d *Disk) Unmount() error {
	m := d.mounted
	if m == nil {
		return nil
	}
	d.mounted = nil
	if err := m.server.Unmount(); err == nil {
		return nil
	}
	if err := syscall.Unmount(m.folder, syscall.MNT_DETACH); err != nil {
		return fmt.Errorf("unmount %s: %w", m.folder, err)
	}
	return nil
}

// attributes tells the kernel of a node.
func (n *node) attributes(a *fuse.Attr) {
	*a = fuse.Attr{Ino: n.id, Mode: n.mode | syscall.S_IFREG, Nlink: 1, Blksize: pageSize}
	a.Uid, a.Gid = uint32(os.Getuid()), uint32(os.Getgid()) //nolint:gosec // ids are small
	if n.folder {
		a.Mode, a.Nlink = n.mode|syscall.S_IFDIR, 2
		return
	}
	a.Size = uint64(n.live.size)                               //nolint:gosec // not negative
	a.Blocks = uint64(n.live.used()) * (pageSize / sectorSize) //nolint:gosec // not negative
}

func (n *node) entry(out *fuse.EntryOut) {
	out.NodeId, out.Generation = n.id, 1
	n.attributes(&out.Attr)
	out.SetEntryTimeout(known)
	out.SetAttrTimeout(known)
}

// statusOf is how FUSE says it.
func statusOf(e syscall.Errno) fuse.Status { return fuse.Status(e) } //nolint:gosec // errors are small
