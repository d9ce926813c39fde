// Interfaces of a router by the day, in UTC: sum, count, least and greatest of each field. A mean is sum / count, also over several days.
// Each run does the last three whole days again, so that points which arrive late are in; what is written again replaces itself.
// The counters in_bytes and out_bytes are left out: they wrap, and the rates say what went through.

import "date"
import "system"

stop = date.truncate(t: now(), unit: 1d)
start = date.sub(d: 3d, from: stop)
// A day of which a part has expired would be too small.
oldest = date.sub(d: 7d, from: system.time())

write = (name, fn) => from(bucket: "telemetry")
  |> range(start: start, stop: stop)
  |> filter(fn: (r) => r._measurement == "interfaces" and r._field != "in_bytes" and r._field != "out_bytes")
  |> aggregateWindow(every: 1d, fn: fn, createEmpty: false, timeSrc: "_start")
  |> filter(fn: (r) => r._time >= oldest)
  |> set(key: "_measurement", value: "interfaces_daily")
  |> map(fn: (r) => ({r with _field: r._field + "_" + name}))
  |> to(bucket: "telemetry_aggregated")

write(name: "sum", fn: sum)
write(name: "count", fn: count)
write(name: "min", fn: min)
write(name: "max", fn: max)
