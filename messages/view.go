package messages

import "iter"

// Views give a message's fields by their meaning, whatever its version. A view
// is a [Node] under another type: it copies nothing, reads its fields when they
// are asked for, and an absent one answers with nothing. What a view has no
// method for is reached through its Node.
//
// Fields that need care come in three steps: the node, its text as received,
// and the value that was checked (Money, BIC, UETR, …). The schema already
// guarantees the form of a text; the checks behind it (check digits, currency
// exponents) belong to the profiles, so the values are parsed where they are
// used and can be refused there.

// first is the first of the paths that leads to an element; names differ
// between versions of a message.
func first(n Node, paths ...string) Node {
	for _, path := range paths {
		if found := n.At(path); found.Exists() {
			return found
		}
	}
	return Node{}
}

// firstText is the text of the first path that leads to an element.
func firstText(n Node, paths ...string) string { return first(n, paths...).Text() }

// views yields the children of those names as views.
func views[V any](n Node, as func(Node) V, names ...string) iter.Seq[V] {
	return func(yield func(V) bool) {
		for c := range n.Children() {
			for _, name := range names {
				if c.Name() == name && !yield(as(c)) {
					return
				}
			}
		}
	}
}

// texts yields the values of the children of that name.
func texts(n Node, name string) iter.Seq[string] {
	return views(n, Node.Text, name)
}

// body is the message inside the Document, of one of the kinds.
func body(m *Message, kinds ...string) (Node, bool) {
	id := m.document.ID
	for _, kind := range kinds {
		if KindOf(id) == kind && m.document.Root.Exists() {
			for n := range m.document.Root.Children() {
				return n, true
			}
		}
	}
	return Node{}, false
}

// code is the value of a choice between a code and a proprietary text.
func code(n Node) string {
	if text := firstText(n, "Cd", "Prtry", "Prtry/Id"); text != "" {
		return text
	}
	return n.Text()
}

// AmountView is an amount with its currency.
type AmountView struct{ Node }

// CurrencyCode is the currency as received.
func (a AmountView) CurrencyCode() string { return a.Attr("Ccy") }

// Money is the amount in minor units; the error says why it is none (an
// unknown currency, more digits than the currency has).
func (a AmountView) Money() (Money, error) {
	ccy, err := ParseCurrency(a.CurrencyCode())
	if err != nil {
		return Money{}, err
	}
	return ParseMoney(a.Text(), ccy)
}

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

func (p PartyView) party() Node { return firstOr(p.Node, "Pty") }

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

