package codes

// The constants below are the codes that a gateway itself writes, with the
// occasion; the published meaning is what Meaning returns. Codes that it only
// passes on need no constant.

// Statuses of one payment, in pacs.002 TxInfAndSts/TxSts. CANC is published for
// APIs only: on the wire a cancelled payment is RJCT, beside a camt.029.
const (
	PaymentTransactionStatusRCVD PaymentTransactionStatus = "RCVD" // received and durable
	PaymentTransactionStatusACTC PaymentTransactionStatus = "ACTC" // schema and profile are met
	PaymentTransactionStatusACCP PaymentTransactionStatus = "ACCP" // and the business checks
	PaymentTransactionStatusACSP PaymentTransactionStatus = "ACSP" // accepted, settlement in process
	PaymentTransactionStatusACSC PaymentTransactionStatus = "ACSC" // settled: final
	PaymentTransactionStatusACCC PaymentTransactionStatus = "ACCC" // credited to the creditor
	PaymentTransactionStatusACWP PaymentTransactionStatus = "ACWP" // the creditor agent has it, not posted yet
	PaymentTransactionStatusBLCK PaymentTransactionStatus = "BLCK" // was ACWP, now neither posted nor returned
	PaymentTransactionStatusPDNG PaymentTransactionStatus = "PDNG" // waiting for liquidity, or held
	PaymentTransactionStatusRJCT PaymentTransactionStatus = "RJCT" // refused; only before ACSC
)

// Statuses of a whole document, in pacs.002 GrpSts. ACWP, BLCK and CANC are not
// in this set.
const (
	PaymentGroupStatusRCVD PaymentGroupStatus = "RCVD" // received and durable
	PaymentGroupStatusACTC PaymentGroupStatus = "ACTC" // schema and profile are met, for all
	PaymentGroupStatusACCP PaymentGroupStatus = "ACCP" // and the business checks, for all
	PaymentGroupStatusACSP PaymentGroupStatus = "ACSP" // all accepted, settlement in process
	PaymentGroupStatusACSC PaymentGroupStatus = "ACSC" // all settled
	PaymentGroupStatusACCC PaymentGroupStatus = "ACCC" // all credited to their creditors
	PaymentGroupStatusPART PaymentGroupStatus = "PART" // each transaction has its own status
	PaymentGroupStatusPDNG PaymentGroupStatus = "PDNG" // all wait or are held
	PaymentGroupStatusRJCT PaymentGroupStatus = "RJCT" // all refused
)

// Reasons for a status, in pacs.002 StsRsnInf/Rsn/Cd: message and content.
const (
	StatusReasonFF01 StatusReason = "FF01" // format: a schema rule is broken
	StatusReasonCH16 StatusReason = "CH16" // content is wrong by the profile or the code set
	StatusReasonCH17 StatusReason = "CH17" // the profile does not allow the element
	StatusReasonCH20 StatusReason = "CH20" // more decimals than the currency has
	StatusReasonCH21 StatusReason = "CH21" // the profile wants an element that is missing
	StatusReasonAM09 StatusReason = "AM09" // returns above the original amount
	StatusReasonAM10 StatusReason = "AM10" // control sum does not match
	StatusReasonAM18 StatusReason = "AM18" // number of transactions does not match
	StatusReasonBE04 StatusReason = "BE04" // creditor's address not structured as wanted
	StatusReasonBE07 StatusReason = "BE07" // debtor's address not structured as wanted
	StatusReasonDT02 StatusReason = "DT02" // created longer ago than duplicates are remembered
	StatusReasonDUPL StatusReason = "DUPL" // same identity, other content; second full return
	StatusReasonAM05 StatusReason = "AM05" // as DUPL, where the scheme asks for it
	StatusReasonNARR StatusReason = "NARR" // reason given as text, or not given (compliance)
)

// Reasons for a status: who may send, receive and route.
const (
	StatusReasonAC01 StatusReason = "AC01" // account number invalid or missing
	StatusReasonAC09 StatusReason = "AC09" // receiver cannot take this currency
	StatusReasonAG03 StatusReason = "AG03" // receiver cannot take this message type
	StatusReasonAG09 StatusReason = "AG09" // status request for a payment never received
	StatusReasonAG10 StatusReason = "AG10" // sender is suspended
	StatusReasonAG11 StatusReason = "AG11" // receiver is suspended
	StatusReasonCNOR StatusReason = "CNOR" // receiver bank unknown, or no route
	StatusReasonDNOR StatusReason = "DNOR" // sender bank unknown
	StatusReasonDS0H StatusReason = "DS0H" // certificate is not the header's From
	StatusReasonRC01 StatusReason = "RC01" // not the form of a BIC
	StatusReasonRC03 StatusReason = "RC03" // debtor agent's identifier invalid or missing
	StatusReasonRC04 StatusReason = "RC04" // creditor agent's identifier invalid or missing
	StatusReasonRC15 StatusReason = "RC15" // no settlement agreement between the two
)

