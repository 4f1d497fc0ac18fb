package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lingtan/fault"
	"lingtan/source"
)

// Device is a device with how it is doing.
type Device struct {
	source.Health
	Fault string `json:"fault,omitempty" doc:"为何断开或不可用 | why it is down or its file is not usable"`
}

// OfDevice names a device in the address.
type OfDevice struct {
	OfSite
	Device string `path:"device" maxLength:"64" doc:"设备编号,即其文件名 | id of the device: the name of its file"`
}

func (s *server) listDevices(ctx context.Context, in *struct {
	OfSite
	Paged
},
) (*Listed[Device], error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	var out []Device
	for _, h := range mine.Devices.Health() {
		d := Device{Health: h}
		if h.Fault != nil {
			d.Fault = fault.Tell(h.Fault, tagOf(ctx))
		}
		out = append(out, d)
	}
	return slice(out, in.Paged, func(d Device) string { return d.Device })
}

func (s *server) getDeviceFile(ctx context.Context, in *OfDevice) (*Raw, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	file, err := mine.Devices.File(in.Device)
	if err != nil {
		return nil, err
	}
	return &Raw{Status: 200, ContentType: "application/toml; charset=utf-8", Body: file, ContentDisposition: attachment(in.Device + ".toml")}, nil
}

// DeviceCard tells what a device's file says.
type DeviceCard struct {
	Device   string `json:"device"`
	Protocol string `json:"protocol"`
	Channels int    `json:"channels"`
	SHA256   string `json:"sha256"`
}

// putDevice checks a device's file and puts it to work; the file it replaces
// stays in the ledger.
func (s *server) putDevice(ctx context.Context, in *struct {
	OfDevice
	RawBody []byte
},
) (*struct{ Body DeviceCard }, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	if err := mine.Devices.Put(in.Device, in.RawBody); err != nil {
		return nil, err
	}
	return describeDevice(mine, in.Device, in.RawBody)
}

func (s *server) checkDevice(ctx context.Context, in *struct {
	OfDevice
	RawBody []byte
},
) (*struct{ Body DeviceCard }, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	return describeDevice(mine, in.Device, in.RawBody)
}

func describeDevice(mine *Mine, id string, file []byte) (*struct{ Body DeviceCard }, error) {
	d, err := mine.Devices.Check(id, file)
	if err != nil {
		return nil, err
	}
	return &struct{ Body DeviceCard }{DeviceCard{d.ID, d.Protocol, len(d.Channels), d.SHA256}}, nil
}

func (s *server) removeDevice(ctx context.Context, in *OfDevice) (*struct{}, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	return nil, mine.Devices.Remove(in.Device)
}

// Posted is what a device posts: its headers and its query are its protocol's.
type Posted struct {
	OfDevice
	RawBody []byte
	post    source.Post
}

// Resolve keeps what the protocol may ask of the request.
func (p *Posted) Resolve(c huma.Context) []error {
	p.post = source.Post{Header: c.Header, Query: c.Query}
	return nil
}

// postDevice hands a post to the protocol of the device. A 204 means that all
// of it survives a power cut.
func (s *server) postDevice(ctx context.Context, in *Posted) (*struct{}, error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	in.post.Body = in.RawBody
	return nil, mine.Devices.Receive(ctx, in.Device, in.post)
}

func (s *server) listUnmapped(ctx context.Context, in *struct {
	OfSite
	Paged
},
) (*Listed[source.Unmapped], error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	return slice(mine.Devices.Unmapped(), in.Paged, func(u source.Unmapped) string { return u.Device + "/" + u.Channel })
}

// day is how long a message that was not understood is kept.
const day = 24 * time.Hour

func (s *server) listRefused(ctx context.Context, in *struct {
	OfSite
	Device string `query:"device" maxLength:"64" doc:"只看一个设备 | of one device"`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
},
) (*Listed[source.Refusal], error) {
	mine, err := s.Mine(ctx, in.Site)
	if err != nil {
		return nil, err
	}
	rows, err := mine.Devices.Mine.Refused.List(s.Now().Add(-day), in.Device, in.Limit)
	if err != nil {
		return nil, err
	}
	return &Listed[source.Refusal]{Page[source.Refusal]{Items: append([]source.Refusal{}, rows...)}}, nil
}
