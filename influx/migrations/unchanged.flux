// Migration: everything that neither memory-name.flux nor organization-tag.flux is about goes into the new bucket as it is.
// The program puts its own values in place of the first four.

source = "0000000000000001"
target = "0000000000000002"
start = 2026-01-01T00:00:00Z
stop = 2026-01-02T00:00:00Z

from(bucketID: source)
  |> range(start: start, stop: stop)
  |> filter(fn: (r) => r._measurement != "mem" and (exists r.organization or r._measurement !~ /^(?:cpu|memory|interfaces|errors|system|upgrade_progress|upgrade_validation)$/))
  |> to(bucketID: target)
  |> count()
  |> group()
  |> sum()
  |> keep(columns: ["_value"])
