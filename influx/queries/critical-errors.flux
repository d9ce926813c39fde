// Critical errors of one router over the last two hours: what the error gate of an upgrade compares with max_critical_errors.
// Replace the organization (its uuid), the router id and the bucket. Only error_count is added up: without the filter on the
// field, a sum would add every numeric field, and without the group it would be one sum a series. No row means that no
// count was sent; whether that is 0 depends on whether the router sent anything else.

from(bucket: "telemetry")
  |> range(start: -2h)
  |> filter(fn: (r) => r._measurement == "errors" and r._field == "error_count" and r.severity == "critical" and r.organization == "00000000-0000-4000-8000-000000000000" and r.router_id == "R1")
  |> sum()
  |> group(columns: ["router_id"])
  |> sum()
  |> keep(columns: ["router_id", "_value"])
  |> yield(name: "critical errors")
