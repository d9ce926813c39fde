import { startClock, type ClockOptions } from './clock.ts';
import type { SimulatedDevice } from './device.ts';
import type { SimulatedImage } from './image.ts';
import { Machine, type Surroundings } from './machine.ts';
import { SIMULATED_PLATFORMS } from './platforms.ts';

/** `now`: what time it is on the devices, if not ours. `timeScale`: how many times as fast as ours their time passes; 1 if left out. */
export interface SurroundingOptions extends ClockOptions {
  /** What the devices' image server has. */
  readonly images?: readonly SimulatedImage[];
  /** What it wants for it; any password will do if left out. */
  readonly imageServerPassword?: string;
}

export function surroundingsOf(options: SurroundingOptions): Surroundings {
  return {
    clock: startClock(options),
    images: new Map((options.images ?? []).map((image) => [image.fileName, image])),
    imageServerPassword: options.imageServerPassword ?? null,
  };
}

export function machineWith(device: SimulatedDevice, surroundings: Surroundings): Machine {
  return new Machine(device, SIMULATED_PLATFORMS[device.platform].machine, surroundings);
}

/** A device alone, for tests. */
export function machineOf(device: SimulatedDevice, options: SurroundingOptions = {}): Machine {
  return machineWith(device, surroundingsOf(options));
}
