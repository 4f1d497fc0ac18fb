// Package notify tells people of alarms: it takes the messages that wait in the
// book to their channels, by webhook and by e-mail, until each has arrived or
// has been given up.
package notify

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"lingtan/alarm"
	"lingtan/fault"
	"lingtan/lang"
)

// The limits of telling.
const (
	page     = 1000             // messages looked at in one round
	lanes    = 8                // channels served at once
	patience = 30 * time.Second // for one channel in one round
	lifetime = 24 * time.Hour   // an alarm that could not be told for a day is news to nobody
	firstTry = 5 * time.Second  // back-off: 5 s, 10 s, 20 s …
	lastTry  = 30 * time.Minute // … and never longer
	round    = time.Second
)

// Queue is where messages wait; the store keeps it.
type Queue interface {
	DueMessages(ctx context.Context, now time.Time, limit int) ([]alarm.Message, error)
	PutMessages(ctx context.Context, list []alarm.Message) error
}

// Address is where a channel leads: what the mine's file says of it, with the
// secrets of the configuration.
type Address struct {
	Kind      string // "webhook" or "email"
	URL       string // of a webhook
	Secret    string // signs a webhook's messages; "" leaves them unsigned
	To        []string
	Lang      lang.Tag
	PerMinute int // messages told one by one; 0 is 10
	Mine      lang.Text
	Zone      *time.Location // of the instants told; nil is UTC
}

// Outbox takes messages to their channels. Its fields are set before use.
type Outbox struct {
	Queue   Queue
	Address func(ctx context.Context, site, channel string) (Address, error) // NotFound: the channel is gone
	Mail    SMTP
	Hook    Hook
	Now     func() time.Time
	Log     *slog.Logger

	mu    sync.Mutex
	paces map[string]*pace
	owed  map[string]alarm.Message // sent, and not yet marked: the queue could not be written
}

// Run delivers until the context ends.
func (o *Outbox) Run(ctx context.Context) error {
	tick := time.NewTicker(round)
	defer tick.Stop()
	for {
		if err := o.Deliver(ctx); err != nil && ctx.Err() == nil {
			o.Log.WarnContext(ctx, "alarm messages wait", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Deliver makes one round: what is due is sent, channel by channel. A channel
// that is slow or broken holds up no other.
func (o *Outbox) Deliver(ctx context.Context) error {
	if err := o.settle(ctx); err != nil {
		return err
	}
	due, err := o.Queue.DueMessages(ctx, o.Now(), page)
	if err != nil {
		return err
	}
	type lane struct{ site, channel string }
	sorted := map[lane][]alarm.Message{}
	for _, m := range due {
		key := lane{m.Alarm.Site, m.Channel}
		sorted[key] = append(sorted[key], m)
	}
	var wg sync.WaitGroup
	turn := make(chan struct{}, lanes)
	for key, list := range sorted {
		wg.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			o.serve(ctx, key.site, key.channel, list)
		})
	}
	wg.Wait()
	return nil
}

// serve tells one channel what waits for it, in order, until one fails.
func (o *Outbox) serve(ctx context.Context, site, channel string, list []alarm.Message) {
	to, err := o.Address(ctx, site, channel)
	if err != nil {
		o.fail(ctx, list, list, err, fault.KindOf(err) == fault.NotFound)
		return
	}
	p := o.pace(site + "/" + channel)
	for _, batch := range p.batches(o.Now(), to.PerMinute, list) {
		err := o.send(ctx, to, batch)
		note := ""
		if some, sent := errors.AsType[partly](err); sent {
			note = reason(some)
			o.Log.WarnContext(ctx, "alarm told to some only", "site", site, "channel", channel, "error", note)
		} else if err != nil {
			o.fail(ctx, batch, list, err, false)
			return
		}
		for i := range batch {
			batch[i].Sending = alarm.Sending{Tries: batch[i].Sending.Tries + 1, Done: o.Now(), Fault: note}
		}
		o.mark(ctx, batch)
		p.told++
		list = list[len(batch):]
	}
	if p.held = len(list) > 0; !p.held {
		return
	}
	for i := range list { // out of the way of other channels
		list[i].Sending.Next = p.since.Add(time.Minute)
	}
	o.mark(ctx, list)
}

// send takes one message, or a digest of several, to an address.
func (o *Outbox) send(ctx context.Context, to Address, batch []alarm.Message) error {
	switch to.Kind {
	case "webhook":
		return o.Hook.post(ctx, to, batch, o.Now())
	case "email":
		return o.Mail.send(ctx, to, batch, o.Now())
	}
	return fault.Internal.Errorf("a channel of kind %q", to.Kind)
}

// fail puts off what was tried, and all that waits behind it.
func (o *Outbox) fail(ctx context.Context, tried, waiting []alarm.Message, err error, gone bool) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return // the program stops: it is no fault of the channel
	}
	now := o.Now()
	first := &tried[0]
	next := now.Add(backOff(first.Sending.Tries))
	for i := range waiting {
		w := &waiting[i].Sending
		w.Next, w.Fault = next, reason(err)
		if i < len(tried) {
			w.Tries++
		}
		if gone || now.Sub(waiting[i].At) >= lifetime {
			w.Lost, w.Done = true, now
		}
	}
	o.Log.WarnContext(ctx, "alarm not told", "site", first.Alarm.Site, "channel", first.Channel, "waiting", len(waiting),
		"tries", waiting[0].Sending.Tries, "error", reason(err))
	o.mark(ctx, waiting)
}

func backOff(tries int) time.Duration {
	wait := firstTry
	for range tries {
		if wait *= 2; wait >= lastTry {
			return lastTry
		}
	}
	return wait
}

// mark writes down what became of messages. What can not be written is kept
// and not sent again by this program.
func (o *Outbox) mark(ctx context.Context, list []alarm.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	ctx = context.WithoutCancel(ctx) // what was sent was sent, also at the program's end
	if err := o.Queue.PutMessages(ctx, list); err != nil {
		if o.owed == nil {
			o.owed = map[string]alarm.Message{}
		}
		for _, m := range list {
			o.owed[m.ID] = m
		}
		o.Log.ErrorContext(ctx, "alarm messages sent and not marked", "messages", len(list), "error", err.Error())
	}
}

// settle writes what could not be written before; until then nothing is sent,
// for it would be sent each second anew.
func (o *Outbox) settle(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.owed) == 0 {
		return nil
	}
	list := make([]alarm.Message, 0, len(o.owed))
	for _, m := range o.owed {
		list = append(list, m)
	}
	if err := o.Queue.PutMessages(ctx, list); err != nil {
		return err
	}
	o.owed = nil
	return nil
}

func (o *Outbox) pace(lane string) *pace {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.paces == nil {
		o.paces = map[string]*pace{}
	}
	if o.paces[lane] == nil {
		o.paces[lane] = &pace{}
	}
	return o.paces[lane]
}
