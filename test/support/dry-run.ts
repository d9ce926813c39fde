import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import type { RunningDevice } from '../../source/simulator/fleet.ts';
import type { EngineServices } from '../../source/upgrades/engine/engine-services.ts';

/** Reads, or concerns only the session. */
export const HARMLESS =
  /^(?:terminal |set cli |show |dir(?: |$)|verify |file (?:list|checksum) |enable$|exit$|quit$|more |start shell|df )/u;

/** Everything of a device that an upgrade may change. */
export function stateOf({ machine }: RunningDevice): unknown {
  const { software, flash, runningConfiguration, startupConfiguration, bootedAt } = machine;
  const { reloads, copies, activations, commits, rollbacks, saves, reloadCommands } = machine.counters;
  return structuredClone({
    software,
    files: flash.files,
    runningConfiguration,
    startupConfiguration,
    bootedAt,
    counters: { reloads, copies, activations, commits, rollbacks, saves, reloadCommands },
  });
}

/** Has devices fetch images from a folder of a server. */
export function imagesFrom(url: string): Partial<EngineServices> {
  return {
    imageSource: ({ image }) => Promise.resolve({ kind: 'pull', url: `${url}/${image.fileName}`, password: 'p' }),
  };
}

/** Nobody listens there. */
export const DEAF = imagesFrom('scp://images@127.0.0.1:1/srv/images');

/** A web server with an image of this size; null for none. */
export async function imageServer(size: number | null): Promise<string> {
  const server = createServer(({ method }, response) => {
    if (size === null || method !== 'HEAD') response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': size }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}/images`;
}
