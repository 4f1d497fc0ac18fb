//go:build cgo

package series

import (
	"context"
	"database/sql/driver"
	"fmt"

	"lingtan/reading"
)

// Append stores a batch and its marks in one transaction.
func (d *Duck) Append(ctx context.Context, b reading.Batch) error {
	d.write.Lock()
	defer d.write.Unlock()
	err := d.transact(ctx, func(c conn) error {
		if len(b.Readings) > 0 {
			if err := c.fill("hot", len(b.Readings), d.hotRow(b.Readings)); err != nil {
				return err
			}
		}
		for _, m := range b.Marks {
			const query = "INSERT INTO mark VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET pos = excluded.pos, note = excluded.note"
			if err := c.exec(ctx, query, m.Key, m.Pos, m.Note); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("append %d readings: %w", len(b.Readings), err)
	}
	d.arrived += int64(len(b.Readings))
	d.latest.see(b.Readings...)
	return nil
}

func (d *Duck) hotRow(rs []reading.Reading) func(int, []driver.Value) {
	first := d.arrived + 1
	return func(i int, into []driver.Value) {
		r := &rs[i]
		into[0], into[1], into[2], into[3] = first+int64(i), int64(r.Series), r.T, r.Recv
		into[4], into[5], into[6], into[7] = r.V, uint8(r.Q), r.Seq, uint32(r.Why)
	}
}
