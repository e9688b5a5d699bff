package routing

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/settlement"
)

func small(t *testing.T) *Directory {
	t.Helper()
	bic := func(text string) messages.BIC {
		b, err := messages.ParseBIC(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	cny := messages.MustCurrency("CNY")
	d, err := (&Directory{}).Apply(Change{
		Self: bic("DRGMHKHH"),
		Participants: []Participant{
			{BIC: bic("DRGMHKHH"), Name: "Gateway"},
			{BIC: bic("ALPHCNBJ"), Name: "Alpha", Keys: []Key{{Fingerprint: strings.Repeat("a", 64), Person: "Ann", Roles: []Role{RoleParticipant}}, {NKey: "UX", Roles: []Role{RoleParticipant}}},
				Versions: map[string]string{"pacs.008": "pacs.008.001.08"}},
		},
		Accounts:  []AccountChange{{Owner: bic("ALPHCNBJ"), Currency: cny, Role: settlement.RoleWallet, Line: 500}, {Owner: bic("DRGMHKHH"), Currency: cny, Role: settlement.RoleWallet}},
		Corridors: []Corridor{{Currency: cny, Mode: SettleThenDeliver, Profile: "base", Patience: 60}},
		Calendars: []Calendar{{
			Name: "C", Zone: "Asia/Shanghai", Offsets: []Offset{{Ahead: 28800}}, Open: "08:00", Close: "17:00",
			Weekly: []string{"sunday"}, Holidays: []Date{20000}, Special: []SpecialDay{{20001, "08:00", "12:00"}}, Currencies: []messages.Currency{cny},
		}},
		Grades:   []Grade{{Currency: cny, Name: "small", Holding: 100}},
		Standing: []StandingOrder{{Name: "S", From: bic("ALPHCNBJ"), To: bic("DRGMHKHH"), Currency: cny, Amount: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// copied is a directory whose parts may be changed.
func copied(d *Directory) *Directory {
	next := *d
	next.Participants, next.Accounts, next.Corridors = slices.Clone(d.Participants), slices.Clone(d.Accounts), slices.Clone(d.Corridors)
	next.Calendars, next.Standing = slices.Clone(d.Calendars), slices.Clone(d.Standing)
	for i := range next.Calendars {
		next.Calendars[i].Special = slices.Clone(d.Calendars[i].Special)
	}
	next.Grades = slices.Clone(d.Grades)
	for i := range next.Participants {
		next.Participants[i].Keys = slices.Clone(d.Participants[i].Keys)
	}
	return next.Ready()
}

// TestEveryFieldMakesADifference: whatever is changed in a participant, a key, an
// account or a corridor is shown. A field that is added later is walked here too,
// and must be shown or be named as one that is not.
func TestEveryFieldMakesADifference(t *testing.T) {
	d := small(t)
	unseen := map[string]bool{
		"ID": true, "BIC": true, // they say whose the rest is
		"Account.Owner": true, "Account.Currency": true, "Account.Role": true, "Account.Issuer": true, "Grade.Currency": true, "Grade.Name": true, "Corridor.From": true, "Corridor.To": true, "Corridor.Currency": true, "Corridor.Into": true,
		"Calendar.Name": true, "StandingOrder.Name": true, "StandingOrder.From": true, "StandingOrder.To": true, "StandingOrder.Currency": true,
	}
	walked := 0
	for _, part := range []func(*Directory) reflect.Value{
		func(d *Directory) reflect.Value { return reflect.ValueOf(&d.Participants[1]).Elem() },
		func(d *Directory) reflect.Value { return reflect.ValueOf(&d.Participants[1].Keys[0]).Elem() },
		func(d *Directory) reflect.Value { return reflect.ValueOf(&d.Accounts[0]).Elem() },
		func(d *Directory) reflect.Value { return reflect.ValueOf(&d.Corridors[0]).Elem() },
		func(d *Directory) reflect.Value { return reflect.ValueOf(&d.Calendars[0]).Elem() },
		func(d *Directory) reflect.Value { return reflect.ValueOf(&d.Standing[0]).Elem() },
		func(d *Directory) reflect.Value { return reflect.ValueOf(&d.Calendars[0].Special[0]).Elem() },
		func(d *Directory) reflect.Value { return reflect.ValueOf(&d.Grades[0]).Elem() },
	} {
		kind := part(copied(d)).Type()
		for i := range kind.NumField() {
			name := kind.Field(i).Name
			if unseen[name] || unseen[kind.Name()+"."+name] {
				continue
			}
			next := copied(d)
			field := part(next).Field(i)
			changed := change(t, field)
			field.Set(changed)
			walked++
			if len(d.Differences(next.Ready())) == 0 {
				t.Errorf("%s.%s: another value is no difference", kind.Name(), name)
			}
		}
	}
	if len(d.Differences(copied(d))) != 0 {
		t.Errorf("a directory differs from itself: %v", d.Differences(copied(d)))
	}
	t.Logf("%d fields", walked)
	if walked < 30 {
		t.Errorf("%d fields, want at least 30", walked)
	}
}

// change gives another value of the kind.
func change(t *testing.T, v reflect.Value) reflect.Value {
	t.Helper()
	next := reflect.New(v.Type()).Elem()
	switch v.Interface().(type) {
	case messages.LEI:
		lei, err := messages.ParseLEI("DRGM00JADECNBJXXX090")
		if err != nil {
			t.Fatal(err)
		}
		return reflect.ValueOf(lei)
	case messages.BIC:
		bic, err := messages.ParseBIC("JADECNBJ")
		if err != nil {
			t.Fatal(err)
		}
		return reflect.ValueOf(bic)
	case []Role:
		return reflect.ValueOf([]Role{RoleIssuer})
	}
	switch v.Kind() {
	case reflect.String:
		next.SetString(v.String() + "x")
	case reflect.Bool:
		next.SetBool(!v.Bool())
	case reflect.Int64, reflect.Int32, reflect.Int:
		next.SetInt(v.Int() + 1)
	case reflect.Map, reflect.Slice: // none
	default:
		t.Fatalf("no other value of %s", v.Type())
	}
	return next
}

// TestDifferencesAreReadable: what people are shown.
func TestDifferencesAreReadable(t *testing.T) {
	d := small(t)
	cny := messages.MustCurrency("CNY")
	alpha := d.Participants[1]
	alpha.Name, alpha.Keys = "Alpha Bank", []Key{{Fingerprint: strings.Repeat("b", 64), Roles: []Role{RoleParticipant}}, alpha.Keys[1]}
	beta := Participant{Name: "Beta", Keys: []Key{{Fingerprint: strings.Repeat("c", 64), Roles: []Role{RoleParticipant}}}}
	beta.BIC, _ = messages.ParseBIC("BETATHBK")
	next, err := d.Apply(Change{
		Participants: []Participant{alpha, beta},
		Accounts:     []AccountChange{{Owner: alpha.BIC, Currency: cny, Role: settlement.RoleWallet, Line: 700}, {Owner: beta.BIC, Currency: cny, Role: settlement.RoleWallet}},
		Corridors:    []Corridor{{Currency: cny, Mode: SettleThenDeliver, Profile: "base"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, difference := range d.Differences(next) {
		got = append(got, difference.String())
	}
	a, b := alpha.BIC.String(), beta.BIC.String()
	want := []string{
		"~ participant " + a + ": name Alpha → Alpha Bank",
		"- participant " + a + ": key certificate aaaaaaaaaaaaaaaa… for participant (Ann)",
		"+ participant " + a + ": key certificate bbbbbbbbbbbbbbbb… for participant",
		"+ participant " + b + ": name Beta",
		"+ participant " + b + ": standing active",
		"+ participant " + b + ": key certificate cccccccccccccccc… for participant",
		"~ wallet of " + a + " in CNY: credit line 5.00 → 7.00",
		"+ wallet of " + b + " in CNY opened",
		"~ corridor anyone to anyone in CNY: patience 60s → without end",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestReduce: a change made from a file that says everything is left with what is
// new, and suspends or resumes nobody.
func TestReduce(t *testing.T) {
	d := small(t)
	suspended := d.Participants[1]
	suspended.Standing = StandingSuspended
	d, err := d.Apply(Change{Participants: []Participant{suspended}})
	if err != nil {
		t.Fatal(err)
	}
	whole := Change{
		Self: d.Self, Participants: slices.Clone(d.Participants), Corridors: slices.Clone(d.Corridors), Calendars: slices.Clone(d.Calendars), Standing: slices.Clone(d.Standing),
		Accounts: []AccountChange{{Owner: suspended.BIC, Currency: d.Accounts[0].Currency, Role: settlement.RoleWallet, Line: 500}},
	}
	whole.Participants[1].Standing = StandingActive
	if left := d.Reduce(whole); !reflect.DeepEqual(left, Change{}) {
		t.Errorf("nothing is new and %+v is left", left)
	}
	whole.Participants[1].Name, whole.Accounts[0].Line, whole.Corridors[0].Patience = "Other", 501, 61
	whole.Calendars[0].Open = "09:00"
	left := d.Reduce(whole)
	if left.Checks != nil || left.Inquiries != nil {
		t.Errorf("rules that nobody wrote are left: %+v", left)
	}
	whole.Checks, whole.Inquiries = &Checks{Hourly: 7}, &Inquiries{Answer: 60}
	if left := d.Reduce(whole); left.Checks == nil || left.Inquiries == nil {
		t.Errorf("new rules for checks and inquiries are dropped: %+v", left)
	}
	if len(left.Participants) != 1 || left.Participants[0].Standing != StandingSuspended || len(left.Accounts) != 1 || len(left.Corridors) != 1 || len(left.Calendars) != 1 {
		t.Errorf("left is %+v", left)
	}
}
