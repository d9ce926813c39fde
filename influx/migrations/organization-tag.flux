// Migration: points of ours without an organization get that of their router. InfluxDB cannot delete the series without the tag
// afterwards, so the target is a new bucket. The program puts its own values in place of the first five.

import "array"
import "dict"
import "strings"

source = "0000000000000001"
target = "0000000000000002"
start = 2026-01-01T00:00:00Z
stop = 2026-01-02T00:00:00Z
// A line for each router: its id, a tab, the organization's uuid.
inventory = "R1\t00000000-0000-4000-8000-000000000000"

pairs = array.map(arr: strings.split(v: inventory, t: "\n"), fn: (x) => {
    parts = strings.split(v: x, t: "\t")

    return {key: parts[0], value: parts[1]}
  })
organizations = dict.fromList(pairs: pairs)

from(bucketID: source)
  |> range(start: start, stop: stop)
  |> filter(fn: (r) => not exists r.organization and r._measurement =~ /^(?:cpu|memory|interfaces|errors|system|upgrade_progress|upgrade_validation)$/)
  |> map(fn: (r) => ({r with organization: dict.get(dict: organizations, key: if exists r.router_id then r.router_id else "", default: "")}))
  |> to(bucketID: target)
  |> count()
  |> group()
  |> sum()
  |> keep(columns: ["_value"])