// BICText is an organisation's BIC as received.
func (p PartyView) BICText() string {
	organisation := first(p.party(), "Id/OrgId", "OrgId/Id/OrgId", "OrgId")
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

// CountryOfResidence is an ISO 3166 code.
func (p PartyView) CountryOfResidence() string { return p.party().Child("CtryOfRes").Text() }

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

// AccountView is a cash account.
type AccountView struct{ Node }

// IBANText is the account's IBAN as received.
func (a AccountView) IBANText() string { return a.At("Id/IBAN").Text() }

// IBAN is the account's IBAN; the error says why it is none.
func (a AccountView) IBAN() (IBAN, error) { return ParseIBAN(a.IBANText()) }

// Other identifies the account otherwise than by IBAN.
func (a AccountView) Other() string {
	return firstText(a.Node, "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN", "Id/UPIC")
}

// Scheme names the scheme of Other.
func (a AccountView) Scheme() string { return code(a.At("Id/Othr/SchmeNm")) }

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

// PaymentIDView holds the references of one payment.
type PaymentIDView struct{ Node }

// InstructionID is the instructing party's reference, for this leg only.
func (p PaymentIDView) InstructionID() string { return p.Child("InstrId").Text() }

// EndToEndID is the initiating party's reference, unchanged along the chain.
func (p PaymentIDView) EndToEndID() string { return p.Child("EndToEndId").Text() }

// TransactionID is the first instructing agent's reference, unchanged along
// the interbank chain.
func (p PaymentIDView) TransactionID() string { return p.Child("TxId").Text() }

// UETRText is the unique end-to-end transaction reference as received.
func (p PaymentIDView) UETRText() string { return p.Child("UETR").Text() }

// UETR is the unique end-to-end transaction reference; the error says why it
// is none.
func (p PaymentIDView) UETR() (UETR, error) { return ParseUETR(p.UETRText()) }

// ClearingSystemRef is the clearing system's reference.
func (p PaymentIDView) ClearingSystemRef() string { return p.Child("ClrSysRef").Text() }

// ReasonView is why something has its status: StatusReasonInformation and its
// like for returns, cancellations and reversals.
type ReasonView struct{ Node }

// Code is the ISO external reason code; empty for a proprietary reason.
func (r ReasonView) Code() string {
	return firstText(r.Node, "Rsn/Cd", "StsRsn/Cd", "RtrRsn/Cd", "RvslRsn/Cd", "CxlRsn/Cd")
}

// Proprietary is a reason outside the external code sets.
func (r ReasonView) Proprietary() string {
	return firstText(r.Node, "Rsn/Prtry", "StsRsn/Prtry", "RtrRsn/Prtry", "RvslRsn/Prtry", "CxlRsn/Prtry")
}

// Originator is who gave the reason.
func (r ReasonView) Originator() PartyView {
	return PartyView{first(r.Node, "Orgtr", "StsOrgtr", "RtrOrgtr", "RvslOrgtr", "CxlOrgtr")}
}

// Text is further information, line by line.
func (r ReasonView) Text() iter.Seq[string] {
	return views(r.Node, Node.Text, "AddtlInf", "AddtlStsRsnInf", "AddtlRtrRsnInf", "AddtlRvslRsnInf", "AddtlCxlRsnInf")
}

// ChargeView is one charge taken along the chain.
type ChargeView struct{ Node }

// Amount is the charge.
func (c ChargeView) Amount() AmountView { return AmountView{first(c.Node, "Amt", "ChrgsAmt")} }

// Agent is who took the charge.
func (c ChargeView) Agent() AgentView { return AgentView{first(c.Node, "Agt", "ChrgsPty", "Pty")} }

// RemittanceView is what the payment is for.
type RemittanceView struct{ Node }

// Unstructured is free text, line by line.
func (r RemittanceView) Unstructured() iter.Seq[string] { return texts(r.Node, "Ustrd") }

// Structured are the structured parts.
func (r RemittanceView) Structured() iter.Seq[Node] { return r.All("Strd") }

// OriginalGroupView names an earlier message: OriginalGroupInformation.
type OriginalGroupView struct{ Node }

// MessageID is the identifier of the earlier message.
func (o OriginalGroupView) MessageID() string { return o.Child("OrgnlMsgId").Text() }

// MessageName is the message identifier of its type, such as pacs.008.001.08.
func (o OriginalGroupView) MessageName() string { return o.Child("OrgnlMsgNmId").Text() }

// CreatedText is when it was created, as received.
func (o OriginalGroupView) CreatedText() string { return o.Child("OrgnlCreDtTm").Text() }

// originalTransaction is what all messages about an earlier payment name.
type originalTransaction struct{ Node }

// OriginalGroup is the message that carried the payment, where it is named
// with the transaction.
func (o originalTransaction) OriginalGroup() OriginalGroupView {
	return OriginalGroupView{o.Child("OrgnlGrpInf")}
}

// OriginalInstructionID, OriginalEndToEndID, OriginalTransactionID and
// OriginalUETRText are the payment's references.
func (o originalTransaction) OriginalInstructionID() string { return o.Child("OrgnlInstrId").Text() }

// OriginalEndToEndID is the initiating party's reference of the payment.
func (o originalTransaction) OriginalEndToEndID() string { return o.Child("OrgnlEndToEndId").Text() }

// OriginalTransactionID is the first instructing agent's reference of the payment.
func (o originalTransaction) OriginalTransactionID() string { return o.Child("OrgnlTxId").Text() }

// OriginalUETRText is the payment's UETR as received.
func (o originalTransaction) OriginalUETRText() string { return o.Child("OrgnlUETR").Text() }

// OriginalReference holds key elements of the payment.
func (o originalTransaction) OriginalReference() Node { return o.Child("OrgnlTxRef") }

// InstructingAgent and InstructedAgent bound the leg on which the message travels.
func (o originalTransaction) InstructingAgent() AgentView { return AgentView{o.Child("InstgAgt")} }

// InstructedAgent is who receives the message.
func (o originalTransaction) InstructedAgent() AgentView { return AgentView{o.Child("InstdAgt")} }
