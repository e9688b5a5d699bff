package main

import (
	"os"
	"testing"
)

// asProgram makes the test binary be the program: tests start it as a process of
// its own, and with the race detector or coverage switched on it has them too.
const asProgram = "DRAGOMAN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main() // exits
	}
	if err := os.Setenv(asProgram, "1"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
