package evidence

// Everything that a stranger's file may ask of us has a limit here.
const (
	// MaxSize is the largest file: a scan of 100 pages at 300 dpi is 30 MB.
	MaxSize = 50 << 20
	// DefaultQuota is what a mine may keep unless the settings say otherwise: ten
	// years of 100 files of 4 MB a month.
	DefaultQuota = 50 << 30

	maxName    = 160       // bytes of a file's name
	maxEntries = 4_096     // of a packed file; a workbook of 200 sheets has 800
	maxUnpacks = 256 << 20 // bytes that a packed file may grow to
	// maxRatio is how much smaller packing may have made one entry. DEFLATE can do
	// 1032:1, a sheet of equal cells reaches 100:1.
	maxRatio    = 250
	ratioFrom   = 1 << 20   // bytes below which a ratio says nothing
	maxPixels   = 200 << 20 // of an image: what a reader has to hold is four bytes each
	maxPacked   = 32 << 20  // bytes unpacked of a PDF's object streams
	maxRelation = 4 << 20   // bytes of one file of relations in a workbook
)
