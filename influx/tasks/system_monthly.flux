// Sensors of a router's components by the calendar month, in UTC, put together from the days: sums of sums and counts, least of least, greatest of
// greatest. A mean is sum / count. Each run does the last two whole months again; what is written again replaces itself.

import "date"
import "system"

stop = date.truncate(t: now(), unit: 1mo)
start = date.sub(d: 2mo, from: stop)
// A month of which a part has expired would be too small.
oldest = date.sub(d: 90d, from: system.time())

write = (names, fn) => from(bucket: "telemetry_aggregated")
  |> range(start: start, stop: stop)
  |> filter(fn: (r) => r._measurement == "system_daily" and r._field =~ names)
  |> aggregateWindow(every: 1mo, fn: fn, createEmpty: false, timeSrc: "_start")
  |> filter(fn: (r) => r._time >= oldest)
  |> set(key: "_measurement", value: "system_monthly")
  |> to(bucket: "telemetry_historical")

write(names: /_(sum|count)$/, fn: sum)
write(names: /_min$/, fn: min)
write(names: /_max$/, fn: max)
