package people

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// tripLife is how long somebody may take at the provider.
const tripLife = 10 * time.Minute

// Trip is one way to a provider of OpenID Connect and back. What it holds is
// known to the browser's own cookie alone, and there it is sealed.
type Trip struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // of PKCE, RFC 7636
	Provider string    `json:"provider"`
	Back     string    `json:"back"` // where the provider sends the browser
	At       string    `json:"at"`   // the page that was asked for
	Until    time.Time `json:"until"`
}

// BeginTrip begins one, and gives it sealed for the cookie.
func (d *Desk) BeginTrip(t Trip) (_ Trip, sealed string, err error) {
	for _, field := range []*string{&t.State, &t.Nonce, &t.Verifier} {
		raw := make([]byte, 32)
		if _, err := io.ReadFull(d.Chance, raw); err != nil {
			return t, "", fmt.Errorf("begin a trip: %w", err)
		}
		*field = base64.RawURLEncoding.EncodeToString(raw)
	}
	t.Until = d.Now().Add(tripLife)
	text, err := json.Marshal(t)
	if err != nil {
		return t, "", err
	}
	sealed, err = d.Vault.Seal(text, tripName)
	return t, sealed, err
}

const tripName = "trip to a provider"

// EndTrip reads the cookie of whom the provider sends back. A state of another
// trip is somebody else's sign-in, put before this browser.
func (d *Desk) EndTrip(sealed, provider, state string) (Trip, error) {
	var t Trip
	text, err := d.Vault.Open(sealed, tripName)
	if err != nil || json.Unmarshal(text, &t) != nil {
		return t, ErrTrip
	}
	same := subtle.ConstantTimeCompare([]byte(t.State), []byte(state)) == 1
	if !same || t.Provider != provider || !d.Now().Before(t.Until) {
		return t, ErrTrip
	}
	return t, nil
}
