package store

// endSessionsOf ends what somebody has open, but for one session.
const endSessionsOf = `UPDATE sessions SET ended_ms = $2 WHERE actor = $1 AND ended_ms = 0 AND id <> $3`
