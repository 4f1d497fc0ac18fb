package ledger

import "context"

// Console is the address of what is done at the machine itself, by the command
// line.
const Console = "console"

type addressKey struct{}

// From says where what is done in a context comes from: a caller's IP address,
// or Console. What the program does by itself has none.
func From(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// AddressOf gives what From said.
func AddressOf(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	return address
}
