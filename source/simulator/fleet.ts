import { createServer, type Server, type Socket } from 'node:net';
import type { LoginAttempt } from './authentication.ts';
import type { SimulatedDevice } from './device.ts';
import { fingerprintOf, generateHostKey } from './host-key.ts';
import { type FleetContext, serveConnection } from './serve-connection.ts';

export interface FleetOptions {
  /** `127.0.0.1` if left out. */
  readonly host?: string;
  /** The devices' host key, private, in OpenSSH form; keep it, and fingerprints stay the same from start to start. A new one if left out. */
  readonly hostKey?: string;
  /** Aborting stops the fleet. */
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  readonly onLogin?: (attempt: LoginAttempt) => void;
}

/** How to reach one device of a running fleet. */
export interface RunningDevice {
  readonly hostname: string;
  readonly host: string;
  readonly port: number;
  /** Fingerprint of its host key, `SHA256:...`. */
  readonly hostKey: string;
}

export interface SimulatedFleet {
  /** In the order in which they were given. */
  readonly devices: readonly RunningDevice[];
  /** Closes every listener and connection; harmless when repeated. */
  stop(): Promise<void>;
}

/** Starts an SSH server on a port of its own for each device. Rejects if a port cannot be had, or with the signal's reason; nothing is left running then. */
export async function startSimulatedDevices(
  devices: readonly SimulatedDevice[],
  options: FleetOptions = {},
): Promise<SimulatedFleet> {
  options.signal?.throwIfAborted();
  const host = options.host ?? '127.0.0.1';
  const context: FleetContext = {
    hostKey: options.hostKey ?? generateHostKey(),
    now: options.now ?? (() => new Date()),
    onLogin: options.onLogin ?? (() => {}),
  };
  const shared = fingerprintOf(context.hostKey);
  const sockets = new Set<Socket>();
  const listeners: Server[] = [];
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(listeners.splice(0).map((listener) => closed(listener)));
  };
  try {
    const running: RunningDevice[] = [];
    for (const device of devices) {
      const { listener, port } = await listen(device, host, context, sockets);
      listeners.push(listener);
      const { hostKey } = device.quirks ?? {};
      running.push({
        hostname: device.hostname,
        host,
        port,
        hostKey: hostKey === undefined ? shared : fingerprintOf(hostKey),
      });
      options.signal?.throwIfAborted();
    }
    options.signal?.addEventListener('abort', () => void stop(), { once: true });
    return { devices: running, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(
  device: SimulatedDevice,
  host: string,
  context: FleetContext,
  sockets: Set<Socket>,
): Promise<{ listener: Server; port: number }> {
  // Without noDelay every answer waits for an acknowledgement: 400 ms a login where 5 ms will do.
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, device, context);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  listener.once('error', reject);
  listener.listen(device.port ?? 0, host, resolve);
  await promise;
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('A simulated device has no TCP port.');
  return { listener, port: address.port };
}

function closed(listener: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  listener.close(() => resolve());
  return promise;
}
