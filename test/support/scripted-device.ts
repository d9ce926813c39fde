import type { ServerChannel } from 'ssh2';
import { onTestFinished } from 'vitest';
import { DRIVERS } from '../../source/devices/drivers.ts';
import { openSession } from '../../source/devices/open-session.ts';
import type { SshSession } from '../../source/devices/ssh-session.ts';
import type { Target } from '../../source/devices/target.ts';
import { generateHostKey } from '../../source/simulator/host-key.ts';
import { sshServer } from './ssh-server.ts';

const HOST_KEY = generateHostKey();
export const PROMPT = 'r1#';

/** What a scripted device can do in answer to a line. */
export interface ScriptedShell {
  readonly print: (text: string) => void;
  /** Destroys the connection in the middle of things. */
  readonly cut: () => void;
}

/**
 * An IOS-XE device that says what a test tells it to. `onLine` is called for each line after the session is ready, and `received` has all of
 * them, answers to questions included. It echoes what comes at the prompt, and nothing else.
 */
export async function scriptedSession(
  onLine: (line: string, shell: ScriptedShell) => void,
  { firstPrompt = PROMPT, ...changes }: Partial<Target> & { readonly firstPrompt?: string } = {},
): Promise<{ session: SshSession; received: readonly string[] }> {
  const received: string[] = [];
  const port = await sshServer(HOST_KEY, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (context) => context.accept());
    connection.on('session', (accept) => {
      const session = accept();
      session.on('pty', (agree) => agree?.());
      session.on('shell', (agree) => serve(agree(), firstPrompt, received, onLine, () => connection.end()));
    });
  });
  const login = { user: 'netops', password: 'secret', hostKey: { learn: () => true } };
  const session = await openSession({ host: '127.0.0.1', port, ...login, ...changes }, DRIVERS['ios-xe']);
  onTestFinished(() => session.close());
  return { session, received };
}

function serve(
  channel: ServerChannel,
  firstPrompt: string,
  received: string[],
  onLine: (line: string, shell: ScriptedShell) => void,
  cut: () => void,
): void {
  let typed = '';
  let atPrompt = true;
  const print = (text: string): void => {
    channel.write(text.replaceAll('\n', '\r\n'));
    atPrompt = /r1[#>]$/u.test(text);
  };
  print(firstPrompt);
  channel.on('error', () => {});
  channel.on('data', (data: Buffer) => {
    for (const key of data.toString('utf8')) {
      if (atPrompt) channel.write(key === '\n' ? '\r\n' : key);
      if (key !== '\n') typed += key;
      // At a question one key is enough, unless what is typed is longer.
      if (key !== '\n' && !(typed === 'y' && !atPrompt)) continue;
      const line = typed;
      typed = '';
      if (line.startsWith('terminal ')) print(firstPrompt);
      else {
        received.push(line);
        onLine(line, { print, cut });
      }
    }
  });
}
