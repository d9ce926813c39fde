/** The device families that have a driver. */
export const PLATFORMS = ['ios-xe', 'junos', 'eos'] as const;

export type Platform = (typeof PLATFORMS)[number];
