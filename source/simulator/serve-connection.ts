import type { Socket } from 'node:net';
import ssh2, { type Connection, type Session } from 'ssh2';
import { DeviceAuthentication, type LoginAttempt } from './authentication.ts';
import type { CliSession } from './cli-session.ts';
import type { Machine } from './machine.ts';
import { SIMULATED_PLATFORMS } from './platforms.ts';
import { receiveByScp, scpDestination } from './receive-by-scp.ts';
import { receiveBySftp } from './receive-by-sftp.ts';
import { runLine } from './run-line.ts';
import { Shell } from './shell.ts';
import { HungUp } from './terminal.ts';

/** How the devices of a fleet are reached. */
export interface FleetContext {
  /** A private key in OpenSSH form. */
  readonly hostKey: string;
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
export function serveConnection(socket: Socket, machine: Machine, context: FleetContext): void {
  const { quirks = {} } = machine.device;
  const server = new ssh2.Server({
    hostKeys: [quirks.hostKey ?? context.hostKey],
    banner: 'Authorized users only. This is a simulated device.\n',
    ident: 'netup_simulator',
    ...(quirks.legacyAlgorithmsOnly === true ? { algorithms: LEGACY } : {}),
  });
  server.on('connection', (connection: Connection) => {
    const authentication = new DeviceAuthentication(machine, context.onLogin, () => socket.destroy());
    // A peer that hangs up or talks nonsense is an everyday thing for a server; the socket closes, and that is all.
    connection.on('error', () => socket.destroy());
    connection.on('authentication', (request) => authentication.decide(request));
    connection.on('session', (accept) => serveSession(accept(), socket, machine));
  });
  server.injectSocket(socket);
}

function serveSession(session: Session, socket: Socket, machine: Machine): void {
  const platform = SIMULATED_PLATFORMS[machine.device.platform];
  const cli: CliSession = { machine, privileged: true, screenLength: DEFAULT_ROWS, screenWidth: DEFAULT_COLUMNS };
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
    const { quirks = {} } = machine.device;
    if (quirks.noShell === true) return;
    const channel = accept();
    const shell = new Shell(platform, cli, {
      write: (text) => channel.write(text),
      close: () => finish(channel, 0),
      cut: () => socket.destroy(),
    });
    channel.on('data', (keys: Buffer) => shell.type(keys.toString('latin1')));
    channel.on('error', () => socket.destroy());
    const timer = setTimeout(() => shell.start(), quirks.promptDelay ?? 0);
    channel.once('close', () => {
      clearTimeout(timer);
      shell.hangUp();
    });
  });
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept();
    channel.on('error', () => socket.destroy());
    const destination = machine.device.platform === 'ios-xe' ? scpDestination(command) : null;
    if (destination === null) execute(command, cli, channel, () => socket.destroy());
    else receiveByScp(channel, machine, destination);
  });
  session.on('sftp', (accept, reject) => {
    if (machine.device.platform === 'ios-xe') reject();
    else receiveBySftp(accept(), machine);
  });
}

/** Where a command without a terminal prints. */
interface ExecChannel {
  write(text: string): unknown;
  exit(status: number): void;
  end(): void;
}

/** No terminal, so no echo, no prompt, no pages, and nobody who answers. */
function execute(command: string, cli: CliSession, channel: ExecChannel, cut: () => void): void {
  if (cli.machine.notReady) {
    finish(channel, 1);
    return;
  }
  const { text, talk } = runLine(SIMULATED_PLATFORMS[cli.machine.device.platform], cli, command, 0);
  channel.write(text);
  const done = talk?.({
    print: (printed) => channel.write(printed),
    ask: (question) => {
      channel.write(`${question}\n`);
      return Promise.reject(new HungUp());
    },
    cut,
  });
  if (done === undefined) finish(channel, 0);
  else
    done.then(
      () => finish(channel, 0),
      () => finish(channel, 1),
    );
}

function finish(channel: ExecChannel, status: number): void {
  channel.exit(status);
  channel.end();
}

/** The client may not have asked for an answer, and then there is nothing to call. */
function acknowledge(accept: (() => void) | undefined): void {
  accept?.();
}
