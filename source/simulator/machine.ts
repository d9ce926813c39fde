import type { Clock } from './clock.ts';
import { Counters } from './counters.ts';
import type { SimulatedDevice } from './device.ts';
import type { Fault, Faults } from './faults.ts';
import { Flash } from './flash.ts';
import type { SimulatedImage } from './image.ts';
import type { MachineKind } from './machine-kind.ts';
import { type Network, networkOf } from './network.ts';
import type { Software } from './software.ts';
import { SystemLog } from './system-log.ts';
import { Writers } from './writers.ts';

/** The device's connection to the world. */
export interface Line {
  /** Every connection dies, and new ones are refused. */
  down(): void;
  up(): void;
}

/** What a device shares with the rest of its fleet. */
export interface Surroundings {
  readonly clock: Clock;
  /** What the image server has, by file name. */
  readonly images: ReadonlyMap<string, SimulatedImage>;
  /** What the image server wants; null for anything. */
  readonly imageServerPassword: string | null;
}

const RELOAD_SECONDS = 240;
const LINGER_SECONDS = 1;
const LINGER_WITH_FAULT_SECONDS = 30;
const NOT_READY_MS = 30_000;
const LOST_AT_BOOT = /^\s*(?:ntp server|logging host|server \d).*\n/gmu;

/** A simulated device as it stands: what it runs and holds. It outlives connections and reloads. */
export class Machine {
  readonly device: SimulatedDevice;
  readonly kind: MachineKind;
  readonly surroundings: Surroundings;
  readonly counters = new Counters();
  readonly log = new SystemLog();
  readonly writers = new Writers(this.counters);
  readonly software: Software;
  bootedAt: Date;
  /** What may be changed at any time. */
  faults: Faults;
  line: Line = { down: () => {}, up: () => {} };
  /** Whether it has been told to go down, and has not yet. */
  goingDown = false;
  #flash: Flash | null = null;
  #running: string | null;
  #startup: string | null;
  readonly #timers = new Set<() => void>();
  /** Those that end with the boot. */
  readonly #work = new Set<() => void>();

  constructor(device: SimulatedDevice, kind: MachineKind, surroundings: Surroundings) {
    const { version, bootedAt, faults = {}, configuration = null, startupConfiguration = null } = device;
    this.device = device;
    this.kind = kind;
    this.surroundings = surroundings;
    this.faults = faults;
    this.bootedAt = bootedAt;
    this.#running = configuration;
    this.#startup = startupConfiguration;
    this.software = {
      running: version,
      committed: version,
      staged: null,
      next: null,
      previous: version,
      bootFile: kind.bootFile(version),
      abortAt: null,
      busy: null,
    };
  }

  now(): Date {
    return this.surroundings.clock.now();
  }

  has(fault: Fault): boolean {
    const setting = this.faults[fault] ?? false;
    return typeof setting === 'boolean' ? setting : this.counters.reloads >= setting.afterReloads;
  }

  get flash(): Flash {
    if (this.#flash !== null) return this.#flash;
    const { flashBytes = this.kind.flashBytes, files = [], version } = this.device;
    const flash = new Flash(flashBytes, () => this.has('flash_full'));
    for (const file of [...this.kind.softwareFiles(version), ...files]) flash.put(file);
    this.#flash = flash;
    return flash;
  }

  get network(): Network {
    const { hostname, platform } = this.device;
    return networkOf(hostname, platform, this.has('postcheck_interface_down') && this.counters.reloads > 0);
  }

  get runningConfiguration(): string {
    return (
      this.#running ??
      this.kind.configuration(this.device, networkOf(this.device.hostname, this.device.platform, false))
    );
  }

  /** Somebody configures something. */
  set runningConfiguration(text: string) {
    this.#startup ??= this.runningConfiguration;
    this.#running = text;
  }

  get startupConfiguration(): string {
    return this.#startup ?? this.runningConfiguration;
  }

  saveConfiguration(): void {
    this.counters.saves += 1;
    this.#startup = this.runningConfiguration;
  }

  /** Whether its command line is not there yet, though it takes logins. */
  get notReady(): boolean {
    const since = this.now().getTime() - this.bootedAt.getTime();
    return this.counters.reloads > 0 && this.has('cli_not_ready') && since < NOT_READY_MS;
  }

  /** Passes so much of the device's time; never comes back if the device goes down first. */
  wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#after(this.#work, milliseconds, resolve);
    return promise;
  }

  /** Never ends: the boot does first. */
  untilDown(): Promise<never> {
    return new Promise(() => {});
  }

  /** Does something later, whether or not it boots in between; gives what calls it off. */
  later(milliseconds: number, work: () => void): () => void {
    return this.#after(this.#timers, milliseconds, work);
  }

  /** Goes down, and up again. `told`: by a command, which counts. */
  goDown(why: 'told' | 'by itself'): void {
    if (why === 'told') this.countReloadCommand();
    if (this.goingDown) return;
    this.goingDown = true;
    const slow = this.has('ssh_before_reboot') || this.has('socket_dies_in_reload');
    const seconds = slow ? (this.device.lingerSeconds ?? LINGER_WITH_FAULT_SECONDS) : LINGER_SECONDS;
    this.later(seconds * 1000, () => this.#off());
  }

  /** Counts a command that would take the device down, also one that it refuses since it is at it already. */
  countReloadCommand(): void {
    const { reloadCommands } = this.counters;
    reloadCommands.push((reloadCommands.pop() ?? 0) + 1);
  }

  /** For good: no timer is left. */
  stop(): void {
    for (const cancel of [...this.#timers, ...this.#work]) cancel();
    this.#timers.clear();
    this.#work.clear();
  }

  #off(): void {
    for (const cancel of this.#work) cancel();
    this.#work.clear();
    this.writers.clear();
    this.software.busy = null;
    this.counters.reloads += 1;
    this.line.down();
    if (this.has('never_comes_back')) return;
    this.later((this.device.reloadSeconds ?? RELOAD_SECONDS) * 1000, () => this.#on());
  }

  #on(): void {
    const { software } = this;
    const wanted = this.kind.nextVersion(software, this.flash);
    software.next = null;
    // Without anything to boot it stays in its loader.
    if (wanted === null) return;
    if (wanted !== software.running && !this.#keepsOld(wanted)) {
      software.previous = software.running;
      software.running = wanted;
    }
    if (software.running === software.committed) software.abortAt = null;
    const startup = this.startupConfiguration;
    this.#startup = startup;
    this.#running = this.#taken(startup);
    this.bootedAt = this.now();
    this.goingDown = false;
    this.counters.reloadCommands.push(0);
    this.line.up();
  }

  /** What it makes of the configuration that it boots with. */
  #taken(startup: string): string {
    const own = this.kind.adopt(startup, this.software.running);
    if (this.has('other_defaults')) return this.kind.withOtherDefaults(own);
    return this.has('startup_lost_lines') ? own.replace(LOST_AT_BOOT, '') : own;
  }

  #keepsOld(wanted: string): boolean {
    return wanted === this.software.previous
      ? this.has('rollback_fails')
      : this.has('boots_old_image') || this.has('boot_variable_wrong');
  }

  #after(timers: Set<() => void>, milliseconds: number, work: () => void): () => void {
    const stopTimer = this.surroundings.clock.after(milliseconds, () => {
      timers.delete(cancel);
      work();
    });
    const cancel = (): void => {
      timers.delete(cancel);
      stopTimer();
    };
    timers.add(cancel);
    return cancel;
  }
}
