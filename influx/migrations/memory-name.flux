// Migration: points of the measurement `mem`, as older collectors wrote it, become points of `memory`; those without an organization
// get that of their router. The program puts its own values in place of the first five.

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
  |> filter(fn: (r) => r._measurement == "mem")
  |> map(
    fn: (r) =>
      ({r with
        _measurement: "memory",
        organization:
          if exists r.organization then
            r.organization
          else
            dict.get(dict: organizations, key: if exists r.router_id then r.router_id else "", default: ""),
      }),
  )
  |> to(bucketID: target)
  |> count()
  |> group()
  |> sum()
  |> keep(columns: ["_value"])
