// Package evidence is what leaves the message log as proof: signed checkpoints,
// exports with the proofs that nothing in them was changed, left out, added or
// moved, and the verification of both, which needs nothing but the file and the
// public key.
//
// The room opens no books and knows no gateway: whoever writes an export hands it
// the records and the hashes; whoever verifies one trusts only the signature. It
// never repairs what it reads: what does not fit is a finding that names the part.
//
// Read [Checkpoint] and [Verify] first.
package evidence
