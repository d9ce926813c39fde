// Least free memory of one router over the last two hours, percent: what the memory gate of an upgrade compares with
// min_free_mem_percent. Replace the organization (its uuid), the router id and the bucket. No row means that nothing was sent.

from(bucket: "telemetry")
  |> range(start: -2h)
  |> filter(fn: (r) => r._measurement == "memory" and r._field == "free_percent" and r.organization == "00000000-0000-4000-8000-000000000000" and r.router_id == "R1")
  |> min()
  |> group(columns: ["router_id"])
  |> min()
  |> keep(columns: ["router_id", "_time", "_value"])
  |> yield(name: "memory minimum")
