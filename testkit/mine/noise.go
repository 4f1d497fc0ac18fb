package mine

// noise is a hash of the seed and up to three numbers, so that any reading can
// be made without those before it.
func noise(seed uint64, a, b, c int) uint64 {
	x := seed + uint64(a)*0x9e3779b97f4a7c15 + uint64(b)*0xbf58476d1ce4e5b9 + uint64(c)*0x94d049bb133111eb
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// spread gives a number from −1 to 1, most often near 0: the difference of two
// even ones.
func spread(x uint64) float64 {
	const half = 1 << 32
	return (float64(x>>32) - float64(x&(half-1))) / half
}

// smooth walks between hashed levels, one a day: what changes slowly.
func smooth(seed uint64, id, day int, share float64) float64 {
	a, b := spread(noise(seed, id, day, 7)), spread(noise(seed, id, day+1, 7))
	return a + (b-a)*share
}
