import ssh2, { type ClientChannel } from 'ssh2';
import xterm from '@xterm/headless';

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly term?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Logs in with a private key (OpenSSH's form). Rejects if the server does not let it in. */
export async function sshConnect(port: number, privateKey: string): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.once('ready', resolve);
  client.on('error', reject);
  client.once('close', () => reject(new Error('The server hung up.')));
  client.connect({ host: '127.0.0.1', port, username: 'netup', privateKey, readyTimeout: 20_000 });
  await promise;
  return client;
}

/** The console at the other end of an SSH connection, seen through a terminal emulator. */
export class SshScreen {
  readonly channel: ClientChannel;
  readonly #terminal: xterm.Terminal;
  readonly #watchers = new Set<() => void>();
  /** All that came in. */
  bytes = 0;
  raw = '';
  errors = '';
  readonly #code = Promise.withResolvers<number | null>();
  readonly closed = Promise.withResolvers<void>();

  constructor(channel: ClientChannel, columns: number, rows: number) {
    this.channel = channel;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    channel.on('data', (data: Buffer) => {
      this.bytes += data.length;
      if (this.raw.length < 200_000) this.raw += String(data);
      this.#terminal.write(data, () => {
        for (const look of this.#watchers) look();
      });
    });
    channel.stderr.on('data', (data: Buffer) => (this.errors += String(data)));
    channel.once('exit', (code: number | null) => this.#code.resolve(code));
    channel.once('close', () => {
      this.#code.resolve(null);
      this.closed.resolve();
    });
  }

  static async open(
    client: ssh2.Client,
    { columns = 120, rows = 40, term = 'xterm-256color', env = {} }: ScreenOptions = {},
  ): Promise<SshScreen> {
    const window = { term, cols: columns, rows };
    return SshScreen.of((answer) => client.shell(window, { env: { ...env } }, answer), columns, rows);
  }

  /** What is seen of a channel from its first byte on. */
  static of(ask: (answer: ssh2.ClientCallback) => unknown, columns = 80, rows = 24): Promise<SshScreen> {
    const { promise, resolve, reject } = Promise.withResolvers<SshScreen>();
    ask((error, channel) => {
      if (error === undefined) resolve(new SshScreen(channel, columns, rows));
      else reject(error);
    });
    return promise;
  }

  /** The exit code; null if there was none. */
  get ended(): Promise<number | null> {
    return this.#code.promise;
  }

  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.#terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  }

  text(): string {
    return this.lines().join('\n');
  }

  type(keys: string): void {
    this.channel.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.channel.setWindow(rows, columns, 0, 0);
  }

  /** Resolves when the screen shows it; rejects with the screen if that takes too long. */
  async waitFor(wanted: string | RegExp, patienceMs = 30_000): Promise<void> {
    const shows = (): boolean => (typeof wanted === 'string' ? this.text().includes(wanted) : wanted.test(this.text()));
    if (shows()) return;
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = (): void => {
        if (!shows()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${String(wanted)} did not appear:\n${this.text()}\n${this.errors}`));
      }, patienceMs);
      this.#watchers.add(look);
    });
  }
}
