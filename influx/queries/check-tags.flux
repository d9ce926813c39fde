// Data check: series of the last hour that lack one of the tags which every point must have, by measurement. It should have
// no row. The storage itself answers `not exists`, as long as it stands in the first filters.

from(bucket: "telemetry")
  |> range(start: -1h)
  |> filter(fn: (r) => r._measurement == "cpu" or r._measurement == "memory" or r._measurement == "interfaces" or r._measurement == "errors")
  |> filter(fn: (r) => not exists r.router_id or not exists r.organization or not exists r.vendor or not exists r.site)
  |> last()
  |> map(fn: (r) => ({_measurement: r._measurement, _field: r._field, _value: 1}))
  |> group(columns: ["_measurement", "_field"])
  |> count()
  |> yield(name: "series without a required tag")
