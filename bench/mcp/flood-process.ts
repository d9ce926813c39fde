import process from 'node:process';

// Calls a tool as fast as it is answered, 32 at once, until it is ended; says how many calls were refused.

const AT_ONCE = 32;
const [url = '', body = ''] = process.argv.slice(2);
const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  authorization: `Bearer ${process.env['FLOOD_TOKEN'] ?? ''}`,
};
const counts = new Map<number, number>();
const ending = new AbortController();
process.once('SIGTERM', () => ending.abort());

await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (!ending.signal.aborted) {
      const response = await fetch(url, { method: 'POST', headers, body });
      await response.arrayBuffer();
      counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
    }
  }),
);
process.stdout.write(JSON.stringify(Object.fromEntries(counts)));
