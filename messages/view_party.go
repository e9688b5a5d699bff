package messages

import "iter"

// AgentView is a financial institution: BranchAndFinancialInstitutionIdentification.
type AgentView struct{ Node }

func (a AgentView) institution() Node {
	return first(a.Node, "FinInstnId/CmbndId", "FinInstnId/NmAndAdr", "FinInstnId")
}

// BICText is the institution's BIC as received.
func (a AgentView) BICText() string {
	return firstText(a.Node, "FinInstnId/BICFI", "FinInstnId/BIC", "FinInstnId/CmbndId/BIC")
}

// BIC is the institution's BIC; the error says why it is none.
func (a AgentView) BIC() (BIC, error) { return ParseBIC(a.BICText()) }

// LEIText is the institution's LEI as received.
func (a AgentView) LEIText() string { return a.At("FinInstnId/LEI").Text() }

// Name is the institution's name.
func (a AgentView) Name() string { return a.institution().Child("Nm").Text() }

// Address is the institution's postal address.
func (a AgentView) Address() AddressView { return AddressView{a.institution().Child("PstlAdr")} }

// ClearingSystem is the clearing system in which MemberID is a member.
func (a AgentView) ClearingSystem() string {
	return code(a.institution().At("ClrSysMmbId/ClrSysId"))
}

// MemberID identifies the institution within its clearing system.
func (a AgentView) MemberID() string {
	member := first(a.Node, "FinInstnId/ClrSysMmbId", "FinInstnId/CmbndId/ClrSysMmbId")
	return firstText(member, "MmbId", "Id", "Prtry")
}

// Other is another identification of the institution.
func (a AgentView) Other() string {
	return firstText(a.institution(), "Othr/Id", "PrtryId/Id")
}

// PartyView is a person or an organisation: PartyIdentification, also where it
// is offered beside an agent (Pty or Agt).
type PartyView struct{ Node }

func (p PartyView) party() Node { return firstOr(firstOr(p.Node, "Pty"), "OrgId") }

// firstOr is the child of that name, or the node itself.
func firstOr(n Node, name string) Node {
	if c := n.Child(name); c.Exists() {
		return c
	}
	return n
}

// Agent is the financial institution, where one stands in the party's place.
func (p PartyView) Agent() AgentView {
	if p.Child("FinInstnId").Exists() {
		return AgentView(p)
	}
	return AgentView{first(p.Node, "Agt", "FIId")}
}

// Name is the party's name.
func (p PartyView) Name() string {
	if name := p.party().Child("Nm").Text(); name != "" {
		return name
	}
	return p.Agent().Name()
}

// Address is the party's postal address.
func (p PartyView) Address() AddressView { return AddressView{p.party().Child("PstlAdr")} }

// BICText is an organisation's BIC as received. In camt.029.001.01 it is all
// that is said of a party.
func (p PartyView) BICText() string {
	if t := p.Type(); t != nil && t.Simple() {
		return p.Text()
	}
	organisation := p.party().At("Id/OrgId")
	if bic := firstText(organisation, "AnyBIC", "BICOrBEI", "BIC", "BEI"); bic != "" {
		return bic
	}
	return p.Agent().BICText()
}

// LEIText is an organisation's LEI as received.
func (p PartyView) LEIText() string {
	if lei := p.party().At("Id/OrgId/LEI").Text(); lei != "" {
		return lei
	}
	return p.Agent().LEIText()
}

// IsOrganisation tells whether an organisation's identification is given.
func (p PartyView) IsOrganisation() bool { return p.party().At("Id/OrgId").Exists() }

// IsPerson tells whether a person's identification is given.
func (p PartyView) IsPerson() bool { return p.party().At("Id/PrvtId").Exists() }

