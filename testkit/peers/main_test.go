package peers

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"lingtan/source"
)

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
