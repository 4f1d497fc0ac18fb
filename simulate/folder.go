package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"lingtan/quantity"
	"lingtan/source"
)

func init() {
	register("mtt1201", part{faults: Kinds(), cast: castDropper})
}

// dropper is a safety or drainage system of the mine, which drops a text file
// with the live values of its sensors (CDSS) into a folder.
type dropper struct {
	unit   *unit
	folder string
	mine   string
	zone   *time.Location
	units  []string // by channel, as such systems write them
}

// dropperFile is what is read of the device's file.
type dropperFile struct {
	MTT1201 struct{ Folder, Mine string } `toml:"mtt1201"`
}

func castDropper(u *unit) (player, error) {
	var f dropperFile
	if err := u.describe(&f); err != nil {
		return nil, err
	}
	if f.MTT1201.Folder == "" {
		return nil, errors.New("the device's file names no folder")
	}
	d := &dropper{unit: u, folder: f.MTT1201.Folder, mine: f.MTT1201.Mine, zone: u.device.Zone}
	for i, w := range u.wires {
		code, ok := source.ParseMTT1201Point(w.channel)
		if !ok {
			return nil, fmt.Errorf("channel %q is no code of a point", w.channel)
		}
		d.mine = cmp.Or(d.mine, code.Mine)
		d.units = append(d.units, unitText(u.device.Channels[i].Unit))
	}
	return d, nil
}

// unitText writes a unit as systems do, which say nothing of a gas's state.
func unitText(u quantity.Unit) string {
	switch text := u.String(); text {
	case "m3@work:wet/min":
		return "m3/min"
	case "%:wet":
		return "%"
	case "kPa(g)":
		return "kPa"
	case "degC":
		return "℃"
	default:
		return text
	}
}

func (d *dropper) play(ctx context.Context) error {
	if err := os.MkdirAll(d.folder, 0o750); err != nil {
		return err
	}
	return d.unit.each(ctx, d.drop)
}

// drop writes the file of an instant; a flood is a file for each of the seconds
// before it as well.
func (d *dropper) drop(t time.Time) error {
	if d.unit.suffers(Flood) {
		for k := flood / 10; k > 0; k-- {
			if err := d.write(t.Add(-time.Duration(k) * time.Second)); err != nil {
				return err
			}
		}
	}
	return d.write(t)
}

func (d *dropper) write(t time.Time) error {
	at := d.unit.stamp(t).In(d.zone)
	f := source.MTT1201File{Mine: d.mine, Name: "青岭矿", Table: "CDSS", At: at}
	for i, v := range d.unit.show(t) {
		if v.none {
			continue
		}
		code, _ := source.ParseMTT1201Point(v.channel) // checked when the device was read
		f.Records = append(f.Records, []string{v.channel, code.Sensor, v.point, strconv.FormatFloat(v.value, 'f', -1, 64), d.units[i], "0", at.Format(time.DateTime)})
	}
	text := f.Bytes()
	switch {
	case d.unit.suffers(HalfFrame): // never ended by ||
		text = text[:len(text)/2]
	case d.unit.suffers(WrongCRC): // what a broken disk leaves
		text[len(text)/3] = 0
	default:
		return f.Drop(d.folder)
	}
	return os.WriteFile(filepath.Join(d.folder, f.FileName()), text, 0o600)
}
