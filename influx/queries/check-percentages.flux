// Data check: percentages outside 0 to 100 in the last hour, counted by measurement, field and router. It should have no row.

from(bucket: "telemetry")
  |> range(start: -1h)
  |> filter(fn: (r) => (r._measurement == "cpu" and r._field == "usage_percent") or (r._measurement == "memory" and r._field == "free_percent"))
  |> filter(fn: (r) => r._value < 0.0 or r._value > 100.0)
  |> group(columns: ["_measurement", "_field", "organization", "router_id"])
  |> count()
  |> filter(fn: (r) => r._value > 0)
  |> yield(name: "percentages outside 0 to 100")
