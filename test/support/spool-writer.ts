import { openInfluxStore } from '../../source/telemetry/influx/influx-store.ts';
import { numbered, settingsFor } from './written-points.ts';

/**
 * A process that writes numbered points for as long as it lives, and says `accepted N` for each write that has resolved. Arguments: the
 * server, the folder of the spool, the first number, how many in all.
 */
const [url = '', directory = '', first = '1', total = '0'] = process.argv.slice(2);
const store = openInfluxStore(
  { ...settingsFor(url, 50), flushIntervalMs: 5 },
  {
    spool: { directory, maxBytes: 64 * 1024 * 1024 },
    retryDelayMs: [5, 50],
    log: { info: () => undefined, warn: (_, message) => process.stdout.write(`warning ${message}\n`) },
  },
);
const last = Number(first) + Number(total) - 1;
let size = 1;
for (let at = Number(first); at <= last; at += size) {
  size = Math.min(1 + ((at * 7) % 40), last - at + 1);
  await store.write(numbered(at, at + size - 1));
  process.stdout.write(`accepted ${at + size - 1}\n`);
}
const closed = await store.close().then(
  () => 'in order',
  (error: unknown) => String(error),
);
process.stdout.write(`closed ${closed}\n`);
