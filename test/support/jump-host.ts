import { connect } from 'node:net';
import type { Target } from '../../source/devices/target.ts';
import { fingerprintOf, generateHostKey } from '../../source/simulator/host-key.ts';
import { sshServer } from './ssh-server.ts';

export interface JumpHost {
  readonly target: Target;
  /** `HOST:PORT` of each connection that was passed on. */
  readonly passed: readonly string[];
  /** Connections of clients that are open. */
  open(): number;
}

/**
 * An SSH server that passes connections on, refuses to, or says nothing when it is asked to (`silent`). It is stopped when the test is over.
 */
export async function jumpHost(passes: 'on' | 'nothing' | 'silent' = 'on'): Promise<JumpHost> {
  const hostKey = generateHostKey();
  const passed: string[] = [];
  let open = 0;
  const port = await sshServer(hostKey, (connection) => {
    open += 1;
    connection.on('close', () => (open -= 1));
    connection.on('error', () => {});
    connection.on('authentication', (context) => {
      if (context.method === 'password' && context.username === 'jumper' && context.password === 'over')
        context.accept();
      else context.reject(['password']);
    });
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      if (passes === 'nothing') reject();
      if (passes !== 'on') return;
      passed.push(`${destIP}:${destPort}`);
      const socket = connect(destPort, destIP);
      const channel = accept();
      socket.on('error', () => channel.destroy());
      channel.on('error', () => socket.destroy());
      channel.on('close', () => socket.destroy());
      socket.on('close', () => channel.destroy());
      channel.pipe(socket).pipe(channel);
    });
  });
  const login = { user: 'jumper', password: 'over', hostKey: { expect: fingerprintOf(hostKey) } };
  return { target: { host: '127.0.0.1', port, ...login }, passed, open: () => open };
}
