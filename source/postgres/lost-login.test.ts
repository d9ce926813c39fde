import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { openDatabase } from './database.ts';

const support = useDatabase();
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('unhandledRejection', note);
});

interface Way {
  readonly port: number;
  /** How often it did what it is for. */
  readonly times: () => number;
  readonly stop: () => void;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

/** A way to the server on which `interfere` has its say on every message of the server, and may answer in its place. */
async function wayTo(
  target: Target,
  interfere: (message: Buffer, client: Socket) => 'pass' | 'interfered',
  ask: (chunk: Buffer) => Buffer = (chunk) => chunk,
): Promise<Way> {
  let times = 0;
  const server = createServer((client) => {
    const upstream = connect({ host: target.host, port: target.port });
    client.on('error', () => undefined).on('close', () => upstream.destroy());
    upstream.on('error', () => undefined).on('end', () => client.destroy());
    client.on('data', (chunk: Buffer) => {
      const asked = ask(chunk);
      if (asked !== chunk) times += 1;
      upstream.write(asked);
    });
    let pending = Buffer.alloc(0);
    upstream.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 5 && pending.length > pending.readUInt32BE(1)) {
        const end = 1 + pending.readUInt32BE(1);
        const message = pending.subarray(0, end);
        pending = pending.subarray(end);
        if (interfere(message, client) === 'pass') client.write(message);
        else {
          times += 1;
          upstream.destroy();
          return;
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { port: address.port, times: () => times, stop: () => void server.close() };
}

/** Passes on so many messages of each connection, and then does `last` in place of the next one. */
function after(
  messages: number,
  last: (client: Socket) => void,
): (message: Buffer, client: Socket) => 'pass' | 'interfered' {
  const passed = new Map<Socket, number>();
  return (_message, client) => {
    const count = (passed.get(client) ?? 0) + 1;
    passed.set(client, count);
    if (count <= messages) return 'pass';
    last(client);
    return 'interfered';
  };
}

/** An ErrorResponse as the server sends one, in two pieces if it is to be split. */
function errorResponse(severity: string, code: string, message: string): Buffer {
  const fields = Buffer.from(`S${severity}\0V${severity}\0C${code}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** Opens a connection that way; what it is rejected with. */
async function refusal(way: Way): Promise<unknown> {
  const database = openDatabase({ ...support.settings('app_user'), port: way.port });
  try {
    const error: unknown = await database.ping().then(
      () => null,
      (reason: unknown) => reason,
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(way.times()).toBeGreaterThan(0);
    expect(unhandled).toEqual([]);
    return error;
  } finally {
    await database.close();
    way.stop();
  }
}

// Whatever the login was doing: passwords, parameters of the server, the driver's own look at the types, our greeting.
const MOMENTS = [0, 1, 2, 3, 5, 15, 17, 18, 19, 20, 21, 22, 30, 60];

it.each(MOMENTS)(
  'rejects, and does nothing else, when the login is cut after %i messages of the server',
  async (messages) => {
    const way = await wayTo(
      support.settings('app_user'),
      after(messages, (client) => client.destroy()),
    );
    expect(await refusal(way)).toBeInstanceOf(DatabaseUnavailable);
  },
);

it.each(MOMENTS)('and when the server says at that moment (%i) that it is shutting down', async (messages) => {
  const response = errorResponse('FATAL', '57P01', 'terminating connection due to administrator command');
  const way = await wayTo(
    support.settings('app_user'),
    after(messages, (client) => client.end(response)),
  );
  expect(await refusal(way)).toMatchObject({
    name: 'DatabaseUnavailable',
    message: expect.stringMatching(/\(57P01\)\.$/u),
  });
});

it('and when its word comes in pieces', async () => {
  const response = errorResponse('FATAL', '57P01', 'terminating');
  const write = async (client: Socket): Promise<void> => {
    for (const byte of response) {
      client.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const way = await wayTo(
    support.settings('app_user'),
    after(22, (client) => void write(client).then(() => client.end())),
  );
  expect(await refusal(way)).toBeInstanceOf(DatabaseUnavailable);
});

// The error is the server's own: the statement names a table that is not there.
it.each([
  ["the driver's look at the types", 'pg_catalog.pg_type', 'pg_catalog.pg_typo'],
  ['our greeting', 'current_setting', 'current_settinh'],
])('and when the server refuses %s, with what it says', async (_what, there, notThere) => {
  const misspell = (chunk: Buffer): Buffer => {
    const text = chunk.toString('latin1');
    return text.includes(there) ? Buffer.from(text.replaceAll(there, notThere), 'latin1') : chunk;
  };
  const way = await wayTo(support.settings('app_user'), () => 'pass', misspell);
  expect(await refusal(way)).toMatchObject({
    name: 'DatabaseUnavailable',
    message: expect.stringMatching(/ broke off the login: .* does not exist \(42\w+\)\.$/u),
  });
});
