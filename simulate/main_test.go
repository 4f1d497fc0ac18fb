package simulate_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"lingtan/source"
)

// sessionArg makes this test binary the process of a device's session.
const sessionArg = "session"

// TestMain lets this test binary be the process of a device's session, too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == sessionArg {
		if err := source.RunSession(context.Background(), os.Stdin, os.Stdout, time.Now); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}