// Reasons for a status: money, time and failure.
const (
	StatusReasonAM04 StatusReason = "AM04" // balance too small, and the service does not queue
	StatusReasonAM13 StatusReason = "AM13" // above the system's limit
	StatusReasonAM14 StatusReason = "AM14" // above the participant's own limit
	StatusReasonAM23 StatusReason = "AM23" // above the settlement limit
	StatusReasonTM01 StatusReason = "TM01" // after the cut-off
	StatusReasonAB05 StatusReason = "AB05" // creditor agent did not answer in time
	StatusReasonDC02 StatusReason = "DC02" // the cover did not arrive
	StatusReasonG004 StatusReason = "G004" // waits for the cover (with PDNG or ACSP)
	StatusReasonFF10 StatusReason = "FF10" // quarantined: a technical fault on our side
)

// Reasons for a pacs.004 that the gateway writes of its own accord.
const (
	ReturnReasonDC04 ReturnReason = "DC04" // cover returned: its customer payment did not arrive
)

// Results of a recall, in camt.029 Sts/Conf: an external code from version .08 on,
// an enumeration of the schema before. The status of the transaction beside it
// (ACCR, RJCR, PDCR) is an enumeration in every version.
const (
	InvestigationExecutionConfirmationCNCL InvestigationExecutionConfirmation = "CNCL" // cancelled
	InvestigationExecutionConfirmationRJCR InvestigationExecutionConfirmation = "RJCR" // refused, with a reason
	InvestigationExecutionConfirmationPDCR InvestigationExecutionConfirmation = "PDCR" // forwarded, or pending
	InvestigationExecutionConfirmationFTNA InvestigationExecutionConfirmation = "FTNA" // forwarded, where there is no Case
)

// Reasons for refusing a recall, in camt.029 CxlStsRsnInf/Rsn/Cd (from .08 on).
const (
	PaymentCancellationRejectionARDT PaymentCancellationRejection = "ARDT" // already returned; not a status reason
	PaymentCancellationRejectionNOOR PaymentCancellationRejection = "NOOR" // original never received
	PaymentCancellationRejectionNARR PaymentCancellationRejection = "NARR" // reason given as text
)

// Statuses of a liquidity request, in camt.025 RctDtls/ReqHdlg/Sts/Cd (from .08 on).
const (
	RequestStatusRCVD RequestStatus = "RCVD" // received
	RequestStatusPDNG RequestStatus = "PDNG" // waits for the issuer or the account servicer
	RequestStatusACPT RequestStatus = "ACPT" // done
	RequestStatusRJCT RequestStatus = "RJCT" // refused
)

// Errors in answers to queries (camt.004, 006, 010, 019 …).
const (
	SystemErrorHandlingX020 SystemErrorHandling = "X020" // not yet available
	SystemErrorHandlingX030 SystemErrorHandling = "X030" // the answer would be too large
	SystemErrorHandlingX050 SystemErrorHandling = "X050" // not found
)

// Statuses of an entry in camt.052, 053 and 054.
const (
	EntryStatusBOOK EntryStatus = "BOOK" // posted
	EntryStatusPDNG EntryStatus = "PDNG" // reserved, not posted
)

// Balances in camt.052 and 053.
const (
	BalanceTypeOPBD BalanceType = "OPBD" // posted, at the opening
	BalanceTypeITBD BalanceType = "ITBD" // posted, within the day
	BalanceTypeCLBD BalanceType = "CLBD" // posted, at the close
	BalanceTypeITAV BalanceType = "ITAV" // available, within the day
	BalanceTypeCLAV BalanceType = "CLAV" // available, at the close
)

// Phases of the business day in camt.019.
const (
	SystemEventTypeSTDY SystemEventType = "STDY" // opening
	SystemEventTypeCUSC SystemEventType = "CUSC" // cut-off for customer payments
	SystemEventTypeIBKC SystemEventType = "IBKC" // cut-off for payments between banks
	SystemEventTypeSYSC SystemEventType = "SYSC" // close
)

// Status of an investigation, in camt.111.
const (
	InvestigationStatusPDNG InvestigationStatus = "PDNG" // open
	InvestigationStatusCLSD InvestigationStatus = "CLSD" // closed
	InvestigationStatusRJCT InvestigationStatus = "RJCT" // refused
)

// Reasons in acmt.024 that the gateway gives itself, when the responsible bank
// cannot be asked.
const (
	VerificationReasonNORR VerificationReason = "NORR" // no answer in time
	VerificationReasonRC04 VerificationReason = "RC04" // responsible bank unknown
)
