package reading

import "time"

// ImportState is how far an import has come.
type ImportState string

// The states of an import.
const (
	ImportRunning ImportState = "running" // or was cut off: it may go on from Done
	ImportDone    ImportState = "done"
	ImportFailed  ImportState = "failed"
)

// Import is one run over one file, as it is put on record.
type Import struct {
	ID         string      `json:"id"`
	Site       string      `json:"site"`
	File       string      `json:"file"`
	SHA256     string      `json:"sha256"` // of the file
	Mapping    string      `json:"mapping" doc:"映射文件的 SHA-256 | SHA-256 of the mapping"`
	State      ImportState `json:"state" enum:"running,done,failed"`
	Done       int64       `json:"done" doc:"已落盘的行 | rows durable so far"`
	Total      int64       `json:"total"`
	Accepted   int64       `json:"accepted"`
	Repeated   int64       `json:"repeated"`
	Refused    int64       `json:"refused"`
	ErrorsFile string      `json:"errors_file,omitempty"`
	By         string      `json:"by"`
	StartedAt  time.Time   `json:"started_at"`
	UpdatedAt  time.Time   `json:"updated_at"`
}
