// Migration: how many points each series of ours will have, where several old series become one: points of the same time count once.
// `source` is migrated. `also` is counted with it as it is: give the bucket that points of `mem` are added to, else the source once more.
// The program puts its own values in place of the first six.

import "array"
import "dict"
import "strings"

source = "0000000000000001"
also = "0000000000000002"
start = 2026-01-01T00:00:00Z
stop = 2026-01-02T00:00:00Z
// Which measurements of the source are migrated, before they get their new names.
migrated = /^(?:mem)$/
// A line for each router: its id, a tab, the organization's uuid.
inventory = "R1\t00000000-0000-4000-8000-000000000000"

pairs = array.map(arr: strings.split(v: inventory, t: "\n"), fn: (x) => {
    parts = strings.split(v: x, t: "\t")

    return {key: parts[0], value: parts[1]}
  })
organizations = dict.fromList(pairs: pairs)

renamed = from(bucketID: source)
  |> range(start: start, stop: stop)
  |> filter(fn: (r) => r._measurement =~ migrated)
  |> map(
    fn: (r) =>
      ({r with
        _measurement: if r._measurement == "mem" then "memory" else r._measurement,
        organization:
          if exists r.organization then
            r.organization
          else
            dict.get(dict: organizations, key: if exists r.router_id then r.router_id else "", default: ""),
      }),
  )
there = from(bucketID: also)
  |> range(start: start, stop: stop)
  |> filter(fn: (r) => r._measurement == "memory" and exists r.organization)

union(tables: [renamed, there])
  |> group(columns: ["_time", "_value", "_start", "_stop"], mode: "except")
  |> unique(column: "_time")
  |> count()
