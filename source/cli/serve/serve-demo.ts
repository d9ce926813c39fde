import { demoIdentity } from '../../demo/demo-identity.ts';
import type { Demo } from '../../demo/run-demo.ts';
import { adminSettings, openContext } from '../context.ts';
import { ServeCounts } from '../monitoring/serve-monitor.ts';
import type { Shell } from '../shell.ts';
import { serveConsoles } from './serve-consoles.ts';

/** How to log in to the demo. */
export interface DemoLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The private key, mode 0600. */
  readonly identityFile: string;
}

const HOST = '127.0.0.1';
const STOPPED = 'The demo was stopped; what was changed in it is there again next time.';

/** Serves the demo's console over SSH on this machine, to one operator, by a key that the demo made. */
export async function serveDemo(
  demo: Demo,
  operator: string,
  shell: Pick<Shell, 'env'>,
  onStray: (error: unknown) => void,
): Promise<{ readonly ssh: DemoLogin; stop(): Promise<void> }> {
  const env = { ...shell.env, ...demo.env, NETUP_SERVE_USER_CA: '' };
  const context = openContext(env, { applicationName: 'netup-tui serve' });
  try {
    const identityFile = await demoIdentity(context.paths.state, operator, adminSettings(context.settings, 'demo'));
    const events = new ServeCounts();
    const server = await serveConsoles(context, { env }, { host: HOST, port: 0, readOnly: false, events, onStray });
    return {
      ssh: { host: HOST, port: server.port, user: operator, identityFile },
      async stop() {
        await server.stop(STOPPED);
        await context.close();
      },
    };
  } catch (error) {
    await context.close();
    throw error;
  }
}
