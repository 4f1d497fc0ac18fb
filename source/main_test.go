package source

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

// sessionArg makes this test binary the process of a session, and victimArg a
// platform of one device that waits to be killed.
const (
	sessionArg = "session"
	victimArg  = "victim"
)

func sessionCall() []string { return []string{os.Args[0], sessionArg} }

func TestMain(m *testing.M) {
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	var err error
	switch os.Args[1] {
	case sessionArg:
		err = RunSession(context.Background(), os.Stdin, os.Stdout, time.Now)
	case victimArg:
		err = victim(os.Args[2])
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
