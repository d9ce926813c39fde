/** How long an upgrade waits for what, in milliseconds. Tests and the demo go faster. */
export interface Pace {
  /** Between two looks at a device that is down, or that should be. */
  readonly look: number;
  /** For the device to be back and ready, from the moment it was told to go down. */
  readonly reboot: number;
  /** How long a device may take to go down after it was told: only after that, if it is up and says that nothing is pending, it was not told. */
  readonly goDown: number;
  /** For the copy of an image. */
  readonly copy: number;
  /** For the device to read an image through and to put it in place, each. */
  readonly install: number;
  /** How long differences after the upgrade may take to go away. */
  readonly settle: number;
  /** For any other command. */
  readonly command: number;
  /** From the first packet to being logged in: long, for with many upgrades at once a busy machine must not be taken for a device that is silent. */
  readonly login: number;
  /** Between two attempts at a step. */
  readonly retry: number;
  /** Until a platform that can goes back by itself unless the new software is committed, in minutes. */
  readonly abortMinutes: number;
}

const MINUTE = 60_000;

/** From reports of real upgrades: a copy of 471 MB took 370 s, a reload 240 s, a hash 200 s; each with room. */
export const PACE: Pace = {
  look: 5_000,
  reboot: 30 * MINUTE,
  goDown: 3 * MINUTE,
  copy: 120 * MINUTE,
  install: 30 * MINUTE,
  settle: 10 * MINUTE,
  command: MINUTE,
  login: 30_000,
  retry: 15_000,
  abortMinutes: 120,
};
