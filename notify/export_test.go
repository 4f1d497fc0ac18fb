package notify

import "lingtan/alarm"

// Told gives a message's text to tests.
func Told(to Address, m alarm.Message) string { return textOf(to, []alarm.Message{m}).body }
