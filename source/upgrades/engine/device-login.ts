import type { DeviceOperations } from '../../devices/operations.ts';

/**
 * Opens a login to the device of an upgrade. `beforeSend` is called before everything that goes to the device, with the command or null, and may throw; `onLine` is told what it prints,
 * cleaned; `onConnected` that it is reached, before keys are exchanged.
 */
export type OpenDevice = (
  beforeSend: (command: string | null) => void,
  signal: AbortSignal,
  onLine: (line: string) => void,
  onConnected?: () => void,
) => Promise<DeviceOperations>;

/** One login that the steps of an upgrade share: opened when it is asked for, and anew after it was hung up. */
export class DeviceLogin {
  readonly #open: OpenDevice;
  readonly #beforeSend: (command: string | null) => void;
  #device: Promise<DeviceOperations> | null = null;
  #tell: (line: string) => void = () => undefined;

  constructor(open: OpenDevice, beforeSend: (command: string | null) => void) {
    this.#open = open;
    this.#beforeSend = beforeSend;
  }

  /** Whom to tell what the device prints, from now on: the login outlives steps. */
  tellTo(tell: (line: string) => void): void {
    this.#tell = tell;
  }

  /** The login; aborting the signal of the call that opens it closes it. */
  async get(signal: AbortSignal): Promise<DeviceOperations> {
    this.#beforeSend(null);
    this.#device ??= this.#open(this.#beforeSend, signal, (line) => this.#tell(line));
    try {
      return await this.#device;
    } catch (error) {
      this.#device = null;
      throw error;
    }
  }

  /** Closes the login; harmless if there is none. */
  hangUp(): void {
    this.#device?.then(
      (device) => device.close(),
      () => undefined,
    );
    this.#device = null;
  }
}
