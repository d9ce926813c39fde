import type { LoginAttempt } from './authentication.ts';
import type { SimulatedDevice } from './device.ts';
import { fingerprintOf, generateHostKey } from './host-key.ts';
import type { Machine } from './machine.ts';
import { machineWith, type SurroundingOptions, surroundingsOf } from './machine-of.ts';
import { Port } from './port.ts';
import { type FleetContext, serveConnection } from './serve-connection.ts';

export interface FleetOptions extends SurroundingOptions {
  /** `127.0.0.1` if left out. */
  readonly host?: string;
  /** The devices' host key, private, in OpenSSH form; keep it, and fingerprints stay the same from start to start. A new one if left out. */
  readonly hostKey?: string;
  /** Aborting stops the fleet. */
  readonly signal?: AbortSignal;
  readonly onLogin?: (attempt: LoginAttempt) => void;
}

/** One device of a running fleet, and how to reach it. */
export interface RunningDevice {
  readonly hostname: string;
  readonly host: string;
  readonly port: number;
  /** Fingerprint of its host key, `SHA256:...`. */
  readonly hostKey: string;
  /** To look into it, and to switch its faults. */
  readonly machine: Machine;
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
  const { host = '127.0.0.1' } = options;
  const context: FleetContext = {
    hostKey: options.hostKey ?? generateHostKey(),
    onLogin: options.onLogin ?? (() => {}),
  };
  const surroundings = surroundingsOf(options);
  const shared = fingerprintOf(context.hostKey);
  const started: { machine: Machine; port: Port }[] = [];
  const stop = async (): Promise<void> => {
    for (const { machine } of started) machine.stop();
    await Promise.all(started.splice(0).map(({ port }) => port.stop()));
  };
  try {
    const running: RunningDevice[] = [];
    for (const device of devices) {
      const machine = machineWith(device, surroundings);
      const port = new Port(host, (socket) => serveConnection(socket, machine, context));
      started.push({ machine, port });
      await port.open(device.port ?? 0);
      machine.line = port;
      const { hostKey } = device.quirks ?? {};
      const fingerprint = hostKey === undefined ? shared : fingerprintOf(hostKey);
      running.push({ hostname: device.hostname, host, port: port.number, hostKey: fingerprint, machine });
      options.signal?.throwIfAborted();
    }
    options.signal?.addEventListener('abort', () => void stop(), { once: true });
    return { devices: running, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
