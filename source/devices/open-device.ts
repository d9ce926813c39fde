import type { Platform } from '../model/platform.ts';
import { cleanLine } from '../model/text.ts';
import { DeviceError } from './device-error.ts';
import { DeviceLink } from './device-link.ts';
import type { Departure } from './dialogue.ts';
import { DRIVERS } from './drivers.ts';
import { readImageUrl } from './image-url.ts';
import { openSession } from './open-session.ts';
import type {
  DeviceHealth,
  DeviceOperations,
  DeviceState,
  DigestAlgorithm,
  ImageSource,
  PreviousSoftware,
} from './operations.ts';
import type { PlatformProcedures } from './procedures.ts';
import { PROCEDURES } from './procedures-of.ts';
import { pushFile } from './push/push-file.ts';
import { sameConfiguration } from './same-configuration.ts';
import type { SshSession } from './ssh-session.ts';
import type { Target } from './target.ts';

/** What names of files may be: they are put into commands. */
const FILE_NAME = /^[A-Za-z0-9][\w.+-]{0,200}$/u;

/**
 * Logs in to a device for an upgrade, with one attempt. The caller closes it. Rejects with a `DeviceError`, or with the reason of the target's
 * signal; aborting that closes the login as well.
 */
export async function openDevice(target: Target & { readonly platform: Platform }): Promise<DeviceOperations> {
  const session = await openSession(target, DRIVERS[target.platform]);
  await session.elevate();
  return new Device(target, session);
}

class Device implements DeviceOperations {
  readonly platform: Platform;
  readonly hostKey: string;
  readonly digestAlgorithm: DigestAlgorithm;
  readonly #session: SshSession;
  readonly #link: DeviceLink;
  readonly #procedures: PlatformProcedures;

  constructor(target: Target & { readonly platform: Platform }, session: SshSession) {
    this.platform = target.platform;
    this.hostKey = session.hostKey;
    this.#session = session;
    this.#link = new DeviceLink(target, session);
    this.#procedures = PROCEDURES[target.platform];
    this.digestAlgorithm = this.#procedures.digestAlgorithm;
  }

  readState(): Promise<DeviceState> {
    return this.#do((link, platform) => platform.readState(link));
  }

  readHealth(): Promise<DeviceHealth> {
    return this.#do((link, platform) => platform.readHealth(link));
  }

  runningConfiguration(): Promise<string> {
    return this.#do((link, platform) => platform.runningConfiguration(link));
  }

  startupConfiguration(): Promise<string | null> {
    return this.#do((link, platform) => platform.startupConfiguration(link));
  }

  saveConfiguration(): Promise<void> {
    return this.#do((link, platform) => platform.saveConfiguration(link));
  }

  configurationSaved(): Promise<boolean> {
    return this.#do(async (link, platform) => {
      const startup = await platform.startupConfiguration(link);
      return startup === null || sameConfiguration(startup, await platform.runningConfiguration(link));
    });
  }

  fileSize(name: string): Promise<number | null> {
    return this.#do(async (link, platform) => {
      return (await platform.listFiles(link)).find((file) => file.name === checked(name))?.bytes ?? null;
    });
  }

  filesNamed(prefix: string): Promise<readonly string[]> {
    return this.#do(async (link, platform) => {
      return (await platform.listFiles(link)).map(({ name }) => name).filter((name) => name.startsWith(prefix));
    });
  }

  digest(name: string): Promise<{ readonly algorithm: DigestAlgorithm; readonly hex: string }> {
    return this.#do(async (link, platform) => {
      return { algorithm: platform.digestAlgorithm, hex: await platform.digest(link, checked(name)) };
    });
  }

  copyIn(source: ImageSource, name: string, onProgress: (line: string) => void): Promise<void> {
    return this.#do((link, platform) => {
      const file = checked(name);
      if (source.kind === 'push') return pushFile(link, this.hostKey, platform.push, source.path, file, onProgress);
      const download = { url: readImageUrl(source.url), password: source.password, name: file };
      return platform.download(link, download, onProgress);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do((link, platform) => platform.rename(link, checked(from), checked(to)));
  }

  remove(name: string): Promise<void> {
    return this.#do(async (link, platform) => {
      if ((await platform.listFiles(link)).some((file) => file.name === checked(name)))
        await platform.remove(link, name);
    });
  }

  makeSpace(): Promise<number> {
    return this.#do((link, platform) => platform.makeSpace(link));
  }

  prepareInstall(name: string): Promise<void> {
    return this.#do((link, platform) => platform.prepareInstall(link, checked(name)));
  }

  activate(name: string, { abortMinutes }: { readonly abortMinutes: number }): Promise<Departure> {
    return this.#do((link, platform) => platform.activate(link, checked(name), abortMinutes));
  }

  commit(): Promise<void> {
    return this.#do((link, platform) => platform.commit(link));
  }

  cleanUp(name: string): Promise<void> {
    return this.#do((link, platform) => platform.cleanUp(link, checked(name)));
  }

  rollback(previous: PreviousSoftware): Promise<Departure> {
    return this.#do((link, platform) => platform.rollback(link, previous));
  }

  withdraw(previous: PreviousSoftware): Promise<void> {
    return this.#do((link, platform) => platform.withdraw(link, previous));
  }

  close(): void {
    this.#session.close();
  }

  /** After a fault nobody knows where the device stands, so the login is closed. */
  async #do<T>(work: (link: DeviceLink, procedures: PlatformProcedures) => Promise<T>): Promise<T> {
    try {
      return await work(this.#link, this.#procedures);
    } catch (error) {
      this.#session.close();
      throw error;
    }
  }
}

function checked(name: string): string {
  if (!FILE_NAME.test(name)) {
    const shown = cleanLine(name).slice(0, 100);
    throw new DeviceError(
      'command_rejected',
      `"${shown}" is no name for a file on a device: letters, digits and _.+- only.`,
    );
  }
  return name;
}
