import type { Socket } from 'node:net';
import ssh2, { type Connection, type ServerChannel, type Session } from 'ssh2';
import { DeviceAuthentication, type LoginAttempt } from './authentication.ts';
import type { CliSession } from './cli-session.ts';
import type { SimulatedDevice } from './device.ts';
import { SIMULATED_PLATFORMS } from './platforms.ts';
import { runLine } from './run-line.ts';
import { Shell } from './shell.ts';

/** What a device shares with the rest of its fleet. */
export interface FleetContext {
  /** A private key in OpenSSH form. */
  readonly hostKey: string;
  readonly now: () => Date;
  readonly onLogin: (attempt: LoginAttempt) => void;
}

const LEGACY = {
  kex: ['diffie-hellman-group14-sha1'],
  cipher: ['aes128-cbc'],
  hmac: ['hmac-sha1'],
} satisfies ConstructorParameters<typeof ssh2.Server>[0]['algorithms'];

const DEFAULT_ROWS = 24;
const DEFAULT_COLUMNS = 80;

/**
 * Speaks SSH on one socket. Each connection has a server object of its own, which never listens: a fleet of idle devices is then no
 * more than its listening sockets, and what happens on a connection knows its device.
 */
export function serveConnection(socket: Socket, device: SimulatedDevice, context: FleetContext): void {
  const server = new ssh2.Server({
    hostKeys: [device.quirks?.hostKey ?? context.hostKey],
    banner: 'Authorized users only. This is a simulated device.\n',
    ident: 'netup_simulator',
    ...(device.quirks?.legacyAlgorithmsOnly === true ? { algorithms: LEGACY } : {}),
  });
  server.on('connection', (connection: Connection) => {
    const authentication = new DeviceAuthentication(device, context.onLogin, () => socket.destroy());
    // A peer that hangs up or talks nonsense is an everyday thing for a server; the socket closes, and that is all.
    connection.on('error', () => socket.destroy());
    connection.on('authentication', (request) => authentication.decide(request));
    connection.on('session', (accept) => serveSession(accept(), socket, device, context));
  });
  server.injectSocket(socket);
}

function serveSession(session: Session, socket: Socket, device: SimulatedDevice, context: FleetContext): void {
  const platform = SIMULATED_PLATFORMS[device.platform];
  const cli: CliSession = {
    device,
    now: context.now,
    privileged: true,
    screenLength: DEFAULT_ROWS,
    screenWidth: DEFAULT_COLUMNS,
  };
  session.on('pty', (accept, _reject, { rows, cols }) => {
    if (rows > 1) cli.screenLength = rows;
    if (cols > 1) cli.screenWidth = cols;
    acknowledge(accept);
  });
  session.on('window-change', (accept, _reject, { rows, cols }) => {
    // A length that was set by hand, above all 0, outlives a change of the window.
    if (cli.screenLength !== 0 && rows > 1) cli.screenLength = rows;
    if (cols > 1) cli.screenWidth = cols;
    acknowledge(accept);
  });
  session.on('env', (accept) => acknowledge(accept));
  session.on('shell', (accept) => {
    if (device.quirks?.noShell === true) return;
    const channel = accept();
    const shell = new Shell(platform, cli, {
      write: (text) => channel.write(text),
      close: () => finish(channel, 0),
      cut: () => socket.destroy(),
    });
    channel.on('data', (keys: Buffer) => shell.type(keys.toString('latin1')));
    channel.on('error', () => socket.destroy());
    const timer = setTimeout(() => shell.start(), device.quirks?.promptDelay ?? 0);
    channel.once('close', () => clearTimeout(timer));
  });
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept();
    channel.on('error', () => socket.destroy());
    // No terminal, so no echo, no prompt and no pages.
    channel.write(runLine(platform, cli, command, 0).text);
    finish(channel, 0);
  });
}

function finish(channel: ServerChannel, status: number): void {
  channel.exit(status);
  channel.end();
}

/** The client may not have asked for an answer, and then there is nothing to call. */
function acknowledge(accept: (() => void) | undefined): void {
  accept?.();
}
