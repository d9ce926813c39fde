// Mean CPU of one router over the last two hours, percent: what the CPU gate of an upgrade compares with max_cpu_percent.
// Replace the organization (its uuid), the router id and the bucket. No row means that nothing was sent, which is not 0.
// A router that moved to another site within the window has a series for each; sum and count, not two means, are put together.

samples = () => from(bucket: "telemetry")
  |> range(start: -2h)
  |> filter(fn: (r) => r._measurement == "cpu" and r._field == "usage_percent" and r.organization == "00000000-0000-4000-8000-000000000000" and r.router_id == "R1")

total = samples() |> sum() |> group(columns: ["router_id"]) |> sum()
number = samples() |> count() |> group(columns: ["router_id"]) |> sum()

join(tables: {total: total, number: number}, on: ["router_id"])
  |> map(fn: (r) => ({router_id: r.router_id, _value: r._value_total / float(v: r._value_number)}))
  |> yield(name: "cpu mean")
