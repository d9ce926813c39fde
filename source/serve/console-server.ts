import { once } from 'node:events';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import { UserError } from '../config/user-error.ts';
import { SERVER_ALGORITHMS } from './algorithms.ts';
import type { Identities } from './authentication.ts';
import { serveConnection } from './connection.ts';
import type { OpenConsole } from './console-login.ts';
import { Door, type DoorLimits, type Refusal } from './door.ts';
import type { HostKey } from './host-keys.ts';
import { SessionCrashes } from './session-crashes.ts';
import type { ConsoleSession } from './session.ts';

/** A client that gives no sign of life to three of them is gone. */
const KEEPALIVE_MS = 15_000;
/** How long consoles have to end when the server stops. */
const DRAIN_MS = 5000;
/** Said before anything is known of the client, so nothing of the program's version. */
const IDENT = 'netup';

export interface ServerLog {
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, error: unknown): void;
}

/** What is counted, for whoever watches. */
export interface ServerEvents {
  turnedAway(why: Refusal): void;
  login(result: 'accepted' | 'refused'): void;
  crashed(): void;
}

export interface ServerParts {
  readonly host: string;
  readonly port: number;
  readonly hostKeys: readonly HostKey[];
  readonly limits: DoorLimits;
  readonly identities: Identities;
  readonly openConsole: OpenConsole;
  /** Writes the report of a defect; gives what the operator is told. */
  readonly onDefect: (error: unknown) => readonly string[];
  /** An error that no session is known to have caused: the process cannot be trusted any more. */
  readonly onStray: (error: unknown) => void;
  readonly log: ServerLog;
  readonly events: ServerEvents;
}

export interface ConsoleServer {
  readonly port: number;
  /** Consoles that are open. */
  readonly open: number;
  readonly connections: number;
  /** Lets nobody in any more, ends every console with the sentence, and resolves when all connections are gone. */
  stop(sentence: string): Promise<void>;
}

/** Serves the console over SSH until it is stopped. Rejects with a `UserError` if it cannot listen. */
export async function startConsoleServer(parts: ServerParts): Promise<ConsoleServer> {
  const { limits, log, events } = parts;
  const door = new Door(limits);
  const crashes = new SessionCrashes(parts.onStray);
  const sockets = new Set<Socket>();
  const sessions = new Map<ConsoleSession, Socket>();
  let stopping: string | null = null;
  let count = 0;

  const receive = (socket: Socket): void => {
    socket.on('error', () => undefined);
    const address = plainAddress(socket.remoteAddress);
    const inside = address === null ? 'too many connections' : door.enter(address);
    if (address === null || typeof inside === 'string') {
      events.turnedAway(typeof inside === 'string' ? inside : 'too many connections');
      socket.destroy();
      return;
    }
    count += 1;
    const name = `ssh/${count}`;
    sockets.add(socket);
    let isLoggedIn = false;
    const grace = setTimeout(() => socket.destroy(), limits.graceMs);
    socket.once('close', () => {
      clearTimeout(grace);
      sockets.delete(socket);
      inside.left();
      if (!isLoggedIn) door.failed(address);
    });
    const options: ssh2.ServerConfig = {
      hostKeys: parts.hostKeys.map(({ text }) => text),
      algorithms: SERVER_ALGORITHMS,
      ident: IDENT,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: 3,
    };
    // A server for each connection, so that it is known which socket a connection has.
    const server = new ssh2.Server(options, (connection) =>
      serveConnection(connection, socket, {
        remote: address,
        name,
        crashes,
        identities: parts.identities,
        tries: limits.tries,
        openConsole: parts.openConsole,
        onDefect(error) {
          events.crashed();
          return parts.onDefect(error);
        },
        full: () => stopping ?? (sessions.size >= limits.sessions ? FULL : null),
        onLogin(vouched) {
          isLoggedIn = true;
          inside.loggedIn();
          events.login('accepted');
          log.info('serve: logged in', { name, address, vouched });
        },
        onRefused(why) {
          events.login('refused');
          log.info('serve: refused', { name, address, why });
        },
        onOpen(session) {
          clearTimeout(grace);
          sessions.set(session, socket);
        },
        onClose: (session) => void sessions.delete(session),
      }),
    );
    server.injectSocket(socket);
  };

  const listener = createServer({ noDelay: true }, receive);
  const port = await listen(listener, parts.host, parts.port).catch((error: unknown) => {
    crashes.stop();
    throw error;
  });
  return {
    port,
    get open() {
      return sessions.size;
    },
    get connections() {
      return sockets.size;
    },
    async stop(sentence) {
      stopping = sentence;
      const closed = once(listener, 'close');
      listener.close();
      const busy = new Set(sessions.values());
      for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
      for (const session of sessions.keys()) session.end(sentence);
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, DRAIN_MS);
      await closed;
      clearTimeout(timer);
      crashes.stop();
    },
  };
}

const FULL = 'All places on this server are taken; try again later, or ask an administrator of netup-tui.';

async function listen(listener: NetServer, host: string, port: number): Promise<number> {
  try {
    listener.listen({ host, port });
    await once(listener, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new UserError(`The server cannot listen at ${host}:${port} (${code}); name another by --host and --port.`, {
      cause: error,
    });
  }
  listener.on('error', () => undefined);
  const bound = listener.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

/** An IPv4 client of a socket that serves both is said to be `::ffff:192.0.2.1`; null: it is gone already. */
function plainAddress(address: string | undefined): string | null {
  return address?.replace(/^::ffff:(?=\d+\.)/iu, '') ?? null;
}
