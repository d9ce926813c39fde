// CPU of a router by the hour: sum, count, least and greatest of each field. A mean is sum / count, also over several hours.
// Each run does the last six whole hours again, and the six of a day before, so that points which arrive late are in, also after an outage
// of a day; what is written again replaces itself.

import "date"
import "system"

stop = date.truncate(t: now(), unit: 1h)
dayBefore = date.sub(d: 1d, from: stop)
// An hour of which a part has expired would be too small.
oldest = date.sub(d: 7d, from: system.time())

write = (name, fn, stop) => from(bucket: "telemetry")
  |> range(start: date.sub(d: 6h, from: stop), stop: stop)
  |> filter(fn: (r) => r._measurement == "cpu")
  |> aggregateWindow(every: 1h, fn: fn, createEmpty: false, timeSrc: "_start")
  // A table for each field: with a table for each series, what follows takes twice the time.
  |> group(columns: ["_measurement", "_field"])
  |> filter(fn: (r) => r._time >= oldest)
  |> set(key: "_measurement", value: "cpu_hourly")
  |> map(fn: (r) => ({r with _field: r._field + "_" + name}))
  |> to(bucket: "telemetry_aggregated")

write(name: "sum", fn: sum, stop: stop)
write(name: "count", fn: count, stop: stop)
write(name: "min", fn: min, stop: stop)
write(name: "max", fn: max, stop: stop)
write(name: "sum", fn: sum, stop: dayBefore)
write(name: "count", fn: count, stop: dayBefore)
write(name: "min", fn: min, stop: dayBefore)
write(name: "max", fn: max, stop: dayBefore)
