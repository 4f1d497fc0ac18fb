//go:build race

package simulate_test

// slack is how much longer everything may take.
const slack = 6
