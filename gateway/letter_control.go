package gateway

import (
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store/wire"
)

// The facts of messages by which banks ask about and control their own accounts.

func writeControls(w *wire.Writer, l *routing.Letter) {
	w.Uint(uint64(len(l.Controls)))
	for i := range l.Controls {
		c := &l.Controls[i]
		w.Uint(uint64(c.Kind))
		w.Uint(uint64(c.Band))
		w.Text(c.Towards.String())
		w.Text(c.Account)
		w.Uint(uint64(c.Currency))
		w.Text(c.Amount)
		w.Uint(uint64(c.Step))
		w.Text(c.Was)
		w.Flag(c.All)
		w.Flag(c.Every)
		w.Flag(c.Remove)
	}
	w.Uint(uint64(len(l.Searches)))
	for i := range l.Searches {
		for _, field := range l.Searches[i].Fields() {
			w.Uint(uint64(len(*field)))
			for _, text := range *field {
				w.Text(text)
			}
		}
	}
	for i := range l.Questions {
		c := &l.Questions[i].Change
		w.Flag(c.Cancel)
		w.Flag(c.Move)
		w.Uint(uint64(c.Band))
		w.Uint(uint64(c.Put))
	}
}

//nolint:gosec // every conversion undoes one of writeControls
func readControls(r *wire.Reader, l *routing.Letter) {
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		l.Controls = append(l.Controls, routing.ControlRequest{
			Kind: settlement.ControlKind(r.Uint()), Band: settlement.Band(r.Uint()), Towards: readBIC(r), Account: r.Text(), Currency: messages.Currency(r.Uint()),
			Amount: r.Text(), Step: routing.Step(r.Uint()), Was: r.Text(), All: r.Flag(), Every: r.Flag(), Remove: r.Flag(),
		})
	}
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		var s routing.Search
		for _, field := range s.Fields() {
			for k := r.Uint(); k > 0 && r.Err() == nil; k-- {
				*field = append(*field, r.Text())
			}
		}
		l.Searches = append(l.Searches, s)
	}
	for i := range l.Questions {
		l.Questions[i].Change = routing.QueueChange{Cancel: r.Flag(), Move: r.Flag(), Band: settlement.Band(r.Uint()), Put: settlement.Put(r.Uint())}
	}
}
