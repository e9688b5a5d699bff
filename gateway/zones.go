package gateway

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zones are known also where the system knows none

	"dragoman/routing"
)

// ZoneOffsets are when the clocks of a time zone change, as this machine knows them.
// They go into the log with the calendar that they are for: what the lane decides
// depends on nothing that only one machine knows.
func ZoneOffsets(zone string) ([]routing.Offset, error) {
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return nil, fmt.Errorf("%.40q is no time zone, such as Asia/Shanghai", zone)
	}
	return routing.OffsetsOf(location), nil
}

// readZones gives calendars that come without it what their clocks show.
func readZones(c *routing.Change) error {
	if c == nil {
		return nil
	}
	for i := range c.Calendars {
		calendar := &c.Calendars[i]
		if len(calendar.Offsets) > 0 {
			continue
		}
		var err error
		if calendar.Offsets, err = ZoneOffsets(calendar.Zone); err != nil {
			return fmt.Errorf("%w: calendar %s: %w", routing.ErrChange, calendar.Name, err)
		}
	}
	return nil
}
