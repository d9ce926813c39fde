import type { Platform } from '../model/platform.ts';
import type { SimulatedPlatform } from './platform.ts';
import { eos } from './platforms/eos.ts';
import { iosXe } from './platforms/ios-xe.ts';
import { junos } from './platforms/junos.ts';

export const SIMULATED_PLATFORMS: Readonly<Record<Platform, SimulatedPlatform>> = { 'ios-xe': iosXe, junos, eos };
