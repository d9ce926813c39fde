import type { Platform } from '../model/platform.ts';
import type { PlatformDriver } from './platform.ts';
import { eos } from './platforms/eos.ts';
import { iosXe } from './platforms/ios-xe.ts';
import { junos } from './platforms/junos.ts';

/** One driver a platform: a new platform is a new file in `platforms/` and a line here. */
export const DRIVERS: Readonly<Record<Platform, PlatformDriver>> = { 'ios-xe': iosXe, junos, eos };