// Identifiers are the party's other identifications: registration, tax or
// customer numbers of an organisation, passport or identity card numbers of a
// person.
func (p PartyView) Identifiers() iter.Seq[IdentifierView] {
	return func(yield func(IdentifierView) bool) {
		for id := range p.party().Child("Id").Children() {
			for n := range id.Children() {
				switch n.Name() {
				case "AnyBIC", "BICOrBEI", "BIC", "BEI", "LEI", "DtAndPlcOfBirth", "Issr":
				default:
					if !yield(IdentifierView{n}) {
						return
					}
				}
			}
		}
	}
}

// BirthDateText is a person's date of birth as received.
func (p PartyView) BirthDateText() string { return p.birth().Child("BirthDt").Text() }

// BirthTown is where a person was born.
func (p PartyView) BirthTown() string { return p.birth().Child("CityOfBirth").Text() }

// BirthCountry is an ISO 3166 code.
func (p PartyView) BirthCountry() string { return p.birth().Child("CtryOfBirth").Text() }

// birth is in one of several PrvtId in first versions.
func (p PartyView) birth() Node {
	for person := range p.party().Child("Id").All("PrvtId") {
		if birth := person.Child("DtAndPlcOfBirth"); birth.Exists() {
			return birth
		}
	}
	return Node{}
}

// CountryOfResidence is an ISO 3166 code.
func (p PartyView) CountryOfResidence() string { return p.party().Child("CtryOfRes").Text() }

// IdentifierView is one identification of a party. In first versions its kind
// is the name of the element (such as PsptNb).
type IdentifierView struct{ Node }

// Value is the identification itself.
func (i IdentifierView) Value() string { return firstOr(i.Node, "Id").Text() }

// Scheme names what kind of identification it is, such as CCPT or TXID.
func (i IdentifierView) Scheme() string {
	return firstText(i.Node, "SchmeNm/Cd", "SchmeNm/Prtry", "IdTp")
}

// Issuer is who issued it.
func (i IdentifierView) Issuer() string { return i.Child("Issr").Text() }

// AddressView is a postal address.
type AddressView struct{ Node }

// Country is an ISO 3166 code.
func (a AddressView) Country() string { return a.Child("Ctry").Text() }

// Town is the name of the town.
func (a AddressView) Town() string { return a.Child("TwnNm").Text() }

// PostCode is the postal code.
func (a AddressView) PostCode() string { return a.Child("PstCd").Text() }

// Street is the name of the street.
func (a AddressView) Street() string { return a.Child("StrtNm").Text() }

// Building is the number of the building.
func (a AddressView) Building() string { return a.Child("BldgNb").Text() }

// Lines are the unstructured address lines.
func (a AddressView) Lines() iter.Seq[string] { return texts(a.Node, "AdrLine") }

// AccountView is a cash account, or only the part that identifies one.
type AccountView struct{ Node }

// IBANText is the account's IBAN as received.
func (a AccountView) IBANText() string { return firstText(a.Node, "Id/IBAN", "IBAN") }

// IBAN is the account's IBAN; the error says why it is none.
func (a AccountView) IBAN() (IBAN, error) { return ParseIBAN(a.IBANText()) }

// Other identifies the account otherwise than by IBAN.
func (a AccountView) Other() string {
	return firstText(a.Node, "Id/Othr/Id", "Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN", "Id/UPIC")
}

// Scheme names the scheme of Other.
func (a AccountView) Scheme() string {
	return code(first(a.Node, "Id/Othr/SchmeNm", "Othr/SchmeNm"))
}

// Identification is the IBAN, else what stands in its place.
func (a AccountView) Identification() string {
	if iban := a.IBANText(); iban != "" {
		return iban
	}
	return a.Other()
}

// CurrencyCode is the account's currency as received.
func (a AccountView) CurrencyCode() string { return a.Child("Ccy").Text() }

// Name is the account's name.
func (a AccountView) Name() string { return a.Child("Nm").Text() }

// Proxy is an alias of the account: its type (such as TELE) and value.
func (a AccountView) Proxy() (kind, alias string) {
	return code(a.At("Prxy/Tp")), a.At("Prxy/Id").Text()
}
