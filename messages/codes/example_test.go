package codes_test

import (
	"fmt"

	"dragoman/messages/codes"
)

func Example() {
	reason := codes.StatusReason("AB05") // as read from a message
	fmt.Println(reason, reason.Known())
	fmt.Println(reason.Meaning())
	fmt.Println(codes.StatusReason("ab05").Known())
	// Output:
	// AB05 true
	// Transaction stopped due to timeout at the Creditor Agent.
	// false
}

// A validator knows the XSD type of an element, not its Go type.
func ExampleForType() {
	set, ok := codes.ForType("ExternalServiceLevel1Code")
	fmt.Println(set, ok, set.Known("G001"), set.Known("G999"))

	_, ok = codes.ForType("ExternalMandateSetupReason1Code")
	fmt.Println(ok) // no published set in this edition: nothing to check against
	// Output:
	// ExternalServiceLevel1Code true true false
	// false
}

func ExampleSet_Lookup() {
	meaning, known := codes.StatusReasonFF10.Set().Lookup("FF10")
	fmt.Println(known, meaning)
	// Output:
	// true File or transaction cannot be processed due to technical issues at the bank side
}

func ExampleSet_Codes() {
	for code, meaning := range codes.SystemErrorHandlingX050.Set().Codes() {
		fmt.Println(code, meaning)
	}
	// Output:
	// X020 Specifies the error code when the data requested are not yet available.
	// X030 Specifies the error code when the data requested generates a message size that exceed the processing capacity.
	// X050 Specifies the error code when the data requested have not been found.
}
