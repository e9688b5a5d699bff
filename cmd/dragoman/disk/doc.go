// Package disk is a disk that loses power, for the proofs: a file system in memory,
// mounted with FUSE, that keeps apart what programs have written and what they have
// been promised.
//
// It promises no more than POSIX does. The content of a file is safe when the file
// was synced, and a name in a folder (made, moved or taken away) when the folder was:
// to sync a new file does not make its name safe. When the power is cut all else is
// anybody's guess, and is drawn from a seed: nothing of it is there, all of it, the
// first of it with the last write torn, any pages of it, or any sectors. On the way
// it fails as disks do: a write or a sync returns EIO (and what a failed sync should
// have made safe never is, as with Linux), or there is no space left.
//
// Files can be mapped for reading, as the books are.
//
// The serving process never imports it: only 'dragoman prove power' does. Read Disk
// first.
package disk
