package settlement

// Suppose gives an account more money, or takes some away, as if it had held that
// from the beginning. There is no entry for it and the audit finds it: it is for
// asking what would have become of a day, on books that nobody keeps. Of what is
// taken away only so much goes as is there now; it returns how much that was.
func (e *Engine) Suppose(id AccountID, more int64) (done int64) {
	a := e.account(id)
	more = min(max(more, -max(a.Available(), 0)), maxBalance-max(a.Posted, 0))
	a.Posted += more
	a.lower()
	e.group.credited = append(e.group.credited, id)
	e.settleWaiting()
	return more
}
