package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"strings"

	"lingtan/fault"
	"lingtan/lang"
	"lingtan/reading"
	"lingtan/site"
)

func init() {
	register("push", protocol{title: lang.T("HTTP 推送", "HTTP push"), read: readPush})
}

// pushDriver takes batches of readings that a gateway posts as JSON.
type pushDriver struct {
	posted
	points bool // of the site may be named without a channel each
}

// posted is a driver that waits to be posted to.
type posted struct{}

// Run implements [Driver]: there is nothing to connect to.
func (posted) Run(ctx context.Context, _ *Line) error {
	<-ctx.Done()
	return ctx.Err()
}

func readPush(_ *Device, _ *site.Reader, s *site.Section, _ []*site.Section) Driver {
	p := &pushDriver{}
	if s != nil {
		p.points = s.Flag("points")
	}
	return p
}

// Receive implements [Receiver]. A post is taken in whole or not at all, and
// one whose id was taken in before is answered as it was then.
func (p *pushDriver) Receive(ctx context.Context, l *Line, post Post) error {
	body, err := unpack(post, l.Device)
	if err != nil {
		l.Refuse(post.Body, err)
		return err
	}
	batch, err := decodePush(body, l.Device.Zone)
	if err == nil {
		err = p.address(l, batch)
	}
	if err != nil {
		l.Refuse(body, err)
		return err
	}
	if batch.ID == "" {
		return l.Deliver(ctx, batch.values)
	}
	mark := receipted(batch, body)
	again, err := known(ctx, l, mark)
	if again || err != nil {
		return err
	}
	return l.Deliver(ctx, batch.values, mark)
}

// pushSlots is how many events a device is remembered by. An event's id tells
// its slot, and a slot remembers its last event, so what is kept of a device is
// bounded and no post waits for another. A repeat that was forgotten is stored
// again and counts once, as every reading does.
const pushSlots = 256

// receipted is the mark that an event was taken in, with what it said.
func receipted(b *pushBatch, body []byte) reading.Mark {
	sum := sha256.Sum256(body)
	return reading.Mark{
		Key: fmt.Sprintf("push/%d", crc32.ChecksumIEEE([]byte(b.ID))%pushSlots),
		Pos: int64(len(b.values)), Note: hex.EncodeToString(sum[:16]) + " " + b.ID,
	}
}

// known tells whether an event was taken in before. Another content under the
// same id is no repeat but somebody's mistake.
func known(ctx context.Context, l *Line, m reading.Mark) (bool, error) {
	before, there, err := l.Mark(ctx, m.Key)
	if err != nil || !there {
		return false, err
	}
	sum, id, _ := strings.Cut(m.Note, " ")
	sumBefore, idBefore, _ := strings.Cut(before.Note, " ")
	if id != idBefore {
		return false, nil
	}
	if sum != sumBefore {
		return false, fault.Conflict.Say(lang.T("事件 %.80q 已提交过,内容不同", "event %.80q was posted before with another content"), id).
			Do(lang.T("每个事件用新的 id;更正读数用更大的 seq", "give every event an id of its own; correct a reading by a higher seq"))
	}
	return true, nil
}
