import type { Platform } from '../../model/platform.ts';
import type { PollTarget } from '../poller.ts';
import type { Profile } from './profile.ts';
import { arista } from './profiles/arista.ts';
import { cisco } from './profiles/cisco.ts';
import { generic } from './profiles/generic.ts';
import { juniper } from './profiles/juniper.ts';

const BY_PLATFORM: Readonly<Record<Platform, Profile>> = { 'ios-xe': cisco, junos: juniper, eos: arista };
const BY_VENDOR: readonly (readonly [RegExp, Profile])[] = [
  [/^cisco/iu, cisco],
  [/^juniper/iu, juniper],
  [/^arista/iu, arista],
];

/** By platform, or else by vendor, or else what most systems have. A new vendor is a file in `profiles/` and a line here. */
export function profileOf({ platform, vendor }: Pick<PollTarget, 'platform' | 'vendor'>): Profile {
  if (platform !== null) return BY_PLATFORM[platform];
  return BY_VENDOR.find(([pattern]) => pattern.test(vendor ?? ''))?.[1] ?? generic;
}
