package api

import (
	"context"

	"lingtan/access"
)

// Me tells a reader who they are here.
type Me struct {
	Actor Person                     `json:"actor"`
	May   map[string][]access.Action `json:"may" doc:"可执行的操作,按矿点;* 为所有矿点,空为平台 | what they may do by mine; * is every mine, the empty name the platform"`
}

// Person is somebody as others see them.
type Person struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"`
	Email  string        `json:"email,omitempty"`
	Duties []access.Duty `json:"duties"`
}

func (*server) getMe(ctx context.Context, _ *Languaged) (*struct{ Body Me }, error) {
	a := actorOf(ctx)
	return &struct{ Body Me }{Me{
		Actor: Person{a.ID, a.Name, a.Email, append([]access.Duty{}, a.Duties...)},
		May:   mayOf(a),
	}}, nil
}

// mayOf lists what somebody may do, at the whole of a mine or at a unit of it.
func mayOf(a access.Actor) map[string][]access.Action {
	out := map[string][]access.Action{}
	for _, site := range append(a.Sites(), access.Platform) {
		for _, action := range access.Actions() {
			if access.MayWithin(a, action, site) == nil {
				out[site] = append(out[site], action)
			}
		}
	}
	return out
}
